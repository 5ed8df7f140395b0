/**
 * Forms of the reconstruction and of the KL that people write, right ones and mistaken ones, and which of them a loss is made of.
 *
 * @module
 */

import { type Asked, type Example } from "./loss_design.ts";
import { type LogRow, TERMS } from "./log_row.ts";
import { isExact } from "./readings.ts";
import { addRow, emptyTriangle, fit, LARGEST } from "./triangle.ts";

/** A piece of a loss as a function of an example. */
interface Form {
  /** What is wrong with it; null where nothing is. */
  readonly mistake: string | null;
  /** Its value. */
  readonly value: (at: Example) => number;
}

/** A reconstruction. */
export interface ReconstructionForm extends Form {
  /** Its id. */
  readonly id: string;
  /** Whether what is decoded are logits; both where absent. */
  readonly logits?: boolean;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const pixels = (term: (x: number, decoded: number) => number) => ({ x, decoded }: Example): number =>
  total(x.map((value, k) => term(value, decoded[k]!)));
const latents =
  (term: (mean: number, logVariance: number) => number) => ({ mean, logVariance }: Example): number =>
    total(mean.map((value, i) => term(value, logVariance[i]!)));

/** Reconstructions, the right ones first. */
export const reconstructionForms: readonly ReconstructionForm[] = [
  { id: "sse", logits: false, mistake: null, value: pixels(TERMS.sse) },
  { id: "bce", logits: false, mistake: null, value: pixels(TERMS.bce) },
  { id: "bce of logits", logits: true, mistake: null, value: pixels(TERMS["bce of logits"]) },
  { id: "sse of sigmoid", logits: true, mistake: null, value: pixels(TERMS["sse of sigmoid"]) },
  {
    id: "absolute",
    mistake: "absolute errors stand for squared ones",
    value: pixels((x, y) => Math.abs(x - y)),
  },
  {
    id: "root",
    mistake: "the root of the squared error is taken",
    value: (at) => Math.sqrt(pixels(TERMS.sse)(at)),
  },
  {
    id: "ones",
    logits: false,
    mistake: "the cross-entropy counts the ones alone",
    value: pixels((x, p) => -x * Math.log(p)),
  },
  {
    id: "rounded bce",
    logits: false,
    mistake: "x is rounded to 0 or 1",
    value: pixels((x, p) => TERMS.bce(Math.round(x), p)),
  },
  {
    id: "rounded sse",
    logits: false,
    mistake: "x is rounded to 0 or 1",
    value: pixels((x, y) => (Math.round(x) - y) ** 2),
  },
  {
    id: "probabilities for logits",
    logits: false,
    mistake: "probabilities are taken for logits",
    value: pixels(TERMS["bce of logits"]),
  },
  {
    id: "sse of logits",
    logits: true,
    mistake: "the squared error is of logits, to which no sigmoid was applied",
    value: pixels(TERMS.sse),
  },
  {
    id: "log of the squared error",
    mistake: "the logarithm of the squared error is taken",
    value: (at) => Math.log(pixels(TERMS.sse)(at)),
  },
];

/** Divergences, less their constants; the right one first. */
export const divergenceForms: readonly Form[] = [
  { mistake: null, value: latents((m, v) => (m * m + Math.exp(v) - v) / 2) },
  { mistake: "σ stands where σ² should", value: latents((m, v) => (m * m + Math.exp(v / 2) - v) / 2) },
  {
    mistake: "log σ stands where log σ² should",
    value: latents((m, v) => (m * m + Math.exp(v) - v / 2) / 2),
  },
  { mistake: "log σ² stands where log σ should", value: latents((m, v) => (m * m + Math.exp(v)) / 2 - v) },
  {
    mistake: "KL(p‖q) is taken, not KL(q‖p)",
    value: latents((m, v) => ((1 + m * m) * Math.exp(-v) + v) / 2),
  },
  { mistake: "|μ| stands for μ²", value: latents((m, v) => (Math.abs(m) + Math.exp(v) - v) / 2) },
  { mistake: "the term ½Σμ² is missing", value: latents((_, v) => (Math.exp(v) - v) / 2) },
  { mistake: "σ² and log σ² have changed signs", value: latents((m, v) => (m * m - Math.exp(v) + v) / 2) },
  { mistake: "log σ² is taken for log σ", value: latents((m, v) => (m * m + Math.exp(2 * v) - 2 * v) / 2) },
  {
    mistake: "log σ² is taken for σ",
    value: latents((m, v) => (m * m + v * v - Math.log(v * v)) / 2),
  },
  {
    mistake: "log σ² is taken for σ²",
    value: latents((m, v) => (m * m + v - Math.log(Math.abs(v))) / 2),
  },
  {
    mistake: "log σ² is taken for σ², with a small number inside its logarithm",
    value: latents((m, v) => (m * m + v - Math.log(Math.abs(v) + 1e-6)) / 2),
  },
];

/** Whether forms with coefficients of their own, and a constant, are the loss but for rounding. */
function explain(columns: readonly (readonly number[])[], losses: readonly number[]): boolean {
  const triangle = emptyTriangle(columns.length + 1);
  for (const [i, loss] of losses.entries()) {
    const row = [...columns.map((column) => column[i]!), loss];
    if (row.some((value) => !(Math.abs(value) <= LARGEST))) return false;
    addRow(triangle, row);
  }
  const found = fit(triangle, columns.map((_, i) => [[i, 1]] as const), columns.length);
  // Forms that add nothing explain nothing.
  return isExact(found, losses.length) && found.entangled.length === 0 &&
    found.coefficients.every((value) => Math.abs(value) > 1e-9 * found.size);
}

const taken = (logits: boolean) => (form: ReconstructionForm): boolean => (form.logits ?? logits) === logits;

/** The right reconstruction that a loss has at one posterior, null for another; and whether it has any. */
export async function reconstructionAt(
  asked: Asked,
  design: readonly Example[],
  logits: boolean,
): Promise<{ readonly form: ReconstructionForm | null; readonly isConstant: boolean }> {
  if (design.length === 0) return { form: null, isConstant: false };
  const { mean, logVariance } = design[0]!;
  const examples = design.slice(0, 24).map(({ x, decoded }) => ({ x, decoded, mean, logVariance }));
  const losses: number[] = [];
  for (const example of examples) losses.push(await asked.one(example));
  const isConstant = losses.every((loss) => loss === losses[0]);
  const form = reconstructionForms.filter(taken(logits)).filter(({ mistake }) => mistake === null)
    .find(({ value }) => explain([examples.map(value)], losses));
  return { form: form ?? null, isConstant };
}

/** A row of a log that says how its reconstruction is known, so that no other is read into it. */
export function withForm(row: LogRow, { id, value }: ReconstructionForm, at: Example): LogRow {
  const { loss, mean, spread, step } = row;
  return {
    loss,
    mean: mean!,
    spread: spread!,
    step: step!,
    ...(id.startsWith("sse") ? { sse: value(at) } : { bce: value(at) }),
  };
}

/** The mistakes of the forms that a loss is made of, fewest first; none where it is made of no two of them. */
export function namedForms(rows: readonly LogRow[], design: readonly Example[], logits: boolean): string[] {
  const losses = rows.map(({ loss }) => loss);
  const forms = reconstructionForms.filter(taken(logits)).map((form) => ({
    ...form,
    column: design.map(form.value),
  }));
  const divergences = divergenceForms.map((form) => ({ ...form, column: design.map(form.value) }));
  for (const divergence of divergences) {
    for (const form of forms) {
      if (explain([form.column, divergence.column], losses)) {
        return [form.mistake, divergence.mistake].filter((mistake) => mistake !== null);
      }
    }
  }
  return [];
}
