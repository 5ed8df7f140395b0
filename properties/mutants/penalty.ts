/**
 * Faults in penalties on the Jacobian of a decoder.
 *
 * @module
 */

import type {
  Matrix,
  PenaltyCase,
  PenaltyConvention,
  PenaltyName,
  Subject,
  Vector,
} from "../contract/subject.ts";
import { regulariser } from "../oracle/loss.ts";
import { oracle } from "../oracle/mod.ts";
import { type Mutant, type Part, planted } from "./mutant.ts";

type Regulariser = Required<Subject>["regulariser"];

/** A subject that offers nothing besides its penalty. */
const alone: Subject = { name: "penalty", epsilon: oracle.epsilon };

/** A penalty that says that it is of the given kind. */
const penalty = (
  kind: PenaltyName,
  faulty: Regulariser,
  more: Partial<PenaltyConvention> = {},
): Part => ({
  penalty: { kind, ...more },
  regulariser: faulty,
});

const total = (values: Vector): number => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]): number => total(values) / values.length;

/** The mean over the batch of a function of J, and of the example's z. */
const ofJacobian = (f: (j: Matrix, z: Vector, given: PenaltyCase) => number): Regulariser => (given) =>
  mean(oracle.jacobian(given.network, given.z).map((j, b) => f(j, given.z[b]!, given)));

const squares = (j: Matrix): number => total(j.flat().map((entry) => entry * entry));
const sums = (j: Matrix): number[] => j[0]!.map((_, i) => total(j.map((row) => row[i]!)));

/** Another kind in place of the declared one. */
const instead = (declared: PenaltyName, kind: PenaltyName, change = (given: PenaltyCase) => given): Part =>
  penalty(declared, (given) => regulariser({ kind })(change(given)));

/** Mistakes in penalties. */
export const penaltyMutants: readonly Mutant[] = planted({
  "J1": {
    "penalty-of-summed-outputs: ‖∂(Σ g)/∂z‖² stands for ‖J‖²_F, as one backward pass gives it": instead(
      "jacobian-norm",
      "summed-outputs",
    ),
    "penalty-of-squared-outputs: ‖∂(Σ g²)/∂z‖² stands for ‖J‖²_F": penalty(
      "jacobian-norm",
      regulariser({ kind: "squared-outputs" }),
    ),
    "penalty-norm-not-squared: ‖J‖_F stands for ‖J‖²_F": penalty(
      "jacobian-norm",
      ofJacobian((j) => Math.sqrt(squares(j))),
    ),
    "penalty-mean-over-outputs: ‖J‖²_F is divided by n": penalty(
      "jacobian-norm",
      ofJacobian((j) => squares(j) / j.length),
    ),
    "penalty-one-projection: ‖Jᵀv‖² of one v of signs stands for its mean over v": penalty(
      "jacobian-norm",
      ofJacobian((j) =>
        total(sums(j.map((row, k) => row.map((entry) => (k % 2 === 0 ? entry : -entry)))).map((s) => s * s))
      ),
    ),
    "penalty-spectral-squared: ‖J‖₂² stands for ‖J‖₂": penalty(
      "spectral-norm",
      ofJacobian((_, z, given) =>
        (regulariser({ kind: "spectral-norm" })({ ...given, z: [z] }) as number) ** 2
      ),
    ),
    "penalty-without-weight: the weight that is declared is not applied": penalty(
      "jacobian-norm",
      regulariser({ kind: "jacobian-norm" }),
      { weight: 10 },
    ),
    "penalty-grae-star-for-grae: GRAE* stands for GRAE": instead("grae", "grae-star"),
    "penalty-grae-for-grae-star: GRAE stands for GRAE*": instead("grae-star", "grae"),
    "penalty-grae-without-beta: GRAE is ½ log|I + JᵀJ|": instead(
      "grae",
      "grae",
      (given) => ({ ...given, beta: 1 }),
    ),
    "penalty-grae-beta-outside-lost: GRAE is ½ log|I + JᵀJ/β|": penalty(
      "grae",
      (given) => (oracle.regulariser(given) as number) / given.beta,
    ),
    "penalty-grae-jittered: 1e-3 is added to the diagonal for safety": penalty(
      "grae",
      ofJacobian((j, _, { beta }) => beta * 1e-3 + oracle.volume.grae(j, beta)),
    ),
    "penalty-at-the-origin: J is taken at z = 0": penalty(
      "grae",
      (given) => oracle.regulariser({ ...given, z: given.z.map((row) => row.map(() => 0)) }),
    ),
    "penalty-of-first-layer: the weights of the first layer stand for J": penalty(
      "jacobian-norm",
      ({ network }) => squares(network[0]!.weight),
    ),
    "penalty-coarse-differences: J is taken by differences of a step of 0.1 that is not declared": penalty(
      "jacobian-norm",
      ({ network, z }) => {
        const g = (at: Vector): Vector => oracle.apply(network, [at])[0]!;
        return mean(z.map((point) =>
          total(point.map((_, i) => {
            const above = g(point.map((entry, k) => (k === i ? entry + 0.1 : entry))), here = g(point);
            return total(above.map((entry, k) => ((entry - here[k]!) / 0.1) ** 2));
          }))
        ));
      },
    ),
  },
  "J1 J2": {
    "penalty-rows-for-columns: GRAE has the rows' norms": penalty(
      "grae",
      ofJacobian((j, _, { beta }) => beta / 2 * total(sums(j).map((s) => Math.log1p(s * s / beta)))),
    ),
    "penalty-first-column: ‖J‖²_F is d times the first column's": penalty(
      "jacobian-norm",
      ofJacobian((j) => j[0]!.length * total(j.map(([first]) => first! * first!))),
    ),
    "penalty-largest-column: the longest column stands for ‖J‖₂": penalty(
      "spectral-norm",
      ofJacobian((j) => Math.sqrt(Math.max(...j[0]!.map((_, i) => total(j.map((row) => row[i]! ** 2)))))),
    ),
    "penalty-absolute-entries: Σ|J_ki| stands for ‖J‖²_F": penalty(
      "jacobian-norm",
      ofJacobian((j) => total(j.flat().map(Math.abs))),
    ),
    "penalty-by-output: ‖J‖²_F is divided by ‖g‖²": penalty(
      "jacobian-norm",
      ofJacobian((j, z, { network }) => squares(j) / total(oracle.apply(network, [z])[0]!.map((g) => g * g))),
    ),
    "penalty-batch-summed: penalties are summed over the batch": penalty(
      "grae",
      (given) => given.z.length * (oracle.regulariser(given) as number),
    ),
    "penalty-of-mean-point: J is taken at the mean of the batch": penalty(
      "grae",
      (given) =>
        oracle.regulariser({ ...given, z: [given.z[0]!.map((_, i) => mean(given.z.map((row) => row[i]!)))] }),
    ),
    "penalty-last-lost: the last example of a batch is dropped": penalty(
      "grae",
      (given) => oracle.regulariser({ ...given, z: given.z.slice(0, Math.max(1, given.z.length - 1)) }),
    ),
    "penalty-of-mean-jacobian: the batch is averaged in J, not in the penalty": penalty(
      "jacobian-norm",
      (given) => {
        const all = oracle.jacobian(given.network, given.z);
        return squares(all[0]!.map((row, k) => row.map((_, i) => mean(all.map((j) => j[k]![i]!)))));
      },
    ),
  },
}, alone);
