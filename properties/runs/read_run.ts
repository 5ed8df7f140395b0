/**
 * A run of `mnist` from the files that it left, read without the library.
 *
 * @module
 */

import { decode } from "fast-png";
import * as v from "valibot";
import {
  type DigitsEpoch,
  digitsLikelihoods,
  type DigitsOptions,
  type DigitsParameters,
  type DigitsRun,
  type DigitsState,
} from "../contract/digits_run.ts";
import { activationNames, type Matrix, objectiveNames, type Vector } from "../contract/specs.ts";
import { count, finite, type RunManifest, sha256 } from "../contract/run.ts";
import { checked, json, type ReadFile, required, requireDigest, tensorsOf, UnreadableRun } from "./file.ts";
import { computable, imagesOf } from "./images.ts";
import { resultsOf } from "./read_study.ts";

const family = v.picklist(["isotropic", "mean-field", "block", "full"]);
const optionsSchema = v.object({
  objective: v.picklist(objectiveNames),
  posterior: v.nullable(family),
  likelihood: v.picklist(
    digitsLikelihoods,
    `must be one of images of one channel, which alone an audit reads (${digitsLikelihoods.join(", ")})`,
  ),
  beta: finite,
  latent: count,
  block: v.nullable(count),
  ...computable,
  hidden: v.array(count),
  activation: v.picklist(activationNames),
  epochs: count,
  batch: count,
  learningRate: finite,
  learningRateSchedule: v.picklist(["constant", "cosine", "step"]),
  betaWarmup: finite,
  clipGradient: v.nullable(finite),
  weightDecay: finite,
  binarise: v.picklist(["none", "fixed", "sampled"]),
  limit: v.nullable(count),
  seed: count,
});
const number = v.nullable(finite);
const score = v.object({ value: number, standardError: number });
const scores = v.object({
  images: count,
  loss: score,
  terms: v.record(v.string(), number),
  evaluation: v.object({ "beta-vae": score, grae: score, "grae-star": score }),
});
const epochSchema = v.object({ epoch: count, step: count, train: scores, heldOut: scores });
/** Of the results, the epochs whose parameters were kept: runs of older versions state none. */
const keptSchema = v.object({ epochs: v.array(v.object({ epoch: count, kept: v.optional(sha256) })) });

/** The files of a run's states: after the first step, before the last, at the end. */
const STATES = ["first_step.safetensors", "before_last_step.safetensors", "checkpoint.safetensors"];
/** How a picture is laid out: pixels doubled, and two between tiles. */
const [SIDE, SCALE, GAP] = [28, 2, 2];

/** The parts of a model that have parameters, in their order; those of a likelihood are log σ, one tensor. */
const PARTS = ["encoder", "decoder", "likelihood"];

/**
 * A state: its tensors one after the other, in the order encoder, decoder, likelihood; layer by layer W, then b. A file of
 * parameters alone has no moments.
 */
async function stateOf(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<DigitsState> {
  const { metadata, tensors } = await tensorsOf(file, bytes);
  const place = (name: string): number[] => {
    const [part, layer, kind] = name.split(".") as [string, string, string];
    return [PARTS.indexOf(part), Number(layer), kind === "weight" ? 0 : 1];
  };
  const inOrder = Object.keys(tensors).filter((name) => PARTS.includes(name.split(".")[0]!)).toSorted(
    (a, b) => {
      const [p, q] = [place(a), place(b)];
      return p[0]! - q[0]! || p[1]! - q[1]! || p[2]! - q[2]!;
    },
  );
  const all = (prefix: string): Vector => inOrder.flatMap((name) => tensors[prefix + name] ?? []);
  return {
    step: Number(metadata["step"]),
    parameters: all(""),
    first: all("adam.first."),
    second: all("adam.second."),
  };
}

/** The parameters after the epochs but the last that kept them, each file of the SHA-256 that the results state. */
async function earlierOf(read: ReadFile, results: unknown): Promise<DigitsParameters[]> {
  const found: DigitsParameters[] = [];
  for (const { epoch, kept } of checked(keptSchema, results, "results.json").epochs.slice(0, -1)) {
    if (kept === undefined) continue;
    const file = `epoch_${epoch}.safetensors`, bytes = await required(read, file);
    await requireDigest(file, bytes, kept, "results.json");
    const { step, parameters } = await stateOf(file, bytes);
    // In float32, as there may be hundreds of them.
    const values = Float32Array.from(parameters);
    found.push({
      step,
      get parameters() {
        return Array.from(values);
      },
    });
  }
  return found;
}

/** The tiles of a picture: `[tile][pixels]`, row by row. */
function tilesOf(file: string, bytes: Uint8Array<ArrayBuffer>): Matrix {
  const { width, height, channels, data } = decode(bytes);
  const cell = SIDE * SCALE + GAP;
  const [across, down] = [(width + GAP) / cell, (height + GAP) / cell];
  if (channels !== 1 || !Number.isInteger(across) || !Number.isInteger(down)) {
    const is = `${width} by ${height} with ${channels} channels`;
    throw new UnreadableRun(file, `must be a grey grid of ${SIDE} by ${SIDE} images, doubled, but is ${is}`);
  }
  return Array.from({ length: across * down }, (_, tile) => {
    const [top, left] = [Math.floor(tile / across) * cell, tile % across * cell];
    return Array.from({ length: SIDE * SIDE }, (_, pixel) => {
      const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
      return data[(top + row * SCALE) * width + left + column * SCALE]!;
    });
  });
}

/**
 * A run from its files.
 *
 * @param read gives those of the run
 * @param given of its manifest the options, the fingerprint of the images and the checksum of the results; where the images are by now
 *   (null for those that come with the task), and what reads them
 * @throws (rejects) UnreadableRun if a file is missing or is not what it should be
 */
export async function readRun(
  read: ReadFile,
  given: {
    readonly manifest: Pick<RunManifest, "study" | "options" | "data" | "results">;
    readonly data: string | null;
    readonly readAny: ReadFile;
    /** Whose scores are computed again: those of every epoch whose parameters were kept, or of the last alone. */
    readonly epochs?: "all" | "last";
  },
): Promise<DigitsRun> {
  const { manifest, data, readAny, epochs = "all" } = given;
  const options: DigitsOptions = checked(optionsSchema, manifest.options, "manifest.json");
  const states: DigitsState[] = [];
  for (const name of STATES) {
    const found = name === STATES.at(-1) ? await required(read, name) : await read(name);
    if (found !== null) states.push(await stateOf(name, found));
  }
  const { results, numbers, page } = await resultsOf(
    "results.json",
    await required(read, "results.json"),
    manifest,
  );
  /** A figure or a table, which the results state the digest of. */
  const shown = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await required(read, name);
    const { sha256 } = [...page.figures, ...page.tables].find(({ file }) => file === name) ?? {};
    await requireDigest(name, bytes, sha256, "results.json");
    return bytes;
  };
  const text = async (bytes: Promise<Uint8Array>): Promise<string> => new TextDecoder().decode(await bytes);
  const lines = (await text(required(read, "metrics.jsonl"))).trimEnd().split("\n");
  const rows = (await text(shown("metric.csv"))).trimEnd().split(/\r?\n/).slice(1);
  return {
    options,
    epsilon: 2 ** -24,
    images: await imagesOf(data, manifest.data!.sha256, readAny),
    states,
    earlier: epochs === "all" ? await earlierOf(read, results) : [],
    epochs: lines.map((line): DigitsEpoch =>
      checked(epochSchema, json("metrics.jsonl", line), "metrics.jsonl")
    ),
    numbers,
    metric: rows.map((row) => row.split(",").slice(1).map(Number)),
    pictures: {
      samples: tilesOf("samples.png", await shown("samples.png")),
      reconstructions: tilesOf("reconstructions.png", await shown("reconstructions.png")),
      traversals: tilesOf("traversals.png", await shown("traversals.png")),
    },
  };
}
