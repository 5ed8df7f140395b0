/**
 * What a loss does beside what rows of its pieces tell: between pixels, far from the data, in batches, and with another β.
 *
 * @module
 */

import { auditRows } from "./auditor.ts";
import { type Asked, type DesignOptions, type Example, PRECISION, rowOf } from "./loss_design.ts";
import { divergenceForms, reconstructionForms } from "./loss_form.ts";
import type { LogRow } from "./log_row.ts";
import { type AuditVerdict, type Expectation, shown } from "./words.ts";

/** A mistake, and the numbers that show it. */
export interface Mistake {
  /** As in "examples of a batch see each other". */
  readonly mistake: string;
  /** A sentence, with a space before it. */
  readonly detail: string;
}

/** A pixel that moves the loss otherwise than the first does, for the same x and x̂ there. */
export async function unequalPixel(
  asked: Asked,
  { x, decoded, ...rest }: Example,
  logits: boolean,
): Promise<Mistake | null> {
  const [target, before, after] = logits ? [0.3, 0.2, 1.7] : [0.3, 0.4, 0.8];
  const flat = { ...rest, x: x.map(() => target), decoded: decoded.map(() => before) };
  const base = await asked.one(flat);
  const moved = async (at: number): Promise<number> =>
    await asked.one({ ...flat, decoded: flat.decoded.map((value, k) => (k === at ? after : value)) }) - base;
  const first = await moved(0);
  const stride = Math.max(1, Math.floor(x.length / 64));
  for (let at = x.length - 1; at > 0; at -= stride) {
    const other = await moved(at);
    if (Math.abs(other - first) > PRECISION * Math.max(Math.abs(base), Math.abs(first))) {
      return {
        mistake: "pixels count differently",
        detail: ` The first moves the loss by ${shown(first)}, and pixel ${at + 1} by ${shown(other)}.`,
      };
    }
  }
  return null;
}

/** How batches are reduced; a verdict where no sum or mean of the examples' losses is. */
export async function inBatches(
  asked: Asked,
  examples: readonly Example[],
  options: DesignOptions & Expectation,
): Promise<{
  readonly reduction: "sum" | "mean" | "none" | null;
  readonly verdict: AuditVerdict | null;
  readonly mistake: Mistake | null;
}> {
  const { n, d, logits = false } = options;
  const four = examples.slice(0, 4), others = examples.slice(4, 8);
  const alone: number[] = [];
  for (const example of four) alone.push(await asked.one(example));
  const together = await asked.at(four);
  const close = (found: number, expected: number): boolean =>
    Math.abs(found - expected) <= 2 * PRECISION * alone.reduce((sum, value) => sum + Math.abs(value), 0);
  const whole = { verdict: null, mistake: null };
  if (typeof together !== "number") {
    const same = together.length === four.length && together.every((value, b) => close(value, alone[b]!));
    if (same) return { reduction: "none", ...whole };
  } else {
    const sum = alone.reduce((total, value) => total + value, 0);
    if (close(together, sum / four.length)) return { reduction: "mean", ...whole };
    if (close(together, sum)) return { reduction: "sum", ...whole };
  }
  const reversed = await asked.at(four.toReversed());
  if (typeof together === "number" && typeof reversed === "number" && !close(reversed, together)) {
    return {
      reduction: null,
      verdict: null,
      mistake: {
        mistake: "it depends on the order of the examples",
        detail: ` Of four examples it is ${shown(together)}, and ${shown(reversed)} in reverse.`,
      },
    };
  }
  // An example that changes must move the loss by the same amount beside others.
  const total = async (batch: readonly Example[]): Promise<number> => {
    const found = await asked.at(batch);
    return typeof found === "number" ? found : found.reduce((sum, value) => sum + value, 0);
  };
  const change = async (beside: readonly Example[]): Promise<number> =>
    await total([examples[8]!, ...beside]) - await total([examples[9]!, ...beside]);
  const here = await change(four.slice(1)), there = await change(others.slice(1));
  if (!close(here, there)) {
    return {
      reduction: null,
      verdict: null,
      mistake: {
        mistake: "examples of a batch see each other",
        detail: ` An example that changes moves the loss by ${shown(here)} beside some examples, and by ${
          shown(there)
        } beside others.`,
      },
    };
  }
  const rows: LogRow[] = [];
  let at = 0;
  for (let id = 0; at + 5 <= examples.length; id++) {
    const batch = examples.slice(at, at + 2 + id % 4);
    at += batch.length;
    const loss = await total(batch);
    rows.push(...batch.map((example) => ({ ...rowOf(example, loss, logits, id + 1), batch: id })));
  }
  return { reduction: null, verdict: auditRows(rows, { ...options, pixels: n, latents: d }), mistake: null };
}

/** The mistake in how β enters a loss that takes β as an argument. */
export async function withBeta(
  asked: Asked,
  examples: readonly Example[],
  alone: AuditVerdict,
  options: DesignOptions,
): Promise<Mistake | null> {
  const { n, d, logits = false } = options;
  const other = 2 * asked.beta;
  if (await asked.one(examples[1]!, other) === await asked.one(examples[1]!)) return null;
  const rows: LogRow[] = [];
  for (const [step, example] of examples.entries()) {
    rows.push(rowOf(example, await asked.one(example, other), logits, step + 1));
  }
  const { beta, kind } = auditRows(rows, { pixels: n, latents: d });
  // A greater β may hide the reconstruction.
  if (alone.beta === null || kind === "unidentified") return null;
  const { value, halfWidth } = alone.beta;
  if (
    beta !== null &&
    Math.abs(beta.value - 2 * value) <= 1e-3 * Math.abs(value) + 2 * halfWidth + beta.halfWidth
  ) {
    return null;
  }
  return {
    mistake: "β is not the factor of the KL",
    detail: ` The effective β is ${shown(value)} where β is ${shown(asked.beta)}, and ${
      beta === null ? "none" : shown(beta.value)
    } where it is ${shown(other)}.`,
  };
}

/** Where a β-VAE's loss, as it was identified, is another far from the data or from the prior. */
export async function farOff(
  asked: Asked,
  { x, decoded, mean, logVariance }: Example,
  { reconstruction, kl, likelihood, coefficients }: AuditVerdict,
  { logits = false }: DesignOptions,
): Promise<Mistake | null> {
  const constant = coefficients.find(({ piece }) => piece === "1")?.value;
  if (reconstruction === null || kl === null || constant === undefined) return null;
  const zeros = mean.map(() => 0);
  const here: Example = { x, decoded, mean, logVariance };
  const sign = (i: number): number => (i % 2 === 0 ? 1 : -1);
  const places: readonly (readonly [where: string, at: Example, mayRefuse: boolean])[] = [
    ...(logits
      ? [["logits are ±30", { ...here, decoded: x.map((_, k) => 30 * sign(k)) }, false] as const]
      : likelihood === "gaussian"
      ? [["residuals are ±3", { ...here, decoded: x.map((value, k) => value + 3 * sign(k)) }, true] as const]
      : []),
    ["means are ±5", { ...here, mean: mean.map((_, i) => 5 * sign(i)) }, false],
    ["log σ² is −8", { ...here, mean: zeros, logVariance: logVariance.map(() => -8) }, false],
    ["log σ² is 4", { ...here, mean: zeros, logVariance: logVariance.map(() => 4) }, false],
  ];
  for (const [where, at, mayRefuse] of places) {
    let found: number;
    try {
      found = await asked.one(at);
    } catch (error) {
      if (mayRefuse) continue;
      throw error;
    }
    const fit = reconstructionForms.find(({ id }) =>
      id ===
        (likelihood === "gaussian" ? logits ? "sse of sigmoid" : "sse" : logits ? "bce of logits" : "bce")
    )!.value(at);
    const divergence = divergenceForms.find(({ mistake }) => mistake === null)!.value(at);
    const expected = constant + reconstruction.value * fit + kl.value * divergence;
    const off = reconstruction.halfWidth * Math.abs(fit) + kl.halfWidth * Math.abs(divergence) +
      10 * PRECISION *
        (Math.abs(constant) + Math.abs(reconstruction.value * fit) + Math.abs(kl.value * divergence));
    if (Math.abs(found - expected) <= off) continue;
    if (!Number.isFinite(found) && mayRefuse) continue;
    return {
      mistake: Number.isFinite(found)
        ? `it is another loss where ${where}`
        : `it is not finite where ${where}`,
      detail: Number.isFinite(found)
        ? ` There it is ${shown(found)}, and ${shown(expected)} follows from the rest.`
        : "",
    };
  }
  return null;
}
