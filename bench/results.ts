/**
 * What a benchmark comes to: the schema of `results.json`.
 *
 * @module
 */

import type { Axis } from "./axis.ts";
import type { ImplementationId } from "./implementation.ts";
import type { KernelTime } from "./protocol.ts";
import type { Shape } from "./shape.ts";
import type { Spread } from "./statistics.ts";
import type { Objective, Workload } from "./workload.ts";

/** Everything; sections that were not asked for are absent. */
export interface Results {
  readonly format: "grae-bench-1";
  readonly machine: Machine;
  /** The sizes of steps, memory and kernels. */
  readonly shape: Shape;
  readonly implementations: readonly (Participant | Absent)[];
  /** Those whose losses are not the library's. */
  readonly different: readonly Different[];
  readonly steps?: readonly StepTime[];
  readonly growth?: readonly GrowthPoint[];
  readonly start?: readonly ProcessTime[];
  readonly suite?: readonly ProcessTime[];
  readonly memory?: readonly MemoryPeak[];
  readonly profile?: readonly Profile[];
}

/** Where it ran. */
interface Machine {
  readonly target: string;
  readonly cores: number;
  readonly deno: string;
}

/** An implementation that took part. */
export interface Participant {
  readonly id: ImplementationId;
  readonly versions: Readonly<Record<string, string>>;
  /** How many threads it was given: its best. */
  readonly threads: number;
  /** Milliseconds of β-VAE and GRAE at each thread setting, their geometric mean; empty where there is one. */
  readonly searched: readonly { readonly threads: number; readonly milliseconds: number }[];
  readonly blas: string;
  /** Multiply-adds a second of a product of two 1,000 × 1,000 matrices: the median over the run of the fastest of ten. */
  readonly rate: number;
}

/** An implementation that is not here. */
export interface Absent {
  readonly id: ImplementationId;
  readonly absent: string;
}

/** A workload that an implementation computes otherwise, or not at all. */
export interface Different {
  readonly id: ImplementationId;
  readonly workload: Objective;
  readonly how: string;
  /** Whether it gave losses at all; one that gave none has not been shown to be wrong. */
  readonly computed: boolean;
}

/** A workload as one implementation does it. */
export interface StepTime {
  readonly workload: Workload;
  readonly id: ImplementationId;
  /** The way to make a step that was fastest; "" if there is one only. */
  readonly chosen: string;
  readonly milliseconds: Spread;
}

/** A step at other sizes. */
export interface GrowthPoint {
  readonly axis: Axis;
  readonly shape: Shape;
  readonly objective: Objective;
  readonly id: ImplementationId;
  readonly milliseconds: Spread;
}

/** Processes from start to exit, or to something they say. */
export interface ProcessTime {
  readonly what: string;
  readonly seconds: Spread;
}

/** The most memory that a process of one implementation held over a workload. */
export interface MemoryPeak {
  readonly id: ImplementationId;
  readonly workload: Workload;
  /** null where the system does not say. */
  readonly bytes: number | null;
}

/** Where the time of a step goes. */
export interface Profile {
  readonly workload: Workload;
  readonly engine: string;
  readonly milliseconds: number;
  readonly kernels: readonly KernelTime[];
}
