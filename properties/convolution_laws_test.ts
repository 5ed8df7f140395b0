import { assert, assertEquals } from "@std/assert";
import { startEngine } from "../lib/engine/mod.ts";
import type {
  KindCase,
  LayerSpec,
  ModelSpec,
  NetworkSpec,
  ObjectiveCase,
  ScheduledCase,
  Subject,
  TrainingCase,
} from "./contract/subject.ts";
import { examine, laws } from "./laws/mod.ts";
import type { Realised } from "./library_arrays.ts";
import { librarySubject } from "./library_subject.ts";

type Realise = (layer: LayerSpec, index: number) => Realised;
const alternating: Realise = (layer, i) => ({ ...layer, by: i % 2 === 0 ? "conv" : "convTranspose" });

/** The library with layers made otherwise: what it offers of networks, models, objectives and training. */
function made(realise: Realise): Subject {
  const { apply, jacobian, jacobianColumns, gram, secondDirectional, objectives, ...rest } = librarySubject;
  const { ofKind, train, trainScheduled } = rest;
  const network = (spec: NetworkSpec): NetworkSpec => spec.map(realise);
  const model = (spec: ModelSpec): ModelSpec => ({
    ...spec,
    encoder: network(spec.encoder),
    decoder: network(spec.decoder),
  });
  const given = (objective: ObjectiveCase): ObjectiveCase => ({
    ...objective,
    model: model(objective.model),
  });
  return {
    name: "library of convolutions",
    epsilon: rest.epsilon,
    promises: ["graded determinants", "relative volumes", "Adam"],
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
        (one: ObjectiveCase) => evaluate(given(one)),
      ]),
    ),
    sample: rest.sample!,
    ofKind: (one) => ofKind!("objective" in one ? { ...one, given: given(one.given) } as KindCase : one),
    train: (run: TrainingCase) => train!({ ...run, given: given(run.given) }),
    trainScheduled: (run: ScheduledCase) => trainScheduled!({ ...run, given: given(run.given) }),
  };
}

/** Of networks, of the objectives on them and of their training. A6 and A7 are of posteriors and matrices alone. */
const ABOUT = ["A1", "A2", "A3", "A4", "A5", "A8", "A9", "A10", "A11"];
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
  ["a buffer of patches that is not cleared between calls", "A5", () => {
    const right = made(alternating), { grae } = right.objectives!;
    let calls = 0;
    return {
      ...right,
      objectives: {
        ...right.objectives,
        grae: async (given) => {
          const value = await grae!(given);
          return { ...value, loss: value.loss + 1e-6 * calls++ };
        },
      },
    };
  }],
  ["a buffer of patches that is not cleared between steps", "A8", () => {
    const right = made(alternating);
    let calls = 0;
    return {
      ...right,
      train: async (run) => {
        const { weights, leaked } = await right.train!(run), kept = 1e-6 * calls++;
        return { weights: weights.map((weight) => weight + kept), leaked };
      },
    };
  }],
  ["patches that a step leaves behind", "A8", () => {
    const right = made(alternating);
    return {
      ...right,
      train: async (run) => ({
        ...await right.train!(run),
        leaked: run.steps * run.given.model.encoder.length,
      }),
    };
  }],
  ["a replayed step whose strips are those of the recorded one", "A8", () => {
    const right = made(alternating);
    return {
      ...right,
      train: (run) => right.train!(run.replay ? { ...run, steps: Math.min(1, run.steps) } : run),
    };
  }],
  ["kernels that take whole numbers for floats", "A10", () => {
    const right = made(alternating);
    return { ...right, ofKind: (given) => right.ofKind!({ ...given, kind: "float32" } as KindCase) };
  }],
  ["tangents of the last channel left out", "A11", () => {
    const right = made(alternating), { grae } = right.objectives!;
    const cut = ({ model, ...given }: ObjectiveCase): ObjectiveCase => ({
      ...given,
      model: {
        ...model,
        decoder: model.decoder.map((layer, i) =>
          i < model.decoder.length - 1 ? layer : {
            ...layer,
            weight: layer.weight.map((row) => row.map((entry, k) => k === row.length - 1 ? 0 : entry)),
          }
        ),
      },
    });
    return { ...right, objectives: { grae: (given) => grae!(cut(given)) } };
  }],
  ["tangents that are differences of outputs", "A11", () => {
    const right = made(alternating), { grae } = right.objectives!;
    // What float32 keeps of (1 + J) − 1.
    const rounded = (entry: number): number => Math.fround(1 + entry) - 1;
    return {
      ...right,
      objectives: {
        grae: ({ model, ...given }) =>
          grae!({
            ...given,
            model: {
              ...model,
              decoder: model.decoder.map((layer) => ({
                ...layer,
                weight: layer.weight.map((row) => row.map(rounded)),
              })),
            },
          }),
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
