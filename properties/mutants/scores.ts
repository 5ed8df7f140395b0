/**
 * Faults in scores: most of them are how some published code computes a score of that name.
 *
 * @module
 */

import type { Matrix, ObjectiveCase, Vector } from "../contract/subject.ts";
import { tabulate, transpose } from "../oracle/dense.ts";
import { oracle } from "../oracle/mod.ts";
import {
  assigned,
  binned,
  classified,
  cosines,
  differencesOf,
  draws,
  entropyOf,
  informationOf,
  lassoOf,
  logSumExp,
  majorityAccuracy,
  meanGap,
  pairwise,
  principalAxes,
  rateOf,
  shareEntropy,
  squaredCorrelation,
  votesOf,
} from "../oracle/scores.ts";
import { type Mutant, planted, replacing } from "./mutant.ts";

const { scores } = oracle;
const mig = replacing("scores.mutualInformationGap");
const sap = replacing("scores.separatedAttributePredictability");
const lasso = replacing("scores.lasso");
const disentanglement = replacing("scores.disentanglement");
const completeness = replacing("scores.completeness");
const votes = replacing("scores.factorVaeScore");
const pairs = replacing("scores.betaVaeScore");
const active = replacing("scores.activeUnits");
const weighted = replacing("scores.importanceWeighted");
const weights = replacing("scores.logWeights");
const rate = replacing("scores.rateDistortion");
const information = replacing("scores.latentInformation");
const axes = replacing("scores.axisAlignment");

const total = (v: Vector): number => v.reduce((sum, entry) => sum + entry, 0);
const mean = (v: Vector): number => total(v) / v.length;
const variance = (v: Vector, lost = 0): number =>
  total(v.map((entry) => (entry - mean(v)) ** 2)) / (v.length - lost);

/** Normalised information, by bins of another kind. */
const migBy = (bins: (code: Vector) => Vector): ReturnType<typeof mig> =>
  mig((codes, factors) => meanGap(codes, factors, (code, f) => informationOf(bins(code), f) / entropyOf(f)));
/** Information in other units. */
const migOver = (unit: (code: Vector, factor: Vector) => number): ReturnType<typeof mig> =>
  mig((codes, factors) =>
    meanGap(codes, factors, (code, f) => informationOf(binned(code), f) / unit(binned(code), f))
  );

const quantiles = (code: Vector): number[] => {
  const sorted = code.toSorted((a, b) => a - b);
  return code.map((entry) => Math.floor(20 * sorted.indexOf(entry) / code.length));
};

/** The best accuracy of one threshold, averaged over the classes that it parts. */
function thresholdAccuracy(code: Vector, factor: Vector): number {
  const first = Math.min(...factor);
  const share = (side: boolean, t: number): number => {
    const own = code.filter((_, i) => (factor[i] === first) === side);
    return own.length === 0 ? 0 : own.filter((entry) => (entry <= t) === side).length / own.length;
  };
  return Math.max(...code.map((t) => (share(true, t) + share(false, t)) / 2));
}

const centred = (v: Vector): number[] => v.map((entry) => entry - mean(v));
const standardised = (v: Vector): number[] => {
  const deviation = Math.sqrt(variance(v));
  return centred(v).map((entry) => deviation === 0 ? 0 : entry / deviation);
};

/** The weights with a change in each logarithm. */
const weightsBy = (
  f: (draw: ReturnType<typeof draws>[number][number], given: ObjectiveCase) => number,
): ReturnType<typeof weights> =>
  weights((given) => draws(given).map((row) => row.map((draw) => f(draw, given))));

const each = (logWeights: Matrix): number[] => logWeights.map((row) => logSumExp(row) - Math.log(row.length));
const rateWith = (
  change: (
    right: { rate: number; distortion: number },
    given: ObjectiveCase,
  ) => { rate: number; distortion: number },
): ReturnType<typeof rate> => rate((given) => change(scores.rateDistortion(given), given));

const row = (table: Matrix, f: (own: number, row: Vector, i: number) => number): number =>
  mean(table.map((entries, i) => f(entries[i]!, entries, i)));

/** The faults, by the laws that must reject them. */
export const scoreMutants: readonly Mutant[] = planted({
  "D1": {
    "mig-ten-bins: a latent has 10 bins": migBy((code) => binned(code, 10)),
    "mig-thirty-bins: a latent has 30 bins": migBy((code) => binned(code, 30)),
    "mig-quantile-bins: bins hold as many codes each, instead of being equally wide": migBy(quantiles),
    "mig-last-bin: the greatest code has a bin of its own": migBy((code) => {
      const least = Math.min(...code), width = (Math.max(...code) - least) / 20;
      return code.map((entry) => Math.floor((entry - least) / width));
    }),
    "mig-not-normalised: informations in nats are not divided by the entropy of the factor": migOver(() => 1),
    "mig-log-classes: informations are divided by the logarithm of the number of classes": migOver((_, f) =>
      Math.log(new Set(f).size)
    ),
    "mig-joint-entropy: informations are divided by the joint entropy": migOver((code, f) =>
      entropyOf(code.map((entry, i) => `${entry} ${f[i]}`))
    ),
    "mig-code-entropy: informations are divided by the entropy of the code": migOver((code) =>
      entropyOf(code)
    ),
    "mig-mixed-logarithms: information in bits, entropy in nats": migOver((_, f) => Math.LN2 * entropyOf(f)),
    "mig-over-latents: the gap is between the factors of a latent, and the mean over latents": mig((
      codes,
      factors,
    ) => meanGap(factors, codes, (f, code) => informationOf(binned(code), f) / entropyOf(f))),
    "mig-of-sums: the gaps are summed before they are divided by the summed entropies": mig((
      codes,
      factors,
    ) =>
      meanGap(codes, factors, (code, f) => informationOf(binned(code), f)) * factors[0]!.length /
      total(transpose(factors).map(entropyOf))
    ),
    "mig-without-second: the second latent is not subtracted": mig((codes, factors) =>
      mean(
        transpose(factors).map((f) =>
          Math.max(...transpose(codes).map((code) => informationOf(binned(code), f) / entropyOf(f)))
        ),
      )
    ),
    "mig-silent: a factor that never changes counts as 0": mig((codes, factors) => {
      if (transpose(factors).every((f) => entropyOf(f) > 0)) {
        return scores.mutualInformationGap(codes, factors);
      }
      return 0;
    }),
  },
  "D2": {
    "sap-correlation: the correlation is not squared": sap((codes, factors) =>
      meanGap(codes, factors, (code, f) => Math.sqrt(squaredCorrelation(code, f)))
    ),
    "sap-signed: a latent that points the other way says less": sap((codes, factors) =>
      meanGap(codes, factors, (code, f) =>
        squaredCorrelation(code, f) *
        Math.sign(mean(centred(code).map((entry, i) => entry * centred(f)[i]!))))
    ),
    "sap-threshold: the factor is taken for classes, and the score is the accuracy of a threshold": sap((
      codes,
      factors,
    ) => meanGap(codes, factors, thresholdAccuracy)),
    "sap-over-latents: the gap is between the factors of a latent": sap((codes, factors) =>
      meanGap(factors, codes, squaredCorrelation)
    ),
    "sap-not-centred: moments about 0": sap((codes, factors) =>
      meanGap(codes, factors, (code, f) => {
        const dot = (a: Vector, b: Vector): number => total(a.map((entry, i) => entry * b[i]!));
        return dot(code, f) ** 2 / (dot(code, code) * dot(f, f));
      })
    ),
    "sap-covariance: the covariance is not divided by the variance of the latent": sap((codes, factors) =>
      meanGap(codes, factors, (code, f) => squaredCorrelation(code, f) * variance(code))
    ),
    "sap-constant: a latent that never changes has NaN": sap((codes, factors) =>
      transpose(codes).some((code) => variance(code) === 0)
        ? NaN
        : scores.separatedAttributePredictability(codes, factors)
    ),
  },
  "D3": {
    "dci-unweighted: all latents count alike": disentanglement((r) =>
      mean(r.map((row) => total(row) === 0 ? 0 : 1 - shareEntropy(row, row.length)))
    ),
    "dci-nats: entropies are in nats": disentanglement((r) => {
      const all = total(r.flat());
      return total(r.map((row) => total(row) === 0 ? 0 : total(row) / all * (1 - shareEntropy(row, Math.E))));
    }),
    "dci-other-base: entropies are in units of the number of latents": disentanglement((r) => {
      const all = total(r.flat());
      return total(
        r.map((row) => total(row) === 0 ? 0 : total(row) / all * (1 - shareEntropy(row, r.length))),
      );
    }),
    "dci-transposed: disentanglement looks along a factor": disentanglement((r) =>
      scores.disentanglement(transpose(r))
    ),
    "dci-squares: importances are squared": disentanglement((r) =>
      scores.disentanglement(r.map((row) => row.map((entry) => entry ** 2)))
    ),
    "dci-nan: a latent that says nothing has a share of 0/0": disentanglement((r) =>
      r.some((row) => total(row) === 0) ? NaN : scores.disentanglement(r)
    ),
    "completeness-weighted: factors count by their importance": completeness((r) => {
      const all = total(r.flat());
      return total(transpose(r).map((row) => total(row) / all * (1 - shareEntropy(row, row.length))));
    }),
    "completeness-other-base: entropies are in units of the number of factors": completeness((r) =>
      mean(transpose(r).map((row) => 1 - shareEntropy(row, r[0]!.length)))
    ),
  },
  "D4": {
    "lasso-raw: codes are not brought to a variance of 1": lasso((codes, y, penalty) =>
      lassoOf(transpose(codes).map(centred), standardised(y), penalty)
    ),
    "lasso-raw-target: the target is not brought to a variance of 1": lasso((codes, y, penalty) =>
      lassoOf(transpose(codes).map(standardised), centred(y), penalty)
    ),
    "lasso-without-half: the squares have no ½": lasso((codes, y, penalty) =>
      lassoOf(transpose(codes).map(standardised), standardised(y), penalty / 2)
    ),
    "lasso-not-centred: nothing is brought to a mean of 0": lasso((codes, y, penalty) =>
      lassoOf(
        transpose(codes).map((v) => v.map((entry) => entry / Math.sqrt(variance(v)))),
        y.map((entry) => entry / Math.sqrt(variance(y))),
        penalty,
      )
    ),
    "lasso-ridge: the penalty is of the squares": lasso((codes, y, penalty) =>
      lassoOf(transpose(codes).map(standardised), standardised(y), 0, penalty)
    ),
    "lasso-magnitudes: the weights have lost their signs": lasso((codes, y, penalty) =>
      scores.lasso(codes, y, penalty).map(Math.abs)
    ),
    "lasso-marginal: each latent is fitted alone": lasso((codes, y, penalty) =>
      transpose(codes).map((v) => lassoOf([standardised(v)], standardised(y), penalty)[0]!)
    ),
  },
  "D5": {
    "votes-not-normalised: variances are not in units of the data's": votes(
      (training, evaluation, variances) => {
        const alive = (set: typeof training): number[] =>
          set.codes.map((rows) => {
            const found = transpose(rows).map((v, i) => variances[i]! > 0.05 ? variance(v) : Infinity);
            return found.indexOf(Math.min(...found));
          });
        return variances.some((entry) => entry > 0.05)
          ? majorityAccuracy(alive(training), training.factors, alive(evaluation), evaluation.factors)
          : 0;
      },
    ),
    "votes-dead: collapsed latents are voted for": votes((training, evaluation, variances) =>
      scores.factorVaeScore(training, evaluation, variances.map((entry) => Math.max(0.051, entry)))
    ),
    "votes-of-training: the accuracy is that on the votes that the majority was taken of": votes((
      training,
      _,
      variances,
    ) => scores.factorVaeScore(training, training, variances)),
    "votes-error: the error rate for the accuracy": votes((training, evaluation, variances) =>
      1 - scores.factorVaeScore(training, evaluation, variances)
    ),
    "votes-for-the-most: the latent that varies most is voted for": votes(
      (training, evaluation, variances) => {
        const most = (set: typeof training): number[] =>
          set.codes.map((rows) => {
            const found = transpose(rows).map((v, i) =>
              variances[i]! > 0.05 ? variance(v) / variances[i]! : -1
            );
            return found.indexOf(Math.max(...found));
          });
        return majorityAccuracy(most(training), training.factors, most(evaluation), evaluation.factors);
      },
    ),
    "votes-hardwired: latent i stands for factor i": votes((_, evaluation, variances) =>
      mean(votesOf(evaluation, variances).map((latent, v) => latent === evaluation.factors[v] ? 1 : 0))
    ),
  },
  "D6": {
    "pairs-signed: differences keep their signs, and average out": pairs((training, evaluation) => {
      const signed = ({ first, second }: typeof training): number[][] =>
        first.map((set, v) =>
          transpose(set).map((code, i) => mean(code.map((entry, s) => entry - second[v]![s]![i]!)))
        );
      const found = classified(signed(training), training.factors, signed(evaluation));
      return mean(found.map((factor, v) => factor === evaluation.factors[v] ? 1 : 0));
    }),
    "pairs-codes: the codes themselves are classified": pairs((training, evaluation) => {
      const first = (set: typeof training): number[][] => set.first.map((rows) => transpose(rows).map(mean));
      const found = classified(first(training), training.factors, first(evaluation));
      return mean(found.map((factor, v) => factor === evaluation.factors[v] ? 1 : 0));
    }),
    "pairs-error: the error rate for the accuracy": pairs((training, evaluation) =>
      1 - scores.betaVaeScore(training, evaluation)
    ),
    "pairs-shifted: factors of the evaluation are counted from 1": pairs((training, evaluation) => {
      const found = classified(differencesOf(training), training.factors, differencesOf(evaluation));
      return mean(found.map((factor, v) => factor + 1 === evaluation.factors[v] ? 1 : 0));
    }),
  },
  "D7": {
    "active-deviations: the standard deviation is held against 0.01": active((means) =>
      transpose(means).filter((v) => Math.sqrt(variance(v)) > 0.01).length
    ),
    "active-sample-variance: the variance over N − 1": active((means) =>
      transpose(means).filter((v) => variance(v, 1) > 0.01).length
    ),
    "active-second-moment: the mean is not subtracted": active((means) =>
      transpose(means).filter((v) => mean(v.map((entry) => entry ** 2)) > 0.01).length
    ),
    "active-threshold: the threshold is 0.1": active((means) =>
      transpose(means).filter((v) => variance(v) > 0.1).length
    ),
    "active-share: a share of the latents for their number": active((means) =>
      scores.activeUnits(means) / means[0]!.length
    ),
    "active-across: the variance over the latents of an example": active((means) =>
      scores.activeUnits(transpose(means))
    ),
  },
  "D8": {
    "iwae-elbo: the mean of the logarithms, an ELBO": weighted((logs) => ({
      ...scores.importanceWeighted(logs),
      logLikelihood: mean(logs.map(mean)),
    })),
    "iwae-sum: log K is not subtracted": weighted((logs) => ({
      ...scores.importanceWeighted(logs),
      logLikelihood: mean(logs.map(logSumExp)),
    })),
    "iwae-underflow: weights are not brought below 1 before exp": weighted((logs) => ({
      ...scores.importanceWeighted(logs),
      logLikelihood: mean(logs.map((row) => Math.log(mean(row.map(Math.exp))))),
    })),
    "iwae-over-batch: the mean of the weights is over all examples": weighted((logs) => ({
      ...scores.importanceWeighted(logs),
      logLikelihood: logSumExp(logs.flat()) - Math.log(logs.flat().length),
    })),
    "iwae-deviation: the deviation for the standard error": weighted((logs) => ({
      logLikelihood: mean(each(logs)),
      standardError: Math.sqrt(variance(each(logs), 1)),
    })),
    "iwae-error-of-all: the standard error counts every sample as an example": weighted((logs) => ({
      logLikelihood: mean(each(logs)),
      standardError: Math.sqrt(variance(each(logs), 1) / logs.flat().length),
    })),
    "weights-without-prior: p(z) is left out": weightsBy(({ likelihood, posterior }) =>
      likelihood - posterior
    ),
    "weights-without-posterior: q(z|x) is left out": weightsBy(({ likelihood, prior }) => likelihood + prior),
    "weights-posterior-added: log q(z|x) is added": weightsBy(({ likelihood, prior, posterior }) =>
      likelihood + prior + posterior
    ),
    "weights-of-noise: the density of ε stands for that of z, without |L|": weights((given) =>
      draws(given).map((row, s) =>
        row.map(({ likelihood, prior }, b) =>
          likelihood + prior +
          total(given.noise![s]![b]!.map((entry) => (entry ** 2 + Math.log(2 * Math.PI)) / 2))
        )
      )
    ),
    "weights-constants: (d/2) log 2π is left out of log q(z|x)": weightsBy((draw, given) =>
      draw.likelihood + draw.prior - draw.posterior - given.model.latent * Math.log(2 * Math.PI) / 2
    ),
  },
  "D9": {
    "rate-with-beta: the rate is β KL": rateWith(({ rate, distortion }, { beta }) => ({
      rate: beta * rate,
      distortion,
    })),
    "rate-in-bits: the rate is in bits": rateWith(({ rate, distortion }) => ({
      rate: rate / Math.LN2,
      distortion,
    })),
    "rate-per-latent: the rate is a mean over latents": rateWith(({ rate, distortion }, { model }) => ({
      rate: rate / model.latent,
      distortion,
    })),
    "distortion-per-pixel: the distortion is a mean over data": rateWith(({ rate, distortion }, { x }) => ({
      rate,
      distortion: distortion / x[0]!.length,
    })),
    "distortion-without-constants: (n/2) log 2πσ² is left out": rateWith((
      { rate, distortion },
      { model, x },
    ) => ({
      rate,
      distortion: model.likelihood.kind === "gaussian"
        ? distortion - x[0]!.length * Math.log(2 * Math.PI * model.likelihood.variance) / 2
        : distortion,
    })),
    "distortion-at-mean: the distortion of the mean, not of samples": rate((given) => ({
      rate: rateOf(given),
      distortion: -mean(
        draws({ ...given, noise: [tabulate(given.x.length, given.model.latent, () => 0)] }).flat().map((
          draw,
        ) => draw.likelihood),
      ),
    })),
  },
  "D10": {
    "information-without-itself: an example is left out of the mixture": information((given) =>
      row(pairwise(given), (own, all, i) => {
        const others = all.filter((_, j) => j !== i);
        return others.length === 0 ? 0 : own - logSumExp(others) + Math.log(others.length);
      })
    ),
    "information-without-n: log N is left out": information((given) =>
      row(pairwise(given), (own, all) => own - logSumExp(all))
    ),
    "information-of-data-set: a batch is taken for a draw from 60,000 examples": information((given) =>
      row(pairwise(given), (own, all) => own - logSumExp(all) + Math.log(all.length * 60_000))
    ),
    "information-sign: the sign is wrong": information((given) => -scores.latentInformation(given)),
    "information-by-latents: each latent has a mixture of its own": information((given) => {
      const only = (table: Matrix, i: number): number[][] => table.map((entries) => [entries[i]!]);
      return total(given.mean[0]!.map((_, i) =>
        scores.latentInformation({
          mean: only(given.mean, i),
          deviation: only(given.deviation, i),
          samples: only(given.samples, i),
        })
      ));
    }),
    "information-variance: standard deviations are taken for variances": information((given) =>
      scores.latentInformation({
        ...given,
        deviation: given.deviation.map((entries) => entries.map((entry) => Math.sqrt(entry))),
      })
    ),
    "information-of-means: posterior means stand for draws": information((given) =>
      scores.latentInformation({ ...given, samples: given.mean })
    ),
  },
  "D11": {
    "axes-of-latents: columns of J stand for principal axes": axes((jacobian, changes) =>
      assigned(cosines(transpose(jacobian), transpose(changes)))
    ),
    "axes-squared: cosines are squared": axes((jacobian, changes) =>
      assigned(
        cosines(principalAxes(jacobian), transpose(changes)).map((entries) =>
          entries.map((entry) => entry ** 2)
        ),
      )
    ),
    "axes-by-size: the axis of rank f stands for factor f": axes((
      jacobian,
      changes,
    ) =>
      mean(
        cosines(principalAxes(jacobian).toReversed(), transpose(changes)).map((entries, f) =>
          entries[f] ?? 0
        ),
      )
    ),
    "axes-not-normalised: changes are not brought to length 1": axes((jacobian, changes) => {
      const lengths = transpose(changes).map((change) => Math.hypot(...change));
      return assigned(
        cosines(principalAxes(jacobian), transpose(changes)).map((entries, f) =>
          entries.map((entry) => entry * lengths[f]!)
        ),
      );
    }),
  },
});
