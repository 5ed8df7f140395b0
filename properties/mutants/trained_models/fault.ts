/**
 * Mistakes in what is measured on trained models, made in plausible results.
 *
 * @module
 */

import { plausible, type Results } from "../../plausible/mod.ts";
import type { Mutant } from "../mutant.ts";

/** A fault from its parts; the subject is named after it. */
export function fault(
  id: string,
  description: string,
  rejectedBy: readonly string[],
  faulty: Partial<Results>,
): Mutant {
  return {
    id,
    description,
    rejectedBy,
    subject: { ...plausible(faulty), name: `plausible results, but ${description}` },
  };
}
