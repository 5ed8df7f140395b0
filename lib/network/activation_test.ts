import { assert, assertEquals } from "@std/assert";
import { read, startEngine, tf } from "../engine/mod.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { ACTIVATION_NAMES, type ActivationName, ACTIVATIONS } from "./activation.ts";

const ENGINES = await promisedEngines("wasm", "cpu", "native", "webgpu");

const sigmoid = (u: number): number => u > 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u));
const pdf = (u: number): number => Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI);

/** φ′ and φ″ in double precision. GELU's φ′ needs Φ: only its size is checked where that is neither 0 nor 1. */
const EXACT: Partial<
  Record<ActivationName, readonly [first: (u: number) => number, second: (u: number) => number]>
> = {
  tanh: [(u) => 1 / Math.cosh(u) ** 2, (u) => -2 * Math.tanh(u) / Math.cosh(u) ** 2],
  sigmoid: [
    (u) => sigmoid(u) * sigmoid(-u),
    (u) => sigmoid(u) * sigmoid(-u) * (sigmoid(-u) - sigmoid(u)),
  ],
  softplus: [sigmoid, (u) => sigmoid(u) * sigmoid(-u)],
  elu: [(u) => Math.exp(Math.min(u, 0)), (u) => (u > 0 ? 0 : Math.exp(u))],
  gelu: [
    (u) => Math.abs(u) > 15 ? Number(u > 0) : NaN,
    (u) => Math.abs(u) > 40 ? 0 : pdf(u) * (2 - u * u),
  ],
};

/** Both signs, from the smallest normal number of float32 to the largest, and where exponentials over- and underflow. */
const POINTS = Float32Array.from(
  [
    ...Array.from({ length: 120 }, (_, i) => 2 ** (-126 + 253 * i / 119)),
    ...[0.5, 1, 2, 5, 9, 15, 40, 87, 88, 89, 103, 104, 1000, 3.4e38],
  ].flatMap((u) => [u, -u]),
);

Deno.test("φ′ and φ″ of every smooth activation are right over the whole of float32, on every engine", async () => {
  const smooth = ACTIVATION_NAMES.filter((name) => ACTIVATIONS[name].slope === null);
  assertEquals(smooth, Object.keys(EXACT));
  for (const engine of ENGINES) {
    await startEngine(engine);
    const u = tf.tensor(POINTS);
    for (const name of smooth) {
      const activation = ACTIVATIONS[name];
      if (activation.slope !== null) continue;
      const y = activation.value(u);
      const found = [await read(activation.first(u, y)), await read(activation.second(u, y))];
      found.forEach((values, order) =>
        values.forEach((value, i) => {
          const exact = EXACT[name]![order]!(POINTS[i]!);
          if (Number.isNaN(exact)) return assert(value >= -0.2 && value <= 1.2, `${engine} ${name} ${value}`);
          // All are at most 2 in size; a few roundings of numbers of size 1, and the engines' own exp and tanh: 16 ε.
          const off = Math.abs(value - exact);
          assert(
            off <= 2 ** -19,
            `${engine}: ${name}, derivative ${order + 1} at ${POINTS[i]} is ${value}, not ${exact}`,
          );
        })
      );
    }
  }
});

for (const name of ["sigmoid", "softplus", "tanh"] as const) {
  Deno.test(`derivatives of ${name} are accurate relative to themselves where it is flat, on every engine`, async () => {
    const activation = ACTIVATIONS[name];
    if (activation.slope !== null) throw new TypeError(`${name} is piecewise linear`);
    const points = [0, 0.5, 1, 2, 4, 7, 9, 12, 20, 35].flatMap((u) => [u, -u]);
    for (const engine of ENGINES) {
      await startEngine(engine);
      const u = tf.tensor(points), y = activation.value(u);
      for (const [order, derivative] of [activation.first(u, y), activation.second(u, y)].entries()) {
        const values = await read(derivative);
        points.forEach((point, i) => {
          const expected = EXACT[name]![order]!(point);
          // Two sigmoids of 6ε, and of 11ε in WGSL, and a few products; at 0 a second derivative is a difference.
          const margin = 32 * 2 ** -24 * (Math.abs(expected) + (point === 0 ? 1 : 0)) + 2 ** -126;
          const says = `${engine}, derivative ${order + 1} at ${point}: ${values[i]}, expected ${expected}`;
          assert(Math.abs(values[i]! - expected) <= margin, says);
        });
      }
    }
  });
}
