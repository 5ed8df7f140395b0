/**
 * Fréchet distances over seeds, objective by objective.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/laws/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import { type Spread, spreadOf } from "../study/spread.ts";
import type { FailedModel, MeasuredModel, PartResult } from "./part_result.ts";

/** From N(0, I), and from the aggregate posterior. */
export const SOURCES = ["prior", "aggregate"] as const;
/** Where latents are drawn from. */
export type Source = typeof SOURCES[number];

/** Numbers over the seeds that have them, from each source; null if none has. */
export interface OverSeeds {
  /** How many seeds these are. */
  readonly count: number;
  readonly spread: Readonly<Record<Source, Spread>> | null;
}

/** An objective over all seeds. */
export interface ObjectiveSummary {
  readonly objective: ComparedObjective;
  /** As figures name it. */
  readonly name: string;
  /** How many seeds were trained. */
  readonly seeds: number;
  /** Those whose training ended. */
  readonly models: readonly MeasuredModel[];
  /** The others. */
  readonly failed: readonly FailedModel[];
  /** Its distances. */
  readonly distance: OverSeeds;
  /** Its distance over that of the β-VAE of the same seed, where both have one. */
  readonly ratio: OverSeeds;
}

/** The summaries, in the order of the objectives. */
export function summaries(parts: readonly PartResult[]): ObjectiveSummary[] {
  const ended = parts.filter((part) => part.kind === "model");
  const references = new Map(
    ended.filter(({ objective }) => objective === "beta-vae").map((model) => [model.seed, model]),
  );
  return COMPARED.map(({ objective, name }) => {
    const models = ended.filter((model) => model.objective === objective);
    const failed = parts.filter((part) => part.kind === "failed").filter((model) =>
      model.objective === objective
    );
    const ratios = models.flatMap((model) => {
      const reference = references.get(model.seed);
      return reference
        ? [{ prior: model.prior / reference.prior, aggregate: model.aggregate / reference.aggregate }]
        : [];
    });
    return {
      ...{ objective, name, models, failed },
      seeds: models.length + failed.length,
      distance: overSeeds(models),
      ratio: overSeeds(ratios),
    };
  });
}

function overSeeds(values: readonly Readonly<Record<Source, number>>[]): OverSeeds {
  const spread = (source: Source): Spread => spreadOf(values.map((value) => value[source]));
  return {
    count: values.length,
    spread: values.length === 0 ? null : { prior: spread("prior"), aggregate: spread("aggregate") },
  };
}

/** ", 2 of 3 seeds"; nothing for all of them. */
export const someOf = (count: number, seeds: number): string =>
  count === seeds ? "" : `, ${count} of ${seeds} seeds`;

/** "GRAE", or "GRAE, 2 of 3 seeds". */
export const nameWithSeeds = ({ name, models, seeds }: ObjectiveSummary): string =>
  `${name}${someOf(models.length, seeds)}`;

/** "1.03 (0.98–1.10)": mean, least and most. */
export const spreadText = ({ mean, least, most }: Spread, digits = 2): string =>
  `${mean.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
