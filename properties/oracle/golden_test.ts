import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { childCommand } from "../../tools/process.ts";
import { pythonObstacle, unlessObstacle } from "../../fixtures/python.ts";
import { type Golden, golden } from "../../fixtures/golden/mod.ts";
import type { FamilySpec, ObjectiveName, ObjectiveValue } from "../contract/subject.ts";
import { logLikelihoodHessian } from "./expectation.ts";
import { oracle } from "./mod.ts";

/**
 * Two float64 programs that sum in different orders: 900 roundings of 2⁻⁵³, relative to the largest entry of an array.
 * The largest difference measured is 6.5e-15, the median 2.2e-16.
 */
const tolerance = 1e-13;

/** All numbers in nested arrays and records, in order. */
function numbers(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbers) : [];
}

/** The largest difference, relative to the largest of the expected numbers; absolute where those are all zero. */
function discrepancy(actual: unknown, expected: unknown): number {
  const left = numbers(actual), right = numbers(expected);
  assertEquals(left.length, right.length);
  const scale = Math.max(...right.map(Math.abs)) || 1;
  return Math.max(...right.map((entry, i) => Math.abs(entry - left[i]!))) / scale;
}

function assertGolden(what: string, actual: unknown, expected: unknown): void {
  const off = discrepancy(actual, expected);
  assert(off <= tolerance, `${what} is off by ${off}, which exceeds ${tolerance}`);
}

/** Every array of an objective's value by itself: the loss, each term, and each layer's weight and bias. */
function assertGoldenValue(
  what: string,
  actual: Required<ObjectiveValue>,
  expected: Required<ObjectiveValue>,
): void {
  assertGolden(`${what} loss`, actual.loss, expected.loss);
  assertEquals(Object.keys(actual.terms).sort(), Object.keys(expected.terms).sort());
  for (const [term, values] of Object.entries(expected.terms)) {
    assertGolden(`${what} ${term}`, actual.terms[term], values);
  }
  for (const part of ["encoder", "decoder"] as const) {
    expected.gradient[part].forEach(({ weight, bias }, layer) => {
      assertGolden(
        `${what} gradient of ${part} weight ${layer}`,
        actual.gradient[part][layer]!.weight,
        weight,
      );
      assertGolden(`${what} gradient of ${part} bias ${layer}`, actual.gradient[part][layer]!.bias, bias);
    });
  }
}

for (const { name, given, directions, expected } of golden.cases) {
  const { model, x, beta } = given;
  const { decoder, likelihood, latent } = model;

  Deno.test(`[A9] ${name}: decoder, likelihood, posterior and optimal covariances equal JAX's`, () => {
    const output = oracle.apply(model.encoder, x);
    const mean = output.map((row) => row.slice(0, latent));
    const raw = output.map((row) => row.slice(latent));
    const g = oracle.apply(decoder, mean);
    assertGolden("mean", mean, expected.mean);
    assertGolden("output", g, expected.output);
    assertGolden("log density", oracle.logDensity(likelihood, x, g), expected.logDensity);
    assertGolden("Jacobian", oracle.jacobian(decoder, mean), expected.jacobian);
    assertGolden(
      "second directional derivatives",
      oracle.secondDirectional(decoder, mean, directions),
      expected.secondDirectional,
    );
    const hessian = mean.map((z, example) => logLikelihoodHessian(decoder, likelihood, x[example]!, z));
    assertGolden("Hessian", hessian, expected.logLikelihoodHessian);
    const weights = oracle.curvature(likelihood, x, g);
    assertGolden("curvature", weights, expected.curvature);
    assertGolden("Gram", oracle.gram(decoder, mean, weights), expected.gram);
    assertGolden("covariance", oracle.covariance(model.family, latent, raw), expected.covariance);
    assertGolden("KL", oracle.kl(model.family, mean, raw), expected.kl);
    const families: readonly FamilySpec[] = [
      { kind: "isotropic" },
      { kind: "mean-field" },
      { kind: "block", size: given.block },
      { kind: "full" },
    ];
    for (const family of families) {
      const sigma = oracle.optimalCovariance(family, expected.gram, beta);
      assertGolden(`optimal ${family.kind} covariance`, sigma, expected.optimalCovariance[family.kind]);
    }
  });

  Deno.test(`[A9] ${name}: all objectives, their terms and their gradients equal JAX's`, () => {
    for (const [objective, evaluate] of Object.entries(oracle.objectives)) {
      assertGoldenValue(objective, evaluate(given), expected.objectives[objective as ObjectiveName]);
    }
  });
}

Deno.test("[A9] the golden cases cover every activation, family and likelihood", () => {
  const activations = golden.cases.flatMap(({ given }) =>
    given.model.decoder.map((layer) => layer.activation)
  );
  assertEquals(
    [...new Set(activations)].sort(),
    ["elu", "gelu", "identity", "leaky-relu", "relu", "sigmoid", "softplus", "tanh"],
  );
  for (const kind of ["gaussian", "bernoulli"] as const) {
    const families = golden.cases
      .filter(({ given }) => given.model.likelihood.kind === kind)
      .map(({ given }) => given.model.family.kind);
    assertEquals([...new Set(families)].sort(), ["block", "full", "isotropic", "mean-field"]);
  }
  const names = Object.keys(oracle.objectives).sort();
  for (const { expected } of golden.cases) assertEquals(Object.keys(expected.objectives).sort(), names);
});

Deno.test("[A9] the comparison rejects a relative difference of 1e-12, a number that is not finite, and a missing one", () => {
  assertGolden("equal", { a: [1, [2]] }, [[1, 2]]);
  for (const wrong of [[1, 2 * (1 + 1e-12)], [1, NaN], [1]]) {
    assertThrows(() => assertGolden("wrong", wrong, [1, 2]));
  }
  assertThrows(() => assertGolden("wrong", [1e-12, 0], [0, 0]));
});

const script = new URL("../../fixtures/golden/make_golden.py", import.meta.url);
const obstacle = await pythonObstacle("jax");

unlessObstacle(obstacle, "[A9] the script makes the golden values again", async () => {
  const { stdout, success } = await childCommand("python3", {
    args: [fromFileUrl(script)],
    stderr: "inherit",
  }).output();
  assert(success, "the script failed");
  const again: Golden = JSON.parse(new TextDecoder().decode(stdout));
  golden.cases.forEach((golden, i) => {
    const made = again.cases[i]!;
    assertEquals(made.name, golden.name);
    assertEquals(made.given, golden.given);
    for (const [key, value] of Object.entries(golden.expected)) {
      if (key === "objectives") continue;
      assertGolden(`${golden.name}: ${key}`, made.expected[key as keyof typeof golden.expected], value);
    }
    for (const [objective, value] of Object.entries(golden.expected.objectives)) {
      assertGoldenValue(
        `${golden.name}: ${objective}`,
        made.expected.objectives[objective as ObjectiveName],
        value,
      );
    }
  });
});
