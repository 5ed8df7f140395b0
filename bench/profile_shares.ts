import { type Group, groupOf } from "./kernel_groups.ts";
import type { Profile } from "./results.ts";

/** Milliseconds of a step by group of kernels, and what is outside of all kernels: the tape, and the rest. */
export function sharesOf(
  { kernels, milliseconds }: Profile,
): Readonly<Record<Group | "tape and rest", number>> {
  const shares = {
    "matrix products": 0,
    "element-wise and reductions": 0,
    "optimiser": 0,
    "memory": 0,
    "tape and rest": milliseconds,
  };
  for (const kernel of kernels) {
    shares[groupOf(kernel.kernel)] += kernel.milliseconds;
    shares["tape and rest"] -= kernel.milliseconds;
  }
  return shares;
}
