/**
 * Made-up parts of a comparison, for tests.
 *
 * @module
 */

import type { ComparedObjective } from "../../properties/laws/trained.ts";
import { COMPARED } from "../digits/compared.ts";
import { type CompareOptions, QUICK } from "./options.ts";
import type { Contraction, PartResult, Value } from "./part_result.ts";

/** A comparison of two β in the order in which they were given. */
export const OPTIONS: CompareOptions = { ...QUICK, betas: [1, 0.5], seeds: 2, epochs: 1 };

/** β-VAE 40, and each next objective 1 more with every β; the seed adds 8 % of that. */
const yardstick = (index: number, beta: number, seed: number): number =>
  40 + index * beta * (1 + 0.08 * seed);

/** Losses that differ from that of the β-VAE, 30, by what is given; terms as objectives name them. */
export function values(beta: number, gaps: readonly number[]): Record<ComparedObjective, Value> {
  const entries = COMPARED.map(({ objective, posterior }, i): [ComparedObjective, Value] => {
    const spread = 30 + gaps[i]! - 20;
    const terms: Record<string, number> = objective === "beta-vae"
      ? { reconstruction: 20 + 4, kl: spread - 4 }
      : posterior
      ? { reconstruction: 20, curvature: 4 + gaps[i]!, kl: 6 }
      : { reconstruction: 20, prior: beta, volume: spread - beta };
    return [objective, { loss: 30 + gaps[i]!, terms, standardError: i === 0 || i === 5 ? 0.01 : null }];
  });
  return Object.fromEntries(entries) as Record<ComparedObjective, Value>;
}

/** Errors t² and t + t², as T2 has them; the first is the smooth model's. */
const contractions = (kinked: boolean): Contraction[] =>
  Array.from({ length: 7 }, (_, k): Contraction => {
    const t = 2 ** -k;
    const hessian = kinked ? t : 0.5 * t * t;
    const leftOut = kinked ? 0 : 2 * t;
    return { t, hessian, jacobian: hessian + leftOut, leftOut, standardError: 1e-6 * t };
  });

/** The same training, had it not ended. */
export function failed(part: PartResult): PartResult {
  const failure = "training: the loss must be finite";
  return { ...part, failure, judged: null, along: part.along.slice(0, 1), contractions: [] };
}

/** Parts that all ended, of seeds 0, 1 …. */
export function results(seeds = OPTIONS.seeds): PartResult[] {
  const models = [...COMPARED.map((compared) => ({ ...compared, activation: "relu" as const })), {
    ...COMPARED[0]!,
    activation: "tanh" as const,
  }];
  return models.flatMap(({ objective, activation }, index) =>
    OPTIONS.betas.flatMap((beta) =>
      Array.from({ length: seeds }, (_, seed): PartResult => {
        const tracked = objective === "beta-vae";
        const kinked = activation === "relu";
        return {
          ...{ objective, activation, beta, seed },
          failure: null,
          judged: {
            yardstick: yardstick(index % 6, beta, seed),
            standardError: 0.01 * beta,
            meanField: yardstick(index % 6, beta, seed) + (objective === "grae" ? 0.25 : 0),
            grae: 39,
            reconstruction: 20,
          },
          along: tracked
            ? [0, 1].map((epoch) => ({
              epoch,
              values: values(beta, [0, 0.3, kinked ? 0.3 : 0.6, -0.2, -0.1, -0.1]),
            }))
            : [],
          contractions: tracked ? contractions(kinked) : [],
        };
      })
    )
  );
}
