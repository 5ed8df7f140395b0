/**
 * A run's folder: what is in it, and how it is written and read so that nothing is lost.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { CheckpointError } from "../../lib/training/mod.ts";
import { type Manifest, manifestOf, manifestText } from "./manifest.ts";
import { type EpochMetrics, metricsOf, metricsText } from "./metrics.ts";
import { createRunFolder, lockRunFolder, readRunFile, readRunText, writeFile } from "../command/disk.ts";
import { resumeCommand } from "../command/shell.ts";

/** The files of a run. */
export const FILES = {
  manifest: "manifest.json",
  metrics: "metrics.jsonl",
  checkpoint: "checkpoint.safetensors",
  samples: "samples.png",
  reconstructions: "reconstructions.png",
  traversals: "traversals.png",
  metric: "metric.png",
  curves: "curves.svg",
  report: "report.html",
} as const;

/** Whether a run that was killed before it had a manifest may have left a file of this name. */
const isLeftOver = (name: string): boolean => name === FILES.checkpoint || name === FILES.metrics;

/** A run's folder. */
export class RunFolder {
  /** @param path the folder */
  constructor(readonly path: string) {}

  /** The path of one of its files. */
  file(name: keyof typeof FILES): string {
    return `${this.path}/${FILES[name]}`;
  }

  /** Writes one of its files, whole or not at all. */
  async write(name: keyof typeof FILES, content: string | Uint8Array): Promise<void> {
    await writeFile(this.file(name), content);
  }

  /**
   * Makes the folder for a new run, and locks it. What a run leaves that was killed before its manifest was there, which is
   * written last, is no run and is written over.
   *
   * @throws (rejects) DataError if it is in use, or cannot be made
   */
  async create(): Promise<AsyncDisposable> {
    const resume = resumeCommand("mnist", this.path, null);
    return await createRunFolder(this.path, FILES.manifest, resume, isLeftOver);
  }

  /** Locks the folder of a run that goes on. @throws (rejects) DataError if there is no run, or it is in use */
  async lock(): Promise<AsyncDisposable> {
    return await lockRunFolder(this.path, FILES.manifest);
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await this.write("manifest", manifestText(manifest));
  }

  /** @throws (rejects) DataError if there is no run, or one that cannot be read */
  async readManifest(): Promise<Manifest> {
    return manifestOf(await readRunText(this.path, FILES.manifest), this.file("manifest"));
  }

  /** The bytes of the checkpoint, of which there may be so many. @throws (rejects) CheckpointError if there is none, DataError if it cannot be read */
  async readCheckpoint(most: number): Promise<Uint8Array> {
    try {
      return await readRunFile(this.path, FILES.checkpoint, most);
    } catch (error) {
      if (!(error instanceof DataError && error.cause instanceof Deno.errors.NotFound)) throw error;
      throw new CheckpointError(this.file("checkpoint"), "a checkpoint is required, but there is none", {
        cause: error,
      });
    }
  }

  async writeMetrics(lines: readonly EpochMetrics[]): Promise<void> {
    await this.write("metrics", metricsText(lines));
  }

  /**
   * The metrics of the first `epochs` epochs.
   *
   * @param mayLack whether the last of them may not have been scored; then it may be missing
   * @throws (rejects) DataError if they are not all there
   */
  async readMetrics(epochs: number, mayLack: boolean): Promise<EpochMetrics[]> {
    const text = await readRunText(this.path, FILES.metrics);
    const lacks = mayLack && text.split("\n").length === epochs;
    return metricsOf(text, this.file("metrics"), lacks ? epochs - 1 : epochs);
  }
}
