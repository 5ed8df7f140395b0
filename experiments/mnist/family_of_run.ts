/**
 * Which family a run is about: the posterior's, or that whose optimal Σ its objective has.
 *
 * @module
 */

import { type Given, valueOf } from "./given.ts";
import { OPTIMISED_OUT } from "../digits/names.ts";
import type { Flag } from "./option_table.ts";
import type { TrainOptions } from "./train_options.ts";
import { UsageError } from "../command/usage_error.ts";

/**
 * The objective, the family of its posterior if it has one, and the block size if that has a meaning.
 *
 * @throws UsageError if an option that is given has no meaning with the others, or d is not divisible by b
 */
export function familyOfRun(given: Given): Pick<TrainOptions, "objective" | "posterior" | "block"> {
  const objective = valueOf(given, "objective");
  const optimisedOut = OPTIMISED_OUT[objective];
  if (optimisedOut && given.has("posterior")) {
    throw new UsageError(
      `--posterior has no meaning with --objective ${objective}, which has no learned posterior: Σ is already ` +
        `optimised out; its family is ${optimisedOut}`,
    );
  }
  const posterior = optimisedOut ? null : valueOf(given, "posterior");
  const family = optimisedOut ?? posterior;
  return { objective, posterior, block: family === "block" ? blockOf(given) : noBlock(given) };
}

/** b, which must divide d. */
function blockOf(given: Given): number {
  const latent = valueOf(given, "latent");
  const block = valueOf(given, "block");
  if (latent % block !== 0) {
    const mark = (flag: Flag): string => given.has(flag) ? "" : " (its default)";
    throw new UsageError(
      `--latent ${latent}${mark("latent")} is not divisible by --block ${block}${mark("block")}`,
    );
  }
  return block;
}

/** Requires that no block size is given. */
function noBlock(given: Given): null {
  if (given.has("block")) {
    const by = given.has("posterior") ? "posterior" : "objective";
    throw new UsageError(
      `--block has no meaning with --${by} ${valueOf(given, by)}: only --posterior block and --objective ` +
        "grae-block divide the latents into blocks",
    );
  }
  return null;
}
