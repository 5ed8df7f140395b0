/**
 * Short training runs, and the first step of one, for A8: which way it goes, and how far.
 *
 * @module
 */

import fc from "fast-check";
import type { NetworkSpec, ObjectiveName, TrainingCase, Vector } from "../../contract/subject.ts";
import { type Clause, clause, objectiveNames, type Tolerance, tolerance } from "../../contract/mod.ts";
import { objectiveCase } from "../arbitrary/model.ts";
import { oracle } from "../../oracle/mod.ts";
import { dot, sum } from "../reference/algebra.ts";
import { flatGradient, gradientTolerance, lossTolerance } from "./loss_tolerance.ts";

/** Those that draw nothing. */
export const deterministic: readonly ObjectiveName[] = objectiveNames.filter((name) =>
  name !== "beta-vae" && name !== "grae-star-stochastic"
);

/** Runs on small models. */
export function runs(
  names: readonly ObjectiveName[],
  steps: fc.IntegerConstraints = { min: 0, max: 3 },
): fc.Arbitrary<TrainingCase> {
  return fc.record({
    objective: fc.constantFrom(...names),
    given: objectiveCase(),
    steps: fc.integer(steps),
    learningRate: fc.constantFrom(1e-3, 1e-2),
    seed: fc.nat(),
  });
}

/** All numbers of a network. */
function flat(network: NetworkSpec): Vector {
  return network.flatMap(({ weight, bias }) => [...weight.flat(), ...bias]);
}

/** All parameters that a run starts from. */
export function start({ given: { model } }: TrainingCase): Vector {
  return [...flat(model.encoder), ...flat(model.decoder)];
}

function rounding(epsilon: number): Tolerance {
  return tolerance("rounding of the weights", { c: 4, epsilon, scale: 4 });
}

/** No step leaves the weights where they are. */
export const still: Clause = clause({
  says: "a run of no steps gives back the weights it was given",
  needs: ["train"],
  given: runs(objectiveNames),
  atMost: 30,
  examine: async ({ train }, run, expect) => {
    const { weights } = await train({ ...run, steps: 0 });
    expect.closeVector("weights after no step", weights, start(run), rounding(expect.epsilon));
  },
});

/**
 * A first step goes down by at least r min(|g|, g²)/2, up to decay, and no further than r (32 + 2|g| + |w|), for a slope g of a weight w at
 * the rate r. By SGD it is −r g, −2 r g with Nesterov's momentum; by Adagrad −r g/√(ρ + g²) with ρ up to 0.1; by Adam −r sign g; by RMSprop
 * −r sign g/√(1 − ρ) with ρ up to 0.999; less up to r w/10 of weight decay.
 */
export const downhill: Clause = clause({
  says: "the first step goes down the oracle's gradient, as far as SGD, RMSprop, Adagrad, Adam or AdamW do",
  needs: ["train"],
  given: runs(deterministic),
  atMost: 30,
  examine: async ({ train }, run, expect) => {
    const { objective, given, learningRate: rate } = run;
    const gradient = flatGradient(oracle.objectives[objective](given))!, weights = start(run);
    const loss = lossTolerance(objective, given, expect.epsilon);
    const off = gradientTolerance(loss, gradient, expect.epsilon);
    const moved = await train({ ...run, steps: 1 });
    expect.is("number of weights", moved.weights.length, weights.length);
    const steps = weights.map((weight, i) => moved.weights[i]! - weight);
    const furthest = weights.map((weight, i) => rate * (32 + 2 * Math.abs(gradient[i]!) + Math.abs(weight)));
    const slack = rounding(expect.epsilon);
    steps.forEach((step, i) =>
      expect.atMost(`move of weight ${i}`, Math.abs(step), furthest[i]!, {
        ...off,
        value: slack.value + 2 * rate * off.value,
      })
    );
    const size = gradient.map(Math.abs);
    const least = sum(size.map((g) => rate * Math.min(g, g * g) / 2));
    const decay = sum(size.map((g, i) => rate / 10 * g * Math.abs(weights[i]!)));
    expect.atMost("slope along the step", dot(gradient, steps), decay - least, {
      ...off,
      value: slack.value * sum(size) + off.value * sum(furthest),
    });
  },
});

/** Adam's first step is the rate at most. */
export const adam: Clause = clause({
  says: "the first step of Adam moves no weight further than the learning rate",
  needs: ["train"],
  promised: "Adam",
  given: runs(objectiveNames),
  atMost: 30,
  examine: async ({ train }, run, expect) => {
    const given = start(run), slack = rounding(expect.epsilon);
    const moved = await train({ ...run, steps: 1 });
    moved.weights.forEach((weight, i) =>
      expect.atMost(`move of weight ${i}`, Math.abs(weight - given[i]!), run.learningRate, slack)
    );
  },
});
