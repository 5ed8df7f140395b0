import { meanGap, meanOf, pairedColumns, type Rows, varianceOf } from "./rows.ts";

/**
 * Separated attribute predictability, of factors whose classes are in order:
 *
 * ```math
 * SAP = (1/F) ∑_f (R²_{i₁f} − R²_{i₂f}), R²_{if} = cov(z_i, f)²/(var z_i var f)
 * ```
 *
 * The classes count as numbers. A latent that never changes says nothing.
 *
 * Source: Kumar, Sattigeri, Balakrishnan, *Variational Inference of Disentangled Latent Concepts*, 2018.
 *
 * @param codes `[n, latent]`
 * @param factors `[n, factor]`
 * @throws RangeError for a factor that never changes or a number that is not finite; TypeError for a shape
 */
export function separatedAttributePredictability(codes: Rows, factors: Rows): number {
  const doing = "separatedAttributePredictability";
  const [latents, columns] = pairedColumns(doing, codes, factors), n = codes.length;
  const moments = (v: Float64Array): { centre: number; spread: number } => ({
    centre: meanOf(v),
    spread: varianceOf(v),
  });
  const ofLatents = latents.map(moments);
  return meanGap(columns.length, (f) => {
    const factor = columns[f]!, own = moments(factor);
    if (own.spread === 0) {
      throw new RangeError(
        `${doing}: every factor must change, but factor ${f} is ${factor[0]} throughout; leave it out`,
      );
    }
    return latents.map((code, i) => {
      const { centre, spread } = ofLatents[i]!;
      if (spread === 0) return 0;
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (code[k]! - centre) * (factor[k]! - own.centre);
      return (sum / n) ** 2 / (spread * own.spread);
    });
  });
}
