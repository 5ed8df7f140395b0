/**
 * The evidence as a page: for the gate's `index.html`, which stands alone, and for the site, which has its own frame.
 *
 * @module
 */

import type { FC } from "hono/jsx";
import { type FaultOutcome, type GateEvidence, knownLines, type LawEvidence, rejected } from "./evidence.ts";
import { Badge, Fold, LawCard, LawLink, List, Table, Terms } from "./law_card.tsx";
import { mathematicsStyle } from "./mathematics.ts";
import style from "./page.css" with { type: "text" };
import { type SlideLine, slides } from "./slides.ts";
import { count, engineLine, MEANINGS, summary, verdictLine } from "./text.ts";

/** The style sheet that {@linkcode EvidenceBody} needs beside that of its formulas. */
export const EVIDENCE_STYLE: string = style;

/** Headings by the first letter of a law's id. */
const PARTS: Readonly<Record<string, string>> = {
  U: "Uniqueness",
  T: "Taylor approximation",
  H: "Curvature",
  L: "Likelihoods of images",
  S: "Optimal covariance",
  G: "GRAE",
  X: "Refuted as printed",
  A: "The implementation",
  V: "Losses as people write them",
  J: "Penalties on a Jacobian",
  D: "Scores that papers report",
  R: "Runs",
  E: "Trained models",
};

/** The marks in the table of planted faults. */
const MARKS: Readonly<Record<FaultOutcome, string>> = {
  "rejected": "●",
  "not rejected": "✗",
  "by an exception": "!",
  "not run": "?",
};

/** Terms on the page. */
const LEGEND: readonly (readonly [string, string])[] = [
  ...Object.entries(MEANINGS),
  ["largest error", "of the accepted comparisons, in units of the tolerance: at most 1"],
];
/** Those of the gate's page alone. */
const GATE_LEGEND: typeof LEGEND = [
  ["planted fault", "a subject with one mistake, which the laws named must reject"],
  ["not checked", "no law; the reason stands beside it"],
  ["not run", "a law that was not asked for"],
];

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

/** Planted faults by laws. */
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

/** The slides line by line, each with its laws. */
const Slides: FC<{ readonly laws: ReadonlyMap<string, LawEvidence> }> = ({ laws }) => (
  <>
    <h2>The slides, line by line</h2>
    <Table
      head={["sentence or formula", "law and verdict", "planted faults rejected"]}
      rows={slides.map(({ title, lines }) => (
        <>
          <tr>
            <th scope="colgroup" colspan={3}>“{title}”</th>
          </tr>
          {lines.map((line) => <SlideRow line={line} laws={laws} />)}
        </>
      ))}
    />
  </>
);

/** The evidence, without the frame of a page. */
export const EvidenceBody: FC<{ readonly evidence: GateEvidence }> = ({ evidence }) => {
  const { laws, engines, problems, ok, faults, subjects } = evidence;
  const known = knownLines(evidence);
  const byId = new Map(laws.map((law) => [law.id, law]));
  const descriptions = new Map(faults.map(({ id, description }) => [id, description]));
  const parts = [...Map.groupBy(laws, ({ id }) => PARTS[id[0]!] ?? "Other laws")];
  return (
    <div class="evidence">
      <p>
        <Badge verdict={ok ? "holds" : "failed"} words={ok ? "accepted" : "rejected"} /> {subjects
          ? `${engines.map(({ name }) => name).join(", ")}: held to the statements of `
          : "The statements of "}
        <i>On Implicit Regularization in β-VAEs</i> (A. Kumar and B. Poole, ICML 2020)
        {subjects
          ? ", by grae."
          : ", held to an independent oracle, to the library on every engine, and to planted faults that each law must reject."}
      </p>
      <p>{verdictLine(evidence)} {summary(evidence)}</p>
      <ul class="quiet">{engines.map((engine) => <li>{engineLine(engine)}</li>)}</ul>
      {problems.length > 0 && (
        <section class="problems">
          <h2>Problems</h2>
          <List items={problems} />
        </section>
      )}
      {known.length > 0 && (
        <section>
          <h2>Known failures</h2>
          <List items={known} />
        </section>
      )}
      {!subjects && <Slides laws={byId} />}
      <h2>Legend</h2>
      <Terms rows={subjects ? LEGEND : [...LEGEND, ...GATE_LEGEND]} />
      <nav aria-label="Laws">
        {parts.map(([part, list]) => (
          <p>
            <span>{part}</span> {list.map((law) => <LawLink law={law} />)}
          </p>
        ))}
      </nav>
      {parts.map(([part, list]) => (
        <>
          <h2>{part}</h2>
          {list.map((law) => <LawCard law={law} descriptions={descriptions} />)}
        </>
      ))}
      {!subjects && (
        <>
          <h2 id="faults">Planted faults</h2>
          <FaultMatrix {...evidence} />
        </>
      )}
    </div>
  );
};

/** `index.html`: opens from disk, without scripts and without a network. */
export function evidencePage(evidence: GateEvidence): string {
  const title = evidence.subjects ? "The laws of β-VAEs" : "grae: the evidence";
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
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: mathematicsStyle() + style }} />
      </head>
      <body class="alone">
        <main>
          <h1>{title}</h1>
          <EvidenceBody evidence={evidence} />
        </main>
      </body>
    </html>
  );
  return `<!doctype html>\n${page}\n`;
}
