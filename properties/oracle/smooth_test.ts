import { assert, assertThrows } from "@std/assert";
import { derivative } from "../../fixtures/laws/finite_difference.ts";
import { complementaryErrorFunction, normalCumulative } from "./normal.ts";
import { activations, logOnePlus, reciprocal, sigmoid, square, squareRoot, tanh } from "./smooth.ts";

/** On both sides of 0 and clear of it by more than the largest difference step. */
const points = [-3.1, -1.2, -0.4, 0.3, 0.9, 2.7];

for (const [name, f] of Object.entries({ ...activations, square })) {
  Deno.test(`${name}: each derivative is the limit of the differences of the one before`, () => {
    for (const u of points) {
      for (const order of [1, 2, 3]) {
        const { value, error } = derivative((t) => f(u + t, order - 1));
        const message = `order ${order} at ${u}: ${f(u, order)} and ${value} ± ${error}`;
        assert(error < 1e-9, `the difference itself is too rough: ${message}`);
        assert(Math.abs(f(u, order) - value) <= error, message);
      }
    }
  });
}

for (const [name, f] of Object.entries({ logOnePlus, reciprocal, squareRoot })) {
  Deno.test(`${name}: each derivative is the limit of the differences of the one before, where it is defined`, () => {
    for (const u of [0.5, 1, 4]) {
      for (const order of [1, 2, 3]) {
        const { value, error } = derivative((t) => f(u + t, order - 1));
        assert(Math.abs(f(u, order) - value) <= error, `order ${order} at ${u}: ${f(u, order)} and ${value}`);
      }
    }
  });
}

Deno.test("erfc and Φ agree with their tabulated values, to the documented relative error, in both tails", () => {
  // Computed with mpmath at 40 digits.
  const table: readonly [number, number][] = [
    [0, 1],
    [0.1, 0.88753708398171510159],
    [0.5, 0.47950012218695346232],
    [0.99, 0.161491930444630200181],
    [1, 0.15729920705028513066],
    [1.5, 0.033894853524689272933],
    [2, 0.0046777349810472658379],
    [3, 2.209049699858544137e-5],
    [5, 1.5374597944280348502e-12],
    [10, 2.0884875837625447570e-45],
    [-1, 1.8427007929497148693],
    [-3, 1.9999779095030014146],
  ];
  for (const [x, expected] of table) {
    const error = Math.abs(complementaryErrorFunction(x) / expected - 1);
    assert(error <= (8 + x * x) * 2 ** -53, `erfc(${x}) is off by ${error}`);
  }
  assert(Math.abs(normalCumulative(1.959963984540054) / 0.974999999999999989124 - 1) <= 10 * 2 ** -53);
  assert(Math.abs(normalCumulative(-1.959963984540054) / 0.0250000000000000108762 - 1) <= 10 * 2 ** -53);
});

Deno.test("sigmoid' and tanh' keep their relative accuracy where 1 − f would have none", () => {
  assert(Math.abs(sigmoid(50, 1) / Math.exp(-50) - 1) < 1e-15);
  assert(Math.abs(tanh(30, 1) / (4 * Math.exp(-60)) - 1) < 1e-14);
});

Deno.test("an order beyond the known derivatives is refused by name", () => {
  assertThrows(
    () => tanh(1, 4),
    RangeError,
    "tanh: derivatives up to order 3 are known, but order 4 was asked for",
  );
});
