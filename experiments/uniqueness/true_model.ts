import type { Key } from "../../lib/engine/mod.ts";
import { foldIn } from "../../lib/engine/mod.ts";
import { orthogonalMatrix } from "../../lib/linalg/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";
import type { TrueWeights } from "../../properties/laws/trained.ts";

/** The decoder that makes the data. */
export interface TrueModel {
  /** W: `[data][latent]`. */
  readonly weights: Matrix;
  /** Its principal axes, the left singular vectors, orthonormal: `[data][latent]`. */
  readonly axes: Matrix;
}

/**
 * The smallest of d distinct norms, the largest of which is 1: 0.6/d.
 *
 * A larger one brings neighbouring norms so close that little tells their columns apart; a smaller one makes the last column
 * drown in the noise of .05. Both cost training by samples very many steps.
 */
export const smallestNorm = (latent: number): number => 0.6 / latent;

/**
 * A true decoder in a random orientation: W = U diag(s), U with orthonormal columns and s falling from 1 to
 * {@link smallestNorm} in equal ratios (`distinct`) or all 1 (`equal`); or W = U diag(s) Vᵀ with the distinct s and V a
 * random rotation (`generic`), whose columns are not orthogonal.
 *
 * @param data n ≥ latent
 * @param latent d ≥ 2
 * @throws RangeError for the sizes
 */
export function trueModel(kind: TrueWeights, data: number, latent: number, key: Key): TrueModel {
  if (!(latent >= 2)) {
    throw new RangeError(`trueModel: uniqueness needs at least 2 latents to rotate, but there are ${latent}`);
  }
  if (!(data >= latent)) {
    throw new RangeError(
      `trueModel: ${latent} orthogonal columns need at least as many data dimensions, but there are ${data}`,
    );
  }
  const columns = orthogonalMatrix(foldIn(key, 0), data).slice(0, latent);
  const axes = Array.from({ length: data }, (_, i) => columns.map((column) => column[i]!));
  const norms = columns.map((_, j) => (kind === "equal" ? 1 : smallestNorm(latent) ** (j / (latent - 1))));
  const scaled = axes.map((row) => row.map((v, j) => v * norms[j]!));
  if (kind !== "generic") return { weights: scaled, axes };
  const rotation = orthogonalMatrix(foldIn(key, 1), latent);
  const weights = scaled.map((row) => rotation.map((v) => v.reduce((sum, x, j) => sum + x * row[j]!, 0)));
  return { weights, axes };
}
