/**
 * Checkpoints: everything that a run needs to go on, as one safetensors file.
 *
 * @module
 */

import { assertShape, type Key, read, tf } from "../engine/mod.ts";
import type { ParameterShape } from "../network/mod.ts";
import type { AdamState } from "./adam.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import { checksumProblem, HOLE, sealed } from "./checksum.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "./safetensors.ts";

const FORMAT = "grae checkpoint 3";

/** What a checkpoint holds. */
export interface Checkpoint {
  /** Weights, optimiser moments and step. */
  readonly state: AdamState;
  /** The key from which the run draws everything random. */
  readonly key: Key;
  /** What the run was told, as JSON holds it. */
  readonly options: unknown;
  /** What was measured of the run so far, as JSON holds it; null if nothing was. */
  readonly scores: unknown;
  /** The name of the engine that computed the state. */
  readonly engine: string;
}

/** Where each part of the state goes by name: weights under their own, Adam's moments under a prefix. */
const PARTS = [["", "parameters"], ["adam.first.", "first"], ["adam.second.", "second"]] as const;

/**
 * A checkpoint as bytes: tensors `encoder.0.weight`, …, `adam.first.encoder.0.weight`, …, metadata `sha256`,
 * `format`, `step`, `key`, `options`, `engine`, `scores`. Python's safetensors reads it. The checksum is that of the whole file with
 * 64 zeros in its own place.
 *
 * @param given the checkpoint, and the names and shapes of its parameters in order; no scores are null
 */
export async function encodeCheckpoint(
  given: Omit<Checkpoint, "scores"> & Partial<Checkpoint> & { readonly shapes: readonly ParameterShape[] },
): Promise<Uint8Array> {
  const { state, shapes, key, options, engine, scores = null } = given;
  const tensors: NamedTensor[] = [];
  for (const [prefix, part] of PARTS) {
    for (const [i, { name, shape }] of shapes.entries()) {
      const tensor = state[part][i]!;
      assertShape("encodeCheckpoint", prefix + name, tensor, shape);
      tensors.push({ name: prefix + name, shape: [...shape], values: await read(tensor) });
    }
  }
  return await sealed(encodeSafetensors(tensors, {
    sha256: HOLE,
    format: FORMAT,
    step: String(state.step),
    key: JSON.stringify(key),
    options: JSON.stringify(options),
    engine,
    scores: JSON.stringify(scores),
  }));
}

/**
 * Reads a checkpoint.
 *
 * @param file its name, for messages
 * @param shapes names and shapes of the parameters that it must hold
 * @throws (rejects) CheckpointError if it is damaged, no checkpoint, or one of other shapes
 */
export async function decodeCheckpoint(
  bytes: Uint8Array,
  file: string,
  shapes: readonly ParameterShape[],
): Promise<Checkpoint> {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  const problem = await checksumProblem(bytes);
  if (problem !== null) {
    const old = "sha256" in metadata ? "" : ", or of a version without checksums";
    throw new CheckpointError(
      file,
      `${problem}: it is damaged${old}; put back a copy of it, or begin the run anew`,
    );
  }
  const field = <T>(name: string, required: string, parse: (text: string) => T | undefined): T => {
    const text = metadata[name];
    const value = text === undefined ? undefined : parse(text);
    if (value === undefined) {
      const found = text === undefined ? "is missing" : `is ${JSON.stringify(text)}`;
      throw new CheckpointError(file, `the metadata "${name}" must be ${required}, but it ${found}`);
    }
    return value;
  };
  field("format", `"${FORMAT}"`, (text) => text === FORMAT ? text : undefined);
  const step = field(
    "step",
    "a whole number from 0",
    (text) => /^\d+$/.test(text) ? Number(text) : undefined,
  );
  const key = field("key", "two whole numbers in brackets", (text): Key | undefined => {
    const match = /^\[(-?\d+),(-?\d+)\]$/.exec(text);
    return match ? [Number(match[1]), Number(match[2])] : undefined;
  });
  const json = (text: string): { value: unknown } | undefined => {
    try {
      return { value: JSON.parse(text) };
    } catch {
      return undefined;
    }
  };
  const options = field("options", "JSON", json).value;
  const scores = field("scores", "JSON", json).value;
  const engine = field("engine", "the name of an engine", (text) => text === "" ? undefined : text);

  const found = PARTS.map(([prefix]) =>
    shapes.map(({ name, shape }) => {
      const tensor = tensors.get(prefix + name);
      if (!tensor) throw new CheckpointError(file, `must hold the tensor ${prefix}${name}, but does not`);
      if (tensor.shape.join() !== shape.join()) {
        const wanted = `${prefix}${name} must be [${shape.join(", ")}]`;
        throw new CheckpointError(file, `${wanted}, but it is [${tensor.shape.join(", ")}]`);
      }
      return tensor;
    })
  );
  const [parameters, first, second] = found.map((part) =>
    part.map(({ values, shape }) => tf.tensor(values, [...shape]))
  );
  return {
    state: { parameters: parameters!, first: first!, second: second!, step },
    key,
    options,
    engine,
    scores,
  };
}
