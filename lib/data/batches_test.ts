import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { foldIn, permutation } from "../engine/key.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { batches } from "./batches.ts";

const anyEpoch = fc.record({
  count: fc.integer({ min: 1, max: 200 }),
  size: fc.integer({ min: 1, max: 250 }),
  seed: fc.nat(),
  epoch: fc.nat(),
});

Deno.test("an epoch visits every index exactly once, in whole batches and one last rest", () => {
  fc.assert(fc.property(anyEpoch, ({ count, size, seed, epoch }) => {
    const plan = batches(count, size, key(seed), epoch);
    const all = Array.from({ length: plan.length }, (_, i) => plan.at(i));
    assertEquals(all.flatMap((batch) => [...batch]).sort((a, b) => a - b), [...Array(count).keys()]);
    assertEquals(all.slice(0, -1).every((batch) => batch.length === size), true);
    const rest = all.at(-1)!.length;
    assertEquals(rest >= 1 && rest <= size, true, `the last batch has ${rest}`);
    assertEquals(plan.length, Math.ceil(count / size));
  }));
});

Deno.test("the order is the permutation of the epoch's key, so any batch can be made without the others", () => {
  fc.assert(fc.property(anyEpoch, fc.nat(), ({ count, size, seed, epoch }, drawn) => {
    const i = drawn % Math.ceil(count / size);
    const order = permutation(foldIn(key(seed), epoch), count);
    assertEquals(batches(count, size, key(seed), epoch).at(i), order.slice(i * size, (i + 1) * size));
  }));
});

Deno.test("iterating gives the batches of at(0), at(1), …, and again from the start the next time", () => {
  const plan = batches(10, 4, key(3), 0);
  const expected = [plan.at(0), plan.at(1), plan.at(2)];
  assertEquals([...plan], expected);
  assertEquals([...plan], expected);
});

Deno.test("another epoch or another key gives another order", () => {
  const first = [...batches(50, 50, key(1), 0)];
  assertNotEquals(first, [...batches(50, 50, key(1), 1)]);
  assertNotEquals(first, [...batches(50, 50, key(2), 0)]);
});

Deno.test("writing into a batch changes no other", () => {
  const plan = batches(6, 3, key(1), 0);
  const before = plan.at(0).slice();
  plan.at(0).fill(0);
  assertEquals(plan.at(0), before);
});

Deno.test("counts, sizes, epochs and places that are no such numbers are refused", () => {
  const refused = (call: () => unknown, text: string): void => void assertThrows(call, RangeError, text);
  for (const bad of [0, -3, 1.5, NaN, Infinity]) {
    refused(
      () => batches(10, bad, key(1), 0),
      `batches: batchSize must be a whole number of at least 1, but it is ${bad}`,
    );
    refused(
      () => batches(bad, 10, key(1), 0),
      `batches: count must be a whole number of at least 1, but it is ${bad}`,
    );
  }
  for (const bad of [-1, 0.5, NaN]) {
    refused(
      () => batches(10, 4, key(1), bad),
      `batches: epoch must be a whole number of at least 0, but it is ${bad}`,
    );
  }
  for (const bad of [3, -1, 0.5, NaN]) {
    refused(
      () => batches(10, 4, key(1), 0).at(bad),
      `batches: there are batches 0 to 2, but batch ${bad} was asked for`,
    );
  }
});
