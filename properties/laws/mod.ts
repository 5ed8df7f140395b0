/**
 * The laws, and the way to hold your own code to them.
 *
 * ```ts
 * import { type Subject, verify } from "./mod.ts";
 *
 * const mine: Subject = {
 *   name: "my GRAE*",
 *   epsilon: 2 ** -53,
 *   volume: {
 *     graeStar: (jacobian, beta) => {
 *       const squares = jacobian[0]!.map((_, i) => jacobian.reduce((sum, row) => sum + row[i]! ** 2, 0));
 *       return beta / 2 * squares.reduce((sum, square) => sum + Math.log1p(square / beta), 0);
 *     },
 *   },
 * };
 * const { ok, evidence, doesNotApply } = await verify(mine);
 * if (!ok) throw new Error(evidence.find(({ failure }) => failure)?.failure?.message);
 * if (doesNotApply.length === 0) throw new Error("a GRAE* alone cannot be asked everything");
 * ```
 *
 * @module
 */

export { laws } from "./all.ts";
export {
  type Able,
  capabilities,
  type Capability,
  type CapabilityGroups,
  type Needs,
  type SingleCapabilities,
} from "../contract/capability.ts";
export type { Clause, ClauseFailure, ClauseFindings } from "../contract/clause.ts";
export type { Unverified } from "../contract/coverage.ts";
export {
  type Evidence,
  examine,
  type Expected,
  type Failure,
  type Findings,
  gateCommand,
  type Verdict,
} from "../contract/evidence.ts";
export { Ledger, NotOffered, Violation } from "../contract/ledger.ts";
export { type Law, law, type LawDescription, type LawKind } from "../contract/law.ts";
export type { OrderPoint } from "../contract/order.ts";
export {
  clauseSeed,
  defaultCases,
  parseReplay,
  type Replay,
  replayToken,
  type Run,
} from "../contract/replay.ts";
export type * from "../contract/subject.ts";
export type * from "../contract/trained.ts";
export { type Ingredients, type Tolerance, tolerance } from "../contract/tolerance.ts";
export {
  type DoesNotApply,
  type Register,
  type Report,
  testName,
  verify,
  type VerifyOptions,
} from "./verify.ts";
