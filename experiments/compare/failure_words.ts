/**
 * The trainings that are missing.
 *
 * @module
 */

import { COMPARED } from "../digits/compared.ts";
import type { CompareOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";
import { PIECEWISE_LINEAR } from "./piecewise_linear.ts";

/** Which trainings did not end, with either activation, and why. */
export function failureWords(
  { activation, smooth, betas, seeds }: CompareOptions,
  parts: readonly PartResult[],
): string {
  const failed = parts.filter(({ failure }) => failure !== null);
  if (failed.length === 0) return "Every training ended.";
  const named = COMPARED.flatMap(({ objective, name }) =>
    [activation, smooth].flatMap((kind) =>
      betas.toSorted((a, b) => a - b).flatMap((beta) => {
        const here = failed.filter((part) =>
          part.objective === objective && part.activation === kind && part.beta === beta
        );
        return here.length === 0
          ? []
          : [`${name} with ${kind} at β = ${beta} (${here.length} of ${seeds} seeds)`];
      })
    )
  );
  const unbounded =
    failed.some((part) => part.objective === "taylor-hessian" && !PIECEWISE_LINEAR.includes(part.activation))
      ? " Taylor (Hessian) is unbounded below where βI − H_f is not positive definite (S5)."
      : "";
  return `Trainings that did not end, and are missing from all means: ${named.join(", ")}. ` +
    `The first says: ${failed[0]!.failure}.${unbounded}`;
}
