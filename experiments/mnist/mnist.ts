/**
 * The main job: train one of the objectives on handwritten digits, and leave a folder that shows what it learned.
 *
 * @module
 */

import { foldIn, type Key, key as keyOf, startEngine, tf } from "../../lib/engine/mod.ts";
import {
  batches,
  DataError,
  type Dataset,
  gatherBatch,
  loadDigits,
  loadIdxFolder,
  type Split,
  take,
} from "../../lib/data/mod.ts";
import { initialModelParameters, modelParameterShapes } from "../../lib/model/mod.ts";
import {
  type AdamState,
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
  initialAdamState,
  type StepReport,
  tensorsOf,
  train,
} from "../../lib/training/mod.ts";
import { evaluate } from "./evaluate.ts";
import type { TrainOptions } from "./options.ts";
import { meanMetric, metricPng, reconstructionsPng, samplesPng, traversalsPng } from "./pictures.ts";
import { curvesSvg, reportHtml } from "./report.ts";
import { type EpochMetrics, FILES, type Manifest, RunFolder } from "./folder.ts";
import { type Setup, setUp } from "./setup.ts";
import { versions } from "./versions.ts";

/** What watches a run. */
export interface Watch {
  /** After the engine and the data are there. */
  readonly onStart?: (
    start: { manifest: Manifest; firstStep: number; steps: number; stepsPerEpoch: number },
  ) => void;
  readonly onStep?: (report: StepReport) => void;
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  /** When training is done and pictures are being made. */
  readonly onPictures?: () => void;
  /** Stops the run after the step in progress; a checkpoint is written. */
  readonly signal?: AbortSignal;
}

/** How a run ended. */
export interface RunResult {
  readonly interrupted: boolean;
  readonly folder: string;
  /** The files that the run left, by path. */
  readonly files: readonly string[];
  readonly metrics: readonly EpochMetrics[];
  readonly state: AdamState;
}

// What each random stream of a run is folded from.
const [INITIAL, ORDER, NOISE, SCORES, PICTURES] = [0, 1, 2, 3, 4];

/** Scored training images: as many as are held out. */
const scoredPart = (split: Split): Dataset => take(split.train, split.heldOut.count);

async function load({ data, limit }: TrainOptions): Promise<Split> {
  const split = data === null ? await loadDigits() : await loadIdxFolder(data);
  return limit === null ? split : { ...split, train: take(split.train, limit) };
}

/**
 * Trains a new run in a new folder.
 *
 * @throws (rejects) DataError for the data or the folder; NonFiniteLossError; Error if the engine cannot start
 */
export async function trainMnist(options: TrainOptions, watch: Watch = {}): Promise<RunResult> {
  const split = await load(options);
  const engine = await startEngine(options.engine);
  const folder = new RunFolder(options.out);
  await folder.create();
  const setup = setUp(options, split.train.height * split.train.width);
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
  const manifest = await folder.readManifest();
  const bytes = await folder.readCheckpoint();
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
  const engine = await startEngine(manifest.engine.name as Parameters<typeof startEngine>[0]);
  const setup = setUp(manifest.options, split.train.height * split.train.width);
  const file = folder.file("checkpoint");
  const checkpoint = decodeCheckpoint(bytes, file, modelParameterShapes(setup.description));
  assertSameOptions(file, checkpoint.options as TrainOptions, manifest.options);
  const options = { ...manifest.options, epochs: epochs ?? manifest.options.epochs };
  const stepsPerEpoch = Math.ceil(split.train.count / options.batch);
  const metrics = await folder.readMetrics(Math.floor(checkpoint.state.step / stepsPerEpoch));
  const going: Manifest = {
    ...manifest,
    status: "running",
    options,
    engine,
    versions: versions(),
    resumptions: manifest.resumptions + 1,
  };
  return await new Run(folder, setup, split, checkpoint.key, going, metrics).go(checkpoint.state, watch);
}

/** Requires that a checkpoint belongs to the run beside it; only the number of epochs may have changed. */
function assertSameOptions(file: string, stored: TrainOptions, wanted: TrainOptions): void {
  for (const name of Object.keys(wanted) as (keyof TrainOptions)[]) {
    if (name === "epochs" || name === "out") continue;
    const [was, is] = [stored?.[name], wanted[name]].map((v) => JSON.stringify(v));
    if (was !== is) {
      throw new CheckpointError(
        file,
        `the run's manifest says ${name} = ${is}, but the checkpoint is of ${name} = ${was}`,
      );
    }
  }
}

/** A run in progress. */
class Run {
  readonly #began = performance.now();
  readonly #before: number;

  constructor(
    readonly folder: RunFolder,
    readonly setup: Setup,
    readonly split: Split,
    readonly key: Key,
    private manifest: Manifest,
    private metrics: readonly EpochMetrics[],
  ) {
    this.#before = manifest.seconds;
  }

  async go(initial: AdamState, watch: Watch): Promise<RunResult> {
    const { options } = this.manifest;
    const { train: training } = this.split;
    const stepsPerEpoch = Math.ceil(training.count / options.batch);
    await this.#note({ status: "running", ended: null });
    if (initial.step === 0) {
      await this.folder.writeMetrics([]);
      await this.#save(initial);
    }
    watch.onStart?.({
      manifest: this.manifest,
      firstStep: initial.step,
      steps: stepsPerEpoch * options.epochs,
      stepsPerEpoch,
    });
    try {
      const { state, interrupted } = await train(initial, {
        description: this.setup.description,
        loss: this.setup.loss,
        learningRate: options.learningRate,
        stepsPerEpoch,
        epochs: options.epochs,
        key: foldIn(this.key, NOISE),
        batch: batchesOf(training, options.batch, foldIn(this.key, ORDER)),
        onEpoch: async (at, epoch) => {
          const line = await this.#score(at, epoch);
          this.metrics = [...this.metrics, line];
          // Metrics first: a kill between the two leaves a line too many, which a resumption drops.
          await this.folder.writeMetrics(this.metrics);
          await this.#save(at);
          watch.onEpoch?.(line);
        },
        ...(watch.onStep ? { onStep: watch.onStep } : {}),
        ...(watch.signal ? { signal: watch.signal } : {}),
      });
      if (interrupted) await this.#save(state);
      else await this.#draw(state, watch);
      await this.#note({ status: interrupted ? "interrupted" : "complete", ended: new Date().toISOString() });
      if (!interrupted) {
        await this.folder.write("report", await reportHtml(this.folder, this.manifest, this.metrics));
      }
      const left = interrupted
        ? (["manifest", "metrics", "checkpoint"] as const)
        : Object.keys(FILES) as (keyof typeof FILES)[];
      return {
        interrupted,
        folder: this.folder.path,
        files: left.map((name) => this.folder.file(name)),
        metrics: this.metrics,
        state,
      };
    } catch (error) {
      await this.#note({ status: "failed", ended: new Date().toISOString() });
      throw error;
    }
  }

  async #note(change: Partial<Manifest>): Promise<void> {
    const seconds = this.#seconds();
    const peakMemory = Math.max(this.manifest.peakMemory, Deno.memoryUsage().rss);
    this.manifest = { ...this.manifest, seconds, peakMemory, ...change };
    await this.folder.writeManifest(this.manifest);
  }

  #seconds(): number {
    return Math.round(10 * this.#before + (performance.now() - this.#began) / 100) / 10;
  }

  async #save(state: AdamState): Promise<void> {
    const shapes = modelParameterShapes(this.setup.description);
    const { options } = this.manifest;
    await this.folder.write("checkpoint", await encodeCheckpoint({ state, shapes, key: this.key, options }));
  }

  async #score(state: AdamState, epoch: number): Promise<EpochMetrics> {
    const scores = (dataset: Dataset): ReturnType<typeof evaluate> =>
      evaluate(this.setup, state.parameters, dataset, this.manifest.options.beta, foldIn(this.key, SCORES));
    const trained = await scores(scoredPart(this.split));
    const heldOut = await scores(this.split.heldOut);
    this.manifest = {
      ...this.manifest,
      peakMemory: Math.max(this.manifest.peakMemory, Deno.memoryUsage().rss),
    };
    return { epoch, step: state.step, seconds: this.#seconds(), train: trained, heldOut };
  }

  async #draw({ parameters }: AdamState, watch: Watch): Promise<void> {
    watch.onPictures?.();
    const { setup, folder } = this;
    const gallery = { setup, parameters, heldOut: this.split.heldOut, key: foldIn(this.key, PICTURES) };
    await folder.write("samples", await samplesPng(gallery));
    await folder.write("reconstructions", await reconstructionsPng(gallery));
    await folder.write("traversals", await traversalsPng(gallery));
    await folder.write("metric", await metricPng(gallery, await meanMetric(gallery)));
    await folder.write("curves", await curvesSvg(this.metrics, this.manifest));
  }
}

/** Random access to the batches of every epoch, as tensors. */
function batchesOf(dataset: Dataset, size: number, key: Key): (epoch: number, index: number) => tf.Tensor {
  let current = { epoch: -1, batches: batches(dataset.count, size, key, 0) };
  return (epoch, index) => {
    if (epoch !== current.epoch) current = { epoch, batches: batches(dataset.count, size, key, epoch) };
    const indices = current.batches.at(index);
    return tf.tensor(gatherBatch(dataset, indices), [indices.length, dataset.height * dataset.width]);
  };
}

/** Disposes of what a run left in memory. */
export function disposeRun({ state }: RunResult): void {
  tf.dispose(tensorsOf(state));
}
