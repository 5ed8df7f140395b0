/**
 * A law on the page of the evidence, and the pieces that the page is made of.
 *
 * @module
 */

import type { Child, FC, PropsWithChildren } from "hono/jsx";
import type { Verdict } from "../contract/evidence.ts";
import { type LawEvidence, type LawRun, rejected } from "./evidence.ts";
import { mathematicsProblem, typeset } from "./mathematics.ts";
import { isOfOurs } from "./slides.ts";
import { count, largestError, seconds } from "./text.ts";

/** The class of a verdict in the style sheet. */
const classOf = (verdict: Verdict): string => verdict.split(" ").slice(0, 2).join("-");

/** A verdict, or other words, in the colour of a verdict. */
export const Badge: FC<{ readonly verdict: Verdict; readonly words?: string }> = (
  { verdict, words = verdict },
) => <span class={`badge ${classOf(verdict)}`}>{words}</span>;

/** A law's id in the colour of its verdict, as a link. @param page the file that has the law, if it is another */
export const LawLink: FC<
  { readonly law: Pick<LawEvidence, "id" | "title" | "verdict">; readonly page?: string }
> = (
  { law: { id, title, verdict }, page = "" },
) => <a class={`law ${classOf(verdict)}`} href={`${page}#${id}`} title={`${title}: ${verdict}`}>{id}</a>;

/** A table that scrolls where it is wider than the page. */
export const Table: FC<{ readonly head: readonly string[]; readonly rows: Child }> = ({ head, rows }) => (
  <div class="scroll" tabindex={0}>
    <table>
      <thead>
        <tr>{head.map((name) => <th scope="col">{name}</th>)}</tr>
      </thead>
      <tbody>{rows}</tbody>
    </table>
  </div>
);

/** Content that a reader unfolds. */
export const Fold: FC<PropsWithChildren<{ readonly title: string }>> = ({ title, children }) => (
  <details>
    <summary>{title}</summary>
    {children}
  </details>
);

/** Terms and their meanings. */
export const Terms: FC<{ readonly rows: readonly (readonly [term: string, meaning: Child])[] }> = (
  { rows },
) => (
  <dl>
    {rows.map(([term, meaning]) => (
      <>
        <dt>{term}</dt>
        <dd>{meaning}</dd>
      </>
    ))}
  </dl>
);

/** A list with bullets. */
export const List: FC<{ readonly items: readonly Child[] }> = ({ items }) => (
  <ul>{items.map((item) => <li>{item}</li>)}</ul>
);

/** The results of a law on each engine. */
const LawTable: FC<LawEvidence> = ({ runs }) => (
  <Table
    head={["subject", "verdict", "cases", "comparisons", "beyond precision", "largest error", "seed", "time"]}
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

/** The clauses, with the cases of all engines, or with the measured figure that is nearest to what is allowed. */
function clausesOf(runs: readonly LawRun[]): string[] {
  const clauses = Map.groupBy(runs.flatMap((run) => run.clauses), ({ says }) => says);
  return [...clauses].map(([says, same]) => {
    const { measured } = same.find((clause) => clause.measured) ?? {};
    return measured
      ? `${says}: ${
        Number(measured.value.toPrecision(3))
      } measured, ${measured.allowed} allowed (${measured.what})`
      : `${says}: ${count(same.reduce((sum, { cases }) => sum + cases, 0), "case")}`;
  });
}

/** A law: formula, statement, source, and the results of each engine. @param descriptions of the planted faults, by id */
export const LawCard: FC<{ readonly law: LawEvidence; readonly descriptions: ReadonlyMap<string, string> }> =
  (
    { law, descriptions },
  ) => {
    const { id, title, tex, source, kind, assumptions, chance, printed, counterexample } = law;
    const facts = ([
      ["Source", isOfOurs(id) ? source : `slide “${source}”`],
      ["Kind", kind],
      ["Assumes", assumptions.join("; ")],
      ["Chance", chance && `${chance.falseAlarm} false alarms per run, ${chance.miss} misses`],
    ] as const).filter(([, text]) => text);
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
        <Terms rows={facts} />
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
