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
import { COMPARED } from "../digits/compared.ts";
import { track } from "./track.ts";

const BETA = 0.4;

function untrained(activation: ActivationName, hidden: readonly number[], seed = 4): Fitted {
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
  return { setup, parameters: initialModelParameters(setup.description, key(seed)) };
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

/** ‖M‖²_F for each digit, M = (JL)ᵀ JL, with the columns of JL as differences of a linear decoder. */
async function squaredNormsOfM({ setup, parameters }: Fitted, x: tf.Tensor): Promise<number[]> {
  const { decoder, posterior } = bindModel(setup.description, parameters);
  const q = posterior(x);
  const at = decoder.apply(q.mean);
  const columns = await Promise.all(
    tf.unstack(q.columns(), 1).map((l) => read(tf.sub(decoder.apply(tf.add(q.mean, l)), at))),
  );
  return Array.from({ length: x.shape[0]! }, (_, digit) => {
    const jl = columns.map((c) => c.subarray(784 * digit, 784 * (digit + 1)));
    const dots = jl.flatMap((a) => jl.map((b) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)));
    return dots.reduce((sum, dot) => sum + dot ** 2, 0);
  });
}

Deno.test("[T1] with a linear decoder the Taylor losses and the β-VAE loss are one, up to the error of its draws", async () => {
  await startEngine("wasm");
  const [pairs, count] = [64, 40];
  const digits = await few(count);
  for (let seed = 0; seed < 6; seed++) {
    const fitted = untrained("identity", [6], seed);
    const { "beta-vae": exact, "taylor-hessian": hessian, "taylor-jacobian": jacobian } = await track(
      fitted,
      digits,
      BETA,
      { pairs, columns: 2 },
      key(20 + seed),
    );
    const scope = tf.openScope();
    const squares = await squaredNormsOfM(fitted, imagesOf(digits, 0, count));
    scope.close();
    // ±ε cancels all but the square: of the reconstruction at h + Lε only ½ εᵀMε varies, with the variance ½ ‖M‖²_F.
    const error = Math.sqrt(squares.reduce((sum, square) => sum + square / 2, 0) / pairs) / count;
    // Six standard errors of a mean of 2,560 draws: one run in 5e8.
    assertAlmostEquals(exact.loss, jacobian.loss, 6 * error, `seed ${seed}`);
    // Two sums in float32 of terms about 40 + 720.
    assertAlmostEquals(hessian.loss, jacobian.loss, 1e-3, `seed ${seed}`);
    // ½ εᵀMε has at most the kurtosis 15 of a squared normal number, so that a variance of 64 draws is off by at most
    // √(14/64) of itself, and the mean of 40 by 0.074. The ratios 0.6² and 1.5² are 8 and 17 times that away from 1.
    const ratio = exact.standardError! / error;
    assertEquals(ratio > 0.6 && ratio < 1.5, true, `seed ${seed}: ${ratio}`);
    tf.dispose([...fitted.parameters]);
  }
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
