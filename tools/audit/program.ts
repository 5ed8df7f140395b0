/**
 * Audits of code: the loss, and the penalty, of a program in whatever language.
 *
 * @module
 */

import { auditLoss, auditPenalty, type LossAudit, type LossOptions, type PenaltyAudit } from "../../audit.ts";
import { UsageError } from "../../experiments/runner/options.ts";
import { type Subject, Unanswered } from "../../laws.ts";

/** What is audited of a program; null where it does not offer that. */
export interface ProgramAudit {
  /** Of its `vaeLoss`. */
  readonly loss: LossAudit | null;
  /** Of its `regulariser`, which should be the penalty that the subject declares, if it does. */
  readonly penalty: PenaltyAudit | null;
}

/**
 * Audits the loss and the penalty that a subject offers.
 *
 * @throws (rejects) UsageError if it offers neither, the sizes of its examples are missing, or it does not answer
 */
export async function auditSubject(
  { name, vaeLoss, lossConvention, regulariser, penalty }: Subject,
  options: Omit<LossOptions, "n" | "d"> & { readonly n: number | null; readonly d: number | null },
): Promise<ProgramAudit> {
  const { n, d, logits = lossConvention?.reconstruction === "bce-with-logits", ...meant } = options;
  if (vaeLoss === undefined && regulariser === undefined) {
    throw new UsageError(`--command: ${name} must offer vaeLoss or regulariser, but offers neither`);
  }
  if (vaeLoss !== undefined && (n === null || d === null)) {
    throw new UsageError("--command needs --n and --d, the pixels and latents of the loss's examples");
  }
  try {
    return {
      loss: vaeLoss === undefined ? null : await auditLoss(vaeLoss, { ...meant, n: n!, d: d!, logits }),
      penalty: regulariser === undefined ? null : await auditPenalty(regulariser, {
        ...(penalty !== undefined && { expected: penalty.kind }),
        ...(penalty?.weight !== undefined && { weight: penalty.weight }),
      }),
    };
  } catch (error) {
    throw error instanceof Unanswered
      ? new UsageError(`--command: ${error.message}`, { cause: error })
      : error;
  }
}

/** Whether all that was audited is as it was meant: the loss and the penalty, each if there is one. */
export const isAccepted = ({ loss, penalty }: ProgramAudit): boolean =>
  (loss?.ok ?? true) && (penalty?.ok ?? true);
