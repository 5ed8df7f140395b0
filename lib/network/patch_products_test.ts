import { assert, assertEquals } from "@std/assert";
import {
  type EngineName,
  normalTensor,
  type PatchSizes,
  read,
  startEngine,
  tf,
  valueAndGradients,
} from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { wasmHeap } from "../engine/backend/wasm.ts";
import { guardTests } from "../engine/guarded_tests.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { adjoint, inWeight, mapped } from "./linear_map.ts";
import { applyLayers, pushLayers } from "./piecewise_linear.ts";

guardTests();
const ENGINES = await promisedEngines("wasm", "native");

/** Strips of several images, of a part of one, and of one row; the last strip and the last chunk are shorter. */
const CASES: readonly (readonly [PatchSizes, filters: number, images: number])[] = [
  [{ image: [8, 8, 64], grid: [4, 4], kernel: [4, 4], stride: [2, 2], before: [1, 1] }, 9, 11],
  [{ image: [41, 37, 8], grid: [20, 18], kernel: [4, 4], stride: [2, 2], before: [1, 1] }, 5, 19],
  [{ image: [6, 300, 30], grid: [5, 300], kernel: [3, 3], stride: [1, 1], before: [1, 1] }, 3, 2],
];

/** y, and the gradients in x, W and b, of a convolution or a transposed one of so many images. */
async function everything(
  engine: EngineName,
  threads: number,
  [sizes, filters, images]: typeof CASES[number],
  transposed: boolean,
  tangents: number,
): Promise<Float32Array[]> {
  await startEngine(engine, { threads });
  const scope = tf.openScope();
  try {
    const { image, grid, kernel } = sizes;
    const [whole, made] = [image.reduce((a, b) => a * b), grid[0] * grid[1] * filters];
    const inputs = transposed ? made : whole, channels = transposed ? image[2] : filters;
    const x = normalTensor(key(1), [images, inputs]);
    const weight = normalTensor(key(2), [kernel[0] * kernel[1] * image[2], filters]);
    const bias = normalTensor(key(3), [channels]);
    const t = normalTensor(key(4), [images, tangents, inputs]);
    const convolution = { patches: sizes, transposed };
    const { info, gradients } = valueAndGradients(([x, weight, bias, t]) => {
      const layers = [{ weight: weight!, bias: bias!, slope: 0.3, convolution }];
      const y = tangents === 0
        ? applyLayers(layers, x!)
        : tf.concat([pushLayers(layers, x!, t!)].flatMap((jet) => [
          tf.reshape(jet.value, [-1]),
          tf.reshape(jet.tangents, [-1]),
        ]));
      return { value: tf.sum(tf.mul(y, normalTensor(key(9), y.shape))), info: { y } };
    }, [x, weight, bias, ...(tangents > 0 ? [t] : [])]);
    const all: Float32Array[] = [];
    for (const tensor of [info.y, ...gradients]) all.push(await read(tensor));
    return all;
  } finally {
    scope.close();
  }
}

/** Whether numbers are equal to the rounding of so many terms, whose sizes grow as the root of their number. */
function near(actual: readonly Float32Array[], expected: readonly Float32Array[], what: string): void {
  actual.forEach((values, part) => {
    const norm = Math.sqrt(expected[part]!.reduce((sum, v) => sum + v * v, 0) / values.length);
    const worst = values.reduce((most, v, i) => Math.max(most, Math.abs(v - expected[part]![i]!)), 0);
    // Sums of up to 7,000 rounded terms in two orders: errors of about √7000 · 2⁻²⁴ of the sum's size, six times that at most.
    assert(worst <= 6 * 84 * 2 ** -24 * norm * 4, `${what}, part ${part}: ${worst} of ${norm}`);
  });
}

Deno.test("in strips and chunks, convolutions and their gradients are those of the operations, whatever the threads", async () => {
  for (const [i, given] of CASES.entries()) {
    for (const transposed of [false, true]) {
      for (const tangents of i === 1 ? [0, 2] : [0]) {
        const expected = await everything("cpu", 1, given, transposed, tangents);
        for (const engine of ENGINES) {
          const what = `${engine}, case ${i}, transposed ${transposed}, ${tangents} tangents`;
          const alone = await everything(engine, 1, given, transposed, tangents);
          near(alone, expected, what);
          const { held } = wasmHeap();
          assertEquals(await everything(engine, 2, given, transposed, tangents), alone, what);
          assertEquals(wasmHeap().held, held, `${what}: scratch memory is kept`);
        }
      }
    }
  }
});

Deno.test("the linear map's adjoint and gradient are those of its definition", async () => {
  await startEngine("cpu");
  for (const [patches, filters, images] of CASES.slice(0, 2)) {
    for (const transposed of [false, true]) {
      const convolution = { patches, transposed };
      const size = patches.image.reduce((a, b) => a * b), made = patches.grid[0] * patches.grid[1] * filters;
      const [inputs, outputs] = transposed ? [made, size] : [size, made];
      const w = normalTensor(key(2), [patches.kernel[0] * patches.kernel[1] * patches.image[2], filters]);
      const x = normalTensor(key(1), [images, inputs]), u = normalTensor(key(3), [images, outputs]);
      const inner = async (a: tf.Tensor, b: tf.Tensor): Promise<number> =>
        (await read(tf.sum(tf.mul(a, b))))[0]!;
      // ⟨L x, u⟩ = ⟨x, L* u⟩ = ⟨W, dW⟩.
      const one = await inner(mapped(x, w, convolution), u);
      const size2 = Math.sqrt(await inner(x, x) * await inner(u, u));
      for (
        const other of [
          await inner(x, adjoint(u, w, convolution)),
          await inner(w, inWeight(x, u, w, convolution)),
        ]
      ) assert(Math.abs(one - other) < 1e-4 * size2, `${one} ${other}`);
    }
  }
});
