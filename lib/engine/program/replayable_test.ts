import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import {
  defineKernel,
  drawn,
  foldIn,
  integers,
  type Key,
  normal,
  normalTensor,
  type Recordable,
  replayable,
  ReplayError,
  split,
  startEngine,
  tf,
  valueAndGradients,
} from "../mod.ts";
import { suiteKey as key } from "../../../fixtures/suite_seed.ts";
import { promisedEngines } from "../promised_engines.ts";
import { bits } from "./replay_fixture.ts";

const REPLAYING = await promisedEngines("wasm", "native");

/** Inputs of the i-th call: other numbers each time. */
const inputsAt = (
  i: number,
): tf.Tensor[] => [normalTensor(key(2 * i), [4, 3]), normalTensor(key(2 * i + 1), [3])];

/** A function that counts its calls. */
function counted(f: Recordable): Recordable & { calls: number } {
  const counting = Object.assign(
    ((inputs, k) => {
      counting.calls++;
      return f(inputs, k);
    }) as Recordable,
    { calls: 0 },
  );
  return counting;
}

/** A bit of everything: children of the key, constants, views, slices, kernels of our own, a reverse pass. */
const everything: Recordable = ([x, w], k) => {
  const [first, second] = split(foldIn(k, 7));
  const noise = tf.add(normalTensor(first!, [4, 3]), normalTensor(second!, [1, 3]));
  const picks = drawn(foldIn(k, 8), [4, 1], (from) => Float32Array.from(integers(from, 4, 10)));
  const constant = tf.tensor([1, 2, 3]);
  const { value, gradients, info } = valueAndGradients(([a, b]) => {
    const mixed = tf.matMul(tf.add(tf.mul(a!, b!), noise), tf.reshape(tf.tile(constant, [3]), [3, 3]));
    const columns = tf.concat([tf.slice(mixed, [0, 1], [4, 2]), picks], 1);
    const value = tf.mean(tf.mul(tf.tanh(columns), tf.exp(tf.neg(tf.square(a!)))));
    return { value, info: { columns } };
  }, [x!, w!]);
  const flat = tf.reshape(info.columns, [12]);
  return [value, ...gradients, info.columns, flat, flat, x!, constant, tf.mul(constant, 2)];
};

for (const engine of REPLAYING) {
  Deno.test(`replays have the bits of the function, which is called four times, for other numbers and keys (${engine})`, async () => {
    await startEngine(engine);
    const f = counted(everything);
    using replay = replayable(f);
    for (let i = 0; i < 7; i++) {
      const inputs = inputsAt(i);
      const [replayed, called] = [replay(inputs, key(i)), everything(inputs, key(i))];
      assertEquals(bits(replayed), bits(called), `call ${i}`);
      // What a replay gives stays when its inputs and the next replay's are gone.
      if (i > 4) {
        const kept = bits(replayed.slice(0, 4));
        tf.dispose(inputs);
        tf.dispose(replay(inputsAt(i + 10), key(i)));
        assertEquals(bits(replayed.slice(0, 4)), kept);
      }
    }
    // The ninth call follows a check at the eighth.
    assertEquals(f.calls, 5);
  });
}

Deno.test("a replay is compared with a call at the calls 2, 3, 4, 8, 16, 32, 64", async () => {
  await startEngine("wasm");
  const f = counted(everything);
  using replay = replayable(f);
  const called: number[] = [];
  for (let i = 1; i <= 70; i++) {
    const before = f.calls;
    tf.tidy(() => {
      replay(inputsAt(i), key(i));
    });
    if (f.calls > before) called.push(i);
  }
  assertEquals(called, [1, 2, 3, 4, 8, 16, 32, 64]);
});

Deno.test("a replay leaves nothing behind but what it returns, nor does its end", async () => {
  await startEngine("wasm");
  const held = (): readonly number[] => {
    const { numTensors, numDataBuffers } = tf.memory();
    return [numTensors, numDataBuffers, tfjs.backend().numDataIds()];
  };
  const before = held();
  {
    using replay = replayable(everything);
    const after: (readonly number[])[] = [];
    for (let i = 0; i < 9; i++) {
      tf.tidy(() => {
        replay(inputsAt(i), key(i));
      });
      after.push(held());
    }
    // The recording's constants and its memory stay while it does: it has them when both inputs have moved for the first time.
    assertEquals(new Set(after.slice(3).map(String)).size, 1, after.join("; "));
    assertEquals(new Set(after.map(([tensors]) => tensors)).size, 1, after.join("; "));
  }
  assertEquals(held(), before);
});

const refusesNegative = defineKernel<Record<never, never>>({
  name: "TestRefusesNegative",
  shapes: ([a]) => [[...a!]],
  compute: ([a], [out]) => {
    if (a!.some((v) => v < 0)) throw new RangeError("a number is negative");
    out!.set(a!);
  },
  compose: ([a]) => [a!],
});

Deno.test("a kernel that throws in a replay throws to the caller, leaves nothing, and the next replay is right", async () => {
  await startEngine("wasm");
  const f: Recordable = ([x]) => [tf.sqrt(refusesNegative([tf.add(tf.mul(x!, 2), 1)], {})[0]!)];
  using replay = replayable(f);
  const at = (value: number): number => replay([tf.tensor([value])], key(0))[0]!.dataSync()[0]!;
  tf.tidy(() => {
    for (let i = 0; i < 3; i++) assertEquals(at(4), 3);
  });
  const before = [tf.memory().numTensors, tfjs.backend().numDataIds()];
  for (let i = 0; i < 3; i++) {
    tf.tidy(() => {
      assertThrows(() => at(-4), RangeError, "a number is negative");
    });
  }
  assertEquals([tf.memory().numTensors, tfjs.backend().numDataIds()], before);
  tf.tidy(() => assertEquals(at(4), 3));
});

Deno.test("where a call returns and a replay throws, the error names the operation", async () => {
  await startEngine("wasm");
  let calls = 0;
  const f: Recordable = (
    [x],
  ) => [calls++ === 0 ? refusesNegative([tf.neg(tf.square(x!))], {})[0]! : tf.square(x!)];
  using replay = replayable(f);
  replay([tf.tensor([0, 0])], key(0));
  const error = assertThrows(
    () => replay([tf.tensor([1, 2])], key(0)),
    ReplayError,
    "but call 2 returned, where a replay throws in operation 2, TestRefusesNegative float32[2] → float32[2];",
  );
  assert(error.cause instanceof RangeError);
});

Deno.test("a function that throws at its first or second call throws, and is recorded later", async () => {
  await startEngine("wasm");
  const f = counted(([x]) => [tf.sqrt(refusesNegative([x!], {})[0]!)]);
  using replay = replayable(f);
  const at = (value: number): number =>
    tf.tidy(() => tf.keep(replay([tf.tensor([value])], key(0))[0]!)).dataSync()[0]!;
  assertThrows(() => at(-1), RangeError, "a number is negative");
  assertEquals(at(4), 2);
  assertThrows(() => at(-1), RangeError, "a number is negative");
  assertEquals([at(9), at(16), at(25), at(36)], [3, 4, 5, 6]);
  assertEquals(f.calls, 6);
});

Deno.test("inputs of other shapes are another recording", async () => {
  await startEngine("wasm");
  const f = counted(([x]) => [tf.sum(tf.mul(x!, tf.tensor([2])))]);
  using replay = replayable(f);
  for (let i = 0; i < 7; i++) {
    for (const size of [1, 2, 3]) {
      assertEquals(
        replay([tf.tensor(new Float32Array(size).fill(i))], key(i))[0]!.dataSync()[0],
        2 * i * size,
      );
    }
  }
  assertEquals(f.calls, 12);
});

Deno.test("recordings for eight choices of shapes are kept, and not for nine", async () => {
  await startEngine("wasm");
  for (const [choices, calls] of [[8, 8 * 4], [9, 9 * 7]] as const) {
    const f = counted(([x]) => [tf.sum(x!)]);
    using replay = replayable(f);
    for (let i = 0; i < 7; i++) {
      for (let size = 1; size <= choices; size++) tf.dispose(replay([tf.zeros([size])], key(i)));
    }
    assertEquals(f.calls, calls);
  }
});

Deno.test("inputs that share their numbers are another recording than inputs that do not", async () => {
  await startEngine("wasm");
  using replay = replayable(([a, b]) => [tf.sub(tf.mul(a!, 3), b!)]);
  const same = tf.tensor([1, 2]), other = tf.tensor([5, 7]);
  for (
    const [a, b, expected] of [
      ...Array(4).fill([same, same, [2, 4]]),
      ...Array(4).fill([same, other, [-2, -1]]),
      [other, other, [10, 14]],
      [same, tf.reshape(same, [2]), [2, 4]],
    ] as [tf.Tensor, tf.Tensor, number[]][]
  ) {
    assertEquals([...replay([a, b], key(0))[0]!.dataSync()], expected);
  }
});

Deno.test("on engines that do not replay the function is called, also between replays on one that does", async () => {
  const f = counted(everything);
  using replay = replayable(f);
  const at = (i: number): void => {
    const inputs = inputsAt(i);
    assertEquals(bits(replay(inputs, key(i))), bits(everything(inputs, key(i))));
  };
  await startEngine("wasm");
  for (let i = 0; i < 5; i++) at(i);
  await startEngine("cpu");
  for (let i = 5; i < 8; i++) at(i);
  assertEquals(f.calls, 4 + 3);
  await startEngine("wasm");
  at(8);
  assertEquals(f.calls, 4 + 3);
});

/** Functions that are not functions of their arguments alone, or not to be seen as such. */
function impure(): Readonly<Record<string, Recordable>> {
  let [counted, made, shifted] = [0, 0, 0];
  return {
    "counts its calls": ([x]) => [tf.mul(x!, 1 + counted++ / 100)],
    "puts numbers of the key into a tensor by itself": ([x], k) => [tf.add(x!, tf.tensor(normal(k, 3)))],
    "decides by the key": ([x], k) => [integers(k, 1, 2)[0] === 0 ? tf.neg(x!) : tf.square(x!)],
    "decides by a child of the key": ([x], k) => [
      integers(foldIn(split(k)[1]!, 3), 1, 2)[0] === 0 ? tf.neg(x!) : tf.square(x!),
    ],
    "reads the words of the key": ([x], k) => [tf.mul(x!, k[1] * 1e-9)],
    "reads its data": ([x]) => [tf.mul(x!, x!.dataSync()[0]!)],
    "decides by its data": ([x]) => [x!.dataSync()[0]! > 0 ? tf.neg(x!) : tf.square(x!)],
    "makes more the second time": ([x]) => made++ === 0 ? [tf.neg(x!)] : [tf.neg(x!), tf.neg(x!)],
    "draws by what changes": ([x], k) => {
      const shift = ++shifted;
      return [tf.add(x!, drawn(k, [3], (from) => normal(from, 3).map((v) => v + shift)))];
    },
  };
}

Deno.test("a function that is not pure is refused at its first or second call, and leaves nothing", async () => {
  await startEngine("wasm");
  for (const [what, f] of Object.entries(impure())) {
    const before = [tf.memory().numTensors, tfjs.backend().numDataIds()];
    {
      using replay = replayable(f);
      const call = (i: number): void => {
        tf.tidy(() => {
          replay([tf.tensor([1 + i, 2, 3])], key(i));
        });
      };
      const error = assertThrows(() => [0, 1, 2].forEach(call), ReplayError, "must be a pure function", what);
      assert(/but call [12] /.test(error.message), error.message);
      assertThrows(() => [3, 4, 5].forEach(call), ReplayError, "", what);
    }
    assertEquals([tf.memory().numTensors, tfjs.backend().numDataIds()], before, what);
  }
});

/** Functions that change with a state of their own, and what a refusal says of the first kernel whose bits differ. */
const CHANGING: Readonly<Record<string, readonly [(state: () => number) => Recordable, string]>> = {
  "a factor that is closed over": [
    (state) => ([x]) => [tf.mul(0.5, tf.add(tf.tanh(tf.mul(state(), tf.neg(x!))), 1))],
    "the first kernel whose bits differ is Multiply, kernel 2 of 5, whose constant was 1 and is 2",
  ],
  "a factor that hardly differs": [
    (state) => ([x]) => [tf.exp(tf.mul(1.25 + state() / 1024, tf.neg(x!)))],
    "the first kernel whose bits differ is Multiply, kernel 2 of 3, whose constant was 1.250977 and is 1.251953",
  ],
  "a setting of a kernel": [
    (state) => ([x]) => [tf.exp(tf.leakyRelu(tf.neg(x!), state() / 10))],
    "the first kernel whose bits differ is LeakyRelu, kernel 2 of 3",
  ],
  "another kernel": [
    (state) => ([x]) => [tf.mul(state() === 1 ? tf.exp(x!) : tf.neg(x!), 3)],
    "the first kernel whose bits differ is Neg, kernel 1 of 2, where there was Exp",
  ],
  "a tensor that is closed over": [
    (state) => ([x]) => [tf.add(tf.neg(x!), tf.tensor([state(), 2, 3]))],
    "the first kernel whose bits differ is Add, kernel 2 of 2",
  ],
  "a draw": [
    (state) => {
      return ([x], k) => {
        const shift = state();
        return [tf.add(x!, drawn(k, [3], (from) => normal(from, 3).map((v) => v + shift)))];
      };
    },
    "the first kernel whose bits differ is drawn, kernel 1 of 2",
  ],
  "a kernel more": [
    (state) => ([x]) => [state() === 1 ? tf.neg(x!) : tf.exp(tf.neg(x!))],
    "the first kernel whose bits differ is Exp, kernel 2 of 2, where there was none",
  ],
  "two kernels fewer": [
    (state) => ([x]) => [state() === 1 ? tf.square(tf.exp(tf.neg(x!))) : tf.neg(x!)],
    "Exp, kernel 2 of 3, did not run again",
  ],
  "what is returned": [
    (state) => ([x]) => {
      const made = [tf.neg(x!), tf.exp(x!)];
      return state() === 1 ? made : made.toReversed();
    },
    "every kernel has the same bits: what is returned differs",
  ],
};

Deno.test("a function that changes after its first calls is refused at the next check, which names the first kernel whose bits differ", async () => {
  await startEngine("wasm");
  for (const [what, [make, names]] of Object.entries(CHANGING)) {
    for (const [changes, at, since] of [[5, 8, 5], [8, 8, 5], [9, 16, 9], [20, 32, 17]] as const) {
      const before = [tf.memory().numTensors, tfjs.backend().numDataIds()];
      {
        let calls = 0;
        using replay = replayable(make(() => calls < changes ? 1 : 2));
        const call = (): void => {
          calls++;
          tf.tidy(() => {
            replay([tf.tensor([1, 2, 3])], key(calls));
          });
        };
        while (calls < at - 1) call();
        const { message } = assertThrows(call, ReplayError, "", what);
        assertEquals(
          message,
          "replaying a function: it must be a pure function of its tensors and its key, and draw by normalTensor or " +
            `drawn alone, but call ${at} gave other numbers than a replay: ${names}; ` +
            `${since < at ? `calls ${since} to ${at - 1} were replays and may be wrong; ` : ""}` +
            "make what changes an input (of a training step: beta or numbers), or do without replays",
          what,
        );
        // And again, not taken for good the next time.
        assertThrows(call, ReplayError, "", what);
      }
      assertEquals([tf.memory().numTensors, tfjs.backend().numDataIds()], before, what);
    }
  }
});

Deno.test("a function that begins to read its data later is refused at the next comparison", async () => {
  await startEngine("wasm");
  let calls = 0;
  using replay = replayable(([x]) => {
    if (calls > 5) x!.dataSync();
    return [tf.neg(x!)];
  });
  const call = (): void => {
    calls++;
    tf.tidy(() => {
      replay([tf.tensor([1, 2, 3])], key(calls));
    });
  };
  while (calls < 7) call();
  assertThrows(call, ReplayError, "but call 8 read the numbers of a tensor");
});

Deno.test("what is not a number is the same as any other", async () => {
  await startEngine("wasm");
  using replay = replayable(([x]) => [tf.neg(tf.sqrt(x!)), tf.mul(x!, 2)]);
  for (let i = 0; i < 9; i++) replay([tf.tensor([-1, NaN, i])], key(i));
});

Deno.test("a replayable function inside of one that is recorded is called", async () => {
  await startEngine("wasm");
  const inner = counted(([x], k) => [tf.mul(x!, normalTensor(k, [3]))]);
  using replayInner = replayable(inner);
  const outer = (inputs: readonly tf.Tensor[], k: Key): tf.Tensor[] => replayInner(inputs, foldIn(k, 1));
  using replayOuter = replayable(outer);
  for (let i = 0; i < 7; i++) {
    const x = [tf.tensor([1 + i, 2, 3])];
    assertEquals(
      bits(replayOuter(x, key(i))),
      bits([tf.mul(x[0]!, normalTensor(foldIn(key(i), 1), [3]))]),
    );
  }
  assertEquals(inner.calls, 4);
});
