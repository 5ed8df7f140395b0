import { assert, assertEquals } from "@std/assert";
import { EigenvalueDecomposition, LuDecomposition, Matrix as Dense } from "ml-matrix";
import {
  type Matrix,
  type NetworkSpec,
  type Report,
  type Subject,
  type Trained,
  type TrainingCase,
  verify,
} from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";

const name = "a right subject", epsilon = 2 ** -53;

function firstFailure({ evidence, unverified }: Report): string {
  return evidence.find(({ failure }) => failure)?.failure?.message ?? JSON.stringify(unverified);
}

async function accepted(subject: Subject): Promise<void> {
  const report = await verify(subject);
  assert(report.ok, firstFailure(report));
}

/** JᵀJ, or J Jᵀ of the transpose. */
function gram(j: Matrix): number[][] {
  return j[0]!.map((_, i) => j[0]!.map((_, k) => j.reduce((sum, row) => sum + row[i]! * row[k]!, 0)));
}

function transpose(j: Matrix): number[][] {
  return j[0]!.map((_, i) => j.map((row) => row[i]!));
}

/** a·G + b·I */
function shifted(g: Matrix, a: number, b: number): Dense {
  return new Dense(g.map((row, i) => row.map((entry, k) => a * entry + (i === k ? b : 0))));
}

function logOfEigenvalues(a: Dense): number {
  return new EigenvalueDecomposition(a).realEigenvalues.reduce((sum, value) => sum + Math.log(value), 0);
}

function logOfPivots(a: Dense): number {
  const pivots = new LuDecomposition(a).upperTriangularMatrix.diagonal();
  return pivots.reduce((sum, pivot) => sum + Math.log(Math.abs(pivot)), 0);
}

/** Right ways to log|I + JᵀJ/β|, none of them stable for every J. */
const routes: Readonly<Record<string, (j: Matrix, beta: number) => number>> = {
  "eigenvalues of I + JᵀJ/β": (j, beta) => logOfEigenvalues(shifted(gram(j), 1 / beta, 1)),
  "pivots of I + JᵀJ/β": (j, beta) => logOfPivots(shifted(gram(j), 1 / beta, 1)),
  "log|βI + JᵀJ| − d log β": (j, beta) =>
    logOfPivots(shifted(gram(j), 1, beta)) - j[0]!.length * Math.log(beta),
  "|I + JJᵀ/β|, as large as the data": (j, beta) =>
    logOfEigenvalues(shifted(gram(transpose(j)), 1 / beta, 1)),
};

for (const [route, logDeterminant] of Object.entries(routes)) {
  Deno.test(`GRAE and GRAE-block by ${route} are accepted, and rejected where they are wrong`, async () => {
    const grae = (j: Matrix, beta: number): number => beta / 2 * logDeterminant(j, beta);
    const graeBlock = (j: Matrix, beta: number, block: number): number =>
      Array.from({ length: j[0]!.length / block }, (_, b) => b * block).reduce(
        (sum, from) => sum + grae(j.map((row) => row.slice(from, from + block)), beta),
        0,
      );
    const { graeStar } = oracle.volume;
    await accepted({ name, epsilon, volume: { grae } });
    await accepted({ name, epsilon, volume: { grae, graeStar } });
    await accepted({ name, epsilon, volume: { grae, graeBlock, graeStar } });
    for (const change of [(v: number) => v * 1.001, (v: number) => v + 1e-3, () => NaN]) {
      const wrong = { grae: (j: Matrix, beta: number) => change(grae(j, beta)), graeBlock, graeStar };
      assertEquals((await verify({ name, epsilon, volume: wrong })).verdict, "failed", String(change));
    }
  });
}

Deno.test("log|A| by eigenvalues is accepted", () =>
  accepted({
    name,
    epsilon,
    logDeterminant: (a) => a.map((m) => logOfEigenvalues(new Dense(m.map((row) => [...row])))),
  }));

Deno.test("a float32 Cholesky that says that a matrix is not positive definite is accepted, by whichever error", async () => {
  for (const refuse of [(text: string) => new RangeError(text), (text: string) => new Error(text)]) {
    await accepted({
      name,
      epsilon: 2 ** -24,
      cholesky: (a) =>
        a.map((m) => {
          const l = m.map((row) => row.map(() => 0));
          m.forEach((row, i) => {
            for (let k = 0; k <= i; k++) {
              let rest = Math.fround(row[k]!);
              for (let q = 0; q < k; q++) rest = Math.fround(rest - Math.fround(l[i]![q]! * l[k]![q]!));
              if (i === k && !(rest > 0)) throw refuse("the matrix is not positive definite");
              l[i]![k] = Math.fround(i === k ? Math.sqrt(rest) : rest / l[k]![k]!);
            }
          });
          return l;
        }),
    });
  }
});

Deno.test("the GRAE objective with its volume by eigenvalues is accepted", async () => {
  const volumes = (j: readonly Matrix[], beta: number): number[] =>
    j.map((one) => beta / 2 * logOfEigenvalues(shifted(gram(one), 1 / beta, 1)));
  await accepted({
    name,
    epsilon,
    objectives: {
      grae: (given) => {
        const { model, x, beta } = given;
        const { terms } = oracle.objectives.grae(given);
        const mean = oracle.apply(model.encoder, x).map((row) => row.slice(0, model.latent));
        const weights = oracle.curvature(model.likelihood, x, oracle.apply(model.decoder, mean));
        const jacobians = oracle.jacobian(model.decoder, mean)
          .map((j, b) => j.map((row, k) => row.map((entry) => Math.sqrt(weights[b]![k]!) * entry)));
        const all: Record<string, readonly number[]> = { ...terms, volume: volumes(jacobians, beta) };
        const total = Object.values(all).flat().reduce((sum, value) => sum + value, 0);
        return { loss: total / x.length, terms: all };
      },
    },
  });
});

/** J at each point by central differences of the oracle's network. */
function differences(step: number): (network: NetworkSpec, z: Matrix) => number[][][] {
  return (network, z) =>
    z.map((point) => {
      const along = (i: number, by: number): number[] =>
        oracle.apply(network, [point.map((entry, k) => (k === i ? entry + by : entry))])[0]!;
      const columns = point.map((_, i) => {
        const above = along(i, step), below = along(i, -step);
        return above.map((entry, k) => (entry - below[k]!) / (2 * step));
      });
      return transpose(columns);
    });
}

for (const differenceStep of [1e-4, 1e-6]) {
  Deno.test(`Jacobians by central differences of the stated step ${differenceStep} are accepted, and rejected where they are wrong`, async () => {
    const jacobian = differences(differenceStep);
    const { apply, covariance, curvature, logDensity, secondDirectional } = oracle;
    const derivatives: Partial<Subject> = {
      jacobian,
      jacobianColumns: (network, z, columns) =>
        jacobian(network, z).map((j, b) => j.map((row) => row[columns[b]!]!)),
      gram: (network, z, weights) =>
        jacobian(network, z).map((j, b) =>
          gram(j.map((row, k) => row.map((entry) => Math.sqrt(weights?.[b]?.[k] ?? 1) * entry)))
        ),
    };
    const others = { apply, covariance, curvature, logDensity, secondDirectional };
    await accepted({ name, epsilon, differenceStep, jacobian });
    await accepted({ name, epsilon, differenceStep, ...derivatives });
    await accepted({ name, epsilon, differenceStep, ...others, ...derivatives });
    const wrong = (network: NetworkSpec, z: Matrix): number[][][] =>
      jacobian(network, z).map((j) => j.map((row) => row.map((entry) => 1.01 * entry)));
    assertEquals((await verify({ name, epsilon, differenceStep, jacobian: wrong })).verdict, "failed");
    const unstated = await verify({ name, epsilon, jacobian });
    assertEquals(unstated.verdict, "failed", "a step that is not stated");
  });
}

/** From one gradient to the step, the first of a run. */
type Rule = (gradient: number, weight: number, rate: number) => number;

/** The first steps of optimisers, and so runs of one step; longer ones repeat that rule. */
const optimisers: Readonly<Record<string, Rule>> = {
  SGD: (g, _, rate) => rate * g,
  RMSprop: (g, _, rate) => rate * g / (Math.sqrt(0.1 * g * g) + 1e-8),
  "PyTorch's RMSprop": (g, _, rate) => rate * g / (Math.sqrt(0.01 * g * g) + 1e-8),
  AdamW: (g, weight, rate) => rate * (g / (Math.abs(g) + 1e-8) + 0.01 * weight),
  Adagrad: (g, _, rate) => rate * g / (Math.sqrt(0.1 + g * g) + 1e-8),
};

/** All weights, or all slopes, in the order of `Trained`. */
function flat(layers: readonly { readonly weight: Matrix; readonly bias: readonly number[] }[]): number[] {
  return layers.flatMap(({ weight, bias }) => [...weight.flat(), ...bias]);
}

/** A trainer that takes every gradient from the oracle, by runs of one step from where it has come to. */
function trainer(rule: Rule): (run: TrainingCase) => Trained {
  return (run) => {
    let { model } = run.given;
    for (let step = 1; step <= run.steps; step++) {
      const next = gradientAt({ ...run, given: { ...run.given, model }, seed: run.seed + 1000 * step });
      let at = 0;
      const moved = (network: typeof model.encoder): typeof model.encoder =>
        network.map((layer) => {
          const move = (weight: number): number => weight - rule(next[at++]!, weight, run.learningRate);
          return { ...layer, weight: layer.weight.map((row) => row.map(move)), bias: layer.bias.map(move) };
        });
      model = { ...model, encoder: moved(model.encoder), decoder: moved(model.decoder) };
    }
    return { weights: [...flat(model.encoder), ...flat(model.decoder)], leaked: 0 };
  };
}

/** The gradient, with noise and columns from the seed. */
function gradientAt({ objective, given, seed }: TrainingCase): number[] {
  const [noise] = [oracle.sample(
    { kind: "mean-field" },
    Array(given.model.latent).fill(0),
    Array(given.model.latent).fill(0),
    seed,
    given.x.length,
  )];
  const columns = given.x.map((_, i) => (seed + i) % given.model.latent);
  const { gradient } = oracle.objectives[objective]({ ...given, noise: [noise], columns });
  return [...flat(gradient.encoder), ...flat(gradient.decoder)];
}

for (const [optimiser, rule] of Object.entries(optimisers)) {
  Deno.test(`training by ${optimiser} is accepted, and rejected where it goes uphill`, async () => {
    await accepted({ name, epsilon, train: trainer(rule) });
    const uphill = await verify({ name, epsilon, train: trainer((g, w, rate) => -rule(g, w, rate)) });
    assertEquals(uphill.verdict, "failed");
  });
}
