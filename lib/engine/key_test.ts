import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { falseAlarm, suiteKey } from "../../fixtures/suite_seed.ts";
import { foldIn, integers, key, normal, permutation, split, threefry2x32, uniform } from "./key.ts";

// The known-answer vectors that accompany the Random123 library (threefry2x32, 20 rounds).
Deno.test("Threefry-2x32 gives the published known answers", () => {
  const zero = threefry2x32(0, 0, 0, 0);
  assertEquals([zero[0] >>> 0, zero[1] >>> 0], [0x6b200159, 0x99ba4efe]);
  const ones = threefry2x32(-1, -1, -1, -1);
  assertEquals([ones[0] >>> 0, ones[1] >>> 0], [0x1cb996fc, 0xbb002be7]);
  const pi = threefry2x32(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3);
  assertEquals([pi[0] >>> 0, pi[1] >>> 0], [0xc4923a9c, 0x483df7a0]);
});

Deno.test("the same key gives the same numbers, another key other numbers", () => {
  assertEquals(normal(key(7), 5), normal(key(7), 5));
  assertNotEquals(normal(key(7), 5), normal(key(8), 5));
  assertNotEquals(normal(key(7), 5), uniform(key(7), 5));
});

Deno.test("split and foldIn make keys that differ from each other and from their parent", () => {
  const parent = key(3);
  const children = [parent, ...split(parent, 4), ...[0, 1, 2, 3].map((i) => foldIn(parent, i))];
  assertEquals(new Set(children.map((k) => k.join())).size, children.length);
});

Deno.test("a seed of more than 32 bits is not cut off", () => {
  assertNotEquals(key(1), key(1 + 2 ** 32));
  assertThrows(() => key(-1), RangeError, "seed");
  assertThrows(() => key(0.5), RangeError, "0.5");
  assertEquals(key(2 ** 53 - 1).map((word) => word >>> 0), [2 ** 21 - 1, 2 ** 32 - 1]);
  assertThrows(() => key(2 ** 53), RangeError, "from 0 to 2^53 - 1, but it is 9007199254740992");
});

Deno.test("uniform numbers fill [0, 1), normal ones have the moments of N(0, 1)", () => {
  const n = 200_000;
  const u = uniform(suiteKey(11), n);
  assertEquals(u.every((v) => v >= 0 && v < 1 && v * 2 ** 24 % 1 === 0), true);
  const z = normal(suiteKey(12), n);
  const moment = (k: number): number => z.reduce((sum, v) => sum + v ** k, 0) / n;
  // Six standard errors each: 2e-9 for each of the first three; the fourth power is skewed by 10/√200,000: 5e-9.
  falseAlarm(3 * 2e-9 + 5e-9);
  const bound = (variance: number): number => 6 * Math.sqrt(variance / n);
  const expected: [number, number, number][] = [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]];
  for (const [k, mean, variance] of expected) {
    assertEquals(
      Math.abs(moment(k) - mean) < bound(variance),
      true,
      `moment ${k} is ${moment(k)}, not ${mean}`,
    );
  }
});

Deno.test("whole numbers are below 1 to 2³¹, and no other bound is taken", () => {
  assertEquals([...integers(key(2), 5, 1)], [0, 0, 0, 0, 0]);
  const numbers = integers(suiteKey(3), 1000, 2 ** 31);
  // Each half of the range is missed by all with a chance of 2⁻¹⁰⁰⁰.
  assertEquals([...numbers].some((v) => v >= 2 ** 30) && numbers.every((v) => v >= 0), true);
  for (const below of [0, -1, 1.5, 2 ** 31 + 1, NaN]) {
    assertThrows(() => integers(key(4), 1, below), RangeError, `from 1 to 2^31, but it is ${below}`);
  }
});

Deno.test("a permutation holds every index once, and all 6 orders of 3 are equally frequent", () => {
  assertEquals([...permutation(suiteKey(5), 1000)].sort((a, b) => a - b), [...Array(1000).keys()]);
  const counts = new Map<string, number>();
  const root = suiteKey(6);
  for (let i = 0; i < 6000; i++) {
    const order = permutation(foldIn(root, i), 3).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  const chiSquare = [...counts.values()].reduce((sum, c) => sum + (c - 1000) ** 2 / 1000, 0);
  // 5 degrees of freedom: P(X > 40) is 1.5e-7.
  falseAlarm(1.5e-7);
  assertEquals(chiSquare < 40, true, `chi-square ${chiSquare}`);
});

Deno.test("the least word of a stream gives finite normal numbers too", () => {
  // The first words of these streams are 0: found by trying 2³³ seeds.
  for (const seed of [2521438154, 7012488227]) {
    assertEquals(threefry2x32(...key(seed), 0, 0)[0], 0);
    const [first, second] = normal(key(seed), 2);
    // √(−2 log 2⁻³²) is the largest radius that there is.
    assertAlmostEquals(Math.hypot(first!, second!), Math.sqrt(64 * Math.LN2), 1e-6);
  }
});
