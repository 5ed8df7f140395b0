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

/** Tangents of each example that an objective pushes through the decoder, and whether it makes JᵀJ of them. */
function jacobianOf({ objective, latent, posterior }: DigitsModel): { tangents: number; gram: boolean } {
  if (objective === "beta-vae") return { tangents: 0, gram: false };
  if (objective === "grae-star-stochastic") return { tangents: 1, gram: false };
  const gram = objective === "grae" || objective === "profiled" && posterior === "full";
  return { tangents: latent, gram };
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toPrecision(3)} GiB`;

/**
 * Requires that a training fits into the memory of the engine that is running, as far as its shapes tell. The engines cpu and
 * webgpu have no limit that is known before.
 *
 * @param data n, the number of pixels
 * @param batch examples of a batch
 * @param images how many are scored at once, or fewer
 * @throws UsageError with what is required at the least, what there is, and what to lower
 */
export function assertFits(
  model: DigitsModel,
  { data, batch, images }: { readonly data: number; readonly batch: number; readonly images: number },
): void {
  const { description } = setUp(model, data);
  const [limit, jacobian] = [memoryLimit(), jacobianOf(model)];
  const leastWith = (examples: number): number =>
    Math.max(
      leastMemory(description, { batch: examples, ...jacobian }),
      leastScoringMemory(description, Math.min(images, SCORED_AT_ONCE)),
    );
  const bytes = leastWith(batch);
  if (bytes <= limit) return;
  const lower = [`--hidden (${model.hidden.join(",")})`, `--latent (${model.latent})`];
  if (leastWith(1) <= limit) lower.push(`--batch (${batch})`);
  throw new UsageError(
    `a training of these sizes requires at least ${
      gib(bytes)
    } of memory, but the engines wasm and native have ${gib(limit)}: ` +
      `lower ${lower.join(" or ")}`,
  );
}
