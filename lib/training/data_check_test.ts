import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Key, replayable, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  bernoulli,
  describeModel,
  family,
  gaussian,
  initialModelParameters,
  type Likelihood,
  type ModelDescription,
} from "../model/mod.ts";
import { betaVaeLoss } from "../objective/mod.ts";
import { DataCheck } from "./data_check.ts";
import { type AdamState, initialAdamState, type Loss, reversePass, train, trainingStep } from "./mod.ts";

const describe = (likelihood: Likelihood): ModelDescription =>
  describeModel({
    data: 3,
    latent: 2,
    hidden: [4],
    activation: "tanh",
    likelihood,
    family: family("mean-field", 2),
  });
const loss: Loss = (model, x, k: Key) => betaVaeLoss(model, x, k, 1);
const start = (model: ModelDescription): AdamState => initialAdamState(initialModelParameters(model, key(1)));
/** Two examples, with one number at [1, 2]. */
const data = (last: number): tf.Tensor => tf.tensor([0, 1, 0.5, 1, 0, last], [2, 3]);
const wrong = (what: string, value: number): string =>
  `${what} must be from 0 to 1 for the bernoulli likelihood, but at [1, 2] it is ${value}; ` +
  "divide pixels by 255, or take the gaussian likelihood";

for (const engine of await promisedEngines("wasm", "native", "cpu")) {
  Deno.test(`data that a likelihood has no density for do not enter a training (${engine})`, async () => {
    await startEngine(engine);
    for (const replay of [false, true]) {
      const model = describe(bernoulli());
      using step = trainingStep(model, loss, 0.1, { replay });
      using pass = reversePass(model, loss, { replay });
      for (const value of [-0.5, -(2 ** -149), 1 + 2 ** -23, 255, NaN, Infinity]) {
        assertThrows(
          () => step(start(model), data(value), key(0)),
          RangeError,
          wrong("trainingStep: x", value),
        );
        assertThrows(
          () => pass(start(model).parameters, data(value), key(0), 0),
          RangeError,
          wrong("reversePass: x", value),
        );
        await assertRejects(
          () =>
            train(start(model), {
              description: model,
              loss,
              learningRate: 0.1,
              stepsPerEpoch: 3,
              epochs: 2,
              key: key(0),
              batch: (_, index) => data(index === 2 ? value : 0),
              replay,
            }),
          RangeError,
          wrong("train: batch 2 of epoch 0", value),
        );
      }
      // Replays do not let through what calls refuse.
      let state = start(model);
      for (let i = 0; i < 4; i++) [state] = step(state, data(i / 4), key(i));
      assertThrows(() => step(state, data(-1), key(4)), RangeError, wrong("trainingStep: x", -1));
    }
  });
}

Deno.test("a Gaussian takes any finite number and no other", async () => {
  await startEngine("wasm");
  const model = describe(gaussian());
  using step = trainingStep(model, loss, 0.1);
  for (const value of [-300, 255, 1e9]) step(start(model), data(value), key(0));
  for (const value of [NaN, Infinity, -Infinity]) {
    assertThrows(
      () => step(start(model), data(value), key(0)),
      RangeError,
      `trainingStep: x must be finite, but at [1, 2] it is ${value}; correct it or leave that example out`,
    );
  }
});

Deno.test("a tensor is looked at once, and a run looks at the batches of its first epoch", async () => {
  await startEngine("wasm");
  const model = describe(bernoulli());
  using step = trainingStep(model, loss, 0.1);
  const x = data(0), { dataSync } = x;
  let looked = 0;
  x.dataSync = ((...given: []) => {
    looked++;
    return dataSync.apply(x, given);
  }) as typeof dataSync;
  let state = start(model);
  for (let i = 0; i < 5; i++) [state] = step(state, x, key(i));
  assertEquals(looked, 1);

  let read = 0;
  const batch = (): tf.Tensor => {
    const made = data(1), { dataSync } = made;
    made.dataSync = ((...given: []) => {
      read++;
      return dataSync.apply(made, given);
    }) as typeof dataSync;
    return made;
  };
  const run = { description: model, loss, learningRate: 0.1, stepsPerEpoch: 3, key: key(0), batch };
  const first = await train(start(model), { ...run, epochs: 4 });
  assertEquals(read, 3);
  await train(first.state, { ...run, epochs: 6 });
  assertEquals(read, 6);
});

for (const engine of await promisedEngines("webgpu")) {
  Deno.test(`an engine that can only be waited for names wrong data at the next step, and a run waits (${engine})`, async () => {
    await startEngine(engine);
    const model = describe(bernoulli());
    using step = trainingStep(model, loss, 0.1);
    const [state, info] = step(start(model), data(-0.5), key(0));
    await info.loss.data();
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertThrows(() => step(state, data(0), key(1)), RangeError, wrong("trainingStep: x", -0.5));
    const run = { description: model, loss, learningRate: 0.1, stepsPerEpoch: 1, epochs: 1, key: key(0) };
    await assertRejects(
      () => train(start(model), { ...run, batch: () => data(-0.5) }),
      RangeError,
      wrong("train: batch 0 of epoch 0", -0.5),
    );
  });
}

Deno.test("a step that another recording records reads no data: that would not be replayed", async () => {
  await startEngine("wasm");
  const model = describe(bernoulli());
  using pass = reversePass(model, loss);
  using replayed = replayable(([x, ...parameters], k) => [pass(parameters, x!, k, 0).info.loss]);
  const { parameters } = start(model);
  for (let i = 0; i < 4; i++) tf.dispose(replayed([data(0), ...parameters], key(i)));
});

for (const engine of await promisedEngines("webgpu")) {
  Deno.test(`of several wrong tensors the first is named, at the next and at the end (${engine})`, async () => {
    await startEngine(engine);
    const check = new DataCheck("test", describe(bernoulli()));
    check.enter(data(0), "right");
    [-0.5, 2, 3].forEach((value, i) => check.enter(data(value), `x${i}`));
    const said = wrong("test: x0", -0.5);
    await assertRejects(() => check.settle(), RangeError, said);
    assertThrows(() => check.enter(data(0), "right"), RangeError, said);
    await startEngine("wasm");
  });
}
