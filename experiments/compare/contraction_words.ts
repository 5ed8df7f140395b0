/**
 * T2 on the trained β-VAEs in sentences.
 *
 * @module
 */

import { spreadOf } from "../study/spread.ts";
import {
  type Curve,
  type Orders,
  ordersOf,
  orderText,
  wholeError,
  wholeErrorText,
} from "./contraction_curves.ts";
import { KINKED, PIECEWISE_LINEAR } from "./piecewise_linear.ts";

/** Why a piecewise linear decoder is no better than a smooth one with Gauss–Newton. */
const KINKS =
  "At a digit off the kinks of a piecewise linear decoder the error vanishes faster than any power of t (T4). " +
  "But about √t of all units lie within a spread √t of their kinks, where each errs by about √t, so that the mean over " +
  "digits is of order t, as that of Gauss–Newton with a smooth decoder.";

/** What an error does as t falls. */
function fallWords(orders: Orders): string {
  const { slopes, count } = orders;
  if (count === 0) return "is unknown, as none ended";
  return slopes.length === 0
    ? `falls like no power of t that the draws resolve (0 of ${count})`
    : `falls like t to the ${orderText(orders)}`;
}

/** The orders of the three curves at one β or at all. */
export function orderWords(
  [full, gaussNewton, other]: readonly [Curve, Curve, Curve],
  beta?: number,
): string {
  const theory = PIECEWISE_LINEAR.includes(full.kind) ? "" : "; theory says 2 and 1";
  const over = beta === undefined ? "over β and seeds" : `over seeds at β = ${beta}`;
  const relative = full.of(beta).flat().map((at) => at.standardError / Math.abs(at.hessian));
  const error = relative.length === 0 ? NaN : 100 * spreadOf(relative).mean;
  const precision = Number.isFinite(error)
    ? ` The standard error of the draws is ${error.toFixed(0)} % of the Hessian's error in the mean.`
    : "";
  return `T2 on the trained models: as Σ contracts to tΣ, the error of Taylor (Hessian) with ${full.kind} ` +
    `${fallWords(ordersOf(full, beta))}, that of Taylor (Jacobian) ${
      fallWords(ordersOf(gaussNewton, beta))
    }${theory}. ` +
    `That of Taylor (Jacobian) with ${other.kind} ${
      fallWords(ordersOf(other, beta))
    } (means ± standard deviations ` +
    `${over}).${precision}`;
}

/** What the errors are where the posterior is not contracted, and whether they grow with β. */
function wholeWords(curves: readonly Curve[], betas: readonly number[]): string[] {
  const ended = curves.filter(({ of }) => of().length > 0);
  const common = betas.filter((beta) => ended.every(({ of }) => of(beta).length > 0));
  const [first, last] = [common[0], common.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (first === last) {
    const each = ended.map((curve) => `${wholeErrorText(curve, first)} nats (${curve.name})`).join(", ");
    return [`At t = 1 and at β = ${first} the mean |error| is ${each}.`];
  }
  const each = ended.map((curve) =>
    `from ${wholeErrorText(curve, first)} to ${wholeErrorText(curve, last)} nats (${curve.name})`
  ).join(", ");
  const others = ended.filter((curve) =>
    !((wholeError(curve, last) ?? NaN) > (wholeError(curve, first) ?? NaN))
  )
    .map(({ name }) => name).join(", ");
  const growth = others === ""
    ? "It grows, as at a given decoder the optimal Σ does (S3)."
    : `It does not grow for ${others}: at a given decoder the optimal Σ grows with β (S3), but each β trains its own.`;
  return [`At t = 1 the mean |error| goes from β = ${first} to β = ${last} ${each}. ${growth}`];
}

/** The orders, the whole errors, and what kinks do. */
export function contractionWords(
  curves: readonly [Curve, Curve, Curve],
  betas: readonly number[],
): string[] {
  return [
    orderWords(curves),
    ...wholeWords(curves, betas),
    ...(KINKED.includes(curves[2].kind) ? [KINKS] : []),
  ];
}
