/**
 * The site: its pages as texts, from what was gathered. The same content gives the same texts.
 *
 * @module
 */

import type { Child, FC, PropsWithChildren } from "hono/jsx";
import { taskCommand } from "../../tools/shell.ts";
import type { Gathered, SiteRun } from "./gather.ts";
import type { GateEvidence } from "../../properties/gate/evidence.ts";
import { mathematicsStyle } from "../../properties/gate/mathematics.ts";
import { LawLink } from "../../properties/gate/law_card.tsx";
import { EVIDENCE_STYLE } from "../../properties/gate/page.tsx";
import { verdictLine } from "../../properties/gate/text.ts";
import { isNewer, Laws, Unchecked } from "./laws.tsx";
import { DataTable, type Navigation, pageHtml, Picture, STYLE } from "./page.tsx";
import { isQuick, minute, partsLeft, RunBody, RunMarks, versionList } from "./run_page.tsx";

/** What a site shows. */
export interface SiteContent extends Gathered {
  /** What the gate left; null if nothing. */
  readonly evidence: GateEvidence | null;
  /** The live page; null for a site without. */
  readonly live: string | null;
  /** Whether the reference is in it. */
  readonly api: boolean;
}

/** The studies of this repository, in the order of the site; others that have runs follow. */
const STUDIES: readonly string[] = ["uniqueness", "metric", "compare", "samples", "mnist"];

/** The file that names a site's pages, and by which its folder is known. */
export const MANIFEST = "site.json";
/** What the manifest of a site says that it is. */
export const FORMAT = "grae site 2";
const INDEX = "index.html", LAWS = "laws.html";
/** The live page's file. */
export const LIVE = "live.html";
/** The folder of the reference. */
export const API = "api";

/** A study of a site: its name, its page, and its runs, the best first. */
interface StudyOf {
  readonly study: string;
  readonly name: string;
  readonly href: string;
  readonly runs: readonly SiteRun[];
}

/** All studies of a site. */
function studiesOf(runs: readonly SiteRun[]): StudyOf[] {
  const own = Map.groupBy(runs, ({ manifest }) => manifest.study);
  return [...new Set([...STUDIES, ...[...own.keys()].sort()])].map((study) => ({
    study,
    name: study === "mnist" ? "MNIST" : study[0]!.toUpperCase() + study.slice(1),
    href: `${study}.html`,
    runs: own.get(study) ?? [],
  }));
}

/** The navigation of a page. @param current its file @param has whether there are a live page and the reference */
export const navigationOf = (
  current: string,
  runs: readonly SiteRun[],
  has: { readonly live: boolean; readonly api: boolean },
): Navigation => ({
  current,
  links: [
    { title: "grae", href: INDEX },
    { title: "API", href: `${API}/${INDEX}`, there: has.api },
    { title: "Laws", href: LAWS },
    { title: "Live", href: LIVE, there: has.live },
    ...studiesOf(runs).map(({ name, href }) => ({ title: name, href })),
  ].filter(({ there = true }: { there?: boolean }) => there),
});

const NoRun: FC<{ readonly study: string }> = ({ study }) => (
  <p>
    No complete run yet: <code>{taskCommand(study)}</code> makes one.
  </p>
);

/** "full", "quick", "full, 4 of 5 parts". */
const sizeOf = (run: SiteRun): string =>
  [isQuick(run) ? "quick" : "full", partsLeft(run)].filter((size) => size !== null).join(", ");

/** What a link to a run names. */
const anchor = ({ folder }: SiteRun): string => `run-${encodeURIComponent(folder)}`;

/** The page of a study: its runs, each as on its own page. */
const StudyPage: FC<StudyOf> = ({ study, runs }) => (
  <>
    {runs.length === 0 && <NoRun study={study} />}
    {runs.length > 1 && (
      <ul>
        {runs.map((run) => (
          <li>
            <a href={`#${anchor(run)}`}>{run.folder}</a>: {sizeOf(run)}
          </li>
        ))}
      </ul>
    )}
    {runs.map((run, i) => (
      <section id={anchor(run)}>
        <h2>Run {run.folder}</h2>
        <RunBody run={run} name={`run-${i}`} heading="h3" />
      </section>
    ))}
  </>
);

const Card: FC<PropsWithChildren<{ title: string; href: string }>> = ({ title, href, children }) => (
  <article class="card">
    <h3>
      <a href={href}>{title}</a>
    </h3>
    {children}
  </article>
);

/** The card of a study, of the first of its runs. */
const StudyCard: FC<StudyOf & Pick<SiteContent, "evidence">> = ({ study, name, href, runs, evidence }) => {
  const [run] = runs, figure = run?.page.figures[0];
  return (
    <Card title={run?.page.title ?? name} href={href}>
      {run && <RunMarks run={run} />}
      {run ? <p>{run.page.answer}</p> : <NoRun study={study} />}
      {run && isNewer(run, evidence) && <p class="mark">Newer than the gate’s evidence.</p>}
      {run && figure && (
        <Picture content={run.content(figure.file)} label={figure.title} name={study} width={figure.width} />
      )}
    </Card>
  );
};

/** What grae is, a card for each page, what was left out, and what it was made from. */
const Index: FC<SiteContent> = ({ runs, leftOut, evidence, live, api }) => (
  <>
    <p>
      grae makes the paper <i>On Implicit Regularization in β-VAEs</i>{" "}
      (Kumar & Poole, ICML 2020) run: its deterministic objectives train real models, and each of its
      statements is a law that a machine checks.
    </p>
    <h2>Laws and experiments</h2>
    <div class="columns">
      <Card title="Laws" href={LAWS}>
        <p>{evidence === null ? <Unchecked /> : verdictLine(evidence)}</p>
        <p class="evidence">{evidence?.laws.map((law) => <LawLink law={law} page={LAWS} />)}</p>
      </Card>
      {live !== null && (
        <Card title="Live" href={LIVE}>
          <p>Turn the latents of a β-VAE in the browser, and see which family of posteriors notices.</p>
        </Card>
      )}
      {studiesOf(runs).map((study) => <StudyCard {...study} evidence={evidence} />)}
      {api && (
        <Card title="API" href={`${API}/${INDEX}`}>
          <p>Every name of the package: formulas, shapes, errors, sources.</p>
        </Card>
      )}
    </div>
    <h2>What it was made from</h2>
    <DataTable
      caption={`The runs. ${
        taskCommand("report")
      } makes these pages again; the same runs and evidence give the same bytes.`}
      head={["run", "study", "size", "ended", "made by"]}
      rows={runs.map((run) => [
        run.folder,
        run.manifest.study,
        sizeOf(run),
        minute(run.manifest.ended ?? run.manifest.started) +
        (isNewer(run, evidence) ? ", after the gate" : ""),
        versionList(run.manifest.versions),
      ])}
    />
    {evidence && <p class="quiet">The gate: {minute(evidence.ended)}; {versionList(evidence.versions)}.</p>}
    {leftOut.length > 0 && (
      <section>
        <h2>Left out</h2>
        <p class="quiet">Not complete, damaged or not there; no number on these pages is of it.</p>
        <ul>{leftOut.map((why) => <li>{why}</li>)}</ul>
      </section>
    )}
  </>
);

/** The files of the site by name. */
export function siteFiles(content: SiteContent): ReadonlyMap<string, string> {
  const { runs, leftOut, evidence, live, api } = content;
  const has = { live: live !== null, api };
  const page = (file: string, title: string, body: Child, style = STYLE): [string, string] => [
    file,
    pageHtml(title, navigationOf(file, runs, has), body, { style }),
  ];
  const ofLaws = STYLE + EVIDENCE_STYLE;
  const pages = [
    page(INDEX, "grae", <Index {...content} />, ofLaws),
    page(LAWS, "Laws", <Laws evidence={evidence} />, mathematicsStyle() + ofLaws),
    ...(live === null ? [] : [[LIVE, live] as [string, string]]),
    ...studiesOf(runs).map((study) =>
      page(study.href, study.runs[0]?.page.title ?? study.name, <StudyPage {...study} />)
    ),
  ];
  const manifest = { format: FORMAT, pages: pages.map(([file]) => file), leftOut };
  return new Map([...pages, [MANIFEST, JSON.stringify(manifest, null, 2) + "\n"]]);
}
