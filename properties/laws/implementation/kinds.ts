/**
 * A10: a kernel takes float32 alone.
 *
 * @module
 */

import fc from "fast-check";
import { numbersOf } from "../../oracle/kinds.ts";
import { oracle } from "../../oracle/mod.ts";
import { objectiveCase } from "../arbitrary/model.ts";
import {
  type Clause,
  clause,
  law,
  objectiveNames,
  tex,
  type Tolerance,
  tolerance,
} from "../../contract/mod.ts";
import type { KindCase, NumberKind, Vector } from "../../contract/subject.ts";
import { tabulate } from "../reference/algebra.ts";
import { lossTolerance } from "./loss_tolerance.ts";

/** Kinds that arrays of whole numbers may have. */
const others = fc.constantFrom<NumberKind>("int32", "bool");

/** Symmetric positive definite matrices of whole numbers: the identity, and d + 1 on the diagonal with 1 around it. */
const algebra: fc.Arbitrary<KindCase> = fc.tuple(
  fc.constantFrom("cholesky" as const, "logDeterminant" as const, "inverse" as const, "solve" as const),
  others,
  fc.integer({ min: 1, max: 4 }),
).map(([name, kind, d]) => ({
  algebra: name,
  kind,
  a: tabulate(d, d, (i, j) => (i === j ? (kind === "bool" ? 1 : d + 1) : kind === "bool" ? 0 : 1)),
}));

/** Data of whole numbers: bits, or small enough that no exponential overflows. */
const objectives: fc.Arbitrary<KindCase> = fc.tuple(
  fc.constantFrom(...objectiveNames),
  others,
  objectiveCase(),
  fc.integer({ min: 1, max: 3 }),
).map(([objective, kind, given, largest]) => {
  const most = kind === "bool" || given.model.likelihood.kind === "bernoulli" ? 1 : largest;
  const x = given.x.map((row) => row.map((entry) => (entry > 0 ? most : 0)));
  return { objective, kind, given: { ...given, x } };
});

/** What rounding does to the answer: these matrices have a condition number of at most 2. */
function slackOf(given: KindCase, right: Vector, epsilon: number): Tolerance {
  if ("objective" in given) return lossTolerance(given.objective, given.given, epsilon);
  const d = given.a.length;
  return tolerance("linear algebra of a well-conditioned matrix", {
    c: 8 * d * (3 * d + 2),
    kappa: 2,
    epsilon,
    scale: 1 + Math.max(...right.map(Math.abs)),
  });
}

const refuses = (what: string, given: fc.Arbitrary<KindCase>): Clause =>
  clause({
    says:
      `${what} answer as the oracle where the numbers are float32, and refuse the same numbers as int32 or bool by the name of the kind`,
    needs: ["ofKind"],
    given,
    examine: async ({ ofKind }, given, expect) => {
      const answer = await ofKind({ ...given, kind: "float32" });
      const right = numbersOf(oracle.objectives)(given);
      expect.closeVector("the answer for float32", answer, right, slackOf(given, right, expect.epsilon));
      const message = await expect.throwsTypeError(`numbers held as ${given.kind}`, () => ofKind(given));
      expect.is(`"${message}" names ${given.kind}`, message.includes(given.kind), true);
      expect.is(`"${message}" says how to convert it`, /cast|convert/.test(message), true);
    },
  });

export const A10 = law({
  id: "A10",
  title: "Kinds of numbers",
  statement:
    "a kernel takes float32 alone: it refuses numbers of another kind, and neither reads their bits nor converts them",
  tex: tex`f:\mathbb F_{32}^{\,\cdots}\to\mathbb F_{32}^{\,\cdots}`,
  source: "the implementation",
  kind: "identity",
  assumptions: ["numbers are whole, so that each kind holds them exactly"],
  clauses: [refuses("kernels of linear algebra", algebra), refuses("objectives", objectives)],
});
