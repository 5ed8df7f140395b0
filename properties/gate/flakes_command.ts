/**
 * `deno task flakes`, with what runs the seeds given to it.
 *
 * @module
 */

import { EngineError } from "../../lib/engine/engine_error.ts";
import { defaultThreads } from "../../lib/engine/thread_count.ts";
import { readArguments } from "./arguments.ts";
import type { SeedFindings } from "./seeds.ts";
import { threadCount, unknownName, UsageError, wholeNumber } from "./usage.ts";
import { count, seconds } from "./wording.ts";

/** Runs the seeds from `first` on, below `end`, by so many threads, and tells of each. */
export type RunSeeds = (
  laws: readonly string[],
  first: number,
  end: number,
  tell: (findings: SeedFindings) => void,
  threads: number,
) => Promise<void>;

/** What it runs, and where its words go. */
export interface FlakesWorld {
  readonly laws: readonly string[];
  readonly run: RunSeeds;
  readonly print: (text: string) => void;
  readonly remark: (text: string) => void;
}

const HELP = `Runs the laws on the oracle and on wasm with many seeds, and reports the failures seen.
A seed runs one case of every clause: of the 100 that the gate draws with that seed, number (seed modulo 100).

deno task flakes [options]

  --seeds N    how many seeds (1000)
  --first N    the first of them (0)
  --law G1,G3  only these laws
  --threads N  run so many seeds at once (as many as there are cores)
  --help       this

Exit: 0 if nothing failed, 1 if something did, 2 if the command line asks for what there is not.`;

/** How often the number of seeds done is told. */
const EVERY = 100;

/** Runs the seeds as a command line asks. */
export async function flakesCommandLine(words: readonly string[], world: FlakesWorld): Promise<0 | 1 | 2> {
  try {
    const given = readArguments(words, { values: ["seeds", "first", "law", "threads"], switches: ["help"] });
    if (given.on("help")) {
      world.print(HELP);
      return 0;
    }
    for (const id of given.list("law")) {
      if (!world.laws.includes(id)) throw unknownName("law", id, world.laws);
    }
    const laws = given.list("law").length === 0 ? world.laws : given.list("law");
    const first = wholeNumber("first", given.value("first") ?? "0");
    const end = first + wholeNumber("seeds", given.value("seeds") ?? "1000", 1);
    const threads = threadCount(given.value("threads")) ?? defaultThreads();
    return await flakes(laws, [first, end], threads, world);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
    world.remark(`flakes: ${error.message}\nflakes: --help says more`);
    return 2;
  }
}

async function flakes(
  laws: readonly string[],
  [first, end]: readonly [number, number],
  threads: number,
  world: FlakesWorld,
): Promise<0 | 1> {
  const start = performance.now();
  let done = 0, cases = 0, comparisons = 0, failures = 0;
  await world.run(laws, first, end, (findings) => {
    cases += findings.cases;
    comparisons += findings.comparisons;
    failures += findings.flakes.length;
    for (const { seed, engine, message } of findings.flakes) {
      world.print(`seed ${seed}, ${engine}: ${message}\n`);
    }
    if (++done % EVERY === 0) world.remark(`${count(done, "seed")}, ${count(failures, "failure")}`);
  }, threads);
  const expected = end - first;
  world.print(
    `${count(done, "seed")}, ${count(laws.length, "law")} on the oracle and wasm: ${count(cases, "case")}, ` +
      `${count(comparisons, "comparison")}, ${count(failures, "failure")}, ${
        seconds((performance.now() - start) / 1000)
      }`,
  );
  if (done < expected) world.print(`problem: only ${done} of ${expected} seeds were run`);
  if (cases === 0) world.print("problem: no case was run");
  return failures === 0 && done === expected && cases > 0 ? 0 : 1;
}
