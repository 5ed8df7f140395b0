/**
 * What a loss minimises, from its code: it is asked at points that are chosen so that its coefficients are told apart.
 *
 * @module
 */

import { AssertionError } from "@std/assert";
import type { LossCase } from "../properties/contract/subject.ts";
import { auditRows } from "./auditor.ts";
import type { ExplainedRow } from "./finding.ts";
import type { LogRow } from "./log_row.ts";
import {
  Asked,
  type AuditedLoss,
  type DesignOptions,
  type Example,
  PRECISION,
  rowsOf,
  stacked,
} from "./loss_design.ts";
import { namedForms, reconstructionAt, withForm } from "./loss_form.ts";
import { farOff, inBatches, type Mistake, unequalPixel, withBeta } from "./loss_probe.ts";
import { type AuditVerdict, type Expectation, shown } from "./words.ts";

/** How to ask a loss, and what it is meant to be. */
export interface LossOptions extends Expectation, DesignOptions {
  /** The β that the loss is given in each case; that which is expected, or 1, when absent. */
  readonly beta?: number;
}

/** A case that a verdict rests on. */
export interface LossCounterexample {
  /** The arguments. */
  readonly given: LossCase;
  /** What the loss is there. */
  readonly found: number;
  /** What it would be, were it a β-VAE's. */
  readonly explained: number;
}

/** What a loss minimises. */
export interface LossAudit extends AuditVerdict {
  /** True iff it is a β-VAE's loss, of the β and the likelihood that were meant. */
  readonly ok: boolean;
  /** How examples become one loss; null where they do not by a sum or a mean of both terms. */
  readonly reduction: "sum" | "mean" | "none" | null;
  /** Where it is not a β-VAE's; null if it is one. */
  readonly counterexample: LossCounterexample | null;
}

/**
 * Says what a loss minimises: the effective β and the likelihood, or why it is no β-VAE's. The loss is asked at designed examples, alone
 * and in batches, and with another β.
 *
 * ```ts
 * import { auditLoss } from "@grae/grae/audit";
 *
 * const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
 * // Meant for β = 4, with the mean over pixels that `mse_loss` takes.
 * const audit = await auditLoss(({ x, decoded, mean: mu, logVariance }) => {
 *   const mse = mean(x.flatMap((row, b) => row.map((value, k) => (value - decoded[b]![k]!) ** 2)));
 *   const kl = mu.map((row, b) =>
 *     row.reduce((sum, m, i) => sum - 0.5 * (1 + logVariance[b]![i]! - m ** 2 - Math.exp(logVariance[b]![i]!)), 0)
 *   );
 *   return mse + 4 * mean(kl);
 * }, { n: 20, d: 3, expectedBeta: 4 });
 * console.assert(!audit.ok && audit.words.includes("effective β = 40"));
 * console.assert(audit.words.includes("the reconstruction is a mean over 20 pixels"));
 * ```
 *
 * @throws RangeError unless n and d are whole numbers from 1, and TypeError for a loss that is no number
 */
export async function auditLoss(loss: AuditedLoss, options: LossOptions): Promise<LossAudit> {
  const { n, d, expectedBeta, logits = false } = options;
  if (!(Number.isInteger(n) && Number.isInteger(d) && n > 0 && d > 0)) {
    throw new RangeError(`auditLoss: n and d must be whole numbers from 1, but are ${n} and ${d}`);
  }
  const asked = new Asked(loss, options.beta ?? expectedBeta ?? 1);
  const { rows, design, infinite } = await rowsOf(asked, options);
  const { form, isConstant } = await reconstructionAt(asked, design, logits);
  const verdict = auditRows(form === null ? rows : rows.map((row, i) => withForm(row, form, design[i]!)), {
    ...options,
    pixels: n,
    latents: d,
  });
  const from: Beginning = { asked, rows, design, verdict };
  const failed = (mistake: Mistake, more: Partial<LossAudit> = {}): LossAudit => failure(from, mistake, more);
  if (rows.length === 0) {
    const spread = infinite === null ? NaN : infinite.logVariance[0]!;
    return failed({
      mistake: "it is not finite",
      detail: ` It is not a finite number at log σ² = ${shown(spread)}.`,
    });
  }
  if (rows.every(({ loss }) => loss === rows[0]!.loss)) {
    return failed({ mistake: `it is ${shown(rows[0]!.loss)} whatever its arguments are`, detail: "" });
  }
  if (isConstant) return failed({ mistake: "the reconstruction has no part in it", detail: "" });
  const again = await asked.one(design[0]!);
  if (!Object.is(again, rows[0]!.loss) && !verdict.mistakes.includes("β changes with the step")) {
    return failed({
      mistake: "it gives different numbers for the same arguments",
      detail: ` For one example it was ${shown(rows[0]!.loss)}, and then ${
        shown(again)
      }: it draws random numbers, or changes from call to call.`,
    });
  }
  // Nothing is noise here: a reading that leaves something unexplained is none.
  const isLoose = verdict.kind !== "beta-vae" && verdict.unexplained > LOOSE;
  const isUnnamed = isLoose || verdict.kind === "unidentified" ||
    verdict.mistakes.some((one) => /not made of these|curved|counts differently/.test(one));
  const named = isUnnamed ? namedForms(rows, design, logits) : [];
  if (named.length > 0) return failed({ mistake: named.join("; "), detail: "" }, { mistakes: named });
  const beside = verdict.kind === "beta-vae" ? await besidePieces(from, options) : null;
  if (beside !== null) return failed(beside);
  const batches = await inBatches(asked, design, options);
  const { reduction } = batches;
  if (batches.mistake !== null) return failed(batches.mistake);
  if (isLoose && !verdict.mistakes.some((one) => one.startsWith("β changes"))) {
    const mistake = "it is not made of a reconstruction and a KL";
    return failed({ mistake, detail: atWorst(from) }, { mistakes: [mistake], reduction });
  }
  if (batches.verdict !== null) {
    const { mistakes, kind } = batches.verdict;
    const mixed = kind === "not-beta-vae"
      ? mistakes.join("; ")
      : "a batch is neither the sum nor the mean of its examples";
    return failed({ mistake: mixed, detail: "" }, { mistakes: [mixed] });
  }
  const beta = verdict.kind === "beta-vae" ? await withBeta(asked, design, verdict, options) : null;
  if (beta !== null) return failed(beta, { reduction });
  if (infinite !== null) {
    const spread = infinite.logVariance.find((value) => value < 0) ?? infinite.logVariance[0]!;
    const detail = ` It is not a finite number at log σ² = ${shown(spread)}.`;
    return verdict.kind === "not-beta-vae"
      ? { ...verdict, ok: false, words: verdict.words + detail, reduction, counterexample: worstOf(from) }
      : failed({ mistake: "it is not finite everywhere", detail }, { reduction });
  }
  return {
    ...verdict,
    ok: verdict.asExpected,
    reduction,
    counterexample: verdict.kind === "beta-vae" ? null : worstOf(from),
  };
}

/** The part of a loss's standard deviation that a reading may leave unexplained where nothing is noise. */
const LOOSE = 1e-3;

/** The facts on which the judgement of a loss rests. */
interface Beginning {
  readonly asked: Asked;
  readonly rows: readonly LogRow[];
  readonly design: readonly Example[];
  readonly verdict: AuditVerdict;
}

/** The example that a β-VAE's loss explains least. */
function worstOf({ asked, rows, design, verdict }: Beginning): LossCounterexample | null {
  const off = ({ loss, explained }: ExplainedRow): number => Math.abs(loss - explained);
  const worst = verdict.points.reduce<ExplainedRow | undefined>(
    (most, point) => (most === undefined || off(point) > off(most) ? point : most),
    undefined,
  );
  if (worst === undefined) return null;
  const at = worst.at - 1;
  return { given: stacked([design[at]!], asked.beta), found: rows[at]!.loss, explained: worst.explained };
}

/** What it is there, in words. */
function atWorst(from: Beginning): string {
  const worst = worstOf(from);
  return worst === null
    ? ""
    : ` At an example it is ${shown(worst.found)}, and the nearest β-VAE's loss ${shown(worst.explained)}.`;
}

function failure(from: Beginning, { mistake, detail }: Mistake, more: Partial<LossAudit>): LossAudit {
  const before = from.verdict.kind === "not-beta-vae" ? from.verdict.mistakes : [];
  const mistakes = more.mistakes ?? [...before, mistake];
  return {
    ...from.verdict,
    kind: "not-beta-vae",
    correction: null,
    unknown: null,
    toLog: null,
    ok: false,
    asExpected: false,
    notAsExpected: mistake,
    words: `This is not a β-VAE loss: ${mistakes.join("; ")}.${detail}`,
    reduction: null,
    counterexample: worstOf(from),
    ...more,
    mistakes,
  };
}

/** What a loss that rows explain does beside that. */
async function besidePieces(from: Beginning, options: LossOptions): Promise<Mistake | null> {
  const { asked, rows, design, verdict } = from;
  const worst = worstOf(from);
  const most = rows.reduce((size, { loss }) => Math.max(size, Math.abs(loss)), 0);
  if (worst !== null && Math.abs(worst.found - worst.explained) > PRECISION * most) {
    return await unequalPixel(asked, design[0]!, options.logits ?? false) ?? {
      mistake: "it is not made of a reconstruction and a KL alone",
      detail: atWorst(from),
    };
  }
  return await farOff(asked, design[0]!, verdict, options);
}

/**
 * Requires a loss to be a β-VAE's, of the β and the likelihood that are meant, for a test.
 *
 * @throws AssertionError with the words of {@linkcode auditLoss} where it is another
 */
export async function assertLoss(loss: AuditedLoss, options: LossOptions): Promise<void> {
  const { ok, words } = await auditLoss(loss, options);
  if (!ok) throw new AssertionError(words);
}
