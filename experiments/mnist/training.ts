/**
 * The part of the study: trains, and after each epoch saves a checkpoint and scores it.
 *
 * @module
 */

import * as v from "valibot";
import { foldIn, type Key, read, tf } from "../../lib/engine/mod.ts";
import { DataError, type Dataset, gatherBatch, sizeOf, type Split, take } from "../../lib/data/mod.ts";
import { type Model, modelParameterShapes } from "../../lib/model/mod.ts";
import {
  type AdamState,
  CheckpointError,
  cosineSchedule,
  decodeCheckpoint,
  encodeCheckpoint,
  lossAt,
  type Schedule,
  stepSchedule,
  tensorsOf,
  train,
  warmUpSchedule,
} from "../../lib/training/mod.ts";
import { HOLE, sealed } from "../../lib/training/checksum.ts";
import { encodeSafetensors, type NamedTensor } from "../../lib/training/safetensors.ts";
import { schemaProblem } from "../../properties/contract/run.ts";
import { evaluate, gaussianConstant, type LossScore, settled } from "../digits/evaluate.ts";
import { type Fitted, trainingOf } from "../digits/fit.ts";
import { assertFits } from "../digits/memory.ts";
import { loadImages } from "../digits/options.ts";
import { lossOf, scoredModel } from "../digits/setup.ts";
import { UsageError } from "../runner/options.ts";
import { digestOf } from "../runner/part_file.ts";
import type { CommonOptions, PartContext, PartFiles, Prepared } from "../runner/study.ts";
import { conclude } from "./figures.ts";
import {
  comparable,
  type Epoch,
  epochsSchema,
  type MnistResult,
  type Score,
  type Scores,
  scoresText,
  titleOf,
  unitNote,
} from "./metrics.ts";
import type { MnistOptions } from "./study.ts";

/** The names of the files of a run's state and scores, and of the scores alone. */
const [CHECKPOINT, METRICS] = ["checkpoint.safetensors", "metrics.jsonl"];
/** The states from which a step can be taken again: after the first one, and before the last. */
const [FIRST, BEFORE_LAST] = ["first_step.safetensors", "before_last_step.safetensors"];
/** The file of the parameters after an epoch, from which an audit computes its scores again. */
const parametersFile = (epoch: number): string => `epoch_${epoch}.safetensors`;
/** The random stream of the scores, beside those of the fit. */
export const SCORES = 3;
/** Images that are looked at together. */
const AT_ONCE = 256;
/** Draws per image where a loss is sampled; enough for a standard error. */
const DRAWS = 4;

/** The schedules of a learning rate over so many steps. */
const RATES = { constant: (rate: number): Schedule => rate, cosine: cosineSchedule, step: stepSchedule };

/** A run, ready to train. */
export interface Run extends ReturnType<typeof trainingOf> {
  readonly options: MnistOptions & CommonOptions;
  readonly split: Split;
  /** (n/2) log 2π, which the β-VAE loss has and GRAE has not; 0 for the Bernoulli likelihoods. */
  readonly constant: number;
}

/**
 * Loads the data and sets the run up.
 *
 * @throws (rejects) DataError for the data; UsageError if it cannot fit into memory
 */
export async function prepare(
  options: MnistOptions & CommonOptions,
): Promise<Prepared<MnistResult, MnistResult>> {
  const split = await loadImages(options);
  const { source, sha256, train: images } = split;
  assertFits(options, split);
  const { likelihood } = options;
  if (likelihood === "gaussian-per-pixel") assertVaries(images);
  const run: Run = {
    ...{ options, split, ...trainingOf(options, split) },
    constant: likelihood.startsWith("gaussian") ? gaussianConstant(sizeOf(images)) : 0,
  };
  const notes = [
    `${
      titleOf(options.objective)
    }, β = ${options.beta}, ${options.latent} latents, on ${images.count} images`,
    unitNote(run.constant),
    ...split.notes,
  ];
  if (likelihood === "bernoulli" && hasGrey(images)) {
    notes.push(
      "the pixels are grey: the Bernoulli likelihood reads them as probabilities, and is no density of them",
    );
  }
  return {
    data: { source, sha256 },
    parts: [{ name: "training", weight: run.steps, run: (context) => trainRun(run, context) }],
    notes,
    conclude: async ([result], { signal, files }) => {
      if (result === undefined) throw new RangeError("mnist: a training is needed, but it failed");
      const found = await checkpointOf(run, files, null);
      if (found === null) {
        const why = "a checkpoint is required, since the figures are drawn from it, but there is none";
        throw new CheckpointError(
          files.path(CHECKPOINT),
          `${why}; put back a copy of it, or begin the run anew`,
        );
      }
      const { state } = found;
      try {
        if (state.step !== run.steps) {
          const why = `it must be of step ${run.steps}, the last, but is of step ${state.step}`;
          throw new CheckpointError(files.path(CHECKPOINT), why);
        }
        await files.write(METRICS, linesOf(result.epochs));
        return await conclude({ ...run, parameters: state.parameters }, result, signal);
      } finally {
        tf.dispose(tensorsOf(state));
      }
    },
  };
}

/** Requires that no number is the same in all images. @throws UsageError where one is: its σ would go to 0 */
function assertVaries(dataset: Dataset): void {
  const size = sizeOf(dataset), varies = new Uint8Array(size);
  let first: Float32Array | null = null, left = size;
  for (let start = 0; start < dataset.count && left > 0; start += AT_ONCE) {
    const length = Math.min(AT_ONCE, dataset.count - start);
    const numbers = gatherBatch(dataset, Uint32Array.from({ length }, (_, i) => start + i));
    first ??= numbers.slice(0, size);
    numbers.forEach((number, i) => {
      const at = i % size;
      if (varies[at] || number === first![at]) return;
      varies[at] = 1;
      left--;
    });
  }
  if (left === 0) return;
  throw new UsageError(
    `--likelihood gaussian-per-pixel must have numbers that vary, but ${left} of the ${size} of an image are the same in ` +
      "all training images, where the best σ is 0 and the loss has no least value: take gaussian-learned",
  );
}

/** Whether a pixel is neither 0 nor 1; of images that are grey, the first few are read. */
function hasGrey(dataset: Dataset): boolean {
  for (let start = 0; start < dataset.count; start += AT_ONCE) {
    const length = Math.min(AT_ONCE, dataset.count - start);
    const numbers = gatherBatch(dataset, Uint32Array.from({ length }, (_, i) => start + i));
    if (numbers.some((number) => number > 0 && number < 1)) return true;
  }
  return false;
}

/** The options of a run as its checkpoint keeps them: the data by their SHA-256, since their path may change. */
const madeOf = ({ options, split }: Run): Record<string, unknown> => ({ ...options, data: split.sha256 });

/** The scores as `metrics.jsonl` has them, a line for each epoch: for other programs, and never read back. */
const linesOf = (epochs: readonly Epoch[]): string =>
  epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join("");

/** The options of a state or of parameters that an audit reads: the same however far the run goes on. */
function sameOptions(run: Run): Record<string, unknown> {
  const { epochs: _, ...same } = madeOf(run);
  return same;
}

async function save(
  run: Run,
  state: AdamState,
  scores: readonly Epoch[] | null,
  { files, engine }: PartContext,
  name = CHECKPOINT,
): Promise<void> {
  const shapes = modelParameterShapes(run.setup.description);
  const options = name === CHECKPOINT ? madeOf(run) : sameOptions(run);
  await files.write(
    name,
    await encodeCheckpoint({ state, shapes, key: run.key, options, engine, scores }),
  );
}

/** Keeps the parameters after an epoch in float32, and gives the SHA-256 of their file. */
async function keepParameters(run: Run, state: AdamState, { files, engine }: PartContext): Promise<string> {
  const tensors: NamedTensor[] = [];
  for (const [i, { name, shape }] of modelParameterShapes(run.setup.description).entries()) {
    tensors.push({ name, shape: [...shape], values: await read(state.parameters[i]!) });
  }
  const bytes = await sealed(encodeSafetensors(tensors, {
    sha256: HOLE,
    format: "grae parameters 1",
    step: String(state.step),
    key: JSON.stringify(run.key),
    options: JSON.stringify(sameOptions(run)),
    engine,
  }));
  await files.write(parametersFile(state.step / run.stepsPerEpoch), bytes);
  return await digestOf(bytes.slice());
}

/**
 * The state of a run, and the scores of its epochs; null if there is none.
 *
 * @param engine the name of the engine that it must be of; null for any
 * @throws (rejects) CheckpointError if it is damaged or of another run; DataError if the run cannot end after so many
 *   epochs
 */
async function checkpointOf(run: Run, files: PartFiles, engine: string | null) {
  const shapes = modelParameterShapes(run.setup.description);
  // Weights and two moments, 4 KiB of scores for each epoch, and the rest of the header.
  const most = 2 ** 24 + 2 ** 12 * run.options.epochs +
    12 * shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const bytes = await files.read(CHECKPOINT, most);
  if (bytes === null) return null;
  const file = files.path(CHECKPOINT);
  const found = await decodeCheckpoint(bytes, file, shapes);
  const { state, options, scores } = found;
  try {
    assertSameRun(run, found, file, engine);
    assertEpochs(run, (options as { epochs?: unknown }).epochs, state.step, file);
    const problem = schemaProblem(epochsSchema, scores);
    if (problem !== null) throw new CheckpointError(file, `of its scores ${problem}`);
    await assertStates(run, state.step, files, most, engine);
    const epochs = v.parse(epochsSchema, scores);
    await assertParameters(epochs, files, most);
    return { state, epochs };
  } catch (error) {
    tf.dispose(tensorsOf(state));
    throw error;
  }
}

/** Requires that a checkpoint is of this run: of its options but the number of epochs, its key and its engine. */
function assertSameRun(
  run: Run,
  { options, key, engine: by }: Awaited<ReturnType<typeof decodeCheckpoint>>,
  file: string,
  engine: string | null,
): void {
  const { epochs: _, ...made } = madeOf(run);
  const is: Record<string, unknown> = { ...made, engine: engine ?? by, key: run.key };
  const was: Record<string, unknown> = { ...options as object, engine: by, key };
  for (const name of Object.keys(is)) {
    const [now, then] = [is, was].map((one) => JSON.stringify(one[name]));
    if (now === then) continue;
    throw new CheckpointError(
      file,
      `the run has ${name} = ${now}, but the checkpoint is of ${name} = ${then}; put back the file that was there, ` +
        "or begin the run anew",
    );
  }
}

/** Requires that the states are there, whole and of this run which an audit reads, and which training on does not write again. */
async function assertStates(
  run: Run,
  step: number,
  files: PartFiles,
  most: number,
  engine: string | null,
): Promise<void> {
  for (const [name, at] of [[FIRST, 1], [BEFORE_LAST, run.steps - 1]] as const) {
    if (at < 1 || step < at) continue;
    const file = files.path(name);
    const bytes = await files.read(name, most);
    if (bytes === null) {
      throw new CheckpointError(
        file,
        `the state after step ${at} is required, but there is none; put it back, or begin the run anew`,
      );
    }
    const found = await decodeCheckpoint(bytes, file, modelParameterShapes(run.setup.description));
    tf.dispose(tensorsOf(found.state));
    assertSameRun(run, found, file, engine);
    // A checkpoint of the same step has the epochs and their scores beside the state.
    if (found.state.step === at && found.scores === null) continue;
    throw new CheckpointError(
      file,
      `the state after step ${at} alone is required, but it is ${
        found.scores === null ? "that" : "a checkpoint"
      } after step ${found.state.step}; put back the file that was there, or begin the run anew`,
    );
  }
}

/** Requires the parameters that epochs kept: the files whose SHA-256 the checkpoint states. */
async function assertParameters(epochs: readonly Epoch[], files: PartFiles, most: number): Promise<void> {
  for (const { epoch, kept } of epochs) {
    // Of a run that an older version began, or of a sweep.
    if (kept === undefined) continue;
    const name = parametersFile(epoch), bytes = await files.read(name, most);
    const found = bytes === null ? "there is none" : `it is ${await digestOf(bytes)}`;
    if (found === `it is ${kept}`) continue;
    throw new CheckpointError(
      files.path(name),
      `the parameters after epoch ${epoch} are required, of SHA-256 ${kept}, but ${found}; put back the file that was there, ` +
        "or begin the run anew",
    );
  }
}

/** Requires that the number of epochs leaves the steps that were taken as they would have been. */
function assertEpochs({ options, stepsPerEpoch }: Run, was: unknown, step: number, file: string): void {
  const { epochs, learningRateSchedule: schedule } = options;
  const begun = Math.ceil(step / stepsPerEpoch);
  const constant = schedule === "constant";
  if (constant ? epochs >= begun : epochs === was) return;
  const must = constant
    ? `at least ${begun}, since the run has begun so many`
    : `${was} beside --resume, since the run's learning rate follows a ${schedule} schedule over its ${was} epochs`;
  throw new DataError(
    file,
    `--epochs must be ${must}, but it is ${epochs}; start a new run for another number`,
  );
}

/** Trains from where the run is, until all epochs are complete and scored. */
async function trainRun(run: Run, context: PartContext): Promise<MnistResult> {
  const { options, split, setup, key, stepsPerEpoch, steps, constant } = run;
  const { files, signal } = context;
  const found = await checkpointOf(run, files, context.engine);
  const start = found?.state ?? run.initial();
  const epochs = found?.epochs ?? [];
  let began = performance.now();
  /** Scores an epoch, and keeps it with its state; if it is stopped, the state alone. */
  const score = async (state: AdamState): Promise<void> => {
    const { step, parameters } = state;
    const kept = context.audited === false ? {} : { kept: await keepParameters(run, state, context) };
    const scores = async (dataset: Dataset): Promise<Scores> =>
      await scoresOf({ setup, parameters }, dataset, options.beta, foldIn(key, SCORES), signal);
    try {
      epochs.push({
        epoch: step / stepsPerEpoch,
        step,
        ...kept,
        // As many training images as are held out.
        train: await scores(take(split.train, split.heldOut.count)),
        heldOut: await scores(split.heldOut),
      });
    } finally {
      await save(run, state, epochs, context);
    }
    await files.write(METRICS, linesOf(epochs));
    const { epoch, heldOut } = epochs.at(-1)!;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const shown = scoresText(comparable(heldOut, options.objective, constant));
    context.note(`epoch ${epoch} (${seconds} s): held-out loss ${shown}`);
    began = performance.now();
  };
  try {
    context.progress(start.step / steps);
    if (found === null) await save(run, start, epochs, context);
    // The run was stopped while it scored.
    if (epochs.length < Math.floor(start.step / stepsPerEpoch)) await score(start);
  } catch (error) {
    tf.dispose(tensorsOf(start));
    throw error;
  }
  const less = options.objective.startsWith("grae") ? 0 : constant;
  const { state, interrupted } = await train(start, {
    ...run.task(),
    learningRate: RATES[options.learningRateSchedule](options.learningRate, steps),
    beta: warmUpSchedule(options.beta, options.betaWarmup * stepsPerEpoch),
    weightDecay: options.weightDecay,
    clipGradient: options.clipGradient ?? Infinity,
    onStep: ({ step, epoch, loss, terms }) => {
      context.log?.(step, { loss, ...terms });
      context.progress(
        step / steps,
        `epoch ${epoch + 1}/${options.epochs}, loss ${(loss - less).toFixed(2)}`,
      );
    },
    onState: async (state, step) => {
      if (step === 1) await save(run, state, null, context, FIRST);
      if (step === steps - 1) await save(run, state, null, context, BEFORE_LAST);
    },
    onEpoch: score,
    signal,
  });
  try {
    if (interrupted) {
      await save(run, state, epochs, context);
      throw signal.reason;
    }
  } finally {
    tf.dispose(tensorsOf(state));
  }
  return { gaussianConstant: constant, epochs };
}

/** A mean as JSON keeps it: null if it overflowed float32. */
const kept = (value: number | null): number | null => value !== null && Number.isFinite(value) ? value : null;

/**
 * Scores a model on a data set: its own loss with the terms, and the evaluation losses that are the same for every objective.
 *
 * @param beta β of its own loss and of the evaluation losses
 * @param key of the draws; the same key gives the same scores
 */
async function scoresOf(
  fitted: Fitted,
  dataset: Dataset,
  beta: number,
  key: Key,
  signal: AbortSignal,
): Promise<Scores> {
  const { setup } = fitted;
  const loss = (name: keyof Scores["evaluation"]) => lossOf(name, beta, setup);
  const scored = async (model: Model, x: tf.Tensor, signal?: AbortSignal): Promise<Model> => {
    const scored = scoredModel(setup, model, beta);
    return scored === model ? model : await settled(scored, x, signal);
  };
  const { own, ...evaluation } = await evaluate(
    fitted,
    dataset,
    {
      own: { loss: lossAt(setup.loss, { beta }), draws: setup.sampled ? DRAWS : null },
      "beta-vae": { loss: loss("beta-vae"), draws: DRAWS, of: scored },
      grae: { loss: loss("grae"), draws: null },
      "grae-star": { loss: loss("grae-star"), draws: null },
    },
    key,
    signal,
  );
  const score = ({ value, standardError }: LossScore): Score => ({
    value: kept(value),
    standardError: kept(standardError),
  });
  return {
    images: dataset.count,
    loss: score(own),
    terms: Object.fromEntries(Object.entries(own.terms).map(([name, value]) => [name, kept(value)])),
    evaluation: Object.fromEntries(
      Object.entries(evaluation).map(([name, own]) => [name, score(own)]),
    ) as Scores["evaluation"],
  };
}
