import { assertClasses, meanGap, pairedColumns, type Rows } from "./rows.ts";

/** Counts of classes of n examples ↦ n times their entropy in nats. */
function entropy(counts: Iterable<number>, n: number): number {
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= count * Math.log(count / n);
  return sum;
}

/** The bin of each code, of so many that are equally wide between the least and the greatest; the greatest is in the last. */
function binsOf(code: Float64Array, bins: number): Uint32Array {
  let least = Infinity, greatest = -Infinity;
  for (const entry of code) {
    least = Math.min(least, entry);
    greatest = Math.max(greatest, entry);
  }
  const scale = greatest > least ? bins / (greatest - least) : 0;
  return Uint32Array.from(code, (entry) => Math.min(bins - 1, Math.floor((entry - least) * scale)));
}

/** How often each bin has each class, `[bin, class]`. */
function jointCounts(bins: Uint32Array, count: number, classes: Uint32Array, kinds: number): Uint32Array {
  const counts = new Uint32Array(count * kinds);
  bins.forEach((bin, n) => counts[bin * kinds + classes[n]!]!++);
  return counts;
}

/** What {@link mutualInformationGap} may be told. */
export interface MutualInformationGapOptions {
  /** Bins of a latent, from 2; 20 by default. */
  readonly bins?: number;
}

/**
 * The mutual information gap:
 *
 * ```math
 * MIG = (1/F) ∑_f (I(z_{i₁}; f) − I(z_{i₂}; f))/H(f)
 * ```
 *
 * Each latent has 20 bins of equal width between its least and its greatest code; informations and entropies are those of the counts.
 *
 * Source: Chen et al., *Isolating Sources of Disentanglement in VAEs*, 2018; bins of Locatello et al., 2019.
 *
 * @param codes `[n, latent]`
 * @param factors classes from 0: `[n, factor]`
 * @throws RangeError for a factor that never changes, a class that is none, a code that is not finite; TypeError for a shape
 */
export function mutualInformationGap(
  codes: Rows,
  factors: Rows,
  { bins = 20 }: MutualInformationGapOptions = {},
): number {
  const doing = "mutualInformationGap";
  if (!Number.isInteger(bins) || bins < 2) {
    throw new RangeError(`${doing}: bins must be a whole number from 2, but it is ${bins}`);
  }
  const [latents, columns] = pairedColumns(doing, codes, factors), n = codes.length;
  const binned = latents.map((code) => binsOf(code, bins));
  const binEntropies = binned.map((own) => entropy(jointCounts(own, bins, new Uint32Array(n), 1), n));
  return meanGap(columns.length, (f) => {
    assertClasses(doing, `classes of factor ${f}`, columns[f]!);
    const classes = Uint32Array.from(columns[f]!), kinds = Math.max(...new Set(classes)) + 1;
    const own = entropy(jointCounts(classes, kinds, new Uint32Array(n), 1), n);
    if (own === 0) {
      throw new RangeError(
        `${doing}: every factor must change, but factor ${f} is ${
          columns[f]![0]
        } throughout: its entropy is 0; leave it out`,
      );
    }
    return binned.map((code, i) =>
      (binEntropies[i]! + own - entropy(jointCounts(code, bins, classes, kinds), n)) / own
    );
  });
}
