/**
 * The errors of contracted posteriors: which there are, and of which order.
 *
 * @module
 */

import { fitOrder } from "../../properties/laws/order.ts";
import type { ActivationName } from "../digits/names.ts";
import { spreadOf } from "../study/spread.ts";
import { meanAndDeviation, small } from "./format.ts";
import type { Contraction, PartResult } from "./part_result.ts";

/** How many of the smallest t an order is fitted to. */
export const FITTED = 4;

/** The error of a Taylor loss on the β-VAEs of one activation. */
export interface Curve {
  readonly name: string;
  readonly kind: ActivationName;
  readonly which: "hessian" | "jacobian";
  /** The contractions of each training that ended, at one β or at all. */
  readonly of: (beta?: number) => readonly (readonly Contraction[])[];
}

/** The three curves: both losses where g is smooth, and Gauss–Newton where the other one is the same. */
export function curvesOf(
  activation: ActivationName,
  smooth: ActivationName,
  results: readonly PartResult[],
): [full: Curve, gaussNewton: Curve, other: Curve] {
  const curve = (name: string, kind: ActivationName, which: Curve["which"]): Curve => ({
    name: `${kind}: ${name}`,
    kind,
    which,
    of: (beta) =>
      results.filter((result) =>
        result.activation === kind && result.contractions.length > 0 &&
        (beta === undefined || result.beta === beta)
      ).map(({ contractions }) => contractions),
  });
  return [
    curve("Taylor (Hessian)", smooth, "hessian"),
    curve("Taylor (Jacobian)", smooth, "jacobian"),
    curve("Taylor (Jacobian)", activation, "jacobian"),
  ];
}

/** The orders of errors at the smallest t. */
export interface Orders {
  /** Those that draws do not hide. */
  readonly slopes: readonly number[];
  /** How many there are with those that draws hide. */
  readonly count: number;
}

/** The orders of a curve at one β or at all. */
export function ordersOf({ of, which }: Curve, beta?: number): Orders {
  const all = of(beta);
  const slopes = all.flatMap((contractions) => {
    const points = contractions.slice(-FITTED).map((at) => ({
      t: at.t,
      error: Math.abs(at[which]),
      rounding: at.standardError,
    }));
    const { slope, resolved } = fitOrder(points);
    return resolved ? [slope] : [];
  });
  return { slopes, count: all.length };
}

/** Mean ± standard deviation, and how many are resolved if not all are. */
export function orderText({ slopes, count }: Orders): string {
  if (count === 0) return "–";
  const resolved = `${slopes.length} of ${count} resolved`;
  if (slopes.length === 0) return resolved;
  return meanAndDeviation(slopes) + (slopes.length < count ? ` (${resolved})` : "");
}

/** The mean |error| at t = 1, in nats; null without a training. */
export function wholeError({ of, which }: Curve, beta: number): number | null {
  const errors = of(beta).flatMap(([first]) => first ? [Math.abs(first[which])] : []);
  return errors.length > 0 ? spreadOf(errors).mean : null;
}

/** The same as text. */
export function wholeErrorText(curve: Curve, beta: number): string {
  const error = wholeError(curve, beta);
  return error === null ? "–" : small(error);
}
