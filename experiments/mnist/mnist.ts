/**
 * The main job: train one of the objectives on handwritten digits, and leave a folder that shows what it learned.
 *
 * @module
 */

import { foldIn, key as keyOf } from "../../lib/engine/mod.ts";
import { DataError, loadDigits, loadIdxFolder, type Split, take } from "../../lib/data/mod.ts";
import type { ParameterShape } from "../../lib/network/mod.ts";
import { initialModelParameters, modelParameterShapes } from "../../lib/model/mod.ts";
import {
  type Checkpoint,
  CheckpointError,
  decodeCheckpoint,
  initialAdamState,
} from "../../lib/training/mod.ts";
import { INITIAL } from "../digits/fit.ts";
import { assertFits } from "../digits/memory.ts";
import { RunFolder } from "./folder.ts";
import type { Manifest } from "./manifest.ts";
import { withYounger } from "./manifest_options.ts";
import type { TrainOptions } from "./options.ts";
import { Run, type RunResult, type Watch } from "./run.ts";
import { bitsMayDiffer, sittingOf } from "../command/run_record.ts";
import { setUp } from "../digits/setup.ts";
import { startRunEngine } from "../command/run_engine.ts";
import { assertSameVersions, versions } from "../command/versions.ts";

async function load({ data, limit }: TrainOptions): Promise<Split> {
  const split = data === null ? await loadDigits() : await loadIdxFolder(data);
  return limit === null ? split : { ...split, train: take(split.train, limit) };
}

/**
 * Trains a new run in a new folder.
 *
 * @throws (rejects) DataError for the data or the folder; UsageError if it cannot fit into memory; NonFiniteLossError; Error
 *   if the engine cannot start
 */
export async function trainMnist(options: TrainOptions, watch: Watch = {}): Promise<RunResult> {
  const split = await load(options);
  const engine = await startRunEngine(options.engine, watch);
  const data = split.train.height * split.train.width;
  const images = Math.max(split.heldOut.count, split.train.count);
  assertFits(options, { data, batch: Math.min(options.batch, split.train.count), images });
  const folder = new RunFolder(options.out);
  await using _lock = await folder.create();
  const setup = setUp(options, data);
  const key = keyOf(options.seed);
  const state = initialAdamState(initialModelParameters(setup.description, foldIn(key, INITIAL)));
  const manifest: Manifest = {
    status: "running",
    options,
    engine,
    versions: versions(),
    data: {
      source: split.source,
      sha256: split.sha256,
      train: split.train.count,
      heldOut: split.heldOut.count,
    },
    gaussianConstant: options.likelihood === "gaussian"
      ? 0.5 * setup.description.encoder.inputs * Math.log(2 * Math.PI)
      : 0,
    started: new Date().toISOString(),
    ended: null,
    seconds: 0,
    resumptions: 0,
    peakMemory: 0,
    sittings: [sittingOf(engine, 0)],
  };
  return await new Run(folder, setup, split, key, manifest, []).go(state, watch);
}

/**
 * Takes up a run that was stopped, or trains a complete one for more epochs.
 *
 * @param data the folder of the run's data, where it may be by now; null for the embedded digits
 * @param epochs how many in all; null for those of the run
 * @throws (rejects) DataError or CheckpointError if the folder, its data or its checkpoint are not those of the run
 */
export async function resumeMnist(
  path: string,
  data: string | null,
  epochs: number | null,
  watch: Watch = {},
): Promise<RunResult> {
  const folder = new RunFolder(path);
  await using _lock = await folder.lock();
  const manifest = await folder.readManifest();
  assertSameVersions(path, manifest.versions);
  if ((data === null) !== (manifest.options.data === null)) {
    const trained = manifest.options.data === null
      ? "the embedded digits"
      : `the folder ${manifest.options.data}`;
    throw new DataError(
      path,
      `the run was trained on ${trained}: ${data === null ? "give its place with" : "leave out"} --data`,
    );
  }
  const split = await load({ ...manifest.options, data });
  if (split.sha256 !== manifest.data.sha256) {
    throw new DataError(
      path,
      `the run was trained on data with SHA-256 ${manifest.data.sha256}, but the data now have ${split.sha256}`,
    );
  }
  const engine = await startRunEngine(manifest.engine.name, watch);
  const setup = setUp(manifest.options, split.train.height * split.train.width);
  const file = folder.file("checkpoint");
  const shapes = modelParameterShapes(setup.description);
  const checkpoint = await decodeCheckpoint(await folder.readCheckpoint(mostOf(shapes)), file, shapes);
  assertSameOptions(file, withYounger(checkpoint.options), manifest.options);
  assertSame(file, "engine", checkpoint.engine, manifest.engine.name);
  const stepsPerEpoch = Math.ceil(split.train.count / manifest.options.batch);
  assertOfRun(file, checkpoint, manifest.options, stepsPerEpoch);
  const options = { ...manifest.options, epochs: epochs ?? manifest.options.epochs };
  assertSameSchedules(path, manifest.options, options.epochs);
  assertNotBeyond(path, checkpoint.state.step / stepsPerEpoch, options.epochs);
  const { step } = checkpoint.state;
  const metrics = await folder.readMetrics(Math.floor(step / stepsPerEpoch), step % stepsPerEpoch === 0);
  const sitting = sittingOf(engine, step);
  const going: Manifest = {
    ...manifest,
    status: "running",
    options,
    engine,
    versions: versions(),
    resumptions: manifest.resumptions + 1,
    sittings: [...manifest.sittings ?? [], sitting],
  };
  const warning = bitsMayDiffer(manifest.sittings ?? [], sitting);
  if (warning !== null) watch.onWarning?.(warning);
  return await new Run(folder, setup, split, checkpoint.key, going, metrics).go(checkpoint.state, watch);
}

/** The most bytes that a checkpoint may have: those of weights and two moments, and a header of 16 MiB. */
const mostOf = (shapes: readonly ParameterShape[]): number =>
  2 ** 24 + 12 * shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

/** Requires that a checkpoint's key and step can be those of the run beside it. */
function assertOfRun(
  file: string,
  { key, state }: Checkpoint,
  { seed, epochs }: TrainOptions,
  stepsPerEpoch: number,
): void {
  const [wanted, found] = [keyOf(seed), key].map((words) => `[${words.join(", ")}]`);
  if (found !== wanted) {
    throw new CheckpointError(file, `the key of the run's seed ${seed} is ${wanted}, but it holds ${found}`);
  }
  if (state.step > stepsPerEpoch * epochs) {
    const most = `${epochs} epochs of ${stepsPerEpoch} steps`;
    throw new CheckpointError(file, `the run has ${most}, but the checkpoint is of step ${state.step}`);
  }
}

/** Requires that another number of epochs leaves the steps that were taken as they would have been. */
function assertSameSchedules(path: string, options: TrainOptions, epochs: number): void {
  const { learningRateSchedule, betaWarmup } = options;
  if (learningRateSchedule !== "constant" && epochs !== options.epochs) {
    throw new DataError(
      path,
      `--epochs must be ${options.epochs} beside --resume, since the run's learning rate follows a ` +
        `${learningRateSchedule} schedule over its ${options.epochs} epochs, but it is ${epochs}; start a new run for more`,
    );
  }
  if (betaWarmup > epochs) {
    throw new DataError(
      path,
      `--epochs must be at least ${
        Math.ceil(betaWarmup)
      }, since β rises for so many epochs, but it is ${epochs}`,
    );
  }
}

/** Requires that a run has not been trained for longer than it is to be: what it has learned is not undone. */
function assertNotBeyond(path: string, trained: number, epochs: number): void {
  if (trained <= epochs) return;
  const has = Number.isInteger(trained)
    ? `already has ${trained} epochs`
    : `is already in epoch ${Math.ceil(trained)}`;
  throw new DataError(
    path,
    `--epochs must be at least ${Math.ceil(trained)}, since the run ${has}, but it is ${epochs}`,
  );
}

/** Requires that a checkpoint belongs to the run beside it; only the number of epochs may have changed. */
function assertSameOptions(file: string, stored: unknown, wanted: TrainOptions): void {
  for (const name of Object.keys(wanted) as (keyof TrainOptions)[]) {
    if (name === "epochs" || name === "out") continue;
    assertSame(file, name, (stored as Partial<TrainOptions> | null)?.[name], wanted[name]);
  }
}

/** Requires that the manifest says of a run what its checkpoint does. */
function assertSame(file: string, name: string, stored: unknown, wanted: unknown): void {
  const [was, is] = [stored, wanted].map((value) => JSON.stringify(value));
  if (was === is) return;
  throw new CheckpointError(
    file,
    `the run's manifest says ${name} = ${is}, but the checkpoint is of ${name} = ${was}; put back the manifest ` +
      "that was there, or begin the run anew",
  );
}
