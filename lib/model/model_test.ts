import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { normal, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import {
  bernoulli,
  bindModel,
  describeModel,
  type Family,
  family,
  gaussian,
  initialModelParameters,
  klToPrior,
  type Likelihood,
  type Model,
  type ModelOptions,
  modelParameterShapes,
  optimalCovariance,
  optimalCovarianceOfGram,
  optimalCovarianceOfHessian,
  posterior,
  posteriorOfRoot,
  rawSize,
  withOptimalPosterior,
} from "./mod.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

await startEngine("wasm");

const FAMILIES: Family[] = [
  family("isotropic", 4),
  family("mean-field", 4),
  family("block", 4, 2),
  family("full", 4),
];
const model = (one: Family | null, likelihood: Likelihood = gaussian()): Model => {
  const description = describeModel({
    data: 6,
    latent: 4,
    hidden: [5],
    activation: "tanh",
    likelihood,
    family: one,
  });
  return bindModel(description, initialModelParameters(description, key(1)));
};

Deno.test("a family says how many numbers its covariance takes, and a model's encoder gives as many", () => {
  assertEquals(FAMILIES.map((one) => rawSize(one, 4)), [1, 4, 6, 10]);
  assertEquals(FAMILIES.map((one) => model(one).description.encoder.outputs), [5, 8, 10, 14]);
  assertEquals(model(null).description.encoder.outputs, 4);
  const shapes = modelParameterShapes(model(null).description).map(({ name, shape }) => `${name} ${shape}`);
  assertEquals(shapes[0], "encoder.0.weight 6,5");
  assertEquals(shapes.at(-1), "decoder.1.bias 6");
});

Deno.test("the columns of L make Σ, and trace, determinant and samples agree with it, in every family", async () => {
  for (const one of FAMILIES) {
    const mean = tf.tensor(normal(key(2), 8), [2, 4]);
    const raw = tf.tensor(normal(key(3), 2 * rawSize(one, 4)).map((v) => 0.5 * v), [2, rawSize(one, 4)]);
    const q = posterior(one, mean, raw);
    const sigma = await q.covariance().array() as number[][][];
    const columns = await q.columns().array() as number[][][];
    const [trace, logDet] = [await read(q.trace()), await read(q.logDeterminant())];
    const noise = normal(key(4), 8);
    const z = await q.sample(tf.tensor(noise, [2, 4])).array() as number[][];
    const h = await mean.array() as number[][];
    for (let b = 0; b < 2; b++) {
      let logDiagonal = 0;
      for (let i = 0; i < 4; i++) {
        logDiagonal += Math.log(columns[b]![i]![i]!);
        // z − h = Σ_k l_k ε_k, and nothing above the diagonal of L or outside its blocks.
        const along = columns[b]!.reduce((sum, l, k) => sum + l[i]! * noise[4 * b + k]!, 0);
        assertAlmostEquals(z[b]![i]! - h[b]![i]!, along, 1e-5);
        for (let j = 0; j < 4; j++) {
          const product = columns[b]!.reduce((sum, l) => sum + l[i]! * l[j]!, 0);
          assertAlmostEquals(sigma[b]![i]![j]!, product, 1e-5, `${one.name} Σ[${i},${j}]`);
          const outside = Math.floor(i / one.block) !== Math.floor(j / one.block);
          if (outside || j < i) assertEquals(columns[b]![i]![j], 0, `${one.name} column ${i} row ${j}`);
        }
      }
      assertAlmostEquals(trace[b]!, sigma[b]!.reduce((sum, row, i) => sum + row[i]!, 0), 1e-5);
      assertAlmostEquals(logDet[b]!, 2 * logDiagonal, 1e-5);
    }
    const other = posteriorOfRoot(mean, q.columns());
    const [kl, same] = [await read(klToPrior(q)), await read(klToPrior(other))];
    kl.forEach((v, b) => assertAlmostEquals(v, same[b]!, 1e-5));
  }
});

Deno.test("the optimal covariance is the same from J and from G, and its root a root, in every family", async () => {
  const tangents = tf.tensor(normal(key(5), 2 * 4 * 7), [2, 4, 7]);
  for (const one of FAMILIES) {
    const direct = optimalCovariance(one, tangents, 0.3);
    const gram = optimalCovarianceOfGram(one, tf.matMul(tangents, tangents, false, true), 0.3);
    const squared = await read(tf.matMul(direct.root, direct.root, true, false));
    (await read(direct.covariance)).forEach((v, i) => assertAlmostEquals(v, squared[i]!, 1e-5, one.name));
    for (const name of ["covariance", "logDeterminant"] as const) {
      const expected = await read(direct[name]);
      (await read(gram[name])).forEach((v, i) =>
        assertAlmostEquals(v, expected[i]!, 2e-5, `${one.name} ${name}`)
      );
    }
  }
});

Deno.test("with the full Hessian there is a minimiser or an error that names the eigenvalue", async () => {
  const good = tf.tensor([-1, 0, 0, 0.5], [1, 2, 2]);
  const inverse = await read(await optimalCovarianceOfHessian(good, 1));
  [0.5, 0, 0, 2].forEach((v, i) => assertAlmostEquals(inverse[i]!, v, 1e-6));
  const bad = tf.tensor([-1, 0, 0, -1, 0.5, 1, 1, 0.5], [2, 2, 2]);
  await assertRejects(
    () => optimalCovarianceOfHessian(bad, 1),
    RangeError,
    "for example 1 it has the eigenvalue -0.5 with β = 1: the loss has no minimiser in Σ, it is unbounded below",
  );
});

Deno.test("a model without a posterior says so, and can be given the optimal one, whatever the likelihood's weight", async () => {
  const x = tf.tensor(normal(key(7), 18), [3, 6]);
  assertThrows(() => model(null).posterior(x), TypeError, "gives the mean alone");
  for (const likelihood of [gaussian(), gaussian(0.25), bernoulli()]) {
    const plain = model(null, likelihood);
    const { mean } = plain.encode(x);
    // J by columns, and √w beside it: no route of the model's own.
    const root = likelihood.rootCurvature(plain.decoder.apply(mean));
    const columns = [0, 1, 2, 3].map((i) => plain.decoder.jacobianColumn(mean, [i, i, i]));
    const j = tf.concat(
      columns.map((column) => tf.reshape(root ? tf.mul(root, column) : column, [3, 1, 6])),
      1,
    );
    const gram = tf.matMul(j, j, false, true);
    for (const one of FAMILIES) {
      const q = withOptimalPosterior(plain, one, 0.5).posterior(x);
      const [actual, expected] = await Promise.all(
        [q.covariance(), optimalCovarianceOfGram(one, gram, 0.5).covariance].map(read),
      );
      actual!.forEach((v, i) =>
        assertAlmostEquals(v, expected![i]!, 1e-5, `${likelihood.kind} ${one.name} ${i}`)
      );
    }
  }
});

Deno.test("the decoder has the encoder's hidden layers in reverse", () => {
  const description = describeModel({
    data: 6,
    latent: 2,
    hidden: [5, 4, 3],
    activation: "tanh",
    likelihood: gaussian(),
    family: family("mean-field", 2),
  });
  const sizes = ({ layers }: { layers: readonly { inputs: number; outputs: number }[] }): number[] => [
    layers[0]!.inputs,
    ...layers.map(({ outputs }) => outputs),
  ];
  assertEquals([sizes(description.encoder), sizes(description.decoder)], [[6, 5, 4, 3, 4], [2, 3, 4, 5, 6]]);
});

Deno.test("the optimal covariance of a Hessian leaves nothing behind but what it returns, refused or not", async () => {
  const before = tf.memory().numTensors;
  const [good, bad] = [tf.tensor([-1, 0, 0, 0.5], [1, 2, 2]), tf.tensor([-1, 0, 0, 3], [1, 2, 2])];
  (await optimalCovarianceOfHessian(good, 1)).dispose();
  await assertRejects(() => optimalCovarianceOfHessian(bad, 1), RangeError);
  tf.dispose([good, bad]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("what a family, a likelihood or a posterior cannot be is refused", () => {
  assertThrows(
    () => family("meanfield" as "full", 4),
    RangeError,
    'must be one of isotropic, mean-field, block, full, but it is "meanfield"',
  );
  assertThrows(
    () => family("block", 4, 3),
    RangeError,
    "divides the number of latents, but it is 3 for 4 latents",
  );
  assertThrows(() => family("block", 4), RangeError, "but it is NaN for 4 latents");
  assertThrows(() => family("full", 4, 2), RangeError, "a block size has no meaning for the full family");
  assertThrows(() => gaussian(0), RangeError, "variance must be a number above 0, but it is 0");
  assertThrows(() => gaussian(NaN), RangeError, "but it is NaN");
  assertThrows(
    () => bernoulli().logDensity(tf.zeros([2, 3]), tf.zeros([2, 4])),
    TypeError,
    'axis "data" is 3',
  );
  assertThrows(
    () => posterior(family("full", 4), tf.zeros([2, 4]), tf.zeros([2, 4])),
    TypeError,
    "raw must be [2, 10]",
  );
  assertThrows(
    () => optimalCovarianceOfGram(family("full", 2), tf.zeros([1, 2, 2]), 0),
    RangeError,
    "β must be a number above 0, but it is 0",
  );
});

Deno.test("the advice of a refusal helps: β just above the number that it names has a minimiser, and below it none", async () => {
  for (const [beta, values] of [[1, [0.5, 1, 1, 0.5]], [0.3, [2, 0, 0, -1]], [10, [25, 3, 3, 12]]] as const) {
    const hessian = tf.tensor([...values], [1, 2, 2]);
    const error = await assertRejects(() => optimalCovarianceOfHessian(hessian, beta), RangeError);
    const advised = Number(error.message.match(/raise β above (\S+),/)![1]);
    // βI − H_f is made in float32.
    const inverse = await read(await optimalCovarianceOfHessian(hessian, advised * (1 + 1e-4)));
    assertEquals(inverse.every(Number.isFinite), true);
    await assertRejects(() => optimalCovarianceOfHessian(hessian, advised * (1 - 1e-4)), RangeError);
  }
});

Deno.test("a likelihood's mean is where its log-density is stationary in g, and pictures of it are E[x]", async () => {
  const g = tf.tensor([-3, -0.5, 0, 0.25, 2, 7], [2, 3]);
  for (const likelihood of [gaussian(), gaussian(0.3), bernoulli()]) {
    const score = await read(likelihood.gradient(likelihood.mean(g), g));
    score.forEach((v) => assertAlmostEquals(v, 0, 1e-6, likelihood.kind));
  }
  const chances = await read(bernoulli().mean(g));
  // E[x] = 1/(1 + e⁻ᵍ), the chance of x = 1 under log p = x g − log(1 + eᵍ).
  (await read(g)).forEach((v, i) => assertAlmostEquals(chances[i]!, 1 / (1 + Math.exp(-v)), 1e-6));
});

Deno.test("a name where a family or a likelihood is required is refused, with what to write", async () => {
  await startEngine("cpu");
  const options = {
    data: 4,
    latent: 2,
    hidden: [3],
    activation: "tanh",
    likelihood: gaussian(),
    family: null,
  };
  // As JavaScript gives them.
  const describe = (given: object) => describeModel({ ...options, ...given } as unknown as ModelOptions);
  assertThrows(
    () => describe({ family: "mean-field" }),
    TypeError,
    'describeModel: the family must be a value that family(…) gives, but it is "mean-field"; write family("mean-field", latents)',
  );
  assertThrows(() => describe({ family: {} }), TypeError, "gives, but it is {}; write family(…)");
  assertThrows(
    () => describe({ likelihood: "gaussian" }),
    TypeError,
    'but it is "gaussian"; call the function',
  );
  assertThrows(
    () => describe({ likelihood: bernoulli }),
    TypeError,
    "but it is the function bernoulli; call",
  );
  const name = "full" as unknown as Family;
  assertThrows(
    () => optimalCovariance(name, tf.zeros([1, 2, 3]), 1),
    TypeError,
    "optimalCovariance: the family must",
  );
  assertThrows(
    () => optimalCovarianceOfGram(name, tf.zeros([1, 2, 2]), 1),
    TypeError,
    'write family("full", latents)',
  );
});

Deno.test("the root of Σ* is a constant to a reverse pass in every family, and Σ* itself is none", async () => {
  const tangents = tf.tensor(normal(key(8), 3 * 4 * 6), [3, 4, 6]);
  for (const one of FAMILIES) {
    const inTangents = async (part: "root" | "covariance"): Promise<Float32Array> => {
      const { gradients } = valueAndGradients(
        ([given]) => ({ value: tf.sum(optimalCovariance(one, given!, 0.5)[part]), info: {} }),
        [tangents],
      );
      return await read(gradients[0]!);
    };
    assertEquals((await inTangents("root")).every((slope) => slope === 0), true, one.name);
    assertEquals((await inTangents("covariance")).some((slope) => slope !== 0), true, one.name);
  }
});
