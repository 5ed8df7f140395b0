/**
 * The scores of a run, epoch by epoch, as lines of JSON.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import type { Scores } from "./scores.ts";

/** One line of metrics. */
export interface EpochMetrics {
  /** Complete epochs. */
  readonly epoch: number;
  readonly step: number;
  /** Seconds at work so far. */
  readonly seconds: number;
  readonly train: Scores;
  readonly heldOut: Scores;
}

/** Metrics as text, a line for each epoch. */
export function metricsText(lines: readonly EpochMetrics[]): string {
  return lines.map((line) => JSON.stringify(line) + "\n").join("");
}

/**
 * The metrics of the first `epochs` epochs from their text; later ones are of a sitting whose checkpoint was lost.
 *
 * @param file its name, for messages
 * @throws DataError if a line is not the scores of its epoch, or one is missing
 */
export function metricsOf(text: string, file: string, epochs: number): EpochMetrics[] {
  const lines = text.split("\n").slice(0, epochs);
  return Array.from({ length: epochs }, (_, i) => {
    const line = parsed(lines[i] ?? "");
    if (!isEpoch(line, i + 1)) {
      throw new DataError(file, `line ${i + 1} must hold the scores of epoch ${i + 1}, but does not`);
    }
    return line;
  });
}

/** JSON has no NaN and no Infinity, and null in their place; only a standard error may be null otherwise. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line, (name, value) => value === null && name !== "standardError" ? NaN : value);
  } catch {
    return undefined;
  }
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

const isNumber = (value: unknown): boolean => typeof value === "number";

function isEpoch(line: unknown, epoch: number): line is EpochMetrics {
  return isObject(line) && line["epoch"] === epoch && isNumber(line["step"]) && isNumber(line["seconds"]) &&
    isScores(line["train"]) && isScores(line["heldOut"]);
}

function isScores(scores: unknown): boolean {
  if (!isObject(scores) || !isObject(scores["terms"]) || !isObject(scores["yardsticks"])) return false;
  const { images, loss, terms, yardsticks } = scores;
  const marks = ["beta-vae", "grae", "grae-star"].map((name) => (yardsticks as Json)[name]);
  return isNumber(images) && Object.values(terms as Json).every(isNumber) && [loss, ...marks].every(isScore);
}

function isScore(score: unknown): boolean {
  return isObject(score) && isNumber(score["value"]) &&
    (score["standardError"] === null || isNumber(score["standardError"]));
}
