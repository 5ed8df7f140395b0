/**
 * Ways to alter one thing in the objectives.
 *
 * @module
 */

import type {
  Matrix,
  ModelSpec,
  NetworkSpec,
  ObjectiveCase,
  ObjectiveName,
  ObjectiveValue,
  Vector,
} from "../contract/subject.ts";
import { objectiveNames } from "../contract/specs.ts";
import { real } from "../oracle/arithmetic.ts";
import { oracle } from "../oracle/mod.ts";
import { factor } from "../oracle/posterior.ts";
import type { Part } from "./mutant.ts";

/** The terms of an objective. */
type Terms = Record<string, Vector>;

/** Every objective replaced. */
export function withObjectives(
  faulty: (name: ObjectiveName, given: ObjectiveCase) => ObjectiveValue,
): Part {
  return Object.fromEntries(
    objectiveNames.map((name) => [`objectives.${name}`, (given: ObjectiveCase) => faulty(name, given)]),
  );
}

/** Some terms of one objective replaced; the loss follows, and the gradient is left out. */
export const withChangedTerms =
  (name: ObjectiveName) => (change: (terms: Terms, given: ObjectiveCase) => Terms): Part => ({
    [`objectives.${name}`]: (given: ObjectiveCase) => {
      const { terms } = oracle.objectives[name](given);
      const changed = { ...terms, ...change({ ...terms }, given) };
      const total = Object.values(changed).flat().reduce((sum, term) => sum + term, 0);
      return { terms: changed, loss: total / given.x.length };
    },
  });

/** One term of an objective times a factor that may depend on the case. */
export const withScaledTerm =
  (name: ObjectiveName, term: string) => (factor: (given: ObjectiveCase) => number): Part =>
    withChangedTerms(name)((terms, given) => (
      { [term]: terms[term]!.map((value) => value * factor(given)) }
    ));

/** The posterior that a model gives to each example. */
export function posteriors(
  { model, x }: ObjectiveCase,
): { readonly mean: Vector; readonly factor: Matrix }[] {
  return oracle.apply(model.encoder, x).map((output) => ({
    mean: output.slice(0, model.latent),
    factor: factor(real, model.family, model.latent, output.slice(model.latent)),
  }));
}

/** The case with a part of its model replaced. */
export function withModel(given: ObjectiveCase, part: Partial<ModelSpec>): ObjectiveCase {
  return { ...given, model: { ...given.model, ...part } };
}

/** The network whose last layer, which is linear, gives other outputs. */
export function withOutputs(network: NetworkSpec, change: (outputs: Vector) => Vector): NetworkSpec {
  const last = network.at(-1)!;
  return network.with(-1, { ...last, weight: last.weight.map(change), bias: change(last.bias) });
}

/** The case whose encoder gives `scale` times the logarithms log L_ii. */
export function withScaledLogs(given: ObjectiveCase, scale: number): ObjectiveCase {
  const { encoder, latent, family } = given.model;
  const logs = family.kind === "isotropic" ? 1 : latent;
  return withModel(given, {
    encoder: withOutputs(
      encoder,
      (row) => row.map((entry, i) => i >= latent && i < latent + logs ? entry * scale : entry),
    ),
  });
}

/** Every entry of a matrix through a function. */
export function mapped(a: Matrix, f: (entry: number, i: number, j: number) => number): number[][] {
  return a.map((row, i) => row.map((entry, j) => f(entry, i, j)));
}

/** The same numbers in the same order, in so many rows. */
export function reshaped(a: Matrix, rows: number): number[][] {
  const flat = a.flat(), columns = flat.length / rows;
  return Array.from({ length: rows }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
}

/** The matrix without what is off its diagonal. */
export const diagonalOf = (a: Matrix): number[][] => mapped(a, (entry, i, j) => i === j ? entry : 0);
