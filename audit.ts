/**
 * Audits: what a loss minimises, from rows of numbers or from its code, and which function of a Jacobian a penalty is. Nothing here
 * needs an engine.
 *
 * ```ts
 * import { auditRows, type LogRow } from "./audit.ts";
 *
 * // A loss that was meant to be ½Σ(x − x̂)² + 4 KL; its reconstruction is a mean over 784 pixels.
 * const rows = Array.from({ length: 100 }, (_, i): LogRow => {
 *   const [mean, spread, sse] = [[Math.sin(i)], [Math.cos(3 * i)], 30 + 9 * Math.sin(7 * i)];
 *   const kl = (mean[0]! ** 2 + Math.exp(spread[0]!) - spread[0]! - 1) / 2;
 *   return { loss: sse / 2 / 784 + 4 * kl, sse, mean, spread: { is: "log σ²", values: spread } };
 * });
 * const { words } = auditRows(rows, { pixels: 784, expectedBeta: 4 });
 * console.assert(words.startsWith("This is a β-VAE loss, unit-variance Gaussian, effective β = 3136 ± "));
 * console.assert(words.includes("because the reconstruction is a mean over 784 pixels"));
 * ```
 *
 * @module
 */

export { type AuditOptions, type Auditor, auditor, auditRows } from "./audit/auditor.ts";
export {
  assertPenalty,
  auditPenalty,
  type Penalty,
  type PenaltyAudit,
  type PenaltyCounterexample,
  type PenaltyOptions,
} from "./audit/penalty.ts";
export {
  assertLoss,
  auditLoss,
  type LossAudit,
  type LossCounterexample,
  type LossOptions,
} from "./audit/loss.ts";
export type { AuditedLoss, DesignOptions } from "./audit/loss_design.ts";
export type { BentShape } from "./audit/bent.ts";
export type { Coefficient, ExplainedRow, Finding, Interval } from "./audit/finding.ts";
export type { LikelihoodName, LoggedReconstruction, LogRow, SpreadName } from "./audit/log_row.ts";
export type { AuditVerdict, Expectation } from "./audit/words.ts";
export type {
  ActivationName,
  activationNames,
  Eventually,
  LayerSpec,
  LossCase,
  LossTerms,
  Matrix,
  NetworkSpec,
  PenaltyCase,
  Vector,
} from "./properties/contract/subject.ts";
