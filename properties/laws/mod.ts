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
export { type Able, type Capabilities, capabilities, type Capability, type Needs } from "./capability.ts";
export type { Clause, ClauseFailure, ClauseFindings } from "./clause.ts";
export type { Unverified } from "./coverage.ts";
export type { Evidence, Expected, Failure, Findings, Verdict } from "./evidence.ts";
export { examine, gateCommand } from "./examine.ts";
export { Ledger, NotOffered, Violation } from "./ledger.ts";
export { type Law, law, type LawDescription, type LawKind } from "./law.ts";
export type { OrderPoint } from "./order.ts";
export { clauseSeed, defaultCases, parseReplay, type Replay, replayToken, type Run } from "./run.ts";
export type * from "./subject.ts";
export type * from "./trained.ts";
export { type Ingredients, type Tolerance, tolerance } from "./tolerance.ts";
export {
  type DoesNotApply,
  type Register,
  type Report,
  testName,
  verify,
  type VerifyOptions,
} from "./verify.ts";
