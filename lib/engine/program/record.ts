/**
 * Writes down the kernels that a function runs, and what they take and make.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { detach } from "../backend/gradient.ts";
import { type Fill, heapKernel } from "../backend/heap_kernel.ts";
import type { Key } from "../key.ts";
import { wrapKernels } from "../backend/replace_kernel.ts";
import { type Trace, traced } from "./tracer.ts";
import type { Calling, Filling, Made, Operation, Place, Transcript } from "./trace.ts";

/** What can be recorded: tensors made of tensors, and of what is drawn from a key. */
export type Recordable = (inputs: readonly tf.Tensor[], key: Key) => tf.Tensor[];

/** The backend that is recorded: that of the engines wasm and native, whose kernels have computed when they return. */
export const BACKEND = "wasm";

/** What the kernels of tfjs take: names or indices to tensors. */
type Infos = Record<string, tf.TensorInfo>;

class Recorder implements Trace {
  readonly operations: Operation[] = [];
  readonly constants: { readonly place: Place; readonly tensor: tf.Tensor }[] = [];
  readonly #placeOf = new Map<tf.DataId, Place>();
  /** How the keys that came of the function's own came of it. */
  readonly #origins = new Map<Key, (root: Key) => Key>();
  places = 0;
  looked: string | null = null;
  #depth = 0;

  constructor(inputs: readonly tf.Tensor[], root: Key) {
    for (const { dataId } of inputs) this.#newPlace(dataId);
    this.#origins.set(root, (other) => other);
  }

  derived(child: Key, parent: Key, again: (parent: Key) => Key): void {
    const origin = this.#origins.get(parent);
    if (origin) this.#origins.set(child, (root) => again(origin(root)));
  }

  drawn({ dataId, shape, dtype }: tf.Tensor, key: Key, draw: (key: Key) => Float32Array): void {
    const origin = this.#origins.get(key);
    if (!origin) return;
    const fill: Filling["fill"] = (heap, _, [out], root) =>
      heap.view(out!, tf.util.sizeFromShape(shape)).set(draw(origin(root)));
    this.operations.push({
      name: "drawn",
      takes: [],
      makes: [{ place: this.#newPlace(dataId), shape, dtype }],
      again: { fill },
    });
  }

  read(key: Key): void {
    if (this.#origins.has(key)) this.looked = "drew numbers from its key by itself";
  }

  /** A backend's way to read numbers, which tells. Kernels may. */
  watching(readSync: tf.KernelBackend["readSync"]): tf.KernelBackend["readSync"] {
    return (...given) => {
      if (this.#depth === 0) this.looked = "read the numbers of a tensor";
      return readSync(...given);
    };
  }

  /** A kernel that writes down what it does. What kernels run in their turn is their own affair. */
  listening(config: tf.KernelConfig): tf.KernelFunc {
    const { kernelFunc } = config;
    return (params) => {
      this.#depth++;
      let made: ReturnType<tf.KernelFunc>;
      try {
        made = kernelFunc(params);
      } finally {
        this.#depth--;
      }
      if (this.#depth === 0) this.#ran(config, params, [made].flat());
      return made;
    };
  }

  /** The place of a tensor, which is a constant if it came from nowhere. */
  placeOf(tensor: tf.TensorInfo): Place {
    const { dataId } = tensor;
    const known = this.#placeOf.get(dataId);
    if (known !== undefined) return known;
    const place = this.#newPlace(dataId);
    this.constants.push({ place, tensor: tf.keep(detach(tensor as tf.Tensor)) });
    return place;
  }

  #newPlace(dataId: tf.DataId): Place {
    this.#placeOf.set(dataId, this.places);
    return this.places++;
  }

  #ran(config: tf.KernelConfig, params: Parameters<tf.KernelFunc>[0], made: readonly tf.TensorInfo[]): void {
    const { inputs } = params;
    const given = Object.entries(inputs as Infos);
    const constant = ({ dataId }: tf.TensorInfo): boolean =>
      !this.#placeOf.has(dataId) || this.constants.some((known) => known.tensor.dataId === dataId);
    // What is made of constants is one, and another shape for the same numbers is known to whoever takes it.
    if (given.every(([, tensor]) => constant(tensor))) return;
    const alias = ({ dataId }: tf.TensorInfo): boolean =>
      given.some(([, tensor]) => tensor.dataId === dataId);
    if (made.length > 0 && made.every(alias)) return;
    const known = heapKernel(config.kernelName, inputs, params.attrs as tf.NamedAttrMap);
    const taken = known?.given ?? given.map(([, tensor]) => tensor);
    const takes = taken.map((tensor) => ({ ...plain(tensor), place: this.placeOf(tensor) }));
    const makes = made.map((tensor) => ({ ...plain(tensor), place: this.#newPlace(tensor.dataId) }));
    const again = known
      ? filling(known.fill, params.attrs as tf.NamedAttrMap, takes.map(({ shape }) => shape))
      : calling(config, params, given.map(([name]) => name), takes);
    this.operations.push({ name: config.kernelName, takes, makes, again });
  }
}

const plain = ({ shape, dtype }: tf.TensorInfo): Omit<Made, "place"> => ({ shape: [...shape], dtype });

const filling = (
  fill: Fill,
  attrs: tf.NamedAttrMap,
  shapes: readonly (readonly number[])[],
): Filling => ({ fill: (heap, inputs, outputs) => fill(heap, inputs, outputs, attrs, shapes) });

/** The same call with other numbers. */
function calling(
  config: tf.KernelConfig,
  params: Parameters<tf.KernelFunc>[0],
  names: readonly string[],
  takes: readonly Made[],
): Calling {
  const inputs = (Array.isArray(params.inputs) ? [] : {}) as Record<string, tf.TensorInfo>;
  const infos = names.map((name, i) => inputs[name] = { ...takes[i]!, dataId: {} });
  const same = { ...params, inputs };
  return {
    call: (given) => {
      infos.forEach((info, i) => info.dataId = given[i]!);
      return [config.kernelFunc(same)].flat();
    },
  };
}

/** Runs a function on the backend that is recorded, and tells what it did. */
export function record(
  f: Recordable,
  inputs: readonly tf.Tensor[],
  [high, low]: Key,
): { outputs: tf.Tensor[]; transcript: Transcript } {
  // Another key with the same words, so that nobody but the function has it.
  const root: Key = [high, low];
  const recorder = new Recorder(inputs, root);
  using _listened = wrapKernels(BACKEND, (config) => recorder.listening(config));
  const backend = tf.backend();
  const { readSync } = backend;
  backend.readSync = recorder.watching(readSync.bind(backend));
  try {
    const outputs = traced(recorder, () => f(inputs, root));
    const { operations, constants, looked } = recorder;
    const returned = outputs.map((tensor) => {
      const { shape, dtype } = tensor;
      return { place: recorder.placeOf(tensor), shape, dtype };
    });
    return {
      outputs,
      transcript: { operations, constants, outputs: returned, places: recorder.places, looked },
    };
  } catch (error) {
    tf.dispose(recorder.constants.map(({ tensor }) => tensor));
    throw error;
  } finally {
    backend.readSync = readSync;
  }
}
