/**
 * Faults in prior-preserving maps that are not linear.
 *
 * @module
 */

import type { Matrix, Subject, Vector } from "../../contract/subject.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { withSymmetry } from "./transform.ts";

const { symmetry } = oracle;

/** A swirl by other rates for each row. */
const withSwirl = (rates: (rates: Vector, row: Vector, z: Matrix) => Vector): Subject =>
  withSymmetry({
    swirl: (given, z) => z.map((row) => symmetry.swirl(rates(given, row, z), [row])[0]!),
    unswirl: (given, z) => z.map((row) => symmetry.unswirl(rates(given, row, z), [row])[0]!),
  });
const square = (row: Vector): number => row.reduce((sum, entry) => sum + entry * entry, 0);

/** Mistakes in maps that are not linear. */
export const swirlMutants: readonly Mutant[] = [
  mutant(
    "swirl-linear",
    "the angle does not depend on the norm: an ordinary rotation",
    ["U8"],
    withSwirl((rates, row) => rates.map((rate) => (square(row) === 0 ? rate : rate / square(row)))),
  ),
  mutant(
    "swirl-by-first-latent",
    "the angle depends on z₁² rather than on ‖z‖², which changes volumes",
    ["U8"],
    withSwirl((rates, row) =>
      rates.map((rate) => (square(row) === 0 ? 0 : rate * row[0]! ** 2 / square(row)))
    ),
  ),
  mutant(
    "swirl-by-batch-norm",
    "all rows are turned by the norm of the first",
    ["U8"],
    withSwirl((rates, row, z) =>
      rates.map((rate) => (square(row) === 0 ? 0 : rate * square(z[0]!) / square(row)))
    ),
  ),
  mutant(
    "swirl-one-plane",
    "only the first pair of latents is mixed",
    ["U8"],
    withSwirl((rates) => rates.map((rate, at) => (at === 0 ? rate : 0))),
  ),
  mutant(
    "swirl-grows",
    "the norm grows by a part in a thousand",
    ["U8"],
    withSymmetry({
      swirl: (rates, z) => symmetry.swirl(rates, z).map((row) => row.map((entry) => 1.001 * entry)),
    }),
  ),
  mutant(
    "swirl-inverse-in-order",
    "the inverse turns back in the same order, which is right for two latents only",
    ["U8"],
    withSymmetry({ unswirl: (rates, z) => symmetry.swirl(rates.map((rate) => -rate), z) }),
  ),
  mutant(
    "swirl-inverse-forgotten",
    "the inverse turns the same way",
    ["U8"],
    withSymmetry({ unswirl: symmetry.swirl }),
  ),
  mutant(
    "swirl-marginal-not-kept",
    "the inverse also shrinks by 1%, so that the prior is not preserved",
    ["U8"],
    withSymmetry({
      unswirl: (rates, z) => symmetry.unswirl(rates, z).map((row) => row.map((entry) => 0.99 * entry)),
    }),
  ),
];
