/**
 * A short training run in float64 by Adam, every random number a function of the seed and the step.
 *
 * Source: D. Kingma, J. Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1.
 *
 * @module
 */

import type {
  ModelSpec,
  NetworkGradient,
  NetworkSpec,
  ObjectiveName,
  ObjectiveValue,
  Trained,
  TrainingCase,
} from "../laws/subject.ts";
import type { ObjectiveCase } from "../laws/subject.ts";
import { tabulate } from "./dense.ts";
import { normal, uniform } from "./random.ts";

const [decayFirst, decaySecond, epsilon] = [0.9, 0.999, 1e-8];

/** An objective with its gradient. */
type Objective = (given: ObjectiveCase) => Required<ObjectiveValue>;

/** Training runs of the given objectives. */
export function trainer(
  objectives: Readonly<Record<ObjectiveName, Objective>>,
): (run: TrainingCase) => Trained {
  return ({ objective, given, steps, learningRate, seed }) => {
    const { model, x } = given;
    let weights = [...flat(model.encoder), ...flat(model.decoder)];
    let first = weights.map(() => 0), second = weights.map(() => 0);
    for (let step = 1; step <= steps; step++) {
      const next = normal(2 * (seed + step)), pick = uniform(2 * (seed + step) + 1);
      const { gradient } = objectives[objective]({
        ...given,
        model: withWeights(model, weights),
        noise: [tabulate(x.length, model.latent, next)],
        columns: x.map(() => Math.floor(pick() * model.latent)),
      });
      const slopes = [...flat(gradient.encoder), ...flat(gradient.decoder)];
      first = first.map((m, i) => decayFirst * m + (1 - decayFirst) * slopes[i]!);
      second = second.map((v, i) => decaySecond * v + (1 - decaySecond) * slopes[i]! ** 2);
      const size = learningRate / (1 - decayFirst ** step), correct = 1 / (1 - decaySecond ** step);
      weights = weights.map((w, i) => w - size * first[i]! / (Math.sqrt(correct * second[i]!) + epsilon));
    }
    return { weights, leaked: 0 };
  };
}

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
