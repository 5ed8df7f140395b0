/**
 * grae: objectives you can train, theorems you can run, losses you can audit. The theory of β-VAEs of Kumar & Poole,
 * *On Implicit Regularization in β-VAEs* (2020), as a library.
 *
 * ```ts
 * import { describeModel, gaussian, graeLoss, initialAdamState, initialModelParameters } from "./mod.ts";
 * import { key, loadFixture, pixels, read, startEngine, tf, trainingStep } from "./mod.ts";
 *
 * await startEngine("wasm");
 * const digits = await loadFixture();
 * const x = tf.tensor(pixels(digits).subarray(0, 32 * 784), [32, 784]);
 * const model = describeModel({
 *   data: 784, latent: 4, hidden: [64], activation: "relu", likelihood: gaussian(), family: null,
 * });
 * const step = trainingStep(model, (m, batch, k, { beta }) => graeLoss(m, batch, k, beta), 1e-3, { beta: 0.2 });
 * const start = initialAdamState(initialModelParameters(model, key(0)));
 * const [next, info] = step(start, x, key(1));
 * console.assert(next.step === 1 && Number.isFinite((await read(info.loss))[0]));
 * ```
 *
 * @module
 */

export * from "./lib/data/mod.ts";
export * from "./lib/engine/mod.ts";
export * from "./lib/figure/mod.ts";
export * from "./lib/linalg/mod.ts";
export * from "./lib/model/mod.ts";
export * from "./lib/network/mod.ts";
export * from "./lib/objective/mod.ts";
export * from "./lib/symmetry/mod.ts";
export * from "./lib/training/mod.ts";
