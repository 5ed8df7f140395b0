/**
 * The laws: the gate's evidence, rendered from what `evidence.json` says, and never from the HTML beside it.
 *
 * @module
 */

import type { FC } from "hono/jsx";
import * as v from "valibot";
import { count, finite, time } from "../../properties/contract/run.ts";
import { taskCommand } from "../runner/options.ts";
import { readJson } from "./gather.ts";
import { DataTable, Fold } from "./page.tsx";
import { minute, versionList } from "./run_page.tsx";

const verdict = v.picklist([
  "holds",
  "holds under stated assumptions",
  "refuted as printed",
  "failed",
  "unverified",
]);
const text = v.string(), texts = v.array(text);

const lawSchema = v.object({
  id: v.pipe(text, v.regex(/^\w+$/, "must be letters and digits")),
  title: text,
  statement: text,
  /** What the slide says, where it is refuted, and why. */
  printed: v.optional(text),
  counterexample: v.optional(text),
  /** The title of a slide. */
  source: text,
  assumptions: texts,
  verdict,
  cases: count,
  /** The largest error in units of its tolerance. */
  worst: finite,
  engines: v.array(v.object({
    engine: text,
    verdict,
    cases: count,
    comparisons: count,
    worst: finite,
    seed: count,
    failure: v.optional(v.object({ message: text })),
  })),
  doesNotApply: v.array(v.object({ engine: text, because: text })),
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
  versions: v.record(text, text),
  laws: v.array(lawSchema),
  faults: v.array(v.object({ id: text, description: text })),
});

/** What the gate left. */
export type Evidence = v.InferOutput<typeof evidenceSchema>;
type Law = Evidence["laws"][number];

/** Reads the gate's folder. @throws (rejects) DataError if the file is missing or not the gate's */
export const gatherEvidence = (path: string): Promise<Evidence> =>
  readJson({ path, name: path }, "evidence.json", evidenceSchema);

/** Whether a run ended after the gate did: its evidence cannot know of it. */
export const isNewer = (
  { manifest: { ended } }: { manifest: { ended: string | null } },
  evidence: Evidence | null,
) => evidence !== null && ended !== null && Date.parse(ended) > Date.parse(evidence.ended);

const number = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** `2 laws: 1 holds, 1 refuted as printed. The gate is open.` */
export function summaryOf({ laws, ok, problems, complete }: Evidence): string {
  const counts = [...Map.groupBy(laws, (law) => law.verdict)].map(([words, { length }]) =>
    `${length} ${length === 1 ? words : words.replace("holds", "hold")}`
  );
  const gate = ok ? "The gate is open." : `The gate is shut: ${number(problems.length, "problem")}.`;
  const part = complete ? "" : " Only the laws and engines that were asked for.";
  return `${number(laws.length, "law")}: ${counts.join(", ")}. ${gate}${part}`;
}

/** A verdict in its colour: a law's id, or the words. */
export const Verdict: FC<{ readonly law: Law; readonly href?: string }> = (
  { law: { id, title, verdict }, href },
) => {
  const name = `verdict ${verdict.split(" ").slice(0, 2).join("-")}`;
  return href === undefined
    ? <span class={name}>{verdict}</span>
    : <a class={name} href={href} title={`${title}: ${verdict}`}>{id}</a>;
};

/** Where there is no evidence. */
export const Unchecked: FC = () => (
  <>
    The laws have not been checked for this site: <code>{taskCommand("gate")}</code> does it.
  </>
);

const rejected = ({ faultsRejected, faultsNotRejected }: Law): string =>
  `${faultsRejected.length} of ${faultsRejected.length + faultsNotRejected.length}`;

const LawSection: FC<{ readonly law: Law; readonly faults: ReadonlyMap<string, string> }> = (
  { law, faults },
) => {
  const { id, title, statement, printed, counterexample, source, assumptions, engines, doesNotApply } = law;
  const sentences = printed === undefined
    ? [["", statement]]
    : [["As printed. ", printed], ["Counterexample. ", counterexample], ["What holds. ", statement]];
  return (
    <section id={id}>
      <h3>
        {id} {title} <Verdict law={law} />
      </h3>
      {sentences.map(([what, text]) =>
        text && (
          <p>
            <b>{what}</b>
            {text}
          </p>
        )
      )}
      <p class="quiet">Slide “{source}”{assumptions.length > 0 && `; assumes ${assumptions.join("; ")}`}</p>
      {engines.map(({ failure }) => failure && <pre>{failure.message}</pre>)}
      <Fold title={`${engines.length} engines, ${rejected(law)} planted faults rejected`}>
        <DataTable
          caption="What each engine gave. The error is in units of its tolerance: at most 1."
          head={["engine", "verdict", "cases", "comparisons", "largest error", "seed"]}
          rows={engines.map((
            { engine, verdict, cases, comparisons, worst, seed },
          ) => [engine, verdict, cases, comparisons, worst, seed])}
        />
        <ul class="quiet">
          {doesNotApply.map(({ engine, because }) => <li>Not on {engine}: {because}</li>)}
          {law.faultsNotRejected.map((fault) => (
            <li>
              <b>Not rejected:</b> {faults.get(fault) ?? fault}
            </li>
          ))}
          {law.faultsRejected.map((fault) => <li>Rejected: {faults.get(fault) ?? fault}</li>)}
        </ul>
      </Fold>
    </section>
  );
};

/** What the page of the laws shows. */
export const Laws: FC<{ readonly evidence: Evidence | null }> = ({ evidence }) => {
  if (evidence === null) {
    return (
      <p>
        <Unchecked />
      </p>
    );
  }
  const { laws, problems, ended, versions } = evidence;
  const faults = new Map(evidence.faults.map(({ id, description }) => [id, description]));
  return (
    <>
      <p>
        What the paper states, held to the library on every engine, to an independent oracle and to planted
        faults. <b>{summaryOf(evidence)}</b>
      </p>
      <p class="quiet">{minute(ended)}; {versionList(versions)}</p>
      {problems.length > 0 && <ul class="mark">{problems.map((problem) => <li>{problem}</li>)}</ul>}
      <DataTable
        caption="The largest error is in units of its tolerance: at most 1. Faults are planted mistakes that the law must reject."
        head={["law", "title", "verdict", "cases", "largest error", "faults rejected"]}
        rows={laws.map((law) => [law.id, law.title, law.verdict, law.cases, law.worst, rejected(law)])}
      />
      <h2>Each law</h2>
      {laws.map((law) => <LawSection law={law} faults={faults} />)}
    </>
  );
};
