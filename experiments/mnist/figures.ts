/**
 * Figures, tables and numbers of a run.
 *
 * @module
 */

import { foldIn, normalTensor, read, tf } from "../../lib/engine/mod.ts";
import {
  chart,
  type ChartPoint,
  type ChartSeries,
  encodePng,
  gridImage,
  heatMap,
  type PixelImage,
  toSvg,
} from "../../lib/figure/mod.ts";
import { bindModel, type Model } from "../../lib/model/mod.ts";
import { imagesOf, pixelsOf } from "../digits/images.ts";
import { meanMetric } from "../digits/mean_metric.ts";
import { OPTIMISED_OUT } from "../digits/names.ts";
import { turn } from "../runner/interruption.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import {
  type Comparable,
  comparable,
  type MnistResult,
  type Score,
  scoresText,
  scoreText,
  termName,
  unitNote,
} from "./metrics.ts";
import type { MnistOptions } from "./study.ts";
import type { Run } from "./training.ts";

/** What the pictures are drawn from. */
export type Gallery = Pick<Run, "setup" | "key"> & {
  readonly parameters: readonly tf.Tensor[];
  readonly split: Pick<Run["split"], "heldOut">;
};
/** A run that is trained. */
export type Trained = Run & Gallery;

/** What the random stream of the pictures is folded from: those of the fit and of the scores are 0 to 3. */
const PICTURES = 4;
const [SCALE, GAP] = [2, 2];
/** How far a traversal goes, in standard deviations of the prior. */
export const REACH = 3;
const STEPS = 11;

/** Rows of pixels as images. */
function tiles({ split: { heldOut: { width, height } } }: Gallery, values: Float32Array): PixelImage[] {
  const size = width * height;
  return Array.from({ length: values.length / size }, (_, i) => ({
    width,
    height,
    pixels: values.subarray(i * size, (i + 1) * size),
  }));
}

/** E[x] at decoder outputs, as images. */
async function decodedImages(g: Gallery, decoded: (model: Model) => tf.Tensor): Promise<PixelImage[]> {
  const means = tf.tidy(() => {
    const model = bindModel(g.setup.description, g.parameters);
    return model.likelihood.mean(decoded(model));
  });
  const values = await read(means);
  means.dispose();
  return tiles(g, values);
}

/** A grid; a Gaussian mean may overshoot [0, 1], so it is cut off there. */
const grid = (pictures: readonly PixelImage[], columns: number): Uint8Array =>
  encodePng(gridImage(pictures, { columns, gap: GAP, scale: SCALE, clamp: true }));

/** A 10 × 10 grid of decoder means at z ~ N(0, I). */
export async function samplesPng(g: Gallery): Promise<Uint8Array> {
  const { latent } = g.setup.description;
  const noise = (): tf.Tensor => normalTensor(foldIn(g.key, PICTURES), [100, latent]);
  return grid(await decodedImages(g, (model) => model.decoder.apply(noise())), 10);
}

/** Held-out images, each above the decoder's mean at its encoding: three pairs of rows of ten. */
export async function reconstructionsPng(g: Gallery): Promise<Uint8Array> {
  const { heldOut } = g.split;
  const originals = tiles(g, pixelsOf(heldOut, 0, 30));
  const decoded = await decodedImages(
    g,
    (model) => model.decoder.apply(model.encode(imagesOf(heldOut, 0, 30)).mean),
  );
  const rows = Array.from({ length: Math.ceil(originals.length / 10) }, (_, r) => [
    ...originals.slice(10 * r, 10 * r + 10),
    ...decoded.slice(10 * r, 10 * r + 10),
  ]);
  return grid(rows.flat(), Math.min(10, originals.length));
}

/** One row per latent, swept from −{@link REACH} to {@link REACH} around the encoding of a held-out image. */
export async function traversalsPng(g: Gallery): Promise<Uint8Array> {
  const { latent } = g.setup.description;
  const decoded = await decodedImages(g, (model) => {
    const z = tf.tile(model.encode(imagesOf(g.split.heldOut, 0, 1)).mean, [latent * STEPS, 1]);
    const keep = new Float32Array(latent * STEPS * latent).fill(1);
    const add = new Float32Array(keep.length);
    for (let row = 0; row < latent * STEPS; row++) {
      const swept = Math.floor(row / STEPS);
      keep[row * latent + swept] = 0;
      add[row * latent + swept] = -REACH + 2 * REACH * (row % STEPS) / (STEPS - 1);
    }
    const shape = [latent * STEPS, latent];
    return model.decoder.apply(tf.add(tf.mul(z, tf.tensor(keep, shape)), tf.tensor(add, shape)));
  });
  return grid(decoded, STEPS);
}

/** The mean metric as a heat map, blocks outlined. */
async function metricSvg({ setup }: Gallery, matrix: readonly (readonly number[])[]): Promise<string> {
  const { description: { likelihood }, family, blocks } = setup;
  return await toSvg(heatMap({
    matrix,
    title: "Decoder metric over held-out images",
    quantity: likelihood.kind === "gaussian" ? "mean |JᵀJ|" : "mean |Jᵀ diag(m(1−m)) J|",
    unit: "intensity² per latent²",
    ...(family.block > 1 && blocks.length > 1 ? { blocks: [...blocks] } : {}),
  }));
}

/** Comparable scores after each epoch. */
interface Shown {
  readonly epoch: number;
  readonly train: Comparable;
  readonly heldOut: Comparable;
}

/** The evaluation losses, and what people call them. */
const EVALUATION = [["beta-vae", "β-VAE"], ["grae", "GRAE"], ["grae-star", "GRAE*"]] as const;

/** Scores over epochs; a score that is not finite, as an evaluation loss at an extreme β, is left out. */
export async function curvesSvg(shown: readonly Shown[], { objective, beta }: MnistOptions): Promise<string> {
  const line = (of: (at: Shown) => Score): ChartPoint[] =>
    shown.flatMap((at) => {
      const { value } = of(at);
      return value === null ? [] : [{ x: at.epoch, y: value }];
    });
  const all: readonly ChartSeries[] = [
    { name: `${objective}, training`, points: line(({ train }) => train.loss), dashed: true },
    { name: `${objective}, held out`, points: line(({ heldOut }) => heldOut.loss) },
    // A loss that is the run's own is drawn once.
    ...EVALUATION.filter(([name]) => name !== objective).map(([name, title]) => ({
      name: title,
      points: line(({ heldOut }) => heldOut.evaluation[name]),
    })),
  ];
  const series = all.filter(({ points }) => points.length > 0);
  if (series.length === 0) return NOTHING_FINITE;
  return await toSvg(chart({
    title: `Loss per image, β = ${beta}`,
    x: { title: "epoch", whole: true },
    y: { title: "loss", unit: "nats" },
    series,
  }));
}

/** The curves of a run without a finite score. */
const NOTHING_FINITE = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40">' +
  '<text x="10" y="25" font-family="sans-serif">No score is finite</text></svg>';

/** Why no rotation stands out to σ²I. */
const ISOTROPIC = "An isotropic posterior sees tr JᵀJ alone: any rotation of the latents is as good.";

/** Which entries of JᵀJ the run's family of posteriors leaves alone. */
export function metricTheory({ objective, posterior, block, latent }: MnistOptions): string {
  const family = posterior ?? OPTIMISED_OUT[objective];
  if (family === "isotropic") return ISOTROPIC;
  if (family === "full" || block === latent) {
    return "A full covariance of the posterior fits any JᵀJ: all its entries are free.";
  }
  return family === "block"
    ? `A posterior with blocks of ${block} asks nothing of the entries inside a block, outlined, and presses those ` +
      "outside towards 0."
    : "A posterior of independent latents presses the entries off the diagonal towards 0.";
}

const nats = (value: number | null | undefined): string =>
  scoreText({ value: value ?? null, standardError: null });

/** What each figure is to be read by: one fixed sentence of theory, and the numbers seen. */
function captions(
  options: MnistOptions,
  constant: number,
  { train, heldOut }: Shown,
): Readonly<Record<"samples" | "reconstructions" | "traversals" | "metric" | "curves", string>> {
  const ofCode = ["kl", "prior"].filter((name) => name in heldOut.terms)
    .map((name) => `${termName(name)} is ${nats(heldOut.terms[name])} nats per held-out image`);
  const { grae, "grae-star": graeStar } = heldOut.evaluation;
  const above = grae.value === null || graeStar.value === null ? null : graeStar.value - grae.value;
  return {
    samples:
      "The loss draws the codes of images to the prior N(0, I), so what is decoded from draws of it should " +
      `look like the images. 100 decoder means at draws of the prior; ${ofCode.join(", ")}.`,
    reconstructions:
      "What costs more nats in the code than it saves in the reconstruction is left out of the drawing. Held-out " +
      "images, each above the decoder's mean at its encoding; the reconstruction term is " +
      `${nats(heldOut.terms["reconstruction"])} nats held out and ${
        nats(train.terms["reconstruction"])
      } in training.`,
    traversals: `${
      options.posterior === "isotropic"
        ? ISOTROPIC
        : "Latents between which the posterior has no covariance are pressed to change the picture in directions " +
          "orthogonal to each other, wherever the decoder stands."
    } ${options.latent} latents, a row for each, swept from −${REACH} to ${REACH} around the encoding of a held-out image.`,
    metric: `${metricTheory(options)} Mean absolute entries over held-out images; GRAE* is above GRAE by ` +
      `${nats(above)} nats per image, which is 0 only where every JᵀJ is diagonal.`,
    curves:
      "GRAE* is never below GRAE; both follow the β-VAE loss as far as its Taylor approximation holds. " +
      `After the last epoch, held out: ${scoresText(heldOut)}; ${unitNote(constant)}.`,
  };
}

/** The scores after the last epoch, and those after all. */
function tables(shown: readonly Shown[], constant: number): Table[] {
  const last = shown.at(-1)!;
  const error = "± standard error of the noise";
  type Row = readonly [string, (scores: Comparable) => Score];
  const term = (name: string): Row => [
    termName(name),
    ({ terms }) => ({ value: terms[name]!, standardError: null }),
  ];
  const rows: readonly Row[] = [
    ["loss", ({ loss }) => loss],
    ...Object.keys(last.heldOut.terms).map(term),
    ...EVALUATION.map(([name, title]): Row => [`evaluation ${title}`, ({ evaluation }) => evaluation[name]]),
  ];
  const caption =
    `${
      unitNote(constant)
    }. A loss is the sum of its terms; prior is (β/2)‖h‖², volume (β/2) log |I + JᵀJ/β| ` +
    "as the objective takes it; the evaluation losses are the same for every objective, the β-VAE's by 4 draws.";
  const both = (scores: Comparable, of: (scores: Comparable) => Score): (number | null)[] => {
    const { value, standardError } = of(scores);
    return [value, standardError];
  };
  const drawn = (of: (scores: Comparable) => Score): boolean =>
    shown.some(({ heldOut }) => of(heldOut).standardError !== null);
  return [
    {
      file: "scores.csv",
      title: "Scores after the last epoch",
      caption: `Losses${caption.slice("losses".length)}`,
      head: ["score", "held out", error, "training", error],
      rows: rows.map(([name, of]) => [name, ...both(last.heldOut, of), ...both(last.train, of)]),
    },
    {
      file: "epochs.csv",
      title: "Scores after each epoch",
      caption: `Held out, and the loss in training. Losses${caption.slice("losses".length)}`,
      head: [
        "epoch",
        ...rows.flatMap(([name, of]) => drawn(of) ? [name, `${name}, ${error}`] : [name]),
        "training loss",
      ],
      rows: shown.map(({ epoch, heldOut, train }) => [
        epoch,
        ...rows.flatMap(([, of]) => both(heldOut, of).slice(0, drawn(of) ? 2 : 1)),
        train.loss.value,
      ]),
    },
  ];
}

/** The key numbers, less the constant: `heldOut.loss`, `heldOut.terms.kl`, `train.evaluation.grae`. */
function numbersOf(constant: number, { epoch, train, heldOut }: Shown): Record<string, number> {
  const of = ({ loss, terms, evaluation }: Comparable): [string, number | null][] => [
    ["loss", loss.value],
    ["error", loss.standardError],
    ...Object.entries(terms).map(([name, value]): [string, number | null] => [`terms.${name}`, value]),
    ...Object.entries(evaluation).map(([name, { value }]): [string, number | null] => [
      `evaluation.${name}`,
      value,
    ]),
  ];
  const named = Object.entries({ train, heldOut }).flatMap(([on, scores]) =>
    of(scores).flatMap(([name, value]): [string, number][] =>
      value === null ? [] : [[`${on}.${name}`, value]]
    )
  );
  return { epochs: epoch, gaussianConstant: constant, ...Object.fromEntries(named) };
}

/**
 * What a trained run comes to.
 *
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function conclude(
  run: Trained,
  result: MnistResult,
  signal: AbortSignal,
): Promise<Conclusion<MnistResult>> {
  const { options, constant, setup, parameters, split: { heldOut } } = run;
  const shown = result.epochs.map(({ epoch, train, heldOut }): Shown => ({
    epoch,
    train: comparable(train, options.objective, constant),
    heldOut: comparable(heldOut, options.objective, constant),
  }));
  const last = shown.at(-1)!;
  const caption = captions(options, constant, last);
  const drawn: [
    name: keyof typeof caption,
    title: string,
    ending: "png" | "svg",
    () => Promise<Figure["content"]>,
  ][] = [
    ["samples", "Samples", "png", () => samplesPng(run)],
    ["reconstructions", "Reconstructions", "png", () => reconstructionsPng(run)],
    ["traversals", "Traversals", "png", () => traversalsPng(run)],
    [
      "metric",
      "Decoder metric",
      "svg",
      async () => await metricSvg(run, await meanMetric(setup, parameters, heldOut, signal)),
    ],
    ["curves", "Curves", "svg", () => curvesSvg(shown, options)],
  ];
  const figures: Figure[] = [];
  for (const [name, title, ending, draw] of drawn) {
    await turn(signal);
    figures.push({ file: `${name}.${ending}`, title, caption: caption[name], content: await draw() });
  }
  const family = options.posterior === null ? "" : ` with ${options.posterior} posteriors`;
  return {
    results: result,
    numbers: numbersOf(constant, last),
    answer: `After ${last.epoch} epoch${last.epoch === 1 ? "" : "s"} of ${options.objective}${family}, ` +
      `β = ${options.beta} and ${options.latent} latents, the held-out loss is ${
        scoresText(last.heldOut)
      }; ` +
      `${unitNote(constant)}.`,
    caveat:
      "One training with one seed: the error is that of the noise in scoring, and covers neither seeds nor images.",
    figures,
    tables: tables(shown, constant),
  };
}
