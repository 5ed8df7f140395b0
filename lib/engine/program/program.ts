/**
 * The last step: a traced function that is planned and compiled, to be replayed with other numbers.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { wasmHeap } from "../backend/wasm.ts";
import { EngineError } from "../engine_error.ts";
import { cloneKey, type Key } from "../key.ts";
import { Buffers } from "./buffers.ts";
import { compile, type Compiled } from "./compile.ts";
import { type Plan, plan } from "./plan.ts";
import { describeOperation, printProgram } from "./print.ts";
import { BACKEND, type BufferId, type Recordable, type Trace, trace as traceOf } from "./trace.ts";

/** A traced function, ready to be replayed. */
export class Recording {
  readonly #heap = wasmHeap();
  readonly #trace: Trace;
  readonly #plan: Plan;
  readonly #buffers: Buffers;
  readonly #loose: readonly BufferId[];
  #compiled: Compiled | null = null;
  /** The step of this replay that was begun last; −1 before the first. */
  #step = -1;

  /** @throws EngineError if the heap has no room for it; the trace's constants are still the caller's then */
  constructor(trace: Trace) {
    this.#trace = trace;
    this.#plan = plan(trace);
    this.#buffers = new Buffers(this.#heap, trace.constants, this.#plan);
    this.#loose = [...this.#plan.buffers.keys()].filter((i) => this.#plan.buffers[i]!.kind === "loose");
  }

  /**
   * The outputs for other inputs, of the same shapes, and another key.
   *
   * @throws any error of a kernel
   */
  replay(inputs: readonly tf.Tensor[], key: Key): tf.Tensor[] {
    this.#step = -1;
    inputs.forEach((input, i) => this.#buffers.bind(input, this.#trace.inputs[i]!.buffer));
    this.#buffers.findConstants();
    this.#buffers.leaveReturned();
    try {
      const { steps } = this.#compile();
      for (this.#step = 0; this.#step < steps.length; this.#step++) steps[this.#step]!.run(key);
      return this.#trace.outputs.map((output) => this.#buffers.output(output));
    } finally {
      // Outputs have claims of their own by now; after an error, nobody else frees the rest.
      this.#loose.forEach((buffer) => this.#buffers.free(buffer));
    }
  }

  /** The operation at which a replay has thrown, for a message. */
  failedAt(): string {
    const step = this.#compiled?.steps[this.#step];
    if (!step) return "outside of every operation";
    const { first, last } = step;
    const operation = (i: number): string => `${i}, ${describeOperation(this.#trace.operations[i]!)}`;
    return first === last
      ? `in operation ${operation(first)}`
      : `in one of the operations from ${operation(first)}, to ${operation(last)}`;
  }

  /** The program, compiled, as text: see {@link printProgram}. */
  print(): string {
    return printProgram(this.#trace, this.#plan, this.#compile());
  }

  /** Gives its memory back. */
  [Symbol.dispose](): void {
    tf.dispose(this.#trace.constants.map(({ tensor }) => tensor));
    this.#compiled?.[Symbol.dispose]();
    this.#buffers[Symbol.dispose]();
  }

  #compile(): Compiled {
    if (!this.#compiled || this.#buffers.moved || this.#compiled.blas !== this.#heap.blas) {
      this.#compiled?.[Symbol.dispose]();
      this.#compiled = null;
      this.#compiled = compile(this.#heap, this.#trace.operations, this.#plan, this.#buffers);
      this.#buffers.moved = false;
    }
    return this.#compiled;
  }
}

/**
 * What a replay of a function does, as text: its operations with their buffers, bytes and lifetimes, and the jobs that they
 * became. The function is called once, and replayed once.
 *
 * @throws EngineError if the current engine is neither wasm nor native, which alone replay
 */
export function programOf(f: Recordable, inputs: readonly tf.Tensor[], key: Key): string {
  if (tf.getBackend() !== BACKEND) {
    throw new EngineError(
      `program: only the engines wasm and native replay, but ${tf.getBackend()} is running; start one of them`,
    );
  }
  const { outputs, trace } = traceOf(f, inputs, key);
  tf.dispose(outputs.filter((tensor) => !inputs.includes(tensor)));
  using recording = new Recording(trace);
  // Inputs are where a first replay has found them.
  tf.dispose(recording.replay(inputs, cloneKey(key)));
  return recording.print();
}
