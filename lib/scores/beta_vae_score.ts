import { softmaxRegression } from "./softmax_regression.ts";
import { assertClasses, columnsOf, type Rows } from "./rows.ts";

/** Pairs of codes, in each of which one factor is the same for both. */
export interface PairedCodes {
  /** `[vote][sample, latent]` */
  readonly first: readonly Rows[];
  /** `[vote][sample, latent]` */
  readonly second: readonly Rows[];
  /** The factor that is the same, from 0: `[vote]`. */
  readonly factors: ArrayLike<number>;
}

/**
 * The β-VAE score: the accuracy on the evaluation of a linear classifier of the factor that is the same in both codes of a pair, from
 * the mean over the samples of a vote of |z₁ − z₂|.
 *
 * The classifier is softmax regression with the penalty ½‖W‖² beside the summed cross-entropy.
 *
 * Source: Higgins et al., *β-VAE*, 2017.
 *
 * @throws TypeError for a shape; RangeError for a factor that is no whole number from 0
 */
export function betaVaeScore(training: PairedCodes, evaluation: PairedCodes): number {
  const classify = softmaxRegression(differences("training", training), Array.from(training.factors));
  const asked = differences("evaluation", evaluation);
  if (asked[0]!.length !== training.first[0]![0]!.length) {
    throw new TypeError(
      `betaVaeScore: the evaluation must have ${
        training.first[0]![0]!.length
      } latents, as training has, but it has ${asked[0]!.length}`,
    );
  }
  return asked.filter((row, v) => classify(row) === evaluation.factors[v]).length / asked.length;
}

/** The mean of |z₁ − z₂| of each vote: `[vote, latent]`. */
function differences(argument: string, { first, second, factors }: PairedCodes): Float64Array[] {
  const doing = "betaVaeScore";
  assertClasses(doing, `factors of the ${argument}`, factors);
  if (first.length === 0 || first.length !== second.length || first.length !== factors.length) {
    throw new TypeError(
      `${doing}: the ${argument} must have as many first codes, second codes and factors, and one at least, but has ${first.length}, ${second.length} and ${factors.length}`,
    );
  }
  return first.map((set, v) => {
    const left = columnsOf(doing, "first", set), right = columnsOf(doing, "second", second[v]!);
    if (left.length !== right.length || set.length !== second[v]!.length) {
      throw new TypeError(
        `${doing}: both codes of vote ${v} must have one shape, but they are [${set.length}, ${left.length}] and [${
          second[v]!.length
        }, ${right.length}]`,
      );
    }
    return Float64Array.from(left, (code, i) => {
      let sum = 0;
      code.forEach((entry, s) => sum += Math.abs(entry - right[i]![s]!));
      return sum / set.length;
    });
  });
}
