/**
 * The networks of an architecture, for images of some size.
 *
 * @module
 */

import { type Dataset, sizeOf } from "../../lib/data/mod.ts";
import {
  type ActivationName,
  conv,
  convTranspose,
  dense,
  type DifferentiableLayer,
  type ImageShape,
  type Sequential,
  sequential,
} from "../../lib/network/mod.ts";
import { UsageError } from "../runner/options.ts";
import type { Architecture, LayerOptions, OwnArchitecture } from "./architecture.ts";

/** The sizes of images: `height`, `width`, and `channels` where they are not grey. */
export type ImageSizes = Pick<Dataset, "height" | "width" | "channels">;

/** What networks are made for. */
export interface NetworksOptions {
  /** `dense` if left out. */
  readonly architecture?: Architecture;
  /** The widths of the encoder's hidden layers, for `dense`; those of the decoder are the reverse. */
  readonly hidden: readonly number[] | null;
  /** Of the layers that do not say theirs; the last of each network has none. */
  readonly activation: ActivationName;
  /** d */
  readonly latent: number;
  /** The outputs of the encoder: d, and the numbers of Σ. */
  readonly encoded: number;
}

/** A dense layer of an architecture. */
const densely = (outputs: (LayerOptions & { layer: "dense" })["outputs"]): LayerOptions => ({
  layer: "dense",
  outputs,
});
/** A 4 × 4 convolution, or a transposed one, of stride 2, as the literature of disentanglement has them. */
const strided = (layer: "conv" | "convTranspose", filters: number | "image"): LayerOptions => ({
  layer,
  filters,
  kernel: 4,
  stride: 2,
});

/** The channels behind the encoder's convolutions; each halves the image, down to 4 × 4. */
const CHANNELS = { conv32: [32, 32, 64], conv64: [32, 32, 64, 64] } as const;
/** Numbers between the last convolution and the latents. */
const BETWEEN = 256;

/** The layers of an architecture. @throws UsageError where a named one is for images of another size */
function layersOf(
  architecture: Architecture,
  hidden: readonly number[] | null,
  { height, width }: ImageSizes,
): OwnArchitecture {
  if (architecture === "dense") {
    const widths = hidden ?? [];
    return { encoder: widths.map(densely), decoder: [...widths.toReversed(), "image" as const].map(densely) };
  }
  if (typeof architecture !== "string") return architecture;
  const channels = CHANNELS[architecture], side = 4 * 2 ** channels.length;
  if (height !== side || width !== side) {
    throw new UsageError(
      `--architecture ${architecture} must have images of ${side} × ${side}, but these are ${height} × ${width}: ` +
        "take dense, or a file of your own (docs/images.md)",
    );
  }
  return {
    encoder: [...channels.map((filters) => strided("conv", filters)), densely(BETWEEN)],
    decoder: [
      ...[densely(BETWEEN), densely([4, 4, channels.at(-1)!])],
      ...[...channels.slice(0, -1).toReversed(), "image" as const].map((filters) =>
        strided("convTranspose", filters)
      ),
    ],
  };
}

/** Layers one after the other: the numbers that come out, and their axes where they are an image. */
interface Chain {
  readonly layers: readonly DifferentiableLayer[];
  readonly size: number;
  readonly shape: ImageShape | null;
}

/** A chain with one more layer. @throws UsageError that names its place: `decoder.2` */
function followed(
  { layers, size, shape }: Chain,
  options: LayerOptions,
  place: string,
  image: ImageShape,
  standard: ActivationName,
): Chain {
  const fail = (why: string): never => {
    throw new UsageError(`--architecture: its ${place} (${options.layer}) ${why}`);
  };
  if (options.layer === "dense") {
    const { outputs } = options;
    const own: ImageShape | null = outputs === "image" ? image : typeof outputs === "number" ? null : outputs;
    const count = own
      ? sizeOf({ height: own[0], width: own[1], channels: own[2] as 1 | 3 })
      : outputs as number;
    const activation = options.activation ?? (outputs === "image" ? "identity" : standard);
    return { layers: [...layers, dense(size, count, activation)], size: count, shape: own };
  }
  if (shape === null) {
    return fail(
      `must be given an image, but is given ${size} numbers: have the dense layer before it say ` +
        '"outputs": [height, width, channels]',
    );
  }
  const { layer, filters: given, activation = given === "image" ? "identity" : standard, ...sizes } = options;
  const filters = given === "image" ? image[2] : given;
  try {
    const made = (layer === "conv" ? conv : convTranspose)({
      ...{ input: shape, filters, activation, kernel: sizes.kernel },
      ...(sizes.stride === undefined ? {} : { stride: sizes.stride }),
      ...(sizes.padding === undefined ? {} : { padding: sizes.padding }),
    });
    return { layers: [...layers, made], size: made.outputs, shape: made.output };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fail(`is given an image of ${shape.join(" × ")}: ${error.message}`);
  }
}

/**
 * The encoder and the decoder of an architecture, for images of such sizes. Weights start as each layer says: N(0, 2/(fan in +
 * fan out)), biases 0.
 *
 * @throws UsageError if the architecture does not fit the images: the message names its place, as `decoder.2`
 */
export function networksOf(
  { architecture = "dense", hidden, activation, latent, encoded }: NetworksOptions,
  sizes: ImageSizes,
): { readonly encoder: Sequential<DifferentiableLayer>; readonly decoder: Sequential<DifferentiableLayer> } {
  const own = layersOf(architecture, hidden, sizes);
  const image: ImageShape = [sizes.height, sizes.width, sizes.channels ?? 1];
  const chain = (part: keyof OwnArchitecture, start: Chain): Chain =>
    own[part].reduce<Chain>((so, layer, i) => followed(so, layer, `${part}.${i}`, image, activation), start);
  const front = chain("encoder", { layers: [], size: sizeOf(sizes), shape: image });
  const back = chain("decoder", { layers: [], size: latent, shape: null });
  if (back.shape === null || back.shape.join() !== image.join()) {
    throw new UsageError(
      `--architecture: its decoder must give the images, which are ${image.join(" × ")}, but gives ` +
        `${back.shape === null ? `${back.size} numbers` : back.shape.join(" × ")}`,
    );
  }
  return {
    encoder: sequential([...front.layers, dense(front.size, encoded, "identity")]),
    decoder: sequential(back.layers),
  };
}
