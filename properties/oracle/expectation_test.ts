import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { ModelSpec } from "../contract/subject.ts";
import {
  decoderOf,
  exactBetaVae,
  exactLoss,
  expectedReconstruction,
  logDensityOf,
  marginalDensity,
} from "./expectation.ts";
import {
  linearLoss,
  linearOptimum,
  logMarginal,
  marginalCovariance,
  planeRotation,
  posteriorCovariance,
  posteriorMean,
  posteriorPrecision,
  rotated,
} from "./linear_vae.ts";
import { eigenvalues, identityPlus, product, tabulate, transpose } from "./dense.ts";
import { oracle } from "./mod.ts";
import { gaussHermite, gaussLegendre } from "./quadrature.ts";
import { randomMatrix, randomNetwork } from "../../fixtures/laws/random_model.ts";
import { normal } from "./random.ts";

const next = normal(23);
const linear = { weight: randomMatrix(3, 2, next), bias: [0.3, -0.1, 0.7], variance: 0.6 };
const x = [0.9, -0.4, 1.3];
const decoder = decoderOf([{ weight: transpose(linear.weight), bias: linear.bias, activation: "identity" }]);
const likelihood = { kind: "gaussian", variance: linear.variance } as const;

Deno.test("linear-Gaussian: the marginal by quadrature is N(x; b, WWᵀ + σ²I)", () => {
  assertAlmostEquals(
    Math.log(marginalDensity(decoder, likelihood, x, 2, 80)),
    logMarginal(linear, x),
    1e-12,
  );
});

Deno.test("[G8] linear-Gaussian, β = 1: the optimal loss is the negative log marginal", () => {
  const optimum = linearOptimum({ kind: "full" }, linear, 1, x);
  assertAlmostEquals(optimum.loss, -logMarginal(linear, x), 1e-13);
  assertEquals(optimum.mean, posteriorMean(linear, 1, x));
  posteriorCovariance(linear, 1).flat().forEach((entry, i) =>
    assertAlmostEquals(entry, optimum.covariance.flat()[i]!, 1e-14)
  );
});

Deno.test("linear-Gaussian: the optimum is the least loss over mean and covariance, for any β and family", () => {
  for (const beta of [0.3, 1, 4]) {
    for (const family of [{ kind: "isotropic" }, { kind: "mean-field" }, { kind: "full" }] as const) {
      const { loss, mean, covariance } = linearOptimum(family, linear, beta, x);
      for (const step of [-1e-3, 1e-3]) {
        assert(linearLoss(linear, beta, x, mean.map((m) => m + step), covariance) > loss);
        assert(
          linearLoss(linear, beta, x, mean, covariance.map((row) => row.map((c) => c * (1 + step)))) > loss,
        );
      }
    }
  }
});

Deno.test("linear-Gaussian: the closed loss is the expectation by quadrature, and the expected Hessian the precision", () => {
  const mean = [0.2, -0.5], l = [[0.7, 0], [0.4, 1.1]];
  const covariance = product(l, transpose(l));
  const rule = gaussHermite(3);
  const reconstruction = expectedReconstruction(decoder, likelihood, x, {
    mean,
    factor: l,
    rules: [rule, rule],
  });
  const kl = oracle.kl({ kind: "full" }, [mean], [[Math.log(0.7), Math.log(1.1), 0.4]])[0]!;
  assertAlmostEquals(linearLoss(linear, 2.5, x, mean, covariance), reconstruction + 2.5 * kl, 1e-13);
  const exact = exactLoss(decoder, likelihood, x, 2.5, { mean, covariance }, 3);
  assertAlmostEquals(exact, reconstruction + 2.5 * kl, 1e-13);
  const gram = product(transpose(linear.weight), linear.weight);
  assertAlmostEquals(posteriorPrecision(linear, 2.5)[0]![1]!, gram[0]![1]! / (2.5 * 0.6), 1e-15);
});

Deno.test("[U5] the best mean-field loss after a rotation exceeds the unrestricted one by β/2 [Σ log P_ii − log|P|]", () => {
  const beta = 0.8;
  const turned = rotated(linear, planeRotation(2, 0, 1, 0.7));
  const p = posteriorPrecision(turned, beta);
  const expected = beta / 2 *
    (Math.log(p[0]![0]!) + Math.log(p[1]![1]!) - eigenvalues(p).reduce((sum, e) => sum + Math.log(e), 0));
  const gap = linearOptimum({ kind: "mean-field" }, turned, beta, x).loss -
    linearOptimum({ kind: "full" }, linear, beta, x).loss;
  assertAlmostEquals(gap, expected, 1e-13);
  assert(gap > 1e-3);
});

Deno.test("a plane rotation is orthogonal, turns the first axis towards the second, and keeps the marginal", () => {
  const r = planeRotation(3, 0, 2, 0.4);
  product(r, transpose(r)).flat().forEach((entry, i) =>
    assertAlmostEquals(entry, identityPlus(tabulate(3, 3, () => 0), 0).flat()[i]!, 1e-15)
  );
  assert(r[2]![0]! > 0);
  const turned = rotated(linear, planeRotation(2, 0, 1, 1.1));
  marginalCovariance(turned).flat().forEach((entry, i) =>
    assertAlmostEquals(entry, marginalCovariance(linear).flat()[i]!, 1e-14)
  );
});

Deno.test("the exact β-VAE loss is the limit of the Monte Carlo objective over quadrature points taken as noise", () => {
  const generate = normal(4);
  const model: ModelSpec = {
    encoder: randomNetwork([3, 4, 2], "tanh", generate),
    decoder: randomNetwork([1, 4, 3], "softplus", generate),
    latent: 1,
    likelihood: { kind: "bernoulli" },
    family: { kind: "mean-field" },
  };
  const image = [0, 1, 0.5];
  const exact = exactBetaVae(model, image, 0.5, 40);
  const rule = gaussHermite(40);
  const reconstruction = rule.points.reduce((sum, point, i) => {
    const value = oracle.objectives["beta-vae"]({ model, x: [image], beta: 0.5, noise: [[[point]]] });
    return sum + rule.weights[i]! * value.terms["reconstruction"]![0]!;
  }, 0);
  assertAlmostEquals(exact.reconstruction, reconstruction, 1e-13);
  assertAlmostEquals(exact.loss, exact.reconstruction + exact.kl, 0);
  assertAlmostEquals(exact.loss, exactBetaVae(model, image, 0.5, 60).loss, 1e-10);
});

Deno.test("a bounded posterior inside one linear piece sees a linear decoder", () => {
  const hinge = decoderOf([{ weight: [[1, -1]], bias: [0, 0], activation: "relu" }]);
  const q = { mean: [2], factor: [[0.5]], rules: [gaussLegendre(5)] };
  const unit = { kind: "gaussian", variance: 1 } as const;
  const expected = -logDensityOf(unit, [1, 0], [2, 0]) + 0.25 / 3 / 2;
  assertAlmostEquals(expectedReconstruction(hinge, unit, [1, 0], q), expected, 1e-14);
});
