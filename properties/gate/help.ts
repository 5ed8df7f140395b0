/**
 * What `deno task gate --help` prints.
 *
 * @module
 */

import { defaultCases } from "../laws/run.ts";
import { type Choices, defaultSeed, FORMATS } from "./options.ts";

/** How the gate is called. */
export function help({ laws, engines }: Pick<Choices, "laws" | "engines">): string {
  return `Holds the oracle, the library on every engine, and trained models to every law, and every law to its planted faults.
Writes evidence.json, evidence.md, junit.xml and index.html.

deno task gate [options]

  --law G1,G3        only these laws: ${laws.join(", ")}
  --engine wasm,cpu  only these: ${engines.join(", ")}
  --cases N          cases per clause (${defaultCases})
  --runs DIR         hold laws on trained models to the complete runs in this folder, each by itself; without any of an
                     experiment, to a short training; the task may read runs only
  --seed N           the seed of all cases (${defaultSeed})
  --vary-seed        another seed each time; it is printed
  --replay TOKEN     run exactly one case again, as a failure printed it; with --law
  --format FORMAT    print ${FORMATS.join(", ")} (${FORMATS[0]})
  --threads N        each engine has so many threads, and so many engines run at once (as many as there are cores)
  --out DIR          where to write (evidence); the task may write to evidence only
  --help             this

Exit: 0 if every verdict is the expected one and every fault is rejected; 1 if not, with a line for each problem;
2 if the command line asks for what there is not.`;
}
