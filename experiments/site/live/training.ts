/**
 * A few steps of training, small and always the same, for tests: here, and as the script of a page, which leaves what came
 * of it in the page's body.
 *
 * @module
 */

/// <reference lib="dom" />

import { type EngineName, foldIn, key, normalTensor, read, startEngine } from "../../../lib/engine/mod.ts";
import { describeModel, gaussian, initialModelParameters } from "../../../lib/model/mod.ts";
import { graeLoss } from "../../../lib/objective/mod.ts";
import { initialAdamState, trainingStep } from "../../../lib/training/mod.ts";

/** Trains GRAE by an engine, with replay: layers that are large enough for threads to share. */
export async function trainBriefly(engine: EngineName): Promise<{ description: string; losses: number[] }> {
  const { description } = await startEngine(engine);
  const model = describeModel({
    data: 300,
    latent: 4,
    hidden: [256],
    activation: "relu",
    likelihood: gaussian(),
    family: null,
  });
  using step = trainingStep(model, (m, batch, k) => graeLoss(m, batch, k, 0.2), 1e-3, { replay: true });
  const x = normalTensor(key(0), [64, 300]);
  let state = initialAdamState(initialModelParameters(model, key(1)));
  const losses: number[] = [];
  for (let i = 0; i < 8; i++) {
    const [next, info] = step(state, x, foldIn(key(2), i));
    losses.push((await read(info.loss))[0]!);
    state = next;
  }
  return { description, losses };
}

if ("document" in globalThis) {
  const engine = new URLSearchParams(location.search).get("engine") === "auto" ? "auto" : "wasm";
  document.body.textContent = await trainBriefly(engine).then(JSON.stringify, String);
  document.body.ariaBusy = "false";
}
