import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { foldIn, type Key, normal, normalTensor, type Scalar, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  bernoulli,
  describeModel,
  type Family,
  family,
  gaussian,
  type Model,
  type ModelDescription,
} from "../model/mod.ts";
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
import {
  cosineSchedule,
  type Loss,
  type Schedule,
  stepSchedule,
  tensorsOf,
  train,
  trainingStep,
  type TrainOptions,
  warmUpSchedule,
} from "./mod.ts";
import { bits, description, smallRun } from "./small_run.ts";

const { options, start } = smallRun(key);

const ENGINES = await promisedEngines("wasm", "cpu", "native");

type Objective = (model: Model, x: tf.Tensor, key: Key, beta: Scalar) => ObjectiveValue;

/** All that the library has, over a family of four latents. */
const objectives = (over: Family): Readonly<Record<string, Objective>> => ({
  betaVae: betaVaeLoss,
  betaVaeOfTwoSamples: (model, x, k, beta) => betaVaeLoss(model, x, k, beta, { samples: 2 }),
  taylorHessian: taylorHessianLoss,
  taylorJacobian: taylorJacobianLoss,
  profiled: (model, x, k, beta) => profiledLoss(model, x, k, beta, { family: over }),
  grae: graeLoss,
  graeBlock: (model, x, k, beta) => graeBlockLoss(model, x, k, beta, { block: 2 }),
  graeStar: graeStarLoss,
  graeStarStochastic: graeStarStochasticLoss,
});

/**
 * β by the step, epoch by epoch: it changes and stays while steps are recorded and compared, then in replays it changes at
 * every step, and then stays.
 */
const BETAS = [0.1, 0.17, 0.17, 0.49, 0.84, 1.4, 2.4, 4.1];
const beta: Schedule = (step) => BETAS[step] ?? 0.3;

for (const engine of ENGINES) {
  Deno.test(`[A8] with β scheduled, replayed steps have the bits of steps that are not, and of steps at each number (${engine})`, async () => {
    await startEngine(engine);
    const batch: TrainOptions["batch"] = (epoch, i) => {
      const examples = i === 3 ? 2 : 3;
      return tf.sigmoid(tf.tensor(normal(foldIn(foldIn(key(9), epoch), i), examples * 6), [examples, 6]));
    };
    for (const likelihood of [gaussian(0.1), bernoulli()]) {
      for (const posterior of [family("isotropic", 4), family("block", 4, 2), family("full", 4)]) {
        for (const [name, objective] of Object.entries(objectives(posterior))) {
          const learned = name.startsWith("betaVae") || name.startsWith("taylor");
          // The family matters to none but these.
          if (!learned && name !== "profiled" && posterior.name !== "full") continue;
          const description: ModelDescription = describeModel({
            data: 6,
            latent: 4,
            hidden: [8],
            activation: "relu",
            likelihood,
            family: learned ? posterior : null,
          });
          const losses = async (more: Partial<TrainOptions>): Promise<unknown[]> => {
            const seen: unknown[] = [];
            const { state } = await train(
              start(description),
              options({ description, batch, onStep: (report) => void seen.push(report), ...more }),
            );
            seen.push(await bits(state));
            tf.dispose(tensorsOf(state));
            return seen;
          };
          const scheduled: Loss = (model, x, k, { beta }) => objective(model, x, k, beta);
          const plain = await losses({ loss: scheduled, beta });
          const what = `${name} ${likelihood.kind} ${posterior.name}`;
          assertEquals(await losses({ loss: scheduled, beta, replay: true }), plain, what);
          // The number of each step, closed over, which float32 has.
          let step = 0;
          const closed: Loss = (model, x, k) => objective(model, x, k, Math.fround(beta(step)));
          const onStep: TrainOptions["onStep"] = (report) => {
            step = report.step;
            seen.push(report);
          };
          const seen: unknown[] = [];
          const { state } = await train(
            start(description),
            options({ description, batch, loss: closed, onStep }),
          );
          assertEquals([...seen, await bits(state)], plain, `${what}, as numbers`);
          tf.dispose(tensorsOf(state));
        }
      }
    }
  });
}

/** A loss whose calls are counted. */
const counted = (): { loss: Loss; calls: () => number } => {
  let calls = 0;
  return {
    loss: (model, x, k, { beta }) => {
      calls++;
      return betaVaeLoss(model, x, k, beta);
    },
    calls: () => calls,
  };
};

Deno.test("a loss whose β is another at every step is called at the steps 1, 2, 3, 4, 8 and 16 alone", async () => {
  await startEngine("wasm");
  const { loss, calls } = counted();
  const before = tf.memory().numTensors;
  {
    using step = trainingStep(description(), loss, (step) => 0.01 / (1 + step), {
      replay: true,
      overwrite: true,
      beta: (step) => 1 + step,
    });
    let state = start();
    const x = normalTensor(key(3), [3, 6]);
    for (let i = 0; i < 20; i++) {
      const [next, info] = step(state, x, key(i));
      tf.dispose([info.loss, ...Object.values(info.terms)]);
      state = next;
    }
    tf.dispose([...tensorsOf(state), x]);
  }
  assertEquals(calls(), 6);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("other numbers than β are inputs too", async () => {
  await startEngine("wasm");
  const loss: Loss = (model, x, k, { beta, kept }) => {
    const { terms } = betaVaeLoss(model, x, k, beta);
    const weighted = { reconstruction: tf.mul(kept!, terms["reconstruction"]!), kl: terms["kl"]! };
    return { loss: tf.mean(tf.add(weighted.reconstruction, weighted.kl)), terms: weighted };
  };
  const run = async (replay: boolean): Promise<string> => {
    const numbers = { kept: (step: number) => 1 / (1 + step) };
    const { state } = await train(start(), options({ loss, beta: 0.5, numbers, replay }));
    return await bits(state);
  };
  assertEquals(await run(true), await run(false));
});

Deno.test("a learning rate that is a function of the step is that of each step", async () => {
  await startEngine("wasm");
  const rates = [0.03, 0.01, 0.001];
  const scheduled = await train(
    start(),
    options({ learningRate: (step) => rates[step]!, stepsPerEpoch: 3, epochs: 1 }),
  );
  let state = start();
  for (const learningRate of rates) {
    const epochs = state.step + 1;
    ({ state } = await train(
      state,
      options({ learningRate, stepsPerEpoch: 1, epochs, batch: (at) => options().batch(0, at) }),
    ));
  }
  assertEquals(await bits(scheduled.state), await bits(state));
});

Deno.test("a β or learning rate of no use is refused with its step, and nothing is left", async () => {
  await startEngine("wasm");
  const { loss } = counted();
  const run = (more: Partial<TrainOptions>): Promise<unknown> =>
    train(start(), options({ loss, beta: 1, ...more }));
  const before = tf.memory().numTensors;
  const scheduled = (bad: number): Schedule => (step) => step === 2 ? bad : 1;
  for (const bad of [0, -1, NaN, Infinity, 1e-60]) {
    await assertRejects(
      () => run({ beta: scheduled(bad) }),
      RangeError,
      `training: β must be a number above 0 in float32, but for step 3 it is ${bad}`,
    );
  }
  await assertRejects(
    () => run({ learningRate: scheduled(0) }),
    RangeError,
    "training: the learning rate must be a number above 0, but for step 3 it is 0",
  );
  await assertRejects(
    () => run({ numbers: { temperature: scheduled(Infinity) } }),
    RangeError,
    'training: the number "temperature" must be finite in float32, but for step 3 it is Infinity',
  );
  const { beta: _, ...without } = options({ loss });
  await assertRejects(
    () => train(start(), without),
    TypeError,
    'training: the loss asks for the number "beta" of its step, which must be given as an option, but is not; given are none',
  );
  await assertRejects(
    () => run({ loss: (model, x, k, { heat }) => betaVaeLoss(model, x, k, heat!), numbers: { warmth: 1 } }),
    TypeError,
    'asks for the number "heat" of its step, which must be given as an option, but is not; given are beta, warmth',
  );
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a warm-up rises in equal parts to its value, which it has from its last step on", () => {
  const schedule = warmUpSchedule(0.8, 4);
  assertEquals([0, 1, 2, 3, 4, 100].map(schedule), [0.2, 0.4, 0.8 * 3 / 4, 0.8, 0.8, 0.8]);
  // No warm-up, and one that ends within a step.
  assertEquals([0, 1].map(warmUpSchedule(0.8, 0)), [0.8, 0.8]);
  assertEquals([0, 1].map(warmUpSchedule(0.8, 0.5)), [0.8, 0.8]);
  assertEquals([0, 1, 2].map(warmUpSchedule(0.75, 2.5)), [0.3, 0.6, 0.75]);
  for (const steps of [-1, NaN, Infinity]) {
    assertThrows(
      () => warmUpSchedule(1, steps),
      RangeError,
      `warmUpSchedule: steps must be a number from 0, but it is ${steps}`,
    );
  }
});

Deno.test("a cosine falls from its value along half a period, and a step schedule to a tenth and a hundredth", () => {
  const cosine = cosineSchedule(0.4, 4);
  [1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2].forEach((share, step) =>
    assertAlmostEquals(cosine(step), 0.4 * share, 1e-15)
  );
  const steps = stepSchedule(0.4, 8);
  [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01].forEach((share, step) =>
    assertAlmostEquals(steps(step), 0.4 * share, 1e-15)
  );
  for (const [name, schedule] of Object.entries({ cosineSchedule, stepSchedule })) {
    for (const length of [0, 1.5, NaN]) {
      assertThrows(
        () => schedule(1, length),
        RangeError,
        `${name}: steps must be a whole number from 1, but it is ${length}`,
      );
    }
    assertThrows(
      () => schedule(1, 4)(4),
      RangeError,
      `${name}: the schedule has 4 steps, but step 5 was asked for; give it the steps of the whole training`,
    );
  }
});
