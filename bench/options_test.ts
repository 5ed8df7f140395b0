import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../experiments/runner/options.ts";
import { IMPLEMENTATIONS, startOf } from "./implementation.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { PACE } from "./turns.ts";
import { WORKLOADS } from "./workload.ts";

const options = (...args: string[]) => parseOptions(args, 8) as BenchOptions;

Deno.test("without options everything is measured but the suite and the kernels, eight times, of 1, 2 and all cores", () => {
  const all = options();
  assertEquals(all.sections, ["steps", "growth", "start", "memory"]);
  const here = IMPLEMENTATIONS.filter((id) => !id.startsWith("before-"));
  assertEquals([all.workloads, all.implementations, all.before], [WORKLOADS, here, null]);
  assertEquals([all.rounds, all.threads, all.out, all.peers], [8, [1, 2, 8], "bench-results", "python3"]);
  assertEquals([2, 1].map((cores) => (parseOptions([], cores) as BenchOptions).threads), [[1, 2], [1]]);
});

Deno.test("a quick benchmark has few rounds and one thread setting, but for what is given", () => {
  assertEquals([options("--quick").rounds, options("--quick").threads], [2, [8]]);
  const some = options("--quick", "--rounds", "3", "--threads", "4,1", "--only", "steps");
  assertEquals([some.rounds, some.threads, some.sections], [3, [1, 4], ["steps"]]);
});

Deno.test("an earlier checkout takes part on both engines, if its folder is given", () => {
  const both = options("--before", "earlier", "--implementations", "grae-wasm");
  assertEquals(both.before, "earlier");
  assertEquals(both.implementations, ["grae-wasm", "before-native", "before-wasm"]);
  const one = options("--before", "earlier", "--implementations", "grae-wasm,before-wasm");
  assertEquals(one.implementations, ["grae-wasm", "before-wasm"]);
  const around = { problems: "p", python: "python3", softwareWebgpu: false, before: "earlier", pace: PACE };
  const { args } = startOf("before-wasm", 2, around);
  assertEquals(args.slice(-3), ["earlier/bench/grae_worker.ts", "wasm", "2"]);
  assertThrows(() => startOf("before-wasm", 2, { ...around, before: null }), RangeError, "--before");
});

Deno.test("conv64 has steps, memory and kernels, and no growth", () => {
  assertEquals([options().network, options("--network", "conv64").network], ["dense", "conv64"]);
  assertEquals(options("--network", "conv64").sections, ["steps", "start", "memory"]);
  const error = assertThrows(() => options("--network", "conv64", "--only", "steps,growth"), UsageError);
  assertEquals(error.message, "--only growth is of the network dense: leave --network out");
});

Deno.test("--profile stands for --only profile", () => {
  assertEquals(options("--profile", "--engine", "wasm").sections, ["profile"]);
});

Deno.test("what cannot be followed is refused in one line", () => {
  const refused: [string[], string][] = [
    [["--frobnicate"], "unknown option '--frobnicate'"],
    [["--onyl", "steps"], "Did you mean --only?"],
    [["--only", "step"], "--only must be different names among steps, growth"],
    [["--rounds", "0"], '--rounds must be a whole number from 1, but it is "0"'],
    [["--rounds"], "argument missing"],
    [["--threads", "9"], "--threads must be at most the number of cores, 8, but holds 9"],
    [["--only", "steps", "--profile"], "--profile is the same as --only profile"],
    [["--implementations", "stock,jax-hand"], "the others are held to its losses"],
    [["--before", "earlier", "--implementations", "before-wasm"], "the others are held to its losses"],
    [["--implementations", "grae-wasm,before-wasm"], "before-wasm needs --before DIR"],
    [["--engine", "webgpu"], "--engine must be one of native, wasm, cpu"],
  ];
  for (const [args, text] of refused) {
    const error = assertThrows(() => parseOptions(args, 8), UsageError, text);
    assert(!error.message.includes("\n"), args.join(" "));
  }
});

Deno.test("the help names every option, and what the task may do", () => {
  const help = parseOptions(["--help"], 8) as string;
  for (const flag of ["only", "profile", "before", "software-webgpu", "out"]) {
    assert(help.includes(`--${flag} `), flag);
  }
  assert(help.includes("Grants: start deno and python3"), help);
});
