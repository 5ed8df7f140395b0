import { assertAlmostEquals, assertEquals } from "@std/assert";
import { real } from "./arithmetic.ts";
import { dual } from "./dual.ts";
import { exponential, smooth, tanh } from "./smooth.ts";
import { Tape } from "./tape.ts";

Deno.test("a gradient sums over every path from a variable to the result", () => {
  const tape = new Tape();
  const [a, b, unused] = [tape.variable(2), tape.variable(3), tape.variable(5)];
  // f = a b + a² + 4 (a, then b, weighted by themselves) + b
  const f = tape.affine([a, b, tape.constant(4)], [b, tape.constant(1), tape.multiply(a, a)], b);
  const gradient = tape.gradient(f);
  assertEquals(f.value, 6 + 3 + 16 + 3);
  assertEquals([gradient(a), gradient(b), gradient(unused)], [3 + 16, 2 + 1 + 1, 0]);
});

Deno.test("what depends on no variable is a constant, and its gradient is zero", () => {
  const tape = new Tape();
  const a = tape.variable(1);
  const constant = tape.apply(
    tanh,
    tape.add(tape.constant(1), tape.multiply(tape.constant(2), tape.constant(3))),
  );
  assertEquals(constant, tape.constant(Math.tanh(7)));
  assertEquals(tape.gradient(constant)(a), 0);
});

Deno.test("the gradient of a second derivative is exact: where nested reverse modes drop terms, this does not", () => {
  // d²/dz² of tanh(wz)² is 2w² s (s − 2t²) with t = tanh(wz), s = 1 − t²; its derivative in w by hand is `expected`.
  const [w, z] = [0.8, 0.3];
  const tape = new Tape();
  const weight = tape.variable(w);
  const arithmetic = dual(dual(tape));
  const one = { value: tape.constant(z), slope: tape.constant(1) };
  const input = { value: one, slope: { value: tape.constant(1), slope: tape.constant(0) } };
  const t = arithmetic.apply(tanh, arithmetic.affine([weight], [input]));
  const second = arithmetic.multiply(t, t).slope.slope;
  const tanhOf = Math.tanh(w * z), s = 1 - tanhOf ** 2;
  assertAlmostEquals(second.value, 2 * w * w * s * (s - 2 * tanhOf ** 2), 1e-15);
  const expected = 4 * w * s * (s - 2 * tanhOf ** 2) +
    2 * w * w * z * (-2 * tanhOf * s * (4 * s - 2 * tanhOf ** 2));
  assertAlmostEquals(tape.gradient(second)(weight), expected, 1e-15);
});

Deno.test("duals of duals give value, both slopes and the mixed second derivative", () => {
  // f(x, y) = e^(xy): f_x = y f, f_y = x f, f_xy = (1 + xy) f
  const arithmetic = dual(dual(real));
  const x = { value: { value: 0.5, slope: 1 }, slope: { value: 0, slope: 0 } };
  const y = { value: { value: -1.5, slope: 0 }, slope: { value: 1, slope: 0 } };
  const f = arithmetic.apply(exponential, arithmetic.multiply(x, y));
  const value = Math.exp(-0.75);
  assertAlmostEquals(f.value.value, value, 1e-15);
  assertAlmostEquals(f.value.slope, -1.5 * value, 1e-15);
  assertAlmostEquals(f.slope.value, 0.5 * value, 1e-15);
  assertAlmostEquals(f.slope.slope, 0.25 * value, 1e-15);
});

Deno.test("sums and constants of duals obey the same rules", () => {
  const cube = smooth("cube", (u) => u ** 3, (u) => 3 * u * u, (u) => 6 * u);
  const arithmetic = dual(real);
  const u = arithmetic.add({ value: 2, slope: 1 }, arithmetic.constant(1));
  assertEquals(arithmetic.apply(cube, u), { value: 27, slope: 27 });
  assertEquals(arithmetic.apply(cube, u, 1), { value: 27, slope: 18 });
});
