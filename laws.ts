/**
 * The laws, and the way to hold your own code to them: see {@link verify}.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { verify } from "./laws.ts";
 *
 * const { ok, doesNotApply } = await verify({
 *   name: "my GRAE*",
 *   epsilon: 2 ** -53,
 *   volume: {
 *     graeStar: (jacobian, beta) => {
 *       const columns = jacobian[0]!.map((_, i) => jacobian.reduce((sum, row) => sum + row[i]! ** 2, 0));
 *       return beta / 2 * columns.reduce((sum, square) => sum + Math.log1p(square / beta), 0);
 *     },
 *   },
 * });
 * assert(ok && doesNotApply.some(({ law }) => law === "S1"));
 * ```
 *
 * @module
 */

export * from "./properties/laws/mod.ts";
