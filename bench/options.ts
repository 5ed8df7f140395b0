/**
 * The command line of `deno task bench`.
 *
 * @module
 */

import { givenIn } from "../experiments/command/arguments.ts";
import { helpOf } from "../experiments/command/help.ts";
import { valueOf } from "../experiments/command/option.ts";
import { UsageError } from "../experiments/command/usage_error.ts";
import type { Axis } from "./axis.ts";
import { type ImplementationId, isPeer } from "./implementation.ts";
import { OPTIONS, type PROFILED, type Section } from "./option_table.ts";
import type { Workload } from "./workload.ts";

/** What is to be measured, and how. */
export interface BenchOptions {
  readonly sections: readonly Section[];
  readonly workloads: readonly Workload[];
  readonly implementations: readonly ImplementationId[];
  readonly axes: readonly Axis[];
  readonly engine: typeof PROFILED[number];
  readonly rounds: number;
  /** Thread settings to choose from, in ascending order. */
  readonly threads: readonly number[];
  readonly peers: string;
  readonly softwareWebgpu: boolean;
  readonly quick: boolean;
  readonly out: string;
}

/**
 * Reads the command line.
 *
 * @param cores how many processors there are
 * @returns null where help is asked for
 * @throws UsageError if an option or value is unknown, given twice or missing, or a combination has no meaning
 */
export function parseOptions(args: readonly string[], cores: number): BenchOptions | null {
  if (args.includes("--help") || args.includes("-h")) return null;
  const given = givenIn(OPTIONS, args);
  if (given.has("profile") && given.has("only")) {
    throw new UsageError("--profile is the same as --only profile: give one of them");
  }
  const implementations = valueOf(OPTIONS, given, "implementations");
  if (implementations.every(isPeer)) {
    throw new UsageError(
      "--implementations must hold one of grae-native, grae-wasm, grae-webgpu: the others are held to its losses",
    );
  }
  const quick = given.has("quick");
  const threads = valueOf(OPTIONS, given, "threads");
  const tooMany = threads?.find((count) => count > cores);
  if (tooMany !== undefined) {
    throw new UsageError(`--threads must be at most the number of cores, ${cores}, but holds ${tooMany}`);
  }
  const standard = quick ? [cores] : [...new Set([1, Math.min(2, cores), cores])];
  return {
    sections: given.has("profile") ? ["profile"] : valueOf(OPTIONS, given, "only"),
    workloads: valueOf(OPTIONS, given, "workloads"),
    implementations,
    axes: valueOf(OPTIONS, given, "axes"),
    engine: valueOf(OPTIONS, given, "engine"),
    rounds: valueOf(OPTIONS, given, "rounds"),
    threads: (threads ?? standard).toSorted((a, b) => a - b),
    peers: valueOf(OPTIONS, given, "peers"),
    softwareWebgpu: given.has("software-webgpu"),
    quick,
    out: valueOf(OPTIONS, given, "out"),
  };
}

/** What `--help` prints. */
export function helpText(): string {
  return helpOf({
    task: "bench",
    about: "Times training steps of the library against stock tfjs, PyTorch and JAX, in turn.",
    table: OPTIONS,
    examples: [
      ["", "all but the property suite and the kernels"],
      ["--only steps --peers .venv/bin/python", "steps, with peers from a virtual environment"],
      ["--only steps --quick --implementations grae-wasm,stock", "a look"],
      ["--profile --engine wasm", "where the time of a step goes"],
    ],
    notes: [[
      "Equality",
      "Every implementation starts from the same weights and data. One whose losses differ by more than 1e-4 of them " +
      "before or after three updates is reported and not timed, and the exit status is 1.",
    ]],
  });
}
