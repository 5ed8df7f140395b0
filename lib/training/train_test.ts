import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { defineKernel, foldIn, normal, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { NotPositiveDefiniteError, spdInverse } from "../linalg/mod.ts";
import { describeModel, gaussian, initialModelParameters } from "../model/mod.ts";
import { graeLoss } from "../objective/mod.ts";
import {
  type AdamState,
  type DescentState,
  gradientDescent,
  initialAdamState,
  type Loss,
  NonFiniteLossError,
  reversePass,
  tensorsOf,
  train,
  trainingStep,
  type TrainOptions,
} from "./mod.ts";
import { betaVae, bits, description, grae, smallRun } from "./small_run.ts";

const { options, start } = smallRun(key);

const ENGINES = await promisedEngines("wasm", "cpu", "native");

for (const engine of ENGINES) {
  Deno.test(`[A8] the same seed gives the same weights bit for bit, and a run taken up again the same as one never stopped (${engine})`, async () => {
    await startEngine(engine);
    const whole = await bits((await train(start(), options())).state);
    assertEquals(await bits((await train(start(), options())).state), whole);
    for (const stopAfter of [1, 4, 6]) {
      const abort = new AbortController();
      const first = await train(
        start(),
        options({
          signal: abort.signal,
          onStep: ({ step }) => {
            if (step === stopAfter) abort.abort();
          },
        }),
      );
      assertEquals([first.interrupted, first.state.step], [true, stopAfter]);
      const second = await train(first.state, options());
      assertEquals([second.interrupted, second.state.step], [false, 12]);
      assertEquals(await bits(second.state), whole, `stopped after step ${stopAfter}`);
    }
    const other = await train(start(), options({ key: key(6) }));
    assert(await bits(other.state) !== whole);
  });

  Deno.test(`[A8] a step leaks no tensor, whatever the objective (${engine})`, async () => {
    await startEngine(engine);
    for (const [model, loss] of [[description(), betaVae], [description(false), grae]] as const) {
      using step = trainingStep(model, loss, 0.01);
      let state = start(model);
      const x = tf.tensor(normal(key(3), 18), [3, 6]);
      const before = tf.memory().numTensors;
      for (let i = 0; i < 5; i++) {
        const [next, info] = step(state, x, key(i));
        tf.dispose([...tensorsOf(state), info.loss, ...Object.values(info.terms)]);
        state = next;
      }
      assertEquals(tf.memory().numTensors, before);
    }
  });
}

Deno.test("training lowers the loss, calls back after every step and epoch, and leaks nothing", async () => {
  await startEngine("wasm");
  const steps: number[] = [];
  const epochs: number[] = [];
  const losses: number[] = [];
  const before = tf.memory().numTensors;
  const { state } = await train(
    start(),
    options({
      epochs: 40,
      batch: () => tf.tensor(normal(key(9), 18), [3, 6]),
      onStep: ({ step, loss, terms }) => {
        steps.push(step);
        losses.push(loss);
        assertEquals(Object.keys(terms), ["reconstruction", "kl"]);
        assert(Math.abs(terms["reconstruction"]! + terms["kl"]! - loss) < 1e-3 * Math.abs(loss));
      },
      onEpoch: (_, epoch) => {
        epochs.push(epoch);
        return Promise.resolve();
      },
    }),
  );
  assertEquals([steps.length, epochs.length, steps[0], epochs.at(-1)], [160, 40, 1, 40]);
  assert(losses.at(-1)! < 0.5 * losses[0]!, `${losses[0]} fell only to ${losses.at(-1)}`);
  tf.dispose(tensorsOf(state));
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a loss that turns non-finite stops the run and names step, term and layer", async () => {
  await startEngine("wasm");
  const bad = (at: number): TrainOptions["batch"] => (epoch, i) =>
    tf.tensor(normal(key(9), 18).map((v, k) => (4 * epoch + i === at && k === 7 ? NaN : v)), [3, 6]);
  const error = await assertRejects(() => train(start(), options({ batch: bad(5) })), NonFiniteLossError);
  assertEquals(error.step, 6);
  assertEquals(
    error.message,
    "training: the loss must be finite, but at step 6 it is NaN: the input x is not finite; lower the learning " +
      "rate, or look at β and the data",
  );
  // A decoder whose second layer makes squares that overflow, seen in the first term that depends on it, or by a factorisation.
  const whatOverflows = async (withFamily: boolean, loss: Loss): Promise<string> => {
    const model = description(withFamily);
    const parameters = initialModelParameters(model, key(1));
    // Squares are beyond float32 from 1.8e19 on; eight products of such weights are not.
    parameters[6] = tf.mul(parameters[6]!, 1e30);
    const { message } = await assertRejects(
      () => train(initialAdamState(parameters), options({ description: model, loss })),
      NonFiniteLossError,
    );
    return message;
  };
  const ofTerm = await whatOverflows(true, betaVae);
  assert(ofTerm.includes('the first term that is not finite is "reconstruction"'), ofTerm);
  const ofFactor = await whatOverflows(false, grae);
  assert(ofFactor.includes("pivot 0 is Infinity in float32"), ofFactor);
  // A parameter that is not finite itself.
  const poisoned = initialModelParameters(description(), key(1));
  poisoned[2] = tf.mul(poisoned[2]!, NaN);
  await assertRejects(
    () => train(initialAdamState(poisoned), options()),
    NonFiniteLossError,
    "the parameter encoder.1.weight is not finite",
  );
});

Deno.test("an update that blows the weights up is found before anyone saves them", async () => {
  await startEngine("wasm");
  for (const learningRate of [1e25, 1e38]) {
    let saved = 0;
    const error = await assertRejects(
      () =>
        train(
          start(),
          options({
            learningRate,
            stepsPerEpoch: 1,
            epochs: 1,
            onEpoch: () => Promise.resolve(void saved++),
          }),
        ),
      NonFiniteLossError,
    );
    assertEquals([error.step, saved], [1, 0]);
    assert(error.message.includes("after step 1"), error.message);
    const abort = new AbortController();
    await assertRejects(
      () => train(start(), options({ learningRate, signal: abort.signal, onStep: () => abort.abort() })),
      NonFiniteLossError,
    );
  }
});

Deno.test("where the loss after an update has no factor, that is the cause, and any other error of it is passed on", async () => {
  await startEngine("wasm");
  const other = new Error("of the second call");
  const failing: readonly (() => unknown)[] = [
    () => spdInverse(tf.tensor([1, 2, 2, 1], [1, 2, 2])),
    () => {
      throw other;
    },
  ];
  const found: Error[] = [];
  for (const fail of failing) {
    const before = tf.memory().numTensors;
    let calls = 0;
    const loss: Loss = (...given) => {
      if (++calls > 1) fail();
      return betaVae(...given);
    };
    found.push(
      await assertRejects(() => train(start(), options({ loss, stepsPerEpoch: 1, epochs: 1 })), Error),
    );
    assertEquals(tf.memory().numTensors, before);
  }
  const [factor, passed] = found as [Error, Error];
  assert(factor instanceof NonFiniteLossError && factor.message.includes("after step 1"), `${factor}`);
  assert(factor.cause instanceof NotPositiveDefiniteError, `${factor.cause}`);
  assertEquals(passed, other);
});

Deno.test("a state that a signal's turn would hand out is looked at too", async () => {
  await startEngine("wasm");
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 0);
  let steps = 0;
  const { batch } = options();
  const slow: TrainOptions["batch"] = (epoch, i) => {
    // Longer than the loop goes on without a turn: the signal comes between this step and the next one.
    for (const from = performance.now(); performance.now() - from < 100;);
    return batch(epoch, i);
  };
  const before = tf.memory().numTensors;
  const error = await assertRejects(
    () =>
      train(
        start(),
        options({ learningRate: 1e25, batch: slow, signal: abort.signal, onStep: () => steps++ }),
      ),
    NonFiniteLossError,
  );
  assertEquals([steps, error.step], [1, 1]);
  assert(error.message.includes("after step 1"), error.message);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a backward pass or a kernel that throws leaves no tensor behind", async () => {
  await startEngine("wasm");
  const bad = tf.tensor([1, 2, 2, 1], [1, 2, 2]);
  const before = tf.memory();
  for (let i = 0; i < 3; i++) {
    assertThrows(() => spdInverse(bad), NotPositiveDefiniteError);
    assertThrows(() =>
      valueAndGradients(([a]) => {
        const kept = tf.mul(a!, 2);
        // Its value is fine, its gradient factors a matrix that is not positive definite.
        const value = tf.sum(failsBackward([kept], {})[0]!);
        return { value, info: { kept } };
      }, [bad]), NotPositiveDefiniteError);
  }
  assertEquals(tf.memory().numTensors, before.numTensors);
  assertEquals(tf.memory().numDataBuffers, before.numDataBuffers);
});

const failsBackward = defineKernel<Record<never, never>>({
  name: "TestFailsBackward",
  shapes: ([a]) => [[...a!]],
  compute: ([a], [out]) => out!.set(a!),
  compose: ([a]) => [a!],
  gradient: (_, [a]) => [() => spdInverse(a!)],
});

Deno.test("no two steps of a run draw from the same key, in any epoch, and step t draws from foldIn(key, t)", async () => {
  await startEngine("wasm");
  const drawn: string[] = [];
  await train(
    start(),
    options({
      loss: (model, x, k, numbers) => {
        drawn.push(k.join());
        return betaVae(model, x, k, numbers);
      },
    }),
  );
  const steps = Array.from({ length: 12 }, (_, t) => foldIn(key(5), t).join());
  // Where an epoch ends, the loss of its last batch is taken once more.
  assertEquals([...new Set(drawn)], steps);
});

Deno.test("a training by another optimiser goes through the states of its steps, and goes on from one", async () => {
  await startEngine("wasm");
  const optimiser = gradientDescent(0.5);
  const optionsFor = (epochs: number) => {
    const { onEpoch: _, onState: ___, optimiser: __, ...plain } = options({ epochs });
    return { ...plain, optimiser };
  };
  const begin = () => optimiser.start(initialModelParameters(description(), key(1)));
  const numbers = async ({ parameters, velocities }: DescentState): Promise<string> =>
    (await Promise.all([...parameters, ...velocities].map(read))).map((values) => values.join()).join(";");
  const whole = await train(begin(), optionsFor(3));
  const half = await train(begin(), optionsFor(1));
  assertEquals([half.state.step, whole.state.step], [4, 12]);
  const rest = await train(half.state, optionsFor(3));
  assertEquals(await numbers(rest.state), await numbers(whole.state));

  using pass = reversePass(description(), betaVae, {});
  let byHand = begin();
  for (let step = 0; step < 12; step++) {
    const x = options().batch(Math.floor(step / 4), step % 4);
    byHand = optimiser.step(byHand, pass(byHand.parameters, x, foldIn(key(5), step), step).gradients, 0.01);
  }
  assertEquals(await numbers(byHand), await numbers(whole.state));
});

Deno.test("options of Adam beside another optimiser, and a state of another optimiser for Adam, are refused", async () => {
  await startEngine("wasm");
  const optimiser = gradientDescent(0);
  const state = optimiser.start(initialModelParameters(description(), key(1)));
  const { onEpoch: _, onState: ___, optimiser: __, ...plain } = options();
  await assertRejects(
    () => train(state, { ...plain, optimiser, clipGradient: 1 }),
    TypeError,
    "train: weightDecay, undecayed and clipGradient are Adam's, but another optimiser is given; let its step do them",
  );
  await assertRejects(
    () => train(state, plain),
    TypeError,
    "train: the state must be Adam's, of initialAdamState, but it has no moments; give the optimiser that made it",
  );
});

Deno.test("weight decay leaves the log σ of a likelihood alone, in train and in trainingStep", async () => {
  await startEngine("wasm");
  const description = describeModel({
    ...{ data: 3, latent: 1, hidden: [2], activation: "tanh", family: null },
    likelihood: gaussian({ count: 3, initial: 0.1 }),
  });
  const x = (): tf.Tensor => tf.tensor(normal(key(5), 6), [2, 3]);
  const loss: Loss = (model, data, k, { beta }) => graeLoss(model, data, k, beta);
  /** The last parameter, log σ, and the first, a weight, after 3 steps. */
  const trained = async (options: { readonly weightDecay: number; readonly undecayed?: number }) => {
    const begin = () => initialAdamState(initialModelParameters(description, key(1)));
    const common = { beta: 0.5, ...options };
    const { state } = await train(begin(), {
      ...{ ...common, description, loss, learningRate: 0.1, stepsPerEpoch: 3, epochs: 1, key: key(2) },
      batch: x,
    });
    let other = begin();
    using step = trainingStep(description, loss, 0.1, common);
    for (let i = 0; i < 3; i++) other = step(other, x(), key(3))[0];
    const ends = (s: AdamState) => Promise.all([s.parameters[0]!, s.parameters.at(-1)!].map(read));
    const [found, again] = [await ends(state), await ends(other)];
    assertEquals(found, again);
    return found;
  };
  const [plain, decayed] = [await trained({ weightDecay: 0 }), await trained({ weightDecay: 0.5 })];
  assert(plain[0]!.some((v, i) => v !== decayed[0]![i]));
  // Without decay of its own, log σ moves by what the other weights change of its gradient: Adam's step is nearly a sign.
  decayed[1]!.forEach((v, i) => assertAlmostEquals(v, plain[1]![i]!, 0.02));
  // Told to decay, it is drawn to 0 from log 0.1 by 0.05 of itself in each step.
  const told = await trained({ weightDecay: 0.5, undecayed: 0 });
  told[1]!.forEach((v, i) => assert(v - plain[1]![i]! > 0.2));
});
