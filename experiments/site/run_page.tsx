/**
 * The page of one run: question, answer and caveat, then the figures; all else is folded.
 *
 * @module
 */

import { format } from "@std/fmt/duration";
import type { FC } from "hono/jsx";
import type { RunManifest, RunResults } from "../../properties/contract/run.ts";
import { flagOf } from "../runner/options.ts";
import { DataTable, Fold, Lines, pageHtml, Picture, type TableView } from "./page.tsx";

/** A run as its page shows it. */
export interface RunView {
  readonly manifest: RunManifest;
  /** The part of its results that says what the page shows. */
  readonly page: RunResults["page"];
  /** Its figure in a file: SVG text, or the bytes of a PNG. */
  readonly content: (file: string) => string | Uint8Array;
  /** Its tables, those of `page` in their order, each with the CSV file that has all digits. */
  readonly tables: readonly (TableView & { readonly file: string; readonly title: string })[];
}

/** `2026-03-01 10:00 UTC` */
export const minute = (time: string): string =>
  `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
/** `grae 0.1.0, deno 2.9.6` */
export const versionList = (versions: Readonly<Record<string, string>>): string =>
  Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");

/** Whether a run is a small one. */
export const isQuick = ({ manifest }: Pick<RunView, "manifest">): boolean =>
  manifest.options["quick"] === true;

/** "4 of 5 parts" where parts of a run failed; null where none did. */
export const partsLeft = ({ manifest: { parts }, page: { failed } }: RunView): string | null =>
  failed.length === 0 ? null : `${parts - failed.length} of ${parts} parts`;

/** What a reader must know before a run's numbers: that it is small, or lacks parts. */
export const RunMarks: FC<{ readonly run: RunView }> = ({ run }) => (
  <>
    {isQuick(run) && (
      <p class="mark">Quick run: small, to see that all works. Its numbers are not to be quoted.</p>
    )}
    {partsLeft(run) !== null && (
      <p class="mark">
        {`${partsLeft(run)}: ${run.page.failed.length} failed. The numbers are those of the others.`}
      </p>
    )}
  </>
);

/** The value of an option as the command line takes it: `500,500`; a switch has none. */
const valueText = (value: unknown): string => value === true ? "" : String(value);

const duration: (ms: number, options: { ignoreZero: boolean }) => string = format;

/** What was run: options, engine, data, versions, times. */
const factsOf = (manifest: RunManifest): [string, string][] => {
  const { options, engine, versions, data, parts, started, ended, seconds, peakMemory } = manifest;
  return [
    ...Object.entries(options).filter(([, value]) => value !== null && value !== false)
      .map(([name, value]): [string, string] => [`--${flagOf(name)}`, valueText(value)]),
    ["engine used", `${engine.name}: ${engine.description}`],
    ["data", data === null ? "its own" : `${data.source}, SHA-256 ${data.sha256}`],
    ["versions", versionList(versions)],
    ["parts", String(parts)],
    ["started and ended", [started, ended ?? started].map(minute).join(", ")],
    ["time at work", duration(1000 * Math.round(seconds), { ignoreZero: true }) || "under 1s"],
    ["largest memory seen", `${Math.round(peakMemory / 1e6)} MB`],
  ];
};

/** The three lines, the figures and tables, and what was run. @param heading the level of the figures' headings */
export const RunBody: FC<{ readonly run: RunView; readonly name: string; readonly heading: "h2" | "h3" }> = (
  { run, name, heading: Heading },
) => {
  const { manifest, page: { question, answer, caveat, figures, failed }, tables, content } = run;
  const { parts, sittings } = manifest;
  return (
    <>
      <RunMarks run={run} />
      <Lines rows={[["Question", question], ["Answer", <b>{answer}</b>], ["Caveat", caveat]]} />
      <div class="columns">
        {figures.map(({ file, title, caption, width }, i) => (
          <figure>
            <Heading>{title}</Heading>
            <Picture content={content(file)} label={title} name={`${name}-${i}`} width={width} />
            <figcaption>{caption}</figcaption>
          </figure>
        ))}
      </div>
      {tables.map(({ title, file, ...table }) => (
        <Fold title={`${title}: ${table.rows.length} rows`}>
          <DataTable {...table} />
          <p class="quiet">With all digits: {file}</p>
        </Fold>
      ))}
      {failed.length > 0 && (
        <Fold title={`Failed parts: ${failed.length} of ${parts}`}>
          <Lines rows={failed.map(({ name, reason }) => [name, reason])} />
        </Fold>
      )}
      <Fold title="Options, engine, versions and times">
        <Lines rows={factsOf(manifest)} />
      </Fold>
      {sittings.length > 1 && (
        <Fold title={`${sittings.length} sittings`}>
          <DataTable
            caption="The processes that worked on this run, from which part or step to which, by which engine on which host."
            head={["from", "to", "engine", "host"]}
            rows={sittings.map(({ from, to, engine, host }) => [from, to ?? "killed", engine, host])}
          />
        </Fold>
      )}
    </>
  );
};

/**
 * The page of one run, as an HTML document.
 *
 * @throws TypeError if a figure is no PNG file, or a drawing that runs or loads something
 */
export const runPage = (run: RunView): string =>
  pageHtml(run.page.title, null, <RunBody run={run} name="run" heading="h2" />);
