import { munkres } from "munkres";
import type { Axes } from "../engine/mod.ts";
import { assertMatrix, type Matrix, transpose, type Vector } from "./matrix.ts";

/** How estimated latents match true ones. */
export interface Alignment {
  /** For each true latent, the estimated one: `[latent]` */
  readonly order: readonly number[];
  /** For each true latent, 1, or −1 where the estimate points the other way: `[latent]` */
  readonly signs: readonly number[];
  /** |cosine| of each matched pair of columns, 0 for a zero column: `[latent]` */
  readonly similarities: readonly number[];
  /** The mean of the similarities: 1 iff the columns agree up to order, sign and length. */
  readonly mean: number;
}

/**
 * Matches the columns of an estimated decoder matrix with those of the true one, up to signed permutation: the assignment that
 * maximises Σ |cos(estimate_{order[i]}, truth_i)|, found by the Hungarian algorithm.
 *
 * ```ts
 * import { align } from "./align.ts";
 * const { order, signs, mean } = align([[0, 2], [-3, 0]], [[1, 0], [0, 1]]);
 * console.assert(order.join() === "1,0" && signs.join() === "1,-1" && mean === 1);
 * ```
 *
 * Source: H. Kuhn, *The Hungarian method for the assignment problem*, 1955.
 *
 * @param estimate `[data, latent]`
 * @param truth `[data, latent]`
 * @throws TypeError for a wrong shape
 */
export function align(estimate: Matrix, truth: Matrix): Alignment {
  const axes: Axes = new Map();
  assertMatrix("align", "truth", truth, "data latent", axes);
  assertMatrix("align", "estimate", estimate, "data latent", axes);
  const columns = transpose(estimate);
  const cosines = transpose(truth).map((u) => columns.map((v) => cosine(u, v)));
  const order: number[] = [];
  for (const [latent, match] of munkres(cosines.map((row) => row.map((c) => 1 - Math.abs(c))))) {
    order[latent] = match;
  }
  const matched = order.map((match, latent) => cosines[latent]![match]!);
  const similarities = matched.map(Math.abs);
  return {
    order,
    signs: matched.map((c) => (c < 0 ? -1 : 1)),
    similarities,
    mean: similarities.reduce((sum, value) => sum + value, 0) / similarities.length,
  };
}

function cosine(u: Vector, v: Vector): number {
  const length = Math.hypot(...u) * Math.hypot(...v);
  return length === 0 ? 0 : u.reduce((sum, value, k) => sum + value * v[k]!, 0) / length;
}
