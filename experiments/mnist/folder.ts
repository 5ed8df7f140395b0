/**
 * A run's folder: what is in it, and how it is written and read so that nothing is lost.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { CheckpointError, writeAtomically } from "../../lib/training/mod.ts";
import { type Manifest, manifestOf, manifestText } from "./manifest.ts";
import { type EpochMetrics, metricsOf, metricsText } from "./metrics.ts";
import { isOsError, osReason } from "../command/os_error.ts";
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
function isLeftOver(name: string): boolean {
  const whole = name.replace(/\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/, "");
  const started: readonly string[] = [FILES.checkpoint, FILES.metrics];
  return started.includes(whole) || (whole !== name && whole === FILES.manifest);
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

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
    try {
      await writeAtomically(this.file(name), typeof content === "string" ? encode(content) : content);
    } catch (error) {
      if (!isOsError(error)) throw error;
      throw new DataError(this.file(name), `cannot be written: ${osReason(error)}`, { cause: error });
    }
  }

  /**
   * Makes the folder for a new run. What a run leaves that was killed before its manifest was there, which is
   * written last, is no run and is written over.
   *
   * @throws (rejects) DataError if it is in use, or cannot be made
   */
  async create(): Promise<void> {
    let held: string[];
    try {
      await Deno.mkdir(this.path, { recursive: true });
      held = (await Array.fromAsync(Deno.readDir(this.path))).map(({ name }) => name);
    } catch (error) {
      if (!isOsError(error)) throw error;
      const why = error instanceof Deno.errors.AlreadyExists
        ? "the output folder must be a folder, but it is a file"
        : error instanceof Deno.errors.NotADirectory
        ? "the output folder cannot be made: a part of its path is a file"
        : `the output folder cannot be made: ${osReason(error)}`;
      throw new DataError(this.path, why, { cause: error });
    }
    if (held.includes(FILES.manifest)) {
      throw new DataError(
        this.path,
        "the output folder must be new or empty, but it holds a run; choose another --out, or continue that run " +
          `with ${resumeCommand("mnist", this.path, null)}`,
      );
    }
    const foreign = held.find((name) => !isLeftOver(name));
    if (foreign !== undefined) {
      throw new DataError(
        this.path,
        `the output folder must be new or empty, but it holds ${foreign}; choose another --out`,
      );
    }
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await this.write("manifest", manifestText(manifest));
  }

  /** @throws (rejects) DataError if there is no run, or one that cannot be read */
  async readManifest(): Promise<Manifest> {
    return manifestOf(decode(await this.#read("manifest")), this.file("manifest"));
  }

  /** The bytes of the checkpoint. @throws (rejects) CheckpointError if there is none, DataError if it cannot be read */
  async readCheckpoint(): Promise<Uint8Array> {
    try {
      return await this.#read("checkpoint");
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

  /** The metrics of the first `epochs` epochs. @throws (rejects) DataError if they are not all there */
  async readMetrics(epochs: number): Promise<EpochMetrics[]> {
    return metricsOf(decode(await this.#read("metrics")), this.file("metrics"), epochs);
  }

  async #read(name: keyof typeof FILES): Promise<Uint8Array> {
    try {
      return await Deno.readFile(this.file(name));
    } catch (error) {
      if (!isOsError(error)) throw error;
      const cause = { cause: error };
      if (error instanceof Deno.errors.NotFound) {
        throw new DataError(this.path, `a run to resume must hold ${FILES[name]}, but does not`, cause);
      }
      if (error instanceof Deno.errors.NotADirectory) {
        throw new DataError(this.path, "must be the folder of a run, but it is a file", cause);
      }
      throw new DataError(this.file(name), `cannot be read: ${osReason(error)}`, cause);
    }
  }
}
