/**
 * Pictures of what a model learned.
 *
 * @module
 */

import { type Key, normalTensor, read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { encodePng, gridImage, heatMap, type PixelImage, toPng, toSvg } from "../../lib/figure/mod.ts";
import { bindModel, type Model } from "../../lib/model/mod.ts";
import { imagesOf, pixelsOf } from "../digits/images.ts";
import type { Setup } from "../digits/setup.ts";

/** What the pictures are drawn from. */
export interface Gallery {
  readonly setup: Setup;
  readonly parameters: readonly tf.Tensor[];
  readonly heldOut: Dataset;
  readonly key: Key;
}

const SCALE = 2;
const GAP = 2;
/** How far a traversal goes, in standard deviations of the prior. */
export const REACH = 3;
const STEPS = 11;

/** Rows of pixels as images. */
function tiles({ heldOut: { width, height } }: Gallery, values: Float32Array): PixelImage[] {
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
  return grid(await decodedImages(g, (model) => model.decoder.apply(normalTensor(g.key, [100, latent]))), 10);
}

/** Held-out images, each above the decoder's mean at its encoding: three pairs of rows of ten. */
export async function reconstructionsPng(g: Gallery): Promise<Uint8Array> {
  const originals = tiles(g, pixelsOf(g.heldOut, 0, 30));
  const decoded = await decodedImages(
    g,
    (model) => model.decoder.apply(model.encode(imagesOf(g.heldOut, 0, 30)).mean),
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
    const z = tf.tile(model.encode(imagesOf(g.heldOut, 0, 1)).mean, [latent * STEPS, 1]);
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
export async function metricPng(g: Gallery, matrix: readonly (readonly number[])[]): Promise<Uint8Array> {
  const quantity = g.setup.description.likelihood.kind === "gaussian"
    ? "mean |JᵀJ|"
    : "mean |Jᵀ diag(m(1−m)) J|";
  const outlined = g.setup.family.block > 1 && g.setup.blocks.length > 1;
  return await toPng(
    await toSvg(heatMap({
      matrix,
      title: "Decoder metric over held-out digits",
      quantity,
      unit: "intensity² per latent²",
      ...(outlined ? { blocks: [...g.setup.blocks] } : {}),
    })),
    { scale: 2 },
  );
}
