/**
 * The laws: what each says, its verdict, and what was seen of it, rendered from the gate's evidence.
 *
 * @module
 */

import type { FC } from "hono/jsx";
import { type Evidence, type Law, summaryOf } from "./evidence.ts";
import { type Cell, DataTable } from "./page.tsx";
import { minute, versionList } from "./run_page.tsx";

/** A verdict in its colour: a law's id, or the words. */
export const Verdict: FC<{ readonly law: Law; readonly href?: string }> = (
  { law: { id, title, verdict }, href },
) => {
  const name = `verdict ${verdict.split(" ").slice(0, 2).join("-")}`;
  return href === undefined
    ? <span class={name}>{verdict}</span>
    : <a class={name} href={href} title={`${title}: ${verdict}`}>{id}</a>;
};

const rejected = ({ faultsRejected, faultsNotRejected }: Law): string =>
  `${faultsRejected.length} of ${faultsRejected.length + faultsNotRejected.length}`;

const LawSection: FC<{ readonly law: Law; readonly faults: ReadonlyMap<string, string> }> = (
  { law, faults },
) => {
  const { id, title, statement, printed, counterexample, source, assumptions } = law;
  const { engines, doesNotApply, faultsRejected, faultsNotRejected } = law;
  const rows: Cell[][] = engines.map((
    { engine, verdict, cases, comparisons, worst, seed },
  ) => [engine, verdict, cases, comparisons, worst, seed]);
  return (
    <section id={id}>
      <h3>
        {id} {title} <Verdict law={law} />
      </h3>
      {printed !== undefined && (
        <p>
          <b>As printed.</b> {printed}
        </p>
      )}
      {counterexample !== undefined && (
        <p>
          <b>Counterexample.</b> {counterexample}
        </p>
      )}
      <p>{printed !== undefined && <b>What holds.</b>} {statement}</p>
      <p class="quiet">
        Slide “{source}”{assumptions.length > 0 && `; assumes ${assumptions.join("; ")}`}
      </p>
      {engines.map(({ failure }) => failure && <pre>{failure.message}</pre>)}
      <details>
        <summary>{engines.length} engines, {rejected(law)} planted faults rejected</summary>
        <DataTable
          caption="What each engine gave. The error is in units of its tolerance: at most 1."
          head={["engine", "verdict", "cases", "comparisons", "largest error", "seed"]}
          rows={rows}
        />
        {doesNotApply.map(({ engine, because }) => <p class="quiet">Not on {engine}: {because}</p>)}
        <ul class="quiet">
          {faultsNotRejected.map((fault) => (
            <li>
              <b>Not rejected:</b> {faults.get(fault) ?? fault}
            </li>
          ))}
          {faultsRejected.map((fault) => <li>{faults.get(fault) ?? fault}</li>)}
        </ul>
      </details>
    </section>
  );
};

/** What the page of the laws shows. */
export const Laws: FC<{ readonly evidence: Evidence | null }> = ({ evidence }) => {
  if (evidence === null) {
    return (
      <p>
        The laws have not been checked for this site: <code>deno task gate</code> does it.
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
