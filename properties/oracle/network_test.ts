import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { logLikelihoodHessian } from "./expectation.ts";
import { derivative, secondDerivative } from "../../fixtures/laws/finite_difference.ts";
import { oracle } from "./mod.ts";
import { randomMatrix, randomNetwork } from "../../fixtures/laws/random_model.ts";
import { normal } from "./random.ts";
import type { Matrix, Vector } from "../contract/subject.ts";

const smoothActivations = ["identity", "tanh", "sigmoid", "softplus", "gelu"] as const;

/** The entry `k` of g(z + t·direction). */
function along(network: Parameters<typeof oracle.apply>[0], z: Vector, direction: Vector, k: number) {
  return (t: number): number =>
    oracle.apply(network, [z.map((value, i) => value + t * direction[i]!)])[0]![k]!;
}

for (const activation of smoothActivations) {
  Deno.test(`[A1] ${activation}: Jacobian columns and second directional derivatives are limits of differences`, () => {
    const next = normal(11);
    const network = randomNetwork([3, 5, 4, 2], activation, next);
    const z = randomMatrix(2, 3, next);
    const directions: readonly Matrix[] = [randomMatrix(3, 2, next), randomMatrix(3, 2, next)];
    const jacobians = oracle.jacobian(network, z);
    const seconds = oracle.secondDirectional(network, z, directions);
    assertEquals([seconds.length, seconds[0]!.length, seconds[0]![0]!.length], [2, 2, 2]);
    z.forEach((row, example) => {
      for (const k of [0, 1]) {
        row.forEach((_, i) => {
          const { value, error } = derivative(along(network, row, row.map((_, j) => (i === j ? 1 : 0)), k));
          assert(error < 1e-10 && Math.abs(jacobians[example]![k]![i]! - value) <= error);
        });
        for (const column of [0, 1]) {
          const direction = directions[example]!.map((entries) => entries[column]!);
          const { value, error } = secondDerivative(along(network, row, direction, k));
          assert(error < 1e-6 && Math.abs(seconds[example]![k]![column]! - value) <= error);
        }
      }
    });
  });
}

Deno.test("[A1] a piecewise linear network has no second derivative, and its Jacobian is that of its linear piece", () => {
  const next = normal(2);
  for (const activation of ["relu", "leaky-relu"] as const) {
    const network = randomNetwork([2, 6, 3], activation, next);
    const z = randomMatrix(1, 2, next);
    assertEquals(oracle.secondDirectional(network, z, [[[1, 2], [3, 4]]]), [[[0, 0], [0, 0], [0, 0]]]);
    const moved = oracle.apply(network, [z[0]!.map((value, i) => value + 1e-4 * (i + 1))])[0]!;
    const jacobian = oracle.jacobian(network, z)[0]!;
    oracle.apply(network, z)[0]!.forEach((value, k) =>
      assertAlmostEquals(moved[k]! - value, 1e-4 * (jacobian[k]![0]! + 2 * jacobian[k]![1]!), 1e-14)
    );
  }
});

Deno.test("one column of the Jacobian per example, and the weighted Gram matrix, are made of the Jacobian", () => {
  const next = normal(5);
  const network = randomNetwork([3, 4, 5], "tanh", next);
  const z = randomMatrix(2, 3, next);
  const weights = [[1, 2, 3, 4, 5], [0.5, 0, 0.25, 1, 2]];
  const jacobians = oracle.jacobian(network, z);
  assertEquals(oracle.jacobianColumns(network, z, [2, 0]), [
    jacobians[0]!.map((row) => row[2]!),
    jacobians[1]!.map((row) => row[0]!),
  ]);
  const expected = jacobians[1]!.reduce((sum, row, k) => sum + weights[1]![k]! * row[0]! * row[2]!, 0);
  assertAlmostEquals(oracle.gram(network, z, weights)[1]![0]![2]!, expected, 1e-15);
  const squared = jacobians[0]!.reduce((sum, row) => sum + row[1]! ** 2, 0);
  assertAlmostEquals(oracle.gram(network, z)[0]![1]![1]!, squared, 1e-15);
});

Deno.test("[T3] H_f is JᵀH_pJ plus the log-density's gradient times the decoder's second derivatives", () => {
  const next = normal(8);
  const network = randomNetwork([2, 5, 3], "softplus", next);
  const z = randomMatrix(1, 2, next);
  const x = [[0.2, 1, 0.7]];
  for (const likelihood of [{ kind: "bernoulli" }, { kind: "gaussian", variance: 0.4 }] as const) {
    const hessian = logLikelihoodHessian(network, likelihood, x[0]!, z[0]!);
    const g = oracle.apply(network, z);
    const gram = oracle.gram(network, z, oracle.curvature(likelihood, x, g))[0]!;
    const slopes = oracle.logDensityGradient(likelihood, x, g)[0]!;
    // ∂²g/∂z₁∂z₂ by polarisation of second directional derivatives.
    const along = oracle.secondDirectional(network, z, [[[1, 1, 0], [1, 0, 1]]])[0]!;
    const mixed = along.reduce(
      (sum, [both, first, second], k) => sum + slopes[k]! * (both! - first! - second!) / 2,
      0,
    );
    assertAlmostEquals(hessian[0]![1]!, mixed - gram[0]![1]!, 1e-14);
    assertEquals(hessian[0]![1], hessian[1]![0]);
    const pure = along.reduce((sum, entries, k) => sum + slopes[k]! * entries[1]!, 0);
    assertAlmostEquals(hessian[0]![0]!, pure - gram[0]![0]!, 1e-14);
  }
});
