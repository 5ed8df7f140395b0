import { assertAlmostEquals, assertEquals } from "@std/assert";
import { key, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import {
  bindModel,
  family,
  initialModelParameters,
  klToPrior,
  posteriorOfRoot,
} from "../../lib/model/mod.ts";
import { optimalCovariance } from "../../lib/model/mod.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { setUp } from "../digits/setup.ts";
import type { ActivationName } from "../digits/names.ts";
import { COMPARED } from "./compared.ts";
import { track } from "./track.ts";

const BETA = 0.4;

function untrained(activation: ActivationName, hidden: readonly number[]): Fitted {
  const setup = setUp({
    objective: "beta-vae",
    posterior: "mean-field",
    likelihood: "gaussian",
    beta: BETA,
    latent: 3,
    block: null,
    hidden,
    activation,
  }, 784);
  return { setup, parameters: initialModelParameters(setup.description, key(4)) };
}

const few = async (count: number) => take((await loadDigits()).heldOut, count);

Deno.test("every objective is tracked with terms that add up to it, and only the sampled ones have an error", async () => {
  await startEngine("wasm");
  const fitted = untrained("relu", [10]);
  const digits = await few(20);
  const before = tf.memory().numTensors;
  const values = await track(fitted, digits, BETA, { pairs: 2, columns: 3 }, key(1));
  assertEquals(tf.memory().numTensors, before);
  assertEquals(Object.keys(values), COMPARED.map(({ objective }) => objective));
  for (const [objective, { loss, terms, standardError }] of Object.entries(values)) {
    // Sums in double precision of the same numbers in another order.
    assertAlmostEquals(Object.values(terms).reduce((a, b) => a + b), loss, 1e-10, objective);
    assertEquals(standardError !== null, ["beta-vae", "grae-star-stochastic"].includes(objective), objective);
  }
  // Without (n/2) log 2π = 720 all are about half the digits' square norm.
  for (const { loss } of Object.values(values)) assertEquals(loss > 20 && loss < 100, true);
  tf.dispose([...fitted.parameters]);
});

Deno.test("[T1] with a linear decoder the Taylor losses and the β-VAE loss are one, up to the error of its draws", async () => {
  await startEngine("wasm");
  const fitted = untrained("identity", [6]);
  const { "beta-vae": exact, "taylor-hessian": hessian, "taylor-jacobian": jacobian } = await track(
    fitted,
    await few(40),
    BETA,
    { pairs: 64, columns: 2 },
    key(2),
  );
  // Five standard errors: one run in 1.7 million.
  assertAlmostEquals(exact.loss, jacobian.loss, 5 * exact.standardError!);
  // Two sums in float32 of terms about 40 + 720.
  assertAlmostEquals(hessian.loss, jacobian.loss, 1e-3);
  // ±ε cancels all but the square: of R(h + Lε) only ½εᵀLᵀGLε varies, by at most its own size.
  const noise = exact.terms.reconstruction! - jacobian.terms.reconstruction!;
  assertEquals(exact.standardError! < noise / Math.sqrt(64 * 40), true);
  tf.dispose([...fitted.parameters]);
});

Deno.test("[T4] with ReLU the two Taylor losses agree; with tanh they do not", async () => {
  await startEngine("wasm");
  const gap = async (activation: ActivationName): Promise<number> => {
    const fitted = untrained(activation, [10, 10]);
    const values = await track(fitted, await few(20), BETA, { pairs: 2, columns: 2 }, key(3));
    tf.dispose([...fitted.parameters]);
    return Math.abs(values["taylor-hessian"].loss - values["taylor-jacobian"].loss);
  };
  // Both read 760 in float32, whose last place is 6e-5.
  assertEquals(await gap("relu") < 1e-4, true);
  assertEquals(await gap("tanh") > 1e-3, true);
});

Deno.test("[S2] Taylor (Jacobian) exceeds GRAE* by β KL(q ‖ the optimum), and GRAE* is not below GRAE", async () => {
  await startEngine("wasm");
  const fitted = untrained("relu", [10]);
  const digits = await few(20);
  const values = await track(fitted, digits, BETA, { pairs: 2, columns: 2 }, key(5));
  const scope = tf.openScope();
  const model = bindModel(fitted.setup.description, fitted.parameters);
  const q = model.posterior(imagesOf(digits, 0, 20));
  const { root } = optimalCovariance(
    family("mean-field", 3),
    model.weightedJacobian(q.mean).tangents,
    BETA,
  );
  // KL between diagonal Gaussians of one mean, from variances v and w: ½Σ(v/w − 1 − log v/w).
  const variances = async (of: tf.Tensor): Promise<Float32Array> =>
    await read(tf.sum(tf.mul(of, tf.eye(3)), 2));
  const [v, w] = [
    await variances(q.covariance()),
    await variances(posteriorOfRoot(q.mean, root).covariance()),
  ];
  const divergence = v.reduce((sum, vi, i) => sum + (vi / w[i]! - 1 - Math.log(vi / w[i]!)) / 2, 0) / 20;
  // The same in float32 sums of 760.
  assertAlmostEquals(values["taylor-jacobian"].loss - values["grae-star"].loss, BETA * divergence, 2e-4);
  assertEquals(values.grae.loss <= values["grae-star"].loss + 1e-5, true);
  // And the KL term is the model's own.
  const kl = (await read(tf.mean(klToPrior(q))))[0]!;
  assertAlmostEquals(values["beta-vae"].terms.kl!, BETA * kl, 1e-5);
  scope.close();
  tf.dispose([...fitted.parameters]);
});
