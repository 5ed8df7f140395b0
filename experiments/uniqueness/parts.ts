/**
 * What the parts of a study leave.
 *
 * @module
 */

import type { Vector } from "../../lib/symmetry/mod.ts";
import type { Fit, Landings, TrainedFamily, TrueActivation } from "../../properties/laws/trained.ts";

/** Fits of all three kinds of W, one fleet. */
export interface FitsResult {
  readonly kind: "fits";
  readonly fits: readonly Fit[];
}

/** Where one large fleet landed. */
export interface LandingResult {
  readonly kind: "landing";
  readonly landing: Landings;
  /** The decoders in the plane of the turned and scaled W, as (a, b). */
  readonly plane: readonly (readonly [number, number])[];
}

/** A family's loss on turned models. */
export interface TurnedCurve {
  readonly family: TrainedFamily;
  /** Loss less that of the mean-field family at angle 0, in nats: `[member][angle]` */
  readonly excess: readonly Vector[];
  /** What theory says of it, averaged over members: `[angle]`; null where ν is not the identity. */
  readonly theory: Vector | null;
}

/** Trained mean-field models whose latents were turned. */
export interface TurnResult {
  readonly kind: "turn";
  readonly activation: TrueActivation;
  /** In radians. */
  readonly angles: Vector;
  readonly curves: readonly TurnedCurve[];
}

/** What a part leaves. */
export type UniquenessPart = FitsResult | LandingResult | TurnResult;
