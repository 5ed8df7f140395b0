import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { stratifiedSplit } from "./stratified.ts";
import "../../fixtures/suite_seed.ts";

const anyLabels = fc.uint8Array({ minLength: 2, maxLength: 300, max: 9 });
const anyCase = anyLabels.chain((labels) =>
  fc.record({ labels: fc.constant(labels), heldOut: fc.integer({ min: 1, max: labels.length - 1 }) })
);

/** How often each label 0 … 9 occurs among `indices`. */
function census(labels: Uint8Array, indices: Iterable<number>): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const i of indices) counts[labels[i]!]!++;
  return counts;
}

Deno.test("by hand: two classes, one of three held out from the middle of its class", () => {
  const { train, heldOut } = stratifiedSplit(Uint8Array.of(0, 0, 0, 1, 1, 1), 2);
  assertEquals(heldOut, Uint32Array.of(1, 4));
  assertEquals(train, Uint32Array.of(0, 3, 2, 5));
});

Deno.test("a split holds every index once and has the size asked for", () => {
  fc.assert(fc.property(anyCase, ({ labels, heldOut }) => {
    const parts = stratifiedSplit(labels, heldOut);
    assertEquals(parts.heldOut.length, heldOut);
    assertEquals([...parts.train, ...parts.heldOut].sort((a, b) => a - b), [...labels.keys()]);
  }));
});

Deno.test("each class is held out in its share, up to less than one image", () => {
  fc.assert(fc.property(anyCase, ({ labels, heldOut }) => {
    const whole = census(labels, labels.keys());
    census(labels, stratifiedSplit(labels, heldOut).heldOut).forEach((held, c) => {
      const share = whole[c]! * heldOut / labels.length;
      assertEquals(Math.abs(held - share) < 1, true, `class ${c}: ${held} held out, its share is ${share}`);
    });
  }));
});

Deno.test("the first N of either part have the classes of the whole part, for every N", () => {
  fc.assert(fc.property(anyCase, ({ labels, heldOut }) => {
    for (const part of Object.values(stratifiedSplit(labels, heldOut))) {
      const whole = census(labels, part);
      const classes = whole.filter((count) => count > 0).length;
      for (let n = 1; n <= part.length; n++) {
        census(labels, part.subarray(0, n)).forEach((count, c) => {
          const share = whole[c]! / part.length;
          // Each class is within 1/2 of its place in the interleaving, so their sum n is within classes/2 of it.
          const bound = 1 / 2 + share * classes / 2 + 1e-9;
          assertEquals(Math.abs(count - share * n) <= bound, true, `class ${c} in the first ${n}: ${count}`);
        });
      }
    }
  }));
});

Deno.test("what is held out is spread over its class, not taken from one end", () => {
  const labels = new Uint8Array(1000);
  const { heldOut } = stratifiedSplit(labels, 100);
  assertEquals(heldOut, Uint32Array.from({ length: 100 }, (_, j) => 10 * j + 5));
});

Deno.test("labels may be any whole numbers: the division depends on their order alone", () => {
  fc.assert(fc.property(anyCase, ({ labels, heldOut }) => {
    const other = Int32Array.from(labels, (label) => 100_000 * label - 300_000);
    assertEquals(stratifiedSplit(other, heldOut), stratifiedSplit(labels, heldOut));
  }));
});

Deno.test("a size that leaves either part empty is refused", () => {
  for (const bad of [0, 4, -1, 1.5, NaN]) {
    assertThrows(
      () => stratifiedSplit(Uint8Array.of(1, 2, 3, 4), bad),
      RangeError,
      `stratifiedSplit: heldOut must be a whole number from 1 to 3, but it is ${bad}`,
    );
  }
  assertThrows(
    () => stratifiedSplit(Uint8Array.of(1), 1),
    RangeError,
    "stratifiedSplit: a split needs at least 2 labels, but there is 1",
  );
});
