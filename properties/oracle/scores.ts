/**
 * Numbers that papers report of models, in float64 and by the shortest route.
 *
 * @module
 */

import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix";
import { munkres } from "munkres";
import type {
  EncodedSet,
  FixedFactorCodes,
  Matrix,
  ObjectiveCase,
  PairedCodes,
  Vector,
} from "../contract/subject.ts";
import { real } from "./arithmetic.ts";
import { eigenvalues, product, solve, tabulate, transpose } from "./dense.ts";
import { logDensity } from "./likelihood.ts";
import { apply } from "./network.ts";
import { factor, kl, logGaussian } from "./posterior.ts";

const total = (v: Iterable<number>): number => [...v].reduce((sum, entry) => sum + entry, 0);
const mean = (v: Vector): number => total(v) / v.length;
const variance = (v: Vector): number => mean(v.map((entry) => (entry - mean(v)) ** 2));
const descending = (v: Vector): number[] => v.toSorted((a, b) => b - a);
/** The greatest less the second, which is 0 where there is none. */
const gap = (v: Vector): number => descending([...v, 0])[0]! - descending([...v, 0])[1]!;

/** H in nats of what a list holds. */
export function entropyOf(list: readonly unknown[]): number {
  return -total(
    [...Map.groupBy(list, (entry) => entry).values()].map(({ length }) => {
      const share = length / list.length;
      return share * Math.log(share);
    }),
  );
}

/** H of a factor, which must change. */
function ownEntropy(factor: Vector): number {
  const entropy = entropyOf(factor);
  if (entropy === 0) {
    throw new RangeError("mutual information gap: every factor must change, but one is constant");
  }
  return entropy;
}

/** The bin of each number, of `count` of equal width from the least to the greatest. */
export function binned(v: Vector, count = 20): number[] {
  const least = Math.min(...v), width = (Math.max(...v) - least) / count;
  return v.map((entry) => width === 0 ? 0 : Math.min(count - 1, Math.floor((entry - least) / width)));
}

/** I(a; b) = H(a) + H(b) − H(a, b) */
export function informationOf(a: Vector, b: Vector): number {
  return entropyOf(a) + entropyOf(b) - entropyOf(a.map((entry, i) => `${entry} ${b[i]}`));
}

/** cov²/(var var), 0 where one of them is constant. */
export function squaredCorrelation(a: Vector, b: Vector): number {
  const [ma, mb] = [mean(a), mean(b)], both = variance(a) * variance(b);
  return both === 0 ? 0 : mean(a.map((entry, i) => (entry - ma) * (b[i]! - mb))) ** 2 / both;
}

/** The mean over factors of the gap between the two latents that say the most of it. */
export function meanGap(codes: Matrix, factors: Matrix, f: (code: Vector, factor: Vector) => number): number {
  const latents = transpose(codes);
  return mean(transpose(factors).map((factor) => gap(latents.map((code) => f(code, factor)))));
}

const standardised = (v: Vector): number[] => {
  const centre = mean(v), deviation = Math.sqrt(variance(v));
  return v.map((entry) => deviation === 0 ? 0 : (entry - centre) / deviation);
};

/** Minimised over one weight after the other, until none moves. */
export function lassoOf(
  columns: readonly Vector[],
  targets: Vector,
  penalty: number,
  ridge = 0,
): number[] {
  const n = targets.length, w = columns.map(() => 0);
  const along = columns.map((u) => total(u.map((entry, i) => entry * targets[i]!)) / n);
  const gram = columns.map((u) => columns.map((v) => total(u.map((entry, i) => entry * v[i]!)) / n));
  for (let sweep = 0; sweep < 10_000; sweep++) {
    let moved = 0;
    for (let i = 0; i < w.length; i++) {
      if (gram[i]![i] === 0) continue;
      const rest = along[i]! - total(w.map((weight, k) => k === i ? 0 : gram[i]![k]! * weight));
      const next = Math.sign(rest) * Math.max(0, Math.abs(rest) - penalty) / (gram[i]![i]! + ridge);
      moved = Math.max(moved, Math.abs(next - w[i]!));
      w[i] = next;
    }
    if (moved < 1e-15) break;
  }
  return w;
}

/** Σ share log share to the base, over the shares of a row; 0 of nothing. */
export function shareEntropy(row: Vector, base: number): number {
  const all = total(row);
  return -total(row.map((entry) => entry > 0 ? entry / all * Math.log(entry / all) / Math.log(base) : 0));
}

/** The latent of each vote: of least variance in units of `variances`, of those that are alive; none where all are dead. */
export const votesOf = ({ codes }: FixedFactorCodes, variances: Vector): (number | undefined)[] =>
  codes.map((set) => {
    const ratios = transpose(set).map((code, i) =>
      variances[i]! > 0.05 ? variance(code) / variances[i]! : Infinity
    );
    const least = Math.min(...ratios);
    return least === Infinity ? undefined : ratios.indexOf(least);
  });

/** The share of votes whose factor is the most frequent one of their latent in training. */
export function majorityAccuracy(
  training: readonly (number | undefined)[],
  trained: Vector,
  evaluation: readonly (number | undefined)[],
  evaluated: Vector,
): number {
  const best = (latent: number): number | undefined => {
    const own = trained.filter((_, v) => training[v] === latent);
    const count = (f: number): number => own.filter((other) => other === f).length;
    return [...new Set(own)].toSorted((a, b) => count(b) - count(a) || a - b)[0];
  };
  return mean(evaluation.map((latent, v) => latent !== undefined && best(latent) === evaluated[v] ? 1 : 0));
}

/** The mean over the samples of |first − second|, `[vote][latent]`. */
export const differencesOf = ({ first, second }: PairedCodes): number[][] =>
  first.map((set, v) =>
    transpose(set).map((code, i) => mean(code.map((entry, s) => Math.abs(entry - second[v]![s]![i]!))))
  );

/** The classes of rows by softmax regression with the penalty ½‖W‖² on the weights, minimised by Newton's method. */
export function classified(features: Matrix, classes: Vector, asked: Matrix): number[] {
  const kinds = Math.max(...classes) + 1, width = features[0]!.length + 1;
  const rows = features.map((row) => [...row, 1]);
  const logits = (w: Vector, row: Vector): number[] =>
    Array.from({ length: kinds }, (_, c) => total(row.map((entry, i) => entry * w[c * width + i]!)));
  const shares = (l: Vector): number[] => {
    const top = Math.max(...l), e = l.map((entry) => Math.exp(entry - top));
    return e.map((entry) => entry / total(e));
  };
  const size = kinds * width;
  // The biases have no penalty, but their common shift is held.
  const penalty = (k: number): number => k % width === width - 1 ? 1e-9 : 1;
  let w: number[] = Array(size).fill(0);
  for (let step = 0; step < 50; step++) {
    const p = rows.map((row) => shares(logits(w, row)));
    const gradient = w.map((weight, k) => {
      const [c, i] = [Math.floor(k / width), k % width];
      return penalty(k) * weight +
        total(rows.map((row, n) => row[i]! * (p[n]![c]! - (classes[n] === c ? 1 : 0))));
    });
    if (Math.max(...gradient.map(Math.abs)) < 1e-9) break;
    const hessian = tabulate(size, size, (k, l) => {
      const [c, i, e, j] = [Math.floor(k / width), k % width, Math.floor(l / width), l % width];
      return (k === l ? penalty(k) : 0) +
        total(rows.map((row, n) => row[i]! * row[j]! * p[n]![c]! * ((c === e ? 1 : 0) - p[n]![e]!)));
    });
    const move = solve(hessian, gradient.map((entry) => [entry])).map(([entry]) => entry!);
    w = w.map((weight, k) => weight - move[k]!);
  }
  return asked.map((row) => {
    const l = logits(w, [...row, 1]);
    return l.indexOf(Math.max(...l));
  });
}

/** log Σ exp */
export function logSumExp(v: Vector): number {
  const top = Math.max(...v);
  return top + Math.log(total(v.map((entry) => Math.exp(entry - top))));
}

const standardNormal = (v: Vector): number =>
  -total(v.map((entry) => entry ** 2 + Math.log(2 * Math.PI))) / 2;

/** One draw of the posterior of one example, with the logarithms that it has under all three laws. */
interface Drawn {
  readonly likelihood: number;
  readonly prior: number;
  readonly posterior: number;
}

/** Every draw of a case: `[sample][batch]`. */
export function draws({ model, x, noise }: ObjectiveCase): Drawn[][] {
  const { latent, family } = model, outputs = apply(model.encoder, x);
  return noise!.map((set) =>
    set.map((epsilon, b) => {
      const h = outputs[b]!.slice(0, latent), l = factor(real, family, latent, outputs[b]!.slice(latent));
      const z = h.map((entry, i) => real.affine(l[i]!, epsilon, entry));
      return {
        likelihood: logDensity(model.likelihood, [x[b]!], apply(model.decoder, [z]))[0]!,
        prior: standardNormal(z),
        posterior: standardNormal(epsilon) - total(l.map((row, i) => Math.log(row[i]!))),
      };
    })
  );
}

/** The mean of KL(q‖p) over a batch. */
export function rateOf({ model, x }: ObjectiveCase): number {
  const outputs = apply(model.encoder, x), { latent } = model;
  return mean(
    kl(model.family, outputs.map((row) => row.slice(0, latent)), outputs.map((row) => row.slice(latent))),
  );
}

/** log q(z_i|x_j) `[i][j]`. */
export function pairwise({ mean, deviation, samples }: EncodedSet): number[][] {
  return samples.map((z) =>
    mean.map((m, j) =>
      logGaussian(z, m, z.map((_, i) => z.map((_, k) => i === k ? deviation[j]![i]! ** 2 : 0)))
    )
  );
}

/** The eigenvectors of A Aᵀ as columns, those of its rank, and A as `[data][latent]`. */
export function principalAxes(a: Matrix): number[][] {
  const gram = product(a, transpose(a));
  const largest = Math.max(...eigenvalues(gram));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    new Dense(gram.map((row) => [...row])),
    { assumeSymmetric: true },
  );
  const vectors = transpose(eigenvectorMatrix.to2DArray());
  return vectors.filter((_, k) => realEigenvalues[k]! > 1e-12 * largest);
}

/** |cos| of each factor's change `[factor][data]` and each axis `[axis][data]`. */
export function cosines(axes: Matrix, changes: Matrix): number[][] {
  return changes.map((change) => {
    const length = Math.hypot(...change);
    return axes.map((axis) =>
      Math.abs(total(axis.map((entry, k) => entry * change[k]!))) / (length * Math.hypot(...axis))
    );
  });
}

/** The mean of the best one-to-one assignment of columns to rows. */
export function assigned(table: Matrix): number {
  // As many columns as rows, at least.
  const square = table.map((row) => [...row, ...Array(Math.max(0, table.length - row.length)).fill(0)]);
  const pairs = munkres(square.map((row) => row.map((entry) => 1 - entry)));
  return mean(pairs.map(([row, column]) => square[row]![column]!));
}

/** All of them. */
export const scores = {
  mutualInformationGap: (codes: Matrix, factors: Matrix): number =>
    meanGap(codes, factors, (code, factor) => informationOf(binned(code), factor) / ownEntropy(factor)),
  separatedAttributePredictability: (codes: Matrix, factors: Matrix): number =>
    meanGap(codes, factors, squaredCorrelation),
  lasso: (codes: Matrix, targets: Vector, penalty: number): number[] =>
    lassoOf(transpose(codes).map(standardised), standardised(targets), penalty),
  disentanglement: (importance: Matrix): number => {
    const all = total(importance.flat());
    return total(
      importance.map((row) => all === 0 ? 0 : total(row) / all * (1 - shareEntropy(row, row.length))),
    );
  },
  completeness: (importance: Matrix): number =>
    mean(transpose(importance).map((row) => total(row) === 0 ? 0 : 1 - shareEntropy(row, row.length))),
  factorVaeScore: (training: FixedFactorCodes, evaluation: FixedFactorCodes, variances: Vector): number =>
    majorityAccuracy(
      votesOf(training, variances),
      training.factors,
      votesOf(evaluation, variances),
      evaluation.factors,
    ),
  betaVaeScore: (training: PairedCodes, evaluation: PairedCodes): number => {
    const found = classified(differencesOf(training), training.factors, differencesOf(evaluation));
    return mean(found.map((factor, v) => factor === evaluation.factors[v] ? 1 : 0));
  },
  activeUnits: (means: Matrix): number => transpose(means).filter((code) => variance(code) > 0.01).length,
  importanceWeighted: (logWeights: Matrix): { logLikelihood: number; standardError: number } => {
    const each = logWeights.map((row) => logSumExp(row) - Math.log(row.length)), n = each.length;
    return { logLikelihood: mean(each), standardError: Math.sqrt(variance(each) / (n - 1)) };
  },
  logWeights: (given: ObjectiveCase): number[][] =>
    draws(given).map((row) => row.map(({ likelihood, prior, posterior }) => likelihood + prior - posterior)),
  rateDistortion: (given: ObjectiveCase): { rate: number; distortion: number } => ({
    rate: rateOf(given),
    distortion: -mean(draws(given).flat().map(({ likelihood }) => likelihood)),
  }),
  latentInformation: (given: EncodedSet): number => {
    const table = pairwise(given);
    return mean(table.map((row, i) => row[i]! - logSumExp(row) + Math.log(row.length)));
  },
  axisAlignment: (jacobian: Matrix, changes: Matrix): number =>
    assigned(cosines(principalAxes(jacobian), transpose(changes))),
};
