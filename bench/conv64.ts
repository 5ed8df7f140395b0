/**
 * conv64 by its sizes alone, for those that do not use the library: four 4 × 4 convolutions of stride 2, each of which halves
 * the image and has a border of 1, then two dense layers; the decoder mirrors it.
 *
 * @module
 */

import type { Shape } from "./shape.ts";

/** Channels of the image, then behind each convolution of the encoder. */
const CHANNELS = [3, 32, 32, 64, 64] as const;
/** Rows and columns of the image, then behind each convolution. */
const SIDES = [64, 32, 16, 8, 4] as const;
/** Rows and columns of a kernel. */
const KERNEL = 4;

/** A layer: its weight's shape, its bias' length, and its multiply-adds for one example. */
export interface LayerSizes {
  readonly weight: readonly number[];
  readonly bias: number;
  readonly multiplyAdds: number;
}

const dense = (inputs: number, outputs: number): LayerSizes => ({
  weight: [inputs, outputs],
  bias: outputs,
  multiplyAdds: inputs * outputs,
});

/** A convolution i, or its mirror. What lies on the border, one row or column of a patch at each end, is not multiplied. */
function strided(i: number, bias: number): LayerSizes {
  const taps = KERNEL * SIDES[i + 1]! - 2;
  const [more, fewer] = [CHANNELS[i]!, CHANNELS[i + 1]!];
  return { weight: [KERNEL, KERNEL, more, fewer], bias, multiplyAdds: taps ** 2 * more * fewer };
}

/** The layers of the encoder, which has so many outputs, and of the decoder. */
export function conv64Layers(
  { width, latent }: Pick<Shape, "width" | "latent">,
  encoded: number,
): Readonly<Record<"encoder" | "decoder", LayerSizes[]>> {
  const flat = SIDES.at(-1)! ** 2 * CHANNELS.at(-1)!;
  const convolutions = [0, 1, 2, 3];
  return {
    encoder: [
      ...convolutions.map((i) => strided(i, CHANNELS[i + 1]!)),
      dense(flat, width),
      dense(width, encoded),
    ],
    decoder: [
      dense(latent, width),
      dense(width, flat),
      ...convolutions.toReversed().map((i) => strided(i, CHANNELS[i]!)),
    ],
  };
}
