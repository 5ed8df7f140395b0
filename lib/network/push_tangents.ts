import { defineKernel, detach, multiply, slopeRows, slopes, tf } from "../engine/mod.ts";

const kernel = defineKernel<{ readonly slope: number }>({
  name: "GraePushTangents",
  shapes: ([t, w]) => [[t![0]!, t![1]!, w![1]!]],
  onHeap: (heap, [t, w, y], [out], { slope }, [[batch, tangents, inputs], [, outputs]]) => {
    multiply(heap, { m: batch * tangents, n: outputs, k: inputs, a: t, b: w, c: out });
    slopeRows(heap, out, y, out, [batch, tangents, outputs], slope);
  },
  compose: ([t, w, y], { slope }) => [slopes(product(t!, w!), y!, slope)],
  gradient: ([dt], [t, w, y], { slope }) => {
    const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, x.shape[2]!]);
    const du = slopes(dt!, y!, slope);
    return [
      () => tf.reshape(tf.matMul(flat(du), w!, false, true), t!.shape),
      () => tf.matMul(flat(t!), flat(du), true, false),
      () => tf.zerosLike(y!),
    ];
  },
});

/** T W for tangents `[batch, tangent, inputs]` and W `[inputs, outputs]`. */
export function product(tangents: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const [batch, count, inputs] = tangents.shape as [number, number, number];
  const flat = tf.matMul(tf.reshape(tangents, [batch * count, inputs]), weight);
  return tf.reshape(flat, [batch, count, weight.shape[1]!]);
}

/**
 * T W ∘ φ′ for piecewise linear φ, in one kernel: φ′ is 1 where the layer's output y is above 0, elsewhere `slope`, and a
 * constant to a reverse pass.
 *
 * @param tangents T: `[batch, tangent, inputs]`
 * @param weight W: `[inputs, outputs]`
 * @param y the layer's output: `[batch, outputs]`
 * @param slope from 0 to 1
 * @returns `[batch, tangent, outputs]`
 */
export function pushTangents(
  tangents: tf.Tensor,
  weight: tf.Tensor,
  y: tf.Tensor,
  slope: number,
): tf.Tensor {
  return slope === 1 ? product(tangents, weight) : kernel([tangents, weight, detach(y)], { slope })[0]!;
}
