import { assert, assertEquals } from "@std/assert";
import { startEngine } from "../lib/engine/mod.ts";
import type { LayerSpec, ModelSpec, NetworkSpec, ObjectiveCase, Subject } from "./contract/subject.ts";
import { examine, laws } from "./laws/mod.ts";
import type { Realised } from "./library_arrays.ts";
import { librarySubject } from "./library_subject.ts";

type Realise = (layer: LayerSpec, index: number) => Realised;
const alternating: Realise = (layer, i) => ({ ...layer, by: i % 2 === 0 ? "conv" : "convTranspose" });

/** The library with layers made otherwise: what it offers of networks, models, and objectives. */
function made(realise: Realise): Subject {
  const { apply, jacobian, jacobianColumns, gram, secondDirectional, objectives, ...rest } = librarySubject;
  const network = (spec: NetworkSpec): NetworkSpec => spec.map(realise);
  const model = (spec: ModelSpec): ModelSpec => ({
    ...spec,
    encoder: network(spec.encoder),
    decoder: network(spec.decoder),
  });
  return {
    name: "library of convolutions",
    epsilon: rest.epsilon,
    promises: ["graded determinants", "relative volumes"],
    apply: (n, z) => apply!(network(n), z),
    jacobian: (n, z) => jacobian!(network(n), z),
    jacobianColumns: (n, z, columns) => jacobianColumns!(network(n), z, columns),
    gram: (n, z, weights) => gram!(network(n), z, weights),
    secondDirectional: (n, z, directions) => secondDirectional!(network(n), z, directions),
    logDensity: rest.logDensity!,
    logDensityGradient: rest.logDensityGradient!,
    curvature: rest.curvature!,
    kl: rest.kl!,
    covariance: rest.covariance!,
    optimalCovariance: rest.optimalCovariance!,
    objectives: Object.fromEntries(
      Object.entries(objectives!).map(([name, evaluate]) => [
        name,
        (given: ObjectiveCase) => evaluate({ ...given, model: model(given.model) }),
      ]),
    ),
  };
}

/** Of networks and of the objectives on them. */
const ABOUT = ["A1", "A2", "A3", "A4", "A9"];
const CASES = 40;

for (const law of laws.filter(({ id }) => ABOUT.includes(id))) {
  Deno.test(`[${law.id}] ${law.statement} (convolutions in place of dense layers, wasm)`, async () => {
    await startEngine("wasm");
    const cases = Math.ceil(CASES / law.clauses.length);
    const evidence = await examine(law, made(alternating), { seed: 20200, cases, engine: "wasm" });
    assert(!evidence.failure, evidence.failure?.message);
    assertEquals(evidence.verdict, "holds");
  });
}

/** Mistakes in what is made of layers, with the law that tells them. */
const MISTAKES: readonly (readonly [name: string, id: string, subject: () => Subject])[] = [
  [
    "weights in another order",
    "A9",
    () => made((layer, i) => ({ ...alternating(layer, i), weight: layer.weight.toReversed() })),
  ],
  [
    "the bias of the next unit",
    "A9",
    () => made((layer, i) => ({ ...alternating(layer, i), bias: [...layer.bias.slice(1), layer.bias[0]!] })),
  ],
  ["gradients of a transposed weight, not turned back", "A2", () => {
    const right = made(alternating), { grae } = right.objectives!;
    return {
      ...right,
      objectives: {
        grae: async (given) => {
          const value = await grae!(given), { gradient } = value;
          const turned = gradient!.decoder.map(({ weight, bias }, i) => {
            const [rows, columns] = [weight.length, bias.length];
            const numbers = weight[0]!.map((_, j) => weight.map((row) => row[j]!)).flat();
            return i % 2 === 0 ? { weight, bias } : {
              weight: Array.from({ length: rows }, (_, r) => numbers.slice(r * columns, (r + 1) * columns)),
              bias,
            };
          });
          return { ...value, gradient: { ...gradient!, decoder: turned } };
        },
      },
    };
  }],
];

for (const [name, id, subject] of MISTAKES) {
  Deno.test(`[${id}] rejects convolutions with ${name}`, async () => {
    await startEngine("wasm");
    const law = laws.find((law) => law.id === id)!;
    const { failure } = await examine(law, subject(), {
      seed: 20200,
      cases: 20,
      engine: "wasm",
      firstFailure: true,
    });
    assertEquals(failure?.kind, "violation");
  });
}
