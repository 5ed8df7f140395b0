/**
 * The conclusion from trained models: summaries over seeds, numbers, figures and tables.
 *
 * @module
 */

import { decodeBase64 } from "@std/encoding/base64";
import { beside, encodePng, gridImage, heatMap, type PixelImage, toSvg } from "../../figure/mod.ts";
import { align } from "../../lib/symmetry/mod.ts";
import { normalised } from "../metric/measures.ts";
import { charted } from "../runner/charted.ts";
import { spreadOf, spreadText } from "../runner/spread.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import { MODEL_NAMES, type ModelName } from "./kinds.ts";
import { SHOWN } from "./models.ts";
import type { ImagesModel, ImagesOptions, Measures } from "./study.ts";

type Spread = ReturnType<typeof spreadOf>;
type Shown = NonNullable<ImagesModel["shown"]>;

const TITLES: Readonly<Record<ModelName, string>> = {
  "mean-field": "β-VAE, mean-field",
  "block": "β-VAE, block",
  "full": "β-VAE, full",
  "grae-star": "GRAE*",
  "grae-star-stochastic": "GRAE*, stochastic",
};
/** What is compared over kinds of models. */
const MEASURES: Readonly<Record<keyof Measures | "agreement", string>> = {
  loss: "held-out loss",
  offDiagonal: "off-diagonal |JᵀJ|",
  active: "active latents",
  agreement: "agreement of seeds",
  mig: "MIG",
  factorVae: "FactorVAE score",
  sap: "SAP",
  disentanglement: "disentanglement",
  completeness: "completeness",
};
type Measure = keyof typeof MEASURES;
const NAMES = Object.keys(MEASURES) as Measure[];

/** Codes `[image][latent]`, less their means over the images. */
function centred({ codes, metric: { length } }: ImagesModel): number[][] {
  const values = new Float32Array(decodeBase64(codes).buffer);
  const rows = Array.from({ length: values.length / length }, (_, i) => [
    ...values.subarray(i * length, (i + 1) * length),
  ]);
  const means = rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
  return rows.map((row) => row.map((value, k) => value - means[k]!));
}

/**
 * How far the latents of two seeds agree, for each pair of seeds: the mean |correlation| of latents that are matched one to one,
 * so that it is greatest. It is 1 where they agree up to order, sign and scale.
 */
export function agreements(models: readonly ImagesModel[]): number[] {
  const codes = models.map(centred);
  return codes.flatMap((a, i) => codes.slice(i + 1).map((b) => align(b, a).mean));
}

/** The models of one kind on one data set, and the spread of each measure over their seeds; of agreement, over pairs of seeds. */
interface Kind {
  readonly dataset: ImagesModel["dataset"];
  readonly model: ModelName;
  readonly models: readonly ImagesModel[];
  readonly spreads: Readonly<Partial<Record<Measure, Spread>>>;
}

/** The values of a measure that there are. */
const valuesOf = (models: readonly ImagesModel[], measure: Measure): number[] =>
  measure === "agreement" ? agreements(models) : models.flatMap(({ measures }) => measures[measure] ?? []);

/** All kinds of models that there are, data set by data set. */
export function kindsOf(
  { datasets }: Pick<ImagesOptions, "datasets">,
  models: readonly ImagesModel[],
): Kind[] {
  return datasets.flatMap((dataset) =>
    MODEL_NAMES.flatMap((model): Kind[] => {
      const own = models.filter((one) => one.dataset === dataset && one.model === model);
      if (own.length === 0) return [];
      const spreads = NAMES.flatMap((measure) => {
        const values = valuesOf(own, measure);
        return values.length === 0 ? [] : [[measure, spreadOf(values)]];
      });
      return [{ dataset, model, models: own, spreads: Object.fromEntries(spreads) }];
    })
  );
}

/** A measure of mean-field less that of full, over the seeds that have both; of agreement, the difference of the means. */
export function differences(kinds: readonly Kind[], dataset: string, measure: Measure): number[] {
  const named = (name: ModelName): Kind | undefined =>
    kinds.find((kind) => kind.dataset === dataset && kind.model === name);
  const [meanField, full] = [named("mean-field"), named("full")];
  if (!meanField || !full) return [];
  if (measure === "agreement") {
    const [one, other] = [meanField.spreads.agreement, full.spreads.agreement];
    return one && other ? [one.mean - other.mean] : [];
  }
  return meanField.models.flatMap(({ seed, measures }) => {
    const [own, other] = [measures[measure], full.models.find((m) => m.seed === seed)?.measures[measure]];
    return own == null || other == null ? [] : [own - other];
  });
}

/** The key numbers: `shapes.mean-field.mig.mean`, and `shapes.difference.mig.mean`, of mean-field less full. */
function numbersOf(kinds: readonly Kind[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  const add = (name: string, { mean, least, most }: Spread): void => {
    Object.assign(numbers, { [`${name}.mean`]: mean, [`${name}.least`]: least, [`${name}.most`]: most });
  };
  for (const { dataset, model, models, spreads } of kinds) {
    numbers[`${dataset}.${model}.seeds`] = models.length;
    for (const [measure, spread] of Object.entries(spreads)) add(`${dataset}.${model}.${measure}`, spread);
  }
  for (const dataset of new Set(kinds.map((kind) => kind.dataset))) {
    for (const measure of NAMES) {
      const found = differences(kinds, dataset, measure);
      if (found.length === 0) continue;
      add(`${dataset}.difference.${measure}`, spreadOf(found));
      numbers[`${dataset}.difference.${measure}.above`] = found.filter((value) => value > 0).length;
    }
  }
  return numbers;
}

/** "mean-field 0.22 (0.17–0.26), full …": a measure of each kind of model on a data set. */
function eachText(kinds: readonly Kind[], measure: Measure): string {
  const some = kinds.flatMap(({ model, spreads: { [measure]: spread } }) =>
    spread ? [`${TITLES[model]} ${spreadText(spread)}`] : []
  );
  return some.length === 0 ? "none" : some.join(", ");
}

/** A panel for each score: a place for each kind of model, a point for each seed. */
async function scoresFigure(all: readonly Kind[], datasets: readonly string[]): Promise<Figure> {
  const shown = (["agreement", "mig", "factorVae", "offDiagonal"] as const)
    .filter((measure) => all.some(({ spreads }) => spreads[measure]));
  return await charted(
    {
      file: "scores.svg",
      title: "Scores of latents",
      caption:
        "Only a mean-field posterior fixes the latents up to order and sign; a full one leaves rotations of them free, and a " +
        "rotation mixes factors. A point for each seed, for agreement each pair of seeds. MIG, mean (least–most): " +
        datasets.map((dataset) =>
          `${dataset}: ${eachText(all.filter((kind) => kind.dataset === dataset), "mig")}`
        ).join("; ") + ".",
    },
    shown.map((measure) => ({
      title: MEASURES[measure],
      x: { title: "model", names: MODEL_NAMES.map((name) => TITLES[name]) },
      y: { title: "score", zero: true },
      series: datasets.flatMap((dataset, at) => {
        const aside = 0.24 * (at - (datasets.length - 1) / 2);
        const points = all.filter((kind) => kind.dataset === dataset).flatMap(({ model, models }) =>
          valuesOf(models, measure).map((y) => ({ x: MODEL_NAMES.indexOf(model) + 1 + aside, y }))
        );
        return points.length === 0 ? [] : [{ name: dataset, mark: "point" as const, points }];
      }),
    })),
  );
}

/** The first seed's metrics, normalised, as heat maps. */
async function metricFigure(all: readonly Kind[], { latent, block, beta }: ImagesOptions): Promise<Figure> {
  const quantity = "mean |JᵀJ|, normalised";
  const blocks = block > 1 && block < latent ? Array.from({ length: latent / block }, () => block) : null;
  const maps = all.map(({ dataset, model, models: [first] }) => ({
    name: `${dataset}, ${TITLES[model]}`,
    matrix: normalised(first!.metric),
    ...(model === "block" && blocks ? { blocks } : {}),
  }));
  return {
    file: "metric.svg",
    title: "The decoder's metric after training",
    caption:
      `Σ* = (I + JᵀJ/β)⁻¹ draws JᵀJ to zero outside the posterior's blocks: off the diagonal for mean-field, nowhere for full. ` +
      `M_ij/√(M_ii M_jj), M = mean |JᵀJ| over held-out images, of the first seed at β = ${beta}; blocks are outlined.`,
    content: await toSvg(
      beside(maps.map(({ name, ...map }) => heatMap({ ...map, title: name, quantity })), 1),
    ),
    data: {
      file: "metric.csv",
      title: "The decoder's metric: entries",
      caption: "The entries of the maps; rows and columns are latents.",
      head: ["model", "row", "column", quantity],
      rows: maps.flatMap(({ name, matrix }) =>
        matrix.flatMap((row, i) => row.map((entry, j) => [name, i + 1, j + 1, entry]))
      ),
    },
  };
}

/** Bytes in base64 as pictures. */
function tilesOf({ width, height, channels }: Shown, content: string): PixelImage[] {
  const bytes = decodeBase64(content), size = width * height * channels;
  return Array.from({ length: bytes.length / size }, (_, i) => ({
    ...{ width, height, channels },
    pixels: bytes.subarray(i * size, (i + 1) * size),
  }));
}

/** Pictures of the first seed's models on one data set. */
function pictures(all: readonly Kind[], dataset: string): Figure[] {
  const drawn = all.filter((kind) => kind.dataset === dataset).flatMap(({ model, models }) => {
    const shown = models.find((one) => one.shown)?.shown;
    return shown ? [{ name: TITLES[model], model, shown }] : [];
  });
  if (drawn.length === 0) return [];
  const order = drawn.map(({ name }) => name).join(", ");
  const figure = (kind: string, title: string, caption: string, content: Uint8Array): Figure => ({
    file: `${kind}-${dataset}.png`,
    title: `${title}, ${dataset}`,
    ...{ caption, content },
  });
  const grid = (tiles: readonly PixelImage[], columns: number): Uint8Array =>
    encodePng(gridImage(tiles, { columns, scale: 2 }));
  const [first] = drawn;
  const swept = drawn.filter(({ model }) => model === "mean-field" || model === "full");
  return [
    figure(
      "samples",
      "Samples",
      "The loss draws codes to the prior N(0, I), so what is decoded from draws of it should look like the images. " +
        `Decoder means, the same draws for all, two rows for each model; from the top: ${order}.`,
      grid(drawn.flatMap(({ shown }) => tilesOf(shown, shown.samples)), SHOWN.samples / 2),
    ),
    figure(
      "reconstructions",
      "Reconstructions",
      "Details that cost more nats in the code than they save in the reconstruction are lost. Held-out images, and below " +
        `them the decoder's means at their encodings; from the top: ${order}.`,
      grid(
        [first!.shown.originals, ...drawn.map(({ shown }) => shown.reconstructions)].flatMap((content) =>
          tilesOf(first!.shown, content)
        ),
        SHOWN.reconstructions,
      ),
    ),
    ...swept.length === 0 ? [] : [figure(
      "traversals",
      "Traversals",
      "A mean-field posterior presses latents to change the picture in directions orthogonal to each other, and a full one does " +
        "not. Around the encoding of a held-out image each latent goes from −3 to 3, a row for each; from the left: " +
        `${swept.map(({ name }) => name).join(", ")}.`,
      encodePng(gridImage(
        swept.map(({ shown }) =>
          gridImage(tilesOf(shown, shown.traversals), { columns: SHOWN.steps, scale: 2 })
        ),
        { columns: 2, gap: 12 },
      )),
    )],
  ];
}

/** The tables: every kind of model, and mean-field less full. */
function tablesOf(all: readonly Kind[], { seeds }: ImagesOptions): Table[] {
  const ends = (spread: Spread | undefined): (number | null)[] =>
    spread ? [spread.mean, spread.least, spread.most] : [null, null, null];
  return [{
    file: "models.csv",
    title: "Measures of the models",
    caption:
      "Means over seeds, with the least and the greatest; of agreement over pairs of seeds. The loss is the β-VAE's on held-out " +
      "images less (n/2) log 2π, in nats per image; off-diagonal is the mean |JᵀJ| of active latents, normalised. SAP, " +
      "disentanglement and completeness are of factors whose values are in order, where there are two or more.",
    head: ["images", "model", "seeds", ...NAMES.flatMap((name) => [MEASURES[name], "least", "most"])],
    rows: all.map(({ dataset, model, models, spreads }) => [
      ...[dataset, TITLES[model], `${models.length} of ${seeds}`],
      ...NAMES.flatMap((name) => ends(spreads[name])),
    ]),
  }, {
    file: "differences.csv",
    title: "Mean-field less full",
    caption:
      "Differences of β-VAEs with the same seed, on the same images: the mean, the least, the most, and how many are " +
      "above 0; of agreement, one difference of means.",
    head: ["images", "measure", "differences", "mean", "least", "most", "above 0"],
    rows: [...new Set(all.map(({ dataset }) => dataset))].flatMap((dataset) =>
      NAMES.flatMap((name) => {
        const found = differences(all, dataset, name);
        const above = found.filter((value) => value > 0).length;
        return found.length === 0
          ? []
          : [[dataset, MEASURES[name], found.length, ...ends(spreadOf(found)), above]];
      })
    ),
  }];
}

/**
 * Concludes from at least one model.
 *
 * @throws (rejects) RangeError if there is none
 */
export async function conclude(
  options: ImagesOptions,
  models: readonly ImagesModel[],
): Promise<Conclusion<{ readonly models: readonly Omit<ImagesModel, "shown" | "codes">[] }>> {
  const all = kindsOf(options, models);
  if (all.length === 0) throw new RangeError("images: at least one model is required, but there is none");
  const datasets = [...new Set(all.map(({ dataset }) => dataset))];
  const said = datasets.map((dataset) => {
    const told = (name: ModelName, measure: Measure): string => {
      const kind = all.find((one) => one.dataset === dataset && one.model === name);
      const spread = kind?.spreads[measure];
      return spread ? spreadText(spread) : "?";
    };
    return `on ${dataset} ${told("mean-field", "agreement")} and ${told("full", "agreement")}, MIG ${
      told("mean-field", "mig")
    } and ${told("full", "mig")}`;
  });
  return {
    results: { models: models.map(({ shown: _, codes: __, ...model }) => model) },
    numbers: numbersOf(all),
    answer: `Agreement of latents between seeds, of mean-field and of full posteriors, is ${
      said.join("; ")
    }: the mean (least–most) over ${options.seeds} seeds.`,
    caveat:
      "The networks are small and the images few; scores of latents depend on their number and on β, which are the same for all " +
      "models, and collapsed latents lower the agreement between seeds.",
    figures: [
      await scoresFigure(all, datasets),
      await metricFigure(all, options),
      ...datasets.flatMap((dataset) => pictures(all, dataset)),
    ],
    tables: tablesOf(all, options),
  };
}
