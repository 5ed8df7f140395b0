/**
 * The library's own start of a training, as a problem to hand over.
 *
 * @module
 */

import { integers, key, normal, read } from "../lib/engine/mod.ts";
import { initialModelParameters } from "../lib/model/mod.ts";
import { descriptionOf } from "./description.ts";
import type { Problem } from "./problem.ts";
import type { Shape } from "./shape.ts";
import type { Objective } from "./workload.ts";

/** Initial parameters, made-up data between 0 and 1, and what the sampled objectives draw; needs an engine. */
export async function makeProblem(shape: Shape, objective: Objective): Promise<Problem> {
  const { batch, data, latent } = shape;
  const tensors = initialModelParameters(descriptionOf(shape, objective), key(1));
  const parameters = [];
  for (const tensor of tensors) {
    parameters.push({ values: Float32Array.from(await read(tensor)), shape: tensor.shape });
    tensor.dispose();
  }
  return {
    parameters,
    x: {
      values: normal(key(7), batch * data).map((v) => Math.min(1, Math.abs(v))),
      shape: [batch, data],
    },
    noise: { values: normal(key(8), batch * latent), shape: [batch, latent] },
    columns: { values: Float32Array.from(integers(key(9), batch, latent)), shape: [batch] },
  };
}
