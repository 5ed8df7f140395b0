/**
 * −log p of Bernoulli in one kernel, and its gradient in another.
 *
 * Why: softplus(g) − x g is a difference of nearly equal numbers where a model is certain and right, and takes three passes.
 *
 * @module
 */

import { rowsPerChunk } from "../engine/kernels/elementwise.ts";
import { assertAlike } from "../engine/kernels/rows.ts";
import { defineKernel, scaleRows, tf } from "../engine/mod.ts";

/** −log p(x; g) of Bernoulli and its derivative in the logit g, in double precision: see `bernoulli.as`. */
const energyOf = (x: number, g: number): number =>
  Math.log1p(Math.exp(-Math.abs(g))) + (g > 0 ? g * (1 - x) : -g * x);
const slopeOf = (x: number, g: number): number => {
  const e = Math.exp(-Math.abs(g));
  return g > 0 ? (1 - x) - e / (1 + e) : e / (1 + e) - x;
};

const bernoulliSlopesKernel = defineKernel<Record<never, never>>({
  name: "GraeBernoulliSlopes",
  shapes: ([x]) => [[...x!]],
  compute: ([x, g, c], [out], _, [shape]) => {
    const columns = shape![1]!;
    out!.forEach((_, i) => out![i] = c![Math.floor(i / columns)]! * slopeOf(x![i]!, g![i]!));
  },
  onHeap: ({ team }, [x, g, c], [out], _, [[rows, columns]]) => {
    const size = rowsPerChunk(columns);
    const args = { rows, columns, size, x, g, c, out };
    team.run("bernoulliSlopes", Math.ceil(rows / size), args, 20 * rows * columns);
  },
  compose: ([x, g, c]) => {
    // σ(−|g|) with the sign of −g, so that nothing near 1 is subtracted from 1.
    const positive = tf.step(g!), small = tf.sigmoid(tf.neg(tf.abs(g!)));
    const slope = tf.sub(tf.sub(positive, x!), tf.mul(tf.sub(tf.mul(2, positive), 1), small));
    return [tf.mul(slope, tf.reshape(c!, [-1, 1]))];
  },
});

const bernoulliEnergyKernel = defineKernel<Record<never, never>>({
  name: "GraeBernoulliEnergy",
  shapes: ([x]) => [[x![0]!]],
  compute: ([x, g], [out], _, [shape]) => {
    const columns = shape![1]!;
    out!.forEach((_, row) => {
      let sum = 0;
      for (let i = row * columns; i < (row + 1) * columns; i++) sum += energyOf(x![i]!, g![i]!);
      out![row] = sum;
    });
  },
  onHeap: ({ team }, [x, g], [out], _, [[rows, columns]]) => {
    const size = rowsPerChunk(columns);
    const args = { rows, columns, size, x, g, out };
    team.run("bernoulliEnergies", Math.ceil(rows / size), args, 20 * rows * columns);
  },
  compose: ([x, g]) => {
    const wrong = tf.mul(g!, tf.sub(tf.step(g!), x!));
    return [tf.sum(tf.add(tf.softplus(tf.neg(tf.abs(g!))), wrong), 1)];
  },
  gradient: ([dy], [x, g]) => [
    () => scaleRows(g!, dy!, -1),
    () => bernoulliSlopesKernel([x!, g!, dy!], {})[0]!,
  ],
});

/**
 * −log p(x; g) = Σ_j log(1 + exp(g_j)) − x_j g_j of Bernoulli for each row, accurate relative to itself: x, g `[rows, columns]`
 * ↦ `[rows]`, x from 0 to 1.
 */
export function bernoulliEnergy(x: tf.Tensor, g: tf.Tensor): tf.Tensor {
  assertAlike("bernoulliEnergy", { x, g });
  return bernoulliEnergyKernel([x, g], {})[0]!;
}
