/**
 * The refusal of a training that the wasm heap cannot hold, before anything of it is made.
 *
 * @module
 */

import { memoryLimit } from "../../lib/engine/mod.ts";
import { leastMemory, leastScoringMemory } from "../../lib/training/mod.ts";
import { UsageError } from "../runner/options.ts";
import { SCORED_AT_ONCE } from "./evaluate.ts";
import { type DigitsModel, setUp } from "./setup.ts";

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toPrecision(3)} GiB`;

/**
 * Requires that a training fits into the memory of the engine that is running, as far as its shapes tell. The engines cpu and
 * webgpu have no limit that is known before.
 *
 * @param sizes pixels, images to a step, and how many are scored at the most
 * @throws UsageError with what is required at the least, what there is, and what to lower
 */
export function assertFits(
  model: DigitsModel,
  sizes: { readonly data: number; readonly batch: number; readonly images: number },
): void {
  const { objective, posterior, latent, hidden } = model;
  const { description } = setUp(model, sizes.data);
  // How many tangents of each image go through the decoder, and whether JᵀJ is made of them.
  const tangents = objective === "beta-vae" ? 0 : objective === "grae-star-stochastic" ? 1 : latent;
  const gram = objective === "grae" || objective === "profiled" && posterior === "full";
  const scoring = leastScoringMemory(description, Math.min(sizes.images, SCORED_AT_ONCE));
  const leastWith = (batch: number): number =>
    Math.max(leastMemory(description, { batch, tangents, gram }), scoring);
  const [bytes, limit] = [leastWith(sizes.batch), memoryLimit()];
  if (bytes <= limit) return;
  const lower = [`--hidden (${hidden.join(",")})`, `--latent (${latent})`];
  if (leastWith(1) <= limit) lower.push(`--batch (${sizes.batch})`);
  throw new UsageError(
    `a training of these sizes requires at least ${
      gib(bytes)
    } of memory, but the engines wasm and native have ` +
      `${gib(limit)}: lower ${lower.join(" or ")}`,
  );
}
