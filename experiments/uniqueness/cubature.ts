import { type Key, tf, uniform } from "../../lib/engine/mod.ts";

/** Points around the origin, and as many at it. */
const CORNERS = 6;
/** How many points {@link cubature} has. */
export const CUBATURE_POINTS = 2 * CORNERS;

/**
 * Noise for a loss without sampling error: points of equal weight in two dimensions whose mean over them is that over
 * N(0, I) for every polynomial up to the fifth degree. Half are at 0 and half on a hexagon of radius 2, since
 * (0 + 2²)/2 = E‖ε‖² and (0 + 2⁴)/2 = E‖ε‖⁴.
 *
 * For a linear decoder the loss is exact. The hexagon is turned by a random angle for each example, so that what is left for
 * others favours no direction.
 *
 * @returns ε: `[sample, batch, 2]`
 */
export function cubature(key: Key, batch: number): tf.Tensor {
  const angles = uniform(key, batch);
  const noise = new Float32Array(CUBATURE_POINTS * batch * 2);
  for (let corner = 0; corner < CORNERS; corner++) {
    angles.forEach((u, example) => {
      const angle = 2 * Math.PI * (u + corner / CORNERS);
      noise.set([2 * Math.cos(angle), 2 * Math.sin(angle)], 2 * (corner * batch + example));
    });
  }
  return tf.tensor(noise, [CUBATURE_POINTS, batch, 2]);
}
