import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type {
  ActivationName,
  FamilySpec,
  LikelihoodSpec,
  ModelSpec,
  NetworkSpec,
  ObjectiveCase,
  ObjectiveName,
} from "../contract/subject.ts";
import { derivative } from "../../fixtures/laws/finite_difference.ts";
import { oracle } from "./mod.ts";
import { randomCase } from "../../fixtures/laws/random_model.ts";

const names = Object.keys(oracle.objectives) as ObjectiveName[];

const variants: readonly [ActivationName, LikelihoodSpec, FamilySpec][] = [
  ["tanh", { kind: "gaussian", variance: 1 }, { kind: "full" }],
  ["softplus", { kind: "gaussian", variance: 0.3 }, { kind: "mean-field" }],
  ["gelu", { kind: "bernoulli" }, { kind: "block", size: 2 }],
  ["sigmoid", { kind: "bernoulli" }, { kind: "isotropic" }],
];

/** The case with `t` added to one parameter. */
function moved(
  given: ObjectiveCase,
  part: "encoder" | "decoder",
  layer: number,
  at: readonly [number, number] | number,
  t: number,
): ObjectiveCase {
  const networks: NetworkSpec = given.model[part].map((spec, l) => {
    if (l !== layer) return spec;
    return typeof at === "number" ? { ...spec, bias: spec.bias.map((b, i) => (i === at ? b + t : b)) } : {
      ...spec,
      weight: spec.weight.map((row, i) => row.map((w, j) => (i === at[0] && j === at[1] ? w + t : w))),
    };
  });
  const model: ModelSpec = { ...given.model, [part]: networks };
  return { ...given, model };
}

for (const name of names) {
  Deno.test(`[A2] the gradient of ${name} is the limit of its differences, in both networks and every layer`, () => {
    variants.forEach(([activation, likelihood, family], seed) => {
      const given = randomCase(seed, activation, likelihood, family);
      const evaluate = oracle.objectives[name];
      const { gradient } = evaluate(given);
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
