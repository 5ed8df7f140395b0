/**
 * Faults with numbers of other kinds than float32.
 *
 * @module
 */

import type { KindCase, Matrix, Subject, Vector } from "../../contract/subject.ts";
import { numbersOf } from "../../oracle/kinds.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { mapped } from "./altered.ts";

const { ofKind, objectives } = oracle;
const numbers = numbersOf(objectives);

/** The oracle that answers for other kinds than float32. */
function withKinds(faulty: (given: KindCase) => Vector): Subject {
  return { ...oracle, ofKind: (given) => (given.kind === "float32" ? ofKind(given) : faulty(given)) };
}

/** The numbers that the bits of whole numbers are if they are read as float32. */
function bits(a: Matrix): Matrix {
  return mapped(a, (entry) => new Float32Array(Int32Array.of(entry).buffer)[0]!);
}

/** Mistakes with kinds of numbers. */
export const kindMutants: readonly Mutant[] = [
  mutant(
    "kinds-bits-read",
    "the bits of whole numbers are read as float32",
    ["A10"],
    withKinds((given) =>
      "objective" in given
        ? numbers({ ...given, given: { ...given.given, x: bits(given.given.x) } })
        : numbers({ ...given, a: bits(given.a) })
    ),
  ),
  mutant("kinds-converted", "whole numbers are converted without a word", ["A10"], withKinds(numbers)),
  mutant("kinds-unnamed", "other kinds are refused, but not by name", ["A10"], {
    ...oracle,
    ofKind: (given) => {
      if (given.kind === "float32") return ofKind(given);
      throw new TypeError("x must be float32; convert it");
    },
  }),
  mutant("kinds-of-data-forgotten", "linear algebra refuses other kinds, but losses convert x", ["A10"], {
    ...oracle,
    ofKind: (given) => ("objective" in given ? numbers(given) : ofKind(given)),
  }),
];
