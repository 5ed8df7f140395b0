import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import * as core from "@tensorflow/tfjs-core";
import { cast, engine as tfjs, getKernelsForBackend, type NamedTensorMap } from "@tensorflow/tfjs-core";
import { promisedEngines } from "./lib/engine/promised_engines.ts";
import * as data from "./lib/data/mod.ts";
import * as engine from "./lib/engine/mod.ts";
import { normalTensor, type PatchSizes, tf } from "./lib/engine/mod.ts";
import { suiteKey as key } from "./fixtures/suite_seed.ts";
import * as linalg from "./lib/linalg/mod.ts";
import * as modelling from "./lib/model/mod.ts";
import type { Likelihood, Model, Posterior } from "./lib/model/mod.ts";
import * as networks from "./lib/network/mod.ts";
import type { DifferentiableNetwork } from "./lib/network/mod.ts";
import * as objectives from "./lib/objective/mod.ts";
import * as symmetry from "./lib/symmetry/mod.ts";
import * as training from "./lib/training/mod.ts";
import type { AdamState, Loss, TrainingState } from "./lib/training/mod.ts";

/** The library: the exports of all its rooms. */
const grae = {
  ...data,
  ...engine,
  ...linalg,
  ...modelling,
  ...networks,
  ...objectives,
  ...symmetry,
  ...training,
};

/** `true` for a type of argument that is a tensor, or holds some. */
type Holds<T> = T extends tf.Tensor | readonly tf.Tensor[] | TrainingState | { readonly state: AdamState }
  ? true
  : never;
/** The names of the functions in `Functions` that take tensors. */
type Takers<Functions> = {
  [Name in keyof Functions]-?: Functions[Name] extends (...args: infer Arguments) => unknown
    ? [Holds<Arguments[number]>] extends [never] ? never : Name
    : never;
}[keyof Functions];

/** Marks the argument of that name: a test puts a tensor of another kind in its place. */
type Given = (argument: string, tensor: tf.Tensor) => tf.Tensor;
/** A call, whose errors begin with the name under which it stands here, or with `as`. */
interface Call {
  readonly as?: string;
  readonly call: (given: Given) => unknown;
}
type Calls<Names extends PropertyKey> = Readonly<Record<Names, Call>>;

/** These take a tensor of any kind: none of them looks at its numbers. */
type AnyKind = "detach" | "overwrite" | "replayable" | "tensorsOf";

const [LATENT, DATA, BATCH, WIDTH] = [2, 3, 2, 3] as const;
const beta = 0.5;
const tensor = (...shape: number[]): tf.Tensor => normalTensor(key(shape.length), shape);
const x = (): tf.Tensor => tensor(BATCH, DATA);
const z = (): tf.Tensor => tensor(BATCH, LATENT);
const tangents = (): tf.Tensor => tensor(BATCH, LATENT, WIDTH);
const directions = (): tf.Tensor => tensor(BATCH, 1, LATENT);
/** The identity, and the identity. */
const spd = (): tf.Tensor => tf.tensor([1, 0, 0, 1, 1, 0, 0, 1], [BATCH, LATENT, LATENT]);
const full = grae.family("full", LATENT);
const description = grae.describeModel({
  data: DATA,
  latent: LATENT,
  hidden: [WIDTH],
  activation: "tanh",
  likelihood: grae.gaussian(),
  family: full,
});
const parameters = (): tf.Tensor[] => grae.initialModelParameters(description, key(1));
const model = (): Model => grae.bindModel(description, parameters());
const network = (): DifferentiableNetwork =>
  grae.bindDifferentiableNetwork(description.decoder, grae.initialParameters(description.decoder, key(1)));
const posterior = (): Posterior => grae.posterior(full, z(), tensor(BATCH, 3));
const states = (given: Given): AdamState => {
  const { parameters: [first, ...rest], ...moments } = grae.initialAdamState(parameters());
  return { ...moments, parameters: [given("parameter 0", first!), ...rest] };
};
const loss: Loss = (m, batch, k) => grae.graeLoss(m, batch, k, beta);
const step = () => ({ description, loss, learningRate: 0.1, stepsPerEpoch: 1, epochs: 1, key: key(0) });

/** The one patch of 2 × 2 of an image of this size. */
const PATCHES: PatchSizes = {
  image: [2, 2, 1],
  grid: [1, 1],
  kernel: [2, 2],
  stride: [1, 1],
  before: [0, 0],
};

/** Every function of the library that takes tensors: without one of them, this does not type-check. */
const FUNCTIONS: Calls<Exclude<Takers<typeof grae>, AnyKind>> = {
  read: { call: (given) => grae.read(given("tensor", x())) },
  readNow: { call: (given) => grae.readNow(given("tensor", x())) },
  assertPositive: {
    as: "doing",
    call: (given) => grae.assertPositive("doing", "β", given("β", tf.tensor(beta))),
  },
  assertScalar: {
    as: "doing",
    call: (given) => grae.assertScalar("doing", "β", given("β", tf.tensor(beta))),
  },
  reciprocal: { call: (given) => grae.reciprocal(given("scalar", tf.tensor(beta))) },
  scalarTensor: { call: (given) => grae.scalarTensor(given("scalar", tf.tensor(beta))) },
  scaled: { call: (given) => grae.scaled(given("scalar", tf.tensor(beta)), 2) },
  bernoulliEnergy: { call: (given) => grae.bernoulliEnergy(given("x", unit()), given("g", x())) },
  patches: { call: (given) => grae.patches(given("x", tensor(BATCH, 4)), PATCHES) },
  overlap: { call: (given) => grae.overlap(given("y", tensor(BATCH, 4)), PATCHES) },
  rowDots: { call: (given) => grae.rowDots(given("a", x()), given("b", x())) },
  scaleRows: { call: (given) => grae.scaleRows(given("a", x()), given("c", tensor(BATCH)), 2) },
  splitColumns: { call: (given) => grae.splitColumns(given("a", x()), 1) },
  squaredDistance: { call: (given) => grae.squaredDistance(given("a", x()), given("b", x())) },
  squaredNorm: { call: (given) => grae.squaredNorm(given("a", x())) },
  valueAndGradients: {
    call: (given) =>
      grae.valueAndGradients(([a]) => ({ value: tf.sum(a!), info: {} }), [given("input 0", x())]),
  },
  withGradient: {
    call: (given) => grae.withGradient([given("input 0", x())], () => [tf.zeros([])], ([dy]) => [() => dy!]),
  },
  cholesky: { call: (given) => grae.cholesky(given("a", spd())) },
  gramOf: { call: (given) => grae.gramOf(given("tangents", tangents()), given("last", tensor(WIDTH, DATA))) },
  identityPlusGram: {
    call: (given) =>
      grae.identityPlusGram(
        given("tangents", tangents()),
        given("β", tf.tensor(beta)),
        1,
        given("last", tensor(WIDTH, DATA)),
      ),
  },
  logDeterminant: { call: (given) => grae.logDeterminant(given("a", spd())) },
  requirePositiveDefinite: {
    as: "doing",
    call: (given) => grae.requirePositiveDefinite("doing", given("a", spd())),
  },
  spdInverse: { call: (given) => grae.spdInverse(given("a", spd())) },
  spdSolve: { call: (given) => grae.spdSolve(given("a", spd()), given("b", spd())) },
  squaredColumnNorms: {
    call: (given) =>
      grae.squaredColumnNorms(
        given("tangents", tangents()),
        given("last", tensor(WIDTH, DATA)),
        given("scale", tf.tensor(beta)),
      ),
  },
  bindModel: {
    call: (given) => {
      const [first, ...rest] = parameters();
      grae.bindModel(description, [given("encoder.0.weight", first!), ...rest]);
    },
  },
  assertBeta: { as: "doing", call: (given) => grae.assertBeta("doing", given("β", tf.tensor(beta))) },
  withOptimalPosterior: {
    call: (given) => grae.withOptimalPosterior(model(), full, given("β", tf.tensor(beta))),
  },
  optimalCovariance: {
    call: (given) => grae.optimalCovariance(full, given("tangents", tangents()), given("β", tf.tensor(beta))),
  },
  optimalCovarianceOfGram: {
    call: (given) => grae.optimalCovarianceOfGram(full, given("gram", spd()), given("β", tf.tensor(beta))),
  },
  optimalCovarianceOfHessian: {
    call: (given) => grae.optimalCovarianceOfHessian(given("hessian", tf.neg(spd())), beta),
  },
  posterior: {
    call: (given) => grae.posterior(full, given("mean", z()), given("raw", tensor(BATCH, 3))),
  },
  posteriorOfRoot: { call: (given) => grae.posteriorOfRoot(given("mean", z()), given("root", spd())) },
  sampleLikelihood: {
    as: "bernoulli",
    call: (given) => grae.sampleLikelihood(grae.bernoulli(), given("g", x()), key(1)),
  },
  weightTangents: {
    call: (given) =>
      grae.weightTangents(
        grae.bernoulli(),
        given("g", x()),
        given("tangents", tensor(BATCH, LATENT, DATA)),
      ),
  },
  bindNetwork: {
    call: (given) => {
      const { encoder } = description;
      const [first, ...rest] = grae.initialParameters(encoder, key(0));
      grae.bindNetwork(encoder, [given("0.weight", first!), ...rest]);
    },
  },
  bindDifferentiableNetwork: {
    call: (given) => {
      const { decoder } = description;
      const [first, ...rest] = grae.initialParameters(decoder, key(0));
      grae.bindDifferentiableNetwork(decoder, [given("0.weight", first!), ...rest]);
    },
  },
  layerOutputs: {
    call: (given) => {
      const { decoder } = description;
      const [first, ...rest] = grae.initialParameters(decoder, key(0));
      grae.layerOutputs(decoder, [given("0.weight", first!), ...rest], given("x", z()));
    },
  },
  betaVaeLoss: {
    call: (given) => grae.betaVaeLoss(model(), given("x", x()), key(0), given("β", tf.tensor(beta))),
  },
  betaVaeLossAt: {
    call: (given) =>
      grae.betaVaeLossAt(
        model(),
        given("x", x()),
        given("noise", tensor(1, BATCH, LATENT)),
        given("β", tf.tensor(beta)),
      ),
  },
  graeLoss: { call: (given) => grae.graeLoss(model(), given("x", x()), key(0), given("β", tf.tensor(beta))) },
  graeBlockLoss: {
    call: (given) =>
      grae.graeBlockLoss(model(), given("x", x()), key(0), given("β", tf.tensor(beta)), { block: 1 }),
  },
  graeStarLoss: {
    call: (given) => grae.graeStarLoss(model(), given("x", x()), key(0), given("β", tf.tensor(beta))),
  },
  graeStarStochasticLoss: {
    call: (given) =>
      grae.graeStarStochasticLoss(model(), given("x", x()), key(0), given("β", tf.tensor(beta))),
  },
  graeStarStochasticLossAt: {
    call: (given) =>
      grae.graeStarStochasticLossAt(model(), given("x", x()), [0, 1], given("β", tf.tensor(beta))),
  },
  profiledLoss: {
    call: (given) =>
      grae.profiledLoss(model(), given("x", x()), key(0), given("β", tf.tensor(beta)), { family: full }),
  },
  taylorHessianLoss: {
    call: (given) => grae.taylorHessianLoss(model(), given("x", x()), key(0), given("β", tf.tensor(beta))),
  },
  taylorJacobianLoss: {
    call: (given) => grae.taylorJacobianLoss(model(), given("x", x()), key(0), given("β", tf.tensor(beta))),
  },
  adam: {
    call: (given) => {
      const [gradient, ...rest] = parameters();
      grae.adam(states(given), [given("gradient 0", gradient!), ...rest], 0.1);
    },
  },
  encodeCheckpoint: {
    call: (given) =>
      grae.encodeCheckpoint({
        state: states((name, value) => given(name.replace("parameter 0", "encoder.0.weight"), value)),
        key: key(0),
        options: {},
        engine: "wasm",
        shapes: grae.modelParameterShapes(description),
      }),
  },
  initialAdamState: { call: (given) => grae.initialAdamState([given("parameter 0", x())]) },
  train: {
    call: (given) => grae.train(states(given), { ...step(), batch: () => given("batch 0 of epoch 0", x()) }),
  },
};

/** Every method of what the library returns that takes tensors, by the name of what has it. */
const METHODS: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  network: {
    apply: { call: (given) => network().apply(given("x", z())) },
    pushforward: {
      call: (given) => network().pushforward(given("x", z()), given("tangents", directions())),
    },
    secondPushforward: {
      call: (given) => network().secondPushforward(given("x", z()), given("directions", directions())),
    },
    jacobian: { call: (given) => network().jacobian(given("x", z())) },
    jacobianColumn: { call: (given) => network().jacobianColumn(given("x", z()), [0, 1]) },
    factoredTangents: {
      call: (given) => network().factoredTangents(given("x", z()), given("tangents", directions())),
    },
    bentTangents: {
      call: (given) => network().bentTangents(given("x", z()), given("tangents", directions())),
    },
    gram: { call: (given) => network().gram(given("x", z())) },
  } satisfies Calls<Takers<DifferentiableNetwork>>,
  model: {
    encode: { call: (given) => model().encode(given("x", x())) },
    posterior: { as: "encode", call: (given) => model().posterior(given("x", x())) },
    weightedJacobian: { call: (given) => model().weightedJacobian(given("z", z())) },
    weightedTangents: {
      call: (given) => model().weightedTangents(given("z", z()), given("directions", directions())),
    },
    bentTangents: {
      call: (given) => model().bentTangents(given("z", z()), given("directions", directions())),
    },
  } satisfies Calls<Takers<Model>>,
  gaussian: likelihoodCalls("gaussian", () => grae.gaussian(0.5)),
  bernoulli: likelihoodCalls("bernoulli", grae.bernoulli),
  posterior: {
    sample: { call: (given) => posterior().sample(given("noise", z())) },
  } satisfies Calls<Takers<Posterior>>,
  step: {
    reversePass: {
      call: (given) => {
        using pass = grae.reversePass(description, loss);
        pass(parameters(), given("x", x()), key(0), 0);
      },
    },
    trainingStep: {
      call: (given) => {
        using taken = grae.trainingStep(description, loss, 0.1, { replay: true });
        const start = grae.initialAdamState(parameters());
        for (let i = 0; i < 4; i++) taken(start, i < 3 ? x() : given("x", x()), key(0));
      },
    },
  },
};

function likelihoodCalls(as: string, make: () => Likelihood): Readonly<Record<string, Call>> {
  return {
    logDensity: { as, call: (given) => make().logDensity(given("x", unit()), given("g", x())) },
    energy: { as, call: (given) => make().energy(given("x", unit()), given("g", x())) },
    gradient: { as, call: (given) => make().gradient(given("x", unit()), given("g", x())) },
    curvature: { as, call: (given) => make().curvature(given("g", x())) },
    rootCurvature: { as, call: (given) => make().rootCurvature(given("g", x())) },
    mean: { as, call: (given) => make().mean(given("g", x())) },
  } satisfies Calls<Takers<Likelihood>>;
}
/** Numbers in [0, 1]. */
function unit(): tf.Tensor {
  return tf.sigmoid(x());
}

/** What a call is given by name. It is made on one engine only: another may have to compile what it runs. */
async function argumentsOf({ call }: Call): Promise<string[]> {
  await grae.startEngine("cpu");
  const names = new Set<string>();
  await call((name, value) => {
    names.add(name);
    return value;
  });
  return [...names];
}

/** Every call with the names of its arguments. */
async function callsWithNames() {
  const all: { where: string; doing: string; call: Call; names: string[] }[] = [];
  for (const [owner, calls] of Object.entries({ library: FUNCTIONS, ...METHODS })) {
    for (const [name, call] of Object.entries(calls) as [string, Call][]) {
      all.push({ where: `${owner}.${name}`, doing: call.as ?? name, call, names: await argumentsOf(call) });
    }
  }
  return all;
}

const KINDS = ["int32", "bool", "complex64", "string"] as const;

/** A tensor of that shape and kind; null where the engine has none of the kind. */
function ofKind(kind: typeof KINDS[number], like: tf.Tensor): tf.Tensor | null {
  try {
    return kind === "string" ? tf.tensor(Array(like.size).fill("1"), like.shape) : cast(like, kind);
  } catch {
    return null;
  }
}

for (const engine of await promisedEngines("wasm", "native", "cpu", "webgpu")) {
  Deno.test({
    name: `every function and method refuses a tensor that is not float32, by its argument (${engine})`,
    fn: async () => {
      const calls = await callsWithNames();
      await grae.startEngine(engine);
      for (const { where, doing, call, names } of calls) {
        assert(names.length > 0, `${where} is given no tensor`);
        for (const argument of names) {
          for (const kind of KINDS) {
            if (ofKind(kind, tf.zeros([1])) === null) continue;
            await assertRejects(
              async () => await call.call((name, value) => name === argument ? ofKind(kind, value)! : value),
              TypeError,
              `${doing}: ${argument} must be float32, but it is ${kind}; convert it by tf.cast(…, "float32")`,
              `${engine} ${where} ${argument} ${kind}`,
            );
          }
        }
      }
    },
  });
}

/** The names of tfjs's kernels. */
const OF_TFJS = new Set<unknown>(Object.values(core));

Deno.test("every kernel refuses an input that is not float32, before it looks at anything, gradients' kernels too", async () => {
  for (const engine of ["wasm", "cpu", "webgpu"] as const) {
    if (!await grae.startEngine(engine).then(() => true, () => false)) continue;
    const kernels = getKernelsForBackend(engine).filter(({ kernelName }) => !OF_TFJS.has(kernelName));
    const names = kernels.map(({ kernelName }) => kernelName);
    for (const name of names) assertMatch(name, /^Grae[A-Z][A-Za-z]+$/);
    for (const name of ["GraeCholesky", "GraeDifferences"]) {
      assert(names.includes(name), `${engine}: ${name}`);
    }
    for (const { kernelName } of kernels) {
      for (const [index, kind] of [[0, "int32"], [1, "bool"], [2, "int32"]] as const) {
        const inputs = [0, 1, 2].map((i) => i === index ? ofKind(kind, spd())! : spd());
        assertThrows(
          () => tfjs().runKernel(kernelName, inputs as unknown as NamedTensorMap, {}),
          TypeError,
          `${kernelName}: input ${index} must be float32, but it is ${kind}; ` +
            'convert it by tf.cast(…, "float32")',
          `${engine} ${kernelName}`,
        );
      }
    }
  }
});

/** Kernels of ours behind these are given matrices: none of them without rows or without columns. */
const MATRICES: Readonly<Record<string, (shapes: readonly number[][]) => unknown>> = {
  rowDots: ([a, b]) => grae.rowDots(tf.zeros(a!), tf.zeros(b!)),
  scaleRows: ([a]) => grae.scaleRows(tf.zeros(a!), tf.zeros([a![0]!]), 2),
  squaredDistance: ([a, b]) => grae.squaredDistance(tf.zeros(a!), tf.zeros(b!)),
  squaredNorm: ([a]) => grae.squaredNorm(tf.zeros(a!)),
  splitColumns: ([a]) => grae.splitColumns(tf.zeros(a!), 1),
};
/** Batches of tangents, alone and with the last layer. */
const TANGENTS: Readonly<Record<string, (tangents: tf.Tensor, last?: tf.Tensor) => unknown>> = {
  gramOf: grae.gramOf,
  identityPlusGram: (t, last) => grae.identityPlusGram(t, beta, 1, last),
  squaredColumnNorms: grae.squaredColumnNorms,
  optimalCovariance: (t) => grae.optimalCovariance(full, t, beta),
};

Deno.test("no rows, no columns, no examples, no latents: refused by a TypeError on every engine", async () => {
  for (const engine of ["wasm", "native", "cpu", "webgpu"] as const) {
    if (!await grae.startEngine(engine).then(() => true, () => false)) continue;
    for (const [name, f] of Object.entries(MATRICES)) {
      for (const shape of [[0, 3], [2, 0]]) {
        assertThrows(() => f([shape, shape]), TypeError, " is 0)", `${engine} ${name} ${shape}`);
      }
    }
    for (const [name, f] of Object.entries(TANGENTS)) {
      for (const shape of [[0, 2, 3], [2, 0, 3], [2, 2, 0]]) {
        assertThrows(() => f(tf.zeros(shape)), TypeError, " is 0)", `${engine} ${name} ${shape}`);
      }
      if (name === "optimalCovariance") continue;
      assertThrows(() => f(tangents(), tf.zeros([WIDTH, 0])), TypeError, " is 0)", `${engine} ${name}`);
    }
    const empty = tf.zeros([0, DATA]);
    assertThrows(() => grae.graeLoss(model(), empty, key(0), beta), TypeError, 'axis "batch" is 0');
  }
});

Deno.test("a product over no numbers is 0, and one of no rows has none, whatever was in memory before", async () => {
  for (const engine of ["wasm", "native", "cpu"] as const) {
    if (!await grae.startEngine(engine).then(() => true, () => false)) continue;
    for (
      const [a, b, transposed] of [
        [[2, 0], [0, 3], false],
        [[4, 2, 0], [4, 0, 3], false],
        [[4, 2, 0], [4, 3, 0], true],
        [[300, 0], [0, 300], false],
        [[0, 2], [2, 3], false],
        [[0, 2, 3], [0, 3, 2], false],
      ] as [number[], number[], boolean][]
    ) {
      const batches = a.slice(0, -2), shape = [...batches, a.at(-2)!, transposed ? b.at(-2)! : b.at(-1)!];
      tf.dispose(tf.add(tf.zeros(shape), 7));
      const made = tf.matMul(tf.zeros(a), tf.zeros(b), false, transposed);
      assertEquals(made.shape, shape);
      assert((await grae.read(made)).every((v) => v === 0), `${engine} ${a} ${b}`);
    }
  }
});
