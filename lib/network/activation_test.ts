import { assert, assertEquals } from "@std/assert";
import { type EngineName, read, startEngine, tf } from "../engine/mod.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { pushLayers } from "./piecewise_linear.ts";
import { ACTIVATION_NAMES, type ActivationName, ACTIVATIONS } from "./activation.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("wasm", "cpu", "native", "webgpu");

type Exact = (u: number) => number;

const sigmoid = (u: number): number => u > 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u));
const pdf = (u: number): number => Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI);

/** Φ(u) = ½ + pdf(u) Σ_k u^(2k+1)/(2k+1)!!, whose terms all have the sign of u. */
function cdf(u: number): number {
  if (Math.abs(u) > 15) return Number(u > 0);
  let sum = 0, term = u;
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term;
    term *= u * u / odd;
  }
  return 0.5 + pdf(u) * sum;
}

/** φ, φ′ and φ″ in double precision. */
const EXACT: Partial<
  Record<ActivationName, readonly [value: Exact, first: Exact, second: Exact]>
> = {
  tanh: [Math.tanh, (u) => 1 / Math.cosh(u) ** 2, (u) => -2 * Math.tanh(u) / Math.cosh(u) ** 2],
  sigmoid: [
    sigmoid,
    (u) => sigmoid(u) * sigmoid(-u),
    (u) => sigmoid(u) * sigmoid(-u) * (sigmoid(-u) - sigmoid(u)),
  ],
  softplus: [
    (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))),
    sigmoid,
    (u) => sigmoid(u) * sigmoid(-u),
  ],
  elu: [
    (u) => (u > 0 ? u : Math.expm1(u)),
    (u) => Math.exp(Math.min(u, 0)),
    (u) => (u > 0 ? 0 : Math.exp(u)),
  ],
  gelu: [
    (u) => u * cdf(u),
    (u) => cdf(u) + (Math.abs(u) > 40 ? 0 : u * pdf(u)),
    (u) => Math.abs(u) > 40 ? 0 : pdf(u) * (2 - u * u),
  ],
};

/** The slopes below 0 of those that a layer's kernel applies. */
const SLOPES: Partial<Record<ActivationName, number>> = { identity: 1, relu: 0, "leaky-relu": 0.2 };

/** Both signs of 0 and of float32's normal numbers up to the largest, and where exponentials over- and underflow. */
const NORMAL = [
  ...Array.from({ length: 120 }, (_, i) => 2 ** (-126 + 253 * i / 119)),
  ...[0, 0.5, 1, 2, 5, 9, 15, 40, 87, 88, 89, 103, 104, 1000, 1e4, 3e38, 3.4e38],
].flatMap((u) => [u, -u]);
const SUBNORMAL = [2 ** -149, 2 ** -148, 2 ** -140, 2 ** -127].flatMap((u) => [u, -u]);

/** The points of an engine: WGSL may take a subnormal number for 0, so what is right beside a kink depends on it. */
const pointsOf = (engine: EngineName): Float32Array =>
  Float32Array.from(engine === "webgpu" ? NORMAL : [...NORMAL, ...SUBNORMAL]);

Deno.test("φ, φ′ and φ″ of every smooth activation are right over the whole of float32, on every engine", async () => {
  const smooth = ACTIVATION_NAMES.filter((name) => ACTIVATIONS[name].slope === null);
  assertEquals(smooth, Object.keys(EXACT));
  for (const engine of ENGINES) {
    await startEngine(engine);
    const points = pointsOf(engine), u = tf.tensor(points);
    for (const name of smooth) {
      const activation = ACTIVATIONS[name];
      if (activation.slope !== null) continue;
      const y = activation.value(u);
      const found = [await read(y), await read(activation.first(u, y)), await read(activation.second(u, y))];
      found.forEach((values, order) =>
        values.forEach((value, i) => {
          const exact = EXACT[name]![order]!(points[i]!);
          // Derivatives are at most 2 in size; a few roundings of numbers of size 1, or of u, and the engines' own exp,
          // erf and tanh: 16 ε.
          const off = Math.abs(value - exact);
          assert(
            off <= 2 ** -19 * Math.max(1, Math.abs(exact)),
            `${engine}: ${name}, derivative ${order} at ${points[i]} is ${value}, not ${exact}`,
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
          const expected = EXACT[name]![order + 1]!(point);
          // Two sigmoids of 6ε, and of 11ε in WGSL, and a few products; at 0 a second derivative is a difference.
          const margin = 32 * 2 ** -24 * (Math.abs(expected) + (point === 0 ? 1 : 0)) + 2 ** -126;
          const says = `${engine}, derivative ${order + 1} at ${point}: ${values[i]}, expected ${expected}`;
          assert(Math.abs(values[i]! - expected) <= margin, says);
        });
      }
    }
  });
}

Deno.test("fused activations and their slopes are right over the whole of float32, 0 of either sign with the left side", async () => {
  for (const name of ACTIVATION_NAMES) {
    const activation = ACTIVATIONS[name];
    if (activation.slope === null) continue;
    for (const engine of ENGINES) {
      await startEngine(engine);
      const points = pointsOf(engine), count = points.length;
      const tangent = tf.tensor(new Float32Array(count).fill(1), [count, 1, 1]);
      const layer = { weight: tf.tensor([1], [1, 1]), bias: tf.zeros([1]), slope: activation.slope };
      const { value, tangents } = pushLayers([layer], tf.tensor(points, [count, 1]), tangent);
      const [values, slopes] = [await read(value), await read(tangents)];
      points.forEach((u, i) => {
        const slope = u > 0 ? 1 : SLOPES[name]!;
        const what = `${engine}: ${name} at ${u} is ${values[i]}`;
        // 0.2 in float32, and its product with u, are rounded once each; 0 and 1 are exact.
        const rounding = slope % 1 === 0 ? 0 : 2 ** -23 * Math.abs(slope * u) + 2 ** -149;
        assert(Math.abs(values[i]! - slope * u) <= rounding, what);
        assertEquals(slopes[i], Math.fround(slope), what);
      });
    }
  }
});
