import { lasso } from "./lasso.ts";
import { columnsOf, meanOf, pairedColumns, type Rows, varianceOf } from "./rows.ts";

/** Shares of a row, and 1 less their entropy in units of the greatest that there can be; 0 of nothing. */
function concentration(row: ArrayLike<number>): number {
  const all = total(row);
  if (all === 0) return 0;
  let entropy = 0;
  for (let k = 0; k < row.length; k++) {
    const share = row[k]! / all;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return 1 - entropy / Math.log(row.length);
}

const total = (row: ArrayLike<number>): number => Array.from(row).reduce((sum, entry) => sum + entry, 0);

/** Requires importances: finite, from 0, of two latents and two factors at least. Returns them by factor. */
function checked(doing: string, importance: Rows): Float64Array[] {
  const columns = columnsOf(doing, "importance", importance);
  if (importance.length < 2 || columns.length < 2) {
    throw new RangeError(
      `${doing}: there must be 2 latents and 2 factors at least, but importance is [${importance.length}, ${columns.length}]: an entropy of one share is 0/0`,
    );
  }
  const [factor, latent] = columns.flatMap((v, f) =>
    v.some((entry) => entry < 0) ? [f, v.findIndex((e) => e < 0)] : []
  );
  if (factor !== undefined) {
    throw new RangeError(
      `${doing}: importances must be from 0, but that of latent ${latent} for factor ${factor} is ${
        columns[factor]![latent!]
      }; take |w| of weights`,
    );
  }
  return columns;
}

/**
 * Disentanglement of importances: whether each latent is about one factor.
 *
 * ```math
 * D = ∑ᵢ ρᵢ (1 − H_F(Pᵢ)), P_if = R_if/∑_f R_if, ρᵢ = ∑_f R_if/∑ R
 * ```
 *
 * H_F is in units of log F. Latents count by their importance; one that says nothing counts for nothing.
 *
 * Source: Eastwood, Williams, *A Framework for the Quantitative Evaluation of Disentangled Representations*, 2018.
 *
 * @param importance R ≥ 0: `[latent, factor]`
 * @throws RangeError for an importance below 0, one latent or one factor; TypeError for a shape
 */
export function disentanglement(importance: Rows): number {
  checked("disentanglement", importance);
  const all = importance.reduce((sum, row) => sum + total(row), 0);
  return all === 0 ? 0 : importance.reduce((sum, row) => sum + total(row) / all * concentration(row), 0);
}

/**
 * Completeness of importances: whether each factor is in one latent.
 *
 * ```math
 * C = (1/F) ∑_f (1 − H_d(P_f)), P_if = R_if/∑ᵢ R_if
 * ```
 *
 * H_d is in units of log d. All factors count alike; one that no latent knows has 0.
 *
 * Source: Eastwood, Williams, 2018.
 *
 * @param importance R ≥ 0: `[latent, factor]`
 * @throws RangeError for an importance below 0, one latent or one factor; TypeError for a shape
 */
export function completeness(importance: Rows): number {
  const columns = checked("completeness", importance);
  return columns.reduce((sum, column) => sum + concentration(column), 0) / columns.length;
}

/** Codes `[n, latent]` and factors `[n, factor]` of the same examples. */
export interface CodedFactors {
  /** `[n, latent]` */
  readonly codes: Rows;
  /** Numbers: `[n, factor]`. */
  readonly factors: Rows;
}

/** The three scores. */
export interface Dci {
  /** Whether each latent is about one factor: 0 to 1. */
  readonly disentanglement: number;
  /** Whether each factor is in one latent: 0 to 1. */
  readonly completeness: number;
  /** The mean over factors of the root mean squared error on the evaluation, in units of a factor's deviation in training: 0 is best. */
  readonly error: number;
  /** |w|: `[latent, factor]`. */
  readonly importance: readonly (readonly number[])[];
}

/**
 * Disentanglement, completeness and informativeness, by the weights of a {@link lasso} from all latents to each factor as a number.
 *
 * A lasso sees linear relations alone: a factor that is a latent's square has no importance, and an error of 1.
 *
 * @param penalty α of the lasso; 0.02 by default
 * @throws RangeError for a factor that never changes in training; TypeError for a shape
 */
export function dci(training: CodedFactors, evaluation: CodedFactors, { penalty = 0.02 } = {}): Dci {
  const [latents, factors] = pairedColumns("dci", training.codes, training.factors);
  const [tested, asked] = pairedColumns("dci", evaluation.codes, evaluation.factors);
  if (tested.length !== latents.length || asked.length !== factors.length) {
    throw new TypeError(
      `dci: the evaluation must have ${latents.length} latents and ${factors.length} factors, as training has, but it has ${tested.length} and ${asked.length}`,
    );
  }
  const still = factors.findIndex((factor) => varianceOf(factor) === 0);
  if (still >= 0) {
    throw new RangeError(
      `dci: each factor must change in training, but factor ${still} is ${factors[still]![0]} throughout`,
    );
  }
  const weights = factors.map((factor) => lasso(training.codes, factor, penalty));
  const importance = latents.map((_, i) => weights.map((w) => Math.abs(w[i]!)));
  const scales = latents.map((v) => ({ centre: meanOf(v), deviation: Math.sqrt(varianceOf(v)) || 1 }));
  const errors = factors.map((factor, f) => {
    const centre = meanOf(factor), deviation = Math.sqrt(varianceOf(factor));
    const squares = asked[f]!.map((value, n) => {
      const fitted = scales.reduce(
        (sum, scale, i) => sum + weights[f]![i]! * (tested[i]![n]! - scale.centre) / scale.deviation,
        0,
      );
      return ((value - centre) / deviation - fitted) ** 2;
    });
    return Math.sqrt(meanOf(squares));
  });
  return {
    disentanglement: disentanglement(importance),
    completeness: completeness(importance),
    error: meanOf(Float64Array.from(errors)),
    importance,
  };
}
