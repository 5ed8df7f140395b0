/**
 * Faults in parameter gradients: the loss is right, and training goes wrong in silence.
 *
 * @module
 */

import type { NetworkGradient, ObjectiveName, ObjectiveValue } from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { exponential, logOnePlus, type Smooth } from "../oracle/smooth.ts";
import { Tape, type Variable } from "../oracle/tape.ts";
import { mapped, withObjectives } from "./altered.ts";
import { type Mutant, type Part, planted, replacing } from "./mutant.ts";
import { nestedGradients } from "./nested_gradient.ts";

type Gradient = Required<ObjectiveValue>["gradient"];

const { objectives } = oracle;

/** A tape through which nothing flows back where `detached` says so. */
class DetachingTape extends Tape {
  constructor(private readonly detached: (f: Smooth, order: number) => boolean) {
    super();
  }

  override apply(f: Smooth, u: Variable, order = 0): Variable {
    return this.detached(f, order) ? this.constant(f(u.value, order)) : super.apply(f, u, order);
  }
}

/** The oracle with every gradient from a tape that detaches. */
function detaching(detached: (f: Smooth, order: number) => boolean): Part {
  return withObjectives((name, given) => objectives[name](given, new DetachingTape(detached)));
}

/** The oracle with gradients altered after the fact. */
function withGradient(
  change: (gradient: Gradient, batch: number, name: ObjectiveName) => Gradient,
): Part {
  return withObjectives((name, given) => {
    const value = objectives[name](given);
    return { ...value, gradient: change(value.gradient, given.x.length, name) };
  });
}

/** Every entry of a gradient through a function. */
function each({ encoder, decoder }: Gradient, f: (entry: number) => number): Gradient {
  const layer = ({ weight, bias }: NetworkGradient): NetworkGradient => ({
    weight: mapped(weight, f),
    bias: bias.map(f),
  });
  return { encoder: encoder.map(layer), decoder: decoder.map(layer) };
}

/** Mistakes in gradients. */
export const gradientMutants: readonly Mutant[] = planted({
  "A2 A9": {
    "gradient-nested-in-plain-code: slopes φ' are constants to the backward pass, as where a gradient is nested in a gradient and saved outputs are detached":
      detaching((_, order) => order > 0),
    "gradient-detached-from-the-volume: the log-determinant is detached: it is in the loss and not in its gradient":
      detaching((f, order) => f === logOnePlus && order === 0),
    "gradient-detached-from-the-factor: L_ii is detached: samples and traces send no gradient to log L_ii":
      detaching((f) => f === exponential),
    "gradient-of-the-elbo: the gradient is that of the ELBO: minimising it maximises the loss": withGradient(
      (gradient) => each(gradient, (entry) => -entry),
    ),
    "gradient-of-biases-lost: biases get no gradient": withGradient(({ encoder, decoder }) => {
      const layer = ({ weight, bias }: NetworkGradient): NetworkGradient => ({
        weight,
        bias: bias.map(() => 0),
      });
      return { encoder: encoder.map(layer), decoder: decoder.map(layer) };
    }),
    "gradient-not-to-encoder: the encoder is trained by another loss and gets no gradient from this one":
      withGradient(({ encoder, decoder }) => ({
        encoder: each({ encoder, decoder: [] }, () => 0).encoder,
        decoder,
      })),
    "gradient-of-gauss-newton: the Taylor (Hessian) loss is trained by the gradient of Gauss–Newton":
      replacing("objectives.taylor-hessian")((given) => ({
        ...objectives["taylor-hessian"](given),
        gradient: objectives["taylor-jacobian"](given).gradient,
      })),
    "gradient-of-mean-field: GRAE is trained by the gradient of GRAE*": replacing("objectives.grae")((
      given,
    ) => ({
      ...objectives.grae(given),
      gradient: objectives["grae-star"](given).gradient,
    })),
  },
  "A2": {
    "gradient-nested-tf-grad: J comes from tf.grad inside tf.grad: tfjs itself, on tanh": nestedGradients,
  },
  "A2 A3 A9": {
    "gradient-summed-over-batch: gradients are summed over the batch beside a mean loss": withGradient(
      (gradient, batch) => each(gradient, (entry) => entry * batch),
    ),
    "gradient-clipped: gradients are clipped to [−1, 1]": withGradient((gradient) =>
      each(gradient, (entry) => Math.max(-1, Math.min(1, entry)))
    ),
    "gradient-rounded-to-half: gradients are rounded to 11 bits, as in half precision": withGradient(
      (gradient) => each(gradient, (entry) => Number(entry.toPrecision(4))),
    ),
    "gradient-of-the-last-example: the gradient is that of the last example only": withObjectives(
      (name, given) => {
        const last = given.x.length - 1;
        const alone = {
          ...given,
          x: [given.x[last]!],
          ...(given.noise && { noise: given.noise.map((sample) => [sample[last]!]) }),
          ...(given.columns && { columns: [given.columns[last]!] }),
        };
        const { gradient } = objectives[name](alone);
        return { ...objectives[name](given), gradient };
      },
    ),
  },
});
