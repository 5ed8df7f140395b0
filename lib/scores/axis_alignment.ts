import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix";
import { align } from "../symmetry/mod.ts";
import { columnsOf, type Rows } from "./rows.ts";

/** Squared singular values below this share of the greatest are rounding. */
const RANK = 1e-12;

/**
 * How well the principal axes of a decoder's Jacobian at a point agree with the changes of x that its factors make there:
 *
 * ```math
 * (1/F) max_π ∑_f |cos(u_π(f), ∂x/∂f)|, J = U S Vᵀ
 * ```
 *
 * No axis serves two factors; a factor without one has 0. The axes do not depend on the basis of the latents. Where two singular values
 * are equal, any turn of their axes is right, and the score is that of one of them.
 *
 * Source: own; that the axes of a VAE's decoder become principal axes is in Rolinek et al., 2019, and Kumar, Poole, 2020.
 *
 * @param jacobian J: `[data, latent]`
 * @param changes ∂x/∂f: `[data, factor]`
 * @throws TypeError for a shape; RangeError for a number that is not finite, or a J that is 0
 */
export function axisAlignment(jacobian: Rows, changes: Rows): number {
  const doing = "axisAlignment", data = jacobian.length;
  const columns = columnsOf(doing, "jacobian", jacobian), factors = columnsOf(doing, "changes", changes);
  if (changes.length !== data) {
    throw new TypeError(
      `${doing}: changes must have ${data} rows, as jacobian has, but they have ${changes.length}`,
    );
  }
  const gram = columns.map((u) => columns.map((v) => u.reduce((sum, entry, k) => sum + entry * v[k]!, 0)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Dense(gram), {
    assumeSymmetric: true,
  });
  const greatest = Math.max(...realEigenvalues);
  if (!(greatest > 0)) throw new RangeError(`${doing}: the jacobian must not be 0: it has no axes`);
  // J v is s u.
  const axes = realEigenvalues.flatMap((square, k) =>
    square > RANK * greatest
      ? [
        Array.from(
          { length: data },
          (_, n) => columns.reduce((sum, column, i) => sum + column[n]! * eigenvectorMatrix.get(i, k), 0),
        ),
      ]
      : []
  );
  const most = Math.max(axes.length, factors.length);
  /** `[data, most]`: what is missing is 0, whose cosine is 0. */
  const padded = (vectors: readonly ArrayLike<number>[]): number[][] =>
    Array.from({ length: data }, (_, n) => Array.from({ length: most }, (_, k) => vectors[k]?.[n] ?? 0));
  const { similarities } = align(padded(axes), padded(factors));
  return similarities.slice(0, factors.length).reduce((sum, value) => sum + value, 0) / factors.length;
}
