import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { guardTests } from "../engine/guarded_tests.ts";
import { normal, read, startEngine, tf, uniform, valueAndGradients } from "../engine/mod.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  betaVaeLoss,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLoss,
  type ObjectiveValue,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../objective/mod.ts";
import { initialAdamState, tensorsOf, trainingStep } from "../training/mod.ts";
import {
  bernoulli,
  bindModel,
  continuousBernoulli,
  describeModel,
  family,
  gaussian,
  initialModelParameters,
  type Likelihood,
  type Model,
  type ModelDescription,
  modelParameterShapes,
  sampleLikelihood,
} from "./mod.ts";

guardTests();
const ENGINES = await promisedEngines("cpu", "native", "webgpu", "wasm");

const DATA = 6, BATCH = 3;
const full = family("full", 2);
const losses: Readonly<Record<string, (model: Model, x: tf.Tensor, beta: number) => ObjectiveValue>> = {
  betaVae: (m, x, beta) => betaVaeLoss(m, x, key(3), beta),
  taylorHessian: (m, x, beta) => taylorHessianLoss(m, x, key(3), beta),
  taylorJacobian: (m, x, beta) => taylorJacobianLoss(m, x, key(3), beta),
  profiled: (m, x, beta) => profiledLoss(m, x, key(3), beta, { family: full }),
  grae: (m, x, beta) => graeLoss(m, x, key(3), beta),
  graeBlock: (m, x, beta) => graeBlockLoss(m, x, key(3), beta, { block: 1 }),
  graeStar: (m, x, beta) => graeStarLoss(m, x, key(3), beta),
  graeStarStochastic: (m, x, beta) => graeStarStochasticLoss(m, x, key(3), beta),
};

const described = (likelihood: Likelihood): ModelDescription =>
  describeModel({ data: DATA, latent: 2, hidden: [5], activation: "tanh", likelihood, family: full });
const networks = (): tf.Tensor[] => initialModelParameters(described(gaussian()), key(1));

/** A loss with the gradient in every parameter. */
async function lossAt(
  name: string,
  likelihood: Likelihood,
  parameters: readonly tf.Tensor[],
  x: tf.Tensor,
  beta = 0.5,
): Promise<{ readonly loss: number; readonly gradients: Float32Array[] }> {
  const description = described(likelihood);
  const { value, gradients } = valueAndGradients((p) => {
    const { loss, terms } = losses[name]!(bindModel(description, p), x, beta);
    return { value: loss, info: terms };
  }, [...parameters]);
  return { loss: (await read(value))[0]!, gradients: await Promise.all(gradients.map(read)) };
}

const withSigma = (logSigma: readonly number[]): tf.Tensor[] => [...networks(), tf.tensor([...logSigma])];
/** The size of all gradients of a float32 pass, to compare entries with. */
const near = (actual: Float32Array, expected: Float32Array, says: string): void => {
  const size = expected.reduce((most, entry) => Math.max(most, Math.abs(entry)), 1);
  expected.forEach((entry, i) => assertAlmostEquals(actual[i]!, entry, 1e-4 * size, `${says} [${i}]`));
};

Deno.test("a learned σ gives every objective the value and the gradients of the Gaussian with that variance", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const x = tf.tensor(normal(key(7), BATCH * DATA), [BATCH, DATA]);
    for (const name of Object.keys(losses)) {
      for (const s of [-1.2, 0.7]) {
        const fixed = await lossAt(name, gaussian(Math.exp(2 * s)), networks(), x);
        const { loss, gradients } = await lossAt(name, gaussian({}), withSigma([s]), x);
        // Energies are less their constant, which is not one where σ is learned.
        const constant = name.startsWith("grae") ? DATA * s : 0;
        const size = Math.max(1, Math.abs(fixed.loss));
        assertAlmostEquals(loss, fixed.loss + constant, 1e-5 * size, `${engine} ${name} at ${s}`);
        fixed.gradients.forEach((gradient, i) =>
          near(gradients[i]!, gradient, `${engine} ${name} at ${s}, parameter ${i}`)
        );
      }
    }
  }
  await startEngine("wasm");
});

Deno.test("the gradient in log σ is that of the Gaussians on either side, for every objective", async () => {
  const x = tf.tensor(normal(key(7), BATCH * DATA), [BATCH, DATA]), s = -0.4, h = 0.02;
  for (const name of Object.keys(losses)) {
    const at = async (t: number): Promise<number> => {
      const constant = name.startsWith("grae") ? DATA * t : 0;
      return constant + (await lossAt(name, gaussian(Math.exp(2 * t)), networks(), x)).loss;
    };
    const { loss, gradients } = await lossAt(name, gaussian({}), withSigma([s]), x);
    // In log σ the loss is a sum of exp(−2s) and of logarithms: its third derivative is below 8 times its size.
    const slack = 8 * h ** 2 / 6 * (10 + Math.abs(loss)) + 2 ** -24 * 64 * (10 + Math.abs(loss)) / h;
    assertAlmostEquals(gradients.at(-1)![0]!, (await at(s + h) - await at(s - h)) / (2 * h), slack, name);
  }
});

Deno.test("one σ and β stand for each other: GRAE at (σ, β) is that at (1, βσ²) over σ², and n log σ", async () => {
  const x = tf.tensor(normal(key(7), BATCH * DATA), [BATCH, DATA]);
  for (const name of ["grae", "graeStar"]) {
    for (const s of [-1, 0.5]) {
      const square = Math.exp(2 * s);
      const { loss } = await lossAt(name, gaussian({}), withSigma([s]), x, 0.3);
      const other = await lossAt(name, gaussian(), networks(), x, 0.3 * square);
      assertAlmostEquals(
        loss,
        other.loss / square + DATA * s,
        1e-5 * (1 + other.loss / square),
        `${name} ${s}`,
      );
    }
  }
});

Deno.test("σ for each channel repeats along the pixels, and has a gradient of its own", async () => {
  const x = tf.tensor(normal(key(7), BATCH * DATA), [BATCH, DATA]), logs = [-1, 0, 0.5];
  const each = await lossAt("betaVae", gaussian({ count: 6 }), withSigma([...logs, ...logs]), x);
  const channels = await lossAt("betaVae", gaussian({ count: 3 }), withSigma(logs), x);
  assertAlmostEquals(channels.loss, each.loss, 1e-4);
  const [six, three] = [each.gradients.at(-1)!, channels.gradients.at(-1)!];
  near(three, Float32Array.from(logs, (_, k) => six[k]! + six[k + 3]!), "log σ");
});

Deno.test("log σ is a parameter of the model by its name, trains, and a replayed step has the same bits", async () => {
  const description = described(gaussian({ count: 2, initial: 0.5 }));
  assertEquals(modelParameterShapes(description).at(-1), { name: "likelihood.logSigma", shape: [2] });
  const batch = (i: number): tf.Tensor => tf.tensor(normal(key(20 + i), BATCH * DATA), [BATCH, DATA]);
  const trained = async (replay: boolean): Promise<number[][]> => {
    using step = trainingStep(description, (m, x) => graeLoss(m, x, key(3), 0.5), 0.1, { replay });
    let state = initialAdamState(initialModelParameters(description, key(1)));
    for (let i = 0; i < 6; i++) state = (await step(state, batch(i), key(30 + i)))[0];
    return await Promise.all(tensorsOf(state).map(async (t) => [...await read(t)]));
  };
  const plain = await trained(false);
  assertEquals(await trained(true), plain);
  const start = initialModelParameters(description, key(1)), last = await read(start.at(-1)!);
  assertEquals([...last], [Math.fround(Math.log(0.5)), Math.fround(Math.log(0.5))]);
  assert(plain[start.length - 1]!.every((entry) => Math.abs(entry - Math.log(0.5)) > 0.1), "σ is trained");
});

Deno.test("the continuous Bernoulli trains by every objective: losses fall along their gradients as these say", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const x = tf.tensor(uniform(key(8), BATCH * DATA), [BATCH, DATA]);
    for (const name of Object.keys(losses)) {
      const parameters = networks();
      const { loss, gradients } = await lossAt(name, continuousBernoulli(), parameters, x);
      const square = gradients.flatMap((g) => [...g]).reduce((sum, entry) => sum + entry * entry, 0);
      // A step that should change the loss by 0.02, one way and back.
      const t = 0.01 / square;
      const moved = async (by: number): Promise<number> => {
        const p = parameters.map((tensor, i) =>
          tf.add(tensor, tf.mul(by, tf.tensor(gradients[i]!, [...tensor.shape])))
        );
        return (await lossAt(name, continuousBernoulli(), p, x)).loss;
      };
      const slope = (await moved(t) - await moved(-t)) / 0.02;
      // Rounding of 2 losses over 0.02, and what bends over such a step.
      assertAlmostEquals(slope, 1, 2 ** -24 * 200 * (1 + Math.abs(loss)) / 0.02 + 0.02, `${engine} ${name}`);
    }
  }
  await startEngine("wasm");
});

/** `[rows, 2]` of all pairs of these numbers. */
const pairs = (numbers: readonly number[]): tf.Tensor =>
  tf.tensor(numbers.flatMap((a) => numbers.flatMap((b) => [a, b])), [numbers.length ** 2, 2]);

Deno.test("p of two numbers is a density: over all of them it has an integral of 1, and exp(−energy) is p but for a factor", async () => {
  const bound = gaussian({ count: 2 }).learned!.bind([tf.tensor([-0.5, 0.25])]);
  // Midpoints of 64 intervals; Gaussians are over 8 of the larger deviation, from their mean.
  const wide = Array.from({ length: 64 }, (_, i) => (i - 31.5) / 4), unit = wide.map((x) => (x + 8) / 16);
  const cases: readonly (readonly [Likelihood, readonly number[], number])[] = [
    [gaussian(), wide, 1 / 4],
    [gaussian(0.3), wide, 1 / 4],
    [gaussian(2), wide, 1 / 4],
    [bound, wide, 1 / 4],
    [continuousBernoulli(), unit, 1 / 64],
    [bernoulli(), [0, 1], 1],
  ];
  for (const [likelihood, numbers, width] of cases) {
    const x = pairs(numbers), g = tf.add(tf.zerosLike(x), tf.tensor([0.7, -0.4]));
    const [logs, energies] = await Promise.all(
      [likelihood.logDensity(x, g), likelihood.energy(x, g)].map(read),
    );
    const says = `${likelihood.kind} ${likelihood.variance}`;
    const integral = logs!.reduce((sum, log) => sum + Math.exp(log) * width ** 2, 0);
    // Of the midpoint rule: f″/24 n² of exp(0.7 x) on [0, 1] is below 1e-5, and below 1e-6 of a Gaussian of such a width.
    assertAlmostEquals(integral, 1, 2e-5, says);
    const constants = logs!.map((log, i) => log + energies![i]!);
    const rounding = 2 ** -22 * (1 + Math.max(...logs!.map(Math.abs)));
    assert(Math.max(...constants) - Math.min(...constants) <= rounding, `${says}: −log p − energy`);
  }
});

Deno.test("the continuous Bernoulli is the same on every engine, at any logit", async () => {
  const logits = [0, 1e-30, 1e-9, 1e-4, 0.1, 1, 1.99, 2, 2.01, 7, 30, 90, 1e4, 1e9].flatMap((g) => [g, -g]);
  for (const engine of ENGINES) {
    await startEngine(engine);
    const g = tf.tensor(logits, [1, logits.length]), own = continuousBernoulli();
    const { info, gradients } = valueAndGradients(([g]) => {
      const w = own.curvature(g!);
      return { value: tf.sum(w), info: { w } };
    }, [g]);
    // At x = 0 the energy is A itself.
    const column = tf.reshape(g, [-1, 1]), energy = own.energy(tf.zerosLike(column), column);
    const [mean, curvature, root, third, normaliser] = await Promise.all(
      [own.mean(g), info.w, own.rootCurvature(g)!, gradients[0]!, energy].map(read),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
    logits.forEach((logit, i) => {
      const s = Math.abs(logit), q = Math.exp(-s);
      const low = s < 1e-3 ? 0.5 - s / 12 : 1 / s - q / -Math.expm1(-s);
      const variance = s < 1e-3 ? 1 / 12 - s * s / 240 : 1 / (s * s) - q / Math.expm1(-s) ** 2;
      const says = `${engine} at ${logit}`;
      assertAlmostEquals(mean[i]!, logit > 0 ? 1 - low : low, 1e-6, says);
      // At s = 1e-3 the closed form here has lost 10⁻¹⁰ of it.
      assertAlmostEquals(curvature[i]! / variance, 1, 1e-5, says);
      assertAlmostEquals(root[i]! / Math.sqrt(variance), 1, 1e-5, says);
      const skew = s < 1e-3 ? -s / 120 : -2 / s ** 3 + q * (1 + q) / (-Math.expm1(-s)) ** 3;
      // At s = 2 it is a twentieth of its parts.
      assertAlmostEquals(third[i]!, Math.sign(logit) * skew, 2e-5 * Math.abs(skew), `${says}: A‴`);
      const log = s < 1e-3 ? logit / 2 + s * s / 24 : Math.max(0, logit) - Math.log(s) + Math.log1p(-q);
      assertAlmostEquals(normaliser[i]!, log, 1e-6 * (Math.abs(log) + Math.min(1, s)), `${says}: A`);
    });
  }
  await startEngine("wasm");
});

Deno.test("samples of a key are the same on every engine, but for rounding, at any logit", async () => {
  const logits = [0, 1e-9, 1e-3, 0.06, 0.0625, 0.07, 0.5, 0.99, 1.01, 3, 20, 90, 1e4].flatMap((g) => [g, -g]);
  const outputs = Array.from({ length: 8 }, () => logits).flat();
  const draw = async (likelihood: Likelihood): Promise<Float32Array> =>
    await read(sampleLikelihood(likelihood, tf.tensor(outputs, [8, logits.length]), key(9)));
  for (const make of [continuousBernoulli, gaussian]) {
    await startEngine("cpu");
    const must = await draw(make());
    for (const engine of ENGINES) {
      await startEngine(engine);
      const found = await draw(make());
      found.forEach((x, i) =>
        // The quantile of a logit has the rounding of its logarithm over the logit, from 1/16.
        assertAlmostEquals(
          x,
          must[i]!,
          2 ** -24 * 64 * Math.max(1, Math.abs(must[i]!)),
          `${engine} at ${outputs[i]}`,
        )
      );
    }
  }
  await startEngine("wasm");
});

Deno.test("what is no likelihood is refused in one line", () => {
  const x = tf.zeros([1, DATA]);
  assertThrows(() => gaussian({}).logDensity(x, x), TypeError, "take the likelihood of bindModel");
  assertThrows(
    () => bindModel(described(gaussian({})), networks()),
    TypeError,
    "9 parameters are required, 1 of them of the likelihood, but there are 8",
  );
  const uneven = bindModel(described(gaussian({ count: 4 })), withSigma([0, 0, 0, 0]));
  assertThrows(
    () => uneven.likelihood.logDensity(x, x),
    TypeError,
    "must divide that of data, 6, but it is 4",
  );
  assertThrows(() => continuousBernoulli().energy(x, tf.zeros([1, 2])), TypeError, "data");
});
