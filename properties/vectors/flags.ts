/**
 * What is hard about a call: words that a test vector has, so that whoever fails it sees why.
 *
 * @module
 */

import type { Matrix } from "../contract/subject.ts";
import { eigen, gram } from "../laws/reference/algebra.ts";

/** Every flag, with what it says. */
export const FLAGS = {
  "collapse": "a latent does nothing: its column of the Jacobian is 0, or its posterior is the prior",
  "rank-deficient": "JᵀJ, or G, has a smallest eigenvalue below 1e-12 of the largest",
  "tiny-beta": "β is below 0.01",
  "large-beta": "β is above 100",
  "saturated": "a logit is beyond ±15, where σ(g) or 1 − σ(g) has lost digits in float32",
  "ill-conditioned": "a positive definite matrix has a condition number above 1e4",
  "more-latents-than-data": "the Jacobian has more columns than rows",
  "one-latent": "there is one latent",
} as const;
/** One of them. */
export type Flag = keyof typeof FLAGS;

/** The flags of a call by the names of its arguments. */
export function flagsOf(given: Readonly<Record<string, unknown>>): Flag[] {
  const flags = new Set<Flag>();
  const { beta, jacobian, mean, rawFactor, logVariance, likelihood, g, latent } = given;
  if (typeof beta === "number" && beta < 0.01) flags.add("tiny-beta");
  if (typeof beta === "number" && beta > 100) flags.add("large-beta");
  if (isMatrix(jacobian)) {
    if (jacobian.length < jacobian[0]!.length) flags.add("more-latents-than-data");
    if (jacobian[0]!.some((_, i) => jacobian.every((row) => row[i] === 0))) flags.add("collapse");
    if (isDeficient(gram(jacobian))) flags.add("rank-deficient");
  }
  const spread = rawFactor ?? logVariance;
  if (isMatrix(mean) && isMatrix(spread)) {
    const prior = mean.some((row, b) => row.some((entry, i) => entry === 0 && spread[b]![i] === 0));
    if (prior) flags.add("collapse");
  }
  if (kindOf(likelihood) === "bernoulli" && isMatrix(g) && g.flat().some((logit) => Math.abs(logit) > 15)) {
    flags.add("saturated");
  }
  for (const matrices of [given.a, given.gram]) {
    if (!Array.isArray(matrices) || !matrices.every(isMatrix)) continue;
    const spectra = matrices.map((matrix) => eigen(matrix).values);
    if (spectra.some((values) => values.at(-1)! > 1e4 * values[0]! && values[0]! > 0)) {
      flags.add("ill-conditioned");
    }
    if (given.gram !== undefined && matrices.some(isDeficient)) flags.add("rank-deficient");
  }
  if (latent === 1 || sizeOf(mean) === 1 || sizeOf(jacobian) === 1) flags.add("one-latent");
  return Object.keys(FLAGS).filter((name): name is Flag => flags.has(name as Flag));
}

const sizeOf = (value: unknown): number | undefined => isMatrix(value) ? value[0]!.length : undefined;

const kindOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, "kind") : undefined;

const isMatrix = (value: unknown): value is Matrix =>
  Array.isArray(value) && value.length > 0 &&
  value.every((row) => Array.isArray(row) && row.length > 0 && typeof row[0] === "number");

function isDeficient(matrix: Matrix): boolean {
  const { values } = eigen(matrix);
  return values[0]! <= 1e-12 * values.at(-1)!;
}
