/**
 * The trained models, by objective and β.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/laws/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import type { CompareOptions } from "./options.ts";
import type { Judged, PartResult } from "./part_result.ts";

/** A trained model's scores. */
export interface JudgedModel extends Judged {
  readonly seed: number;
}

/** Models of one objective at one β, of the seeds that ended. */
export interface Cell {
  readonly objective: ComparedObjective;
  readonly beta: number;
  readonly models: readonly JudgedModel[];
  /** In percent of the yardstick of the β-VAE with the same seed, where both ended. */
  readonly deviations: readonly number[];
}

/** The models of the second view by objective and β. */
export function cellsOf({ betas, activation }: CompareOptions, results: readonly PartResult[]): Cell[] {
  const modelsOf = (objective: ComparedObjective, beta: number): JudgedModel[] =>
    results.filter((part) =>
      part.activation === activation && part.objective === objective && part.beta === beta
    ).flatMap(({ seed, judged }) => judged ? [{ ...judged, seed }] : []);
  return COMPARED.flatMap(({ objective }) =>
    betas.toSorted((a, b) => a - b).map((beta): Cell => {
      const models = modelsOf(objective, beta);
      const references = modelsOf("beta-vae", beta);
      const deviations = models.flatMap(({ seed, yardstick }) => {
        const reference = references.find((of) => of.seed === seed);
        return reference ? [100 * (yardstick / reference.yardstick - 1)] : [];
      });
      return { objective, beta, models, deviations };
    })
  );
}
