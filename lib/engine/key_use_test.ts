import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  checkKeys,
  cloneKey,
  foldIn,
  integers,
  type Key,
  key,
  normal,
  normalTensor,
  permutation,
  replayable,
  split,
  startEngine,
  tf,
  uniform,
} from "./mod.ts";

await startEngine("wasm");

const DRAWS: Readonly<Record<string, (k: Key) => unknown>> = {
  uniform: (k) => uniform(k, 2),
  normal: (k) => normal(k, 2),
  integers: (k) => integers(k, 2, 10),
  permutation: (k) => permutation(k, 2),
  normalTensor: (k) => normalTensor(k, [2]).dispose(),
};
const PARTS: Readonly<Record<string, (k: Key) => unknown>> = {
  foldIn: (k) => foldIn(k, 3),
  split: (k) => split(k),
};

const refused = (f: () => unknown): string => assertThrows(f, RangeError, "a key is drawn from once").message;

Deno.test("two draws from one key are refused, whichever they are", () => {
  for (const first of Object.values(DRAWS)) {
    for (const second of Object.values(DRAWS)) {
      const k = key(1);
      first(k);
      refused(() => second(k));
    }
  }
});

Deno.test("a draw from a key with parts is refused, and a part of a key that was drawn from", () => {
  for (const draw of Object.values(DRAWS)) {
    for (const part of Object.values(PARTS)) {
      const [k, other] = [key(1), key(1)];
      draw(k);
      refused(() => part(k));
      part(other);
      refused(() => draw(other));
    }
  }
});

Deno.test("the same part of a part may be derived again, but not drawn from again", () => {
  const whole = key(1);
  const part = (): Key => foldIn(foldIn(whole, 7), 2);
  normal(part(), 1);
  normal(foldIn(foldIn(whole, 7), 3), 1);
  normal(foldIn(foldIn(whole, 2), 7), 1);
  normal(split(whole)[1]!, 1);
  refused(() => normal(part(), 1));
  refused(() => foldIn(part(), 0));
  refused(() => normal(foldIn(whole, 7), 1));
  refused(() => normal(split(whole)[1]!, 1));
});

Deno.test("the error names both places, and what to do", () => {
  const k = key(4);
  normal(k, 1);
  const message = refused(() => uniform(k, 1));
  const lines = [...message.matchAll(/key_use_test\.ts:(\d+)/g)].map(([, line]) => Number(line));
  assertEquals(lines.length, 2, message);
  assertEquals(lines[1]! - lines[0]!, 1, message);
  assertMatch(
    message,
    /\[0,4\] was drawn from at .*, and is drawn from at .*; fold in another index, or use cloneKey/,
  );
});

Deno.test("a clone, and a key that is made anew, draw the same numbers again", () => {
  const k = key(4);
  const numbers = normal(k, 3);
  assertEquals(normal(cloneKey(k), 3), numbers);
  assertEquals(normal(key(4), 3), numbers);
  assertEquals(cloneKey(k), k);
});

for (const engine of ["wasm", "cpu"] as const) {
  Deno.test(`a key that is given to a step twice is refused at any call, if it is drawn from (${engine})`, async () => {
    await startEngine(engine);
    const x = [tf.tensor([1, 2, 3])];
    for (const from of [(k: Key): Key => k, (k: Key): Key => foldIn(k, 2)]) {
      for (const calls of [1, 2, 3, 4, 5, 6]) {
        using step = replayable(([x], k) => [tf.add(x!, normalTensor(from(k), [3]))]);
        let last = key(0);
        for (let i = 0; i < calls; i++) tf.dispose(step(x, last = key(i)));
        refused(() => step(x, last));
      }
    }
    using still = replayable(([x]) => [tf.neg(x!)]);
    const same = key(1);
    for (let i = 0; i < 6; i++) tf.dispose(still(x, same));
  });
}

Deno.test("without the check nothing is refused, and what was used meanwhile is not known", () => {
  const k = key(1);
  assert(checkKeys(false));
  try {
    normal(k, 1);
    assertEquals(normal(k, 1), normal(k, 1));
  } finally {
    assertEquals(checkKeys(true), false);
  }
  normal(k, 1);
});
