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
import { type ImplementationId, IMPLEMENTATIONS, isBefore, isPeer } from "./implementation.ts";
import { OPTIONS, type PROFILED, type Section } from "./option_table.ts";
import type { Workload } from "./workload.ts";

const EARLIER = IMPLEMENTATIONS.filter(isBefore);

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
  /** The folder of an earlier checkout that takes part; null for none. */
  readonly before: string | null;
  readonly softwareWebgpu: boolean;
  readonly quick: boolean;
  readonly out: string;
}

/** Both engines of an earlier checkout take part where its folder is given, unless some are named. */
function takingPart(
  named: readonly ImplementationId[],
  before: string | null,
  chosen: boolean,
): readonly ImplementationId[] {
  const earlier = named.filter(isBefore);
  const here = named.filter((id) => !isBefore(id));
  if (before !== null) return [...here, ...(chosen && earlier.length > 0 ? earlier : EARLIER)];
  if (chosen && earlier.length > 0) {
    throw new UsageError(`--implementations: ${earlier[0]} needs --before DIR`);
  }
  return here;
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
  const before = valueOf(OPTIONS, given, "before");
  const implementations = takingPart(
    valueOf(OPTIONS, given, "implementations"),
    before,
    given.has("implementations"),
  );
  if (implementations.every((id) => isPeer(id) || isBefore(id))) {
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
    before,
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
      ["--only steps --threads 2 --before ../grae-0.1", "whether a change made a step slower"],
      ["--profile --engine wasm", "where the time of a step goes"],
    ],
    notes: [[
      "Equality",
      "Every implementation starts from the same weights and data. One whose losses differ by more than 1e-4 of them " +
      "before or after three updates is reported and not timed, and the exit status is 1.",
    ]],
  });
}
