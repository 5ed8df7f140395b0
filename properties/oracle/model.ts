/**
 * Models of any likelihood, and what an objective takes and gives of them.
 *
 * @module
 */

import type { ModelSpec, ObjectiveCase, ObjectiveValue, Vector } from "../contract/subject.ts";
import type { Likelihood } from "./likelihood.ts";

/** A model of any likelihood. */
export interface Model<L extends Likelihood = Likelihood> extends Omit<ModelSpec, "likelihood"> {
  /** Whose mean or logits the decoder gives. */
  readonly likelihood: L;
}

/** One evaluation of an objective at a model of any likelihood. */
export interface Case<L extends Likelihood = Likelihood> extends Omit<ObjectiveCase, "model"> {
  /** The model. */
  readonly model: Model<L>;
}

/** The value of an objective, with its gradient in all that is learned. */
export interface Value extends Required<ObjectiveValue> {
  readonly gradient: Required<ObjectiveValue>["gradient"] & {
    /** ∂loss/∂ log σ; empty where none is learned. */
    readonly logSigma: Vector;
  };
}
