/**
 * What the reports of a run may be off by, since its engine rounds.
 *
 * @module
 */

import type { DigitsRun, DigitsState } from "../../contract/digits_run.ts";
import type { Matrix, Vector } from "../../contract/specs.ts";
import { type Tolerance, tolerance } from "../../contract/mod.ts";
import { gramAt, type Unit } from "../../oracle/digits_score.ts";
import { distortion, type Likelihood, logNormalizer, ofData } from "../../oracle/likelihood.ts";
import { oracle } from "../../oracle/mod.ts";
import type { Case, Model } from "../../oracle/model.ts";
import { sum } from "../reference/algebra.ts";
import { logSigmaOf, logSigmaSlopes } from "./log_sigma.ts";
import { gradientError, jacobianError, propagate, sumError } from "./rounding.ts";

/** A model at an image: where it is encoded, what is decoded there, and how far both are known. */
export interface At {
  readonly h: Vector;
  readonly output: Vector;
  /** The largest error of an encoder's number, and of a decoder's. */
  readonly encoded: number;
  readonly decoded: number;
  /** Of −log p, and what of it the decoder's error is at each datum. */
  readonly energy: number;
  readonly errors: Vector;
  /** Whether rounding decides on no kink. */
  readonly decided: boolean;
  /** Units of the decoder of which it decides. */
  readonly near: readonly Unit[];
}

const length = (values: Vector): number => Math.sqrt(sum(values.map((value) => value ** 2)));

/** The absolute values of what −log p adds up, and of its constant. */
function partsOf(
  likelihood: Likelihood,
  x: Vector,
  g: Vector,
): { readonly varying: number; readonly constant: number } {
  const logSigma = logSigmaOf(likelihood), parts = { varying: 0, constant: 0 };
  const all = ofData(likelihood, g.length);
  g.forEach((output, k) => {
    const own = all[k]!;
    if (own.kind === "exponential-family") {
      // A(g) and x g, which have either sign.
      parts.varying += Math.abs(own.logPartition(output, 0)) + Math.abs(x[k]! * output);
    } else {
      parts.varying += distortion(own, x[k]!)(output, 0) + Math.abs(logSigma[k % logSigma.length] ?? 0);
      parts.constant += logSigma.length > 0 ? Math.log(2 * Math.PI) / 2 : logNormalizer(own);
    }
  });
  return parts;
}

/** A model at an image, with what rounding does to both networks. */
export function at(model: Model, x: Vector, epsilon: number): At {
  const { likelihood, latent } = model;
  const code = propagate(model.encoder, x, x.map((pixel) => Math.abs(pixel) * epsilon), epsilon);
  const h = code.output.slice(0, latent);
  const image = propagate(model.decoder, h, code.error.slice(0, latent), epsilon);
  const slopes = oracle.logDensityGradient(likelihood, [x], [image.output])[0]!;
  const { varying, constant } = partsOf(likelihood, x, image.output);
  const errors = slopes.map((slope, k) => Math.abs(slope) * image.error[k]!);
  return {
    ...{ h, output: image.output },
    encoded: Math.max(...code.error),
    decoded: Math.max(...image.error),
    // Pixels share the error of the code, so that their parts may all have one sign.
    energy: sum(errors) + sumError(x.length, epsilon) * varying + 8 * epsilon * (varying + constant),
    errors,
    decided: code.near.length + image.near.length === 0,
    near: image.near,
  };
}

/** What scores and metrics may be off by. */
export interface Rounding {
  /** A loss, or a term of it, in nats. */
  readonly loss: Tolerance;
  /** An entry of the metric, as a part of the largest one. */
  readonly metric: number;
}

/** What units of a decoder change in G if each is on the other side of its kink: the sum of the entries. */
export function swings(model: Model, h: Vector, near: readonly Unit[]): number {
  const { gram } = gramAt(model, h);
  return sum(near.map((unit) => {
    const other = gramAt(model, h, unit).gram;
    return sum(gram.flatMap((row, i) => row.map((entry, j) => Math.abs(entry - other[i]![j]!))));
  }));
}

/** The rounding of means over images, of a model whose mean metric is known. */
export function roundingOf(
  model: Model,
  images: Matrix,
  beta: number,
  metric: Matrix,
  epsilon: number,
): Rounding {
  const points = images.map((x) => at(model, x, epsilon)), d = model.latent;
  const mean = (value: (point: At) => number): number => sum(points.map(value)) / points.length;
  const jacobian = 2 * (jacobianError(model.decoder, epsilon) + mean(({ decoded }) => decoded));
  const trace = sum(metric.map((row, i) => row[i]!));
  // Units on a kink give an image another G: twice what each alone would change, entries together, for several of them.
  const swing = 2 * mean(({ h, near }) => near.length === 0 ? 0 : swings(model, h, near));
  const code = mean(({ h, encoded }) => (length(h) + Math.sqrt(d) * (encoded + 4)) * encoded * Math.sqrt(d));
  return {
    loss: tolerance(
      "rounding of −log p, of the code and of JᵀJ; units on a kink",
      {
        c: 1,
        kappa: 1,
        epsilon: jacobian,
        scale: beta * d * (1 + trace / beta) + sum(metric.map((row, i) => row[i]!)),
        floor: mean(({ energy }) => energy) + beta * code + swing,
      },
    ),
    metric: jacobian + swing / Math.max(...metric.flat()),
  };
}

/** The examples of a step: their mean gradient, the mean of its absolute values, and what rounding may do to each entry. */
export interface Batch {
  readonly gradient: Vector;
  readonly tolerance: Vector;
}

/** Gathers the examples of a step. */
export function batchOf(
  examples: Iterable<{ readonly gradient: Vector; readonly given: Case }>,
  epsilon: number,
): Batch {
  let sums: readonly Float64Array[] = [], count = 0, factor = 0, networks = 0, pixels = 0;
  for (const { gradient: own, given } of examples) {
    if (count === 0) sums = own.length === 0 ? [] : [0, 1, 2, 3].map(() => new Float64Array(own.length));
    const { model, x: [x], beta } = given;
    const point = at(model, x!, epsilon), { h, decided, near } = point;
    networks = own.length - logSigmaOf(model.likelihood).length;
    const { gram } = gramAt(model, h);
    factor = Math.max(
      factor,
      (1 + sum(gram.map((row, i) => row[i]!)) / beta) * gradientError(model, epsilon),
    );
    count++;
    const learns = own.length > networks;
    const swing = learns && near.length > 0 ? 2 * swings(model, h, near) : 0;
    const scales = logSigmaSlopes(given, own.slice(networks), point, swing);
    pixels = learns ? x!.length / (own.length - networks) : 0;
    own.forEach((slope, i) => {
      const scale = scales[i - networks];
      sums[0]![i]! += slope;
      sums[1]![i]! += scale ? scale.rest : Math.abs(slope);
      sums[2]![i]! += scale ? scale.off : decided ? 0 : 2 * Math.abs(slope);
      sums[3]![i]! += scale?.pixels ?? 0;
    });
  }
  const [gradient, size, kinked, counted] = sums.map((one) => Array.from(one, (value) => value / count));
  const added = sumError(pixels * count, epsilon);
  // Weights share what is rounded on the way to them: log σ does not.
  const typical = (values: Vector): number => length(values.slice(0, networks)) / Math.sqrt(networks);
  const shared = factor * typical(size!) + typical(kinked!);
  return {
    gradient: gradient!,
    tolerance: size!.map((one, i) =>
      factor * one + kinked![i]! + (i < networks ? shared : added * counted![i]!)
    ),
  };
}

/** The gradient that a step took, from the moments before it and after it; and what their rounding does to it. */
export function takenGradient(before: DigitsState, after: DigitsState, epsilon: number): Batch {
  return {
    gradient: after.first.map((m, i) => (m - 0.9 * before.first[i]!) / 0.1),
    tolerance: after.first.map((m, i) => 4 * epsilon * (Math.abs(m) + Math.abs(before.first[i]!)) / 0.1),
  };
}

/** The errors of grey levels in a picture: half of one, and what rounding does to the decoder. */
export function greyTolerance(
  { options, epsilon }: DigitsRun,
  model: Model,
  z: Vector,
  off: number,
): number {
  const { error } = propagate(model.decoder, z, z.map((one) => off + epsilon * Math.abs(one)), epsilon);
  // E[x] of a logit is nowhere steeper than ¼.
  return 0.5 + 255 * (options.likelihood.startsWith("gaussian") ? 1 : 1 / 4) * Math.max(...error);
}
