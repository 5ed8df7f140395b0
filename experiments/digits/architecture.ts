/**
 * What networks are made of: an architecture by its name, or one's own from a JSON file, which the run's manifest then holds.
 *
 * @module
 */

import * as v from "valibot";
import { readJsonFile } from "../runner/json_file.ts";
import { type Kind, UsageError } from "../runner/options.ts";
import { ACTIVATION_NAMES } from "./names.ts";

/** The names of the architectures that come with the studies. */
export const ARCHITECTURE_NAMES = ["dense", "conv32", "conv64"] as const;

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 20));
const both = v.union([size, v.tuple([size, size])]);
const activation = v.exactOptional(v.picklist(ACTIVATION_NAMES));
const padding = v.exactOptional(
  v.union([v.picklist(["same", "valid"]), v.pipe(v.number(), v.integer(), v.minValue(0))]),
);
const convolved = {
  /** Channels of its output; "image" for those of the images. */
  filters: v.union([size, v.literal("image")]),
  kernel: both,
  stride: v.exactOptional(both),
  padding,
  activation,
};
const axes = v.tuple([size, size, size]);
const epsilon = v.exactOptional(v.pipe(v.number(), v.gtValue(0)));
const plain = [
  v.strictObject({
    layer: v.literal("dense"),
    /** How many numbers, or the axes of an image `[height, width, channels]`; "image" for those of the images. */
    outputs: v.union([size, axes, v.literal("image")]),
    activation,
  }),
  v.strictObject({ layer: v.literal("conv"), ...convolved }),
  v.strictObject({ layer: v.literal("convTranspose"), ...convolved }),
  v.strictObject({ layer: v.literal("upsample"), factor: both, method: v.picklist(["nearest", "bilinear"]) }),
  v.strictObject({ layer: v.literal("averagePool"), size: both, stride: v.exactOptional(both), padding }),
  v.strictObject({ layer: v.literal("reshape"), output: v.union([axes, v.literal("image")]) }),
  v.strictObject({ layer: v.literal("layerNorm"), epsilon }),
  v.strictObject({ layer: v.literal("groupNorm"), groups: size, epsilon }),
  v.strictObject({ layer: v.literal("activation"), activation }),
  /** Refused by the library, with the reason. */
  v.strictObject({ layer: v.literal("dropout"), rate: v.number() }),
] as const;
const layer = v.variant("layer", [
  ...plain,
  v.strictObject({
    layer: v.literal("residual"),
    /** What is added to its input; none of them is residual itself. */
    layers: v.pipe(v.array(v.variant("layer", [...plain])), v.minLength(1), v.maxLength(100)),
  }),
]);
const layers = v.pipe(v.array(layer), v.maxLength(100));
/** One's own architecture, as its JSON file has it. */
const ownArchitecture = v.strictObject({
  /** The hidden layers of the encoder; a dense one to the latents follows. */
  encoder: layers,
  /** The layers of the decoder; the last gives the image. */
  decoder: v.pipe(layers, v.minLength(1)),
});

/** A layer of an architecture. */
export type LayerOptions = v.InferOutput<typeof layer>;
/** The layers of both networks. */
export type OwnArchitecture = v.InferOutput<typeof ownArchitecture>;
/** An architecture: a name, or one's own. */
export type Architecture = typeof ARCHITECTURE_NAMES[number] | OwnArchitecture;

/** One's own architecture from a file. @throws UsageError that names the file, and the place in it that is wrong */
const readArchitecture = (file: string): OwnArchitecture =>
  readJsonFile(
    "--architecture",
    file,
    ownArchitecture,
    '{"encoder": […], "decoder": […]}',
  ) as OwnArchitecture;

/** An architecture by its name, or from a file whose name ends in .json. */
export const architecture: Kind<Architecture> = {
  placeholder: "NAME",
  what: `one of ${ARCHITECTURE_NAMES.join(", ")}, or a file whose name ends in .json`,
  names: ARCHITECTURE_NAMES,
  schema: v.union([v.picklist(ARCHITECTURE_NAMES), ownArchitecture]),
  fromText: (text) => text.endsWith(".json") ? readArchitecture(text) : text,
};

/**
 * The widths of the hidden layers, as far as the architecture has them: null for all but `dense`.
 *
 * @param given the names of the options that were given
 * @throws UsageError if widths are given that have no meaning
 */
export function widthsOf(
  { architecture, hidden }: {
    readonly architecture: Architecture;
    readonly hidden: readonly number[] | null;
  },
  given: ReadonlySet<string>,
): readonly number[] | null {
  if (architecture === "dense") return hidden;
  if (!given.has("hidden")) return null;
  throw new UsageError(
    "--hidden has no meaning with --architecture " +
      `${
        typeof architecture === "string" ? architecture : "FILE.json"
      }, which says its own layers: leave it out`,
  );
}
