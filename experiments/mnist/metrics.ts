/**
 * The scores of a run, epoch by epoch, and how texts show them.
 *
 * @module
 */

import * as v from "valibot";
import { count, finite, sha256 } from "../../properties/contract/run.ts";
import { OBJECTIVE_TITLES } from "../digits/names.ts";

/** A number that is null where it overflowed float32. */
const finiteOrNull = v.nullable(finite);
/** A mean in nats per image, and the standard error of the noise; null if nothing was drawn. */
const scoreSchema = v.strictObject({ value: finiteOrNull, standardError: finiteOrNull });
const scoresSchema = v.strictObject({
  images: count,
  /** The run's own objective. */
  loss: scoreSchema,
  /** Its terms, which add up to it; `kl` is β KL. */
  terms: v.record(v.string(), finiteOrNull),
  /**
   * The Monte Carlo β-VAE loss, which has the constant of the likelihood, and GRAE and GRAE*, which have not. Models trained
   * without a posterior are given the optimal Σ of their family.
   */
  evaluation: v.strictObject({ "beta-vae": scoreSchema, grae: scoreSchema, "grae-star": scoreSchema }),
});
const epochSchema = v.strictObject({
  /** Complete epochs. */
  epoch: count,
  /** Steps taken. */
  step: count,
  /** The SHA-256 of the file of the parameters; none where they are not kept. */
  kept: v.optional(sha256),
  /** As many training images as are held out. */
  train: scoresSchema,
  heldOut: scoresSchema,
});
/** The scores of a run so far, as its checkpoint has them. */
export const epochsSchema = v.array(epochSchema);
/** What a run measured. */
export const resultSchema = v.strictObject({
  /** (n/2) log 2π, which the β-VAE loss has and GRAE has not; 0 for the Bernoulli likelihoods. */
  gaussianConstant: finite,
  epochs: v.pipe(epochsSchema, v.minLength(1)),
});

/** A mean in nats per image. */
export type Score = v.InferOutput<typeof scoreSchema>;
/** The scores of one data set. */
export type Scores = v.InferOutput<typeof scoresSchema>;
/** The scores after an epoch. */
export type Epoch = v.InferOutput<typeof epochSchema>;
/** What a run measured. */
export type MnistResult = v.InferOutput<typeof resultSchema>;

const TITLES: Readonly<Record<string, string>> = { kl: "β KL", ...OBJECTIVE_TITLES };
/** The name of a term or an evaluation loss for readers: `kl` is β times the KL divergence in every objective. */
export const titleOf = (name: string): string => TITLES[name] ?? name;

/** Scores that compare with other runs': less the constant of the Gaussian likelihood, in all losses that have it. */
export function comparable(scores: Scores, objective: string, constant: number): Scores {
  const less = (value: number | null): number | null => value === null ? null : value - constant;
  const lessScore = (score: Score): Score => ({ ...score, value: less(score.value) });
  const evaluation = { ...scores.evaluation, "beta-vae": lessScore(scores.evaluation["beta-vae"]) };
  if (objective.startsWith("grae")) return { ...scores, evaluation };
  const terms = { ...scores.terms, reconstruction: less(scores.terms["reconstruction"]!) };
  return { ...scores, loss: lessScore(scores.loss), terms, evaluation };
}

/** `46.39 ± 0.05`; "not finite" for a value that overflowed float32. */
export function scoreText({ value, standardError = null }: Partial<Score>): string {
  if (value == null) return "not finite";
  return `${value.toFixed(2)}${standardError === null ? "" : ` ± ${standardError.toFixed(2)}`}`;
}

/** `46.39 ± 0.05 = reconstruction 46.29 + β KL 0.10; evaluation: β-VAE 46.39 ± 0.05, GRAE 44.85, GRAE* 45.33`. */
export function scoresText({ loss, terms, evaluation }: Scores): string {
  const sum = Object.entries(terms).map(([name, value]) => `${titleOf(name)} ${scoreText({ value })}`);
  const others = Object.entries(evaluation).map(([name, score]) => `${titleOf(name)} ${scoreText(score)}`);
  return `${scoreText(loss)} = ${sum.join(" + ")}; evaluation: ${others.join(", ")}`;
}

/** The unit of all losses, said once: nats per image, and less which constant. */
export function unitNote(constant: number): string {
  const less = constant === 0 ? "" : `, less (n/2) log 2π = ${constant.toFixed(3)}`;
  return `losses are in nats per image${less}; ± is the standard error of the noise`;
}
