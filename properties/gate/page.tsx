/**
 * The evidence as a page: for the gate's `index.html`, which stands alone, and for the site, which has its own frame.
 *
 * @module
 */

import type { Child, FC, PropsWithChildren } from "hono/jsx";
import type { Verdict } from "../contract/evidence.ts";
import { type FaultOutcome, type GateEvidence, type LawEvidence, type LawRun, rejected } from "./evidence.ts";
import { mathematicsProblem, mathematicsStyle, typeset } from "./mathematics.ts";
import style from "./page.css" with { type: "text" };
import { type SlideLine, slides } from "./slides.ts";
import { count, engineLine, largestError, MEANINGS, seconds, summary, verdictLine } from "./text.ts";

/** The style sheet that {@linkcode EvidenceBody} needs beside that of its formulas. */
export const EVIDENCE_STYLE: string = style;

/** Headings by the first letter of a law's id. */
const PARTS: Readonly<Record<string, string>> = {
  U: "Uniqueness",
  T: "Taylor approximation",
  H: "Curvature",
  S: "Optimal covariance",
  G: "GRAE",
  X: "Refuted as printed",
  A: "The implementation",
  E: "Trained models",
};

const MARKS: Readonly<Record<FaultOutcome, string>> = {
  "rejected": "●",
  "not rejected": "✗",
  "by an exception": "!",
  "not run": "?",
};

const LEGEND: readonly (readonly [string, string])[] = [
  ...Object.entries(MEANINGS),
  ["largest error", "in units of the tolerance: 1 is the most that is accepted"],
  ["planted fault", "a subject with one mistake, which the laws named must reject"],
  ["not checked", "no law; the reason stands beside it"],
  ["not run", "a law that was not asked for"],
];

/** The class of a verdict in the style sheet. */
const classOf = (verdict: Verdict): string => verdict.split(" ").slice(0, 2).join("-");

const Badge: FC<{ readonly verdict: Verdict; readonly words?: string }> = ({ verdict, words = verdict }) => (
  <span class={`badge ${classOf(verdict)}`}>{words}</span>
);

/** A law's id in the colour of its verdict, as a link. @param page the file that has the law, if it is another */
export const LawLink: FC<
  { readonly law: Pick<LawEvidence, "id" | "title" | "verdict">; readonly page?: string }
> = (
  { law: { id, title, verdict }, page = "" },
) => <a class={`law ${classOf(verdict)}`} href={`${page}#${id}`} title={`${title}: ${verdict}`}>{id}</a>;

const Table: FC<{ readonly head: readonly string[]; readonly rows: Child }> = ({ head, rows }) => (
  <div class="scroll" tabindex={0}>
    <table>
      <thead>
        <tr>{head.map((name) => <th scope="col">{name}</th>)}</tr>
      </thead>
      <tbody>{rows}</tbody>
    </table>
  </div>
);

const Fold: FC<PropsWithChildren<{ readonly title: string }>> = ({ title, children }) => (
  <details>
    <summary>{title}</summary>
    {children}
  </details>
);

const List: FC<{ readonly items: readonly Child[] }> = ({ items }) => (
  <ul>{items.map((item) => <li>{item}</li>)}</ul>
);

/** A line of a slide: each of its laws with the verdict, and how many of their planted faults these reject. */
const SlideRow: FC<{ readonly line: SlideLine; readonly laws: ReadonlyMap<string, LawEvidence> }> = (
  { line: { says, laws: ids, note }, laws },
) => {
  const found = ids.map((id) => laws.get(id));
  return (
    <tr>
      <td>
        {says}
        {note !== undefined && <span class="quiet">. {note}</span>}
      </td>
      <td>
        {ids.length === 0 && <b>not checked</b>}
        {found.map((law, i) => (
          <div>
            {law
              ? (
                <>
                  <LawLink law={law} /> <Badge verdict={law.verdict} />
                </>
              )
              : `not run: ${ids[i]}`}
          </div>
        ))}
      </td>
      <td>{found.map((law) => <div>{law && rejected(law)}</div>)}</td>
    </tr>
  );
};

const LawTable: FC<LawEvidence> = ({ runs }) => (
  <Table
    head={["engine", "verdict", "cases", "comparisons", "beyond precision", "largest error", "seed", "time"]}
    rows={runs.map((run) => (
      <tr>
        <td>{run.engine}</td>
        <td>
          {run.verdict === "failed" || run.verdict === "unverified"
            ? <Badge verdict={run.verdict} />
            : run.verdict}
        </td>
        {[run.cases, run.comparisons, run.unresolved].map((n) => <td>{n.toLocaleString("en")}</td>)}
        <td>{largestError(run)}</td>
        <td>{run.seed}</td>
        <td>{seconds(run.seconds)}</td>
      </tr>
    ))}
  />
);

/** What the clauses say, with the cases of all engines, or with the measured figure that is nearest to what is allowed. */
function clausesOf(runs: readonly LawRun[]): string[] {
  const clauses = Map.groupBy(runs.flatMap((run) => run.clauses), ({ says }) => says);
  return [...clauses].map(([says, of]) => {
    const { measured } = of.find((clause) => clause.measured) ?? {};
    return measured
      ? `${says}: ${
        Number(measured.value.toPrecision(3))
      } measured, ${measured.allowed} allowed (${measured.what})`
      : `${says}: ${count(of.reduce((sum, { cases }) => sum + cases, 0), "case")}`;
  });
}

const LawCard: FC<{ readonly law: LawEvidence; readonly descriptions: ReadonlyMap<string, string> }> = (
  { law, descriptions },
) => {
  const { id, title, tex, source, kind, assumptions, chance, printed, counterexample } = law;
  const facts = [
    ["Source", `slide “${source}”`],
    ["Kind", kind],
    ["Assumes", assumptions.join("; ")],
    ["Chance", chance && `${chance.falseAlarm} false alarms per run, ${chance.miss} misses`],
  ].filter(([, text]) => text);
  const clauses = clausesOf(law.runs);
  return (
    <article id={id}>
      <h3>
        <a href={`#${id}`}>{id}</a> {title} <Badge verdict={law.verdict} />
      </h3>
      {printed !== undefined && (
        <div class="printed">
          <p>
            <b>As printed.</b> {printed}
          </p>
          {counterexample !== undefined && (
            <p>
              <b>Counterexample.</b> {counterexample}
            </p>
          )}
        </div>
      )}
      {mathematicsProblem(tex)
        ? (
          <div class="formula">
            <code>{tex}</code>
          </div>
        )
        : <div class="formula" dangerouslySetInnerHTML={{ __html: typeset(tex) }} />}
      <p class="statement">
        {printed !== undefined && <b>What holds.</b>} {law.statement}
      </p>
      <dl>
        {facts.map(([term, text]) => (
          <>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </>
        ))}
      </dl>
      {law.runs.map(({ failure }) => failure && <pre>{failure.message}</pre>)}
      <LawTable {...law} />
      {law.doesNotApply.length > 0 && (
        <Fold title={`Does not apply to ${law.doesNotApply.map(({ engine }) => engine).join(", ")}`}>
          <List
            items={law.doesNotApply.map(({ engine, because }) =>
              `${engine}: ${because}`
            )}
          />
        </Fold>
      )}
      {clauses.length > 0 && (
        <Fold title={count(clauses.length, "clause")}>
          <List items={clauses} />
        </Fold>
      )}
      {law.faults.length > 0 && (
        <Fold title={`Rejects ${rejected(law)} planted faults`}>
          <List
            items={law.faults.map(({ id, outcome }) => (
              <>
                {outcome !== "rejected" && <b>{outcome}:</b>} {descriptions.get(id) ?? id}
              </>
            ))}
          />
        </Fold>
      )}
    </article>
  );
};

const FaultMatrix: FC<GateEvidence> = ({ laws, faults }) => (
  <Fold title={`All ${count(faults.length, "planted fault")}, law by law`}>
    <p>
      ● the law rejects it, as it must; ✗ it does not; ! the law threw instead of comparing; ? it was not run;
      empty: the fault does not concern the law, or only through others.
    </p>
    <div class="scroll matrix" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">the mistake</th>
            {laws.map(({ id }) => <th scope="col">{id}</th>)}
          </tr>
        </thead>
        <tbody>
          {faults.map(({ id, description, laws: outcomes }) => (
            <tr>
              <th scope="row" title={id}>{description}</th>
              {laws.map((law) => {
                const outcome = outcomes[law.id];
                return outcome === undefined
                  ? <td></td>
                  : (
                    <td class={outcome === "rejected" ? "caught" : "missed"} title={`${law.id}: ${outcome}`}>
                      {MARKS[outcome]}
                    </td>
                  );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </Fold>
);

/** The evidence, without the frame of a page. */
export const EvidenceBody: FC<{ readonly evidence: GateEvidence }> = ({ evidence }) => {
  const { laws, engines, problems, ok, faults } = evidence;
  const byId = new Map(laws.map((law) => [law.id, law]));
  const descriptions = new Map(faults.map(({ id, description }) => [id, description]));
  const parts = [...Map.groupBy(laws, ({ id }) => PARTS[id[0]!] ?? "Other laws")];
  return (
    <div class="evidence">
      <p>
        <Badge verdict={ok ? "holds" : "failed"} words={ok ? "accepted" : "rejected"} /> The statements of
        {" "}
        <i>On Implicit Regularization in β-VAEs</i>{" "}
        (A. Kumar and B. Poole, ICML 2020), held to an independent oracle, to the library on every engine, and
        to planted faults that each law must reject.
      </p>
      <p>{verdictLine(evidence)} {summary(evidence)}</p>
      <ul class="quiet">{engines.map((engine) => <li>{engineLine(engine)}</li>)}</ul>
      {problems.length > 0 && (
        <section class="problems">
          <h2>Problems</h2>
          <List items={problems} />
        </section>
      )}
      <h2>The slides, line by line</h2>
      <Table
        head={["sentence or formula", "law and verdict", "planted faults rejected"]}
        rows={slides.map(({ title, lines }) => (
          <>
            <tr>
              <th scope="colgroup" colspan={3}>“{title}”</th>
            </tr>
            {lines.map((line) => <SlideRow line={line} laws={byId} />)}
          </>
        ))}
      />
      <h2>Legend</h2>
      <dl>
        {LEGEND.map(([term, meaning]) => (
          <>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
      <nav aria-label="Laws">
        {parts.map(([part, of]) => (
          <p>
            <span>{part}</span> {of.map((law) => <LawLink law={law} />)}
          </p>
        ))}
      </nav>
      {parts.map(([part, of]) => (
        <>
          <h2>{part}</h2>
          {of.map((law) => <LawCard law={law} descriptions={descriptions} />)}
        </>
      ))}
      <h2 id="faults">Planted faults</h2>
      <FaultMatrix {...evidence} />
    </div>
  );
};

/** `index.html`: opens from disk, without scripts and without a network. */
export function evidencePage(evidence: GateEvidence): string {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>grae: the evidence</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: mathematicsStyle() + style }} />
      </head>
      <body class="alone">
        <main>
          <h1>grae: the evidence</h1>
          <EvidenceBody evidence={evidence} />
        </main>
      </body>
    </html>
  );
  return `<!doctype html>\n${page}\n`;
}
