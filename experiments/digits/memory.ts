/**
 * The refusal of a training that the wasm heap cannot hold, before anything of it is made.
 *
 * @module
 */

import { memoryLimit } from "../../lib/engine/mod.ts";
import type { Split } from "../../lib/data/mod.ts";
import type { ModelDescription } from "../../lib/model/mod.ts";
import { leastMemory, leastScoringMemory } from "../../lib/training/mod.ts";
import { UsageError } from "../runner/options.ts";
import { stretchOf } from "./evaluate.ts";
import { type DigitsModel, setUp } from "./setup.ts";

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toPrecision(3)} GiB`;

/** Bytes that scoring on so many images holds at the least: many latents go by stretches. */
export const scoringMemory = (description: ModelDescription, images: number): number =>
  leastScoringMemory(description, stretchOf(images, description));

/**
 * Requires that a training fits into the memory of the engine that is running, as far as its shapes tell. The engines cpu and
 * webgpu have no limit that is known before.
 *
 * @param split the images of the training, and those on which it is scored
 * @throws UsageError with the memory that is required and that there is, and the options to lower
 */
export function assertFits(
  model: DigitsModel & { readonly batch: number },
  { train, heldOut }: Pick<Split, "train" | "heldOut">,
): void {
  const { objective, posterior, latent, hidden } = model;
  const { description } = setUp(model, train);
  // How many tangents of each image go through the decoder, and whether JᵀJ is made of them.
  const tangents = objective === "beta-vae" ? 0 : objective === "grae-star-stochastic" ? 1 : latent;
  const gram = objective === "grae" || objective === "profiled" && posterior === "full";
  const scoring = scoringMemory(description, heldOut.count);
  const leastWith = (batch: number): number =>
    Math.max(leastMemory(description, { batch, tangents, gram }), scoring);
  const [bytes, limit] = [leastWith(Math.min(model.batch, train.count)), memoryLimit()];
  if (bytes <= limit) return;
  const lower = [...(hidden ? [`--hidden (${hidden.join(",")})`] : []), `--latent (${latent})`];
  if (leastWith(1) <= limit) lower.push(`--batch (${model.batch})`);
  throw new UsageError(
    `a training of these sizes requires at least ${gib(bytes)} of memory, but the engines wasm and native ` +
      `have ${gib(limit)}: lower ${lower.join(" or ")}`,
  );
}
