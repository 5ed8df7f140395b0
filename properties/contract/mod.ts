/**
 * Laws, clauses, subjects, cases and evidence, as types and with the code that runs them. Imports nothing else of ours.
 *
 * @module
 */

export {
  type Able,
  capabilities,
  type Capability,
  type CapabilityGroups,
  type Needs,
  type SingleCapabilities,
} from "./capability.ts";
export {
  type Arbitrary,
  type Clause,
  clause,
  type ClauseFailure,
  type ClauseFindings,
  type ClauseSpec,
} from "./clause.ts";
export type { Unverified } from "./coverage.ts";
export type * from "./digits_run.ts";
export type * from "./study_run.ts";
export {
  type Evidence,
  examine,
  type Expected,
  type Failure,
  type Findings,
  type Verdict,
} from "./evidence.ts";
export type { KnownFailure, KnownOutcome } from "./known_failures.ts";
export { type Law, law, type LawDescription, type LawKind, tex } from "./law.ts";
export { Ledger, type Measurement, NotOffered, Unanswered, Violation } from "./ledger.ts";
export type { LawTime, Limits } from "./limits.ts";
export type { OrderPoint } from "./order.ts";
export { clauseSeed, defaultCases, parseReplay, type Replay, replayToken, type Run } from "./replay.ts";
export { penaltyNames, reconstructionNames, reductions } from "./loss.ts";
export { activationNames, objectiveNames } from "./specs.ts";
export type * from "./subject.ts";
export { added, exact, type Ingredients, summation, type Tolerance, tolerance } from "./tolerance.ts";
export * from "./trained.ts";
