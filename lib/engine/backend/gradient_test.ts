import { assertEquals } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
import { read, startEngine, tf, valueAndGradients } from "../mod.ts";
import { withGradient } from "./gradient.ts";

/** x³, which saves x² for 3 x² dy. */
const cube = (x: tf.Tensor): tf.Tensor =>
  withGradient(
    [x],
    (save) => {
      const square = tf.square(x);
      save([square]);
      return [tf.mul(square, x)];
    },
    ([dy], [square]) => [() => tf.mul(tf.mul(3, square!), dy!)],
  )[0]!;

/** The same as the forward pass of another operation, within which nothing is taped. */
const nested = (x: tf.Tensor): tf.Tensor =>
  withGradient([x], () => [cube(x)], ([dy]) => [() => tf.mul(dy!, tf.mul(3, tf.square(x)))])[0]!;

for (const engine of ["wasm", "cpu"] as const) {
  Deno.test(`what an operation saves is kept for a reverse pass alone, and no longer than it (${engine})`, async () => {
    await startEngine(engine);
    const x = tf.tensor([2, -1, 3]);
    const held = (): readonly number[] => [tf.memory().numTensors, tfjs.backend().numDataIds()];
    const before = held();
    for (const f of [cube, nested]) {
      const y = f(x);
      assertEquals([...await read(y)], [8, -1, 27]);
      y.dispose();
      assertEquals(held(), before, "outside of a gradient");
      const { value, gradients } = valueAndGradients(([x]) => ({ value: tf.sum(f(x!)), info: {} }), [x]);
      assertEquals([...await read(gradients[0]!)], [12, 3, 27]);
      tf.dispose([value, ...gradients]);
      assertEquals(held(), before, "in a gradient");
    }
    x.dispose();
  });
}
