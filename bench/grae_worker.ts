/**
 * The library's steps, on the engine that the worker's name says.
 *
 * @module
 */

import { type EngineName, foldIn, key, normal, read, startEngine, tf } from "../lib/engine/mod.ts";
import { describeModel, family, gaussian, initialModelParameters } from "../lib/model/mod.ts";
import { betaVaeLoss, graeLoss } from "../lib/objective/mod.ts";
import { type AdamState, initialAdamState, type Loss, tensorsOf, trainingStep } from "../lib/training/mod.ts";
import { serve, SHAPE, type Workload } from "./shape.ts";

const { batch, data, hidden, latent, beta, learningRate } = SHAPE;
await startEngine(self.name as EngineName);

const losses: Record<Workload, Loss> = {
  "beta-vae": (model, x, k) => betaVaeLoss(model, x, k, beta),
  grae: (model, x, k) => graeLoss(model, x, k, beta),
};
const x = tf.tensor(normal(key(7), batch * data).map((v) => Math.min(1, Math.abs(v))), [batch, data]);

function prepare(workload: Workload): { state: AdamState; step: ReturnType<typeof trainingStep> } {
  const description = describeModel({
    data,
    latent,
    hidden: [hidden, hidden],
    activation: "relu",
    likelihood: gaussian(),
    family: workload === "beta-vae" ? family("mean-field", latent) : null,
  });
  return {
    state: initialAdamState(initialModelParameters(description, key(1))),
    step: trainingStep(description, losses[workload], learningRate),
  };
}
const prepared = { "beta-vae": prepare("beta-vae"), grae: prepare("grae") };

serve(async ({ workload, steps }) => {
  const times: number[] = [];
  let loss = NaN;
  const current = prepared[workload];
  const before = tf.memory().numTensors;
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    const [next, info] = current.step(current.state, x, foldIn(key(2), current.state.step));
    loss = (await read(info.loss))[0]!;
    tf.dispose([...tensorsOf(current.state), info.loss, ...Object.values(info.terms)]);
    current.state = next;
    times.push(performance.now() - start);
  }
  return { times, loss, leaked: tf.memory().numTensors - before };
});
