import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { FamilySpec, Matrix } from "../contract/subject.ts";
import { real } from "./arithmetic.ts";
import { profiledCovariance } from "./covariance.ts";
import {
  eigenvalues,
  identityPlus,
  logDeterminant,
  product,
  singularValues,
  solve,
  trace,
  transpose,
} from "./dense.ts";
import { inverseOfIdentityPlus, logDeterminantOfIdentityPlus } from "./elimination.ts";
import { derivative } from "../../fixtures/laws/finite_difference.ts";
import { oracle } from "./mod.ts";
import { randomMatrix } from "../../fixtures/laws/random_model.ts";
import { normal } from "./random.ts";
import { Tape } from "./tape.ts";

const families: readonly FamilySpec[] = [
  { kind: "isotropic" },
  { kind: "mean-field" },
  { kind: "block", size: 2 },
  { kind: "full" },
];
const jacobian = randomMatrix(5, 4, normal(1));
const gram = product(transpose(jacobian), jacobian);

function assertClose(actual: Matrix, expected: Matrix, tolerance: number): void {
  actual.forEach((row, i) =>
    row.forEach((entry, j) => assertAlmostEquals(entry, expected[i]![j]!, tolerance))
  );
}

/** ½ tr(GΣ) + (β/2)(tr Σ − log|Σ| − d) */
function loss(sigma: Matrix, beta: number): number {
  return trace(product(gram, sigma)) / 2 + beta / 2 * (trace(sigma) - logDeterminant(sigma) - sigma.length);
}

Deno.test("dense: Cholesky, log-determinant, inverse and solve belong to one matrix", () => {
  const a = identityPlus(gram, 1);
  const l = oracle.cholesky([a])[0]!;
  assertClose(product(l, transpose(l)), a, 1e-13);
  assertEquals(l[0]![1], 0);
  assertAlmostEquals(
    oracle.logDeterminant([a])[0]!,
    eigenvalues(a).reduce((s, e) => s + Math.log(e), 0),
    1e-13,
  );
  assertClose(product(oracle.inverse([a])[0]!, a), identityPlus(gram, 0), 1e-13);
  assertClose(product(a, solve(a, jacobian.slice(0, 4))), jacobian.slice(0, 4), 1e-13);
  assertThrows(() => oracle.cholesky([[[1, 0], [0, -2]]]), RangeError, "its least eigenvalue is -2");
});

Deno.test("[A7] the gradient of Σ c log|A| is c A⁻¹", () => {
  const a = identityPlus(gram, 1);
  const gradient = oracle.logDeterminantGradient([a], [2.5])[0]!;
  const { value, error } = derivative((t) =>
    2.5 * logDeterminant(a.map((row, i) => row.map((e, j) => i === j && i === 1 ? e + t : e)))
  );
  assert(error < 1e-9 && Math.abs(gradient[1]![1]! - value) <= error);
  assertClose(gradient, oracle.inverse([a])[0]!.map((row) => row.map((e) => 2.5 * e)), 0);
});

Deno.test("elimination agrees with ml-matrix, keeps the digits of small matrices, and differentiates to A⁻¹", () => {
  const a = identityPlus(gram, 1);
  assertClose(inverseOfIdentityPlus(real, gram), oracle.inverse([a])[0]!, 1e-14);
  assertAlmostEquals(logDeterminantOfIdentityPlus(real, gram), logDeterminant(a), 1e-13);
  const tiny = gram.map((row) => row.map((entry) => 1e-12 * entry));
  const expected = singularValues(jacobian).reduce((sum, s) => sum + Math.log1p(1e-12 * s * s), 0);
  assertAlmostEquals(logDeterminantOfIdentityPlus(real, tiny) / expected, 1, 1e-14);
  const tape = new Tape();
  const variables = gram.map((row) => row.map((entry) => tape.variable(entry)));
  const gradient = tape.gradient(logDeterminantOfIdentityPlus(tape, variables));
  assertClose(variables.map((row) => row.map(gradient)), oracle.inverse([a])[0]!, 1e-14);
});

for (const family of families) {
  Deno.test(`[S4] ${family.kind}: Σ* is a minimum over the family, and two routes to it agree`, () => {
    for (const beta of [0.1, 1, 7]) {
      const sigma = oracle.optimalCovariance(family, [gram], beta)[0]!;
      const { sigma: eliminated, logDeterminant: logDet } = profiledCovariance(real, family, gram, beta);
      assertClose(sigma, eliminated, 1e-14);
      assertAlmostEquals(logDet, logDeterminant(sigma), 1e-13);
      const next = normal(3);
      const raw = Array.from({ length: 10 }, next).slice(
        0,
        { isotropic: 1, "mean-field": 4, block: 6, full: 10 }[family.kind],
      );
      const direction = oracle.covariance(family, 4, [raw])[0]!;
      for (const sign of [-1, 1]) {
        const moved = sigma.map((row, i) => row.map((entry, j) => entry + sign * 1e-4 * direction[i]![j]!));
        assert(loss(moved, beta) > loss(sigma, beta));
      }
    }
  });
}

Deno.test("[S1] the least value is (β/2) log|I + G/β|, which is the volume of GRAE", () => {
  for (const beta of [0.1, 1, 7]) {
    const sigma = oracle.optimalCovariance({ kind: "full" }, [gram], beta)[0]!;
    assertAlmostEquals(loss(sigma, beta), oracle.volume.grae(jacobian, beta), 1e-12);
  }
});

Deno.test("[G1] the volumes are ordered, by blocks and by enumeration of the columns", () => {
  const { grae, graeBlock, graeStar, graeStarStochastic } = oracle.volume;
  assertAlmostEquals(graeBlock(jacobian, 0.3, 4), grae(jacobian, 0.3), 1e-14);
  assertAlmostEquals(graeBlock(jacobian, 0.3, 1), graeStar(jacobian, 0.3), 1e-14);
  const mean = [0, 1, 2, 3].reduce((sum, i) => sum + graeStarStochastic(jacobian, 0.3, i) / 4, 0);
  assertAlmostEquals(mean, graeStar(jacobian, 0.3), 1e-14);
  assert(grae(jacobian, 0.3) < graeBlock(jacobian, 0.3, 2));
  assert(graeBlock(jacobian, 0.3, 2) < graeStar(jacobian, 0.3));
  assertEquals(grae(jacobian.map((row) => row.map(() => 0)), 0.3), 0);
  const wide = transpose(jacobian);
  assertAlmostEquals(grae(wide, 0.3), grae(jacobian, 0.3), 1e-13);
});

Deno.test("[S5] with the full Hessian the optimum is (I − H_f/β)⁻¹, and where none exists the eigenvalue is named", () => {
  const hessian = [[-1, 0.5], [0.5, 0.25]];
  const sigma = oracle.optimalCovarianceOfHessian([hessian], 2)[0]!;
  assertClose(product(sigma, identityPlus(hessian, -1 / 2)), [[1, 0], [0, 1]], 1e-15);
  assertThrows(
    () => oracle.optimalCovarianceOfHessian([hessian, [[3, 0], [0, -1]]], 2),
    RangeError,
    "H_f of example 1 has the eigenvalue 3 >= beta = 2: the Taylor (Hessian) loss is unbounded below",
  );
  assertThrows(() => oracle.optimalCovarianceOfHessian([[[2]]], 2), RangeError, "unbounded below");
});
