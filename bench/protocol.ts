/**
 * Messages to an implementation in a process of its own, and its answers: JSON, one object a line.
 *
 * @module
 */

import type { Shape } from "./shape.ts";
import type { Objective } from "./workload.ts";

/** Makes a problem ready, so that its steps can be asked for. */
export interface Prepare {
  readonly do: "prepare";
  /** The name under which steps are asked for. */
  readonly id: string;
  readonly objective: Objective;
  readonly shape: Shape;
  /** The numbers that all implementations start from: see `problem.ts`. */
  readonly file: string;
  /** The one way to make a step, by the name under which it was `chosen` before. */
  readonly candidate?: string;
}

/** A request. */
export type Request =
  | Prepare
  | { readonly do: "steps"; readonly id: string; readonly count: number }
  | { readonly do: "forget"; readonly id: string }
  | { readonly do: "profile"; readonly id: string; readonly count: number }
  | { readonly do: "rate" }
  | { readonly do: "memory" };

/** The first message, before any request. */
export type Hello = { readonly absent: string } | Present;

/** An implementation that is there. */
export interface Present {
  /** Versions by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** How many threads compute. */
  readonly threads: number;
  /** What computes products. */
  readonly blas: string;
}

/** What a kernel took over some steps. */
export interface KernelTime {
  readonly kernel: string;
  /** Calls a step. */
  readonly calls: number;
  /** Milliseconds a step, without other kernels that it calls. */
  readonly milliseconds: number;
}

/** Answers by request. */
export interface Answers {
  readonly prepare: {
    /** The losses of four steps at given noise: before any, then after one, two and three updates. */
    readonly losses: readonly number[];
    /** The way to make a step that was fastest; "" if there is one only. */
    readonly chosen: string;
  };
  readonly steps: { readonly milliseconds: readonly number[] };
  readonly forget: Readonly<Record<string, never>>;
  readonly profile: { readonly kernels: readonly KernelTime[]; readonly milliseconds: number };
  readonly rate: { readonly multiplyAddsPerSecond: number };
  readonly memory: { readonly peakBytes: number | null };
}

/** The answer to a request. */
export type AnswerTo<R extends Request> = Answers[R["do"]];

/** Steps that are made before those that are timed: after a pause caches are cold and threads asleep. */
export const WARM_UP = 1;
