/**
 * A run's folder: what is in it, and how it is written and read so that nothing is lost.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { CheckpointError, writeAtomically } from "../../lib/training/mod.ts";
import type { Scores } from "./evaluate.ts";
import { optionsOf, type TrainOptions } from "./options.ts";

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

const FORMAT = "grae mnist run 1";

/** What a run says of itself. */
export interface Manifest {
  readonly status: "running" | "interrupted" | "failed" | "complete";
  readonly options: TrainOptions;
  /** The engine that `options.engine` led to. */
  readonly engine: { readonly name: string; readonly description: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly data: {
    readonly source: string;
    readonly sha256: string;
    /** Images trained on, `--limit` applied. */
    readonly train: number;
    readonly heldOut: number;
  };
  /** (n/2) log 2πσ², which the β-VAE loss contains and GRAE does not; 0 for Bernoulli. */
  readonly gaussianConstant: number;
  /** ISO 8601 times of the first start and the last end. */
  readonly started: string;
  readonly ended: string | null;
  /** Seconds at work, all sittings together. */
  readonly seconds: number;
  /** How often the run was taken up again. */
  readonly resumptions: number;
  /** The largest resident size seen, in bytes. */
  readonly peakMemory: number;
}

/** One line of metrics. */
export interface EpochMetrics {
  /** Complete epochs. */
  readonly epoch: number;
  readonly step: number;
  /** Seconds at work so far. */
  readonly seconds: number;
  readonly train: Scores;
  readonly heldOut: Scores;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

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
    await writeAtomically(this.file(name), typeof content === "string" ? encode(content) : content);
  }

  /**
   * Makes the folder for a new run.
   *
   * @throws (rejects) DataError if it is in use, or cannot be made
   */
  async create(): Promise<void> {
    try {
      await Deno.mkdir(this.path, { recursive: true });
      for await (const { name } of Deno.readDir(this.path)) {
        throw new DataError(
          this.path,
          `the output folder must be new or empty, but it holds ${name}; choose another --out, or continue that ` +
            `run with --resume ${this.path}`,
        );
      }
    } catch (error) {
      if (error instanceof DataError) throw error;
      throw new DataError(this.path, `the output folder cannot be made: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await this.write("manifest", JSON.stringify({ format: FORMAT, ...manifest }, null, 2) + "\n");
  }

  /** @throws (rejects) DataError if there is no run, or one that cannot be read */
  async readManifest(): Promise<Manifest> {
    const file = this.file("manifest");
    const text = new TextDecoder().decode(await this.#read("manifest"));
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new DataError(file, `must be JSON, but is not: ${(error as Error).message}`, { cause: error });
    }
    const { format, ...manifest } = json as Manifest & { format?: unknown };
    if (format !== FORMAT) {
      throw new DataError(file, `must be the manifest of a run ("format": "${FORMAT}"), but is not`);
    }
    return { ...manifest, options: optionsOf(manifest.options, file) };
  }

  /** The bytes of the checkpoint. @throws (rejects) CheckpointError if there is none */
  async readCheckpoint(): Promise<Uint8Array> {
    try {
      return await this.#read("checkpoint");
    } catch (error) {
      throw new CheckpointError(this.file("checkpoint"), "a checkpoint is required, but there is none", {
        cause: error,
      });
    }
  }

  async writeMetrics(lines: readonly EpochMetrics[]): Promise<void> {
    await this.write("metrics", lines.map((line) => JSON.stringify(line) + "\n").join(""));
  }

  /** The metrics of the first `epochs` epochs; later ones are of a sitting whose checkpoint was lost. */
  async readMetrics(epochs: number): Promise<EpochMetrics[]> {
    const text = new TextDecoder().decode(await this.#read("metrics"));
    const lines = text.split("\n").filter((line) => line !== "").map((line): EpochMetrics =>
      JSON.parse(line)
    );
    return lines.filter(({ epoch }) => epoch <= epochs);
  }

  async #read(name: keyof typeof FILES): Promise<Uint8Array> {
    try {
      return await Deno.readFile(this.file(name));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new DataError(this.path, `a run to resume must hold ${FILES[name]}, but does not`, {
        cause: error,
      });
    }
  }
}
