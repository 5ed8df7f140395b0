/**
 * Mistakes of a run with a learned σ, or with the continuous Bernoulli: the right formula of the wrong thing, or of half of it.
 *
 * @module
 */

import type { DigitsRun, DigitsState } from "../contract/digits_run.ts";
import { wiring as right } from "../oracle/digits_wiring.ts";
import { exponentialMoments, logPartition } from "../oracle/likelihoods.ts";
import { type Smooth, softplus } from "../oracle/smooth.ts";
import type { Likelihood } from "../oracle/likelihood.ts";
import { type Mistake, plausibleRun } from "../plausible/run.ts";
import type { Vector } from "../contract/specs.ts";
import { type FaultTable, type Mutant, rows } from "./mutant.ts";
import { GRAE, oracleOf, scores } from "./runs.ts";

/** How many pixels the images of a made-up run have. */
const DATA = 6;
type Wires = NonNullable<Mistake["wires"]>;
const LEARNED: Mistake["options"] = { likelihood: "gaussian-learned" };
const EACH: Mistake["options"] = { likelihood: "gaussian-per-pixel" };
const CONTINUOUS: Mistake["options"] = { likelihood: "continuous-bernoulli" };

/** A Gaussian whose log σ are others. */
const reading = (map: (logSigma: Vector) => Vector): Wires => ({
  likelihood: (_, logSigma) => ({ kind: "scaled-gaussian", logSigma: map(logSigma) }),
});
/** Steps whose slopes in log σ are others. */
const slopes = (map: (slope: number) => number): Wires => ({
  update: (state, gradient, rate, options, undecayed) => {
    const changed = gradient.map((slope, i) => i < gradient.length - undecayed ? slope : map(slope));
    return right.update(state, changed, rate, options, undecayed);
  },
});
/** A continuous Bernoulli with another A. */
const partition = (logPartition: Smooth): Wires => ({
  likelihood: (): Likelihood => ({ kind: "exponential-family", logPartition }),
});
/** A with the second and third derivative of the Bernoulli's, log(1 + eᵍ). */
const bernoulliCurvature = (right = logPartition()): Smooth => (g, order) =>
  order < 2 ? right(g, order) : softplus(g, order);
/** The end of a run, with all log σ at 0. */
const atOne = (run: DigitsRun): DigitsState => {
  const end = run.states.at(-1)!, count = right.logSigma(run.options, DATA).length;
  return { ...end, parameters: [...end.parameters.slice(0, -count), ...Array<number>(count).fill(0)] };
};
/** The same run by another likelihood. */
const by = (likelihood: DigitsRun["options"]["likelihood"], run: DigitsRun): ReturnType<typeof oracleOf> =>
  oracleOf({ ...run, options: { ...run.options, likelihood } });

const faults: FaultTable<Mistake> = {
  "R1": {
    "run-sigma-linear: σ is 1 + log σ, and not its exponential": {
      options: LEARNED,
      wires: reading((logSigma) => logSigma.map(Math.log1p)),
    },
    "run-log-variance: log σ is taken for log σ²": {
      options: LEARNED,
      wires: reading((logSigma) => logSigma.map((log) => log / 2)),
    },
    "run-sigma-inverse: σ is multiplied by, and not divided by": {
      options: EACH,
      wires: reading((logSigma) => logSigma.map((log) => -log)),
    },
    "run-sigma-shared: all pixels have the mean of the log σ that are trained": {
      options: EACH,
      wires: reading((logSigma) =>
        logSigma.map(() => logSigma.reduce((sum, log) => sum + log, 0) / logSigma.length)
      ),
    },
    "run-sigma-for-each: --likelihood gaussian-learned has a σ for each pixel": {
      options: LEARNED,
      wires: { logSigma: (_, data) => Array<number>(data).fill(0) },
    },
    "run-sigma-small: σ starts at 0.9": { options: LEARNED, wires: { logSigma: () => [Math.log(0.9)] } },
    "run-sigma-fixed: log σ is not trained": { options: LEARNED, wires: slopes(() => 0) },
    "run-sigma-ascends: the slope in log σ has the other sign": {
      options: LEARNED,
      wires: slopes((slope) => -slope),
    },
    "run-sigma-grows: the loss has no Σ log σ": { options: LEARNED, wires: slopes((slope) => slope - DATA) },
    "run-sigma-mean: the slope in log σ is a mean over pixels": {
      options: LEARNED,
      wires: slopes((slope) => slope / DATA),
    },
    "run-sigma-decayed: weight decay draws log σ to 0": {
      options: { ...LEARNED, weightDecay: 0.1 },
      wires: { update: (...given) => right.update(given[0], given[1], given[2], given[3], 0) },
    },
    "run-sigma-not-clipped: the norm of a gradient leaves log σ out": {
      options: { ...LEARNED, clipGradient: 0.1 },
      wires: {
        clipped: (gradient, options) => [
          ...right.clipped(gradient.slice(0, -1), options),
          gradient.at(-1)!,
        ],
      },
    },
    "run-bernoulli-for-continuous: the loss lacks the normaliser": {
      options: CONTINUOUS,
      wires: { likelihood: () => ({ kind: "bernoulli" }) },
    },
    "run-series-twice: the series around λ = ½ is twice as far from g/2": {
      options: CONTINUOUS,
      wires: partition(logPartition((g) => {
        const { logNormaliser, mean, variance, third } = exponentialMoments(g);
        return Math.abs(g) > 0.5 ? exponentialMoments(g) : {
          ...{ logNormaliser: 2 * logNormaliser - g / 2, mean: 2 * mean - 1 / 2 },
          ...{ variance: 2 * variance, third: 2 * third },
        };
      })),
    },
  },
  "R1 R2 R3": {
    "run-weights-of-bernoulli: J is weighted by λ(1 − λ), not by A″": {
      options: { ...CONTINUOUS, ...GRAE },
      wires: partition(bernoulliCurvature()),
    },
  },
  "R2": {
    "run-scored-at-unit-sigma: scores are at σ = 1": {
      options: LEARNED,
      report: (run) => ({
        ...run,
        epochs: [...run.epochs.slice(0, -1), oracleOf(run).epoch(atOne(run))],
      }),
    },
    "run-constant-twice: a GRAE with a learned σ has (n/2) log 2π beside Σ log σ": {
      options: { ...LEARNED, ...GRAE },
      report: scores(({ loss, terms, ...rest }) => {
        const more = DATA / 2 * Math.log(2 * Math.PI);
        return {
          ...rest,
          loss: { ...loss, value: loss.value! + more },
          terms: { ...terms, reconstruction: terms["reconstruction"]! + more },
        };
      }),
    },
    "run-log-sigma-unscored: the reconstruction lacks Σ log σ": {
      options: LEARNED,
      report: (run) => {
        const less = DATA * run.states.at(-1)!.parameters.at(-1)!;
        return scores(({ loss, terms, ...rest }) => ({
          ...rest,
          loss: { ...loss, value: loss.value! - less },
          terms: { ...terms, reconstruction: terms["reconstruction"]! - less },
        }))(run);
      },
    },
    "run-constant-of-continuous: (n/2) log 2π is taken from a continuous Bernoulli's losses": {
      options: CONTINUOUS,
      wires: { constant: (_, data) => data / 2 * Math.log(2 * Math.PI) },
    },
    "run-normaliser-unscored: scores of a continuous Bernoulli are a Bernoulli's": {
      options: CONTINUOUS,
      report: (run) => ({
        ...run,
        epochs: [...run.epochs.slice(0, -1), by("bernoulli", run).epoch(run.states.at(-1)!)],
      }),
    },
    "run-sigma-told-as-log: key numbers have log σ for σ": {
      options: EACH,
      wires: { deviations: (logSigma) => logSigma },
    },
    "run-variance-for-sigma: key numbers have σ² for σ": {
      options: EACH,
      wires: { deviations: (logSigma) => logSigma.map((log) => Math.exp(2 * log)) },
    },
  },
  "R3": {
    "run-metric-of-lambda: a continuous Bernoulli's metric has λ(1 − λ)": {
      options: CONTINUOUS,
      report: (run) => ({ ...run, metric: by("bernoulli", run).metric(run.states.at(-1)!) }),
    },
    "run-metric-at-unit-sigma: the metric lacks 1/σ²": {
      options: EACH,
      report: (run) => ({ ...run, metric: oracleOf(run).metric(atOne(run)) }),
    },
  },
  "R4": {
    "run-lambda-for-mean: a continuous Bernoulli's pictures show λ = σ(g)": {
      options: CONTINUOUS,
      wires: { grey: (output) => right.grey(output, { kind: "bernoulli" }) },
    },
    "run-logits-for-continuous: a continuous Bernoulli's pictures show logits": {
      options: CONTINUOUS,
      wires: { grey: (output) => right.grey(output, { kind: "gaussian", variance: 1 }) },
    },
  },
};

/** Every mistake of a run with such a likelihood. */
export const runLikelihoodMutants: readonly Mutant[] = rows(
  faults,
  (id, description, rejectedBy, mistake): Mutant => ({
    ...{ id, description, rejectedBy },
    subject: { ...plausibleRun(mistake), name: `a plausible run, but ${description}` },
  }),
);
