import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { ActivationName, FamilySpec, NetworkSpec, ObjectiveName } from "../contract/subject.ts";
import { derivative } from "../../fixtures/laws/finite_difference.ts";
import type { Likelihood } from "./likelihood.ts";
import { oracle } from "./mod.ts";
import type { Case } from "./model.ts";
import { softplus } from "./smooth.ts";
import { randomCase } from "../../fixtures/laws/random_model.ts";

const names = Object.keys(oracle.objectives) as ObjectiveName[];

const variants: readonly [ActivationName, Likelihood, FamilySpec][] = [
  ["tanh", { kind: "gaussian", variance: 1 }, { kind: "full" }],
  ["softplus", { kind: "gaussian", variance: 0.3 }, { kind: "mean-field" }],
  ["gelu", { kind: "bernoulli" }, { kind: "block", size: 2 }],
  ["sigmoid", { kind: "bernoulli" }, { kind: "isotropic" }],
  ["tanh", { kind: "continuous-bernoulli" }, { kind: "full" }],
  ["gelu", { kind: "scaled-gaussian", logSigma: [-0.3] }, { kind: "block", size: 2 }],
  ["softplus", { kind: "scaled-gaussian", logSigma: [0.2, -0.5, 0.1, 0.4, -0.2] }, { kind: "mean-field" }],
];

/** The case with `t` added to one parameter. */
function moved(
  given: Case,
  part: "encoder" | "decoder",
  layer: number,
  at: readonly [number, number] | number,
  t: number,
): Case {
  const networks: NetworkSpec = given.model[part].map((spec, l) => {
    if (l !== layer) return spec;
    return typeof at === "number" ? { ...spec, bias: spec.bias.map((b, i) => (i === at ? b + t : b)) } : {
      ...spec,
      weight: spec.weight.map((row, i) => row.map((w, j) => (i === at[0] && j === at[1] ? w + t : w))),
    };
  });
  return { ...given, model: { ...given.model, [part]: networks } };
}

/** The case with `t` added to one log σ. */
function rescaled(given: Case, at: number, t: number): Case {
  const { likelihood } = given.model;
  if (likelihood.kind !== "scaled-gaussian") throw new TypeError("the case has no log σ");
  const logSigma = likelihood.logSigma.map((log, i) => i === at ? log + t : log);
  return { ...given, model: { ...given.model, likelihood: { ...likelihood, logSigma } } };
}

for (const name of names) {
  Deno.test(`[A2] the gradient of ${name} is the limit of its differences, in both networks, every layer and log σ`, () => {
    variants.forEach(([activation, likelihood, family], seed) => {
      const given = randomCase(seed, activation, likelihood, family);
      const evaluate = oracle.objectives[name];
      const { gradient } = evaluate(given);
      const learned = likelihood.kind === "scaled-gaussian" ? likelihood.logSigma : [];
      assertEquals(gradient.logSigma.length, learned.length);
      gradient.logSigma.forEach((exact, at) => {
        const { value, error } = derivative((t) => evaluate(rescaled(given, at, t)).loss);
        assert(
          error < 1e-8 && Math.abs(exact - value) <= error,
          `log σ ${at}: ${exact} and ${value} ± ${error}`,
        );
      });
      for (const part of ["encoder", "decoder"] as const) {
        gradient[part].forEach(({ weight, bias }, layer) => {
          const row = seed % weight.length, column = (seed + layer) % bias.length;
          for (
            const [at, exact] of [[column, bias[column]!], [[row, column], weight[row]![column]!]] as const
          ) {
            const { value, error } = derivative((t) => evaluate(moved(given, part, layer, at, t)).loss);
            const message = `${activation} ${part} ${layer} ${at}: ${exact} and ${value} ± ${error}`;
            assert(error < 1e-8, `the difference itself is too rough: ${message}`);
            assert(Math.abs(exact - value) <= error, message);
          }
        });
      }
    });
  });

  Deno.test(`${name}: the loss is the mean over the batch of the sum of its terms`, () => {
    const { loss, terms } = oracle.objectives[name](
      randomCase(7, "tanh", { kind: "bernoulli" }, { kind: "full" }),
    );
    const sums = [0, 1].map((example) => Object.values(terms).reduce((sum, term) => sum + term[example]!, 0));
    assertAlmostEquals(loss, (sums[0]! + sums[1]!) / 2, 1e-13);
    const kind = name.startsWith("grae")
      ? ["prior", "volume"]
      : name === "beta-vae"
      ? ["kl"]
      : ["curvature", "kl"];
    assertEquals(Object.keys(terms), ["reconstruction", ...kind]);
  });
}

Deno.test("on a ReLU network, off its kinks, the two Taylor losses and their gradients are equal", () => {
  for (const activation of ["relu", "leaky-relu", "identity"] as const) {
    const given = randomCase(3, activation, { kind: "gaussian", variance: 2 }, { kind: "full" });
    const hessian = oracle.objectives["taylor-hessian"](given);
    const gaussNewton = oracle.objectives["taylor-jacobian"](given);
    assertAlmostEquals(hessian.loss, gaussNewton.loss, 1e-13);
    hessian.gradient.decoder.forEach(({ weight }, layer) =>
      weight.forEach((row, i) =>
        row.forEach((entry, j) =>
          assertAlmostEquals(entry, gaussNewton.gradient.decoder[layer]!.weight[i]![j]!, 1e-13)
        )
      )
    );
  }
});

Deno.test("a learned σ of 1 is the unit Gaussian, another one the loss at βσ² over σ² with n log σ, and A of the logistic the Bernoulli", () => {
  const unit = randomCase(5, "tanh", { kind: "gaussian", variance: 1 }, { kind: "full" });
  const binary = randomCase(5, "tanh", { kind: "bernoulli" }, { kind: "full" });
  const log = -0.4, sigma = Math.exp(log);
  const softplusFamily = { kind: "exponential-family", logPartition: softplus } as const;
  for (const name of names) {
    const evaluate = oracle.objectives[name];
    const at = (logSigma: readonly number[], beta: number): number =>
      evaluate({
        ...{ ...unit, beta },
        model: { ...unit.model, likelihood: { kind: "scaled-gaussian", logSigma } },
      }).loss;
    assertAlmostEquals(at([0], 0.7), evaluate(unit).loss, 1e-12);
    // MATH of a learned σ: all but the constant is L(1, βσ²)/σ² + n log σ.
    const constant = name.startsWith("grae") ? 0 : 5 / 2 * Math.log(2 * Math.PI);
    const scaled = (evaluate({ ...unit, beta: 0.7 * sigma ** 2 }).loss - constant) / sigma ** 2;
    assertAlmostEquals(at([log], 0.7), scaled + 5 * log + constant, 1e-12);
    assertAlmostEquals(
      evaluate({ ...binary, model: { ...binary.model, likelihood: softplusFamily } }).loss,
      evaluate(binary).loss,
      1e-12,
    );
  }
});

Deno.test("with unit variance the profiled full loss is GRAE plus (n/2) log 2π, and the profiled block loss GRAE-block", () => {
  for (
    const [family, name] of [["full", "grae"], ["block", "grae-block"], ["mean-field", "grae-star"]] as const
  ) {
    const given = randomCase(
      5,
      "elu",
      { kind: "gaussian", variance: 1 },
      { kind: family, size: 2 } as FamilySpec,
    );
    const profiled = oracle.objectives.profiled(given);
    const direct = oracle.objectives[name](given);
    assertAlmostEquals(profiled.loss, direct.loss + 5 / 2 * Math.log(2 * Math.PI), 1e-13);
    profiled.gradient.encoder.forEach(({ bias }, layer) =>
      bias.forEach((entry, i) => assertAlmostEquals(entry, direct.gradient.encoder[layer]!.bias[i]!, 1e-13))
    );
  }
});

Deno.test("an objective says which input it lacks, and refuses β ≤ 0 and an encoder that is too narrow", () => {
  const given = randomCase(1, "tanh", { kind: "bernoulli" }, { kind: "full" });
  const { noise: _noise, columns: _columns, block: _block, ...bare } = given;
  assertThrows(() => oracle.objectives["beta-vae"](bare), TypeError, "beta-vae: the case must give noise");
  assertThrows(
    () => oracle.objectives["grae-block"](bare),
    TypeError,
    "grae-block: the case must give block",
  );
  assertThrows(() => oracle.objectives["grae-star-stochastic"](bare), TypeError, "must give columns");
  assertThrows(() => oracle.objectives.grae({ ...given, beta: 0 }), RangeError, "beta must be > 0, but is 0");
  assertThrows(
    () => oracle.objectives.grae({ ...given, model: { ...given.model, latent: 99 } }),
    RangeError,
    "the encoder must give at least 99 numbers",
  );
  assertThrows(
    () =>
      oracle.objectives["taylor-jacobian"]({
        ...given,
        model: { ...given.model, family: { kind: "isotropic" } },
      }),
    RangeError,
    "the isotropic family on 4 latents has 1 raw numbers, but 10 were given",
  );
  assertThrows(
    () => oracle.objectives["grae-block"]({ ...given, block: 3 }),
    RangeError,
    "do not fill 4 latents",
  );
});
