/**
 * The scores of a run, epoch by epoch: what they are, and the file `metrics.jsonl` that keeps them.
 *
 * @module
 */

import * as v from "valibot";
import { DataError } from "../../lib/data/error.ts";
import { checksumProblem, HOLE, sealed } from "../../lib/training/checksum.ts";
import { count, finite, schemaProblem, sha256 } from "../../properties/contract/run.ts";

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
  /** As many training images as are held out. */
  train: scoresSchema,
  heldOut: scoresSchema,
});
const lineSchema = v.pipe(
  v.string(),
  v.parseJson(undefined, "must be JSON"),
  v.strictObject({
    sha256,
    /** The SHA-256 of what makes the run. */
    run: sha256,
    /** Seconds of the epoch, from where this process began it. */
    seconds: v.pipe(finite, v.minValue(0)),
    ...epochSchema.entries,
  }),
);
/** What a run measured. */
export const resultSchema = v.strictObject({
  /** (n/2) log 2π, which the β-VAE loss has and GRAE has not; 0 for the Bernoulli likelihood. */
  gaussianConstant: finite,
  epochs: v.pipe(v.array(epochSchema), v.minLength(1)),
});

/** A mean in nats per image. */
export type Score = v.InferOutput<typeof scoreSchema>;
/** The scores of one data set. */
export type Scores = v.InferOutput<typeof scoresSchema>;
/** The scores after an epoch. */
export type Epoch = v.InferOutput<typeof epochSchema>;
/** What a run measured. */
export type MnistResult = v.InferOutput<typeof resultSchema>;

/** The name of the file. */
export const METRICS = "metrics.jsonl";

/** A line of the file, which states its own SHA-256. */
export async function metricsLine(run: string, seconds: number, epoch: Epoch): Promise<string> {
  const text = JSON.stringify({ sha256: HOLE, run, seconds, ...epoch });
  return `${new TextDecoder().decode(await sealed(new TextEncoder().encode(text)))}\n`;
}

/**
 * The first epochs of a file, and their lines; later ones are of a process whose checkpoint was lost.
 *
 * @param bytes the file; null if there is none
 * @param file its name, for messages
 * @param run the SHA-256 of what makes the run
 * @param epochs how many there must be
 * @param mayLack whether the last of them may be missing
 * @throws (rejects) DataError if one is missing, damaged, or of another run
 */
export async function metricsOf(
  bytes: Uint8Array | null,
  file: string,
  run: string,
  epochs: number,
  mayLack: boolean,
): Promise<{ text: string; epochs: Epoch[] }> {
  const fail = (why: string): never => {
    throw new DataError(file, `${why}; put back a copy of it, or begin the run anew`);
  };
  const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes ?? new Uint8Array()).split("\n");
  // What a line without its end holds is seen by its checksum.
  if (lines.at(-1) === "") lines.pop();
  const kept = lines.slice(0, epochs);
  if (kept.length < epochs - (mayLack ? 1 : 0)) {
    fail(`must hold the scores of ${epochs} epochs, but holds ${kept.length}`);
  }
  const found: Epoch[] = [];
  for (const [i, line] of kept.entries()) {
    const at = `line ${i + 1}: `;
    const damage = await checksumProblem(new TextEncoder().encode(line));
    if (damage !== null) fail(`${at}${damage}: it is damaged`);
    const problem = schemaProblem(lineSchema, line);
    if (problem !== null) fail(at + problem);
    const { sha256: _1, seconds: _2, run: of, ...epoch } = v.parse(lineSchema, line);
    if (of !== run) fail(`${at}it must be of this run, but is of another one`);
    if (epoch.epoch !== i + 1) fail(`${at}it must be of epoch ${i + 1}, but is of epoch ${epoch.epoch}`);
    found.push(epoch);
  }
  return { text: kept.map((line) => `${line}\n`).join(""), epochs: found };
}

const TITLES: Readonly<Record<string, string>> = {
  kl: "β KL",
  "beta-vae": "β-VAE",
  grae: "GRAE",
  "grae-star": "GRAE*",
};
/** What people call a term or an evaluation loss: `kl` is β times the KL divergence in every objective. */
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

/** `46.39 ± 0.05`; "not finite" for what overflowed float32. */
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

/** What is said once of all losses that people read. */
export function unitNote(constant: number): string {
  const less = constant === 0 ? "" : `, less (n/2) log 2π = ${constant.toFixed(3)}`;
  return `losses are in nats per image${less}; ± is the standard error of the noise`;
}
