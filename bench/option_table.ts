/**
 * The options of `deno task bench`: the one table from which they are read, explained and refused.
 *
 * @module
 */

import { option, optional, plain, type Table } from "../experiments/command/option.ts";
import { differentWholes, folder, nameOf, namesOf, wholeFrom } from "../experiments/command/option_kind.ts";
import { AXIS_NAMES } from "./axis.ts";
import { IMPLEMENTATIONS } from "./implementation.ts";
import { WORKLOADS } from "./workload.ts";

/** What can be measured. */
export const SECTIONS = ["steps", "growth", "start", "suite", "memory", "profile"] as const;
/** One of them. */
export type Section = typeof SECTIONS[number];

/** The engines that can be profiled: those whose kernels return when they have computed. */
export const PROFILED = ["native", "wasm", "cpu"] as const;

const what = "What is measured", how = "How", files = "Files", other = "Else";

/** The options by name, in the order of the help. */
export const OPTIONS = {
  "only": option(
    what,
    "steps,growth,start,memory",
    namesOf(SECTIONS),
    "steps of all implementations, their growth with the sizes, start and one epoch of mnist, the property suite, memory, kernels",
  ),
  "profile": plain(what, "the same as --only profile"),
  "workloads": option(what, WORKLOADS.join(","), namesOf(WORKLOADS), "the objectives whose steps are timed"),
  "implementations": option(
    what,
    IMPLEMENTATIONS.join(","),
    namesOf(IMPLEMENTATIONS),
    "what is compared; those that are not here are named and left out",
  ),
  "axes": option(what, AXIS_NAMES.join(","), namesOf(AXIS_NAMES), "the sizes along which growth is timed"),
  "engine": option(what, "native", nameOf(PROFILED), "the engine that is profiled"),
  "rounds": option(how, "8", wholeFrom(1), "how often each takes its turn", "2"),
  "threads": optional(
    how,
    differentWholes,
    "the numbers of threads of which each implementation takes its best (default: 1, 2 and all cores; with --quick all cores)",
  ),
  "peers": option(how, "python3", folder("a Python interpreter"), "where PyTorch and JAX are looked for"),
  "before": optional(
    how,
    folder("a folder"),
    "time the steps of an earlier checkout of the library in this folder too, in turn with this one's",
  ),
  "software-webgpu": plain(how, "time WebGPU on an adapter that is a program, too"),
  "quick": plain(how, "few rounds, one thread setting, growth at the ends of each axis"),
  "out": option(files, "bench-results", folder("a folder"), "where results.json, results.md and charts go"),
  "help": plain(other, "show this, and do nothing else"),
} as const satisfies Table;
