/**
 * The trained models, by objective and β.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/laws/trained.ts";
import { COMPARED } from "./compared.ts";
import type { CompareOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";

/** Numbers of one objective at one β, over the seeds that ended. */
export interface Cell {
  readonly objective: ComparedObjective;
  readonly beta: number;
  readonly yardsticks: readonly number[];
  readonly graes: readonly number[];
  readonly reconstructions: readonly number[];
  /** In percent of the yardstick of the β-VAE with the same seed. */
  readonly deviations: readonly number[];
  readonly failures: readonly string[];
}

/** The models of the second view by objective and β. */
export function cellsOf({ betas, activation }: CompareOptions, results: readonly PartResult[]): Cell[] {
  const models = results.filter((result) => result.activation === activation);
  return COMPARED.flatMap(({ objective }) =>
    betas.toSorted((a, b) => a - b).map((beta) => {
      const here = models.filter((model) => model.objective === objective && model.beta === beta);
      const ended = here.flatMap(({ judged }) => judged ?? []);
      return {
        objective,
        beta,
        yardsticks: ended.map(({ yardstick }) => yardstick),
        graes: ended.map(({ grae }) => grae),
        reconstructions: ended.map(({ reconstruction }) => reconstruction),
        deviations: here.flatMap(({ judged, seed }) => {
          const reference = models.find((model) =>
            model.objective === "beta-vae" && model.beta === beta && model.seed === seed
          )?.judged;
          return judged && reference ? [100 * (judged.yardstick / reference.yardstick - 1)] : [];
        }),
        failures: here.flatMap(({ failure }) => failure ?? []),
      };
    })
  );
}
