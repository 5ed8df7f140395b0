/**
 * Faults in how a loss treats a batch, and the names of its latents.
 *
 * @module
 */

import type { ObjectiveCase, ObjectiveValue } from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { posteriors, withChangedTerms, withModel, withObjectives, withOutputs } from "./altered.ts";
import { type Mutant, type Part, planted, replacing } from "./mutant.ts";

const { objectives } = oracle;

/** Every loss times a factor that depends on the batch. */
function lossTimes(factor: (batch: number) => number): Part {
  return withObjectives((name, given) => {
    const value = objectives[name](given);
    return { ...value, loss: value.loss * factor(given.x.length) };
  });
}

const betaVae = replacing("objectives.beta-vae");
const stochastic = replacing("objectives.grae-star-stochastic");
const graeBlock = replacing("objectives.grae-block");
const taylorTerms = withChangedTerms("taylor-jacobian");
const betaVaeTerms = withChangedTerms("beta-vae");

/** β KL per example, each latent i with a weight. */
function weightedKl(given: ObjectiveCase, weight: (i: number) => number): number[] {
  return posteriors(given).map(({ mean, factor }) =>
    mean.reduce((sum, h, i) => {
      const spread = factor[i]!.reduce((total, entry) => total + entry ** 2, 0);
      return sum + given.beta * weight(i) * ((h ** 2 + spread - 1) / 2 - Math.log(factor[i]![i]!));
    }, 0)
  );
}

function posteriorMeans({ model, x }: ObjectiveCase): readonly (readonly number[])[] {
  return oracle.apply(model.encoder, x).map((output) => output.slice(0, model.latent));
}

/** GRAE-block with its latents in another order; the gradient is right. */
const ofBlocks = (given: ObjectiveCase, order: readonly number[]): ObjectiveValue => (
  { ...objectives["grae-block"](reordered(given, order)), gradient: objectives["grae-block"](given).gradient }
);

/** The case with its latents in another order; the raw factor, which GRAE does not use, stays. */
function reordered(given: ObjectiveCase, order: readonly number[]): ObjectiveCase {
  const { encoder, decoder } = given.model, first = decoder[0]!;
  return withModel(given, {
    encoder: withOutputs(encoder, (row) => [...order.map((i) => row[i]!), ...row.slice(order.length)]),
    decoder: [{ ...first, weight: order.map((i) => first.weight[i]!) }, ...decoder.slice(1)],
  });
}

/** The faults, by the laws that must reject them. */
export const batchMutants: readonly Mutant[] = planted({
  // How a loss treats a batch
  "A2 A3 A9": {
    "noise-reused-between-examples: one draw of ε serves every example of the batch": betaVae((given) =>
      objectives["beta-vae"]({
        ...given,
        noise: given.noise!.map((sample) => sample.map(() => sample[0]!)),
      })
    ),
    "batch-summed: the loss is the sum over the batch": lossTimes((batch) => batch),
    "batch-mean-scaled-twice: the mean over the batch is divided by the batch size again": lossTimes(
      (batch) => 1 / batch,
    ),
    "batch-last-dropped: the last example of an odd batch is dropped": withObjectives((name, given) => {
      const kept = given.x.length - (given.x.length > 1 ? given.x.length % 2 : 0);
      return objectives[name]({ ...given, x: given.x.slice(0, kept) });
    }),
    "batch-centred: data are centred by the mean of their batch": replacing("objectives.grae")((given) => {
      const binary = given.model.likelihood.kind === "bernoulli";
      const mean = given.x[0]!.map((_, k) => given.x.reduce((sum, row) => sum + row[k]! / given.x.length, 0));
      return objectives.grae(
        binary ? given : { ...given, x: given.x.map((row) => row.map((entry, k) => entry - mean[k]!)) },
      );
    }),
    "batch-worst-example: the loss is that of the worst example": withObjectives((name, given) => {
      const value = objectives[name](given);
      const totals = given.x.map((_, b) =>
        Object.values(value.terms).reduce((sum, term) => sum + term[b]!, 0)
      );
      return { ...value, loss: Math.max(...totals) };
    }),
    "curvature-term-of-the-first-example: the curvature term is computed at the first example only":
      taylorTerms(({ curvature }) => ({
        curvature: curvature!.map(() => curvature![0]!),
      })),
  },
  // The order of latents matters
  "A2 A4 A9": {
    "kl-last-latent-lost: the sum over latents in the KL stops one short": betaVaeTerms((_, given) => ({
      kl: weightedKl(given, (i) => Number(i < given.model.latent - 1)),
    })),
    "kl-weights-latents: latents are weighted by their index, as for an ordered code": taylorTerms(
      (_, given) => ({ kl: weightedKl(given, (i) => i + 1) }),
    ),
    "prior-first-latent-lost: the prior term of GRAE leaves the first latent out": withChangedTerms("grae")(
      (_, given) => ({
        prior: posteriorMeans(given).map((h) =>
          given.beta / 2 * h.slice(1).reduce((sum, entry) => sum + entry ** 2, 0)
        ),
      }),
    ),
    "noise-reversed: latent i takes the noise of latent d − 1 − i": betaVae((given) =>
      objectives["beta-vae"]({
        ...given,
        noise: given.noise!.map((sample) => sample.map((row) => row.toReversed())),
      })
    ),
    "columns-ignored: the stochastic GRAE* takes column 0 whatever was drawn": stochastic((given) =>
      objectives["grae-star-stochastic"]({ ...given, columns: given.columns!.map(() => 0) })
    ),
  },
  "A4 A9": {
    "blocks-strided: GRAE-block takes every k-th latent for a block: relabelling inside blocks changes it":
      graeBlock((given) => {
        const { latent } = given.model, size = given.block!, count = latent / size;
        const order = Array.from({ length: latent }, (_, i) => (i % size) * count + Math.floor(i / size));
        return ofBlocks(given, order);
      }),
    "blocks-one-late: blocks begin one latent late, the first latent joining the last block": graeBlock(
      (given) => {
        const { latent } = given.model;
        const order = Array.from({ length: latent }, (_, i) => (i + 1) % latent);
        return ofBlocks(given, order);
      },
    ),
  },
});
