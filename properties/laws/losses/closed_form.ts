/**
 * A VAE's loss and its gradient in closed form at any convention, with what rounding can do to them; and the reading of a subject's
 * answer.
 *
 * @module
 */

import type { Ledger } from "../../contract/ledger.ts";
import { type CompleteLossConvention, completeLossConvention, type Reduction } from "../../contract/loss.ts";
import type { LossCase, LossTerms, Matrix, Vector } from "../../contract/subject.ts";
import { type Tolerance, tolerance } from "../../contract/tolerance.ts";
import { sum } from "../reference/algebra.ts";

/** An entry of a term: its value, its slope, and the sizes that rounding is relative to. */
interface Entry {
  readonly value: number;
  readonly slope: number;
  /** Numbers that are added to make the value, and by how much a relative error of the arguments moves it. */
  readonly scale: number;
  /** The same of the slope. */
  readonly slopeScale: number;
  /** A bound on the third derivative within a tenth of the argument's distance to where the entry is not defined. */
  readonly third: number;
}

/** log(1 + eᵘ) without overflow. */
const softplus = (u: number): number => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));

/** The reconstruction of x by y, in y. */
function reconstruction(
  { reconstruction, variance, guard }: CompleteLossConvention,
  x: number,
  y: number,
): Entry {
  if (reconstruction === "bce") {
    const [p, q] = [y, 1 - y];
    return {
      value: -x * Math.log(p) - (1 - x) * Math.log(q),
      slope: (p - x) / (p * q),
      // log p moves by 1, and log(1 − p) by p/(1 − p), for each relative error of p; a guard moves them by guard/p and guard/q.
      scale: x * (1 - Math.log(p)) + (1 - x) * (1 / q - Math.log(q)),
      slopeScale: x / p + (1 - x) / q ** 2 + 1,
      third: 4 * (x / p ** 3 + (1 - x) / q ** 3) + guard,
    };
  }
  if (reconstruction === "bce-with-logits") {
    return {
      value: softplus(y) - x * y,
      slope: 1 / (1 + Math.exp(-y)) - x,
      scale: 1 + 2 * Math.abs(y),
      slopeScale: 1 + Math.abs(y),
      third: 0.1,
    };
  }
  const factor = reconstruction === "mse" ? 1 : reconstruction === "gaussian" ? 1 / (2 * variance) : 1 / 2;
  const constant = reconstruction === "gaussian" ? Math.log(2 * Math.PI * variance) / 2 : 0;
  const size = Math.abs(x) + Math.abs(y);
  return {
    value: factor * (x - y) ** 2 + constant,
    slope: 2 * factor * (y - x),
    scale: factor * size ** 2 + (constant === 0 ? 0 : 1 + Math.abs(constant)),
    slopeScale: 2 * factor * size,
    third: 0,
  };
}

/** ½(μ² + σ² − 1 − log σ²): in μ and in log σ². */
function divergence(
  mean: number,
  logVariance: number,
): { readonly mean: Entry; readonly logVariance: Entry } {
  const variance = Math.exp(logVariance), moved = (1 + Math.abs(logVariance)) * variance;
  const value = (mean ** 2 + Math.expm1(logVariance) - logVariance) / 2;
  const scale = 1 + mean ** 2 + moved + Math.abs(logVariance);
  return {
    mean: { value, scale, slope: mean, slopeScale: Math.abs(mean), third: 0 },
    logVariance: {
      value,
      scale,
      slope: Math.expm1(logVariance) / 2,
      slopeScale: 1 + moved,
      third: variance,
    },
  };
}

const share = (reduction: Reduction, count: number): number => (reduction === "mean" ? 1 / count : 1);

/** The arguments in which a loss is differentiated. */
export const argumentNames = ["decoded", "mean", "logVariance"] as const;
/** One of them. */
export type ArgumentName = typeof argumentNames[number];

/** A loss in closed form. */
export interface ClosedForm {
  /** The convention, complete. */
  readonly convention: CompleteLossConvention;
  /** What is minimised, or the sum of one loss an example. */
  readonly loss: number;
  /** The same of each example: they add up to the loss. */
  readonly each: Vector;
  /** The reconstruction of each example, with its factors of reduction. */
  readonly reconstruction: Vector;
  /** The divergence of each example, with its factors of reduction, before β. */
  readonly kl: Vector;
  /** The slope of the loss in each entry of each argument. */
  readonly slope: Readonly<Record<ArgumentName, Matrix>>;
  /** A bound on the third derivative in each entry. */
  readonly third: Readonly<Record<ArgumentName, Matrix>>;
  /** Rounding of the loss. */
  readonly slack: Tolerance;
  /** Rounding of one entry of the gradient. */
  readonly slopeSlack: Readonly<Record<ArgumentName, readonly (readonly Tolerance[])[]>>;
}

/** The loss of a case at the convention that a subject declares. */
export function closedForm(given: LossCase, expect: Ledger): ClosedForm {
  const { x, decoded, mean, logVariance, beta } = given;
  const convention = completeLossConvention(expect.declared.lossConvention);
  const { pixels, latents, batch, guard } = convention;
  const each: readonly [Reduction, Reduction] = typeof batch === "object"
    ? [batch.reconstruction, batch.kl]
    : batch === "none"
    ? ["sum", "sum"]
    : [batch, batch];
  const fit = share(pixels, x[0]!.length) * share(each[0], x.length);
  const ofKl = share(latents, mean[0]!.length) * share(each[1], x.length);
  const entries = x.map((row, b) =>
    row.map((entry, k) => reconstruction(convention, entry, decoded[b]![k]!))
  );
  const divergences = mean.map((row, b) => row.map((entry, i) => divergence(entry, logVariance[b]![i]!)));
  const rowOf = (factor: number, row: readonly Entry[]): number =>
    factor * sum(row.map(({ value }) => value));
  const reconstructions = entries.map((row) => rowOf(fit, row));
  const kl = divergences.map((row) => rowOf(ofKl, row.map((entry) => entry.mean)));
  const terms = x.length * (x[0]!.length + mean[0]!.length);
  const sizes = fit * sum(entries.flat().map(({ scale }) => scale)) +
    beta * ofKl * sum(divergences.flat().map((entry) => entry.mean.scale));
  const guarded = guard === 0 ? 0 : guard * fit * sum(
    x.flatMap((row, b) =>
      row.map((entry, k) => entry / decoded[b]![k]! + (1 - entry) / (1 - decoded[b]![k]!))
    ),
  );
  const ofArguments = <T>(pick: (entry: Entry, factor: number) => T): Record<ArgumentName, T[][]> => ({
    decoded: entries.map((row) => row.map((entry) => pick(entry, fit))),
    mean: divergences.map((row) => row.map((entry) => pick(entry.mean, beta * ofKl))),
    logVariance: divergences.map((row) => row.map((entry) => pick(entry.logVariance, beta * ofKl))),
  });
  const guardedSlope = (k: number, b: number): number => {
    const p = decoded[b]![k]!;
    return guard * fit * (1 / p ** 2 + 1 / (1 - p) ** 2);
  };
  const slopes = ofArguments((entry, factor) =>
    tolerance("a slope of the loss: rounding of what is subtracted in it", {
      c: 32,
      epsilon: expect.epsilon,
      scale: factor * entry.slopeScale,
    })
  );
  return {
    convention,
    loss: sum(reconstructions) + beta * sum(kl),
    each: reconstructions.map((entry, b) => entry + beta * kl[b]!),
    reconstruction: reconstructions,
    kl,
    slope: ofArguments((entry, factor) => factor * entry.slope),
    third: ofArguments((entry, factor) => factor * entry.third),
    slack: tolerance("a loss: rounding of its arguments and of the sums of its terms", {
      c: 2 * (terms + 16),
      epsilon: expect.epsilon,
      scale: sizes,
      floor: guarded,
    }),
    slopeSlack: guard === 0 ? slopes : {
      ...slopes,
      decoded: slopes.decoded.map((row, b) =>
        row.map((slack, k) => ({ ...slack, value: slack.value + guardedSlope(k, b) }))
      ),
    },
  };
}

/** A subject's answer, read by the convention. */
export interface Answer {
  /** What is minimised, or the sum of one loss an example. */
  readonly loss: number;
  /** One loss an example, where the batch is reduced by `none`. */
  readonly each?: Vector;
  /** The parts that it gives. */
  readonly terms: LossTerms;
}

/** The answer of `vaeLoss`, with the shape that the convention says. */
export function answered(
  answer: number | Vector | LossTerms,
  { x }: LossCase,
  { batch }: CompleteLossConvention,
  expect: Ledger,
): Answer {
  const terms: LossTerms = typeof answer === "object" && "loss" in answer ? answer : { loss: answer };
  const { loss } = terms;
  if (batch !== "none") {
    expect.is("kind of the loss", typeof loss, "number");
    return { loss: loss as number, terms };
  }
  expect.is("kind of the loss", Array.isArray(loss) ? "vector" : typeof loss, "vector");
  const each = loss as Vector;
  expect.is("losses", each.length, x.length);
  return { loss: sum(each), each, terms };
}

/** A part of an answer, added up where there is one an example. */
export function added(part: number | Vector): number {
  return typeof part === "number" ? part : sum(part);
}
