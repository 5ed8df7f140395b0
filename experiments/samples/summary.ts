/**
 * Fréchet distances over seeds, objective by objective.
 *
 * @module
 */

import type { ComparedObjective, SampledModel } from "../../properties/laws/trained.ts";
import { COMPARED } from "../compare/compared.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** From N(0, I), and from the aggregate posterior. */
export const SOURCES = ["prior", "aggregate"] as const;
/** Where latents are drawn from. */
export type Source = typeof SOURCES[number];

/** An objective over all seeds. */
export interface ObjectiveSummary {
  readonly objective: ComparedObjective;
  /** As figures name it. */
  readonly name: string;
  readonly models: readonly SampledModel[];
  /** Its distances. */
  readonly distance: Readonly<Record<Source, Spread>>;
  /** Its distance over that of the β-VAE of the same seed. */
  readonly ratio: Readonly<Record<Source, Spread>>;
}

/** The summaries, in the order of the objectives. */
export function summaries(models: readonly SampledModel[]): ObjectiveSummary[] {
  const betaVae = new Map(
    models.filter(({ objective }) => objective === "beta-vae").map((model) => [model.seed, model]),
  );
  return COMPARED.map(({ objective, name }) => {
    const own = models.filter((model) => model.objective === objective);
    const spread = (value: (model: SampledModel) => number): Spread => spreadOf(own.map(value));
    const both = (value: (model: SampledModel, source: Source) => number): Record<Source, Spread> => ({
      prior: spread((model) => value(model, "prior")),
      aggregate: spread((model) => value(model, "aggregate")),
    });
    return {
      objective,
      name,
      models: own,
      distance: both((model, source) => model[source]),
      ratio: both((model, source) => model[source] / betaVae.get(model.seed)![source]),
    };
  });
}

/** "1.03 (0.98–1.10)": mean, least and most. */
export const spreadText = ({ mean, least, most }: Spread, digits = 2): string =>
  `${mean.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
