/**
 * Figures, a table and numbers of a run.
 *
 * @module
 */

import { foldIn, normalTensor, read, tf } from "../../lib/engine/mod.ts";
import { encodePng, gridImage, heatMap, type PixelImage, toSvg } from "../../figure/mod.ts";
import { bindModel, type Model } from "../../lib/model/mod.ts";
import { meanMetric } from "../digits/evaluate.ts";
import { imagesOf } from "../digits/images.ts";
import { charted } from "../runner/charted.ts";
import { turn } from "../runner/interruption.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import {
  comparable,
  type Epoch,
  type MnistResult,
  type Score,
  type Scores,
  scoresText,
  scoreText,
  titleOf,
  unitNote,
} from "./metrics.ts";
import type { MnistOptions } from "./study.ts";
import type { Run } from "./training.ts";

/** A trained model, the key of its samples and the images that pictures show. */
export type Gallery = Pick<Run, "setup" | "key"> & {
  readonly parameters: readonly tf.Tensor[];
  readonly split: Pick<Run["split"], "heldOut">;
};

/** The random stream of the samples; those of the fit and of the scores are 0 to 3. */
export const SAMPLES = 4;
/** How far a traversal goes, in standard deviations of the prior, and in how many steps. */
const [REACH, STEPS] = [3, 11];

/** Pixels `[image, pixel]` as images, and the tensor is disposed of. */
async function imagesIn(
  pixels: tf.Tensor,
  { split: { heldOut: { width, height, channels = 1 } } }: Gallery,
): Promise<PixelImage[]> {
  const values = await read(pixels);
  pixels.dispose();
  const size = width * height * channels;
  return Array.from({ length: values.length / size }, (_, i) => ({
    ...{ width, height, channels },
    pixels: values.subarray(i * size, (i + 1) * size),
  }));
}

/** E[x] at decoder outputs. */
function decodedImages(gallery: Gallery, decoded: (model: Model) => tf.Tensor): Promise<PixelImage[]> {
  const means = tf.tidy(() => {
    const model = bindModel(gallery.setup.description, gallery.parameters);
    return model.likelihood.mean(decoded(model));
  });
  return imagesIn(means, gallery);
}

/** A grid of images; a Gaussian mean may overshoot [0, 1], so it is cut off there. */
const gridPng = (images: readonly PixelImage[], columns: number): Uint8Array =>
  encodePng(gridImage(images, { columns, gap: 2, scale: 2, clamp: true }));

/** Held-out images, ten to a row, each above the decoder's mean at its encoding. */
export async function reconstructionsPng(gallery: Gallery): Promise<Uint8Array> {
  const shown = (): tf.Tensor => imagesOf(gallery.split.heldOut, 0, 30);
  const originals = await imagesIn(shown(), gallery);
  const decoded = await decodedImages(gallery, ({ encode, decoder }) => decoder.apply(encode(shown()).mean));
  const rows = Array.from(
    { length: Math.ceil(originals.length / 10) },
    (_, r) => [originals, decoded].flatMap((images) => images.slice(10 * r, 10 * r + 10)),
  );
  return gridPng(rows.flat(), Math.min(10, originals.length));
}

/** z `[1, latent]`, each latent in turn swept from −3 to 3 in so many steps: `[latent · steps, latent]`. */
export function sweptLatents(z: tf.Tensor, steps: number): tf.Tensor {
  const [, latent] = z.shape as [number, number];
  const shape = [latent * steps, latent];
  const keep = new Float32Array(latent * steps * latent).fill(1);
  const add = new Float32Array(keep.length);
  for (let row = 0; row < latent * steps; row++) {
    const swept = row * latent + Math.floor(row / steps);
    keep[swept] = 0;
    add[swept] = -REACH + 2 * REACH * (row % steps) / (steps - 1);
  }
  return tf.add(tf.mul(tf.tile(z, [latent * steps, 1]), tf.tensor(keep, shape)), tf.tensor(add, shape));
}

/** One row per latent, swept from −3 to 3 while the others stay at the encoding of a held-out image. */
export async function traversalsPng(gallery: Gallery): Promise<Uint8Array> {
  const images = await decodedImages(
    gallery,
    ({ encode, decoder }) =>
      decoder.apply(sweptLatents(encode(imagesOf(gallery.split.heldOut, 0, 1)).mean, STEPS)),
  );
  return gridPng(images, STEPS);
}

/** w in Jᵀ diag(w) J by the kind of likelihood, where it is not 1, and the unit of the product. */
const WEIGHTS: Readonly<Record<string, readonly [weight: string | null, unit: string]>> = {
  "gaussian": [null, "intensity² per latent²"],
  "scaled-gaussian": ["1/σ²", "nats per latent²"],
  "bernoulli": ["m(1−m)", "nats per latent²"],
  "continuous-bernoulli": ["A″", "nats per latent²"],
};

/** The mean metric as a heat map, blocks outlined, and its numbers. */
async function metricMap(
  about: Pick<Figure, "file" | "title" | "caption">,
  { setup }: Gallery,
  matrix: readonly (readonly number[])[],
): Promise<Figure> {
  const { description: { likelihood, latent }, family: { block } } = setup;
  const [weight, unit] = WEIGHTS[likelihood.kind]!;
  const content = await toSvg(heatMap({
    matrix,
    title: "Decoder metric over held-out images",
    quantity: weight ? `mean |Jᵀ diag(${weight}) J|` : "mean |JᵀJ|",
    unit,
    ...(block > 1 && block < latent ? { blocks: Array.from({ length: latent / block }, () => block) } : {}),
  }));
  return { ...about, content, data: metricTable(matrix) };
}

/** Comparable scores over epochs; one that is not finite, as an evaluation loss at an extreme β, is left out. */
export async function curves(
  about: Pick<Figure, "file" | "title" | "caption">,
  epochs: readonly Epoch[],
  { objective, beta }: Pick<MnistOptions, "objective" | "beta">,
): Promise<Figure> {
  const pointsOf = (scoreOf: (at: Epoch) => Score) =>
    epochs.map((at) => ({ x: at.epoch, y: scoreOf(at).value })).filter((at): at is { x: number; y: number } =>
      at.y !== null
    );
  const series = [
    { name: `${titleOf(objective)}, training`, points: pointsOf(({ train }) => train.loss), dashed: true },
    { name: `${titleOf(objective)}, held out`, points: pointsOf(({ heldOut }) => heldOut.loss) },
    // A loss that is the run's own is drawn once.
    ...(["beta-vae", "grae", "grae-star"] as const).filter((name) => name !== objective)
      .map((name) => ({ name: titleOf(name), points: pointsOf(({ heldOut }) => heldOut.evaluation[name]) })),
  ].filter(({ points }) => points.length > 0);
  if (series.length === 0) {
    const content = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40">' +
      '<text x="10" y="25" font-family="sans-serif">No score is finite</text></svg>';
    return { ...about, content };
  }
  return await charted(about, [{
    title: `Loss per image, β = ${beta}`,
    x: { title: "epoch", whole: true },
    y: { title: "loss", unit: "nats" },
    series,
  }]);
}

/** All scores by name: `loss`, `terms.kl`, `evaluation.grae`. */
const named = ({ loss, terms, evaluation }: Scores): [string, Score][] => [
  ["loss", loss],
  ...Object.entries(terms).map((
    [name, value],
  ): [string, Score] => [`terms.${name}`, { value, standardError: null }]),
  ...Object.entries(evaluation).map(([name, score]): [string, Score] => [`evaluation.${name}`, score]),
];

/** The scores after the last epoch. */
function tableOf({ train, heldOut }: Epoch, constant: number): Table {
  const error = "± standard error of the noise";
  const inTraining = Object.fromEntries(named(train));
  return {
    file: "scores.csv",
    title: "Scores after the last epoch",
    caption: `L${unitNote(constant).slice(1)}. A loss is the sum of its terms; prior is (β/2)‖h‖², volume ` +
      "(β/2) log |I + JᵀJ/β| as the objective takes it; the evaluation losses are the same for every objective, the " +
      "β-VAE's by 4 draws.",
    head: ["score", "held out", error, "training", error],
    rows: named(heldOut).map(([name, score]) => [
      name.replace("terms.", "").split(".").map(titleOf).join(" "),
      ...[score, inTraining[name]!].flatMap(({ value, standardError }) => [value, standardError]),
    ]),
  };
}

/** The numbers of the picture of the metric. */
const metricTable = (matrix: readonly (readonly number[])[]): Table => ({
  file: "metric.csv",
  title: "Decoder metric over held-out images",
  caption:
    "Mean absolute entries of Jᵀ diag(w) J, a row and a column for each latent: the numbers of the picture.",
  head: ["latent", ...matrix.map((_, i) => String(i))],
  rows: matrix.map((row, i) => [i, ...row]),
});

/** The key numbers: `heldOut.loss`, `heldOut.error`, `heldOut.terms.kl`, `train.evaluation.grae`. */
function numbersOf({ epoch, train, heldOut }: Epoch, gaussianConstant: number): Record<string, number> {
  const all = Object.entries({ train, heldOut }).flatMap(([on, scores]): [string, number | null][] => [
    [`${on}.error`, scores.loss.standardError],
    ...named(scores).map(([name, { value }]): [string, number | null] => [`${on}.${name}`, value]),
  ]);
  const finite = all.filter((entry): entry is [string, number] => entry[1] !== null);
  return { epochs: epoch, gaussianConstant, ...Object.fromEntries(finite) };
}

/** The learned σ as numbers, and how they stand to β; nothing where none is learned. */
async function deviations(
  { setup: { description }, parameters }: Gallery,
  beta: number,
): Promise<{ readonly numbers: Record<string, number>; readonly says: string }> {
  if (!description.likelihood.learned) return { numbers: {}, says: "" };
  const sigmas = Array.from(await read(parameters.at(-1)!), Math.exp);
  const [least, most] = [Math.min(...sigmas), Math.max(...sigmas)];
  const range = (shown: (sigma: number) => number): string =>
    [...new Set([least, most].map((sigma) => shown(sigma).toPrecision(3)))].join(" to ");
  return {
    numbers: { "sigma.least": least, "sigma.most": most },
    says: ` The learned σ is ${range((sigma) => sigma)}. The networks see βσ² alone, here ` +
      `${range((sigma) => beta * sigma ** 2)}: runs with another β compare where it is the same.`,
  };
}

/**
 * Concludes from a trained run.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function conclude(
  run: Gallery & Pick<Run, "options" | "constant">,
  result: MnistResult,
  signal: AbortSignal,
): Promise<Conclusion<MnistResult>> {
  const { options: { objective, posterior, beta, latent }, constant, setup, key } = run;
  const shown = result.epochs.map((scores) => ({
    ...scores,
    train: comparable(scores.train, objective, constant),
    heldOut: comparable(scores.heldOut, objective, constant),
  }));
  const last = shown.at(-1)!;
  const { loss, terms, evaluation: { grae, "grae-star": graeStar } } = last.heldOut;
  const code = "kl" in terms ? "kl" : "prior";
  const nats = (value: number | null = null): string => `${scoreText({ value })} nats`;
  const metric = await meanMetric(setup, run.parameters, run.split.heldOut, signal);
  const above = grae.value === null || graeStar.value === null ? null : graeStar.value - grae.value;
  type About = Parameters<typeof curves>[0];
  const drawn: [file: string, title: string, caption: string, (about: About) => Promise<Figure>][] = [
    [
      "samples.png",
      "Samples",
      "The loss draws the codes of images to the prior N(0, I), so what is decoded from draws of it should look like " +
      `the images. 100 decoder means at draws; ${titleOf(code)} is ${nats(terms[code])} per held-out image.`,
      async (about) => {
        const z = (): tf.Tensor => normalTensor(foldIn(key, SAMPLES), [100, latent]);
        return {
          ...about,
          content: gridPng(await decodedImages(run, ({ decoder }) => decoder.apply(z())), 10),
        };
      },
    ],
    [
      "reconstructions.png",
      "Reconstructions",
      "Details that cost more nats in the code than they save in the reconstruction are lost. Held-out images, " +
      "each above the decoder's mean at its encoding; the reconstruction term is " +
      `${nats(terms["reconstruction"])} per image.`,
      async (about) => ({ ...about, content: await reconstructionsPng(run) }),
    ],
    [
      "traversals.png",
      "Traversals",
      "Latents that a mean-field or block posterior does not correlate are pressed to change the picture in directions " +
      `orthogonal to each other. ${latent} latents, a row for each, swept from −${REACH} to ${REACH} around the ` +
      "encoding of a held-out image.",
      async (about) => ({ ...about, content: await traversalsPng(run) }),
    ],
    [
      "metric.svg",
      "Decoder metric",
      "A mean-field or block posterior presses the entries of JᵀJ outside its blocks, outlined, towards 0; a full one " +
      "leaves all of them free, and an isotropic one sees tr JᵀJ alone. Mean absolute entries over held-out images; " +
      `GRAE* is above GRAE by ${nats(above)} per image, which is 0 only where every JᵀJ is diagonal.`,
      (about) => metricMap(about, run, metric),
    ],
    [
      "curves.svg",
      "Curves",
      "GRAE* is never below GRAE; both follow the β-VAE loss as far as its Taylor approximation holds. After the last " +
      `epoch, held out: ${scoresText(last.heldOut)}; ${unitNote(constant)}.`,
      (about) => curves(about, shown, run.options),
    ],
  ];
  const figures: Figure[] = [];
  for (const [file, title, caption, draw] of drawn) {
    await turn(signal);
    figures.push(await draw({ file, title, caption }));
  }
  const after = `After ${last.epoch} epoch${last.epoch === 1 ? "" : "s"} of ${titleOf(objective)}`;
  const family = posterior === null ? "" : ` with ${posterior} posteriors`;
  const less = constant === 0 ? "" : ", less (n/2) log 2π";
  const learned = await deviations(run, beta);
  return {
    results: result,
    numbers: { ...numbersOf(last, constant), ...learned.numbers },
    answer:
      `${after}${family}, β = ${beta} and ${latent} latents, the held-out loss is ${scoreText(loss)} nats ` +
      `per image${less}.`,
    caveat:
      "One training with one seed: the error is that of the noise in scoring, and covers neither seeds nor images." +
      learned.says,
    figures,
    tables: [tableOf(last, constant)],
  };
}
