/**
 * What the results of the parts come to: key numbers, figures, a table.
 *
 * @module
 */

import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { chart, encodePng, gridImage, type PixelImage, toSvg } from "../../lib/figure/mod.ts";
import type { ComparedObjective, SamplesResults } from "../../properties/laws/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import { type Spread, spreadOf } from "../runner/spread.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import type { Images } from "./distance.ts";
import type { MeasuredModel, MeasuredReals, PartResult, SamplesOptions } from "./study.ts";

/** From N(0, I), and from the aggregate posterior. */
export const SOURCES = ["prior", "aggregate"] as const;
/** Where latents are drawn from. */
export type Source = typeof SOURCES[number];
const NAMES: Readonly<Record<Source, string>> = { prior: "N(0, I)", aggregate: "the aggregate posterior" };

/** Numbers over seeds, from each source; null if there are none. */
type BySource = Readonly<Record<Source, Spread>> | null;

/** An objective over seeds. */
interface ObjectiveSummary {
  readonly objective: ComparedObjective;
  /** As figures name it. */
  readonly name: string;
  readonly models: readonly MeasuredModel[];
  /** d². */
  readonly distance: BySource;
  /** d² over that of the β-VAE with the same seed, where there are both. */
  readonly ratio: BySource;
}

const bySource = (values: readonly Readonly<Record<Source, number>>[]): BySource =>
  values.length === 0 ? null : {
    prior: spreadOf(values.map(({ prior }) => prior)),
    aggregate: spreadOf(values.map(({ aggregate }) => aggregate)),
  };

/** The summaries of all objectives, in their order; of some there may be no model. */
function summariesOf(all: readonly MeasuredModel[]): ObjectiveSummary[] {
  return COMPARED.map(({ objective, name }) => {
    const models = all.filter((model) => model.objective === objective);
    const ratios = models.flatMap(({ seed, prior, aggregate }) => {
      const of = all.find((model) => model.objective === "beta-vae" && model.seed === seed);
      return of ? [{ prior: prior / of.prior, aggregate: aggregate / of.aggregate }] : [];
    });
    return { objective, name, models, distance: bySource(models), ratio: bySource(ratios) };
  });
}

/**
 * The key numbers: `prior.grae.mean` is d² from N(0, I) over seeds, `ratio.prior.grae.mean` what it is times the β-VAE's, and
 * `prior.means.least` the least mean of an objective; of ratios without the β-VAE's own, which are 1.
 */
function numbersOf(
  rows: readonly ObjectiveSummary[],
  { accuracy, floor, untrained, images }: MeasuredReals,
): Record<string, number> {
  const numbers: Record<string, number> = { accuracy, floor, untrained, images };
  const add = (name: string, { mean, least, most }: Omit<Spread, "median" | "deviation">): void => {
    Object.assign(numbers, { [`${name}.mean`]: mean, [`${name}.least`]: least, [`${name}.most`]: most });
  };
  for (const { objective, models } of rows) numbers[`seeds.${objective}`] = models.length;
  for (const [name, kind] of [["", "distance"], ["ratio.", "ratio"]] as const) {
    for (const source of SOURCES) {
      const means: number[] = [];
      for (const row of rows) {
        const spread = row[kind]?.[source];
        if (spread === undefined) continue;
        add(`${name}${source}.${row.objective}`, spread);
        if (kind === "distance" || row.objective !== "beta-vae") means.push(spread.mean);
      }
      if (means.length > 0) add(`${name}${source}.means`, spreadOf(means));
    }
  }
  return numbers;
}

/** Every model's two distances. */
async function distancesFigure(
  rows: readonly ObjectiveSummary[],
  { floor, untrained, images }: MeasuredReals,
): Promise<Figure> {
  const present = rows.filter(({ models }) => models.length > 0);
  const means = present.map(({ name, models, distance }) =>
    `${name} ${SOURCES.map((source) => distance![source].mean.toFixed(1)).join(" and ")} (${models.length})`
  );
  return {
    file: "distances.svg",
    title: "Distances of samples to real images",
    caption:
      "All objectives approximate the same β-VAE, so their samples should be about as good; d² is the Fréchet distance " +
      `of ${images} samples to ${images} real images, in squared feature units. Means from N(0, I) and from the ` +
      `aggregate posterior (seeds): ${means.join("; ")}; another ${images} real images ${
        floor.toFixed(2)
      }; an ` +
      `untrained decoder ${untrained.toFixed(1)}.`,
    content: await toSvg(chart({
      x: { title: "d², z from N(0, I)" },
      y: { title: "d², z from the aggregate posterior" },
      series: present.map(({ name, models }) => ({
        name,
        mark: "point",
        points: models.map(({ prior, aggregate }) => ({ x: prior, y: aggregate })),
      })),
    })),
  };
}

/** Images to a row of a grid. */
const COLUMNS = 10;
/** Pixels between two grids. */
const BETWEEN = 12;

/** Images that follow each other in memory. */
function tilesOf(
  pixels: Float32Array | Uint8Array,
  { width, height }: Pick<Dataset, "width" | "height">,
): PixelImage[] {
  const size = width * height;
  return Array.from({ length: pixels.length / size }, (_, i) => ({
    ...{ width, height },
    pixels: pixels.subarray(i * size, (i + 1) * size),
  }));
}

/**
 * The first `most` samples of each source; all where there are fewer.
 *
 * @throws (rejects) RangeError for pixels outside [0, 1]
 */
export async function shownOf(
  samples: Readonly<Record<Source, Images>>,
  { width, height, count }: Pick<Dataset, "width" | "height" | "count">,
  most: number,
): Promise<MeasuredModel["shown"]> {
  const bytes = async (images: Images): Promise<string> => {
    const shown = tf.tidy(() => images(0, Math.min(count, most)));
    const pixels = await read(shown);
    shown.dispose();
    // Images below each other without gaps are images after each other.
    return encodeBase64(gridImage(tilesOf(pixels, { width, height }), { columns: 1, gap: 0 }).pixels);
  };
  return { width, height, prior: await bytes(samples.prior), aggregate: await bytes(samples.aggregate) };
}

/** A PNG of samples of models, ten to a row, model after model: the prior's on the left, the aggregate posterior's on the right. */
export function samplesPng(models: readonly MeasuredModel["shown"][]): Uint8Array {
  const grids = SOURCES.map((source) =>
    gridImage(models.flatMap((shown) => tilesOf(decodeBase64(shown[source]), shown)), { columns: COLUMNS })
  );
  return encodePng(gridImage(grids, { columns: 2, gap: BETWEEN }));
}

/** Samples of an objective's models of all seeds; none where there is no model. */
function samplesFigures({ objective, name, models }: ObjectiveSummary): Figure[] {
  const bands = models.map(({ seed, prior, aggregate, shown }) => {
    const rows = decodeBase64(shown.prior).length / (shown.width * shown.height * COLUMNS);
    return `seed ${seed} (${Math.ceil(rows)} rows) ${prior.toFixed(1)} and ${aggregate.toFixed(1)}`;
  });
  return models.length === 0 ? [] : [{
    file: `${objective}.png`,
    title: `${name}: samples`,
    caption:
      "Right: z from the aggregate posterior, near to which the decoder was trained; left: z from N(0, I), some of which " +
      `is between digits. From the top, d² left and right: ${bands.join("; ")}.`,
    content: samplesPng(models.map(({ shown }) => shown)),
  }];
}

/** All distances: a row for each objective and source, and what to compare with. */
function distancesTable(
  rows: readonly ObjectiveSummary[],
  { floor, untrained, images }: MeasuredReals,
  { seeds, classifierHidden }: SamplesOptions,
): Table {
  const numbers = (spread: Spread | undefined, kinds: readonly (keyof Spread)[]): (number | null)[] =>
    kinds.map((kind) => spread?.[kind] ?? null);
  const alone = (what: string, d2: number): (string | number | null)[] => [
    ...[what, "", "", d2],
    ...Array<null>(6).fill(null),
  ];
  return {
    file: "distances.csv",
    title: "Fréchet distances to real images",
    caption:
      `d² between ${images} images and ${images} real ones, in squared units of ${
        classifierHidden.at(-1)
      } features; over seeds; ` +
      "ratios are to the β-VAE with the same seed. The fewer the images, the larger d²: only equal numbers compare.",
    head: [
      ...["samples of", "z from", "seeds", "d²", "deviation", "least", "most"],
      ...["ratio", "least ratio", "most ratio"],
    ],
    rows: [
      ...rows.flatMap(({ name, models, distance, ratio }) =>
        SOURCES.map((source) => [
          name,
          NAMES[source],
          `${models.length} of ${seeds}`,
          ...numbers(distance?.[source], ["mean", "deviation", "least", "most"]),
          ...numbers(ratio?.[source], ["mean", "least", "most"]),
        ])
      ),
      alone("an untrained decoder", untrained),
      alone("the other half of the real images (floor)", floor),
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
  const rows = summariesOf(models);
  const numbers = numbersOf(rows, reals);
  const range = (name: string, digits: number): string =>
    ["least", "most"].map((end) => numbers[`${name}.means.${end}`]!.toFixed(digits)).join(" to ");
  const [prior, aggregate] = SOURCES.map((source) => {
    const ratio = `ratio.${source}`;
    const times = `${ratio}.means.least` in numbers ? ` (${range(ratio, 2)} times the β-VAE's)` : "";
    return `${range(source, 1)} from ${NAMES[source]}${times}`;
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
      `Over ${models.length} models at β = ${options.beta}, the mean Fréchet distance to real digits is ` +
      `${prior} and ${aggregate}, by objective; real digits are ${floor.toFixed(2)} apart.`,
    caveat:
      "The classifier in whose features distances are was trained on all of the real digits, so the distance between these " +
      "is optimistic; only distances of equally many images compare.",
    figures: [await distancesFigure(rows, reals), ...rows.flatMap(samplesFigures)],
    tables: [distancesTable(rows, reals, options)],
  };
}
