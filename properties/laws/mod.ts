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

export * from "../contract/mod.ts";
export { laws } from "./all.ts";
export {
  type DoesNotApply,
  type Register,
  type Report,
  testName,
  verify,
  type VerifyOptions,
} from "./verify.ts";
