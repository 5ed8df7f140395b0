import { assertAlmostEquals } from "@std/assert";
import type { ModelSpec } from "../contract/subject.ts";
import { randomMatrix, randomNetwork } from "../../fixtures/laws/random_model.ts";
import { product, trace, transpose } from "./dense.ts";
import { decoderOf, expectedReconstruction, logDensityOf } from "./expectation.ts";
import { oracle } from "./mod.ts";
import { gaussHermite, gaussLegendre } from "./quadrature.ts";
import { normal } from "./random.ts";

Deno.test("of a linear decoder the expected reconstruction is [‖x − Wm − b‖² + tr(WΣWᵀ)]/2σ² + (n/2) log 2πσ²", () => {
  const w = randomMatrix(3, 2, normal(23)), bias = [0.3, -0.1, 0.7], variance = 0.6;
  const x = [0.9, -0.4, 1.3], mean = [0.2, -0.5], l = [[0.7, 0], [0.4, 1.1]];
  const decoder = decoderOf([{ weight: transpose(w), bias, activation: "identity" }]);
  const rules = mean.map(() => gaussHermite(3));
  const found = expectedReconstruction(decoder, { kind: "gaussian", variance }, x, {
    mean,
    factor: l,
    rules,
  });
  const decoded = product(w, mean.map((entry) => [entry]));
  const residual = x.reduce((sum, value, k) => sum + (value - bias[k]! - decoded[k]![0]!) ** 2, 0);
  const spread = trace(product(product(w, product(l, transpose(l))), transpose(w)));
  const expected = (residual + spread) / (2 * variance) + 3 / 2 * Math.log(2 * Math.PI * variance);
  assertAlmostEquals(found, expected, 1e-13);
});

Deno.test("the expected reconstruction is that of the β-VAE's objective over quadrature points taken as noise", () => {
  const generate = normal(4);
  const model: ModelSpec = {
    encoder: randomNetwork([3, 4, 2], "tanh", generate),
    decoder: randomNetwork([1, 4, 3], "softplus", generate),
    latent: 1,
    likelihood: { kind: "bernoulli" },
    family: { kind: "mean-field" },
  };
  const image = [0, 1, 0.5], rule = gaussHermite(40);
  const [mean, log] = decoderOf(model.encoder)(image);
  const q = { mean: [mean!], factor: [[Math.exp(log!)]], rules: [rule] };
  const reconstruction = rule.points.reduce((sum, point, i) => {
    const value = oracle.objectives["beta-vae"]({ model, x: [image], beta: 0.5, noise: [[[point]]] });
    return sum + rule.weights[i]! * value.terms["reconstruction"]![0]!;
  }, 0);
  const found = expectedReconstruction(decoderOf(model.decoder), model.likelihood, image, q);
  assertAlmostEquals(found, reconstruction, 1e-13);
});

Deno.test("a bounded posterior inside one linear piece sees a linear decoder", () => {
  const hinge = decoderOf([{ weight: [[1, -1]], bias: [0, 0], activation: "relu" }]);
  const q = { mean: [2], factor: [[0.5]], rules: [gaussLegendre(5)] };
  const unit = { kind: "gaussian", variance: 1 } as const;
  const expected = -logDensityOf(unit, [1, 0], [2, 0]) + 0.25 / 3 / 2;
  assertAlmostEquals(expectedReconstruction(hinge, unit, [1, 0], q), expected, 1e-14);
});
