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
const EPOCH = {
  /** Complete epochs. */
  epoch: count,
  /** Steps taken. */
  step: count,
  /** As many training images as are held out. */
  train: scoresSchema,
  heldOut: scoresSchema,
};
const epochSchema = v.strictObject(EPOCH);
const lineSchema = v.strictObject({
  sha256,
  /** The SHA-256 of what makes the run. */
  run: sha256,
  /** Seconds of the epoch, from where this process began it. */
  seconds: v.pipe(finite, v.minValue(0)),
  ...EPOCH,
});

/** A mean in nats per image. */
export type Score = v.InferOutput<typeof scoreSchema>;
/** The scores of one data set. */
export type Scores = v.InferOutput<typeof scoresSchema>;
/** The scores after an epoch. */
export type Epoch = v.InferOutput<typeof epochSchema>;

/** What a run measured. */
export const resultSchema = v.strictObject({
  /** (n/2) log 2π, which the β-VAE loss has and GRAE has not; 0 for the Bernoulli likelihood. */
  gaussianConstant: finite,
  epochs: v.pipe(v.array(epochSchema), v.minLength(1)),
});
/** What a run measured. */
export type MnistResult = v.InferOutput<typeof resultSchema>;

/** The name of the file. */
export const METRICS = "metrics.jsonl";

/** A line of the file, which states its own SHA-256. */
export async function metricsLine(run: string, seconds: number, epoch: Epoch): Promise<string> {
  const text = JSON.stringify({ sha256: HOLE, run, seconds, ...epoch });
  return `${new TextDecoder().decode(await sealed(new TextEncoder().encode(text)))}\n`;
}

/** A value from JSON; undefined for a text that is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lines of the file, as far as they hold, and what they say. */
export interface Metrics {
  readonly text: string;
  readonly epochs: readonly Epoch[];
}

/**
 * The first epochs of a file; later ones are of a process whose checkpoint was lost.
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
): Promise<Metrics> {
  const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes ?? new Uint8Array()).split("\n");
  const last = lines.pop();
  // What a line without its end holds is seen by its checksum.
  if (last !== "") lines.push(last!);
  const there = Math.min(lines.length, epochs);
  if (there < epochs - (mayLack ? 1 : 0)) {
    throw new DataError(
      file,
      `must hold the scores of ${epochs} epochs, but holds ${there}; put back a copy of it, or begin the run anew`,
    );
  }
  const kept = lines.slice(0, there);
  const found: Epoch[] = [];
  for (const [i, line] of kept.entries()) {
    const fail = (why: string): never => {
      throw new DataError(file, `line ${i + 1}: ${why}; put back a copy of it, or begin the run anew`);
    };
    const damage = await checksumProblem(new TextEncoder().encode(line));
    if (damage !== null) fail(`${damage}: it is damaged`);
    const json = jsonOf(line);
    const problem = schemaProblem(lineSchema, json);
    if (problem !== null) fail(problem);
    const { sha256: _1, seconds: _2, run: of, ...epoch } = json as v.InferOutput<typeof lineSchema>;
    if (of !== run) fail("it must be of this run, but is of another one");
    if (epoch.epoch !== i + 1) fail(`it must be of epoch ${i + 1}, but is of epoch ${epoch.epoch}`);
    found.push(epoch);
  }
  return { text: kept.map((line) => `${line}\n`).join(""), epochs: found };
}

const NAMES: Readonly<Record<string, string>> = { kl: "β KL" };
/** What people call a term: `kl` is β times the KL divergence in every objective. */
export const termName = (name: string): string => NAMES[name] ?? name;

/** Scores that compare with each other and with those of other runs. */
export interface Comparable {
  readonly loss: Score;
  readonly terms: Readonly<Record<string, number | null>>;
  readonly evaluation: Scores["evaluation"];
}

/** Scores less the constant of the Gaussian likelihood, in all losses that have it. */
export function comparable(
  { loss, terms, evaluation }: Scores,
  objective: string,
  gaussianConstant: number,
): Comparable {
  const less = (value: number | null): number | null => value === null ? null : value - gaussianConstant;
  const lessScore = (score: Score): Score => ({ ...score, value: less(score.value) });
  const hasConstant = !objective.startsWith("grae");
  return {
    loss: hasConstant ? lessScore(loss) : loss,
    terms: hasConstant && "reconstruction" in terms
      ? { ...terms, reconstruction: less(terms["reconstruction"]!) }
      : terms,
    evaluation: { ...evaluation, "beta-vae": lessScore(evaluation["beta-vae"]) },
  };
}

/** `46.39 ± 0.05`; "not finite" for what overflowed float32. */
export function scoreText({ value, standardError }: Score): string {
  if (value === null) return "not finite";
  return `${value.toFixed(2)}${standardError === null ? "" : ` ± ${standardError.toFixed(2)}`}`;
}

/** `46.39 ± 0.05 = reconstruction 46.29 + β KL 0.10; evaluation: β-VAE 46.39 ± 0.05, GRAE 44.85, GRAE* 45.33`. */
export function scoresText({ loss, terms, evaluation }: Comparable): string {
  const parts = Object.entries(terms).map(([name, value]) =>
    `${termName(name)} ${scoreText({ value, standardError: null })}`
  );
  return `${scoreText(loss)} = ${parts.join(" + ")}; evaluation: ` +
    `β-VAE ${scoreText(evaluation["beta-vae"])}, GRAE ${scoreText(evaluation.grae)}, ` +
    `GRAE* ${scoreText(evaluation["grae-star"])}`;
}

/** What is said once of all losses that people read. */
export function unitNote(gaussianConstant: number): string {
  const less = gaussianConstant === 0 ? "" : `, less (n/2) log 2π = ${gaussianConstant.toFixed(3)}`;
  return `losses are in nats per image${less}; ± is the standard error of the noise`;
}
