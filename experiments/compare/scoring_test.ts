import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { foldIn, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import { type Dataset, loadDigits, take } from "../../lib/data/mod.ts";
import {
  bindModel,
  family,
  initialModelParameters,
  klToPrior,
  modelParameterShapes,
  optimalCovariance,
  posteriorOfRoot,
  withOptimalPosterior,
} from "../../lib/model/mod.ts";
import { betaVaeLoss, taylorHessianLoss, taylorJacobianLoss } from "../../lib/objective/mod.ts";
import { gaussHermite } from "../../properties/oracle/quadrature.ts";
import { COMPARED, type Compared } from "../digits/compared.ts";
import { type Score, Tally } from "../digits/evaluate.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import type { ActivationName } from "../digits/names.ts";
import { type DigitsModel, setUp } from "../digits/setup.ts";
import { spreadOf } from "../runner/spread.ts";
import { contract, judge, orderOf, track } from "./scoring.ts";
import type { Contraction } from "./study.ts";

/** A model as it starts; β matters to a loss alone, and none of these is trained. */
function untrained(
  { seed = 4, objective = "beta-vae", posterior = "mean-field", activation = "relu", ...sizes }:
    & Pick<DigitsModel, "latent" | "hidden">
    & Partial<Pick<DigitsModel, "objective" | "posterior" | "activation">>
    & { readonly seed?: number },
): Fitted {
  const setup = setUp({ objective, posterior, activation, ...sizes, beta: 1 }, { height: 28, width: 28 });
  return { setup, parameters: initialModelParameters(setup.description, key(seed)) };
}

/** Of scores by {@link judge}. */
const BETA = 0.5, DIGITS = 30, PAIRS = 4;
const CONSTANT = 392 * Math.log(2 * Math.PI);

const judgedModel = (compared: Compared): Fitted =>
  untrained({ ...compared, latent: 2, hidden: [8], seed: 6 });

/** The β-VAE loss less its constant by independent draws, not pairs. */
async function byPlainDraws(
  { setup: { description }, parameters }: Fitted,
  digits: Dataset,
  optimal: "mean-field" | "full" | null,
  draws: number,
): Promise<Score> {
  const scope = tf.openScope();
  const x = imagesOf(digits, 0, digits.count);
  const plain = bindModel(description, parameters);
  const model = optimal ? withOptimalPosterior(plain, family(optimal, 2), BETA) : plain;
  const all: Float32Array[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const { reconstruction, kl } = betaVaeLoss(model, x, foldIn(key(9), draw), BETA).terms;
    all.push(await read(tf.add(reconstruction!, kl!)));
  }
  scope.close();
  const tally = new Tally();
  tally.add(all);
  const { value, standardError } = tally.score(true);
  return { value: value - CONSTANT, standardError };
}

Deno.test("every objective's model is judged by the β-VAE loss less its constant, with the posterior that is its own", async () => {
  await startEngine("wasm");
  const digits = take((await loadDigits()).heldOut, DIGITS);
  falseAlarm(COMPARED.length * 5.8e-7);
  for (const compared of COMPARED) {
    const { objective } = compared;
    const fitted = judgedModel(compared);
    const before = tf.memory().numTensors;
    const judged = await judge(fitted, digits, BETA, PAIRS, key(0));
    assertEquals(tf.memory().numTensors, before);
    const own = !objective.startsWith("grae") ? null : objective === "grae" ? "full" : "mean-field";
    const { value, standardError } = await byPlainDraws(fitted, digits, own, 64);
    // Five standard errors of the difference: one run in 1.7 million.
    const slack = 5 * Math.hypot(standardError!, judged.standardError);
    assertAlmostEquals(judged.betaVaeLoss, value, slack, objective);
    tf.dispose([...fitted.parameters]);
  }
});

Deno.test("the standard error is what other draws move the loss by", async () => {
  await startEngine("wasm");
  const digits = take((await loadDigits()).heldOut, 10);
  const fitted = judgedModel(COMPARED[0]!);
  const values: number[] = [], errors: number[] = [];
  for (let draw = 0; draw < 40; draw++) {
    const { betaVaeLoss, standardError } = await judge(fitted, digits, BETA, PAIRS, key(draw));
    values.push(betaVaeLoss);
    errors.push(standardError);
  }
  // A deviation of 40 numbers is known to 1/√78 of itself; five of these. χ² of 39 degrees: above in 1.2e-6, below in 6e-9.
  falseAlarm(1.2e-6);
  assertAlmostEquals(spreadOf(values).deviation! / spreadOf(errors).mean, 1, 5 / Math.sqrt(78));
  tf.dispose([...fitted.parameters]);
});

/** β of tracked objectives. */
const TRACKED_AT = 0.4;

const few = async (count: number) => take((await loadDigits()).heldOut, count);

Deno.test("every objective is tracked with terms that add up to it, and only the sampled ones have an error", async () => {
  await startEngine("wasm");
  const fitted = untrained({ latent: 3, hidden: [10] });
  const digits = await few(20);
  const before = tf.memory().numTensors;
  const values = await track(fitted, digits, TRACKED_AT, { pairs: 2, columns: 3 }, key(1));
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
    const fitted = untrained({ activation: "identity", latent: 3, hidden: [6], seed });
    const { "beta-vae": exact, "taylor-hessian": hessian, "taylor-jacobian": jacobian } = await track(
      fitted,
      digits,
      TRACKED_AT,
      { pairs, columns: 2 },
      key(20 + seed),
    );
    const scope = tf.openScope();
    const squares = await squaredNormsOfM(fitted, imagesOf(digits, 0, count));
    scope.close();
    // ±ε cancels all but the square: of the reconstruction at h + Lε only ½ εᵀMε varies, with the variance ½ ‖M‖²_F.
    const error = Math.sqrt(squares.reduce((sum, square) => sum + square / 2, 0) / pairs) / count;
    // Six standard errors of a mean of 2,560 draws: one run in 5e8.
    falseAlarm(2e-9);
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
    const fitted = untrained({ activation, latent: 3, hidden: [10, 10] });
    const values = await track(fitted, await few(20), TRACKED_AT, { pairs: 2, columns: 2 }, key(3));
    tf.dispose([...fitted.parameters]);
    return Math.abs(values["taylor-hessian"].loss - values["taylor-jacobian"].loss);
  };
  // Both read 760 in float32, whose last place is 6e-5.
  assertEquals(await gap("relu") < 1e-4, true);
  assertEquals(await gap("tanh") > 1e-3, true);
});

Deno.test("[S2] Taylor (Jacobian) exceeds GRAE* by β KL(q ‖ the optimum), and GRAE* is not below GRAE", async () => {
  await startEngine("wasm");
  const fitted = untrained({ latent: 3, hidden: [10] });
  const digits = await few(20);
  const values = await track(fitted, digits, TRACKED_AT, { pairs: 2, columns: 2 }, key(5));
  const scope = tf.openScope();
  const model = bindModel(fitted.setup.description, fitted.parameters);
  const q = model.posterior(imagesOf(digits, 0, 20));
  const { root } = optimalCovariance(
    family("mean-field", 3),
    model.weightedJacobian(q.mean).tangents,
    TRACKED_AT,
  );
  // KL between diagonal Gaussians of one mean, from variances v and w: ½Σ(v/w − 1 − log v/w).
  const variances = async (covariance: tf.Tensor): Promise<Float32Array> =>
    await read(tf.sum(tf.mul(covariance, tf.eye(3)), 2));
  const [v, w] = [
    await variances(q.covariance()),
    await variances(posteriorOfRoot(q.mean, root).covariance()),
  ];
  const divergence = v.reduce((sum, vi, i) => sum + (vi / w[i]! - 1 - Math.log(vi / w[i]!)) / 2, 0) / 20;
  // The same in float32 sums of 760.
  assertAlmostEquals(
    values["taylor-jacobian"].loss - values["grae-star"].loss,
    TRACKED_AT * divergence,
    2e-4,
  );
  assertEquals(values.grae.loss <= values["grae-star"].loss + 1e-5, true);
  // And the KL term is the model's own.
  const kl = (await read(tf.mean(klToPrior(q))))[0]!;
  assertAlmostEquals(values["beta-vae"].terms.kl!, TRACKED_AT * kl, 1e-5);
  scope.close();
  tf.dispose([...fitted.parameters]);
});

Deno.test("[T1] a linear decoder leaves no error at any t, and nothing out", async () => {
  await startEngine("wasm");
  const fitted = untrained({ activation: "identity", latent: 3, hidden: [8], seed: 8 });
  const digits = take((await loadDigits()).heldOut, 5);
  const before = tf.memory().numTensors;
  const found = await contract(fitted, digits, { pairs: 4, halvings: 3 }, key(0));
  assertEquals(tf.memory().numTensors, before);
  assertEquals(found.map(({ t }) => t), [1, 0.5, 0.25, 0.125]);
  for (const { t, hessian, jacobian, leftOut } of found) {
    assertEquals([jacobian, leftOut], [hessian, 0]);
    // What float32 leaves of sums of 784 squares.
    assertEquals(Math.abs(hessian) < 1e-4 * t, true, `${hessian} at ${t}`);
  }
  tf.dispose([...fitted.parameters]);
});

/**
 * A model whose errors cannot vanish by chance: q is N(0.3, 1) for every digit, each unit of the decoder is bent downwards
 * there, adds to every pixel, and every pixel is above what is decoded.
 */
function bent(): Fitted {
  const { setup } = untrained({ activation: "tanh", latent: 1, hidden: [8] });
  const values: Record<string, (i: number) => number> = {
    "encoder.1.bias": (i) => i === 0 ? 0.3 : 0,
    "decoder.0.weight": (i) => 0.3 + 0.1 * i,
    "decoder.0.bias": () => 0.5,
    "decoder.1.weight": (i) => 0.02 * (1 + i % 3),
    "decoder.1.bias": () => -0.6,
  };
  const parameters = modelParameterShapes(setup.description).map(({ name, shape }) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => values[name]?.(i) ?? 0),
      [...shape],
    )
  );
  return { setup, parameters };
}

Deno.test("the errors are those of the losses themselves, with the expectation by Gauss–Hermite quadrature", async () => {
  await startEngine("wasm");
  const fitted = bent();
  const digits = take((await loadDigits()).heldOut, 4);
  const found = await contract(fitted, digits, { pairs: 4000, halvings: 2 }, key(1));
  const scope = tf.openScope();
  const x = imagesOf(digits, 0, 4);
  const model = bindModel(fitted.setup.description, fitted.parameters);
  const q = model.posterior(x);
  const { points, weights } = gaussHermite(30);
  for (const { t, hessian, jacobian, leftOut, standardError } of found) {
    const energy = async (z: tf.Tensor): Promise<Float32Array> =>
      await read(model.likelihood.energy(x, model.decoder.apply(z)));
    const at = await energy(q.mean);
    let exact = 0;
    for (const [i, node] of points.entries()) {
      const z = tf.add(q.mean, tf.mul(Math.sqrt(t) * node, tf.reshape(q.columns(), [4, 1])));
      (await energy(z)).forEach((value, b) => exact += weights[i]! * (value - at[b]!) / 4);
    }
    const curvature = async (loss: typeof taylorHessianLoss): Promise<number> =>
      t * (await read(tf.mean(loss(model, x, key(0), 1).terms.curvature!)))[0]!;
    const [full, gaussNewton] = [await curvature(taylorHessianLoss), await curvature(taylorJacobianLoss)];
    falseAlarm(2 * 5.8e-7);
    // Five standard errors, and what float32 leaves of an energy of about 100.
    const slack = 5 * standardError + 2e-5;
    assertAlmostEquals(hessian, full - exact, slack, `Hessian at ${t}`);
    assertAlmostEquals(jacobian, gaussNewton - exact, slack, `Gauss–Newton at ${t}`);
    assertAlmostEquals(leftOut, gaussNewton - full, 2e-5, `left out at ${t}`);
    // So neither error passes for the other, or for none.
    assertEquals(Math.abs(leftOut) > slack && Math.abs(hessian) > slack, true);
  }
  scope.close();
  tf.dispose([...fitted.parameters]);
});

/** Errors at t = 1, ½ …, and the standard error of their draws. */
const errors = (error: (t: number) => number, standardError = 1e-9): Contraction[] =>
  Array.from({ length: 7 }, (_, k) => {
    const t = 2 ** -k;
    return { t, hessian: error(t), jacobian: -error(t), leftOut: 0, standardError };
  });

Deno.test("an order is the power of t that errors of either sign fall like at the smallest t", () => {
  assertAlmostEquals(orderOf(errors((t) => 3 * t ** 2), "hessian")!, 2, 1e-12);
  assertAlmostEquals(orderOf(errors((t) => 3 * t ** 2), "jacobian")!, 2, 1e-12);
  // 2t + t²/2: at the largest of the four, t = 1/8, the slope is 1 + (t/4)/(1 + t/4) = 1.030.
  const order = orderOf(errors((t) => 2 * t + t ** 2 / 2), "hessian")!;
  assertEquals(order > 1 && order < 1.03, true, String(order));
  // What larger t do is not looked at.
  assertAlmostEquals(orderOf(errors((t) => t > 0.2 ? 1 : t), "hessian")!, 1, 1e-12);
  // The fourth is: twice its error is 1.5 of 5 in the slope, the squares of ±0.5 and ±1.5 together, in units of log 2.
  assertAlmostEquals(orderOf(errors((t) => t > 0.1 && t < 0.2 ? 2 * t : t), "hessian")!, 1 + 1.5 / 5, 1e-12);
});

Deno.test("an order that the draws hide is none", () => {
  const least = 2 ** -6;
  assertEquals(orderOf(errors((t) => t, 0.49 * least), "hessian") === null, false);
  assertEquals(orderOf(errors((t) => t, 0.51 * least), "hessian"), null);
  assertEquals(orderOf(errors(() => 0, 0), "jacobian"), null);
});

Deno.test("scoring that is aborted throws the reason and leaves no tensor", async () => {
  await startEngine("wasm");
  const fitted = untrained({ latent: 2, hidden: [8] });
  const digits = await few(10);
  const before = tf.memory().numTensors;
  const signal = AbortSignal.abort(new DOMException("enough", "AbortError"));
  for (
    const scored of [
      () => judge(fitted, digits, 1, 2, key(0), signal),
      () => track(fitted, digits, 1, { pairs: 2, columns: 2 }, key(0), signal),
      () => contract(fitted, digits, { pairs: 2, halvings: 3 }, key(0), signal),
    ]
  ) await assertRejects(scored, DOMException, "enough");
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([...fitted.parameters]);
});
