import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { decode } from "fast-png";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { conclusionText, keptTexts } from "../../fixtures/texts.ts";
import { type Dataset, loadDigits, take } from "../../lib/data/mod.ts";
import { initialModelParameters, modelParameterShapes } from "../../lib/model/mod.ts";
import type { LikelihoodName } from "../digits/names.ts";
import { type DigitsModel, setUp } from "../digits/setup.ts";
import { standardOf } from "../runner/options.ts";
import type { CommonOptions } from "../runner/study.ts";
import { conclude, curves, type Gallery, reconstructionsPng, traversalsPng } from "./figures.ts";
import { comparable, type Epoch, type Scores } from "./metrics.ts";
import { type MnistOptions, mnistStudy } from "./study.ts";

/** Images of 2 × 2 pixels; image i is i/40 in its second pixel and 1 − i/40 in its third. */
const DIGITS: Dataset<Uint8Array> = {
  count: 30,
  height: 2,
  width: 2,
  images: Uint8Array.from({ length: 120 }, (_, at) => {
    const [image, pixel] = [Math.floor(at / 4), at % 4];
    return [0, Math.round(255 * image / 40), 255 - Math.round(255 * image / 40), 255][pixel]!;
  }),
  labels: new Int32Array(30),
} as Dataset<Uint8Array>;

/**
 * A linear model that is known by heart: z₀ = 4 x₁, z₁ = 4 x₂, and the decoder's output is
 * (z₀/8 + ½, z₀/4, z₁/4, ½ − z₁/8).
 */
function gallery(likelihood: LikelihoodName): Gallery {
  const setup = setUp({
    objective: "grae",
    posterior: null,
    likelihood,
    beta: 1,
    latent: 2,
    block: null,
    hidden: [2],
    activation: "identity",
  }, { height: 2, width: 2 });
  const values: Record<string, number[]> = {
    "encoder.0.weight": [0, 0, 1, 0, 0, 1, 0, 0],
    "encoder.0.bias": [0, 0],
    "encoder.1.weight": [4, 0, 0, 4],
    "encoder.1.bias": [0, 0],
    "decoder.0.weight": [1, 0, 0, 1],
    "decoder.0.bias": [0, 0],
    "decoder.1.weight": [1 / 8, 1 / 4, 0, 0, 0, 0, 1 / 4, -1 / 8],
    "decoder.1.bias": [1 / 2, 0, 0, 1 / 2],
    // Of log σ.
    "likelihood.logSigma": [Math.log(1 / 2)],
  };
  const parameters = modelParameterShapes(setup.description).map(({ name, shape }) =>
    tf.tensor(values[name]!, [...shape])
  );
  return { setup, parameters, split: { heldOut: DIGITS }, key: key(0) };
}

/** The picture as tiles `[row][column]` of four pixels each, from 0 to 1; a pixel is drawn 2 × 2, a gap is 2. */
function tilesOf(png: Uint8Array, rows: number, columns: number): number[][][] {
  const { width, height, data, channels } = decode(png);
  assertEquals([width, height], [6 * columns - 2, 6 * rows - 2]);
  const at = (x: number, y: number): number => data[channels * (y * width + x)]! / 255;
  return Array.from(
    { length: rows },
    (_, r) =>
      Array.from(
        { length: columns },
        (_, c) => [0, 1, 2, 3].map((pixel) => at(6 * c + 2 * (pixel % 2), 6 * r + 2 * Math.floor(pixel / 2))),
      ),
  );
}

const cut = (x: number): number => Math.min(1, Math.max(0, x));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** A pixel is rounded to one of 256. */
const ROUNDING = 0.5 / 255 + 1e-6;

Deno.test("reconstructions stand below their originals, in the order of the images", async () => {
  await startEngine("wasm");
  const tiles = tilesOf(await reconstructionsPng(gallery("gaussian")), 6, 10);
  for (let i = 0; i < 30; i++) {
    const [row, column] = [2 * Math.floor(i / 10), i % 10];
    const x = [...DIGITS.images.subarray(4 * i, 4 * i + 4)].map((v) => v / 255);
    tiles[row]![column]!.forEach((v, k) => assertAlmostEquals(v, x[k]!, ROUNDING, `image ${i}`));
    const decoded = [x[1]! / 2 + 0.5, x[1]!, x[2]!, 0.5 - x[2]! / 2].map(cut);
    tiles[row + 1]![column]!.forEach((v, k) => assertAlmostEquals(v, decoded[k]!, ROUNDING, `decoded ${i}`));
  }
});

Deno.test("traversals go from −3 to +3 in equal steps, a latent a row, the others as the first image has them", async () => {
  await startEngine("wasm");
  for (const likelihood of ["gaussian", "bernoulli"] as const) {
    const shown = likelihood === "gaussian" ? cut : sigmoid;
    const tiles = tilesOf(await traversalsPng(gallery(likelihood)), 2, 11);
    for (let step = 0; step < 11; step++) {
      const swept = -3 + step * 6 / 10;
      for (const [row, z] of [[swept, 4], [0, swept]].entries()) {
        const expected = [z[0]! / 8 + 0.5, z[0]! / 4, z[1]! / 4, 0.5 - z[1]! / 8].map(shown);
        tiles[row]![step]!.forEach((v, i) =>
          assertAlmostEquals(v, expected[i]!, ROUNDING, `${likelihood} ${row} ${step}`)
        );
      }
    }
  }
});

const optionsOf = (given: Partial<MnistOptions> = {}): MnistOptions & CommonOptions => ({
  ...standardOf(mnistStudy.options),
  quick: false,
  seed: 0,
  ...given,
});
/** Scores of which GRAE has one value and the other losses another. */
function scores(grae: number | null, other: number | null = 5): Scores {
  const [own, drawn] = [{ value: grae, standardError: null }, { value: other, standardError: 0.5 }];
  return {
    images: 3,
    loss: drawn,
    terms: { reconstruction: other, kl: 0.25 },
    evaluation: { "beta-vae": drawn, grae: own, "grae-star": { ...own, value: other } },
  };
}

Deno.test("curves have whole epochs, each loss once, and leave out what is not finite", async () => {
  const drawn = async (values: readonly (number | null)[], options = optionsOf(), other: number | null = 5) =>
    (await curves(
      { file: "curves.svg", title: "Curves", caption: "" },
      values.map((grae, i) => {
        const at = comparable(scores(grae, other), options.objective, 0);
        return { epoch: i + 1, step: i + 1, train: at, heldOut: at };
      }),
      options,
    )).content as string;
  const svg = await drawn([100, 200, 300], optionsOf(), 500);
  for (const text of ["β-VAE, training", "β-VAE, held out", "GRAE*", "loss (nats)", "epoch"]) {
    assert(svg.includes(text), text);
  }
  assert(!svg.includes(">β-VAE<") && !svg.includes(">1.5<"));
  const grae = await drawn([1, 2], optionsOf({ objective: "grae", posterior: null, block: null }));
  assert(grae.includes(">β-VAE<") && grae.includes("GRAE, held out") && !grae.includes(">GRAE<"));
  for (const values of [[1, null], [null, 1], [null, null]]) assert(!(await drawn(values)).includes("NaN"));
  assert(!(await drawn([null, null])).includes(">GRAE<"));
  assert((await drawn([null], optionsOf(), null)).includes("No score is finite"));
});

Deno.test("a conclusion has comparable numbers, the constant said once, and every figure and table", async () => {
  await startEngine("wasm");
  const options = optionsOf({ hidden: [6], latent: 4 });
  const setup = setUp(options as DigitsModel, { height: 28, width: 28 });
  const { heldOut } = await loadDigits();
  const parameters = initialModelParameters(setup.description, key(2));
  const constant = 720.5;
  const epochs: Epoch[] = [1, 2].map((epoch) => ({
    epoch,
    step: 3 * epoch,
    train: scores(40, 765),
    heldOut: scores(41, 766.5),
  }));
  const { results, numbers, answer, caveat, figures, tables } = await conclude(
    {
      options,
      setup,
      parameters,
      split: { heldOut: take(heldOut, 40) },
      key: key(0),
      constant,
    },
    { gaussianConstant: constant, epochs },
    new AbortController().signal,
  );
  tf.dispose([...parameters]);
  assertEquals(results, { gaussianConstant: constant, epochs });
  assertEquals([numbers["heldOut.loss"], numbers["heldOut.error"], numbers["heldOut.terms.reconstruction"]], [
    46,
    0.5,
    46,
  ]);
  assertEquals(
    [numbers["heldOut.evaluation.grae"], numbers["train.evaluation.beta-vae"], numbers["epochs"]],
    [
      41,
      44.5,
      2,
    ],
  );
  assertEquals(
    answer,
    "After 2 epochs of β-VAE with block posteriors, β = 0.2 and 4 latents, the held-out loss is 46.00 ± 0.50 nats " +
      "per image, less (n/2) log 2π.",
  );
  assert(!caveat.includes("\n"));
  assertEquals(figures.map(({ file }) => file), [
    "samples.png",
    "reconstructions.png",
    "traversals.png",
    "metric.svg",
    "curves.svg",
  ]);
  const { caption, data } = figures.at(-1)!;
  assert(
    caption.includes(
      "46.00 ± 0.50 = reconstruction 46.00 + β KL 0.25; evaluation: β-VAE 46.00 ± 0.50, GRAE 41.00",
    ),
  );
  assert(
    caption.endsWith(
      "losses are in nats per image, less (n/2) log 2π = 720.500; ± is the standard error of the noise.",
    ),
  );
  assertEquals(data!.head, ["series", "epoch", "loss (nats)"]);
  assertEquals(data!.rows.slice(0, 4), [
    ["β-VAE, training", 1, 44.5],
    ["β-VAE, training", 2, 44.5],
    ["β-VAE, held out", 1, 46],
    ["β-VAE, held out", 2, 46],
  ]);
  assertEquals(figures[3]!.data!.file, "metric.csv");
  assert(figures[3]!.caption.includes("GRAE* is above GRAE by 725.50 nats per image"), figures[3]!.caption);
  const [last] = tables;
  assertEquals(last!.head, [
    "score",
    "held out",
    "± standard error of the noise",
    "training",
    "± standard error of the noise",
  ]);
  assertEquals(last!.rows.slice(0, 3), [
    ["loss", 46, 0.5, 44.5, 0.5],
    ["reconstruction", 46, null, 44.5, null],
    ["β KL", 0.25, null, 0.25, null],
  ]);
  assertEquals(last!.rows.slice(3).map(([name, value]) => [name, value]), [
    ["evaluation β-VAE", 46],
    ["evaluation GRAE", 41],
    ["evaluation GRAE*", 766.5],
  ]);
});

Deno.test("the picture of the metric outlines the blocks of a posterior, where there are several", async () => {
  await startEngine("wasm");
  const { heldOut } = await loadDigits();
  for (
    const [posterior, block, outlines] of [["block", 2, 2], ["mean-field", null, 0], [
      "full",
      null,
      0,
    ]] as const
  ) {
    const options = optionsOf({ hidden: [6], latent: 4, posterior, block });
    const setup = setUp(options as DigitsModel, heldOut);
    const parameters = initialModelParameters(setup.description, key(2));
    const epochs = [{ epoch: 1, step: 3, train: scores(40, 41), heldOut: scores(41, 42) }];
    const { figures } = await conclude(
      { options, setup, parameters, split: { heldOut: take(heldOut, 3) }, key: key(0), constant: 0 },
      { gaussianConstant: 0, epochs },
      new AbortController().signal,
    );
    tf.dispose([...parameters]);
    const { content } = figures.find(({ file }) => file === "metric.svg")!;
    assertEquals(String(content).split('stroke="#ff3b30"').length - 1, outlines, posterior);
  }
});

Deno.test("pictures in colour keep the channels of a pixel together", async () => {
  await startEngine("wasm");
  const heldOut: Dataset<Uint8Array> = {
    ...{ name: "colours", labels: null, height: 1, width: 2, channels: 3, count: 3 },
    images: Uint8Array.from({ length: 18 }, (_, i) => 14 * i),
  };
  const setup = setUp({ objective: "grae", beta: 1, latent: 2, hidden: [2], activation: "tanh" }, heldOut);
  const parameters = initialModelParameters(setup.description, key(3));
  const drawn = { setup, parameters, split: { heldOut }, key: key(0) };
  const { width, height, channels, data } = decode(await reconstructionsPng(drawn));
  assertEquals([width, height, channels], [3 * 4 + 2 * 2, 2 * 2 + 2, 3]);
  const pixel = (x: number, y: number) => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
  for (let i = 0; i < 3; i++) {
    const left = 6 * i, bytes = [...heldOut.images.subarray(6 * i, 6 * i + 6)];
    assertEquals([...pixel(left, 0), ...pixel(left + 2, 1)], bytes);
  }
  const swept = decode(await traversalsPng(drawn));
  assertEquals([swept.width, swept.height, swept.channels], [11 * 6 - 2, 2 * 4 - 2, 3]);
  tf.dispose(parameters);
});

keptTexts(
  "every text of the page, its figures and its tables is the one that is kept, with scores and without",
  "mnist",
  async () => {
    await startEngine("wasm");
    const texts: string[] = [];
    for (
      const [objective, likelihood, grae, other] of [
        ["grae", "gaussian", 40, 48],
        ["grae", "gaussian", null, 48],
        ["grae-star", "bernoulli", null, null],
        ["grae", "gaussian-learned", 40, 48],
        ["grae", "continuous-bernoulli", 40, 48],
      ] as const
    ) {
      const options = optionsOf({
        objective,
        likelihood,
        posterior: null,
        block: null,
        hidden: [2],
        latent: 2,
      });
      const drawn = gallery(likelihood),
        constant = likelihood.startsWith("gaussian") ? 2 * Math.log(2 * Math.PI) : 0;
      const at: Scores = { ...scores(grae, other), terms: { reconstruction: 12, prior: 8, volume: 5.5 } };
      const epochs: Epoch[] = [1, 2].slice(grae === null ? 1 : 0).map((epoch) => (
        { epoch, step: 3 * epoch, train: at, heldOut: at }
      ));
      const found = await conclude(
        { ...drawn, options, constant },
        { gaussianConstant: constant, epochs },
        new AbortController().signal,
      );
      tf.dispose([...drawn.parameters]);
      texts.push(conclusionText(mnistStudy, found));
    }
    return texts;
  },
);
