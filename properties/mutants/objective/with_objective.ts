/**
 * Subjects with a fault in an objective.
 *
 * @module
 */

import type {
  ObjectiveCase,
  ObjectiveName,
  ObjectiveValue,
  Subject,
  Vector,
} from "../../contract/subject.ts";
import { oracle } from "../../oracle/mod.ts";

type Terms = Record<string, Vector>;

/** The right ones. */
export const { objectives } = oracle;

/** A subject with one objective replaced, without the volume regularisers as functions. */
export function withObjective(
  name: ObjectiveName,
  faulty: (given: ObjectiveCase) => ObjectiveValue,
): Subject {
  const { volume: _, ...rest } = oracle;
  return { ...rest, objectives: { ...objectives, [name]: faulty } };
}

/** An objective whose terms are changed; the loss follows, the gradient does not matter. */
export function changed(name: ObjectiveName, change: (terms: Terms, given: ObjectiveCase) => Terms): Subject {
  return withObjective(name, (given) => {
    const { terms: _, gradient: __, ...value } = objectives[name](given);
    const terms = change({ ...objectives[name](given).terms }, given);
    const total = Object.values(terms).flat().reduce((sum, term) => sum + term, 0);
    return { ...value, terms, loss: total / given.x.length };
  });
}

/** One term times a factor that may depend on the case. */
export function scaledTerm(
  name: ObjectiveName,
  term: string,
  factor: (given: ObjectiveCase) => number,
): Subject {
  return changed(
    name,
    (terms, given) => ({ ...terms, [term]: terms[term]!.map((value) => value * factor(given)) }),
  );
}
