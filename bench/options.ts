/**
 * The command line of `deno task bench`.
 *
 * @module
 */

import {
  distinctWholes,
  oneOf,
  option,
  optional,
  parseCommand,
  path,
  someOf,
  toggle,
  UsageError,
  whole,
} from "../experiments/runner/options.ts";
import { type Axis, AXIS_NAMES } from "./axis.ts";
import { type ImplementationId, IMPLEMENTATIONS, isBefore, isPeer } from "./implementation.ts";
import { type NetworkName, NETWORKS } from "./shape.ts";
import { type Workload, WORKLOADS } from "./workload.ts";

/** What can be measured. */
const SECTIONS = ["steps", "growth", "start", "suite", "memory", "profile"] as const;
/** One of them. */
export type Section = typeof SECTIONS[number];

/** The engines that can be profiled: those whose kernels return when they have computed. */
export const PROFILED = ["native", "wasm", "cpu"] as const;

const WHAT = "What is measured", HOW = "How", FILES = "Files";

/** The options of `deno task bench`. */
export const OPTIONS = {
  only: option(
    WHAT,
    someOf(SECTIONS),
    ["steps", "growth", "start", "memory"],
    "steps of all implementations, their growth with the sizes, start and one epoch of mnist, the property suite, memory, kernels",
  ),
  profile: toggle(WHAT, "the same as --only profile"),
  network: option(
    WHAT,
    oneOf(NETWORKS),
    "dense",
    "784-500-500-8, batch 128; or conv64 on images of 64 × 64 × 3, 10 latents, batch 64, for steps, memory and kernels",
  ),
  workloads: option(WHAT, someOf(WORKLOADS), WORKLOADS, "the objectives whose steps are timed"),
  implementations: option(
    WHAT,
    someOf(IMPLEMENTATIONS),
    IMPLEMENTATIONS,
    "what is compared; those that are not here are named and left out",
  ),
  axes: option(WHAT, someOf(AXIS_NAMES), AXIS_NAMES, "the sizes along which growth is timed"),
  engine: option(WHAT, oneOf(PROFILED), "native", "the engine that is profiled"),
  rounds: option(HOW, whole(1), 8, "how often each takes its turn", 2),
  threads: optional(
    HOW,
    distinctWholes,
    "the numbers of threads of which each implementation takes its best (default: 1, 2 and all cores; with --quick all cores)",
  ),
  peers: option(HOW, path("a Python interpreter"), "python3", "where PyTorch and JAX are looked for"),
  before: optional(
    HOW,
    path("a folder"),
    "time the steps of an earlier checkout of the library in this folder too, in turn with this one's",
  ),
  softwareWebgpu: toggle(HOW, "time WebGPU on an adapter that is a program, too"),
  quick: toggle(HOW, "few rounds, one thread setting, growth at the ends of each axis"),
  out: option(FILES, path("a folder"), "bench-results", "where results.json, results.md and charts go"),
} as const;

const COMMAND = {
  task: "bench",
  about: "Times training steps of the library against stock tfjs, jax-js, PyTorch and JAX, in turn.",
  options: OPTIONS,
  examples: [
    ["", "all but the property suite and the kernels"],
    ["--only steps --peers .venv/bin/python", "steps, with peers from a virtual environment"],
    ["--only steps --quick --implementations grae-wasm,stock", "a look"],
    ["--only steps --threads 2 --before ../grae-0.1", "whether a change made a step slower"],
    ["--network conv64 --only steps,memory --threads 2", "steps of convolutional networks, and their memory"],
    ["--profile --engine wasm", "where the time of a step goes"],
  ],
  notes: [[
    "Equality",
    "Every implementation starts from the same weights and data. One whose losses differ by more than 1e-4 of them before " +
    "or after three updates is reported and not timed, and the exit status is 1.",
  ]],
} as const;

const EARLIER = IMPLEMENTATIONS.filter(isBefore);

/** The measurements to make, and how. */
export interface BenchOptions {
  readonly sections: readonly Section[];
  readonly network: NetworkName;
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
 * @returns the text of the help where that is asked for
 * @throws UsageError if an option or value is unknown, given twice or missing, or a combination has no meaning
 */
export function parseOptions(args: readonly string[], cores: number): BenchOptions | string {
  const parsed = parseCommand(COMMAND, args);
  if (parsed.help !== null) return parsed.help;
  const { given, values } = parsed;
  const { profile, only, before, threads, quick, ...others } = values;
  if (profile && given.has("only")) {
    throw new UsageError("--profile is the same as --only profile: give one of them");
  }
  if (values.network !== "dense" && only.includes("growth") && given.has("only")) {
    throw new UsageError("--only growth is of the network dense: leave --network out");
  }
  const implementations = takingPart(values.implementations, before, given.has("implementations"));
  if (implementations.every((id) => isPeer(id) || isBefore(id))) {
    throw new UsageError(
      "--implementations must hold one of grae-native, grae-wasm, grae-webgpu: the others are held to its losses",
    );
  }
  const tooMany = threads?.find((count) => count > cores);
  if (tooMany !== undefined) {
    throw new UsageError(`--threads must be at most the number of cores, ${cores}, but holds ${tooMany}`);
  }
  const standard = quick ? [cores] : [...new Set([1, Math.min(2, cores), cores])];
  return {
    ...others,
    implementations,
    before,
    quick,
    sections: profile
      ? ["profile"]
      : only.filter((section) => section !== "growth" || values.network === "dense"),
    threads: (threads ?? standard).toSorted((a, b) => a - b),
  };
}
