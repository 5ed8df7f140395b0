import {
  assertScalar,
  assertShape,
  type Axes,
  defineKernel,
  detach,
  noGradient,
  rowDots,
  type Scalar,
  scalarTensor,
  scaleRows,
  tf,
} from "../engine/mod.ts";
import { gradientThroughSquare, roundingThrough, throughSquare } from "./through_square.ts";

/** How many times ε of itself and of the scale a norm may be off before it is made again from J. */
const TRUSTED = 100;

/**
 * Inputs: T, the norms as float32 has them, T M (T itself where T is Jᵀ), the scale; through W also W, and the sizes of T
 * and M. Output: the norms.
 */
const kernel = defineKernel<Record<never, never>>({
  name: "GraeSquaredColumnNorms",
  shapes: ([t]) => [[t![0]!, t![1]!]],
  compute: ([tangents, norms, , scale, last, tangentSizes, squareSizes], [out]) => {
    out!.set(norms!);
    if (!last) return;
    const rounding = roundingThrough(squareSizes!), width = squareSizes!.length;
    norms!.forEach((norm, i) => {
      if (tangentSizes![i]! * rounding > TRUSTED * (scale![0]! + Math.abs(norm))) {
        out![i] = squaredNorm(tangents!.subarray(i * width, (i + 1) * width), last);
      }
    });
  },
  compose: ([t, norms]) => [tf.reshape(norms!, t!.shape.slice(0, 2))],
  gradient: ([dy], [tangents, , mapped, , last]) => {
    const scaled = (x: tf.Tensor): tf.Tensor =>
      tf.reshape(scaleRows(tf.reshape(x, [-1, x.shape[2]!]), tf.reshape(dy!, [-1]), 2), x.shape);
    return [
      () => scaled(mapped!),
      ...(last
        ? [
          noGradient,
          noGradient,
          noGradient,
          () => gradientThroughSquare(scaled(tangents!), tangents!, last),
          noGradient,
          noGradient,
        ]
        : [noGradient, noGradient, noGradient]),
    ];
  },
});

/** ‖tᵀ W‖² in double precision. */
function squaredNorm(t: Float32Array, last: Float32Array): number {
  const data = last.length / t.length;
  const row = new Float64Array(data);
  t.forEach((x, j) => {
    for (let c = 0; c < data; c++) row[c]! += x * last[j * data + c]!;
  });
  return row.reduce((sum, x) => sum + x * x, 0);
}

/**
 * ‖J_{:i}‖² for every column of J, differentiable in its factors.
 *
 * Through W, J itself is not formed: ‖J_{:i}‖² = t_iᵀ (W Wᵀ) t_i. Where rows of W cancel so far that float32 would lose
 * digits that matter beside `scale`, that column is made again in double precision (engines with host memory).
 *
 * @param tangents Jᵀ: `[batch, latent, data]`; or T with Jᵀ = T W, `[batch, latent, width]`
 * @param last W: `[width, data]`
 * @param scale what the norms are added to or compared with, such as β: a number, or a float32 scalar
 * @returns `[batch, latent]`
 * @throws TypeError for shapes
 */
export function squaredColumnNorms(tangents: tf.Tensor, last?: tf.Tensor, scale: Scalar = 0): tf.Tensor {
  const axes: Axes = new Map();
  assertShape("squaredColumnNorms", "tangents", tangents, "batch latent width", axes);
  if (last) assertShape("squaredColumnNorms", "last", last, "width data", axes);
  assertScalar("squaredColumnNorms", "scale", scale);
  if (last) {
    const { mapped, products, tangentSizes, squareSizes } = throughSquare(tangents, last, true);
    return kernel([tangents, products, mapped, scalarTensor(scale), last, tangentSizes, squareSizes], {})[0]!;
  }
  const t = detach(tangents), flat = tf.reshape(t, [-1, t.shape[2]!]);
  return kernel([tangents, rowDots(flat, flat), t, scalarTensor(scale)], {})[0]!;
}
