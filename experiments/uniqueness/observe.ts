import { foldIn, type Key, normal } from "../../lib/engine/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";
import type { TrueActivation } from "../../properties/laws/trained.ts";
import { ACTIVATE } from "./activation.ts";

/**
 * Examples of x = ν(Wz) + ε, z ~ N(0, I), ε ~ N(0, σ² I).
 *
 * Source: slide "Generative model of data".
 *
 * @param weights W: `[data][latent]`
 * @param noise σ ≥ 0
 * @param key draws z and ε; z does not depend on σ
 * @returns `[count, data]`, row by row
 */
export function observe(
  weights: Matrix,
  activation: TrueActivation,
  noise: number,
  count: number,
  key: Key,
): Float32Array {
  const data = weights.length;
  const latent = weights[0]!.length;
  const bend = ACTIVATE[activation].ofNumber;
  const z = normal(foldIn(key, 0), count * latent);
  const x = normal(foldIn(key, 1), count * data);
  for (let example = 0; example < count; example++) {
    weights.forEach((row, k) => {
      let u = 0;
      row.forEach((w, j) => u += w * z[example * latent + j]!);
      const at = example * data + k;
      x[at] = bend(u) + noise * x[at]!;
    });
  }
  return x;
}
