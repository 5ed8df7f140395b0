/**
 * D1, D2: scores that are gaps between the two latents that say the most of a factor.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import type { Ledger } from "../../contract/ledger.ts";
import type { Matrix, Vector } from "../../contract/subject.ts";
import type { Tolerance } from "../../contract/tolerance.ts";
import { recordGiven, seed, signed, sizeUpTo } from "../arbitrary/number.ts";
import { signedPermutation } from "../arbitrary/rotation.ts";
import { column, multiply, sum, tabulate, transpose } from "../reference/algebra.ts";
import { uniformSource } from "../reference/random.ts";
import { mean } from "../reference/statistics.ts";

/** Bins of a latent. */
const BINS = 20;

/** Codes whose bins are known, and classes of factors. */
interface Table {
  /** The bin of each code: `[n][latent]`. */
  readonly bins: Matrix;
  /** `[n][latent]` */
  readonly codes: Matrix;
  /** `[n][factor]` */
  readonly factors: Matrix;
}

/**
 * Codes well inside their bins, so that no rounding moves one into another; every latent has its least and its greatest value, and one
 * latent in two follows a factor, so that the gaps are not all near 0.
 */
function table(latent: number, factor: number, n: number, from: number): Table {
  const uniform = uniformSource(from);
  const below = (count: number): number => Math.floor(count * uniform());
  const sizes = Array.from({ length: factor }, () => 2 + below(4));
  const factors = tabulate(n, factor, (row, f) => row < 2 ? row : below(sizes[f]!));
  const follows = Array.from({ length: latent }, () => uniform() < 0.5 ? below(factor) : undefined);
  const bins = tabulate(n, latent, (row, i) => {
    if (row < 2) return row * (BINS - 1);
    const f = follows[i];
    return f === undefined || uniform() < 0.2 ? below(BINS) : 3 * factors[row]![f]! + below(3);
  });
  const scales = Array.from({ length: latent }, () => [uniform() - 0.5, 0.5 + 2 * uniform()] as const);
  const codes = bins.map((row, at) =>
    row.map((bin, i) => {
      const within = at < 2 ? at : (bin + 0.1 + 0.8 * uniform()) / BINS;
      return scales[i]![0] + scales[i]![1] * within;
    })
  );
  return { bins, codes, factors };
}

const tables = recordGiven(
  fc.record({
    latent: sizeUpTo(1, 4, 8),
    factor: sizeUpTo(1, 3, 5),
    n: fc.integer({ min: 6, max: 60 }),
    seed,
  }),
  ({ latent, factor, n, seed }) => ({ ...table(latent, factor, n, seed), turn: signedPermutation(latent) }),
);

/** −Σ p log p of counts. */
function entropy(counts: Iterable<number>, n: number): number {
  return -sum([...counts].map((count) => count / n * Math.log(count / n)));
}

/** Σ p(a, b) log p(a, b)/(p(a) p(b)), by counts. */
function information(a: Vector, b: Vector): number {
  const n = a.length, joint = new Map<number, number>(), first = new Map<number, number>();
  const second = new Map<number, number>(), key = (i: number): number => 1000 * a[i]! + b[i]!;
  a.forEach((left, i) => {
    for (const [counts, entry] of [[joint, key(i)], [first, left], [second, b[i]!]] as const) {
      counts.set(entry, (counts.get(entry) ?? 0) + 1);
    }
  });
  return sum([...joint].map(([pair, count]) => {
    const [left, right] = [Math.floor(pair / 1000), pair % 1000];
    return count / n * Math.log(count * n / (first.get(left)! * second.get(right)!));
  }));
}

const classEntropy = (v: Vector): number =>
  entropy([...Map.groupBy(v, (entry) => entry).values()].map(({ length }) => length), v.length);

/** The mean over factors of the greatest less the second of what latents say of them. */
function meanGap(says: Matrix): number {
  return mean(says.map((row) => {
    const [first = 0, second = 0] = row.toSorted((a, b) => b - a);
    return first - second;
  }));
}

const rounding = (n: number, expect: Ledger): Tolerance =>
  expect.rounding("rounding of sums over the counts, over the entropy of a factor", { c: 64 * n, scale: 4 });

const gapOfCounts = clause({
  says: "the gap of the mutual informations of 20 bins of equal width with a factor, over its entropy",
  needs: ["scores.mutualInformationGap"],
  given: tables,
  examine: async ({ scores }, { bins, codes, factors }, expect) => {
    const says = transpose(factors).map((factor) =>
      transpose(bins).map((latent) => information(latent, factor) / classEntropy(factor))
    );
    expect.close(
      "MIG",
      await scores.mutualInformationGap(codes, factors),
      meanGap(says),
      rounding(codes.length, expect),
    );
  },
});

/** A full grid of factors with so many classes each: `[n][factor]`. */
function grid(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, k) => [...row, k])),
    [[]],
  );
}

const grids = recordGiven(
  fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 2, maxLength: 3 }),
  (sizes) => ({ factors: grid(sizes), turn: signedPermutation(sizes.length), scale: signed(0.5, 4) }),
);

const gapOfGrids = clause({
  says: "codes that are the factors have 1, up to order, sign and scale; two that share each factor have 0",
  needs: ["scores.mutualInformationGap"],
  given: grids,
  examine: async ({ scores }, { factors, turn, scale }, expect) => {
    const codes = multiply(factors, turn).map((row) => row.map((entry) => scale * entry));
    const slack = rounding(codes.length, expect);
    expect.close("MIG of the factors", await scores.mutualInformationGap(codes, factors), 1, slack);
    const shared = codes.map((row) => [...row, ...row.map((entry) => -2 * entry)]);
    expect.close("MIG of factors shared", await scores.mutualInformationGap(shared, factors), 0, slack);
    const other = codes.map((row) => [row[0]!]);
    const own = turn.findIndex((row) => row[0] !== 0);
    // The one latent says all of its own factor, and nothing of the others.
    expect.close(
      "MIG of one latent",
      await scores.mutualInformationGap(other, factors.map((row) => [row[own]!])),
      1,
      slack,
    );
    expect.close(
      "MIG of one latent, all factors",
      await scores.mutualInformationGap(other, factors),
      1 / turn.length,
      slack,
    );
  },
});

const refusesConstants = clause({
  says: "a factor that never changes is refused: its entropy is 0",
  needs: ["scores.mutualInformationGap"],
  given: grids,
  examine: async ({ scores }, { factors }, expect) => {
    const constant = factors.map((row) => [...row, 3]);
    await expect.throwsRangeError(
      "MIG with a constant factor",
      () => scores.mutualInformationGap(factors, constant),
    );
  },
});

export const D1 = law({
  id: "D1",
  title: "The mutual information gap",
  statement:
    "MIG is the mean over factors of (I₁ − I₂)/H, by 20 bins of equal width: 1 for the factors themselves, 0 for factors shared by two latents",
  tex: tex`\mathrm{MIG}=\frac1F\sum_f\frac{I(z_{i_1};f)-I(z_{i_2};f)}{H(f)}`,
  source: "Chen et al., Isolating Sources of Disentanglement in VAEs, 2018; bins as in Locatello et al. 2019",
  kind: "identity",
  clauses: [gapOfCounts, gapOfGrids, refusesConstants],
});

/** The square of a correlation, and how much larger the second moment is than the variance. */
function correlation(a: Vector, b: Vector): { readonly square: number; readonly kappa: number } {
  const [ma, mb] = [mean(a), mean(b)];
  const da = a.map((entry) => entry - ma), db = b.map((entry) => entry - mb);
  const [aa, bb, ab] = [da, db, da].map((left, k) =>
    sum(left.map((entry, i) => entry * [da, db, db][k]![i]!))
  );
  const n = a.length;
  return { square: ab! ** 2 / (aa! * bb!), kappa: 2 + ma ** 2 * n / aa! + mb ** 2 * n / bb! };
}

const gapOfCorrelations = clause({
  says: "the gap of the squared correlations of the latents with a factor, as a number",
  needs: ["scores.separatedAttributePredictability"],
  given: tables,
  examine: async ({ scores }, { codes, factors }, expect) => {
    const all = transpose(factors).map((factor) =>
      transpose(codes).map((latent) => correlation(latent, factor))
    );
    const expected = meanGap(all.map((row) => row.map(({ square }) => square)));
    const kappa = Math.max(...all.flat().map(({ kappa }) => kappa));
    const slack = expect.rounding("rounding of the moments", { c: 64 * codes.length, kappa });
    expect.close("SAP", await scores.separatedAttributePredictability(codes, factors), expected, slack);
  },
});

const symmetric = clause({
  says: "order, signs and scales of the latents are not seen, and a latent that never changes says nothing",
  needs: ["scores.separatedAttributePredictability"],
  given: recordGiven(tables, (given) => ({ given: fc.constant(given), scale: signed(0.5, 4) })),
  examine: async ({ scores }, { given: { codes, factors, turn }, scale }, expect) => {
    const turned = multiply(codes, turn).map((row) => [...row.map((entry) => scale * entry), 0.5]);
    const kappa = Math.max(
      ...codes[0]!.flatMap((_, i) =>
        factors[0]!.map((_, f) => correlation(column(codes, i), column(factors, f)).kappa)
      ),
    );
    const slack = expect.rounding("rounding of the moments, twice", { c: 128 * codes.length, kappa });
    const plain = await scores.separatedAttributePredictability(codes, factors);
    expect.close("SAP", await scores.separatedAttributePredictability(turned, factors), plain, slack);
  },
});

export const D2 = law({
  id: "D2",
  title: "Separated attribute predictability",
  statement:
    "SAP is the mean over factors of R²₁ − R²₂, squared correlations of latents with the factor as a number",
  tex:
    tex`\mathrm{SAP}=\frac1F\sum_f\left(R^2_{i_1f}-R^2_{i_2f}\right),\quad R^2_{if}=\frac{\operatorname{cov}(z_i,f)^2}{\operatorname{var}z_i\operatorname{var}f}`,
  source: "Kumar, Sattigeri, Balakrishnan, Variational Inference of Disentangled Latent Concepts, 2018",
  kind: "identity",
  assumptions: ["the classes of a factor are in order"],
  expected: "holds under stated assumptions",
  clauses: [gapOfCorrelations, symmetric],
});
