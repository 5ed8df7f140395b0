/**
 * The evaluation of an objective: its terms per example, the loss, and the gradient in every parameter.
 *
 * @module
 */

import type {
  ModelSpec,
  NetworkGradient,
  NetworkSpec,
  ObjectiveCase,
  ObjectiveValue,
  Vector,
} from "../contract/subject.ts";
import { scale, sum } from "./arithmetic.ts";
import { evaluate, liftNetwork, type Network } from "./network.ts";
import { Tape, type Variable } from "./tape.ts";

/** The model at one example, recorded on a tape. */
export interface Point {
  readonly tape: Tape;
  readonly model: ModelSpec;
  readonly beta: number;
  /** One data point, `[data]`. */
  readonly x: Vector;
  /** The encoder's mean, `[latent]`. */
  readonly h: readonly Variable[];
  /** The encoder's raw factor, `[raw]`; empty when the encoder gives the mean only. */
  readonly raw: readonly Variable[];
  readonly decoder: Network<Variable>;
  /** The decoder's output at h, `[data]`. */
  readonly g: readonly Variable[];
}

/** The terms of an objective at one example, by name. */
export type Terms = Readonly<Record<string, Variable>>;

/**
 * An objective from the formula of its terms at one example. The loss is the mean over the batch of their sum. It is
 * recorded on a new tape, or on one that is handed in.
 *
 * @throws RangeError unless β > 0 and the encoder gives at least one number per latent
 */
export function objective(
  formula: (point: Point, given: ObjectiveCase, example: number) => Terms,
): (given: ObjectiveCase, tape?: Tape) => Required<ObjectiveValue> {
  return (given, tape = new Tape()) => {
    const { model, beta } = given;
    if (!(beta > 0)) throw new RangeError(`objective: beta must be > 0, but is ${beta}`);
    const lift = (weight: number): Variable => tape.variable(weight);
    const encoder = liftNetwork(model.encoder, lift);
    const decoder = liftNetwork(model.decoder, lift);
    const perExample = given.x.map((x, example) => {
      const output = evaluate(tape, encoder, x.map((value) => tape.constant(value)));
      if (output.length < model.latent) {
        throw new RangeError(
          `objective: the encoder must give at least ${model.latent} numbers, one mean per latent, ` +
            `but gives ${output.length}`,
        );
      }
      const h = output.slice(0, model.latent);
      const raw = output.slice(model.latent);
      const g = evaluate(tape, decoder, h);
      return formula({ tape, model, beta, x, h, raw, decoder, g }, given, example);
    });
    const loss = scale(
      tape,
      1 / given.x.length,
      sum(tape, perExample.flatMap((terms) => Object.values(terms))),
    );
    const gradient = tape.gradient(loss);
    return {
      loss: loss.value,
      terms: Object.fromEntries(
        Object.keys(perExample[0] ?? {}).map((name) => [name, perExample.map((terms) => terms[name]!.value)]),
      ),
      gradient: {
        encoder: networkGradient(model.encoder, encoder, gradient),
        decoder: networkGradient(model.decoder, decoder, gradient),
      },
    };
  };
}

function networkGradient(
  spec: NetworkSpec,
  network: Network<Variable>,
  gradient: (u: Variable) => number,
): NetworkGradient[] {
  return network.map(({ columns, bias }, layer) => ({
    weight: spec[layer]!.weight.map((_, input) => columns.map((column) => gradient(column[input]!))),
    bias: bias.map(gradient),
  }));
}
