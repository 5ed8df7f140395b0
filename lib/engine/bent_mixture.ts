/**
 * Jobs of a recording that are better done as one: a product of small matrices, (C_b T_b), that nobody takes but who bends it,
 * (C_b T_b) φ′_b in its place. So it is bent while it is in the first cache, to the same bits.
 *
 * @module
 */

import { KERNEL } from "./simd/simd.ts";
import type { Job } from "./team.ts";

/** What is bent in its place by the sign of what, by their byte offsets. */
export interface Bend {
  readonly t: number;
  readonly y: number;
}

/** What a job bends in its place; null for another job. */
export function bendOf([kernel, , args]: Job): Bend | null {
  const [t, y, out] = args.slice(4);
  return kernel === KERNEL.slopes && t === out ? { t: t!, y: y! } : null;
}

/** A mixture and the job that bends it as one job; null if they are not that. */
export function bentMixture([kernel, batch, args, work]: Job, [, , bending, more]: Job): Job | null {
  const [m, columns, k, c, t, out] = args as [number, number, number, number, number, number];
  const [rows, width, , slope, , y, place, per] = bending as number[] & Record<0 | 1 | 3 | 5 | 6 | 7, number>;
  const fits = kernel === KERNEL.mix && place === out && rows === batch && per === m && width === columns;
  return fits ? [kernel, batch, [m, columns, k, c, t, out, y, slope], work + more] : null;
}
