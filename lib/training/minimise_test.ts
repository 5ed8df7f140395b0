import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { read, startEngine, tf } from "../engine/mod.ts";
import {
  adam,
  adamOptimiser,
  gradientDescent,
  initialAdamState,
  minimise,
  type MinimiseOptions,
  type MinimiseResult,
  type Optimiser,
  tensorsOf,
} from "./mod.ts";

/** The gradient of ‖x‖²/2, which is x. */
const ofSquares = ({ parameters }: { readonly parameters: readonly tf.Tensor[] }): tf.Tensor[] =>
  parameters.map((p) => tf.mul(p, 1));
const START = [3, -4, 0.5];
const begin = (): tf.Tensor[] => [tf.tensor(START, [3])];

Deno.test("two steps of descent with momentum are those of the formula", async () => {
  await startEngine("wasm");
  const optimiser = gradientDescent(0.5);
  const { state } = await minimise(optimiser.start(begin()), {
    optimiser,
    gradients: ofSquares,
    rate: 0.25,
    steps: 2,
  });
  // v₁ = x₀, x₁ = ¾ x₀; v₂ = ½ v₁ + x₁ = 1¼ x₀, x₂ = x₁ − 1¼ x₀/4 = 7/16 x₀: exact in float32.
  assertEquals([...await read(state.parameters[0]!)], START.map((x) => 7 / 16 * x));
  assertEquals([...await read(state.velocities[0]!)], START.map((x) => 5 / 4 * x));
  tf.dispose([...optimiser.tensors(state)]);
  assertThrows(
    () => gradientDescent(1),
    RangeError,
    "gradientDescent: the momentum must be from 0 to below 1, but it is 1",
  );
});

Deno.test("the loop's Adam takes the steps of adam, bit for bit, at the rate of each step", async () => {
  await startEngine("wasm");
  const rate = (step: number): number => 0.1 / (step + 1);
  const optimiser = adamOptimiser();
  const { state } = await minimise(optimiser.start(begin()), {
    optimiser,
    gradients: ofSquares,
    rate,
    steps: 5,
  });
  let by = initialAdamState(begin());
  for (let step = 0; step < 5; step++) by = adam(by, ofSquares(by), rate(step));
  for (const [i, tensor] of tensorsOf(state).entries()) {
    assertEquals(await read(tensor), await read(tensorsOf(by)[i]!));
  }
  assertEquals(state.step, 5);
});

Deno.test("a loop that is stopped and taken up again ends where one does that never was", async () => {
  await startEngine("wasm");
  const optimiser = gradientDescent(0.9);
  const run = { optimiser, gradients: ofSquares, rate: (step: number) => 0.1 / (step + 1) };
  const whole = await minimise(optimiser.start(begin()), { ...run, steps: 9 });
  const stop = new AbortController();
  const seen: number[] = [];
  const first = await minimise(optimiser.start(begin()), {
    ...run,
    steps: 9,
    onStep: (_, steps) => {
      seen.push(steps);
      if (steps === 4) stop.abort();
    },
    signal: stop.signal,
  });
  assertEquals([first.interrupted, whole.interrupted, seen.join()], [true, false, "1,2,3,4"]);
  const second = await minimise(first.state, { ...run, from: 4, steps: 9 });
  assertEquals(await read(second.state.parameters[0]!), await read(whole.state.parameters[0]!));
});

/** Requires that a loop leaves its state alone, and none when something throws. */
async function assertTidy<State extends { readonly parameters: readonly tf.Tensor[] }>(
  optimiser: Optimiser<State>,
): Promise<void> {
  const { start, tensors } = optimiser;
  const before = tf.memory().numTensors;
  const run = (given: Partial<MinimiseOptions<State>> = {}): Promise<MinimiseResult<State>> =>
    minimise(start(begin()), { optimiser, gradients: ofSquares, rate: 0.1, steps: 6, ...given });
  const { state } = await run();
  assertEquals(tf.memory().numTensors, before + tensors(state).length);
  tf.dispose([...tensors(state)]);
  await assertRejects(
    () => run({ rate: (step) => 3 - step }),
    RangeError,
    "training: the learning rate must be a number above 0, but for step 4 it is 0",
  );
  const failAt = (step: number, at: number): void => {
    if (step === at) throw new Error(`failed at ${step}`);
  };
  await assertRejects(
    () => run({ gradients: (at, step) => (failAt(step, 2), ofSquares(at)) }),
    Error,
    "failed at 2",
  );
  await assertRejects(() => run({ onStep: (_, steps) => failAt(steps, 3) }), Error, "failed at 3");
  assertEquals(tf.memory().numTensors, before);
}

Deno.test("a loop keeps one state, and none when something throws", async () => {
  await startEngine("wasm");
  await assertTidy(gradientDescent(0.5));
  await assertTidy(adamOptimiser());
});

Deno.test("timers have a turn in a long loop", async () => {
  await startEngine("wasm");
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 0);
  const optimiser = gradientDescent(0);
  const { state, interrupted } = await minimise(optimiser.start(begin()), {
    optimiser,
    gradients: ofSquares,
    rate: 1e-9,
    steps: 1e9,
    signal: stop.signal,
  });
  assertEquals(interrupted, true);
  tf.dispose([...optimiser.tensors(state)]);
});

Deno.test("timers have a turn in the first step that ends later than 50 ms after the last turn", async () => {
  await startEngine("wasm");
  const { now } = performance, optimiser = gradientDescent(0), turns: number[] = [];
  let time = 0, taken = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onTimer = (): void => {
    turns.push(taken);
    timer = setTimeout(onTimer, 0);
  };
  try {
    performance.now = () => time;
    timer = setTimeout(onTimer, 0);
    const { state } = await minimise(optimiser.start(begin()), {
      optimiser,
      gradients: (at) => {
        time += 10;
        taken++;
        return ofSquares(at);
      },
      rate: 0.1,
      steps: 20,
    });
    tf.dispose([...optimiser.tensors(state)]);
  } finally {
    performance.now = now;
    clearTimeout(timer);
  }
  assertEquals(turns, [6, 12, 18]);
});
