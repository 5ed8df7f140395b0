import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal, read, startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { adam, type AdamOptions, type AdamState, initialAdamState, tensorsOf } from "./adam.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("wasm", "cpu", "webgpu");

/** Algorithm 1 of Kingma & Ba with algorithm 2's decay of Loshchilov & Hutter, in double precision, one number at a time. */
function reference(
  start: number[],
  gradients: number[][],
  learningRate: number,
  { weightDecay = 0, clipGradient = Infinity, undecayed = 0 }: AdamOptions = {},
): number[] {
  const [b1, b2, epsilon] = [0.9, 0.999, 1e-8];
  const [m, v] = [start.map(() => 0), start.map(() => 0)];
  const x = [...start];
  gradients.forEach((raw, t) => {
    const scale = Math.min(1, clipGradient / Math.hypot(...raw));
    raw.forEach((slope, i) => {
      const gi = scale * slope;
      m[i] = b1 * m[i]! + (1 - b1) * gi;
      v[i] = b2 * v[i]! + (1 - b2) * gi * gi;
      const mHat = m[i]! / (1 - b1 ** (t + 1));
      const vHat = v[i]! / (1 - b2 ** (t + 1));
      // Of two tensors the first has four numbers: the last alone may be left out.
      const decay = undecayed === 1 && i >= 4 ? 0 : weightDecay;
      x[i]! -= learningRate * (mHat / (Math.sqrt(vHat) + epsilon) + decay * x[i]!);
    });
  });
  return x;
}

Deno.test("Adam equals its published algorithm over ten steps, on every engine", async () => {
  const start = [...normal(key(1), 6)];
  const gradients = Array.from({ length: 10 }, (_, t) => [...normal(key(50 + t), 6)]);
  const expected = reference(start, gradients, 0.01);
  for (const engine of ENGINES) {
    await startEngine(engine);
    const before = tf.memory().numTensors;
    let state = initialAdamState([tf.tensor(start.slice(0, 4), [2, 2]), tf.tensor(start.slice(4), [2])]);
    for (const g of gradients) {
      const tensors = [tf.tensor(g.slice(0, 4), [2, 2]), tf.tensor(g.slice(4), [2])];
      const next = adam(state, tensors, 0.01);
      tf.dispose([...tensors, ...state.parameters, ...state.first, ...state.second]);
      state = next;
    }
    assertEquals(state.step, 10);
    const actual = [...await read(state.parameters[0]!), ...await read(state.parameters[1]!)];
    actual.forEach((v, i) => assertAlmostEquals(v, expected[i]!, 1e-6, `${engine} ${i}`));
    tf.dispose([...state.parameters, ...state.first, ...state.second]);
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("weight decay acts on the weights alone, and clipping on the norm of all gradients, on every engine", async () => {
  const start = [...normal(key(1), 11)];
  const draws = Array.from({ length: 10 }, (_, t) => [...normal(key(50 + t), 11)]);
  for (
    const settings of [
      { weightDecay: 0.5 },
      { clipGradient: 2 },
      { weightDecay: 0.1, clipGradient: 1e-3 },
      { weightDecay: 0.5, undecayed: 1 },
      { weightDecay: 0.1, clipGradient: 1e-3, undecayed: 1 },
    ]
  ) {
    // Of norms from far below to far above the bound; at last so large that float32 cannot hold their squares.
    const last = "clipGradient" in settings ? 30 : 6;
    const gradients = draws.map((g, t) => g.map((v) => v * 10 ** (t === 9 ? last : t - 3)));
    const expected = reference(start, gradients, 0.01, settings);
    for (const engine of ENGINES) {
      await startEngine(engine);
      for (const overwrite of [false, true]) {
        const before = tf.memory().numTensors;
        let state = initialAdamState([tf.tensor(start.slice(0, 4), [2, 2]), tf.tensor(start.slice(4), [7])]);
        for (const g of gradients) {
          const tensors = [tf.tensor(g.slice(0, 4), [2, 2]), tf.tensor(g.slice(4), [7])];
          const next = adam(state, tensors, 0.01, { ...settings, overwrite });
          tf.dispose(tensors);
          if (!overwrite) tf.dispose(tensorsOf(state));
          state = next;
        }
        const actual = [...await read(state.parameters[0]!), ...await read(state.parameters[1]!)];
        actual.forEach((v, i) => assertAlmostEquals(v, expected[i]!, 1e-6, `${engine} ${i}`));
        tf.dispose(tensorsOf(state));
        assertEquals(tf.memory().numTensors, before);
      }
    }
  }
});

Deno.test("a bound that no gradient reaches, and a decay of 0, change no bit; a norm does not depend on threads", async () => {
  const sizes = [5, 40_000, 0, 16_384, 1, 33_000];
  const tensors = (from: number): tf.Tensor[] =>
    sizes.map((size, i) => tf.tensor(normal(key(from + i), size)));
  const stepped = async (options: AdamOptions): Promise<string> => {
    let state = initialAdamState(tensors(1));
    for (let step = 1; step <= 3; step++) state = adam(state, tensors(10 * step), 0.1, options);
    return (await Promise.all(tensorsOf(state).map(read))).map((v) => new Uint32Array(v.buffer).join()).join(
      ";",
    );
  };
  const clipped = new Set<string>();
  for (const threads of new Set([1, navigator.hardwareConcurrency])) {
    await startEngine("wasm", { threads });
    assertEquals(await stepped({ weightDecay: 0, clipGradient: 1e6 }) === await stepped({}), true);
    clipped.add(await stepped({ clipGradient: 0.1 }));
  }
  assertEquals(clipped.size, 1);
});

Deno.test("Adam refuses a weight decay below 0 and a bound that is not above 0", async () => {
  await startEngine("wasm");
  const state = initialAdamState([tf.tensor([1, 2])]);
  const g = [tf.tensor([1, 1])];
  for (const weightDecay of [-1, NaN, Infinity]) {
    assertThrows(
      () => adam(state, g, 0.1, { weightDecay }),
      RangeError,
      `adam: the weight decay must be a number from 0, but it is ${weightDecay}`,
    );
  }
  for (const clipGradient of [0, -1, NaN]) {
    assertThrows(
      () => adam(state, g, 0.1, { clipGradient }),
      RangeError,
      `adam: the largest norm of a gradient must be a number above 0, but it is ${clipGradient}`,
    );
  }
});

Deno.test("Adam of tensors of many sizes, of several chunks or of no number, is that of each by itself", async () => {
  const sizes = [5, 40_000, 0, 16_384, 1, 33_000];
  const values = (from: number): Float32Array[] => sizes.map((size, i) => normal(key(from + i), size));
  for (const threads of new Set([1, navigator.hardwareConcurrency])) {
    await startEngine("wasm", { threads });
    const tensors = (from: number): tf.Tensor[] => values(from).map((v) => tf.tensor(v));
    let together = initialAdamState(tensors(1));
    let each = tensors(1).map((x) => initialAdamState([x]));
    for (let step = 1; step <= 3; step++) {
      const gradients = tensors(10 * step);
      together = adam(together, gradients, 0.1, { overwrite: step > 1 });
      each = each.map((state, i) => adam(state, [gradients[i]!], 0.1));
    }
    for (const part of ["parameters", "first", "second"] as const) {
      for (const [i, tensor] of together[part].entries()) {
        assertEquals(await read(tensor), await read(each[i]![part][0]!), `${part} ${i}`);
      }
    }
  }
});

Deno.test("Adam leaves the old state as it was", async () => {
  await startEngine("wasm");
  const state = initialAdamState([tf.tensor([1, 2])]);
  adam(state, [tf.tensor([1, -1])], 0.1);
  assertEquals([...await read(state.parameters[0]!)], [1, 2]);
  assertEquals([...await read(state.first[0]!)], [0, 0]);
});

Deno.test("Adam over the old state gives the same bits, leaves no tensor of it, and spares what others hold", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const start = (): AdamState =>
      initialAdamState([tf.tensor(normal(key(1), 300)), tf.tensor(normal(key(2), 7))]);
    const gradients = (step: number): tf.Tensor[] =>
      [300, 7].map((size, i) => tf.tensor(normal(key(10 * step + i), size)));
    let [kept, given] = [start(), start()];
    const shared = tf.reshape(given.parameters[0]!, [3, 100]);
    const before = [...await read(shared)];
    const numbers = new Set<unknown>();
    for (let step = 1; step < 5; step++) {
      const g = gradients(step);
      kept = adam(kept, g, 0.1);
      const held = tf.memory().numTensors;
      given = adam(given, g, 0.1, { overwrite: true });
      assertEquals(tf.memory().numTensors, held, engine);
      assertEquals(given.step, step);
      for (const [i, tensor] of tensorsOf(given).entries()) {
        assertEquals([...await read(tensor)], [...await read(tensorsOf(kept)[i]!)], `${engine} ${i}`);
        numbers.add(tensor.dataId);
      }
    }
    assertEquals([...await read(shared)], before, engine);
    // From the first step on nothing is shared, and all is where it was.
    if (engine === "wasm") assertEquals(numbers.size, tensorsOf(given).length);
  }
});

Deno.test("Adam refuses a learning rate that is not positive and gradients that do not match", async () => {
  await startEngine("wasm");
  const state = initialAdamState([tf.tensor([1, 2])]);
  assertThrows(
    () => adam(state, [tf.tensor([1, 2])], 0),
    RangeError,
    "learning rate must be a number above 0, but it is 0",
  );
  assertThrows(() => adam(state, [], 0.1), TypeError, "1 gradients are required, but 0 were given");
  assertThrows(() => adam(state, [tf.tensor([1])], 0.1), TypeError, "adam: gradient 0 must be [2]");
});

Deno.test("moments that fade end at 0, and never linger among numbers that processors are slow with", async () => {
  const fading = (values: Float32Array): boolean => values.some((v) => v !== 0 && Math.abs(v) < 2 ** -126);
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    let state = initialAdamState([tf.tensor([1, 1, 1, 1, 1])]);
    for (let t = 0; t < 1000; t++) {
      const g = tf.tensor(t === 0 ? [1, 1e-20, -3e-30, 1e-37, NaN] : [0, 1e-20, 0, 0, 0]);
      const next = adam(state, [g], 1e-3);
      tf.dispose([g, ...tensorsOf(state)]);
      state = next;
      if (t % 50 === 0) {
        for (const moment of [state.first[0]!, state.second[0]!]) {
          assertEquals(fading(await read(moment)), false, `${engine} step ${t}`);
        }
      }
    }
    assertEquals([...(await read(state.first[0]!)).subarray(2)], [0, 0, NaN], engine);
    tf.dispose(tensorsOf(state));
  }
});

Deno.test("a step of Adam is right for gradients of any size, from 1e-15 to 1e15, on every engine", async () => {
  const sizes = [
    1e-15,
    3e-15,
    1e-14,
    2.7e-14,
    3e-14,
    1e-13,
    1e-12,
    1e-10,
    1e-9,
    1e-8,
    1e-7,
    1e-6,
    1e-4,
    1e-2,
    1,
    1e2,
    1e4,
    1e6,
    1e15,
  ];
  const gradients = sizes.flatMap((size) => [size, -size]);
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const steps of [1, 3]) {
      // From 0, so that a parameter shows its steps to their own last place.
      let state = initialAdamState([tf.zeros([gradients.length])]);
      for (let t = 0; t < steps; t++) state = adam(state, [tf.tensor(gradients)], 0.01);
      const expected = reference(gradients.map(() => 0), Array(steps).fill(gradients), 0.01);
      (await read(state.parameters[0]!)).forEach((value, i) => {
        // Below 2⁻¹⁰⁶ the second moment is taken for 0, where √v̂ is at most 3.6e-7 of ε = 1e-8, six roundings. Some ten
        // roundings a step, relative to the step itself: v̂ and m̂ divide two numbers that are each off by a few ε.
        const off = Math.abs(value - expected[i]!);
        assertEquals(
          off <= 32 * 2 ** -24 * Math.abs(expected[i]!),
          true,
          `${engine}: ${gradients[i]}: ${value}, not ${expected[i]}`,
        );
      });
    }
  }
});

Deno.test("a moment is taken for 0 below 2⁻¹⁰⁶, and kept from there on", async () => {
  for (const engine of ["wasm", "cpu"] as const) {
    await startEngine(engine);
    for (const [share, kept] of [[0.999, false], [1.001, true]] as const) {
      const ofFirst = share * 2 ** -106 / 0.1, ofSecond = Math.sqrt(share * 2 ** -106 / 0.001);
      const next = adam(initialAdamState([tf.zeros([2])]), [tf.tensor([ofFirst, ofSecond])], 0.01);
      const [first] = await read(next.first[0]!), [, second] = await read(next.second[0]!);
      assertEquals([first! > 0, second! > 0], [kept, kept], `${engine} ${share}`);
    }
  }
});

Deno.test("Adam is its published algorithm for tensors of every size around vectors and chunks, on wasm", async () => {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 16_383, 16_384, 16_385, 0, 32_768];
  const values = (from: number): Float32Array[] => sizes.map((size, i) => normal(key(from + i), size));
  for (const threads of new Set([1, navigator.hardwareConcurrency])) {
    await startEngine("wasm", { threads });
    const starts = values(1), gradients = values(50);
    let state = initialAdamState(starts.map((v) => tf.tensor(v)));
    for (let t = 0; t < 2; t++) state = adam(state, gradients.map((v) => tf.tensor(v)), 0.01);
    for (const [i, tensor] of state.parameters.entries()) {
      const g = [...gradients[i]!];
      const expected = reference([...starts[i]!], [g, g], 0.01);
      (await read(tensor)).forEach((v, at) =>
        assertAlmostEquals(v, expected[at]!, 1e-6, `${sizes[i]} ${at} ${threads}`)
      );
    }
  }
});
