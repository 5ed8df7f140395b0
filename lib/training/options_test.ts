import { assertEquals } from "@std/assert";
import { normalTensor, readNow, startEngine, tf } from "../engine/mod.ts";
import { modelParameterShapes } from "../model/mod.ts";
import { graeLoss } from "../objective/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import {
  adam,
  adamOptimiser,
  type AdamOptions,
  type AdamState,
  leastMemory,
  leastScoringMemory,
  type Loss,
  minimise,
  reversePass,
  tensorsOf,
  train,
  trainingStep,
} from "./mod.ts";
import { bits, description, grae, smallRun } from "./small_run.ts";

await startEngine("wasm");

const { options, start } = smallRun(key);
const model = description(false);
const batch = (): tf.Tensor => normalTensor(key(1), [3, 6]);

/** Every option of Adam, with a value that changes a step. */
const OPTIONS: Readonly<Record<string, AdamOptions>> = {
  weightDecay: { weightDecay: 0.5 },
  clipGradient: { clipGradient: 1e-3 },
  both: { weightDecay: 0.5, clipGradient: 1e-3 },
  none: {},
};

/** Three steps of adam by hand. */
function byHand(given: AdamOptions): AdamState {
  using pass = reversePass(model, grae);
  const x = batch();
  let state = start(model);
  for (let step = 0; step < 3; step++) {
    state = adam(state, pass(state.parameters, x, key(2), step).gradients, 0.1, given);
  }
  return state;
}

Deno.test("whoever takes Adam's options hands each of them on: the loop's optimiser, a step, a training", async () => {
  const seen = new Set<string>();
  for (const [name, given] of Object.entries(OPTIONS)) {
    const expected = await bits(byHand(given));
    seen.add(expected);
    const x = batch();
    using step = trainingStep(model, grae, 0.1, given);
    let stepped = start(model);
    for (let i = 0; i < 3; i++) [stepped] = step(stepped, x, key(2));
    assertEquals(await bits(stepped), expected, `trainingStep: ${name}`);
    using pass = reversePass(model, grae);
    const optimiser = adamOptimiser(given);
    const { state } = await minimise(optimiser.start(start(model).parameters), {
      optimiser,
      gradients: ({ parameters }, step) => pass(parameters, x, key(2), step).gradients,
      rate: 0.1,
      steps: 3,
    });
    assertEquals(await bits(state), expected, `adamOptimiser: ${name}`);
    const trained = await train(
      start(model),
      options({
        description: model,
        loss: grae,
        learningRate: 0.1,
        stepsPerEpoch: 3,
        epochs: 1,
        batch,
        ...given,
      }),
    );
    assertEquals(await bits(trained.state), expected, `train: ${name}`);
  }
  assertEquals(seen.size, Object.keys(OPTIONS).length, "each option changes the steps");
});

Deno.test("each schedule of a step is asked for the steps taken before it, in a run that is taken up again too", async () => {
  const asked: Record<string, number[]> = { rate: [], beta: [], own: [] };
  const schedule = (name: string) => (step: number): number => (asked[name]!.push(step), 1 / (step + 1));
  const seen: [number, number][] = [];
  const loss: Loss = (m, x, k, { beta, own }) => {
    seen.push([readNow(beta)![0]!, readNow(own!)![0]!]);
    return graeLoss(m, x, k, beta);
  };
  const schedules = { beta: schedule("beta"), numbers: { own: schedule("own") } };
  const forget = (): void => {
    Object.values(asked).forEach((steps) => steps.length = 0);
    seen.length = 0;
  };
  using step = trainingStep(model, loss, schedule("rate"), schedules);
  let state = start(model);
  const x = batch();
  for (let i = 0; i < 3; i++) [state] = step(state, x, key(2));
  assertEquals(asked, { rate: [0, 1, 2], beta: [0, 1, 2], own: [0, 1, 2] });

  const at = (steps: readonly number[]): [number, number][] =>
    steps.map((step) => [Math.fround(1 / (step + 1)), Math.fround(1 / (step + 1))]);
  for (const from of [0, 3]) {
    forget();
    const begun = { ...start(model), step: from };
    await train(
      begun,
      options({
        description: model,
        loss,
        learningRate: schedule("rate"),
        stepsPerEpoch: 3,
        epochs: from / 3 + 2,
        ...schedules,
      }),
    );
    const [first, second] = [0, 3].map((epoch) => [0, 1, 2].map((i) => from + epoch + i));
    assertEquals(asked["rate"], [...first!, ...second!]);
    // Where an epoch ends, the loss of its last batch is looked at once more, with the numbers of that step.
    assertEquals(seen, at([...first!, first![2]!, ...second!, second![2]!]));
  }
});

Deno.test("the least memory is that of its formula, number by number", () => {
  // n = 6, d = 2, one hidden layer of 8; the encoder gives a mean alone, or 3 numbers of L beside it.
  const sum = (withFamily: boolean): number =>
    modelParameterShapes(description(withFamily)).reduce(
      (all, { shape }) => all + shape.reduce((a, b) => a * b, 1),
      0,
    );
  assertEquals([sum(false), sum(true)], [6 * 8 + 8 + 8 * 2 + 2 + 2 * 8 + 8 + 8 * 6 + 6, 152 + 3 * 9]);
  for (const withFamily of [false, true]) {
    for (const tangents of [0, 1, 2]) {
      for (const gram of [false, true]) {
        const outputs = 8 + 2 + (withFamily ? 3 : 0) + 8 + 6;
        const each = 6 + outputs + tangents * 8 + (withFamily ? 4 : 0) + (gram ? 4 : 0);
        assertEquals(
          leastMemory(description(withFamily), { batch: 5, tangents, gram }),
          4 * (4 * sum(withFamily) + 5 * each),
          `${withFamily} ${tangents} ${gram}`,
        );
      }
    }
    assertEquals(
      leastScoringMemory(description(withFamily), 7),
      4 * (3 * sum(withFamily) + 7 * (6 + 2 * (8 + 2) + (withFamily ? 4 : 0))),
    );
  }
});

Deno.test("a loop gives timers a turn as soon as 50 ms are over since the last", async () => {
  const { now } = performance, { setTimeout: later } = globalThis;
  const turns: number[] = [];
  const optimiser = adamOptimiser();
  let clock = 0, done = 0;
  // Each look at the clock takes 30 ms.
  performance.now = () => clock += 30;
  globalThis.setTimeout = ((f: () => void) => (turns.push(done), f(), 0)) as unknown as typeof setTimeout;
  try {
    const { state } = await minimise(optimiser.start([tf.tensor([1, 2])]), {
      optimiser,
      gradients: (_, step) => (done = step + 1, [tf.tensor([1, 1])]),
      rate: 0.1,
      steps: 6,
    });
    tf.dispose(tensorsOf(state));
  } finally {
    performance.now = now;
    globalThis.setTimeout = later;
  }
  // The looks: one before, one after each step, and one after each turn.
  assertEquals(turns, [2, 4, 6]);
});
