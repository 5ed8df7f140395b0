import { assert } from "@std/assert";
import {
  type EngineName,
  key,
  normalTensor,
  read,
  startEngine,
  tf,
  valueAndGradients,
} from "../engine/mod.ts";
import { pushJet } from "./jet.ts";
import { affine } from "./layer.ts";

const ENGINES: EngineName[] = ["wasm"];
for (const name of ["native", "webgpu"] as const) {
  if (await startEngine(name).then(() => true, () => false)) ENGINES.push(name);
}

/** Values and gradients of a function of tensors of these shapes, weighed so that every number counts differently. */
async function everything(
  engine: EngineName,
  shapes: readonly (readonly number[])[],
  f: (xs: readonly tf.Tensor[]) => tf.Tensor,
): Promise<Float32Array[]> {
  await startEngine(engine);
  const scope = tf.openScope();
  try {
    const xs = shapes.map((shape, i) => normalTensor(key(i), shape));
    const { info, gradients } = valueAndGradients((given) => {
      const value = f(given);
      return { value: tf.sum(tf.mul(value, normalTensor(key(99), value.shape))), info: { value } };
    }, xs);
    const all: Float32Array[] = [];
    for (const tensor of [info.value, ...gradients]) all.push(await read(tensor));
    return all;
  } finally {
    scope.close();
  }
}

async function agree(
  shapes: readonly (readonly number[])[],
  f: (xs: readonly tf.Tensor[]) => tf.Tensor,
  sums: number,
): Promise<void> {
  const expected = await everything("cpu", shapes, f);
  for (const engine of ENGINES) {
    const actual = await everything(engine, shapes, f);
    actual.forEach((values, part) => {
      const worst = values.reduce((most, v, i) => Math.max(most, Math.abs(v - expected[part]![i]!)), 0);
      // Two float32 sums of that many products of N(0, 1) numbers.
      assert(worst <= 16 * 2 ** -24 * sums, `${engine}, part ${part} of ${shapes.join(" × ")}: ${worst}`);
    });
  }
}

/** From one number to what threads share; edges of every kind. */
const SIZES = [[1, 1, 1], [5, 7, 3], [130, 70, 67], [64, 33, 128]] as const;

Deno.test("φ(x W + b) in one kernel: value and gradients are those of the operations, on every engine", async () => {
  for (const slope of [1, 0, 0.2]) {
    for (const [batch, inputs, outputs] of SIZES) {
      await agree(
        [[batch, inputs], [inputs, outputs], [outputs]],
        ([x, w, b]) => affine(x!, w!, b!, slope),
        Math.max(batch, inputs, outputs),
      );
    }
  }
});

/** Two layers: values and tangents behind each other. */
const jet = (slope: number) => ([x, t, w, b, v, c]: readonly tf.Tensor[]): tf.Tensor => {
  const layers = [{ weight: w!, bias: b!, slope }, { weight: v!, bias: c!, slope: 1 }];
  const { value, tangents } = pushJet(layers, x!, t!);
  return tf.concat([tf.reshape(value, [-1]), tf.reshape(tangents, [-1])]);
};

Deno.test("values and tangents in one product a layer: value and gradients are those of the operations", async () => {
  for (const slope of [1, 0, 0.2]) {
    for (const [batch, inputs, outputs] of SIZES) {
      await agree(
        [[batch, inputs], [batch, 3, inputs], [inputs, outputs], [outputs], [outputs, 5], [5]],
        jet(slope),
        4 * Math.max(batch, inputs, outputs) ** 1.5,
      );
    }
  }
});

Deno.test("a jet's tangents are the differences of its values, on every engine", async () => {
  // x W + b is far from 0, so a small step crosses no kink.
  const x = [1, 2, -3, 1], tangents = [[1, 0], [0, 1], [2, -1], [0, 4]], step = 2 ** -6;
  for (const engine of ["cpu", ...ENGINES] as const) {
    await startEngine(engine);
    for (const slope of [0, 0.2, 1]) {
      const layer = { weight: tf.tensor([1, -1, 0.5, 2], [2, 2]), bias: tf.tensor([1, -4]), slope };
      const at = async (given: number[]): Promise<{ value: Float32Array; tangents: Float32Array }> => {
        const parts = pushJet([layer], tf.tensor(given, [2, 2]), tf.tensor(tangents.flat(), [2, 2, 2]));
        return { value: await read(parts.value), tangents: await read(parts.tangents) };
      };
      const here = await at(x);
      for (const [row, tangent] of tangents.entries()) {
        const example = Math.floor(row / 2);
        const moved = await at(
          x.map((v, i) => v + (Math.floor(i / 2) === example ? step * tangent[i % 2]! : 0)),
        );
        for (const j of [0, 1]) {
          const difference = (moved.value[2 * example + j]! - here.value[2 * example + j]!) / step;
          assert(Math.abs(here.tangents[2 * row + j]! - difference) < 1e-4, `${engine} ${slope} ${row} ${j}`);
        }
      }
    }
  }
});

Deno.test("NaN and infinities go through a fused layer as through its parts", async () => {
  for (const slope of [0, 0.2]) {
    for (const engine of ["cpu", ...ENGINES] as const) {
      await startEngine(engine);
      const x = tf.tensor([NaN, 1, -Infinity, 2, Infinity, 3], [6, 1]);
      const y = await read(affine(x, tf.tensor([1], [1, 1]), tf.tensor([0]), slope));
      const expected = [NaN, 1, slope && -Infinity, 2, Infinity, 3];
      expected.forEach((v, i) => assert(Object.is(y[i], v), `${engine} ${slope}: ${y}`));
    }
  }
});
