import { assertClasses, columnsOf, type Rows, varianceOf } from "./rows.ts";

/** Sets of codes, in each of which one factor is the same throughout. */
export interface FixedFactorCodes {
  /** `[vote][sample, latent]` */
  readonly codes: readonly Rows[];
  /** The factor that is the same, from 0: `[vote]`. */
  readonly factors: ArrayLike<number>;
}

/** Latents whose variance over the data is at most this are collapsed. */
const COLLAPSED = 0.05;

/**
 * The FactorVAE score: the accuracy of a majority vote.
 *
 * ```math
 * d* = argminᵢ var_ℓ(z_ℓi)/var(zᵢ)
 * ```
 *
 * Each set of codes votes for the latent d*, of those whose variance over the data is above 0.05. The factor of a latent is the most
 * frequent in training, the first of these; the score is the share of the evaluation that has it. Where all latents are collapsed it is 0.
 *
 * Source: Kim, Mnih, *Disentangling by Factorising*, 2018; collapsed latents and evaluation as in Locatello et al., 2019.
 *
 * @param variances var(zᵢ) over the data: `[latent]`
 * @throws TypeError for a shape; RangeError for a factor that is no whole number from 0
 */
export function factorVaeScore(
  training: FixedFactorCodes,
  evaluation: FixedFactorCodes,
  variances: ArrayLike<number>,
): number {
  const counts = new Map<number, Map<number, number>>();
  votes("training", training, variances).forEach((latent, v) => {
    if (latent < 0) return;
    if (!counts.has(latent)) counts.set(latent, new Map());
    const own = counts.get(latent)!, factor = training.factors[v]!;
    own.set(factor, (own.get(factor) ?? 0) + 1);
  });
  const majority = (latent: number): number | undefined =>
    [...counts.get(latent) ?? []].toSorted(([f, a], [g, b]) => b - a || f - g)[0]?.[0];
  const cast = votes("evaluation", evaluation, variances);
  return cast.filter((latent, v) => majority(latent) === evaluation.factors[v]).length / cast.length;
}

/** The latent of each vote; −1 where all are collapsed. */
function votes(
  argument: string,
  { codes, factors }: FixedFactorCodes,
  variances: ArrayLike<number>,
): number[] {
  const doing = "factorVaeScore";
  assertClasses(doing, `factors of the ${argument}`, factors);
  if (codes.length === 0 || codes.length !== factors.length) {
    throw new TypeError(
      `${doing}: the ${argument} must have a factor for each set of codes, and one at least, but has ${codes.length} sets and ${factors.length} factors`,
    );
  }
  return codes.map((set) => {
    const columns = columnsOf(doing, `codes of the ${argument}`, set);
    if (columns.length !== variances.length) {
      throw new TypeError(
        `${doing}: variances must be as many as latents, ${columns.length}, but there are ${variances.length}`,
      );
    }
    let latent = -1, least = Infinity;
    columns.forEach((code, i) => {
      if (!(variances[i]! > COLLAPSED)) return;
      const ratio = varianceOf(code) / variances[i]!;
      if (ratio < least) [latent, least] = [i, ratio];
    });
    return latent;
  });
}
