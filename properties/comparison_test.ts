import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Comparison, equality, lowerBound, upperBound } from "./contract/comparison.ts";
import { Ledger, Violation } from "./contract/ledger.ts";
import { fitOrder } from "./contract/order.ts";
import { lawTime } from "./contract/limits.ts";
import { added, type Tolerance, tolerance } from "./contract/tolerance.ts";

/** Comparisons of equality, each with one mistake: a law is only as good as the comparison that it ends in. */
const faultyComparisons: Readonly<Record<string, Comparison>> = {
  "always says yes": () => 0,
  "lets NaN pass, since NaN is not greater than the tolerance": (actual, expected, tolerance) =>
    Math.abs(actual - expected) > tolerance ? Infinity : 0,
  "forgets the absolute value": (actual, expected, tolerance) =>
    Number.isFinite(actual) ? (actual - expected) / tolerance : Infinity,
  "forgets the absolute value the other way round": (actual, expected, tolerance) =>
    Number.isFinite(actual) ? (expected - actual) / tolerance : Infinity,
  "takes equal infinities for equal": (actual, expected, tolerance) =>
    actual === expected ? 0 : Number.isFinite(actual) ? Math.abs(actual - expected) / tolerance : Infinity,
  "is relative to the expected value, whatever the tolerance": (actual, expected) =>
    Number.isFinite(actual) ? Math.abs(actual - expected) / Math.abs(expected) : Infinity,
  "compares absolute values, so a sign may be lost": (actual, expected, tolerance) =>
    Number.isFinite(actual) ? Math.abs(Math.abs(actual) - Math.abs(expected)) / tolerance : Infinity,
  "takes an infinite or missing tolerance for agreement with anything": (actual, expected, tolerance) =>
    tolerance < Infinity && Number.isFinite(actual) ? Math.abs(actual - expected) / tolerance : 0,
};

/** actual, expected, tolerance: all to be rejected. */
const unequal: readonly (readonly [number, number, number])[] = [
  [1, 2, 0.5],
  [2, 1, 0.5],
  [-1, 1, 0.5],
  [100, 101, 0.5],
  [NaN, 1, 1e9],
  [1, NaN, 1e9],
  [NaN, NaN, 1e9],
  [NaN, 1, Infinity],
  [1, 2, NaN],
  [Infinity, Infinity, 1],
  [-Infinity, -Infinity, 1],
  [Infinity, 1, Infinity],
  [1, 1 + 2 ** -52, 0],
  [1, 1, -1],
];

/** To be accepted. */
const equal: readonly (readonly [number, number, number])[] = [
  [1, 1, 0],
  [1, 1.25, 0.25],
  [1.25, 1, 0.25],
  [0, -0, 0],
  [1, 100, Infinity],
];

function isRight(comparison: Comparison): boolean {
  return unequal.every((given) => !(comparison(...given) <= 1)) &&
    equal.every((given) => comparison(...given) <= 1);
}

Deno.test("equality accepts what is within the tolerance and rejects everything else, NaN and infinities first", () => {
  assert(isRight(equality));
});

for (const [mistake, comparison] of Object.entries(faultyComparisons)) {
  Deno.test(`the cases above reject a comparison that ${mistake}`, () => assert(!isRight(comparison)));
}

Deno.test("a bound is one-sided, and NaN is on neither side of it", () => {
  assertEquals([upperBound(1, 2, 0), upperBound(2.5, 2, 0.5), upperBound(3, 2, 0.5)], [0, 1, 2]);
  assertEquals([lowerBound(2, 1, 0), lowerBound(0.5, 1, 0.5), lowerBound(0, 1, 0.5)], [0, 1, 2]);
  for (const bound of [upperBound, lowerBound]) {
    for (const far of [Infinity, -Infinity]) {
      assertEquals([bound(far, 1, 1), bound(1, far, 1), bound(far, far, Infinity)], Array(3).fill(Infinity));
    }
    assertEquals([bound(NaN, 1, Infinity), bound(1, NaN, 1), bound(1, 1, NaN)], [
      Infinity,
      Infinity,
      Infinity,
    ]);
  }
});

Deno.test("a tolerance is c κ ε scale + floor, and none can be NaN or negative", () => {
  assertEquals(tolerance("t", { c: 2, kappa: 8, epsilon: 0.01, scale: 10, floor: 1 }).value, 2.6);
  assertThrows(
    () => tolerance("t", { c: 1, kappa: NaN, epsilon: 1 }),
    RangeError,
    "tolerance: kappa must be a number >= 0, but is NaN",
  );
  assertThrows(() => tolerance("t", { c: -1, epsilon: 1 }), RangeError, "c must be a number >= 0, but is -1");
});

Deno.test("a comparison beyond the precision still asks for a number, and counts as unresolved", () => {
  const ledger = new Ledger(2 ** -24);
  const beyond = tolerance("t", { c: 1, kappa: 1e9, epsilon: ledger.epsilon });
  ledger.close("far apart", 1, 100, beyond);
  assertEquals([ledger.comparisons, ledger.unresolved, ledger.worst], [1, 1, 0]);
  assertThrows(() => ledger.close("not a number", NaN, 1, beyond), Violation, "not a number: NaN");
});

Deno.test("matrices of different shapes are not equal, whichever is larger", () => {
  const exact = tolerance("t", { c: 0, epsilon: 0 });
  const ledger = new Ledger(0);
  assertThrows(() => ledger.closeMatrix("A", [[1]], [[1, 2]], exact), Violation);
  assertThrows(() => ledger.closeMatrix("A", [[1, 2]], [[1]], exact), Violation);
  assertThrows(() => ledger.closeMatrix("A", [], [[1]], exact), Violation);
  ledger.closeMatrix("A", [[1, 2]], [[1, 2]], exact);
});

Deno.test("an order is the slope in logarithms; rounding widens it, or leaves it open, and NaN never fits", () => {
  const at = (order: number, rounding: number): ReturnType<typeof fitOrder> =>
    fitOrder([1, 2, 3, 4].map((k) => ({ t: 2 ** -k, error: 5 * 2 ** (-k * order), rounding })));
  const exact = at(2, 0), rough = at(2, 1e-3);
  assert(Math.abs(exact.slope - 2) < 1e-12 && exact.uncertainty === 0 && exact.resolved);
  assert(rough.resolved && rough.uncertainty > 1e-3 && rough.uncertainty < 0.1);
  assert(!at(2, 0.1).resolved);
  const broken = [1, 2].map((k) => ({ t: 2 ** -k, error: NaN, rounding: 0 }));
  assertThrows(() => new Ledger(0).order("NaN", broken, 1, 10), Violation);
});

Deno.test("a sum of tolerances is resolved only if all are, and lossy if one is", () => {
  const [fine, coarse] = [1, 2].map((value) => ({ value, because: `${value}`, resolved: value === 1 })) as [
    Tolerance,
    Tolerance,
  ];
  for (const parts of [[fine, coarse], [coarse, fine], [fine, fine], [coarse, coarse]] as const) {
    const { value, resolved, lossy, because } = added(...parts);
    assertEquals([value, resolved, lossy], [parts[0].value + parts[1].value, !parts.includes(coarse), false]);
    assertEquals(because, [...new Set(parts.map((part) => part.because))].join("; and "));
    assertEquals(added(...parts, { ...fine, lossy: true }).lossy, true);
  }
});

Deno.test("an order is resolved where every error is above twice its rounding", () => {
  const points = (share: number) =>
    [1, 2, 3].map((k) => ({ t: 2 ** -k, error: 2 ** -k, rounding: (k === 2 ? share : 0.1) * 2 ** -k }));
  assertEquals([0.49, 0.51, 0.9, 2].map((share) => fitOrder(points(share)).resolved), [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("calls that are made together have the time of as many calls, and the law has its own", () => {
  const limits = { callSeconds: 3, lawSeconds: 100 };
  assertEquals([1, 7].map((together) => lawTime(limits, together).callSeconds), [3, 21]);
  const began = performance.now(), { end, lawSeconds } = lawTime(limits, 7);
  assertEquals(lawSeconds, 100);
  assert(end >= began + 100_000 && end <= performance.now() + 100_000);
});
