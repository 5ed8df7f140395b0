/**
 * What an objective may be off by, from the running error of its encoder, its posterior and its decoder.
 *
 * @module
 */

import { real } from "../../oracle/arithmetic.ts";
import { factor } from "../../oracle/posterior.ts";
import { columnSquares, identity, sum, tabulate, transpose } from "../reference/algebra.ts";
import { added, NotOffered, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { Matrix, ObjectiveCase, ObjectiveName, ObjectiveValue } from "../../contract/subject.ts";
import { type LikelihoodError, likelihoodError } from "../taylor/term_tolerance.ts";
import { volumeTolerance } from "../tolerance.ts";
import { type Bounded, rounded, runningError } from "./running_error.ts";

/** What one example's loss, and so a mean of such, may be off by. */
export function lossTolerance(name: ObjectiveName, given: ObjectiveCase, epsilon: number): Tolerance {
  const { model, x, beta } = given;
  const parts = x.map((row, example) => {
    const encoded = runningError(model.encoder, rounded(row, epsilon), [], epsilon);
    const output = encoded.output;
    const h = output.slice(0, model.latent), raw = output.slice(model.latent);
    const part = (): Tolerance => {
      if (name === "beta-vae") return sampled(given, example, h, raw, epsilon);
      if (name === "taylor-hessian" || name === "taylor-jacobian") {
        return expanded(given, example, h, boundedFactor(given, raw, epsilon), raw, epsilon);
      }
      return profiled(given, example, h, epsilon);
    };
    const prior = tolerance("(β/2)‖h‖²", {
      c: 4 * (model.latent + 2),
      epsilon,
      scale: beta * sum(h.map(({ value }) => value ** 2)),
      floor: beta * sum(h.map(({ value, error }) => (Math.abs(value) + error) * error)),
    });
    const known = added(part(), prior);
    return { ...known, resolved: known.resolved && encoded.decided };
  });
  return parts.reduce((worst, part) => ({
    ...worst,
    value: Math.max(worst.value, part.value),
    resolved: worst.resolved && part.resolved,
  }));
}

/** What an entry of the gradient may be off by: the rounding of the loss, and of the largest entry. */
export function gradientTolerance(
  loss: Tolerance,
  entries: readonly number[],
  epsilon: number,
): Tolerance {
  const scale = Math.max(0, ...entries.map(Math.abs));
  const slack = tolerance("gradients: the rounding of the loss, and of the largest entry", {
    c: 64,
    epsilon,
    scale,
    floor: 8 * loss.value,
  });
  return { ...slack, resolved: slack.resolved && loss.resolved };
}

/** Every entry of a gradient, in one order; undefined where there is no gradient. */
export function flatGradient({ gradient }: ObjectiveValue): number[] | undefined {
  return gradient &&
    [...gradient.encoder, ...gradient.decoder].flatMap(({ weight, bias }) => [...weight.flat(), ...bias]);
}

/**
 * The same of an objective by name.
 *
 * @throws NotOffered where there is no gradient
 */
export function gradientOf(value: ObjectiveValue, name: ObjectiveName): number[] {
  const gradient = flatGradient(value);
  if (gradient === undefined) throw new NotOffered(`the gradient of objectives.${name}`);
  return gradient;
}

/** −log p at every pixel of an example, at z with the given bounds, along directions. */
function pixels(
  { model, x }: ObjectiveCase,
  example: number,
  z: readonly Bounded[],
  directions: readonly (readonly Bounded[])[],
  epsilon: number,
): {
  readonly at: readonly LikelihoodError[];
  readonly run: ReturnType<typeof runningError>;
  readonly loss: Tolerance;
} {
  const run = runningError(model.decoder, z, directions, epsilon);
  const at = run.output.map((g, k) => likelihoodError(model.likelihood, x[example]![k]!, g, epsilon));
  const loss = tolerance("−log p: running error of the decoder", {
    c: 4 * (at.length + 2),
    epsilon,
    scale: sum(at.map(({ loss }) => Math.abs(loss.value))),
    floor: 2 * sum(at.map(({ loss }) => loss.error)),
  });
  return { at, run, loss: { ...loss, resolved: loss.resolved && run.decided } };
}

/** L with bounds: the error of raw, magnified by exp(raw) on the diagonal. */
function boundedFactor({ model }: ObjectiveCase, raw: readonly Bounded[], epsilon: number): Bounded[][] {
  const { family, latent } = model;
  const l = factor(real, family, latent, raw.map(({ value }) => value));
  const up = factor(
    real,
    family,
    latent,
    raw.map(({ value, error }) => value + error + 4 * epsilon * (1 + Math.abs(value))),
  );
  return l.map((row, i) =>
    row.map((value, j) => ({ value, error: Math.abs(up[i]![j]! - value) + 4 * epsilon * Math.abs(value) }))
  );
}

/** β KL with a learned factor, less the part of the mean. */
function divergence(
  beta: number,
  l: readonly (readonly Bounded[])[],
  raw: readonly Bounded[],
  epsilon: number,
): Tolerance {
  const entries = l.flat();
  return tolerance("β KL: rounding of tr Σ and of raw", {
    c: 4 * (entries.length + raw.length + 2),
    epsilon,
    scale: beta *
      (sum(entries.map(({ value }) => value ** 2)) +
        l.length * sum(raw.map(({ value }) => Math.abs(value) + 1))),
    floor: beta * (sum(entries.map(({ value, error }) => (Math.abs(value) + error) * error)) +
      l.length * sum(raw.map(({ error }) => error))),
  });
}

function sampled(
  given: ObjectiveCase,
  example: number,
  h: readonly Bounded[],
  raw: readonly Bounded[],
  epsilon: number,
): Tolerance {
  const l = boundedFactor(given, raw, epsilon);
  const losses = given.noise!.map((sample) => {
    const z = h.map((mean, i): Bounded => {
      const moves = l[i]!.map(({ value }, j) => value * sample[example]![j]!);
      const errors = l[i]!.map(({ error }, j) => error * Math.abs(sample[example]![j]!));
      const value = mean.value + sum(moves);
      const size = Math.abs(mean.value) + sum(moves.map(Math.abs));
      return { value, error: mean.error + sum(errors) + 2 * (moves.length + 2) * epsilon * size };
    });
    return pixels(given, example, z, [], epsilon).loss;
  });
  return added(...losses, divergence(given.beta, l, raw, epsilon));
}

function expanded(
  given: ObjectiveCase,
  example: number,
  h: readonly Bounded[],
  l: readonly (readonly Bounded[])[],
  raw: readonly Bounded[],
  epsilon: number,
): Tolerance {
  const columns = h.map((_, j) => l.map((row) => row[j]!));
  const { at, run, loss } = pixels(given, example, h, columns, epsilon);
  let size = 0, error = 0;
  run.first.forEach((row, i) =>
    row.forEach((t, k) => {
      const { weight, slope } = at[k]!, s = run.second[i]![k]!;
      size += weight.value * t.value ** 2 + Math.abs(slope.value * s.value);
      error += weight.error * t.value ** 2 +
        (weight.value + weight.error) * (2 * Math.abs(t.value) + t.error) * t.error +
        slope.error * Math.abs(s.value) + (Math.abs(slope.value) + slope.error) * s.error;
    })
  );
  const curvature = tolerance("curvature term: running error of two derivatives", {
    c: 4 * (at.length * h.length + 2),
    epsilon,
    scale: size,
    floor: error,
  });
  return added(loss, curvature, divergence(given.beta, l, raw, epsilon));
}

/** GRAE and its like: the volume of √w J, whose error moves log|I + G/β| by at most tr(Σ* ΔG)/β with Σ* ⪯ I. */
function profiled(given: ObjectiveCase, example: number, h: readonly Bounded[], epsilon: number): Tolerance {
  const { beta } = given;
  const unit = identity(h.length).map((row) => rounded(row, epsilon));
  const { at, run, loss } = pixels(given, example, h, unit, epsilon);
  const jacobian: Matrix = tabulate(
    at.length,
    h.length,
    (k, i) => Math.sqrt(at[k]!.weight.value) * run.first[i]![k]!.value,
  );
  const squares = columnSquares(jacobian);
  const off = sum(
    transpose(jacobian).flatMap((column, i) =>
      column.map((entry, k) => {
        const { value: w, error } = at[k]!.weight;
        // The relative error of √w is half of that of w; a w of 0 has none.
        const t = run.first[i]![k]!;
        const delta = Math.sqrt(w) * t.error + (w > 0 ? Math.abs(entry) * error / w : 0);
        return (2 * Math.abs(entry) + delta) * delta;
      })
    ),
  );
  const kappa = 1 + sum(squares) / beta;
  const volume = volumeTolerance({ jacobian, beta }, epsilon);
  const moved = tolerance("the error of J, by way of G", {
    c: 4,
    epsilon,
    scale: sum(squares),
    floor: h.length * off,
  });
  const optimum = tolerance("½ tr(GΣ*) + (β/2) tr Σ*: Σ* is a minimum, so its error enters by its square", {
    c: 64 * h.length ** 2,
    kappa,
    epsilon,
    scale: beta,
  });
  return added(loss, volume, moved, optimum);
}
