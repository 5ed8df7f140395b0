import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { guardTests } from "../engine/guarded_tests.ts";
import { bernoulli, gaussian } from "./mod.ts";

guardTests();

const ENGINES = await promisedEngines("cpu", "wasm", "native", "webgpu");

const EPSILON = 2 ** -24;
const SMALLEST_NORMAL = 2 ** -126;

const sigmoid = (g: number): number => g < 0 ? Math.exp(g) / (1 + Math.exp(g)) : 1 / (1 + Math.exp(-g));
/** −log p(x; g) in float64, without a difference of large numbers. */
const exactEnergy = (x: number, g: number): number =>
  Math.log1p(Math.exp(-Math.abs(g))) + (g > 0 ? g * (1 - x) : -g * x);
/** Its derivative in g. */
const exactSlope = (x: number, g: number): number => g < 0 ? sigmoid(g) - x : (1 - x) - sigmoid(-g);

/** Logits from certain to undecided, for pixels that are right, wrong and between. */
const CASES = [0, 1, 0.25, 0.75].flatMap((x) =>
  [0, 1e-6, 0.1, 1, 3, 9, 17, 40, 80].flatMap((size) => [[x, size], [x, -size]])
) as [number, number][];

Deno.test("−log p of Bernoulli is accurate relative to itself, pixel by pixel, and so is its gradient, on every engine", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const [x, g] = [0, 1].map((part) => tf.tensor(CASES.map((pair) => pair[part]!), [CASES.length, 1]));
    const { info, gradients } = valueAndGradients(([logits]) => {
      const energy = bernoulli().energy(x!, logits!);
      return { value: tf.sum(energy), info: { energy } };
    }, [g!]);
    const [energies, slopes] = [await read(info.energy), await read(gradients[0]!)];
    CASES.forEach(([pixel, logit], i) => {
      const g = Math.fround(logit), says = `${engine}: x ${pixel}, g ${g}`;
      // log(1 + e) takes 9ε as softplus does, the other summand 2ε; a division in WGSL 5ε.
      const near = (actual: number, exact: number, c: number): boolean =>
        Math.abs(actual - exact) <= c * EPSILON * Math.abs(exact) + SMALLEST_NORMAL;
      const [energy, slope] = [exactEnergy(pixel, g), exactSlope(pixel, g)];
      assert(near(energies[i]!, energy, 20), `${says}: ${energies[i]}, expected ${energy}`);
      // The slope is a difference where x is between 0 and 1: its rounding is that of its parts.
      const cancels = pixel === 0 || pixel === 1 ? 1 : 1 / Math.abs(slope);
      assert(near(slopes[i]!, slope, 16 * cancels), `${says}: slope ${slopes[i]}, expected ${slope}`);
    });
  }
});

Deno.test("−log p is a sum over pixels, for any number of them, and its gradients reach x and g", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const [batch, data] of [[1, 1], [3, 2], [3, 3], [2, 4], [3, 5], [2, 39], [130, 33]] as const) {
      const size = batch * data;
      const pixels = Float32Array.from({ length: size }, (_, i) => (i * 7 % 11) / 10);
      const logits = Float32Array.from({ length: size }, (_, i) => (i * 5 % 13) - 6);
      const { info, gradients } = valueAndGradients(([x, g]) => {
        const energy = bernoulli().energy(x!, g!);
        // Rows count differently.
        const weights = tf.tensor(Float32Array.from({ length: batch }, (_, i) => i + 1));
        return { value: tf.sum(tf.mul(energy, weights)), info: { energy } };
      }, [tf.tensor(pixels, [batch, data]), tf.tensor(logits, [batch, data])]);
      const [energies, inX, inG] = await Promise.all([info.energy, ...gradients].map(read));
      for (let row = 0; row < batch; row++) {
        let sum = 0;
        for (let i = row * data; i < (row + 1) * data; i++) {
          const [x, g] = [pixels[i]!, logits[i]!];
          sum += exactEnergy(x, g);
          const slope = (row + 1) * exactSlope(x, g);
          assert(Math.abs(inG![i]! - slope) <= 16 * EPSILON * (row + 1), `${engine} ${batch} ${data} ${i}`);
          assert(Math.abs(inX![i]! + (row + 1) * g) <= 4 * EPSILON * (row + 1) * Math.abs(g));
        }
        assert(
          Math.abs(energies![row]! - sum) <= (20 + data) * EPSILON * sum,
          `${engine} ${batch} ${data} ${row}`,
        );
      }
    }
  }
});

Deno.test("NaN and infinite logits show in −log p", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const x = tf.tensor([0, 1, 0, 1, 0], [5, 1]);
    const g = tf.tensor([NaN, NaN, Infinity, -Infinity, 2], [5, 1]);
    const [a, b, c, d, e] = await read(bernoulli().energy(x, g));
    assert(
      Number.isNaN(a) && Number.isNaN(b) && c === Infinity && d === Infinity,
      `${engine} ${[a, b, c, d]}`,
    );
    assert(Math.abs(e! - exactEnergy(0, 2)) < 1e-6);
  }
});

Deno.test("w and √w of Bernoulli are accurate relative to themselves where m saturates, and so is the slope of √w", async () => {
  const logits = [0, 0.5, 3, 9, 17, 40, 80, 100, 150].flatMap((size) => [size, -size]);
  for (const engine of ENGINES) {
    await startEngine(engine);
    const g = tf.tensor(logits, [1, logits.length]);
    const curvature = await read(bernoulli().curvature(g));
    const { info, gradients } = valueAndGradients(([logits]) => {
      const root = bernoulli().rootCurvature(logits!)!;
      return { value: tf.sum(root), info: { root } };
    }, [g]);
    const [roots, slopes] = [await read(info.root), await read(gradients[0]!)];
    logits.forEach((logit, i) => {
      const g = Math.fround(logit), m = sigmoid(g), w = m * sigmoid(-g);
      // exp takes what its argument, up to 80, is rounded by; the slope is ½ √w (1 − 2m).
      const within = (2 * Math.abs(g) + 40) * EPSILON;
      const near = (actual: number, exact: number, what: string): void =>
        assert(
          Math.abs(actual - exact) <= within * Math.abs(exact) + SMALLEST_NORMAL,
          `${engine} ${what} at ${g}: ${actual}, expected ${exact}`,
        );
      near(curvature[i]!, w, "w");
      near(roots[i]!, Math.sqrt(w), "√w");
      near(slopes[i]!, 0.5 * Math.sqrt(w) * (1 - 2 * m), "slope");
    });
  }
});

Deno.test("√w squared is w, and null stands for 1 alone", async () => {
  await startEngine("wasm");
  const g = tf.tensor([-3, -0.5, 0, 0.25, 2, 9], [2, 3]);
  for (const likelihood of [bernoulli(), ...[1e-3, 0.25, 1, 4, 1e3].map((variance) => gaussian(variance))]) {
    const [root, w] = [likelihood.rootCurvature(g), await read(likelihood.curvature(g))];
    const says = `${likelihood.kind} ${likelihood.variance}`;
    assertEquals(root === null, likelihood.variance === 1, says);
    const squares = root === null ? w.map(() => 1) : (await read(root)).map((x) => x * x);
    squares.forEach((square, i) => assertAlmostEquals(square / w[i]!, 1, 1e-5, says));
    if (likelihood.variance !== null) {
      w.forEach((x) => assertAlmostEquals(x * likelihood.variance!, 1, 1e-6, says));
    }
  }
});
