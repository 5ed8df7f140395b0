/**
 * What a part of the comparison leaves.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/laws/trained.ts";
import type { ActivationName } from "../digits/names.ts";

/** Scores of a trained model on held-out digits, in nats per digit, the same for all objectives. */
export interface Judged {
  /** The β-VAE loss less (n/2) log 2π, under the learned posterior or the optimal one of the objective's family. */
  readonly yardstick: number;
  /** The standard error of its draws. */
  readonly standardError: number;
  /** The yardstick under a mean-field Σ: another one than above only where that is of a larger family, for GRAE. */
  readonly meanField: number;
  readonly grae: number;
  /** ½‖x − g(h)‖². */
  readonly reconstruction: number;
}

/** An objective's value on digits, in nats per digit, less (n/2) log 2π where it contains that. */
export interface Value {
  readonly loss: number;
  /** Its terms, which add up to it. */
  readonly terms: Readonly<Record<string, number>>;
  /** The standard error of what was drawn; null if nothing was. */
  readonly standardError: number | null;
}

/** All objectives on one model. */
export interface Snapshot {
  /** Complete epochs of its training. */
  readonly epoch: number;
  readonly values: Readonly<Record<ComparedObjective, Value>>;
}

/** What the Taylor losses miss at the posterior N(h, tΣ), in nats per digit. */
export interface Contraction {
  readonly t: number;
  /** The full Hessian's loss less that of the β-VAE. */
  readonly hessian: number;
  /** The Gauss–Newton loss less that of the β-VAE. */
  readonly jacobian: number;
  /** What Gauss–Newton leaves out to first order: the second less the first, known without draws. */
  readonly leftOut: number;
  /** The standard error of the draws, the same for both. */
  readonly standardError: number;
}

/** A trained model. */
export interface PartResult {
  readonly objective: ComparedObjective;
  readonly activation: ActivationName;
  readonly beta: number;
  readonly seed: number;
  /** Why the training did not end; null if it did. */
  readonly failure: string | null;
  /** Its scores; null after a failure. */
  readonly judged: Judged | null;
  /** The objectives along its training, as far as it came; none but along that of a β-VAE. */
  readonly along: readonly Snapshot[];
  /** Its posterior contracted; none but for a β-VAE that ended. */
  readonly contractions: readonly Contraction[];
}
