import { assertAlmostEquals, assertEquals } from "@std/assert";
import { decode } from "fast-png";
import { key, startEngine, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { modelParameterShapes } from "../../lib/model/mod.ts";
import { setUp } from "../digits/setup.ts";
import { type Gallery, REACH, reconstructionsPng, traversalsPng } from "./pictures.ts";

/** Images of 2 × 2 pixels; image i is i/40 in its second pixel and 1 − i/40 in its third. */
const DIGITS: Dataset = {
  count: 30,
  height: 2,
  width: 2,
  images: Uint8Array.from({ length: 120 }, (_, at) => {
    const [image, pixel] = [Math.floor(at / 4), at % 4];
    return [0, Math.round(255 * image / 40), 255 - Math.round(255 * image / 40), 255][pixel]!;
  }),
  labels: new Int32Array(30),
} as Dataset;

/**
 * A linear model that is known by heart: z₀ = 4 x₁, z₁ = 4 x₂, and the decoder's output is
 * (z₀/8 + ½, z₀/4, z₁/4, ½ − z₁/8).
 */
function gallery(likelihood: "gaussian" | "bernoulli"): Gallery {
  const setup = setUp({
    objective: "grae",
    posterior: null,
    likelihood,
    beta: 1,
    latent: 2,
    block: null,
    hidden: [2],
    activation: "identity",
  }, 4);
  const values: Record<string, number[]> = {
    "encoder.0.weight": [0, 0, 1, 0, 0, 1, 0, 0],
    "encoder.0.bias": [0, 0],
    "encoder.1.weight": [4, 0, 0, 4],
    "encoder.1.bias": [0, 0],
    "decoder.0.weight": [1, 0, 0, 1],
    "decoder.0.bias": [0, 0],
    "decoder.1.weight": [1 / 8, 1 / 4, 0, 0, 0, 0, 1 / 4, -1 / 8],
    "decoder.1.bias": [1 / 2, 0, 0, 1 / 2],
  };
  const parameters = modelParameterShapes(setup.description).map(({ name, shape }) =>
    tf.tensor(values[name]!, [...shape])
  );
  return { setup, parameters, heldOut: DIGITS, key: key(0) };
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

Deno.test("traversals go from −3 to +3 in equal steps, a latent a row, the others as the first image has them", async () => {
  await startEngine("wasm");
  for (const likelihood of ["gaussian", "bernoulli"] as const) {
    const shown = likelihood === "gaussian" ? cut : sigmoid;
    const tiles = tilesOf(await traversalsPng(gallery(likelihood)), 2, 11);
    for (let step = 0; step < 11; step++) {
      const swept = -REACH + step * 2 * REACH / 10;
      for (const [row, z] of [[swept, 4], [0, swept]].entries()) {
        const expected = [z[0]! / 8 + 0.5, z[0]! / 4, z[1]! / 4, 0.5 - z[1]! / 8].map(shown);
        tiles[row]![step]!.forEach((v, i) =>
          assertAlmostEquals(v, expected[i]!, ROUNDING, `${likelihood} ${row} ${step}`)
        );
      }
    }
    assertEquals(REACH, 3);
  }
});

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
