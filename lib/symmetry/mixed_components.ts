import { assertOrthogonal, type Matrix, ROUNDING } from "./matrix.ts";

/**
 * Which latents a rotation mixes: the connected components of the graph that joins two latents wherever some output of
 * R z depends on both.
 *
 * ```ts
 * import { mixedComponents } from "./mixed_components.ts";
 * import { planeRotation } from "./plane_rotation.ts";
 * console.assert(JSON.stringify(mixedComponents(planeRotation(3, 0, 2, 0.1))) === "[[0,2],[1]]");
 * ```
 *
 * Source: slide "Choice of Q can lead to uniqueness" (Darmois 1953, Skitovitch 1953).
 *
 * @param rotation R, orthogonal: `[latent, latent]`; entries below 1e-12 are rounding
 * @returns the latents of each component in increasing order, components by their first latent
 * @throws RangeError unless R is orthogonal; TypeError for a wrong shape
 */
export function mixedComponents(rotation: Matrix): number[][] {
  assertOrthogonal("mixedComponents", rotation);
  const root = rotation.map((_, latent) => latent);
  for (const row of rotation) {
    const mixed = root.filter((_, latent) => Math.abs(row[latent]!) > ROUNDING);
    const least = Math.min(...mixed);
    root.forEach((label, latent) => root[latent] = mixed.includes(label) ? least : label);
  }
  return root.map((_, first) => root.flatMap((label, latent) => (label === first ? [latent] : [])))
    .filter((component) => component.length > 0);
}
