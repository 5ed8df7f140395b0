import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { characteristicFunction, fourthCumulant } from "./factor.ts";
import { symmetry } from "./symmetry.ts";

const quarter = [[0, -1], [1, 0]];
const eighth = [[Math.SQRT1_2, -Math.SQRT1_2], [Math.SQRT1_2, Math.SQRT1_2]];

Deno.test("a quarter turn exchanges means and variances, an eighth of a turn correlates them", () => {
  const q = { mean: [1, 2], covariance: [[3, 0], [0, 5]] };
  assertEquals(symmetry.transformGaussian(quarter, q), { mean: [-2, 1], covariance: [[5, 0], [0, 3]] });
  assertAlmostEquals(symmetry.transformGaussian(eighth, q).covariance[0]![1]!, -1, 1e-15);
});

Deno.test("g∘Rᵀ reads what R puts in the place of each latent; what is not orthogonal is refused", () => {
  const decoder = [{ weight: [[1], [10]], bias: [3], activation: "identity" as const }];
  assertEquals(symmetry.transformDecoder(quarter, decoder)[0]!.weight, [[-10], [1]]);
  assertThrows(
    () => symmetry.transformDecoder([[1, 0], [0, 2]], decoder),
    RangeError,
    "transformDecoder: R must be orthogonal, but an entry of I - R'R is 3 in absolute value",
  );
});

Deno.test("components are closed under joining, whatever the outputs are called", () => {
  const chain = [[0, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]];
  assertEquals(symmetry.mixedComponents(chain), [[0, 1, 2], [3]]);
  assertEquals(symmetry.mixedComponents(quarter), [[0], [1]]);
  assertEquals(symmetry.preservesMeanField(eighth, [2, 2]), true);
  assertEquals(symmetry.preservesMeanField(eighth, [2, 2.000001]), false);
});

Deno.test("cumulants and characteristic functions have their textbook values", () => {
  assertAlmostEquals(fourthCumulant({ kind: "laplace", variance: 2 }), 12, 1e-13);
  assertAlmostEquals(fourthCumulant({ kind: "student-t", variance: 1, degrees: 10 }), 1, 1e-13);
  assertEquals(fourthCumulant({ kind: "mixture", variance: 3 }), 0);
  const at = (kind: "laplace" | "logistic" | "uniform" | "gaussian", variance: number): number =>
    characteristicFunction({ kind, variance }, 1);
  assertAlmostEquals(at("laplace", 2), 1 / 2, 1e-15);
  assertAlmostEquals(at("logistic", Math.PI ** 2 / 3), Math.PI / Math.sinh(Math.PI), 1e-15);
  assertAlmostEquals(at("uniform", 1 / 3), Math.sin(1), 1e-15);
  assertAlmostEquals(at("gaussian", 4), Math.exp(-2), 1e-15);
  // ν = 5, variance 5/3: u = √5, e^−u (1 + u + u²/3).
  const student = characteristicFunction({ kind: "student-t", variance: 5 / 3, degrees: 5 }, 1);
  assertAlmostEquals(student, Math.exp(-Math.sqrt(5)) * (1 + Math.sqrt(5) + 5 / 3), 1e-14);
  assertThrows(
    () => characteristicFunction({ kind: "student-t", variance: 1, degrees: 4 }, 1),
    RangeError,
    "Student-t: degrees must be > 4, but is 4",
  );
});

Deno.test("an eighth of a turn costs (β/2) log 25/16 at precisions 1 and 4", () => {
  const expected = Math.log(25 / 16);
  assertAlmostEquals(symmetry.meanFieldGap([[1, 0], [0, 4]], eighth, 2), expected, 1e-15);
  assertAlmostEquals(symmetry.planeMeanFieldGap([1, 4], Math.PI / 4, 2), expected, 1e-15);
  assertAlmostEquals(symmetry.planeMeanFieldGap([1, 4], Math.PI / 2, 2), 0, 1e-15);
});

Deno.test("a swirl turns by rate times ‖z‖², the first axis of a pair towards the second", () => {
  const [turned] = symmetry.swirl([Math.PI / 8], [[2, 0]]);
  assertAlmostEquals(turned![0]!, 0, 1e-15);
  assertAlmostEquals(turned![1]!, 2, 1e-15);
  assertAlmostEquals(symmetry.unswirl([Math.PI / 8], [turned!])[0]![0]!, 2, 1e-15);
});
