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
import { affine } from "./affine.ts";
import { pushTangents } from "./push_tangents.ts";

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

Deno.test("T W ∘ φ′ in one kernel: value and gradients are those of the operations, and nothing flows to y", async () => {
  for (const slope of [1, 0, 0.2]) {
    for (const [batch, inputs, outputs] of SIZES) {
      await agree(
        [[batch, 3, inputs], [inputs, outputs], [batch, outputs]],
        ([t, w, y]) => pushTangents(t!, w!, y!, slope),
        3 * Math.max(batch, inputs, outputs),
      );
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
