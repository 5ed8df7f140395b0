/**
 * The evaluation of an objective: its terms per example, the loss, and the gradient in every parameter.
 *
 * @module
 */

import type { NetworkGradient, NetworkSpec, Vector } from "../contract/subject.ts";
import { scale, sum } from "./arithmetic.ts";
import { ofData, type Plain } from "./likelihood.ts";
import type { Case, Model, Value } from "./model.ts";
import { evaluate, liftNetwork, type Network } from "./network.ts";
import { exponential } from "./smooth.ts";
import { Tape, type Variable } from "./tape.ts";

/** The model at one example, recorded on a tape. */
export interface Point {
  readonly tape: Tape;
  readonly model: Model;
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
  /** The likelihood of each dimension, `[data]`; where σ is learned, that with σ = 1. */
  readonly unit: readonly Plain[];
  /** σ⁻² and log σ of each dimension, `[data]`, where σ is learned; otherwise null. */
  readonly learned:
    | { readonly precision: readonly Variable[]; readonly logScale: readonly Variable[] }
    | null;
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
  formula: (point: Point, given: Case, example: number) => Terms,
): (given: Case, tape?: Tape) => Value {
  return (given, tape = new Tape()) => {
    const { model, beta } = given;
    if (!(beta > 0)) throw new RangeError(`objective: beta must be > 0, but is ${beta}`);
    const lift = (weight: number): Variable => tape.variable(weight);
    const encoder = liftNetwork(model.encoder, lift);
    const decoder = liftNetwork(model.decoder, lift);
    const { likelihood } = model;
    const logSigma = likelihood.kind === "scaled-gaussian" ? likelihood.logSigma.map(lift) : [];
    const unit = ofData(logSigma.length === 0 ? likelihood : UNIT, given.x[0]?.length ?? 0);
    const logScale = unit.map((_, k) => logSigma[k % logSigma.length]!);
    const learned = logSigma.length === 0 ? null : {
      precision: logScale.map((log) => tape.apply(exponential, scale(tape, -2, log))),
      logScale,
    };
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
      return formula({ tape, model, beta, x, h, raw, decoder, g, unit, learned }, given, example);
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
        logSigma: logSigma.map(gradient),
      },
    };
  };
}

const UNIT: Plain = { kind: "gaussian", variance: 1 };

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
