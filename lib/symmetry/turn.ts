/**
 * Plane rotations of one point by angles in proportion to its squared norm.
 *
 * @module
 */

import type { Vector } from "./matrix.ts";

/** Two latents and the rate at which their plane turns. */
type Plane = readonly [i: number, k: number, rate: number];

/** Every pair of latents with its rate, in the order of the rates. */
export function pairs(rates: Vector, latent: number): Plane[] {
  const planes: Plane[] = [];
  for (let i = 0; i < latent; i++) {
    for (let k = i + 1; k < latent; k++) planes.push([i, k, rates[planes.length]!]);
  }
  return planes;
}

/** The point after the planes have turned, the first of them first. */
export function turn(planes: readonly Plane[], z: Vector): number[] {
  const square = z.reduce((sum, value) => sum + value * value, 0);
  const point = [...z];
  for (const [i, k, rate] of planes) {
    const c = Math.cos(rate * square), s = Math.sin(rate * square);
    const a = point[i]!, b = point[k]!;
    point[i] = c * a - s * b;
    point[k] = s * a + c * b;
  }
  return point;
}

/** Requires a rate for each pair of latents. */
export function assertRates(doing: string, rates: Vector, latent: number): void {
  const required = latent * (latent - 1) / 2;
  if (rates.length !== required) {
    throw new RangeError(
      `${doing}: ${latent} latents have ${required} pairs, each of which needs a rate, but ${rates.length} rates were given`,
    );
  }
}
