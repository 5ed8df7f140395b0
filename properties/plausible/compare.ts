/**
 * Made-up results of `compare`, from the terms of the objectives.
 *
 * @module
 */

import {
  COMPARED_OBJECTIVES,
  type ComparedObjective,
  type CompareResults,
  type Tracked,
  type TrainedModel,
} from "../contract/trained.ts";
import { uniform } from "../oracle/random.ts";

/** An objective's terms in nats per digit, as it adds them up. */
export type Terms = Readonly<Record<string, number>>;

/** Changes terms: a mistake. */
export type Mistake = (terms: Terms, objective: ComparedObjective, beta: number) => Terms;

const BETAS = [0.2, 0.5, 1, 2], SEEDS = [0, 1, 2], EPOCHS = 4;

/** Terms on a model, `progress` from 0 before training to 1 after. */
function termsOf(objective: ComparedObjective, beta: number, seed: number, progress: number): Terms {
  const wobble = uniform(100 * seed + 10 * beta)();
  const reconstruction = 52 - (36 - 7 * Math.sqrt(beta)) * progress * (1 + 0.01 * wobble);
  const prior = beta * 3 * progress * (1 + 0.02 * wobble);
  // ½ Σ log(1 + ‖J‖²/β) over latents.
  const volume = beta * 4.5 * progress * (1 - 0.2 * Math.log(beta));
  switch (objective) {
    case "grae":
      return { reconstruction, prior, volume: 0.97 * volume };
    case "grae-star":
      return { reconstruction, prior, volume };
    case "grae-star-stochastic":
      return { reconstruction, prior, volume: volume * (1 + 0.02 * (wobble - 0.5)) };
    case "beta-vae": {
      // Sampling adds ½ tr(GΣ) to the reconstruction, up to the third order.
      const curvature = 0.55 * beta * progress * 4;
      return { reconstruction: reconstruction + 1.04 * curvature, kl: prior + 1.02 * volume - curvature };
    }
    case "taylor-hessian":
    case "taylor-jacobian": {
      const curvature = 0.55 * beta * progress * 4;
      return { reconstruction, curvature, kl: prior + 1.02 * volume - curvature };
    }
  }
}

const total = (terms: Terms): number => Object.values(terms).reduce((sum, term) => sum + term, 0);

/** The loss that each objective reaches, over that of the β-VAE. */
const RATIO: Readonly<Record<ComparedObjective, number>> = {
  "beta-vae": 1,
  "taylor-hessian": 1.01,
  "taylor-jacobian": 1.01,
  "grae": 1.02,
  "grae-star": 1.015,
  "grae-star-stochastic": 1.03,
};

/** The results; a mistake made in the objectives changes what is tracked, and with `judged` also what judges them. */
export function compareResults(
  mistake: Mistake = (terms) => terms,
  judged: Mistake = (terms) => terms,
): CompareResults {
  const trained: TrainedModel[] = [], along: Tracked[] = [];
  for (const beta of BETAS) {
    for (const seed of SEEDS) {
      for (const objective of COMPARED_OBJECTIVES) {
        const terms = termsOf("beta-vae", beta, seed, 1);
        const betaVaeLoss = RATIO[objective] * total(judged(terms, objective, beta));
        trained.push({ objective, beta, seed, betaVaeLoss });
        for (let epoch = 0; epoch <= EPOCHS; epoch++) {
          const given = mistake(termsOf(objective, beta, seed, 1 - Math.exp(-2 * epoch)), objective, beta);
          along.push({ objective, beta, seed, epoch, loss: total(given), terms: given });
        }
      }
    }
  }
  return { trained, along };
}
