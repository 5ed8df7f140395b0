/**
 * Laws under many seeds, to see whether any ever fails by chance.
 *
 * A seed runs one case of every clause: of the cases that the gate draws with that seed, the one whose number is the seed
 * modulo their number. So a thousand seeds see cases from everywhere in a thousand different runs of the gate, early ones
 * at the ends of their ranges and late ones inside, for the price of ten.
 *
 * @module
 */

import { missing } from "../contract/capability.ts";
import { examine } from "../contract/evidence.ts";
import type { Law } from "../contract/law.ts";
import { clauseSeed, defaultCases, type Run } from "../contract/replay.ts";
import type { Subject } from "../contract/subject.ts";

/** Who is held to the laws. */
export interface Candidate {
  readonly engine: string;
  readonly subject: Subject;
}

/** A case that failed. */
export interface Flake {
  readonly seed: number;
  readonly engine: string;
  readonly law: string;
  /** The law's sentence, the case, both numbers, the tolerance and the command that replays it. */
  readonly message: string;
}

/** What a seed gave. */
export interface SeedFindings {
  readonly seed: number;
  readonly cases: number;
  readonly comparisons: number;
  readonly flakes: readonly Flake[];
}

/** One case of every clause that applies, on every candidate. */
export async function runSeed(
  seed: number,
  laws: readonly Law[],
  candidates: readonly Candidate[],
): Promise<SeedFindings> {
  let cases = 0, comparisons = 0;
  const flakes: Flake[] = [];
  for (const { engine, subject } of candidates) {
    for (const law of laws) {
      for (const [clause, asked] of law.clauses.entries()) {
        if (missing(subject, asked).length > 0) continue;
        const path = String(seed % defaultCases);
        const replay = { clause, seed: clauseSeed(seed, law.id, clause), path, engine };
        const run: Run = { seed, cases: 1, engine, replay };
        const evidence = await examine(law, subject, run);
        cases += evidence.cases;
        comparisons += evidence.comparisons;
        if (evidence.failure) flakes.push({ seed, engine, law: law.id, message: evidence.failure.message });
      }
    }
  }
  return { seed, cases, comparisons, flakes };
}
