/**
 * The settings of a run of laws: its seed, its number of cases, and the one case that is run again.
 *
 * @module
 */

import type { Capability } from "./capability.ts";
import type { Ledger } from "./ledger.ts";
import type { LawTime, Limits } from "./limits.ts";

/** One case to run again: a clause of a law, and where fast-check finds the case. */
export interface Replay {
  /** Index of the clause in its law. */
  readonly clause: number;
  /** Seed of that clause. */
  readonly seed: number;
  /** Path of the case from the seed, including the steps of shrinking. */
  readonly path: string;
  /** The engine on which it failed. */
  readonly engine: string;
}

/** The settings of a run of laws. */
export interface Run {
  /** From which every clause derives its own seed. */
  readonly seed: number;
  /** Cases per clause. */
  readonly cases: number;
  /** Name of the engine, for the record. */
  readonly engine: string;
  /** Stop at the first failing clause, and do not shrink: for planted faults. */
  readonly firstFailure?: boolean;
  /** Capabilities of which it has been said that they write into their arguments: their answers are examined all the same. */
  readonly changing?: readonly Capability[];
  /**
   * Cases of a clause that are examined together, for subjects that answer many calls in one message. They are the same cases, with the
   * same findings.
   */
  readonly atOnce?: number;
  /** Cases that failed before: they are tried first. */
  readonly first?: readonly { readonly law: string; readonly replay: Replay }[];
  /** How long a call and a law may take; for ever when absent. */
  readonly limits?: Limits;
  /** Told that a call was given up. */
  readonly onGiveUp?: () => void;
  /** The time of the law that is examined, by these limits. */
  readonly time?: LawTime;
  /** Only the clause with this index. */
  readonly clause?: number;
  /** The kind of ledger, where comparisons are to be seen one by one. */
  readonly ledger?: typeof Ledger;
  /** Run this case only. */
  readonly replay?: Replay;
  /** The command that replays a case of a law. */
  readonly command?: (law: string, token: string) => string;
}

/** Cases per clause unless told otherwise. */
export const defaultCases = 100;

/** The seed of a clause: a hash of the run's seed, the law and the clause (FNV-1a), so that no two share their cases. */
export function clauseSeed(seed: number, law: string, clause: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}/${law}/${clause}`) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  return hash | 0;
}

/** A replay as one word: `clause.seed.path.engine`. */
export function replayToken({ clause, seed, path, engine }: Replay): string {
  return [clause, seed, path, engine].join(".");
}

/**
 * The replay that a token stands for.
 *
 * @throws RangeError unless it is a token
 */
export function parseReplay(token: string): Replay {
  const parts = /^(\d+)\.(-?\d+)\.(\d+(?::\d+)*)\.(.+)$/.exec(token);
  if (parts === null) {
    throw new RangeError(
      `replay: a token is clause.seed.path.engine, as a failure prints it, but this is "${token}"`,
    );
  }
  const [, clause, seed, path, engine] = parts as unknown as [string, string, string, string, string];
  return { clause: Number(clause), seed: Number(seed), path, engine };
}
