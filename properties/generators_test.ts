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
import { suiteSeed } from "../fixtures/suite_seed.ts";

/** How many of 1,000 cases are of a kind. */
function count<T>(arbitrary: fc.Arbitrary<T>, kind: (value: T) => boolean): number {
  return fc.sample(arbitrary, { seed: suiteSeed(20200), numRuns: 1000 }).filter(kind).length;
}

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
  for (const [name, kind] of Object.entries(kinds)) {
    const found = count(jacobianCase, ({ jacobian }) => kind(jacobian));
    assert(found >= 10, `${name}: ${found} of 1,000`);
  }
});

Deno.test("β spans 8 decades, and condition numbers as much as is said", () => {
  assert(count(beta, (value) => value < 1e-3) > 50 && count(beta, (value) => value > 1e3) > 50);
  assert(count(beta, (value) => !(value >= 1e-4 && value <= 1e4)) === 0);
  assert(count(spd(3), ({ kappa }) => kappa > 1e5) > 50);
  const kappa = ({ jacobian, beta }: { jacobian: Matrix; beta: number }): number =>
    identityPlusGram(jacobian, beta).conditioning.plain;
  assert(count(gramCase, (given) => kappa(given) > 1e9) > 10, "ill-conditioned");
  assert(count(gramCase, (given) => kappa(given) < 1e3) > 200, "well-conditioned");
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
  const reaches: Record<string, number> = {
    "Jacobians of 7 rows and more": count(jacobianCase, ({ jacobian }) => jacobian.length >= 7),
    "Jacobians of 7 columns and more": count(jacobianCase, ({ jacobian }) => jacobian[0]!.length >= 7),
    "losses of 7 dimensions and more": count(hardCase, ({ x }) => x[0]!.length >= 7),
    "losses of 5 latents and more": count(hardCase, ({ model }) => model.latent >= 5),
    "losses of 5 examples and more": count(hardCase, ({ x }) => x.length >= 5),
    "decoders of 33 units and more": count(hardCase, ({ model }) => width(model.decoder) >= 33),
    "points of 5 latents and more": count(taylorPoint(), ({ mean }) => mean.length >= 5),
    "points of 7 dimensions and more": count(taylorPoint(), ({ x }) => x.length >= 7),
  };
  for (const [name, found] of Object.entries(reaches)) assert(found >= 150, `${name}: ${found} of 1,000`);
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
