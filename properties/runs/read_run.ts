/**
 * A run of `mnist` from the files that it left, read without the library.
 *
 * @module
 */

import { decode } from "fast-png";
import * as v from "valibot";
import type {
  DigitsEpoch,
  DigitsImages,
  DigitsOptions,
  DigitsRun,
  DigitsState,
} from "../contract/digits_run.ts";
import { activationNames, type Matrix, objectiveNames, type Vector } from "../contract/specs.ts";
import { count, finite, schemaProblem } from "../contract/run.ts";
import { packagedDigits } from "./digits.ts";
import { idxImages } from "./idx.ts";

/** A file that is missing, damaged, or of what an audit cannot compute again. */
export class UnreadableRun extends Error {
  /** Tells it from other errors. */
  override readonly name = "UnreadableRun";

  /** `why` says what is required, what was found and what to do. */
  constructor(readonly file: string, why: string) {
    super(`${file}: ${why}`);
  }
}

/** Gives the bytes of a file of the run; null if there is none. */
export type ReadFile = (name: string) => Promise<Uint8Array<ArrayBuffer> | null>;

const family = v.picklist(["isotropic", "mean-field", "block", "full"]);
const optionsSchema = v.object({
  objective: v.picklist(objectiveNames),
  posterior: v.nullable(family),
  likelihood: v.picklist(["gaussian", "bernoulli"]),
  beta: finite,
  latent: count,
  block: v.nullable(count),
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

/** The files of a run's states: after the first step, before the last, at the end. */
const STATES = ["first_step.safetensors", "before_last_step.safetensors", "checkpoint.safetensors"];
/** How a picture is laid out: pixels doubled, and two between tiles. */
const [SIDE, SCALE, GAP] = [28, 2, 2];

/** A value of a schema. */
function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, file: string): T {
  const problem = schemaProblem(schema, value);
  if (problem !== null) throw new UnreadableRun(file, problem);
  return value as T;
}

/** The value of JSON. */
function json(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRun(file, "must be JSON, but is not: it is damaged");
  }
}

/** The tensors of a safetensors file with prefix, one after the other, in the order encoder, decoder; layer by layer W, then b. */
function stateOf(file: string, bytes: Uint8Array<ArrayBuffer>): DigitsState {
  const length = bytes.length < 8
    ? 0
    : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  let header: Record<string, { data_offsets: [number, number] }> & { __metadata__: { step: string } };
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw new UnreadableRun(file, "must be a safetensors file, but its header is not JSON");
  }
  const values = (name: string): number[] => {
    const [from, to] = header[name]!.data_offsets;
    return [...new Float32Array(bytes.slice(8 + length + from, 8 + length + to).buffer)];
  };
  const names = Object.keys(header).filter((name) => /^(en|de)coder\./.test(name));
  const place = (name: string): number[] => {
    const [part, layer, kind] = name.split(".") as [string, string, string];
    return [part === "encoder" ? 0 : 1, Number(layer), kind === "weight" ? 0 : 1];
  };
  const inOrder = names.toSorted((a, b) => {
    const [p, q] = [place(a), place(b)];
    return p[0]! - q[0]! || p[1]! - q[1]! || p[2]! - q[2]!;
  });
  const all = (prefix: string): Vector => inOrder.flatMap((name) => values(prefix + name));
  return {
    step: Number(header.__metadata__.step),
    parameters: all(""),
    first: all("adam.first."),
    second: all("adam.second."),
  };
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

/** The images of a run: those of the package, or where `data` says. */
async function imagesOf(data: string | null, readAny: ReadFile): Promise<DigitsImages> {
  if (data === null) return await packagedDigits();
  const found = await idxImages(readAny, data);
  if (found !== null) return found;
  throw new UnreadableRun(
    data,
    "the images must be IDX files that begin so, or train-images-idx3-ubyte and t10k-images-idx3-ubyte in it: an audit reads no others",
  );
}

/**
 * A run from its files.
 *
 * @param read gives those of the run
 * @param given the options as `manifest.json` has them, where the images are by now (null for those that come with the task), and what
 *   reads them
 * @throws (rejects) UnreadableRun if a file is missing or is not what it should be
 */
export async function readRun(
  read: ReadFile,
  given: { readonly options: unknown; readonly data: string | null; readonly readAny: ReadFile },
): Promise<DigitsRun> {
  const bytes = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    const found = await read(name);
    if (found !== null) return found;
    const older = "it was made by an older version, or is not complete";
    throw new UnreadableRun(name, `is required to compute the run again, but there is none: ${older}`);
  };
  const text = async (name: string): Promise<string> => new TextDecoder().decode(await bytes(name));
  const options: DigitsOptions = checked(optionsSchema, given.options, "manifest.json");
  const states: DigitsState[] = [];
  for (const name of STATES) {
    const found = name === STATES.at(-1) ? await bytes(name) : await read(name);
    if (found !== null) states.push(stateOf(name, found));
  }
  const lines = (await text("metrics.jsonl")).trimEnd().split("\n");
  const results = await text("results.json");
  const rows = (await text("metric.csv")).trimEnd().split(/\r?\n/).slice(1);
  return {
    options,
    epsilon: 2 ** -24,
    images: await imagesOf(given.data, given.readAny),
    states,
    epochs: lines.map((line): DigitsEpoch =>
      checked(epochSchema, json("metrics.jsonl", line), "metrics.jsonl")
    ),
    numbers: checked(
      v.object({ numbers: v.record(v.string(), finite) }),
      json("results.json", results),
      "results.json",
    )
      .numbers,
    metric: rows.map((row) => row.split(",").slice(1).map(Number)),
    pictures: {
      samples: tilesOf("samples.png", await bytes("samples.png")),
      reconstructions: tilesOf("reconstructions.png", await bytes("reconstructions.png")),
      traversals: tilesOf("traversals.png", await bytes("traversals.png")),
    },
  };
}
