/**
 * What the reports of a run may be off by, since its engine rounds.
 *
 * @module
 */

import type { DigitsRun, DigitsState } from "../../contract/digits_run.ts";
import type { Matrix, ModelSpec, ObjectiveCase, Vector } from "../../contract/specs.ts";
import { type Tolerance, tolerance } from "../../contract/mod.ts";
import { gramAt, type Unit } from "../../oracle/digits_score.ts";
import { oracle } from "../../oracle/mod.ts";
import { sum } from "../reference/algebra.ts";
import { gradientError, jacobianError, propagate, sumError } from "./rounding.ts";

/** A model at an image: where it is encoded, what is decoded there, and how far both are known. */
export interface At {
  readonly h: Vector;
  /** The largest error of an encoder's number, and of a decoder's. */
  readonly encoded: number;
  readonly decoded: number;
  /** Of −log p. */
  readonly energy: number;
  /** Whether rounding decides on no kink. */
  readonly decided: boolean;
  /** Units of the decoder of which it decides. */
  readonly near: readonly Unit[];
}

const length = (values: Vector): number => Math.sqrt(sum(values.map((value) => value ** 2)));

/** A model at an image, with what rounding does to both networks. */
export function at(model: ModelSpec, x: Vector, epsilon: number): At {
  const { likelihood, latent } = model;
  const code = propagate(model.encoder, x, x.map((pixel) => Math.abs(pixel) * epsilon), epsilon);
  const h = code.output.slice(0, latent);
  const image = propagate(model.decoder, h, code.error.slice(0, latent), epsilon);
  const slopes = oracle.logDensityGradient(likelihood, [x], [image.output])[0]!;
  const log = oracle.logDensity(likelihood, [x], [image.output])[0]!;
  const varying = Math.abs(log) - (likelihood.kind === "gaussian" ? x.length / 2 * Math.log(2 * Math.PI) : 0);
  // Pixels share the error of the code, so that their parts may all have one sign.
  const shared = sum(slopes.map((slope, k) => Math.abs(slope) * image.error[k]!));
  return {
    h,
    encoded: Math.max(...code.error),
    decoded: Math.max(...image.error),
    energy: shared + sumError(x.length, epsilon) * varying + 8 * epsilon * Math.abs(log),
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
export function swings(model: ModelSpec, h: Vector, near: readonly Unit[]): number {
  const { gram } = gramAt(model, h);
  return sum(near.map((unit) => {
    const other = gramAt(model, h, unit).gram;
    return sum(gram.flatMap((row, i) => row.map((entry, j) => Math.abs(entry - other[i]![j]!))));
  }));
}

/** The rounding of means over images, of a model whose mean metric is known. */
export function roundingOf(
  model: ModelSpec,
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
  examples: Iterable<{ readonly gradient: Vector; readonly given: ObjectiveCase }>,
  epsilon: number,
): Batch {
  let sums: readonly Float64Array[] = [], count = 0, factor = 0;
  for (const { gradient: own, given } of examples) {
    if (count === 0) sums = own.length === 0 ? [] : [0, 1, 2].map(() => new Float64Array(own.length));
    const { model, x: [x], beta } = given;
    const { h, decided } = at(model, x!, epsilon);
    const { gram } = gramAt(model, h);
    factor = Math.max(
      factor,
      (1 + sum(gram.map((row, i) => row[i]!)) / beta) * gradientError(model, epsilon),
    );
    count++;
    own.forEach((slope, i) => {
      sums[0]![i]! += slope;
      sums[1]![i]! += Math.abs(slope);
      if (!decided) sums[2]![i]! += 2 * Math.abs(slope);
    });
  }
  const [gradient, size, kinked] = sums.map((one) => Array.from(one, (value) => value / count));
  const typical = (values: Vector): number => length(values) / Math.sqrt(values.length);
  const rounding = factor * typical(size!), kinks = typical(kinked!);
  return {
    gradient: gradient!,
    tolerance: size!.map((one, i) => factor * one + rounding + kinked![i]! + kinks),
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
  model: ModelSpec,
  z: Vector,
  off: number,
): number {
  const { error } = propagate(model.decoder, z, z.map((one) => off + epsilon * Math.abs(one)), epsilon);
  return 0.5 + 255 * (options.likelihood === "gaussian" ? 1 : 1 / 4) * Math.max(...error);
}
