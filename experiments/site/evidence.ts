/**
 * The gate's evidence, as a site shows it: what `evidence.json` says, and never the HTML beside it.
 *
 * @module
 */

import * as v from "valibot";
import { count, finite, time } from "../../properties/contract/run.ts";
import { type Folder, readJson } from "./gather.ts";

const verdict = v.picklist([
  "holds",
  "holds under stated assumptions",
  "refuted as printed",
  "failed",
  "unverified",
]);
const texts = v.array(v.string());

const lawSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^\w+$/, "must be letters and digits")),
  title: v.string(),
  statement: v.string(),
  /** What the slide says, where it is refuted, and why. */
  printed: v.optional(v.string()),
  counterexample: v.optional(v.string()),
  /** The title of a slide. */
  source: v.string(),
  assumptions: texts,
  verdict,
  cases: count,
  /** The largest error in units of its tolerance. */
  worst: finite,
  engines: v.array(v.object({
    engine: v.string(),
    verdict,
    cases: count,
    comparisons: count,
    worst: finite,
    seed: count,
    failure: v.optional(v.object({ message: v.string() })),
  })),
  doesNotApply: v.array(v.object({ engine: v.string(), because: v.string() })),
  faultsRejected: texts,
  faultsNotRejected: texts,
});

/** What the gate left: `evidence.json`. */
const evidenceSchema = v.object({
  schema: v.literal("grae-evidence/3"),
  /** Whether the gate is open. */
  ok: v.boolean(),
  /** Why not, one line each. */
  problems: texts,
  /** False where only some laws or engines were asked for. */
  complete: v.boolean(),
  ended: time,
  versions: v.record(v.string(), v.string()),
  laws: v.array(lawSchema),
  faults: v.array(v.object({ id: v.string(), description: v.string() })),
});

/** What the gate left. */
export type Evidence = v.InferOutput<typeof evidenceSchema>;
/** A law, and what was seen of it. */
export type Law = Evidence["laws"][number];

/** The most bytes of evidence. */
const MOST = 2 ** 25;

/** Reads the gate's folder. @throws (rejects) DataError if the file is missing or not the gate's */
export const gatherEvidence = (folder: Folder): Promise<Evidence> =>
  readJson(folder, "evidence.json", MOST, evidenceSchema, false);

/** Whether a run ended after the gate did: its evidence cannot know of it. */
export const isNewer = (
  { manifest: { ended } }: { manifest: { ended: string | null } },
  evidence: Evidence | null,
) => evidence !== null && ended !== null && Date.parse(ended) > Date.parse(evidence.ended);

const PLURAL: Readonly<Record<string, string>> = {
  "holds": "hold",
  "holds under stated assumptions": "hold under stated assumptions",
};
const number = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** `2 laws: 1 holds, 1 refuted as printed. The gate is open.` */
export function summaryOf({ laws, ok, problems, complete }: Evidence): string {
  const counts = [...Map.groupBy(laws, (law) => law.verdict)].map(([words, { length }]) =>
    `${length} ${length === 1 ? words : PLURAL[words] ?? words}`
  );
  const gate = ok ? "The gate is open." : `The gate is shut: ${number(problems.length, "problem")}.`;
  const part = complete ? "" : " Only the laws and engines that were asked for.";
  return `${number(laws.length, "law")}: ${counts.join(", ")}. ${gate}${part}`;
}
