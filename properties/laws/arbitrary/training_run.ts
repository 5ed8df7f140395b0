/**
 * Short training runs on small models, of every objective.
 *
 * @module
 */

import fc from "fast-check";
import type { NetworkSpec, ObjectiveName, TrainingCase, Vector } from "../../contract/subject.ts";
import { objectiveNames } from "../../contract/specs.ts";
import { objectiveCase } from "./model.ts";

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
