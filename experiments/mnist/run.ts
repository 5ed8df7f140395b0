/**
 * A run in progress: trains, scores, saves, draws.
 *
 * @module
 */

import { foldIn, type Key } from "../../lib/engine/mod.ts";
import { type Dataset, type Split, take } from "../../lib/data/mod.ts";
import { modelParameterShapes } from "../../lib/model/mod.ts";
import {
  type AdamState,
  cosineSchedule,
  encodeCheckpoint,
  type Schedule,
  type StepReport,
  stepSchedule,
  train,
  warmUpSchedule,
} from "../../lib/training/mod.ts";
import { endedAt } from "../command/run_record.ts";
import { turn } from "../command/interruption.ts";
import { batchesOf } from "../digits/images.ts";
import { scoresOf } from "./scores.ts";
import { NOISE, ORDER } from "../digits/fit.ts";
import { meanMetric } from "../digits/mean_metric.ts";
import type { Sitting } from "../command/run_engine.ts";
import { FILES, type RunFolder } from "./folder.ts";
import type { Manifest } from "./manifest.ts";
import type { EpochMetrics } from "./metrics.ts";
import { metricPng, reconstructionsPng, samplesPng, traversalsPng } from "./pictures.ts";
import { curvesSvg, reportHtml } from "./report.ts";
import type { ScheduleName } from "../digits/names.ts";
import type { Setup } from "../digits/setup.ts";

/** What watches a run. */
export interface Watch extends Sitting {
  /** After the engine and the data are there. */
  readonly onStart?: (
    start: { manifest: Manifest; firstStep: number; steps: number; stepsPerEpoch: number },
  ) => void;
  /** Hears of what a run that goes on should know. */
  readonly onWarning?: (line: string) => void;
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

/** The schedules of a learning rate over so many steps. */
const RATES: Readonly<Record<ScheduleName, (rate: number, steps: number) => Schedule>> = {
  constant: (rate) => rate,
  cosine: cosineSchedule,
  step: stepSchedule,
};

/** What the random streams of a run beside those of its fit are folded from. */
const [SCORES, PICTURES] = [3, 4];

/** Scored training images: as many as are held out. */
const scoredPart = (split: Split): Dataset => take(split.train, split.heldOut.count);

/** A run in progress. */
export class Run {
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
    if (initial.step === 0) {
      await this.#save(initial);
      await this.folder.writeMetrics([]);
    }
    // Last at a start: where there is a manifest, there is a run that can go on.
    await this.#note({ status: "running", ended: null });
    let latest = initial;
    try {
      watch.onStart?.({
        manifest: this.manifest,
        firstStep: initial.step,
        steps: stepsPerEpoch * options.epochs,
        stepsPerEpoch,
      });
      const scored = async (at: AdamState, epoch: number): Promise<void> => {
        const line = await this.#score(at, epoch, watch.signal);
        this.metrics = [...this.metrics, line];
        await this.folder.writeMetrics(this.metrics);
        watch.onEpoch?.(line);
      };
      const epoch = Math.floor(initial.step / stepsPerEpoch);
      // The run was stopped while it scored.
      if (this.metrics.length < epoch) await scored(initial, epoch);
      const { state, interrupted } = await train(initial, {
        description: this.setup.description,
        loss: this.setup.loss,
        learningRate: RATES[options.learningRateSchedule](
          options.learningRate,
          stepsPerEpoch * options.epochs,
        ),
        beta: warmUpSchedule(options.beta, options.betaWarmup * stepsPerEpoch),
        weightDecay: options.weightDecay,
        clipGradient: options.clipGradient ?? Infinity,
        stepsPerEpoch,
        epochs: options.epochs,
        key: foldIn(this.key, NOISE),
        batch: batchesOf(training, options.batch, foldIn(this.key, ORDER)),
        replay: true,
        onEpoch: async (at, epoch) => {
          latest = at;
          // Before it is scored: what is lost by a stop in between is scored again.
          await this.#save(at);
          await scored(at, epoch);
        },
        ...(watch.onStep ? { onStep: watch.onStep } : {}),
        ...(watch.signal ? { signal: watch.signal } : {}),
      });
      latest = state;
      if (interrupted) await this.#save(state);
      else await this.#draw(state, watch);
      return await this.#ended(interrupted, state);
    } catch (error) {
      if (watch.signal?.aborted === true && error === watch.signal.reason) {
        return await this.#ended(true, latest);
      }
      // On a full disk this fails as well; why the run failed matters more.
      await this.#note({ status: "failed", ended: new Date().toISOString() }).catch(() => {});
      throw error;
    }
  }

  /** Says in the manifest how the run ended. */
  async #ended(interrupted: boolean, state: AdamState): Promise<RunResult> {
    await this.#note({
      status: interrupted ? "interrupted" : "complete",
      ended: new Date().toISOString(),
      sittings: endedAt(this.manifest.sittings, state.step),
    });
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
    const { options, engine: { name: engine } } = this.manifest;
    const given = { state, shapes, key: this.key, options, engine };
    await this.folder.write("checkpoint", await encodeCheckpoint(given));
  }

  async #score(state: AdamState, epoch: number, signal?: AbortSignal): Promise<EpochMetrics> {
    const scores = (dataset: Dataset): ReturnType<typeof scoresOf> =>
      scoresOf(
        { setup: this.setup, parameters: state.parameters },
        dataset,
        this.manifest.options.beta,
        foldIn(this.key, SCORES),
        signal,
      );
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
    const { signal } = watch;
    const gallery = { setup, parameters, heldOut: this.split.heldOut, key: foldIn(this.key, PICTURES) };
    const pictures = {
      samples: () => samplesPng(gallery),
      reconstructions: () => reconstructionsPng(gallery),
      traversals: () => traversalsPng(gallery),
      metric: async () => metricPng(gallery, await meanMetric(setup, parameters, this.split.heldOut, signal)),
      curves: () => curvesSvg(this.metrics, this.manifest),
    };
    for (const [name, draw] of Object.entries(pictures)) {
      await turn(signal);
      await folder.write(name as keyof typeof pictures, await draw());
    }
  }
}
