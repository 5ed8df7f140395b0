/**
 * Points of N(0, I) in one or two dimensions on rings: as many angles on each, equally spaced, all of the same weight.
 *
 * A map that turns every ring by its own angle only shifts a periodic integrand along its ring, so that averages before
 * and after agree as soon as the trapezoidal rule is exact on each ring, which for analytic integrands it is to rounding
 * (Trefethen and Weideman 2014). Between the rings nothing has to be exact.
 *
 * @module
 */

/** Radii at the quantiles (k + ½)/8 of ‖z‖: up to 2.4. In one dimension a ring is the pair ±r. */
export function rings(latent: number): number[][] {
  const radii = Array.from({ length: 8 }, (_, k) => Math.sqrt(-2 * Math.log((k + 0.5) / 8)));
  const angles = Array.from({ length: 64 }, (_, k) => (k + 0.5) * Math.PI / 32);
  return latent === 1
    ? radii.flatMap((r) => [[r], [-r]])
    : radii.flatMap((r) => angles.map((angle) => [r * Math.cos(angle), r * Math.sin(angle)]));
}
