/**
 * What the live page says of its numbers.
 *
 * @module
 */

import { planeShortfall } from "../../lib/symmetry/mod.ts";
import type { Settings, Solution } from "./model.ts";

/** A number with four decimals: float32 holds no more of a loss of some tens of nats. */
export function decimals(value: number): string {
  const text = Math.abs(value).toFixed(4);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** What mean-field loses at this angle, where it would lose most, and where nothing. */
export function words({ degrees, variances: [v1, v2], beta }: Settings, { curve }: Solution): string {
  if (v1 === v2) return "The variances are equal: mean-field loses nothing at any angle, so it prefers none.";
  const most = decimals(planeShortfall([1 / v1, 1 / v2], Math.PI / 4, beta));
  if (degrees % 90 === 0) {
    return `At ${degrees}° mean-field loses nothing: RPRᵀ is diagonal. It would lose most at 45°, ${most} nats.`;
  }
  const here = `At ${degrees}° mean-field loses ${decimals(curve)} nats`;
  return degrees % 90 === 45
    ? `${here}, the most there is: it is no better than isotropic. At 0° or 90° it would lose nothing.`
    : `${here}. It would lose most at 45°, ${most}, and nothing at 0° or 90°.`;
}
