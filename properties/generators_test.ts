import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { hardCase, largestCases, largestSmoothCases } from "./laws/arbitrary/hard_case.ts";
import { gramCase, jacobianCase } from "./laws/arbitrary/jacobian.ts";
import { logit } from "./laws/arbitrary/likelihood.ts";
import { kinkedNetwork } from "./laws/arbitrary/network.ts";
import { beta, recordGiven, vector } from "./laws/arbitrary/number.ts";
import { orthogonal } from "./laws/arbitrary/rotation.ts";
import { spd, variances } from "./laws/arbitrary/spd.ts";
import { taylorPoint } from "./laws/arbitrary/taylor_point.ts";
import {
  columnSquares,
  eigen,
  gram,
  identity,
  largest,
  multiply,
  transpose,
} from "./laws/reference/algebra.ts";
import { identityPlusGram } from "./laws/reference/identity_plus_gram.ts";
import { gaussianRule } from "./laws/reference/quadrature.ts";
import type { Matrix, NetworkSpec } from "./contract/subject.ts";
import { falseAlarm, suiteSeed } from "../fixtures/suite_seed.ts";

/** So many cases. */
const cases = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] =>
  fc.sample(arbitrary, { seed: suiteSeed(20200), numRuns });
/** How many of 1,000 cases are of a kind. */
const count = <T>(arbitrary: fc.Arbitrary<T>, kind: (value: T) => boolean): number =>
  cases(arbitrary, 1000).filter(kind).length;

function rankDeficient(jacobian: Matrix): boolean {
  const { values } = eigen(gram(jacobian));
  return values[0]! <= 1e-12 * values.at(-1)!;
}

Deno.test("a record given a value draws its arbitraries as a chain of records does, and keeps the rest as it is", () => {
  const size = fc.integer({ min: 1, max: 4 });
  const drawn = fc.sample(recordGiven(size, (d) => ({ d, fixed: [1], v: vector(d), beta })), {
    seed: suiteSeed(20200),
  });
  const chained = size.chain((d) =>
    fc.record({ d: fc.constant(d), fixed: fc.constant([1]), v: vector(d), beta })
  );
  assertEquals(drawn, fc.sample(chained, { seed: suiteSeed(20200) }));
  assert(drawn.every(({ d, v }) => v.length === d));
});

Deno.test("Jacobians reach what hurts: few rows, one latent, low rank, repeated and zero columns, 12 decades", () => {
  const kinds: Record<string, (jacobian: Matrix) => boolean> = {
    "n < d": (j) => j.length < j[0]!.length,
    "d = 1": (j) => j[0]!.length === 1,
    "rank-deficient with n ≥ d": (j) => j.length >= j[0]!.length && rankDeficient(j),
    "a zero column": (j) => columnSquares(j).includes(0),
    "a repeated column": (j) =>
      new Set(transpose(j).map(String)).size < j[0]!.length && !columnSquares(j).includes(0),
    "columns over 6 decades and more": (j) => {
      const squares = columnSquares(j).filter((square) => square > 0);
      return Math.max(...squares) > 1e12 * Math.min(...squares);
    },
    "an entry above 1e4": (j) => largest(j) > 1e4,
    "no entry above 1e-4": (j) => largest(j) < 1e-4 && largest(j) > 0,
    "orthogonal columns": (j) => {
      const g = gram(j);
      return g.length > 1 && largest(j) > 0 &&
        g.every((row, i) => row.every((entry, k) => i === k || entry === 0));
    },
  };
  // The rarest is 1.7% of all, which are 204 ± 14: below 120 once in 1e9, and once in 1e6 were it 1.55%.
  falseAlarm(1e-6);
  const jacobians = cases(jacobianCase, 12_000).map(({ jacobian }) => jacobian);
  for (const [name, kind] of Object.entries(kinds)) {
    const found = jacobians.filter(kind).length;
    assert(found >= 120, `${name}: ${found} of 12,000`);
  }
});

Deno.test("β spans 8 decades, and condition numbers as much as is said", () => {
  assert(count(beta, (value) => value < 1e-3) > 50 && count(beta, (value) => value > 1e3) > 50);
  assert(count(beta, (value) => !(value >= 1e-4 && value <= 1e4)) === 0);
  assert(count(spd(3), ({ kappa }) => kappa > 1e5) > 50);
  const kappa = ({ jacobian, beta }: { jacobian: Matrix; beta: number }): number =>
    identityPlusGram(jacobian, beta).conditioning.plain;
  // 3.4% and 64% of all: 11 or fewer of 1,000 once in 1e6.
  falseAlarm(1e-6);
  const conditions = cases(gramCase, 1000).map(kappa);
  assert(conditions.filter((value) => value > 1e9).length > 10, "ill-conditioned");
  assert(conditions.filter((value) => value < 1e3).length > 200, "well-conditioned");
});

Deno.test("rotations are orthogonal, and some mix a block only, permute or reflect", () => {
  const worst = Math.max(
    ...fc.sample(orthogonal(4), { seed: suiteSeed(20200), numRuns: 300 }).map((r) =>
      largest(multiply(r, transpose(r)).map((row, i) => row.map((entry, k) => entry - identity(4)[i]![k]!)))
    ),
  );
  assert(worst < 1e-14, `R Rᵀ − I reaches ${worst}`);
  const fixed = (r: Matrix): number =>
    r.filter((row, i) => row.every((entry, k) => entry === Number(i === k))).length;
  const isPermutation = (r: Matrix): boolean =>
    r.every((row) => row.every((entry) => Math.abs(entry) % 1 === 0));
  // 9.5% and 19% of all: 95 ± 9 and 190 ± 12.
  falseAlarm(1e-6);
  assert(
    count(orthogonal(4), (r) => fixed(r) > 0 && fixed(r) < 4 && !isPermutation(r)) > 50,
    "mixes a block",
  );
  assert(count(orthogonal(4), (r) => isPermutation(r) && fixed(r) < 4) > 50, "signed permutation");
});

Deno.test("variances are equal, nearly equal and different; logits saturate; pre-activations hit the kink", () => {
  const spread = (v: readonly number[]): number => Math.max(...v) / Math.min(...v) - 1;
  assert(count(variances(3), (v) => spread(v) === 0) > 100);
  assert(count(variances(3), (v) => spread(v) > 0 && spread(v) < 1e-5) > 100);
  assert(count(variances(3), (v) => spread(v) > 1) > 100);
  assert(count(logit, (g) => Math.abs(g) > 40) > 100);
  const atKink = count(
    kinkedNetwork(2, 2),
    ([layer]) => layer!.bias.some((b, j) => b + layer!.weight[0]![j]! === 0),
  );
  assert(atKink > 100, `${atKink} of 1,000 have a unit at its kink at (1, 0)`);
});

Deno.test("sizes go beyond the usual ones in 15% of all cases at least: 100 cases miss a fault that begins there once in 1e7", () => {
  const width = (network: NetworkSpec): number =>
    Math.max(0, ...network.slice(0, -1).map(({ bias }) => bias.length));
  const jacobians = cases(jacobianCase, 3000).map(({ jacobian }) => jacobian);
  const losses = cases(hardCase, 3000), points = cases(taylorPoint(), 3000);
  const reaches: Record<string, readonly boolean[]> = {
    "Jacobians of 7 rows and more": jacobians.map((j) => j.length >= 7),
    "Jacobians of 7 columns and more": jacobians.map((j) => j[0]!.length >= 7),
    "losses of 7 dimensions and more": losses.map(({ x }) => x[0]!.length >= 7),
    "losses of 5 latents and more": losses.map(({ model }) => model.latent >= 5),
    "losses of 5 examples and more": losses.map(({ x }) => x.length >= 5),
    "decoders of 33 units and more": losses.map(({ model }) => width(model.decoder) >= 33),
    "points of 5 latents and more": points.map(({ mean }) => mean.length >= 5),
    "points of 7 dimensions and more": points.map(({ x }) => x.length >= 7),
  };
  // 20% and more: 600 ± 22 of 3,000, of which 450 are 6.8 deviations below.
  falseAlarm(8 * 6e-12);
  for (const [name, reached] of Object.entries(reaches)) {
    const found = reached.filter(Boolean).length;
    assert(found >= 450, `${name}: ${found} of 3,000`);
  }
  for (const { model, x } of [...largestCases, ...largestSmoothCases]) {
    assertEquals([x[0]!.length, model.latent, x.length, width(model.decoder)], [12, 8, 9, 40]);
  }
});

Deno.test("the reference log-determinant and inverse are those of exact fractions", () => {
  // A = I + JᵀJ = [[6, 5], [5, 11]] for J = [[1, 3], [2, 1]]: |A| = 41.
  const { logDeterminant, inverse, correlations, root } = identityPlusGram([[1, 3], [2, 1]], 1);
  assertAlmostEquals(logDeterminant, Math.log(41), 1e-14);
  for (const [i, k, value] of [[0, 0, 11 / 41], [0, 1, -5 / 41], [1, 0, -5 / 41], [1, 1, 6 / 41]] as const) {
    assertAlmostEquals(inverse[i]![k]!, value, 1e-15);
  }
  // A scaled to a unit diagonal has the eigenvalues 1 ± 5/√66.
  assertAlmostEquals(Math.max(...correlations), 1 + 5 / Math.sqrt(66), 1e-14);
  assertAlmostEquals(gram(root)[0]![1]!, 5, 1e-14);
});

Deno.test("the reference quadrature has the moments of N(0, I) up to the fourth, and the mean of cos", () => {
  const { nodes, weights } = gaussianRule(2, 0.4);
  const expectation = (f: (u: readonly number[]) => number): number =>
    nodes.reduce((sum, node, k) => sum + weights[k]! * f(node), 0);
  assertAlmostEquals(expectation(() => 1), 1, 1e-13);
  assertAlmostEquals(expectation((u) => u[0]! * u[1]!), 0, 1e-13);
  assertAlmostEquals(expectation((u) => u[0]! ** 4), 3, 1e-12);
  assertAlmostEquals(expectation((u) => Math.cos(u[0]! + 2 * u[1]!)), Math.exp(-2.5), 1e-13);
});
