/**
 * A problem's model, as the library describes it.
 *
 * @module
 */

import { describeModel, family, gaussian, type ModelDescription } from "../lib/model/mod.ts";
import type { Shape } from "./shape.ts";
import { hasPosterior, type Objective } from "./workload.ts";

/** The model: ReLU, a Gaussian likelihood, and a mean-field posterior where the objective has one. */
export function descriptionOf({ data, width, latent }: Shape, objective: Objective): ModelDescription {
  return describeModel({
    data,
    latent,
    hidden: [width, width],
    activation: "relu",
    likelihood: gaussian(),
    family: hasPosterior(objective) ? family("mean-field", latent) : null,
  });
}
