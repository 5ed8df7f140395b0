/**
 * The part of the study: trains, and after each epoch saves a checkpoint and scores it.
 *
 * @module
 */

import { foldIn, type Key, key as keyOf, tf } from "../../lib/engine/mod.ts";
import { DataError, type Dataset, type Split, take } from "../../lib/data/mod.ts";
import {
  initialModelParameters,
  type Model,
  modelParameterShapes,
  withOptimalPosterior,
} from "../../lib/model/mod.ts";
import { betaVaeLoss, graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import {
  type AdamState,
  CheckpointError,
  cosineSchedule,
  decodeCheckpoint,
  encodeCheckpoint,
  initialAdamState,
  lossAt,
  type Schedule,
  stepSchedule,
  tensorsOf,
  train,
  warmUpSchedule,
} from "../../lib/training/mod.ts";
import { evaluate, gaussianConstant, type LossScore } from "../digits/evaluate.ts";
import { type Fitted, INITIAL, NOISE, ORDER, PIXELS } from "../digits/fit.ts";
import { batchesOf } from "../digits/images.ts";
import { assertFits } from "../digits/memory.ts";
import type { ScheduleName } from "../digits/names.ts";
import { loadImages } from "../digits/options.ts";
import { type Setup, setUp } from "../digits/setup.ts";
import type { CommonOptions, PartContext, PartFiles, Prepared } from "../runner/study.ts";
import { conclude } from "./figures.ts";
import {
  comparable,
  type Epoch,
  METRICS,
  metricsLine,
  metricsOf,
  type MnistResult,
  type Score,
  type Scores,
  scoresText,
  unitNote,
} from "./metrics.ts";
import type { MnistOptions } from "./study.ts";

/** The name of the file of a run's state. */
const CHECKPOINT = "checkpoint.safetensors";
/** What the random stream of the scores is folded from, beside those of the fit. */
const SCORES = 3;
/** Draws per image where a loss is sampled; enough for a standard error. */
const DRAWS = 4;

/** The schedules of a learning rate over so many steps. */
const RATES: Readonly<Record<ScheduleName, (rate: number, steps: number) => Schedule>> = {
  constant: (rate) => rate,
  cosine: cosineSchedule,
  step: stepSchedule,
};

/** A run: what is trained, on what. */
export interface Run {
  readonly options: MnistOptions & CommonOptions;
  readonly split: Split;
  readonly setup: Setup;
  /** What everything random follows from. */
  readonly key: Key;
  readonly stepsPerEpoch: number;
  /** (n/2) log 2π, which the β-VAE loss has and GRAE has not; 0 for the Bernoulli likelihood. */
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
  const { train: images, heldOut } = split;
  const data = images.height * images.width;
  const batch = Math.min(options.batch, images.count);
  assertFits(options, { data, batch, images: Math.max(heldOut.count, images.count) });
  const run: Run = {
    options,
    split,
    setup: setUp(options, data),
    key: keyOf(options.seed),
    stepsPerEpoch: Math.ceil(images.count / options.batch),
    constant: options.likelihood === "gaussian" ? gaussianConstant(data) : 0,
  };
  const grey = options.likelihood === "bernoulli" && images.images.some((pixel) => pixel > 0 && pixel < 255);
  return {
    data: { source: split.source, sha256: split.sha256 },
    parts: [{
      name: "training",
      weight: run.stepsPerEpoch * options.epochs,
      run: (context) => trainRun(run, context),
    }],
    notes: [
      `${options.objective}, β = ${options.beta}, ${options.latent} latents, on ${images.count} images`,
      unitNote(run.constant),
      ...split.notes,
      ...(grey
        ? [
          "the pixels are grey: the Bernoulli likelihood reads them as probabilities, and is no density of them",
        ]
        : []),
    ],
    conclude: async (results, { signal, files }) => {
      const [result] = results;
      if (result === undefined) throw new RangeError("mnist: a training is needed, but it failed");
      const { state, engine } = await checkpointOf(run, files, null) ??
        missing(files, "the figures are drawn from it");
      try {
        if (state.step !== run.stepsPerEpoch * options.epochs) {
          throw new CheckpointError(
            files.path(CHECKPOINT),
            `it must be of step ${
              run.stepsPerEpoch * options.epochs
            }, the last, but is of step ${state.step}`,
          );
        }
        await assertScores(run, files, engine);
        return await conclude({ ...run, parameters: state.parameters }, result, signal);
      } finally {
        tf.dispose(tensorsOf(state));
      }
    },
  };
}

/** Throws for a checkpoint that is not there. */
function missing(files: PartFiles, why: string): never {
  throw new CheckpointError(
    files.path(CHECKPOINT),
    `a checkpoint is required, since ${why}, but there is none; put back a copy of it, or begin the run anew`,
  );
}

/** What makes a run, as its checkpoint keeps it: the data by their SHA-256, since their place may change. */
const madeOf = ({ options, split }: Run): Readonly<Record<string, unknown>> => ({
  ...options,
  data: split.sha256,
});

/** The SHA-256 of what makes a run, but for the number of its epochs. */
async function identityOf(run: Run, engine: string): Promise<string> {
  const made = Object.entries({ ...madeOf(run), epochs: null, engine }).sort(([a], [b]) => a < b ? -1 : 1);
  const bytes = new TextEncoder().encode(JSON.stringify(made));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** The steps of an epoch, and the epochs that are complete after a step. */
const epochsAt = ({ stepsPerEpoch }: Run, step: number): number => Math.floor(step / stepsPerEpoch);

async function save({ setup, key, ...run }: Run, state: AdamState, context: PartContext): Promise<void> {
  const shapes = modelParameterShapes(setup.description);
  const options = madeOf({ setup, key, ...run });
  await context.files.write(
    CHECKPOINT,
    await encodeCheckpoint({ state, shapes, key, options, engine: context.engine }),
  );
}

/**
 * The checkpoint of a run; null if there is none.
 *
 * @param engine the name of the engine that it must be of; null for any
 * @throws (rejects) CheckpointError if it is damaged or of another run; DataError if the number of epochs cannot be what it is
 *   to be now
 */
async function checkpointOf(
  run: Run,
  files: PartFiles,
  engine: string | null,
): Promise<{ readonly state: AdamState; readonly engine: string } | null> {
  const shapes = modelParameterShapes(run.setup.description);
  // Weights and two moments, and a header of 16 MiB.
  const most = 2 ** 24 + 12 * shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const bytes = await files.read(CHECKPOINT, most);
  if (bytes === null) return null;
  const file = files.path(CHECKPOINT);
  const { state, key, options, engine: by } = await decodeCheckpoint(bytes, file, shapes);
  try {
    const stored = (options ?? {}) as Readonly<Record<string, unknown>>;
    const wanted = madeOf(run);
    const pairs = Object.keys(wanted).filter((name) => name !== "epochs")
      .map((name): [string, unknown, unknown] => [name, stored[name], wanted[name]]);
    if (engine !== null) pairs.push(["engine", by, engine]);
    pairs.push(["key", key, run.key]);
    for (const [name, ...values] of pairs) {
      const [was, is] = values.map((value) => JSON.stringify(value));
      if (was !== is) {
        throw new CheckpointError(
          file,
          `the run has ${name} = ${is}, but the checkpoint is of ${name} = ${was}; put back the file that was there, ` +
            "or begin the run anew",
        );
      }
    }
    assertSameSchedule(run, Number(stored["epochs"]), state.step, file);
    return { state, engine: by };
  } catch (error) {
    tf.dispose(tensorsOf(state));
    throw error;
  }
}

/** Requires that the number of epochs leaves the steps that were taken as they would have been. */
function assertSameSchedule(run: Run, was: number, step: number, file: string): void {
  const { epochs, learningRateSchedule: schedule } = run.options;
  if (schedule !== "constant" && epochs !== was) {
    throw new DataError(
      file,
      `--epochs must be ${was} beside --resume, since the run's learning rate follows a ${schedule} schedule over its ` +
        `${was} epochs, but it is ${epochs}; start a new run for more`,
    );
  }
  const trained = step / run.stepsPerEpoch;
  if (trained <= epochs) return;
  const has = Number.isInteger(trained)
    ? `already has ${trained} epochs`
    : `is already in epoch ${Math.ceil(trained)}`;
  throw new DataError(
    file,
    `--epochs must be at least ${Math.ceil(trained)}, since the run ${has}, but it is ${epochs}`,
  );
}

/** Requires the scores of all epochs in their file, and cuts off what follows them. */
async function assertScores(run: Run, files: PartFiles, engine: string): Promise<void> {
  const bytes = await files.read(METRICS);
  const identity = await identityOf(run, engine);
  const { text } = await metricsOf(bytes, files.path(METRICS), identity, run.options.epochs, false);
  if (bytes?.length !== new TextEncoder().encode(text).length) await files.write(METRICS, text);
}

/** Trains from where the run is, until all epochs are complete and scored. */
async function trainRun(run: Run, context: PartContext): Promise<MnistResult> {
  const { options, split, setup, key, stepsPerEpoch, constant } = run;
  const { files, signal } = context;
  const steps = stepsPerEpoch * options.epochs;
  const identity = await identityOf(run, context.engine);
  const found = await checkpointOf(run, files, context.engine);
  if (found === null && await files.read(METRICS) !== null) missing(files, `${METRICS} is there`);
  const start = found?.state ??
    initialAdamState(initialModelParameters(setup.description, foldIn(key, INITIAL)));
  let { text, epochs }: { text: string; epochs: readonly Epoch[] } = { text: "", epochs: [] };
  let began = performance.now();
  const scored = async (state: AdamState): Promise<void> => {
    const epoch = epochsAt(run, state.step);
    const fitted = { setup, parameters: state.parameters };
    // As many training images as are held out.
    const seen = take(split.train, split.heldOut.count);
    const scores = async (dataset: Dataset): Promise<Scores> =>
      await scoresOf(fitted, dataset, options.beta, foldIn(key, SCORES), signal);
    const line = { epoch, step: state.step, train: await scores(seen), heldOut: await scores(split.heldOut) };
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    text += await metricsLine(identity, seconds, line);
    await files.write(METRICS, text);
    epochs = [...epochs, line];
    const shown = scoresText(comparable(line.heldOut, options.objective, constant));
    context.note(`epoch ${epoch} (${seconds} s): held-out loss ${shown}`);
    began = performance.now();
  };
  try {
    context.progress(start.step / steps);
    const complete = epochsAt(run, start.step);
    const mayLack = complete > 0 && start.step % stepsPerEpoch === 0;
    ({ text, epochs } = await metricsOf(
      await files.read(METRICS),
      files.path(METRICS),
      identity,
      complete,
      mayLack,
    ));
    if (found === null) await save(run, start, context);
    // The run was stopped while it scored.
    if (epochs.length < complete) await scored(start);
  } catch (error) {
    tf.dispose(tensorsOf(start));
    throw error;
  }
  const { state, interrupted } = await train(start, {
    description: setup.description,
    loss: setup.loss,
    learningRate: RATES[options.learningRateSchedule](options.learningRate, steps),
    beta: warmUpSchedule(options.beta, options.betaWarmup * stepsPerEpoch),
    weightDecay: options.weightDecay,
    clipGradient: options.clipGradient ?? Infinity,
    stepsPerEpoch,
    epochs: options.epochs,
    key: foldIn(key, NOISE),
    batch: batchesOf(split.train, options.batch, foldIn(key, ORDER), foldIn(key, PIXELS)),
    replay: true,
    onStep: ({ step, epoch, loss }) => {
      const less = options.objective.startsWith("grae") ? 0 : constant;
      context.progress(
        step / steps,
        `epoch ${epoch + 1}/${options.epochs}, loss ${(loss - less).toFixed(2)}`,
      );
    },
    onEpoch: async (at) => {
      // Before it is scored: what is lost by a stop in between is scored again.
      await save(run, at, context);
      await scored(at);
    },
    signal,
  });
  try {
    if (interrupted) {
      await save(run, state, context);
      throw signal.reason;
    }
  } finally {
    tf.dispose(tensorsOf(state));
  }
  return { gaussianConstant: constant, epochs: [...epochs] };
}

/** A mean as JSON keeps it: null for what overflowed float32. */
const kept = (value: number | null): number | null => value !== null && Number.isFinite(value) ? value : null;

/**
 * Scores a model on a data set: its own loss with the terms, and the evaluation losses that are the same for every objective.
 *
 * @param beta β of its own loss and of the evaluation losses
 * @param key what is drawn; the same key gives the same scores
 * @throws (rejects) the signal's reason if it is aborted
 */
export async function scoresOf(
  fitted: Fitted,
  dataset: Dataset,
  beta: number,
  key: Key,
  signal?: AbortSignal,
): Promise<Scores> {
  const { setup } = fitted;
  const of = (model: Model): Model =>
    setup.description.family ? model : withOptimalPosterior(model, setup.family, beta);
  const found = await evaluate(
    fitted,
    dataset,
    {
      own: { loss: lossAt(setup.loss, { beta }), draws: setup.sampled ? DRAWS : null },
      "beta-vae": { loss: (model, x, k) => betaVaeLoss(model, x, k, beta), draws: DRAWS, of },
      grae: { loss: (model, x, k) => graeLoss(model, x, k, beta), draws: null },
      "grae-star": { loss: (model, x, k) => graeStarLoss(model, x, k, beta), draws: null },
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
    loss: score(found.own),
    terms: Object.fromEntries(Object.entries(found.own.terms).map(([name, value]) => [name, kept(value)])),
    evaluation: {
      "beta-vae": score(found["beta-vae"]),
      grae: score(found.grae),
      "grae-star": score(found["grae-star"]),
    },
  };
}
