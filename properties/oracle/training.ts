/**
 * A short training run in float64 by Adam, every random number a function of the seed and the step.
 *
 * Sources: D. Kingma, J. Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1; I. Loshchilov, F. Hutter,
 * Decoupled Weight Decay Regularization, 2019, algorithm 2.
 *
 * @module
 */

import type {
  ModelSpec,
  NetworkGradient,
  NetworkSpec,
  ObjectiveName,
  ObjectiveValue,
  ScheduledCase,
  Trained,
  TrainingCase,
} from "../contract/subject.ts";
import type { ObjectiveCase } from "../contract/subject.ts";
import { tabulate } from "./dense.ts";
import { normal, uniform } from "./random.ts";

const [decayFirst, decaySecond, epsilon] = [0.9, 0.999, 1e-8];

/** An objective with its gradient. */
type Objective = (given: ObjectiveCase) => Required<ObjectiveValue>;

/** Training runs of the given objectives. */
export function trainer(
  objectives: Readonly<Record<ObjectiveName, Objective>>,
): (run: TrainingCase & Partial<ScheduledCase>) => Trained {
  return ({
    objective,
    given,
    steps,
    learningRate,
    seed,
    warmUp = 0,
    rates = "constant",
    weightDecay = 0,
    clip = null,
  }) => {
    const { model, x } = given;
    let weights = [...flat(model.encoder), ...flat(model.decoder)];
    let first = weights.map(() => 0), second = weights.map(() => 0);
    for (let step = 1; step <= steps; step++) {
      const next = normal(2 * (seed + step)), pick = uniform(2 * (seed + step) + 1);
      const { gradient } = objectives[objective]({
        ...given,
        beta: step < warmUp ? given.beta * step / warmUp : given.beta,
        model: withWeights(model, weights),
        noise: [tabulate(x.length, model.latent, next)],
        columns: x.map(() => Math.floor(pick() * model.latent)),
      });
      const raw = [...flat(gradient.encoder), ...flat(gradient.decoder)];
      const norm = Math.hypot(...raw);
      const slopes = clip !== null && norm > clip ? raw.map((slope) => slope * clip / norm) : raw;
      first = first.map((m, i) => decayFirst * m + (1 - decayFirst) * slopes[i]!);
      second = second.map((v, i) => decaySecond * v + (1 - decaySecond) * slopes[i]! ** 2);
      const rate = learningRate * shares[rates]((step - 1) / steps);
      const size = rate / (1 - decayFirst ** step), correct = 1 / (1 - decaySecond ** step);
      weights = weights.map((w, i) =>
        w - rate * weightDecay * w - size * first[i]! / (Math.sqrt(correct * second[i]!) + epsilon)
      );
    }
    return { weights, leaked: 0 };
  };
}

/** The factor of the learning rate after a share of the steps. */
const shares: Readonly<Record<ScheduledCase["rates"], (share: number) => number>> = {
  constant: () => 1,
  cosine: (share) => (1 + Math.cos(Math.PI * share)) / 2,
  step: (share) => share < 0.5 ? 1 : share < 0.75 ? 0.1 : 0.01,
};

/** All numbers of a network, or of a gradient in it. */
function flat(layers: readonly NetworkGradient[]): number[] {
  return layers.flatMap(({ weight, bias }) => [...weight.flat(), ...bias]);
}

/** The model with its parameters replaced, in the order of {@link flat}. */
function withWeights(model: ModelSpec, weights: readonly number[]): ModelSpec {
  let next = 0;
  const fill = (network: NetworkSpec): NetworkSpec =>
    network.map((layer) => ({
      ...layer,
      weight: layer.weight.map((row) => row.map(() => weights[next++]!)),
      bias: layer.bias.map(() => weights[next++]!),
    }));
  return { ...model, encoder: fill(model.encoder), decoder: fill(model.decoder) };
}
