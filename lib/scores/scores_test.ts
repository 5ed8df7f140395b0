import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { cloneKey, normal, read, startEngine, tf, uniform } from "../engine/mod.ts";
import { bindModel, describeModel, family, gaussian, type Model } from "../model/mod.ts";
import {
  activeUnits,
  axisAlignment,
  betaVaeScore,
  completeness,
  dci,
  disentanglement,
  factorVaeScore,
  importanceWeightedLogLikelihood,
  lasso,
  latentInformation,
  mutualInformationGap,
  rateDistortion,
  separatedAttributePredictability,
} from "./mod.ts";

await startEngine("wasm");

/** Every choice of three factors of 3, 4 and 2 classes. */
const grid = Array.from({ length: 24 }, (_, n) => [Math.floor(n / 8), Math.floor(n / 2) % 4, n % 2]);
/** The factors in another order, with other signs and scales. */
const codes = grid.map(([a, b, c]) => Float32Array.of(-2 * c!, 0.5 * a!, 3 * b! + 1));

Deno.test("codes that are the factors have 1 of each score, whatever kind of array their rows are", () => {
  assertAlmostEquals(mutualInformationGap(codes, grid), 1, 1e-12);
  assertAlmostEquals(separatedAttributePredictability(codes, grid), 1, 1e-12);
  const { disentanglement, completeness, error, importance } = dci(
    { codes, factors: grid },
    { codes, factors: grid },
  );
  assertAlmostEquals(disentanglement, 1, 1e-12);
  assertAlmostEquals(completeness, 1, 1e-12);
  // The lasso takes α off a weight of 1, and with it off every fit.
  assertAlmostEquals(error, 0.02, 1e-9);
  assertEquals(importance.map((row) => row.findIndex((entry) => entry > 0.5)), [2, 0, 1]);
});

Deno.test("codes that are drawn without the factors are near 0 of each score", () => {
  const n = 4000, drawn = uniform(key(1), 3 * n);
  const independent = Array.from({ length: n }, (_, k) => drawn.subarray(3 * k, 3 * k + 3));
  const factors = Array.from({ length: n }, (_, k) => grid[k % 24]!);
  // 20 bins and 4 classes: the plug-in information is about (19·3)/(2n) = 0.007 nats at chance, over log 4; 6 of its deviations more.
  assert(mutualInformationGap(independent, factors) < 0.02);
  // Squared correlations are about 1/n, the greatest of 3 below 36/n but once in 10⁸.
  assert(separatedAttributePredictability(independent, factors) < 36 / n);
  const scored = dci({ codes: independent, factors }, { codes: independent, factors }, { penalty: 0.1 });
  assertEquals([scored.disentanglement, scored.completeness], [0, 0]);
  assertAlmostEquals(scored.error, 1, 1e-12);
});

Deno.test("two latents that share a factor have a gap of 0, and complete it less", () => {
  const shared = grid.map(([a]) => [a!, -a!]), first = grid.map(([a]) => [a!]);
  assertAlmostEquals(mutualInformationGap(shared, first), 0, 1e-12);
  assertAlmostEquals(separatedAttributePredictability(shared, first), 0, 1e-12);
  assertAlmostEquals(completeness([[1, 0], [1, 0], [0, 1]]), (1 - Math.log(2) / Math.log(3) + 1) / 2, 1e-12);
  assertAlmostEquals(disentanglement([[1, 0], [1, 0], [0, 1]]), 1, 1e-12);
});

Deno.test("classes far from 0 have the predictability of the same ones at 0", () => {
  const latents = grid.map(([a, b], n) => [Math.sin(n) + a!, Math.cos(n) - b!]);
  const expected = separatedAttributePredictability(latents, grid);
  assert(expected > 0.01 && expected < 0.9, `${expected}`);
  // Means of these classes are halves, so that they and all differences are exact.
  const far = grid.map((row) => row.map((entry) => entry + 2 ** 50));
  assertAlmostEquals(separatedAttributePredictability(latents, far), expected, 1e-12);
});

Deno.test("the lasso of one latent is the correlation, less the penalty", () => {
  const v = [[1], [2], [4], [7]], y = [0, 1, 1, 5];
  const correlation = Math.sqrt(separatedAttributePredictability(v, y.map((entry) => [entry])));
  assertAlmostEquals(lasso(v, y, 0.1)[0]!, correlation - 0.1, 1e-12);
  assertEquals([...lasso(v, y, 1)], [0]);
  assertEquals([...lasso(v.map((row) => [...row, 3]), y, 0.1)].length, 2);
});

/** `[count]` of −1 and 1 in turn, with the other sign from a place to before another. */
const signs = (count: number, from = 0, to = 0): number[] =>
  Array.from({ length: count }, (_, n) => (n % 2 ? 1 : -1) * (n >= from && n < to ? -1 : 1));
/** Two latents that differ in two examples, and targets that differ from the first in 2 · flips of them, one of those two among them. */
function alike(count: number, flips: number): [codes: number[][], targets: number[]] {
  const [first, second] = [signs(count), signs(count, count - 2, count)];
  return [first.map((entry, n) => [entry, second[n]!]), signs(count, count - 1 - 2 * flips, count - 1)];
}
/** Sweeps until their weights settle: w₁ = a − ρ w₂, w₂ = a − ρ w₁. */
function sweeps(count: number, flips: number): number {
  const rho = (count - 4) / count, along = (count - 4 * flips) / count;
  for (let k = 1, first = 0, second = 0;; k++) {
    const one = along - rho * second, other = along - rho * one;
    if (Math.max(Math.abs(one - first), Math.abs(other - second)) <= 1e-12) return k;
    [first, second] = [one, other];
  }
}

Deno.test("the weights of a lasso may settle in the last of 100,000 sweeps, and are refused where they do in the next", () => {
  const count = 44_000;
  // The more targets differ from both latents, the fewer sweeps.
  let [over, within] = [0, 10_000];
  while (within - over > 1) {
    const middle = (over + within) >> 1;
    if (sweeps(count, middle) > 100_000) over = middle;
    else within = middle;
  }
  assertEquals([over, within].map((flips) => sweeps(count, flips)), [100_001, 100_000]);
  const [first, second] = lasso(...alike(count, within), 0);
  assert(Math.abs(first! + second! - 1 + 4 * within / count) < 1e-3);
  const { message } = assertThrows(() => lasso(...alike(count, over), 0), RangeError);
  assertStringIncludes(message, "lasso: the weights must settle in 100000 sweeps, but they still move");
  assertStringIncludes(message, "raise the penalty, which is 0");
});

/** Sets of codes in which the factor f is the same, and the others are drawn. */
function fixed(from: readonly [number, number], votes: number): { codes: number[][][]; factors: number[] } {
  const drawn = uniform(from, votes * 8 * 3);
  const factors = Array.from({ length: votes }, (_, v) => v % 3);
  return {
    factors,
    codes: factors.map((f, v) =>
      Array.from(
        { length: 8 },
        (_, s) => Array.from({ length: 3 }, (_, i) => i === f ? 0.5 : drawn[24 * v + 3 * s + i]!),
      )
    ),
  };
}

Deno.test("scores by a classifier are 1 where codes are the factors, and say nothing of collapsed latents", () => {
  const [training, evaluation] = [fixed(key(2), 30), fixed(key(3), 30)];
  assertEquals(factorVaeScore(training, evaluation, [0.083, 0.083, 0.083]), 1);
  assertEquals(factorVaeScore(training, evaluation, [0, 0, 0.01]), 0);
  // Votes of training for what is fixed in no vote of the evaluation are of no use.
  assertEquals(
    factorVaeScore(training, { ...evaluation, factors: evaluation.factors.map(() => 7) }, [1, 1, 1]),
    0,
  );
  // The first set has variances of 1 and 2, the second of ½ and 8. In units of the data's, 1 and 8, the second latent varies least
  // in the first set, and the first latent in the second set; in equal units the first latent does in both.
  const set = {
    codes: [[1, 2], [0.5, 8]].map((variances) =>
      [-1, 1].map((sign) => variances.map((v) => sign * Math.sqrt(v)))
    ),
    factors: [0, 1],
  };
  assertEquals([[1, 8], [1, 1]].map((variances) => factorVaeScore(set, set, variances)), [1, 0.5]);
  const [first, second] = [fixed(key(4), 30), fixed(key(5), 30)];
  const pairs = (one: typeof first, other: typeof first): Parameters<typeof betaVaeScore>[0] => ({
    first: one.codes,
    second: other.codes,
    factors: one.factors,
  });
  assertEquals(betaVaeScore(pairs(first, second), pairs(training, evaluation)), 1);
});

Deno.test("units that vary by 0.01 at most are not active", () => {
  assertEquals(activeUnits([[0.09, 3], [-0.09, 3.21]]), 1);
  assertEquals(activeUnits([[0.11, 3], [-0.11, 3]], 0.02), 0);
});

Deno.test("units vary by more than 0.01, latents by more than 0.05, and axes by more than 1e-6 of the greatest, or do not count", () => {
  assertEquals([0.0999, 0.1001].map((mean) => activeUnits([[mean], [-mean]])), [0, 1]);
  const [training, evaluation] = [fixed(key(21), 30), fixed(key(22), 30)];
  const scores = [0.05, 0.0501].map((v) => factorVaeScore(training, evaluation, [v, v, v]));
  assertEquals(scores, [0, 1]);
  const axes = [0.99e-6, 1.01e-6].map((short) => axisAlignment([[1, 0], [0, short]], [[0], [1]]));
  assertEquals(axes, [0, 1]);
});

Deno.test("what is left out is 20 bins, a penalty of 0.02, 100 samples of a likelihood, and one of a distortion", async () => {
  const drawn = uniform(key(23), 200),
    latents = Array.from({ length: 100 }, (_, n) => [drawn[n]!, drawn[n + 100]!]);
  const factors = latents.map(([a]) => [Math.floor(4 * a!)]);
  const mig = (bins?: number) => mutualInformationGap(latents, factors, bins === undefined ? {} : { bins });
  assertEquals(mig(), mig(20));
  for (const bins of [19, 21]) assertNotEquals(mig(), mig(bins));
  const all = { codes: latents, factors: latents };
  assertEquals(dci(all, all), dci(all, all, { penalty: 0.02 }));
  const x = tf.tensor(normal(key(24), 8), [4, 2]), model = linear(0.5, 1.5), from = key(25);
  const samples = (count?: number) => (count === undefined ? {} : { samples: count });
  const likelihood = (count?: number) =>
    importanceWeightedLogLikelihood(model, x, cloneKey(from), samples(count));
  assertEquals(await likelihood(), await likelihood(100));
  for (const count of [99, 101]) assertNotEquals(await likelihood(), await likelihood(count));
  const distortion = (count?: number) => rateDistortion(model, x, cloneKey(from), samples(count));
  assertEquals(await distortion(), await distortion(1));
  assertNotEquals(await distortion(), await distortion(2));
});

Deno.test("the lasso ends where no weight moves by 1e-12, or is refused after 100,000 sweeps", () => {
  // Of two codes with the correlation ρ, each sweep leaves ρ² of what is missing.
  const [u, v] = [[1, 1, -1, -1], [1, -1, 1, -1]];
  const solve = (left: number): Float64Array => {
    const rho = Math.sqrt(1 - left);
    return lasso(u.map((entry, n) => [entry, rho * entry + Math.sqrt(left) * v[n]!]), v, 0);
  };
  const left = 0.02, error = Math.abs(solve(left)[0]! + Math.sqrt(1 - left) / Math.sqrt(left));
  // The last move was between (1 − 0.02) 1e-12 and 1e-12, and all that follow are a geometric series.
  const missing = 1e-12 * (1 - left) / left;
  assert(error > 0.95 * missing && error < 1.02 * missing, `${error}`);
  /** Moves begin at √(1 − ρ²), so that this is the number of sweeps. */
  const sweeps = (left: number): number => Math.log(Math.sqrt(left) / 1e-12) / -Math.log1p(-left);
  assertEquals([2.41e-4, 2.28e-4].map((left) => Math.round(sweeps(left) / 1000)), [97, 103]);
  solve(2.41e-4);
  assertThrows(() => solve(2.28e-4), RangeError, "must settle in 100000 sweeps, but they still move");
});

Deno.test("principal axes are matched one to one, and a factor without one has 0", () => {
  const jacobian = [[3, 0], [0, 1], [0, 0]];
  assertAlmostEquals(axisAlignment(jacobian, [[0, 2], [-1, 0], [0, 0]]), 1, 1e-12);
  assertAlmostEquals(axisAlignment(jacobian, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]), 2 / 3, 1e-12);
  // One factor, two axes: the best is its own.
  assertAlmostEquals(axisAlignment(jacobian, [[1], [2], [0]]), 2 / Math.sqrt(5), 1e-12);
});

/** x = w z + e with z ~ N(0, 1) and e ~ N(0, σ²), and its exact posterior, or one of another deviation. */
function linear(variance: number, stretch = 1): Model {
  const w = [1.5, -0.5], precision = 1 + (w[0]! ** 2 + w[1]! ** 2) / variance;
  const description = describeModel({
    data: 2,
    latent: 1,
    hidden: [],
    activation: "tanh",
    likelihood: gaussian(variance),
    family: family("mean-field", 1),
  });
  const encoder = w.flatMap((entry) => [entry / (variance * precision), 0]);
  return bindModel(description, [
    tf.tensor(encoder, [2, 2]),
    tf.tensor([0, Math.log(stretch / Math.sqrt(precision))]),
    tf.tensor(w, [1, 2]),
    tf.tensor([0, 0]),
  ]);
}

/** −½ (xᵀ C⁻¹ x + log|C|) − log 2π with C = w wᵀ + σ²I, by its two eigenvalues. */
function evidence(variance: number, x: ArrayLike<number>): number {
  const along = (1.5 * x[0]! - 0.5 * x[1]!) / Math.sqrt(2.5),
    across = (0.5 * x[0]! + 1.5 * x[1]!) / Math.sqrt(2.5);
  const total = 2.5 + variance;
  return -(along ** 2 / total + across ** 2 / variance + Math.log(total * variance)) / 2 -
    Math.log(2 * Math.PI);
}

Deno.test("the importance-weighted estimate is log p(x) of a linear model with the exact posterior, and rises to it with others", async () => {
  const batch = 64, values = normal(key(6), 2 * batch), x = tf.tensor(values, [batch, 2]);
  const exact = Array.from({ length: batch }, (_, n) => evidence(0.5, values.subarray(2 * n, 2 * n + 2)));
  const mean = exact.reduce((sum, entry) => sum + entry, 0) / batch;
  const spread = exact.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / (batch - 1);
  const { logLikelihood, standardError } = await importanceWeightedLogLikelihood(linear(0.5), x, key(7), {
    samples: 3,
  });
  assertAlmostEquals(logLikelihood, mean, 1e-4);
  assertAlmostEquals(standardError, Math.sqrt(spread / batch), 1e-4);
  // A deviation of 1.5 times the right one: the weights are bounded, and K = 2,000 is at log p(x).
  const wide = linear(0.5, 1.5);
  const [few, many] = await Promise.all(
    [1, 2000].map((samples) => importanceWeightedLogLikelihood(wide, x, key(8 + samples), { samples })),
  );
  // KL(N(0, 1.5²) ‖ N(0, 1)) = 0.2195 nats; its 64 draws deviate by √2 (1.5² − 1)/2/√64 = 0.11 in all.
  assertAlmostEquals(few!.logLikelihood, mean - 0.2195, 0.6);
  // A weight deviates by less than its mean; over 2,000 samples and 64 examples that is below 0.003.
  assertAlmostEquals(many!.logLikelihood, mean, 0.02);
});

Deno.test("rate and distortion are in nats per example, and do not know β", async () => {
  const x = tf.tensor(normal(key(9), 8), [4, 2]), model = linear(0.5), from = key(10);
  const once = await rateDistortion(model, x, from, { samples: 4 });
  assertEquals(await rateDistortion(model, x, cloneKey(from), { samples: 4 }), once);
  const q = model.posterior(x);
  const h = await read(q.mean), variance = 0.5 / (0.5 + 2.5);
  const rate = h.reduce((sum, entry) => sum + (variance + entry ** 2 - 1 - Math.log(variance)) / 2, 0) / 4;
  assertAlmostEquals(once.rate, rate, 1e-5);
});

Deno.test("no score leaves a tensor behind", async () => {
  const x = tf.tensor(normal(key(13), 8), [4, 2]), model = linear(0.5), before = tf.memory().numTensors;
  await rateDistortion(model, x, key(14));
  await importanceWeightedLogLikelihood(model, x, key(15), { samples: 2 });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("an aggregate posterior tells no more than log N, and nothing where all are the same", () => {
  const apart = { mean: [[0], [1000]], deviation: [[1], [1]], samples: [[0.5], [999]] };
  assertAlmostEquals(latentInformation(apart), Math.log(2), 1e-12);
  const alike = { mean: [[1], [1]], deviation: [[2], [2]], samples: [[0.5], [3]] };
  assertAlmostEquals(latentInformation(alike), 0, 1e-12);
});
