/**
 * The networks of an architecture, for images of some size.
 *
 * @module
 */

import { type Dataset, sizeOf } from "../../lib/data/mod.ts";
import {
  activationLayer,
  type ActivationName,
  averagePool,
  conv,
  convTranspose,
  dense,
  type DifferentiableLayer,
  dropout,
  groupNorm,
  type ImageShape,
  layerNorm,
  reshape,
  residual,
  type Sequential,
  sequential,
  upsample,
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

/** What the layers of a file are made for. */
interface Around {
  /** The axes of the images. */
  readonly image: ImageShape;
  /** Of the layers that do not say theirs. */
  readonly standard: ActivationName;
}

/** Layers that take an image. */
const OF_IMAGES = ["conv", "convTranspose", "upsample", "averagePool", "groupNorm"];

/** A chain with one more layer. @throws UsageError that names its place: `decoder.2` */
function followed(so: Chain, options: LayerOptions, place: string, around: Around): Chain {
  const { layers, size, shape } = so;
  const fail = (why: string): never => {
    throw new UsageError(`--architecture: its ${place} (${options.layer}) ${why}`);
  };
  if (shape === null && OF_IMAGES.includes(options.layer)) {
    return fail(
      `must be given an image, but is given ${size} numbers: have the dense layer before it say ` +
        '"outputs": [height, width, channels], or put a reshape between',
    );
  }
  try {
    const made = layerOf(so, options, place, around);
    if (made.inputs !== size) return fail(`must be given ${made.inputs} numbers, but is given ${size}`);
    return { layers: [...layers, made], size: made.outputs, shape: shapeAfter(so, options, made, around) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fail(
      `is given ${shape ? `an image of ${shape.join(" × ")}` : `${size} numbers`}: ${error.message}`,
    );
  }
}

/** The axes of what a layer gives; null where it is no image. */
function shapeAfter(
  { shape }: Chain,
  options: LayerOptions,
  made: DifferentiableLayer,
  { image }: Around,
): ImageShape | null {
  if (options.layer === "layerNorm") return shape;
  if (options.layer !== "dense") return made.output ?? null;
  const { outputs } = options;
  return outputs === "image" ? image : typeof outputs === "number" ? null : outputs;
}

/** A layer behind others. @throws RangeError as the library says; UsageError for a layer of a residual block */
function layerOf(
  { size, shape }: Chain,
  options: LayerOptions,
  place: string,
  { image, standard }: Around,
): DifferentiableLayer {
  /** Of layers of images alone. */
  const input = shape!;
  switch (options.layer) {
    case "dense": {
      const { outputs, activation = outputs === "image" ? "identity" : standard } = options;
      const given = outputs === "image" ? image : outputs;
      return dense(size, typeof given === "number" ? given : given.reduce((a, b) => a * b), activation);
    }
    case "conv":
    case "convTranspose": {
      const { layer, filters, activation = filters === "image" ? "identity" : standard, ...sizes } = options;
      const made = layer === "conv" ? conv : convTranspose;
      return made({ ...sizes, input, activation, filters: filters === "image" ? image[2] : filters });
    }
    case "upsample":
      return upsample({ ...options, input });
    case "averagePool":
      return averagePool({ ...options, input });
    case "groupNorm":
      return groupNorm({ ...options, input });
    case "layerNorm":
      return layerNorm({ ...options, size });
    case "activation":
      return activationLayer({ activation: standard, ...options, input: shape ?? size });
    case "dropout":
      return dropout(options.rate);
    case "reshape": {
      const output = options.output === "image" ? image : options.output;
      return reshape({ ...shape && { input: shape }, output });
    }
    case "residual": {
      const block = options.layers.reduce<Chain>(
        (so, layer, i) => followed(so, layer, `${place}.layers.${i}`, { image, standard }),
        { layers: [], size, shape },
      );
      return residual(block.layers);
    }
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
    own[part].reduce<Chain>(
      (so, layer, i) => followed(so, layer, `${part}.${i}`, { image, standard: activation }),
      start,
    );
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
