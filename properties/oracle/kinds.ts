/**
 * Kinds of numbers. The oracle computes with plain numbers, takes arrays of float32 for such, and refuses others.
 *
 * @module
 */

import type { KindCase, ObjectiveCase, ObjectiveName, ObjectiveValue, Vector } from "../contract/subject.ts";
import { cholesky, inverse, logDeterminant, solve } from "./dense.ts";

/** The numbers of a case, whatever its kind. */
export function numbersOf(
  objectives: Readonly<Record<ObjectiveName, (given: ObjectiveCase) => ObjectiveValue>>,
): (given: KindCase) => Vector {
  return (given) => {
    if ("objective" in given) return [objectives[given.objective](given.given).loss];
    const { a } = given;
    switch (given.algebra) {
      case "cholesky":
        return cholesky(a).flat();
      case "logDeterminant":
        return [logDeterminant(a)];
      case "inverse":
        return inverse(a).flat();
      case "solve":
        return solve(a, a).flat();
    }
  };
}

/** The same for float32 alone. */
export function ofKind(numbers: (given: KindCase) => Vector): (given: KindCase) => Vector {
  return (given) => {
    if (given.kind === "float32") return numbers(given);
    throw new TypeError(`oracle: the numbers must be float32, but they are ${given.kind}; convert them`);
  };
}
