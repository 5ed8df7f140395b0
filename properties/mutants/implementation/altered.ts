/**
 * Ways to alter one thing in the oracle.
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
  Subject,
  Vector,
} from "../../contract/subject.ts";
import { real } from "../../oracle/arithmetic.ts";
import { oracle } from "../../oracle/mod.ts";
import { factor } from "../../oracle/posterior.ts";

/** The terms of an objective. */
export type Terms = Record<string, Vector>;

/** The oracle with one objective replaced. */
export function withObjective(
  name: ObjectiveName,
  faulty: (given: ObjectiveCase) => ObjectiveValue,
): Subject {
  return { ...oracle, objectives: { ...oracle.objectives, [name]: faulty } };
}

/** The oracle with every objective replaced. */
export function withObjectives(
  faulty: (name: ObjectiveName, given: ObjectiveCase) => ObjectiveValue,
): Subject {
  const names = Object.keys(oracle.objectives) as ObjectiveName[];
  return {
    ...oracle,
    objectives: Object.fromEntries(
      names.map((name) => [name, (given: ObjectiveCase) => faulty(name, given)]),
    ),
  };
}

/** A value with other terms; the loss follows, and the gradient is left out. */
export function withTerms(terms: Terms, batch: number): ObjectiveValue {
  const total = Object.values(terms).flat().reduce((sum, term) => sum + term, 0);
  return { terms, loss: total / batch };
}

/** The oracle with some terms of one objective replaced. */
export function withChangedTerms(
  name: ObjectiveName,
  change: (terms: Terms, given: ObjectiveCase) => Terms,
): Subject {
  return withObjective(name, (given) => {
    const { terms } = oracle.objectives[name](given);
    return withTerms({ ...terms, ...change({ ...terms }, given) }, given.x.length);
  });
}

/** The posterior that a model gives to each example. */
export function posteriors(
  { model, x }: ObjectiveCase,
): { readonly mean: Vector; readonly factor: Matrix }[] {
  return oracle.apply(model.encoder, x).map((output) => ({
    mean: output.slice(0, model.latent),
    factor: factor(real, model.family, model.latent, output.slice(model.latent)),
  }));
}

/** The case with another decoder. */
export function withDecoder(
  given: ObjectiveCase,
  change: (decoder: NetworkSpec) => NetworkSpec,
): ObjectiveCase {
  return withModel(given, { decoder: change(given.model.decoder) });
}

/** The case with a part of its model replaced. */
export function withModel(given: ObjectiveCase, part: Partial<ModelSpec>): ObjectiveCase {
  return { ...given, model: { ...given.model, ...part } };
}

/** The case whose encoder gives `scale` times the logarithms log L_ii. Its last layer is linear. */
export function withScaledLogs(given: ObjectiveCase, scale: number): ObjectiveCase {
  const { encoder, latent, family } = given.model;
  const logs = family.kind === "isotropic" ? 1 : latent;
  const change = (entry: number, i: number): number =>
    i >= latent && i < latent + logs ? entry * scale : entry;
  const last = encoder.at(-1)!;
  const layer = { ...last, weight: last.weight.map((row) => row.map(change)), bias: last.bias.map(change) };
  return withModel(given, { encoder: [...encoder.slice(0, -1), layer] });
}

/** Every entry of a matrix through a function. */
export function mapped(a: Matrix, f: (entry: number) => number): number[][] {
  return a.map((row) => row.map(f));
}
