/**
 * The site: its pages as texts, from what was gathered. The same content gives the same texts.
 *
 * @module
 */

import type { Child, FC } from "hono/jsx";
import { type Evidence, isNewer, summaryOf } from "./evidence.ts";
import type { Gathered, SiteRun } from "./gather.ts";
import { Laws, Verdict } from "./laws_page.tsx";
import { Facts, type Navigation, pageHtml, Picture } from "./page.tsx";
import { isQuick, minute, QuickMark, RunBody, versionList } from "./run_page.tsx";

/** What a site shows. */
export interface SiteContent extends Gathered {
  /** What the gate left; null if nothing. */
  readonly evidence: Evidence | null;
  /** The live page; null for a site without. */
  readonly live: string | null;
}

/** The studies of this repository, in the order of the site; others that have runs follow. */
const STUDIES: readonly string[] = ["uniqueness", "metric", "compare", "samples", "mnist"];

/** The file that says what a site was made from, and by which its folder is known. */
export const MANIFEST = "site.json";
/** What the manifest of a site says that it is. */
export const FORMAT = "grae site 2";
const INDEX = "index.html", LAWS = "laws.html";
/** The live page's file. */
export const LIVE = "live.html";

const pageOf = (study: string): string => `${study}.html`;
const nameOf = (study: string): string =>
  study === "mnist" ? "MNIST" : study[0]!.toUpperCase() + study.slice(1);

/** All studies of a site. */
const studiesOf = (
  runs: readonly SiteRun[],
): string[] => [...new Set([...STUDIES, ...runs.map(({ manifest }) => manifest.study).sort()])];

/** The navigation of a page. @param current its file @param live whether there is a live page */
export const navigationOf = (current: string, runs: readonly SiteRun[], live: boolean): Navigation => ({
  current,
  links: [
    { title: "grae", href: INDEX },
    { title: "Laws", href: LAWS },
    ...(live ? [{ title: "Live", href: LIVE }] : []),
    ...studiesOf(runs).map((study) => ({ title: nameOf(study), href: pageOf(study) })),
  ],
});

const NoRun: FC<{ readonly study: string }> = ({ study }) => (
  <p>
    No complete run yet: <code>deno task {study}</code> makes one.
  </p>
);

/** What a link to a run names. */
const anchor = ({ folder }: SiteRun): string => `run-${encodeURIComponent(folder)}`;

/** The page of a study: its runs, each as on its own page. */
const StudyPage: FC<{ readonly study: string; readonly runs: readonly SiteRun[] }> = ({ study, runs }) => (
  <>
    {runs.length === 0 && <NoRun study={study} />}
    {runs.length > 1 && (
      <ul>
        {runs.map((run) => (
          <li>
            <a href={`#${anchor(run)}`}>{run.folder}</a>
            {isQuick(run) && ": quick"}
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

const Card: FC<{ readonly title: string; readonly href: string; readonly children?: Child }> = (
  { title, href, children },
) => (
  <article class="card">
    <h3>
      <a href={href}>{title}</a>
    </h3>
    {children}
  </article>
);

const StudyCard: FC<
  { readonly study: string; readonly run: SiteRun | undefined; readonly evidence: Evidence | null }
> = (
  { study, run, evidence },
) => {
  if (run === undefined) {
    return (
      <Card title={nameOf(study)} href={pageOf(study)}>
        <NoRun study={study} />
      </Card>
    );
  }
  const { page: { title, answer, figures: [figure] }, content } = run;
  return (
    <Card title={title} href={pageOf(study)}>
      {isQuick(run) && <QuickMark />}
      {isNewer(run, evidence) && <p class="mark">Newer than the gate’s evidence.</p>}
      <p>{answer}</p>
      {figure && (
        <Picture content={content(figure.file)} label={figure.title} name={study} width={figure.width} />
      )}
    </Card>
  );
};

/** All versions of the runs: `grae 0.1.0 and 0.2.0, deno 2.9.6`. */
function versionsOf(runs: readonly SiteRun[]): string {
  const found = new Map<string, Set<string>>();
  for (const [name, version] of runs.flatMap(({ manifest }) => Object.entries(manifest.versions))) {
    found.set(name, (found.get(name) ?? new Set()).add(version));
  }
  return [...found].map(([name, all]) => `${name} ${[...all].sort().join(" and ")}`).join(", ");
}

/** What the site was made from. */
function factsOf({ runs, evidence }: SiteContent): [name: string, value: string][] {
  const quick = runs.filter(isQuick).length;
  const newer = runs.filter((run) => isNewer(run, evidence)).map(({ folder }) => folder);
  const [newest] = runs.map(({ manifest }) => manifest.ended ?? manifest.started)
    .toSorted((a, b) => Date.parse(b) - Date.parse(a));
  return [
    ["runs", `${runs.length}${quick === 0 ? "" : `, of them ${quick} quick`}`],
    ...(newest === undefined ? [] : [
      ["newest run", minute(newest)],
      ["versions of the runs", versionsOf(runs)],
    ] as [string, string][]),
    ...(evidence === null
      ? []
      : [["the gate’s evidence", `${minute(evidence.ended)}; ${versionList(evidence.versions)}`]] as [
        string,
        string,
      ][]),
    ...(newer.length === 0 ? [] : [["runs newer than it", newer.join(", ")]] as [string, string][]),
  ];
}

/** What grae is, a card for each page, what was left out, and what it was made from. */
const Index: FC<SiteContent> = (content) => {
  const { runs, leftOut, evidence, live } = content;
  return (
    <>
      <p>
        grae makes the paper <i>On Implicit Regularization in β-VAEs</i>{" "}
        (Kumar & Poole, ICML 2020) run: its deterministic objectives train real models, and each of its
        statements is a law that a machine checks.
      </p>
      <h2>Laws and experiments</h2>
      <div class="cards">
        <Card title="Laws" href={LAWS}>
          {evidence === null
            ? (
              <p>
                Not checked yet: <code>deno task gate</code> does it.
              </p>
            )
            : (
              <>
                <p>{summaryOf(evidence)}</p>
                <p class="verdicts">
                  {evidence.laws.map((law) => <Verdict law={law} href={`${LAWS}#${law.id}`} />)}
                </p>
              </>
            )}
        </Card>
        {live !== null && (
          <Card title="Live" href={LIVE}>
            <p>Turn the latents of a β-VAE in the browser, and see which family of posteriors notices.</p>
          </Card>
        )}
        {studiesOf(runs).map((study) => (
          <StudyCard
            study={study}
            run={runs.find(({ manifest }) => manifest.study === study)}
            evidence={evidence}
          />
        ))}
      </div>
      {leftOut.length > 0 && (
        <section>
          <h2>Left out</h2>
          <p class="quiet">
            Folders without a complete run, or damaged; no number on these pages is of them.
          </p>
          <ul>
            {leftOut.map((why) => (
              <li>
                <code>{why}</code>
              </li>
            ))}
          </ul>
        </section>
      )}
      <h2>What it was made from</h2>
      <Facts rows={factsOf(content)} />
      <p class="quiet">
        <code>deno task report</code> makes these pages again; the same runs and evidence give the same bytes.
      </p>
    </>
  );
};

/** The files of the site by name. */
export function siteFiles(content: SiteContent): ReadonlyMap<string, string> {
  const { runs, leftOut, evidence, live } = content;
  const page = (file: string, title: string, body: Child): [string, string] => [
    file,
    pageHtml(title, navigationOf(file, runs, live !== null), body),
  ];
  const pages: [file: string, html: string][] = [
    page(INDEX, "grae", <Index {...content} />),
    page(LAWS, "Laws", <Laws evidence={evidence} />),
    ...(live === null ? [] : [[LIVE, live] as [string, string]]),
    ...studiesOf(runs).map((study) => {
      const own = runs.filter(({ manifest }) => manifest.study === study);
      return page(pageOf(study), own[0]?.page.title ?? nameOf(study), <StudyPage study={study} runs={own} />);
    }),
  ];
  const manifest = {
    format: FORMAT,
    pages: pages.map(([file]) => file),
    runs: runs.map(({ folder, manifest: { study, started, ended, options } }) => (
      { folder, study, quick: options["quick"] === true, started, ended }
    )),
    leftOut,
  };
  return new Map([...pages, [MANIFEST, JSON.stringify(manifest, null, 2) + "\n"]]);
}
