import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  copyNumbers,
  defineKernel,
  type Key,
  normalTensor,
  overwrite,
  type Recordable,
  splitColumns,
  squaredDistance,
  startEngine,
  tf,
  valueAndGradients,
} from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { wrapKernels } from "../backend/replace_kernel.ts";
import { promisedEngines } from "../promised_engines.ts";
import { bits, ready } from "./replay_fixture.ts";

const ENGINES = await promisedEngines("wasm", "native");

/** Small enough to be quick, large enough that what it returns is not copied. */
const SIZE = 150;

/** What a step does: products, sums, noise, and gradients that are large. */
const step: Recordable = ([w, x], k) => {
  const { value, gradients } = valueAndGradients(([weight]) => {
    const y = tf.matMul(x!, weight!);
    const [left, right] = splitColumns(y, 20);
    const noise = normalTensor(k, [SIZE, 20]);
    const bent = tf.mul(tf.add(left, noise), tf.neg(tf.square(left)));
    const loss = tf.mul(0.5, tf.add(tf.sum(bent, 1), tf.mean(right, 1)));
    return { value: tf.mean(tf.sub(loss, squaredDistance(y, x!))), info: {} };
  }, [w!]);
  return [value, ...gradients, tf.mul(w!, 2)];
};

const given = (i: number): tf.Tensor[] => [0, 1].map((j) => normalTensor(key(2 * i + j), [SIZE, SIZE]));

for (const engine of ENGINES) {
  Deno.test(`a replay of kernels that all are jobs runs no kernel of tfjs (${engine})`, async () => {
    await startEngine(engine);
    const inputs = given(1);
    using replay = ready(step, inputs);
    const called = step(inputs, key(9));
    const ran: string[] = [];
    using _counted = wrapKernels("wasm", ({ kernelName, kernelFunc }) => (params) => {
      ran.push(kernelName);
      return kernelFunc(params);
    });
    const replayed = replay(inputs, key(9));
    assertEquals(ran, []);
    assertEquals(bits(replayed), bits(called));
  });

  Deno.test(`what is returned stays, however many replays follow and whoever else has it (${engine})`, async () => {
    await startEngine(engine);
    const inputs = given(2);
    using replay = ready(step, inputs);
    const kept: tf.Tensor[][] = [], expected: string[] = [];
    for (let i = 0; i < 5; i++) {
      const made = replay(inputs, key(20 + i));
      expected.push(bits(step(inputs, key(20 + i))));
      // A view is enough to keep the numbers.
      const views = made.map((tensor) => tf.reshape(tensor, [...tensor.shape]));
      tf.dispose(made);
      kept.push(i % 2 === 0 ? views : (tf.dispose(views), []));
    }
    kept.forEach((tensors, i) => {
      if (tensors.length > 0) assertEquals(bits(tensors), expected[i]);
    });
  });

  Deno.test(`inputs may be other tensors at any replay (${engine})`, async () => {
    await startEngine(engine);
    const [first, second, third] = [given(3), given(4), given(5)];
    using replay = ready(step, first);
    const order = [first, second, [second[0]!, first[1]!], first, third, third, [first[1]!, first[0]!]];
    order.forEach((inputs, i) => {
      assertEquals(bits(replay(inputs, key(i))), bits(step(inputs, key(i))), `replay ${i}`);
    });
  });
}

Deno.test("inputs that were given before may be gone, and their memory another's", async () => {
  await startEngine("wasm");
  using replay = ready(step, given(6));
  for (let i = 0; i < 6; i++) {
    const inputs = given(10 + i);
    const others = given(30 + i);
    assertEquals(bits(replay(inputs, key(i))), bits(step(inputs, key(i))));
    tf.dispose(i % 2 === 0 ? inputs : others);
  }
});

Deno.test("what is returned is not the caller's to write over while the recording has it too", async () => {
  await startEngine("wasm");
  using replay = ready(step, given(7));
  const inputs = given(7);
  const [, gradient] = replay(inputs, key(1));
  assert(!overwrite([gradient!], () => assert(false)));
});

Deno.test("the end of a recording takes nothing from who has what it returned", async () => {
  await startEngine("wasm");
  const inputs = given(8);
  const replay = ready(step, inputs);
  const made = replay(inputs, key(1));
  replay[Symbol.dispose]();
  const others = given(40);
  assertEquals(bits(made), bits(step(inputs, key(1))));
  tf.dispose(others);
});

Deno.test({
  name: "a replay uses the engine that is current, as a call does (needs wasm and native)",
  ignore: ENGINES.length < 2,
  fn: async () => {
    await startEngine("wasm");
    const f: Recordable = ([w]) => [tf.matMul(w!, w!, false, true)];
    const inputs = [normalTensor(key(9), [100, 3000])];
    using replay = ready(f, inputs);
    const seen = new Set<string>();
    for (const engine of ["native", "wasm", "native", "native", "wasm"] as const) {
      await startEngine(engine);
      const replayed = bits(replay(inputs, key(1)));
      assertEquals(replayed, bits(f(inputs, key(1))), engine);
      seen.add(replayed);
    }
    // Else nothing has been shown: the two engines round differently.
    assertEquals(seen.size, 2);
  },
});

const sumOfNumbers = defineKernel<{ readonly times: number }>({
  name: "TestSumOfNumbers",
  shapes: () => [[1]],
  onHeap: (heap, [a], [out], { times }, [[length]]) => {
    const numbers = heap.view(a, length);
    if (numbers[0]! < 0) throw new RangeError("the first number is negative");
    heap.view(out, 1)[0] = times * numbers.reduce((x, y) => x + y);
  },
  compose: ([a], { times }) => [tf.mul(times, tf.reshape(tf.sum(a!), [1]))],
});

Deno.test("a kernel that looks at numbers looks at those of each replay, and may throw", async () => {
  await startEngine("wasm");
  const f: Recordable = ([x]) => [
    tf.add(sumOfNumbers([tf.mul(x!, 3)], { times: 2 })[0]!, 1),
  ];
  using replay = ready(f, [tf.tensor([1, 2])]);
  const at = (...values: number[]): number => replay([tf.tensor(values)], key(0))[0]!.dataSync()[0]!;
  assertEquals([at(1, 2), at(3, 4), at(0, 0)], [19, 43, 1]);
  assertThrows(() => at(-1, 2), RangeError, "the first number is negative");
  assertEquals(at(5, 6), 67);
});

Deno.test("kernels of tfjs that make much are among the jobs as before", async () => {
  await startEngine("wasm");
  const f: Recordable = ([x], k: Key) => {
    const bent = tf.tanh(tf.matMul(x!, tf.transpose(x!)));
    const few = tf.exp(tf.sum(bent, 1));
    return [tf.mul(tf.add(bent, tf.mul(2, normalTensor(k, [SIZE]))), tf.reshape(few, [SIZE, 1])), bent];
  };
  const inputs = given(11).slice(1);
  using replay = ready(f, inputs);
  for (let i = 0; i < 4; i++) {
    const x = given(50 + i).slice(1);
    const [replayed, called] = [replay(x, key(i)), f(x, key(i))];
    assertEquals(bits(replayed), bits(called));
  }
});

/** What each call of the kernel below was told of its two inputs. */
const answers: boolean[][] = [];
const asking = defineKernel<Record<never, never>>({
  name: "TestAsksWhatIsSpent",
  shapes: ([a]) => [[...a!]],
  onHeap: (heap, [a, b], [out]) => {
    answers.push([a, b].map(heap.donated));
    copyNumbers(heap, a, out, SIZE);
  },
  compose: ([a]) => [a!.clone()],
});

for (const engine of ENGINES) {
  Deno.test(`a kernel is told which inputs nobody reads after it, in replays alone (${engine})`, async () => {
    await startEngine(engine);
    const w = normalTensor(key(1), [SIZE]);
    const ask = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => asking([a, b], {})[0]!;
    const told = (f: (w: tf.Tensor) => tf.Tensor[]): boolean[] => {
      answers.length = 0;
      using _replay = ready(([given]) => f(given!), [w]);
      // Of the first two calls; the third is of the replay that the second is compared with.
      assertEquals(answers.slice(0, 2), [[false, false], [false, false]]);
      return answers[2]!;
    };
    const twice = (t: tf.Tensor): tf.Tensor => tf.mul(t, 2);
    assertEquals(told((given) => [ask(twice(given), given)]), [true, false], "made on the way, and an input");
    assertEquals(told((given) => [ask(twice(given), twice(given))]), [true, true]);
    const again = (given: tf.Tensor): tf.Tensor[] => {
      const t = twice(given);
      return [tf.add(ask(t, given), t)];
    };
    assertEquals(told(again), [false, false], "read again");
    const returned = (given: tf.Tensor): tf.Tensor[] => {
      const t = twice(given);
      return [ask(t, given), t];
    };
    assertEquals(told(returned), [false, false], "returned");
    const same = (given: tf.Tensor): tf.Tensor[] => {
      const t = twice(given);
      return [ask(t, tf.reshape(t, [SIZE]))];
    };
    assertEquals(told(same), [false, false], "both inputs");
    const constant = tf.keep(twice(w));
    assertEquals(told(() => [ask(constant, constant)]), [false, false], "a constant");
    constant.dispose();
  });
}
