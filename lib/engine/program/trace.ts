/**
 * The first step: a function is called once, and the kernels that it runs are written down, with their inputs and outputs.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { detach } from "../backend/gradient.ts";
import type { Heap } from "../backend/heap.ts";
import { heapKernel } from "../backend/heap_kernel.ts";
import { watchReads, wrapKernels } from "../backend/replace_kernel.ts";
import type { Key } from "../key.ts";
import { shareUses } from "../key_use.ts";
import { type Tracer, withTracer } from "./tracer.ts";

/** A function that can be traced: tensors made of tensors, and of numbers that are drawn from a key. */
export type Recordable = (inputs: readonly tf.Tensor[], key: Key) => tf.Tensor[];

/** The backend that is traced: that of the engines wasm and native, whose kernels have computed when they return. */
export const BACKEND = "wasm";

/** The number of a buffer: tensors that share their numbers share it. */
export type BufferId = number;

/** A tensor as a buffer, and how its numbers are read. */
export interface Value {
  readonly buffer: BufferId;
  readonly shape: number[];
  readonly dtype: tf.DataType;
}

/** A kernel, or a draw from the key. */
export interface Operation {
  /** The kernel's name. */
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Does it again: in memory that it is given where that is possible, else by a call that makes new tensors. */
  readonly again: Fill | Call;
}

/** Fills outputs from inputs, which are byte offsets into the heap. All of them are float32. */
export interface Fill {
  readonly fill: (heap: Heap, inputs: readonly number[], outputs: readonly number[], key: Key) => void;
}

/** Makes new tensors, in the order of the operation's outputs, from others in the order of its inputs. */
export interface Call {
  readonly call: (inputs: readonly tf.DataId[]) => tf.TensorInfo[];
}

/** What a function did. */
export interface Trace {
  readonly inputs: readonly Value[];
  readonly operations: readonly Operation[];
  /** Tensors that were there before; the trace's own copies, to be disposed of. */
  readonly constants: readonly { readonly buffer: BufferId; readonly tensor: tf.Tensor }[];
  readonly outputs: readonly Value[];
  /** How many buffers there are; those of the inputs come first. */
  readonly buffers: number;
  /** How the function looked at numbers, so that it may have decided anything by them; null if it did not. */
  readonly looked: string | null;
}

/** Inputs of a kernel of tfjs: by name or index. */
type Infos = Record<string, tf.TensorInfo>;

class KernelTracer implements Tracer {
  readonly operations: Operation[] = [];
  readonly constants: { readonly buffer: BufferId; readonly tensor: tf.Tensor }[] = [];
  readonly #bufferOf = new Map<tf.DataId, BufferId>();
  /** How each key that was derived from the function's own is derived from it. */
  readonly #origins = new Map<Key, (root: Key) => Key>();
  buffers = 0;
  looked: string | null = null;
  #depth = 0;

  constructor(inputs: readonly tf.Tensor[], root: Key) {
    for (const { dataId } of inputs) this.#newBuffer(dataId);
    this.#origins.set(root, (other) => other);
  }

  derived(child: Key, parent: Key, again: (parent: Key) => Key): void {
    const origin = this.#origins.get(parent);
    if (origin) this.#origins.set(child, (root) => again(origin(root)));
  }

  drawn({ dataId, shape, dtype }: tf.Tensor, key: Key, draw: (key: Key) => Float32Array): void {
    const origin = this.#origins.get(key);
    if (!origin) return;
    const fill: Fill["fill"] = (heap, _, [out], root) =>
      heap.view(out!, tf.util.sizeFromShape(shape)).set(draw(origin(root)));
    const outputs = [{ buffer: this.#newBuffer(dataId), shape, dtype }];
    this.operations.push({ name: "drawn", inputs: [], outputs, again: { fill } });
  }

  read(key: Key): void {
    if (this.#origins.has(key)) this.looked = "drew numbers from its key by itself";
  }

  /** Notes that numbers are read, where it is not a kernel that reads them. */
  onRead(): void {
    if (this.#depth === 0) this.looked = "read the numbers of a tensor";
  }

  /** A kernel that is written down when it returns. Kernels that it runs itself are part of it. */
  tracing(config: tf.KernelConfig): tf.KernelFunc {
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

  /** A tensor as a value; it is a constant if no operation made it. */
  valueOf(tensor: tf.TensorInfo): Value {
    const { dataId, dtype } = tensor;
    let buffer = this.#bufferOf.get(dataId);
    if (buffer === undefined) {
      buffer = this.#newBuffer(dataId);
      this.constants.push({ buffer, tensor: tf.keep(detach(tensor as tf.Tensor)) });
    }
    return { buffer, shape: [...tensor.shape], dtype };
  }

  #newBuffer(dataId: tf.DataId): BufferId {
    this.#bufferOf.set(dataId, this.buffers);
    return this.buffers++;
  }

  #ran(config: tf.KernelConfig, params: Parameters<tf.KernelFunc>[0], made: readonly tf.TensorInfo[]): void {
    const { inputs } = params, attrs = params.attrs as tf.NamedAttrMap;
    const given = Object.entries(inputs as Infos);
    const isConstant = ({ dataId }: tf.TensorInfo): boolean =>
      !this.#bufferOf.has(dataId) || this.constants.some(({ tensor }) => tensor.dataId === dataId);
    // Whatever is made of constants alone is one too. Another shape for the same numbers is no operation.
    if (given.every(([, tensor]) => isConstant(tensor))) return;
    const isAlias = ({ dataId }: tf.TensorInfo): boolean =>
      given.some(([, tensor]) => tensor.dataId === dataId);
    if (made.length > 0 && made.every(isAlias)) return;
    const known = heapKernel(config.kernelName, inputs, attrs);
    const taken = (known?.given ?? given.map(([, tensor]) => tensor)).map((tensor) => this.valueOf(tensor));
    const outputs = made.map(({ dataId, shape, dtype }) => ({
      buffer: this.#newBuffer(dataId),
      shape: [...shape],
      dtype,
    }));
    const shapes = taken.map(({ shape }) => shape);
    const again = known
      ? { fill: (...[heap, from, to]: Parameters<Fill["fill"]>) => known.fill(heap, from, to, attrs, shapes) }
      : callAgain(config, params, given.map(([name]) => name), taken);
    this.operations.push({ name: config.kernelName, inputs: taken, outputs, again });
  }
}

/** The same call of a kernel of tfjs with other numbers. */
function callAgain(
  config: tf.KernelConfig,
  params: Parameters<tf.KernelFunc>[0],
  names: readonly string[],
  taken: readonly Value[],
): Call {
  const inputs = (Array.isArray(params.inputs) ? [] : {}) as Infos;
  const infos = names.map((name, i) => inputs[name] = { ...taken[i]!, dataId: {} });
  const same = { ...params, inputs };
  return {
    call: (given) => {
      infos.forEach((info, i) => info.dataId = given[i]!);
      return [config.kernelFunc(same)].flat();
    },
  };
}

/** Calls a function on the backend that is traced. */
export function trace(
  f: Recordable,
  inputs: readonly tf.Tensor[],
  key: Key,
): { outputs: tf.Tensor[]; trace: Trace } {
  // Another key with the same words, so that nobody but the function has it.
  const root: Key = [...key];
  shareUses(key, root);
  const tracer = new KernelTracer(inputs, root);
  using _traced = wrapKernels(BACKEND, (config) => tracer.tracing(config));
  using _watched = watchReads(() => tracer.onRead());
  try {
    const outputs = withTracer(tracer, () => f(inputs, root));
    const returned = outputs.map((tensor) => tracer.valueOf(tensor));
    const { operations, constants, buffers, looked } = tracer;
    const taken = inputs.map(({ shape, dtype }, buffer) => ({ buffer, shape: [...shape], dtype }));
    return {
      outputs,
      trace: { inputs: taken, operations, constants, outputs: returned, buffers, looked },
    };
  } catch (error) {
    tf.dispose(tracer.constants.map(({ tensor }) => tensor));
    throw error;
  }
}
