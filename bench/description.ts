/**
 * A problem's model, as the library describes it.
 *
 * @module
 */

import { networksOf } from "../experiments/digits/networks.ts";
import { describeModel, family, gaussian, type ModelDescription } from "../lib/model/mod.ts";
import type { Shape } from "./shape.ts";
import { hasPosterior, type Objective } from "./workload.ts";

/** The model: ReLU, a Gaussian likelihood, and a mean-field posterior where the objective has one. */
export function descriptionOf(
  { network, data, width, latent }: Shape,
  objective: Objective,
): ModelDescription {
  const own = {
    latent,
    likelihood: gaussian(),
    family: hasPosterior(objective) ? family("mean-field", latent) : null,
  };
  const activation = "relu";
  if (network === "dense") return describeModel({ ...own, data, hidden: [width, width], activation });
  const encoded = latent * (own.family ? 2 : 1);
  const networks = networksOf(
    { architecture: network, hidden: null, activation, latent, encoded },
    { height: 64, width: 64, channels: 3 },
  );
  return { ...own, ...networks };
}
