/**
 * What the parts of a study leave.
 *
 * @module
 */

import type { Vector } from "../../lib/symmetry/mod.ts";
import type { Fit, Landings, TrainedFamily, TrueActivation } from "../../properties/laws/trained.ts";

/** A fit, and how its blocks lie to those of the principal axes. */
export interface MeasuredFit extends Fit {
  /** Mean cos² between the spans of blocks of 2 and of pairs of axes, 1 for the same; null but at 4 latents. */
  readonly toBlocks: number | null;
}

/** Fits of all three kinds of W, one fleet. */
export interface FitsResult {
  readonly kind: "fits";
  readonly fits: readonly MeasuredFit[];
}

/** Where one large fleet landed. */
export interface LandingResult {
  readonly kind: "landing";
  readonly landing: Landings;
  /** The decoders in the plane of the turned and scaled W, as (a, b). */
  readonly plane: readonly (readonly [number, number])[];
}

/** In which plane latents are turned, and in which family q follows. */
export interface Turn {
  readonly family: TrainedFamily;
  /** Two latents, from 0, which is that of the longest column. */
  readonly plane: readonly [number, number];
}

/** A family's loss on turned models. */
export interface TurnedCurve extends Turn {
  /** Loss less that of the same model unturned, by a mean-field q or one of blocks, in nats: `[member][angle]` */
  readonly excess: readonly Vector[];
  /** What theory says of it: `[member][angle]`; null where ν is not the identity. */
  readonly theory: readonly Vector[] | null;
}

/** Trained mean-field models whose latents were turned. */
export interface TurnResult {
  readonly kind: "turn";
  readonly activation: TrueActivation;
  readonly latent: number;
  /** In radians. */
  readonly angles: Vector;
  readonly curves: readonly TurnedCurve[];
}

/** What a part leaves. */
export type UniquenessPart = FitsResult | LandingResult | TurnResult;
