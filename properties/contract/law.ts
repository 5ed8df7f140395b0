/**
 * A law: a statement that a subject satisfies or not, with its source and what it takes for granted. A law knows no
 * implementation; it is handed a subject.
 *
 * @module
 */

import type { Capability, Needs } from "./capability.ts";
import type { Clause, ClauseFindings } from "./clause.ts";
import type { Expected, Findings } from "./evidence.ts";
import { lawTime } from "./limits.ts";
import { clauseSeed, type Run } from "./replay.ts";
import type { Subject } from "./subject.ts";

/**
 * identity: equal to rounding. inequality: with stated slack, and its equality cases. order: a fitted convergence order.
 * statistical: a test with a stated false-alarm and miss rate. refutation: false as printed, beside what holds.
 * empirical: measured on trained models.
 */
export type LawKind = "identity" | "inequality" | "order" | "statistical" | "refutation" | "empirical";

/** Mathematics for {@link LawDescription.tex}, with its backslashes as they are. */
export const tex: typeof String.raw = String.raw;

/** The description of a law. */
export interface LawDescription {
  /** As in the catalogue of laws: `G1`. */
  readonly id: string;
  /** A few words. */
  readonly title: string;
  /** The statement as it holds. */
  readonly statement: string;
  /** The statement as the slide prints it, where that differs. */
  readonly printed?: string;
  /** Refutations: the case in which the printed statement is false, for people. A clause verifies it. */
  readonly counterexample?: string;
  /** The statement as mathematics, for KaTeX. */
  readonly tex: string;
  /** Title of the slide. */
  readonly source: string;
  /** The kind of comparison. */
  readonly kind: LawKind;
  /** The assumptions under which it holds; none when absent. */
  readonly assumptions?: readonly string[];
  /** The verdict when every clause passes; `holds`, or for refutations `refuted as printed`, when absent. */
  readonly expected?: Expected;
  /** Statistical laws: the rates of one run. */
  readonly chance?: { readonly falseAlarm: number; readonly miss: number };
}

/** A law. */
export interface Law extends LawDescription {
  /** The assumptions under which it holds. */
  readonly assumptions: readonly string[];
  /** The verdict when every clause passes. */
  readonly expected: Expected;
  /** Its properties as sentences, each with what it asks of a subject. The law applies where one of them does. */
  readonly clauses: readonly (Needs & { readonly says: string })[];
  /** Every capability that some clause uses. */
  readonly needs: readonly Capability[];
  /** Holds a subject to it. */
  readonly check: (subject: Subject, run: Run) => Promise<Findings>;
}

/**
 * A law from its clauses.
 *
 * @throws RangeError if it has none: it would hold for everything
 */
export function law(description: LawDescription & { readonly clauses: readonly Clause[] }): Law {
  const { id, clauses } = description;
  if (clauses.length === 0) throw new RangeError(`law ${id} has no clause: it would hold for everything`);
  return {
    assumptions: [],
    expected: description.kind === "refutation" ? "refuted as printed" : "holds",
    ...description,
    needs: [...new Set(clauses.flatMap((clause) => clause.needs))],
    check: async (subject, asked) => {
      const { limits, atOnce, onGiveUp } = asked;
      const run = limits ? { ...asked, time: lawTime(limits, atOnce, onGiveUp) } : asked;
      const findings: ClauseFindings[] = [];
      /** The findings in a case that failed before, if it fails again. */
      const firstFailure = async (clause: Clause, index: number): Promise<ClauseFindings | undefined> => {
        const before = run.first?.filter((one) => one.law === id && one.replay.clause === index) ?? [];
        for (const { replay } of before) {
          // In other laws, or other cases of them, the path may lead nowhere.
          const found = await clause.run(subject, replay.seed, { ...run, replay }).catch(() => undefined);
          const { path } = replay;
          if (found?.failure) return { ...found, seed: replay.seed, failure: { ...found.failure, path } };
          if (found?.unanswered) {
            return { ...found, seed: replay.seed, unanswered: { ...found.unanswered, path } };
          }
        }
        return undefined;
      };
      for (const [index, clause] of clauses.entries()) {
        if ((run.replay?.clause ?? run.clause ?? index) !== index) continue;
        const found = await firstFailure(clause, index) ??
          await clause.run(subject, clauseSeed(run.seed, id, index), run);
        findings.push(found);
        if ((found.failure && run.firstFailure) || found.unanswered) break;
      }
      return { clauses: findings };
    },
  };
}
