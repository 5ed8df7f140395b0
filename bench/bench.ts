/**
 * All sections of the benchmark that are asked for, one after the other.
 *
 * @module
 */

import { timeGrowth } from "./growth.ts";
import type { ImplementationId, Surroundings } from "./implementation.ts";
import { log } from "./log.ts";
import { measureMemory } from "./memory.ts";
import type { BenchOptions } from "./options.ts";
import type { Section } from "./options.ts";
import { measureRate, type Running, startBest } from "./participants.ts";
import { timeStart, timeSuite } from "./process_times.ts";
import { profileWorkloads } from "./profile.ts";
import type { Absent, Participant, Results } from "./results.ts";
import { type Shape, SHAPES } from "./shape.ts";
import { spreadOf } from "./statistics.ts";
import { timeSteps } from "./steps.ts";
import { PACE, type Pace } from "./turns.ts";

/** Those whose growth is timed: the library's, and a peer that needs no long compilation for each size. */
const GROWN: readonly ImplementationId[] = ["grae-native", "grae-wasm", "jax-hand"];
/** Rounds of growth and of a process, which are long. */
const FEW_ROUNDS = 3;
const PROCESS_ROUNDS = 5;

/** Starts every implementation that the options ask for. */
async function startAll(
  { sections, implementations, threads }: BenchOptions,
  around: Surroundings,
  shape: Shape,
): Promise<(Running | Absent)[]> {
  const started: (Running | Absent)[] = [];
  const everyone = sections.includes("steps") || sections.includes("memory");
  for (const id of implementations.filter((id) => everyone || GROWN.includes(id))) {
    const one = await startBest(id, threads, around, shape);
    if (!("absent" in one)) await measureRate(one);
    started.push("absent" in one ? { id, absent: one.absent } : one);
  }
  return started;
}

/** The line about an implementation that took part, or did not. */
function listed(one: Running | Absent): Participant | Absent {
  if ("absent" in one) return one;
  const { id, child: { versions, threads, blas }, searched, rates } = one;
  return { id, versions, threads, searched, blas, rate: spreadOf(rates).median };
}

/** The measurements of the implementations. */
async function compare(
  options: BenchOptions,
  around: Surroundings,
  shape: Shape,
): Promise<Omit<Results, "format" | "machine" | "shape">> {
  const { sections, workloads, rounds } = options;
  const started = await startAll(options, around, shape);
  const running = started.filter((one): one is Running => !("absent" in one));
  const asked = (section: Section): boolean => sections.includes(section);
  const steps = asked("steps") ? await timeSteps(around, running, workloads, shape, rounds) : null;
  const grown = running.filter(({ id }) => GROWN.includes(id));
  const growth = asked("growth")
    ? await timeGrowth(around, grown, Math.min(rounds, FEW_ROUNDS), options)
    : null;
  for (const { child } of running) await child.end();
  const measured = running.map(({ id, child: { threads } }) => ({
    id,
    threads,
    chosen: Object.fromEntries(
      steps?.steps.filter((step) => step.id === id).map(({ workload, chosen }) => [workload, chosen]) ?? [],
    ),
  }));
  return {
    implementations: started.map(listed),
    different: [...steps?.different ?? [], ...growth?.different ?? []],
    ...(steps && { steps: steps.steps }),
    ...(growth && { growth: growth.growth }),
    ...(asked("memory") && { memory: await measureMemory(measured, around, shape) }),
  };
}

/**
 * Measures what is asked for; an engine must run, to make the weights that all start from.
 *
 * @param folder where problems and runs may be for a moment
 * @param shape the sizes of the steps
 * @param pace how long turns last
 */
export async function bench(
  options: BenchOptions,
  folder: string,
  shape: Shape = SHAPES[options.network],
  pace: Pace = PACE,
): Promise<Results> {
  const { sections, peers, softwareWebgpu, before, rounds } = options;
  const around: Surroundings = { problems: folder, python: peers, softwareWebgpu, before, pace };
  const compares = sections.some((section) => ["steps", "growth", "memory"].includes(section));
  const compared = compares ? await compare(options, around, shape) : { implementations: [], different: [] };
  const processRounds = Math.min(rounds, PROCESS_ROUNDS);
  if (sections.includes("start")) log("processes of deno task mnist");
  return {
    format: "grae-bench-1",
    machine: {
      target: Deno.build.target,
      cores: navigator.hardwareConcurrency,
      deno: Deno.version.deno,
    },
    shape,
    ...compared,
    ...(sections.includes("start") && { start: await timeStart(folder, processRounds) }),
    ...(sections.includes("suite") && { suite: await timeSuite() }),
    ...(sections.includes("profile") && {
      profile: await profileWorkloads(
        options.engine,
        options.workloads,
        options.threads.at(-1)!,
        around,
        shape,
      ),
    }),
  };
}
