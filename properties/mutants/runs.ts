/**
 * Mistakes in the wiring of a run: the right formula of the wrong thing. Each is made in a run that the oracle trains.
 *
 * @module
 */

import type { DigitsEpoch, DigitsRun, DigitsScores } from "../contract/digits_run.ts";
import type { Matrix, Vector } from "../contract/specs.ts";
import { DigitsOracle } from "../oracle/digits_run.ts";
import { type Shown, type Step, wiring as right } from "../oracle/digits_wiring.ts";
import { tabulate, transpose } from "../oracle/dense.ts";
import { folded } from "../oracle/threefry.ts";
import { oracle } from "../oracle/mod.ts";
import { madeUpRun, type Mistake, plausibleRun } from "../plausible/run.ts";
import { type FaultTable, type Mutant, rows } from "./mutant.ts";

/** A run of GRAE. */
export const GRAE: Mistake["options"] = { objective: "grae", posterior: null, block: null };
const STAR: Mistake["options"] = { objective: "grae-star", posterior: null, block: null };
const STOCHASTIC: Mistake["options"] = { objective: "grae-star-stochastic", posterior: null, block: null };
const BERNOULLI: Mistake["options"] = { likelihood: "bernoulli" };

const sum = (values: Vector): number => values.reduce((a, b) => a + b, 0);
/** The step at the same place of another epoch. */
const inEpoch = (step: Step, epoch: number): Step => ({
  ...step,
  epoch,
  taken: epoch * step.perEpoch + step.index,
});
/** Every epoch's scores, changed. */
export const scores =
  (change: (scores: DigitsScores) => DigitsScores): NonNullable<Mistake["report"]> => (run) => ({
    ...run,
    epochs: run.epochs.map((at): DigitsEpoch => ({
      ...at,
      train: change(at.train),
      heldOut: change(at.heldOut),
    })),
  });
/** A run with other scores of the epochs before the last. */
const rescored = (run: DigitsRun, scored: (i: number) => DigitsEpoch): DigitsRun => ({
  ...run,
  epochs: run.epochs.map((at, i): DigitsEpoch =>
    i < run.earlier.length ? { ...scored(i), epoch: at.epoch, step: at.step } : at
  ),
});
/** Other key numbers. */
const numbers =
  (change: (run: DigitsRun) => DigitsRun["numbers"]): NonNullable<Mistake["report"]> => (run) => ({
    ...run,
    numbers: { ...run.numbers, ...change(run) },
  });
const picture =
  (name: keyof DigitsRun["pictures"], change: (tiles: Matrix) => Matrix): NonNullable<Mistake["report"]> =>
  (run) => ({
    ...run,
    pictures: { ...run.pictures, [name]: change(run.pictures[name]) },
  });
/** A tile of 2 × 3 pixels with its rows in another order, or its columns. */
const pixels = (places: Vector) => (tile: Vector): Vector => places.map((place) => tile[place]!);

/** The states of a run without a mistake. */
const plainStates = (options: DigitsRun["options"]): DigitsRun["states"] => madeUpRun({ options }).states;

/** The oracle of a run. */
export const oracleOf = ({ options, images }: DigitsRun): DigitsOracle =>
  new DigitsOracle(options, images, oracle.objectives);
/** Traversals whose step i of a latent, encoded at `middle`, is at `at(i, middle)`. */
const sweep = (shown: Shown, at: (step: number, middle: number) => number): Matrix => {
  const [middle] = shown.encode(shown.heldOut.slice(0, 1));
  return right.swept(shown).map((z, tile) =>
    z.map((one, i) => i === Math.floor(tile / 11) ? at(tile % 11, middle![i]!) : one)
  );
};

const steps: FaultTable<Mistake> = {
  "R1": {
    "run-other-curvature: --objective taylor-hessian trains the Jacobian one": {
      options: { objective: "taylor-hessian" },
      wires: { objective: () => "taylor-jacobian" },
    },
    "run-curvature-dropped: --objective taylor-jacobian trains the β-VAE": {
      options: { objective: "taylor-jacobian" },
      wires: { objective: () => "beta-vae" },
    },
    "run-star-for-grae: --objective grae trains GRAE*": {
      options: GRAE,
      wires: { objective: () => "grae-star" },
    },
    "run-star-sampled: --objective grae-star trains the stochastic one": {
      options: STAR,
      wires: { objective: () => "grae-star-stochastic" },
    },
    "run-last-latent-never-drawn: stochastic GRAE* never draws the last latent": {
      options: STOCHASTIC,
      wires: { columns: (key, batch, latent) => right.columns(key, batch, latent - 1) },
    },
    "run-one-column-a-batch: all examples of a batch have the column of the first": {
      options: STOCHASTIC,
      wires: {
        columns: (key, batch, latent) => {
          const [first] = right.columns(key, batch, latent);
          return Array<number>(batch).fill(first!);
        },
      },
    },
    "run-block-of-all: --block is read as the number of latents": {
      options: { objective: "grae-block", posterior: null },
      wires: { family: () => ({ kind: "block", size: 4 }) },
    },
    "run-mean-field-for-isotropic: the profiled loss has another family": {
      options: { objective: "profiled", posterior: "isotropic", block: null },
      wires: { family: () => ({ kind: "mean-field" }) },
    },
    "run-gaussian-for-bernoulli: --likelihood bernoulli trains a Gaussian": {
      options: BERNOULLI,
      wires: { likelihood: () => ({ kind: "gaussian", variance: 1 }) },
    },
    "run-half-variance: the Gaussian has variance ½": {
      wires: { likelihood: () => ({ kind: "gaussian", variance: 0.5 }) },
    },
    "run-trained-at-one: a run is trained at β = 1 whatever --beta says": { wires: { beta: () => 1 } },
    "run-beta-squared: β is squared on its way": { wires: { beta: ({ beta }) => beta ** 2 } },
    "run-no-warm-up: --beta-warmup changes nothing": {
      options: { betaWarmup: 1.5 },
      wires: { beta: ({ beta }) => beta },
    },
    "run-warm-up-by-epochs: β rises epoch by epoch, not step by step": {
      options: { betaWarmup: 2 },
      wires: { beta: ({ beta }, { epoch }) => beta * (epoch + 1) / 2 },
    },
    "run-warm-up-in-steps: --beta-warmup counts steps": {
      options: { betaWarmup: 2 },
      wires: { beta: ({ beta }, { taken }) => beta * Math.min(1, (taken + 1) / 2) },
    },
    "run-noise-each-epoch: every epoch draws the same noise": {
      wires: { noiseKey: (key, step) => right.noiseKey(key, inEpoch(step, 0)) },
    },
    "run-noise-each-step: every step draws the same noise": {
      wires: { noiseKey: (key, step) => right.noiseKey(key, { ...step, taken: 0 }) },
    },
    "run-noise-of-order: the noise has the key of the order": {
      wires: { noiseKey: (key, { taken }) => folded(key, 1, taken) },
    },
    "run-noise-each-example: all examples of a batch have one draw": {
      wires: { noise: (key, batch, latent) => Array<Vector>(batch).fill(right.noise(key, 1, latent)[0]!) },
    },
    "run-noise-each-latent: all latents of an example have one draw": {
      wires: {
        noise: (key, batch, latent) =>
          right.noise(key, batch, 1).map(([one]) => Array<number>(latent).fill(one!)),
      },
    },
    "run-noise-transposed: noise is laid out latent by latent": {
      wires: { noise: (key, batch, latent) => transpose(right.noise(key, latent, batch)) },
    },
    "run-noise-small: noise has standard deviation 0.95": {
      wires: { noise: (...given) => right.noise(...given).map((row) => row.map((one) => 0.95 * one)) },
    },
    "run-order-each-epoch: every epoch has the order of the first": {
      wires: { places: (key, step, ...rest) => right.places(key, inEpoch(step, 0), ...rest) },
    },
    "run-not-shuffled: images come in the order of the file": {
      wires: {
        places: (_, { index }, count, batch) =>
          Array.from({ length: count }, (_, i) => i).slice(index * batch, (index + 1) * batch),
      },
    },
    "run-first-batch: every step has the first batch of its epoch": {
      wires: { places: (key, step, ...rest) => right.places(key, { ...step, index: 0 }, ...rest) },
    },
    "run-one-left-out: the last image of a batch is left out": {
      wires: { places: (...given) => right.places(...given).slice(0, -1) },
    },
    "run-trains-on-held-out: the held-out images are trained on": {
      wires: { trained: ({ heldOut }) => [...heldOut, ...heldOut].slice(0, 22) },
    },
    "run-limit-from-the-end: --limit takes the last images": {
      options: { limit: 17 },
      wires: { trained: ({ train }, { limit }) => train.slice(-limit!) },
    },
    "run-not-binary: --binarise fixed trains on grey pixels": {
      options: { binarise: "fixed", likelihood: "bernoulli" },
      report: (run) => {
        const grey = { ...run.options, binarise: "none" as const };
        return { ...run, states: plainStates(grey) };
      },
    },
    "run-pixels-each-epoch: --binarise sampled draws the pixels of the first epoch again": {
      options: { binarise: "sampled", likelihood: "bernoulli" },
      wires: { pixels: (key) => right.pixels(key, 0) },
    },
    "run-not-clipped: --clip-gradient changes nothing": {
      options: { clipGradient: 0.01 },
      wires: { clipped: (gradient) => gradient },
    },
    "run-clipped-each: each slope is cut, not the norm": {
      options: { clipGradient: 0.01 },
      wires: { clipped: (gradient) => gradient.map((slope) => Math.max(-0.01, Math.min(0.01, slope))) },
    },
    "run-not-decayed: --weight-decay changes nothing": {
      options: { weightDecay: 0.1 },
      wires: {
        update: (state, gradient, rate, options, undecayed) =>
          right.update(state, gradient, rate, { ...options, weightDecay: 0 }, undecayed),
      },
    },
    "run-decay-in-gradient: weight decay goes through the moments": {
      options: { weightDecay: 0.1 },
      wires: {
        update: (state, gradient, rate, options, undecayed) =>
          right.update(
            state,
            gradient.map((slope, i) => slope + options.weightDecay * state.parameters[i]!),
            rate,
            { ...options, weightDecay: 0 },
            undecayed,
          ),
      },
    },
    "run-rate-constant: --learning-rate-schedule cosine changes nothing": {
      options: { learningRateSchedule: "cosine" },
      wires: { rate: ({ learningRate }) => learningRate },
    },
    "run-rate-of-next: the learning rate is that of the next step": {
      options: { learningRateSchedule: "cosine" },
      wires: { rate: (options, step) => right.rate(options, { ...step, taken: step.taken + 1 }) },
    },
    "run-rate-by-epochs: the schedule counts epochs": {
      options: { learningRateSchedule: "step" },
      wires: { rate: (options, step) => right.rate(options, inEpoch({ ...step, index: 0 }, step.epoch)) },
    },
    "run-other-seed: --seed is not passed on": {
      wires: { key: (options) => right.key({ ...options, seed: 0 }) },
    },
    "run-same-start: both networks start from one key": {
      wires: { initialKey: (key, _, layer) => right.initialKey(key, 0, layer) },
    },
    "run-start-of-he: weights start with variance 2/inputs": {
      wires: { deviation: (inputs) => Math.sqrt(2 / inputs) },
    },
    "run-no-bias-correction: Adam's moments are not corrected": {
      wires: {
        update: (state, ...given) => {
          const { step: _, ...next } = right.update({ ...state, step: 10_000 }, ...given);
          return { step: state.step + 1, ...next };
        },
      },
    },
    "run-encoder-frozen: the encoder's parameters are not trained": {
      wires: {
        update: (state, gradient, ...rest) =>
          right.update(state, gradient.map((slope, i) => i < 40 ? 0 : slope), ...rest),
      },
    },
    "run-states-of-one-step: the state before the last step is kept twice": {
      report: (run) => ({ ...run, states: [...run.states.slice(0, 2), run.states[1]!] }),
    },
  },
};

const scored: FaultTable<Mistake> = {
  "R2": {
    "run-scored-at-one: scores are at β = 1 whatever --beta says": { wires: { scoreBeta: () => 1 } },
    "run-scored-in-warm-up: scores are at the β of the first step": {
      options: { betaWarmup: 2 },
      wires: { scoreBeta: ({ beta }) => beta / 6 },
    },
    "run-train-for-held-out: held-out scores are of training images": {
      wires: { scored: (_, { train, heldOut }) => train.slice(0, heldOut.length) },
    },
    "run-held-out-for-train: training scores are of held-out images": {
      wires: { scored: (_, { heldOut }) => heldOut },
    },
    "run-sets-exchanged: held-out and training scores are exchanged": {
      wires: { scored: (set, sets) => right.scored(set === "train" ? "heldOut" : "train", sets) },
    },
    "run-all-training-images: training scores are of all training images": {
      wires: { scored: (set, sets) => sets[set] },
    },
    "run-last-image-unscored: the last image is not scored": {
      wires: { scored: (...given) => right.scored(...given).slice(0, -1) },
    },
    "run-same-draw: every sample of an example is the same draw": {
      wires: { scoreKey: (key, start) => right.scoreKey(key, start, 0) },
    },
    "run-same-noise-each-batch: every batch of a score has the same noise": {
      heldOut: 503,
      wires: { scoreKey: (key, _, draw) => right.scoreKey(key, 0, draw) },
    },
    "run-score-noise-of-training: scores draw from the stream of the steps": {
      wires: { scoreKey: (key, start, draw) => folded(key, 2, start, draw) },
    },
    "run-first-draw-alone: the mean over draws is the first of them": {
      wires: { drawn: (values) => ({ ...right.drawn(values), mean: values[0]! }) },
    },
    "run-error-of-draws: the standard error is that of a draw, not of their mean": {
      wires: {
        drawn: (values) => ({
          ...right.drawn(values),
          variance: right.drawn(values).variance * values.length,
        }),
      },
    },
    "run-error-biased: the variance of draws is over their number": {
      wires: {
        drawn: (values) => ({
          ...right.drawn(values),
          variance: right.drawn(values).variance * (values.length - 1) / values.length,
        }),
      },
    },
    "run-error-added: standard errors of images are averaged as if they were one": {
      wires: { error: (variance, images) => Math.sqrt(variance / images) },
    },
    "run-constant-left-out: the loss lacks (n/2) log 2π": {
      report: scores(({ loss, ...rest }) => ({
        ...rest,
        loss: { ...loss, value: loss.value! - 3 * Math.log(2 * Math.PI) },
      })),
    },
    "run-kl-without-beta: the term kl is KL, not β KL": {
      report: scores(({ terms, ...rest }) => ({ ...rest, terms: { ...terms, kl: terms["kl"]! / 0.2 } })),
    },
    "run-evaluations-exchanged: GRAE and GRAE* are exchanged": {
      report: scores(({ evaluation, ...rest }) => ({
        ...rest,
        evaluation: { ...evaluation, grae: evaluation["grae-star"], "grae-star": evaluation.grae },
      })),
    },
    "run-own-for-evaluation: the β-VAE loss of a GRAE is GRAE's own loss": {
      options: GRAE,
      report: scores(({ evaluation, ...rest }) => ({
        ...rest,
        evaluation: { ...evaluation, "beta-vae": { ...evaluation["beta-vae"], value: rest.loss.value } },
      })),
    },
    "run-scored-as-other: the loss that is scored is not the one that was trained": {
      options: { objective: "taylor-jacobian" },
      report: (run) => ({ ...run, epochs: madeUpRun({ options: { objective: "taylor-hessian" } }).epochs }),
    },
    "run-scores-late: scores are those of the epoch before": {
      report: (run) => ({
        ...run,
        epochs: run.epochs.map((at) => ({ ...run.epochs[0]!, epoch: at.epoch, step: at.step })),
      }),
    },
    "run-earlier-in-warm-up: scores of earlier epochs are at the β of the last step before them": {
      options: { betaWarmup: 2 },
      earlier: { scoreBeta: ({ beta }) => beta / 2 },
    },
    "run-earlier-late: scores of earlier epochs are of the parameters before their epoch": {
      report: (run) => {
        const must = oracleOf(run), before = [must.initial(), ...run.earlier];
        return rescored(run, (i) => must.epoch(before[i]!));
      },
    },
    "run-earlier-early: scores of earlier epochs are of the parameters after the next one": {
      options: { epochs: 3 },
      report: (run) =>
        rescored(run, (i) => oracleOf(run).epoch([...run.earlier, run.states.at(-1)!][i + 1]!)),
    },
    "run-earlier-train-for-held-out: held-out scores of earlier epochs are of training images": {
      earlier: { scored: (_, { train, heldOut }) => train.slice(0, heldOut.length) },
    },
    "run-earlier-last-images: training scores of earlier epochs are of the last images, not of the first": {
      earlier: {
        scored: (set, { train, heldOut }) => set === "train" ? train.slice(-heldOut.length) : heldOut,
      },
    },
    "run-earlier-other-noise: every epoch is scored with draws of its own": {
      earlier: { scoreKey: (key, ...rest) => right.scoreKey(folded(key, 1), ...rest) },
    },
    "run-earlier-other-curvature: the Taylor loss of earlier epochs is the Jacobian one, not the one that was trained":
      {
        options: { objective: "taylor-hessian" },
        report: (run) => {
          const options = { ...run.options, objective: "taylor-jacobian" as const };
          return rescored(run, (i) => oracleOf({ ...run, options }).epoch(run.earlier[i]!));
        },
      },
    "run-earlier-of-the-end: the parameters kept after every epoch are those of the end": {
      report: (run) => ({
        ...run,
        earlier: run.earlier.map(({ step }) => ({ step, parameters: run.states.at(-1)!.parameters })),
      }),
    },
    "run-epoch-missing: the first epoch has no line": {
      report: (run) => ({ ...run, epochs: run.epochs.slice(1) }),
    },
    "run-epochs-from-zero: lines count epochs from 0": {
      report: (run) => ({ ...run, epochs: run.epochs.map((at) => ({ ...at, epoch: at.epoch - 1 })) }),
    },
    "run-drawn-again: pixels that are drawn once have the other set's key": {
      options: { binarise: "sampled", likelihood: "bernoulli" },
      wires: { once: (set) => right.once(set === "train" ? "heldOut" : "train") },
    },
    "run-constant-kept: the key numbers have (n/2) log 2π": { wires: { constant: () => 0 } },
    "run-constant-of-bernoulli: (n/2) log 2π is taken from a Bernoulli's losses": {
      options: BERNOULLI,
      wires: { constant: (_, data) => data / 2 * Math.log(2 * Math.PI) },
    },
    "run-constant-of-grae: (n/2) log 2π is taken from GRAE, which has none": {
      options: GRAE,
      report: numbers((run) => ({
        "heldOut.loss": run.numbers["heldOut.loss"]! - run.numbers["gaussianConstant"]!,
      })),
    },
    "run-numbers-exchanged: key numbers of training and of held-out images are exchanged": {
      report: numbers(({ numbers }) => ({
        "heldOut.loss": numbers["train.loss"]!,
        "train.loss": numbers["heldOut.loss"]!,
      })),
    },
    "run-numbers-first: key numbers are those of the first epoch": {
      report: numbers((run) => ({ ...oracleOf(run).numbers(run.epochs[0]!, run.states.at(-1)!), epochs: 2 })),
    },
    "run-error-lost: a sampled loss has no standard error": {
      report: scores(({ loss, ...rest }) => ({ ...rest, loss: { ...loss, standardError: null } })),
    },
  },
};

const shown: FaultTable<Mistake> = {
  "R3": {
    "run-metric-signs: |mean JᵀJ| in place of mean |JᵀJ|": {
      // A decoder whose columns turn from image to image.
      options: { hidden: [12], activation: "relu" },
      wires: {
        metric: (grams) =>
          tabulate(4, 4, (i, j) => Math.abs(sum(grams.map((g) => g[i]![j]!))) / grams.length),
      },
    },
    "run-metric-of-training: the metric is that at training images": {
      wires: { metricAt: ({ encode, train }) => encode(train) },
    },
    "run-metric-of-prior: the metric is that at draws of the prior": { wires: { metricAt: right.sampled } },
    "run-metric-at-origin: the metric is that at z = 0": {
      wires: { metricAt: ({ heldOut, model }) => heldOut.map(() => Array<number>(model.latent).fill(0)) },
    },
    "run-metric-root: the metric is ‖J‖ of each pair, not its square": {
      wires: { metric: (grams) => right.metric(grams).map((row) => row.map(Math.sqrt)) },
    },
    "run-metric-summed: the metric is a sum over images": {
      wires: { metric: (grams) => right.metric(grams).map((row) => row.map((one) => one * grams.length)) },
    },
    "run-metric-of-half: the metric is that of the first half of the images": {
      wires: { metricAt: ({ encode, heldOut }) => encode(heldOut.slice(0, heldOut.length / 2)) },
    },
    "run-metric-unweighted: a Bernoulli's metric lacks m(1 − m)": {
      options: BERNOULLI,
      report: (run) => {
        const gaussian = oracleOf({ ...run, options: { ...run.options, likelihood: "gaussian" } });
        return { ...run, metric: gaussian.metric(run.states.at(-1)!) };
      },
    },
    "run-metric-before: the metric is that of the state before the last step": {
      report: (run) => ({ ...run, metric: oracleOf(run).metric(run.states.at(-2)!) }),
    },
  },
  "R4": {
    "run-logits-for-means: a Bernoulli's pictures show logits": {
      options: BERNOULLI,
      wires: { grey: (output) => right.grey(output, { kind: "gaussian", variance: 1 }) },
    },
    "run-pictures-shifted: reconstructions stand one place further": {
      wires: {
        pairs: (originals, decoded) => right.pairs(originals, [decoded.at(-1)!, ...decoded.slice(0, -1)]),
      },
    },
    "run-pictures-exchanged: reconstructions stand above their images": {
      wires: { pairs: (originals, decoded) => right.pairs(decoded, originals) },
    },
    "run-training-reconstructed: training images are reconstructed": {
      wires: { reconstructed: ({ train }) => train.slice(0, 12) },
    },
    "run-traversal-short: traversals end at 2.45": {
      wires: { swept: (shown) => sweep(shown, (step) => -3 + 6 * step / 11) },
    },
    "run-traversal-half: traversals begin at 0": {
      wires: { swept: (shown) => sweep(shown, (step) => 3 * step / 10) },
    },
    "run-traversal-reversed: traversals go from 3 to −3": {
      wires: { swept: (shown) => sweep(shown, (step) => 3 - 6 * step / 10) },
    },
    "run-traversal-added: steps are added to the encoding": {
      wires: { swept: (shown) => sweep(shown, (step, middle) => middle - 3 + 6 * step / 10) },
    },
    "run-traversal-of-origin: traversals go around z = 0": {
      wires: {
        swept: (shown) => right.swept({ ...shown, encode: (x) => x.map(() => Array<number>(4).fill(0)) }),
      },
    },
    "run-traversal-of-training: traversals go around a training image": {
      wires: { swept: (shown) => right.swept({ ...shown, heldOut: shown.train }) },
    },
    "run-traversal-transposed: a column is a latent's": {
      report: picture("traversals", (tiles) => tiles.map((_, i) => tiles[i % 4 * 11 + Math.floor(i / 4)]!)),
    },
    "run-samples-wide: samples have standard deviation 2": {
      wires: { sampled: (shown) => right.sampled(shown).map((z) => z.map((one) => 2 * one)) },
    },
    "run-samples-of-codes: samples are reconstructions": {
      wires: {
        sampled: ({ encode, train }) =>
          tabulate(100, 1, (i) => i).flatMap(([i]) => encode([train[i! % 22]!])),
      },
    },
    "run-sample-repeated: all samples are one draw": {
      wires: { sampled: (shown) => right.sampled(shown).map(() => right.sampled(shown)[0]!) },
    },
    "run-samples-of-noise: samples have the key of the scores": {
      wires: { sampled: (shown) => right.noise(folded(shown.key, 3), 100, 4) },
    },
    "run-pictures-mirrored: pictures are mirrored": {
      report: picture("samples", (tiles) => tiles.map(pixels([2, 1, 0, 5, 4, 3]))),
    },
    "run-pictures-upside-down: pictures are upside down": {
      report: picture("reconstructions", (tiles) => tiles.map(pixels([3, 4, 5, 0, 1, 2]))),
    },
    "run-pictures-inverted: black is white": {
      report: picture("traversals", (tiles) => tiles.map((tile) => tile.map((grey) => 255 - grey))),
    },
  },
};

/** Every mistake in the wiring of a run. */
export const runMutants: readonly Mutant[] = [steps, scored, shown].flatMap((table) =>
  rows(table, (id, description, rejectedBy, mistake): Mutant => ({
    ...{ id, description, rejectedBy },
    subject: { ...plausibleRun(mistake), name: `a plausible run, but ${description}` },
  }))
);
