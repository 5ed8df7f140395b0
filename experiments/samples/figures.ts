/**
 * The conclusion from the results of the parts: key numbers, figures, a table.
 *
 * @module
 */

import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { encodePng, gridImage } from "../../figure/mod.ts";
import type { ComparedObjective, SamplesResults } from "../../properties/contract/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import { nounOf } from "../digits/options.ts";
import { charted } from "../runner/charted.ts";
import { spreadOf } from "../runner/spread.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import type { Images } from "./distance.ts";
import type { MeasuredModel, MeasuredReals, PartResult, SamplesOptions } from "./study.ts";

/** From N(0, I), and from the aggregate posterior. */
const SOURCES = ["prior", "aggregate"] as const;
/** Where latents are drawn from. */
export type Source = typeof SOURCES[number];
const NAMES: Readonly<Record<Source, string>> = { prior: "N(0, I)", aggregate: "the aggregate posterior" };

/** The models of an objective, seed by seed. */
const modelsOf = (objective: ComparedObjective, models: readonly MeasuredModel[]): MeasuredModel[] =>
  models.filter((model) => model.objective === objective);

type Numbers = Readonly<Record<string, number>>;

/**
 * The key numbers: `prior.grae.mean` is d² from N(0, I) over seeds, `ratio.prior.grae.mean` its ratio to that of the β-VAE
 * with the same seed, and `prior.means.least` the least mean of an objective.
 */
function numbersOf(models: readonly MeasuredModel[], reals: MeasuredReals): Numbers {
  const { accuracy, floor, untrained, images } = reals;
  const numbers: Record<string, number> = { accuracy, floor, untrained, images };
  for (const { objective } of COMPARED) numbers[`seeds.${objective}`] = modelsOf(objective, models).length;
  const references = modelsOf("beta-vae", models);
  const ratios = models.flatMap((model) => {
    const reference = references.find(({ seed }) => seed === model.seed);
    if (!reference || model === reference) return [];
    return [{
      ...model,
      prior: model.prior / reference.prior,
      aggregate: model.aggregate / reference.aggregate,
    }];
  });
  const add = (name: string, values: readonly number[]): void => {
    if (values.length === 0) return;
    const { mean, least, most } = spreadOf(values);
    Object.assign(numbers, { [`${name}.mean`]: mean, [`${name}.least`]: least, [`${name}.most`]: most });
  };
  for (const source of SOURCES) {
    for (const [name, all] of [[source, models], [`ratio.${source}`, ratios]] as const) {
      for (const { objective } of COMPARED) {
        add(`${name}.${objective}`, modelsOf(objective, all).map((model) => model[source]));
      }
      add(`${name}.means`, COMPARED.flatMap(({ objective }) => numbers[`${name}.${objective}.mean`] ?? []));
    }
  }
  return numbers;
}

/** "45.1 to 46.9": the least and the greatest mean of an objective; "?" for one that is missing. */
const rangeOf = (numbers: Numbers, name: string, digits: number): string =>
  ["least", "most"].map((end) => numbers[`${name}.means.${end}`]?.toFixed(digits) ?? "?").join(" to ");

/** Every model's two distances. */
async function distancesFigure(models: readonly MeasuredModel[], numbers: Numbers): Promise<Figure> {
  const present = COMPARED.filter(({ objective }) => modelsOf(objective, models).length > 0);
  const { images, floor, untrained } = numbers;
  const [prior, aggregate] = SOURCES.map((source) => rangeOf(numbers, source, 1));
  const about = {
    file: "distances.svg",
    title: "Distances of samples to real images",
    caption:
      "All objectives approximate the same β-VAE, so their samples should be about as good; d² is the Fréchet distance " +
      `of ${images} samples to ${images} real images, in squared feature units. Means of objectives are ${prior} from ` +
      `N(0, I) and ${aggregate} from the aggregate posterior; another ${images} real images are at ` +
      `${floor!.toFixed(2)}, an untrained decoder at ${untrained!.toFixed(1)}.`,
  };
  return await charted(about, [{
    x: { title: "d², z from N(0, I)" },
    y: { title: "d², z from the aggregate posterior" },
    series: present.map(({ objective, name }) => ({
      name,
      mark: "point",
      points: modelsOf(objective, models).map(({ prior, aggregate }) => ({ x: prior, y: aggregate })),
    })),
  }]);
}

/** Samples to a row of a grid, and rows of each objective. */
const [COLUMNS, ROWS] = [10, 3];
/** Pixels between two grids. */
const BETWEEN = 12;

/** The first samples of each source, as many as are shown of a model. */
export async function shownOf(
  samples: Readonly<Record<Source, Images>>,
  { width, height, channels = 1, count }: Pick<Dataset, "width" | "height" | "channels" | "count">,
): Promise<MeasuredModel["shown"]> {
  const bytes = async (images: Images): Promise<string> => {
    const shown = tf.tidy(() => images(0, Math.min(count, COLUMNS * ROWS)));
    const pixels = await read(shown);
    shown.dispose();
    return encodeBase64(Uint8Array.from(pixels, (value) => Math.round(255 * value)));
  };
  return {
    width,
    height,
    channels,
    prior: await bytes(samples.prior),
    aggregate: await bytes(samples.aggregate),
  };
}

/** A PNG of samples, model after model: the prior's on the left, the aggregate posterior's on the right. */
export function samplesPng(models: readonly MeasuredModel["shown"][]): Uint8Array {
  const grids = SOURCES.map((source) => {
    const tiles = models.flatMap(({ width, height, channels, [source]: shown }) => {
      const [bytes, size] = [decodeBase64(shown), width * height * channels];
      return Array.from({ length: Math.min(bytes.length / size, COLUMNS * ROWS) }, (_, i) => ({
        ...{ width, height, channels },
        pixels: bytes.subarray(i * size, (i + 1) * size),
      }));
    });
    return gridImage(tiles, { columns: COLUMNS });
  });
  return encodePng(gridImage(grids, { columns: 2, gap: BETWEEN }));
}

/** Samples of the first model of each objective. */
function samplesFigure(models: readonly MeasuredModel[], noun: string): Figure {
  const first = COMPARED.flatMap(({ objective, name }) =>
    modelsOf(objective, models).slice(0, 1).map((model) => ({ ...model, name }))
  );
  return {
    file: "samples.png",
    title: "Samples",
    caption:
      "Right: z from the aggregate posterior, near to which the decoder was trained; left: z from N(0, I), some of which " +
      `is between ${noun}s. From the top, ${ROWS} rows each: ` +
      `${first.map(({ name, seed }) => `${name}, seed ${seed}`).join("; ")}.`,
    content: samplesPng(first.map(({ shown }) => shown)),
  };
}

/** All distances: a row for each objective and source, and two references. */
function distancesTable(numbers: Numbers, { seeds, classifierHidden }: SamplesOptions): Table {
  const { images, untrained, floor } = numbers;
  const features = classifierHidden.at(-1);
  const spread = (name: string): (number | null)[] =>
    ["mean", "least", "most"].map((kind) => numbers[`${name}.${kind}`] ?? null);
  const alone = (what: string, d2: number) => [what, "", "", d2, ...Array<null>(5).fill(null)];
  return {
    file: "distances.csv",
    title: "Fréchet distances to real images",
    caption: `d² between ${images} images and ${images} real ones over seeds, in squared units of ` +
      `${features} features; ratios are to the β-VAE with the same seed. The fewer the images, the larger d²: ` +
      "only equal numbers compare.",
    head: ["samples of", "z from", "seeds", "d²", "least", "most", "ratio", "least ratio", "most ratio"],
    rows: [
      ...COMPARED.flatMap(({ objective, name }) =>
        SOURCES.map((source) => [
          ...[name, NAMES[source], `${numbers[`seeds.${objective}`]} of ${seeds}`],
          ...spread(`${source}.${objective}`),
          ...spread(`ratio.${source}.${objective}`),
        ])
      ),
      alone("an untrained decoder", untrained!),
      alone("the other half of the real images (floor)", floor!),
    ],
  };
}

/** Concludes from the distances of real images and at least one model. */
export async function conclude(
  options: SamplesOptions,
  parts: readonly PartResult[],
): Promise<Conclusion<SamplesResults>> {
  const reals = parts.find((part) => part.kind === "reals");
  const models = parts.filter((part) => part.kind === "model");
  if (!reals || models.length === 0) {
    throw new RangeError(
      "samples: real images and at least one model are required, but there are " +
        `${models.length} models${reals ? "" : " alone"}`,
    );
  }
  const { accuracy, floor, untrained } = reals;
  const numbers = numbersOf(models, reals), noun = nounOf(options);
  const [prior, aggregate] = SOURCES.map((source) => {
    const ratio = rangeOf(numbers, `ratio.${source}`, 2);
    return `${rangeOf(numbers, source, 1)} from ${NAMES[source]} (${ratio} times the β-VAE's)`;
  });
  return {
    results: {
      ...{ accuracy, floor, untrained },
      models: models.map(({ objective, beta, seed, prior, aggregate }) => ({
        ...{ objective, beta, seed, prior, aggregate },
      })),
    },
    numbers,
    answer:
      `Over ${models.length} models at β = ${options.beta}, the mean Fréchet distance to real ${noun}s is ` +
      `${prior} and ${aggregate}, by objective; real ${noun}s are ${floor.toFixed(2)} apart.`,
    caveat:
      "The classifier in whose features distances are was trained on all of the real ones, so the distance between these " +
      "is optimistic; only distances of equally many images compare.",
    figures: [await distancesFigure(models, numbers), samplesFigure(models, noun)],
    tables: [distancesTable(numbers, options)],
  };
}
