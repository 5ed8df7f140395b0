import { columnsOf, type Rows } from "./rows.ts";

/** A mean-field Gaussian posterior for each example of a data set, and a draw from each. */
export interface EncodedSet {
  /** `[n, latent]` */
  readonly mean: Rows;
  /** Standard deviations, above 0: `[n, latent]`. */
  readonly deviation: Rows;
  /** z ~ q(z|x): `[n, latent]`. */
  readonly samples: Rows;
}

/**
 * The mutual information of example and latent, in nats, by the aggregate posterior of the N examples that are given:
 *
 * ```math
 * I = (1/N) ∑ᵢ (log q(zᵢ|xᵢ) − log (1/N) ∑ⱼ q(zᵢ|xⱼ)) ≤ log N
 * ```
 *
 * For these N examples it is unbiased. As an estimate for the population that they are drawn from it is too small, and it cannot exceed
 * log N: where it is near log N, give more examples. It takes N² densities.
 *
 * Source: Hoffman, Johnson, *ELBO Surgery*, 2016.
 *
 * @throws RangeError for a deviation that is not above 0; TypeError for a shape
 */
export function latentInformation({ mean, deviation, samples }: EncodedSet): number {
  const doing = "latentInformation", n = mean.length;
  const tables = { mean, deviation, samples };
  const [means, deviations, draws] = Object.entries(tables).map(([name, rows]) =>
    columnsOf(doing, name, rows)
  ) as [
    Float64Array[],
    Float64Array[],
    Float64Array[],
  ];
  for (const [name, rows] of Object.entries(tables)) {
    if (rows.length === n && rows[0]!.length === means.length) continue;
    throw new TypeError(
      `${doing}: mean, deviation and samples must have one shape, but mean is [${n}, ${means.length}] and ${name} is [${rows.length}, ${
        rows[0]!.length
      }]`,
    );
  }
  const wrong = deviations.flatMap((column) => [...column]).find((entry) => !(entry > 0));
  if (wrong !== undefined) {
    throw new RangeError(`${doing}: deviations must be above 0, but one is ${wrong}; they are σ, not log σ`);
  }
  // log q(z|x_j) = −½ Σ ((z − m)/s)² − Σ log s, less a constant that cancels.
  const logScales = Float64Array.from(
    { length: n },
    (_, j) => deviations.reduce((sum, s) => sum + Math.log(s[j]!), 0),
  );
  const logs = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let top = -Infinity, mass = 0;
    for (let j = 0; j < n; j++) {
      let square = 0;
      for (let k = 0; k < means.length; k++) {
        square += ((draws[k]![i]! - means[k]![j]!) / deviations[k]![j]!) ** 2;
      }
      logs[j] = -square / 2 - logScales[j]!;
      top = Math.max(top, logs[j]!);
    }
    for (let j = 0; j < n; j++) mass += Math.exp(logs[j]! - top);
    sum += logs[i]! - top - Math.log(mass / n);
  }
  return sum / n;
}
