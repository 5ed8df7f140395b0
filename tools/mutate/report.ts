/**
 * The figure: which share of faults tests reject, by room, and which they do not.
 *
 * @module
 */

import { table } from "../../properties/gate/markdown.ts";
import { taskCommand } from "../shell.ts";
import { GATE, type Judged } from "./judge.ts";
import type { Mutant } from "./mutants.ts";

/** A fault after which the program does the same, with the reason. It is known by its line's text, not by its number. */
export interface Equivalent extends Pick<Mutant, "file" | "column" | "replacement"> {
  /** The line. */
  readonly text: string;
  /** Which of the lines with this text it is, from 0, the default. */
  readonly nth?: number;
  readonly reason: string;
}

/** What a fault is known by at every commit: its file, its line's text and which line of this text it is, and the change. */
export function identity(mutant: Mutant, lines: readonly string[]): string {
  const { file, line, column, original, replacement } = mutant;
  const text = lines[line - 1] ?? "";
  const nth = lines.slice(0, line - 1).filter((other) => other === text).length;
  return JSON.stringify([file, text, nth, column, original, replacement]);
}

/** Faults of a room, and what became of them. */
export interface Count {
  readonly judged: number;
  /** Rejected by a test, or endless. */
  readonly killed: number;
  readonly survived: number;
  /** Survived, and do the same as the program. */
  readonly equivalent: number;
}

/** What a figure is of. */
export interface About {
  readonly commit: string;
  readonly seed: number;
  /** Of how many mutants the sample is. */
  readonly population: number;
  /** The seconds of the nearest tests of each fault that were run: 0 for six files of up to 15 seconds, null for all tests. */
  readonly within: number | null;
}

/** What docs/mutation.json holds. */
export interface MutationReport extends Count, About {
  /** Those that all tests let through, and the gate rejected. */
  readonly byGate: number;
  /** killed / (judged − equivalent) */
  readonly rejected: number;
  readonly rooms: Readonly<Record<string, Count>>;
  readonly survivors: readonly Known[];
  readonly equivalents: readonly (Known & { readonly reason: string })[];
  /** How they fared at first, if what was let through was judged again after tests were written for it. */
  readonly first: (Count & Pick<About, "commit" | "within"> & { readonly rejected: number }) | null;
  /** Those that survived at first, and were rejected later. */
  readonly mended: readonly Known[];
  /** How many of those that survived at first are no faults any more: their line was changed or is gone. */
  readonly gone: number;
}

/** A fault, and what it is known by at every commit. */
export interface Known extends Judged {
  /** Its line, and which of the lines with this text it is, from 0. */
  readonly text: string;
  readonly nth: number;
}

/** A fault of another commit in this one; null if its line is gone. */
export function found({ text, nth, ...mutant }: Known, lines: readonly string[]): Mutant | null {
  const { file, column, mutator, original, replacement } = mutant;
  const at = lines.flatMap((line, i) => line === text ? [i] : [])[nth];
  if (at === undefined) return null;
  const here = { file, line: at + 1, column, mutator, original, replacement };
  return lines.slice(at).join("\n").startsWith(original, column - 1) ? here : null;
}

/** `lib/engine/key.ts` ↦ `lib/engine`, `properties/gate/page.tsx` ↦ `properties/gate`, `experiments/mnist/…` ↦ `experiments`. */
const roomOf = (file: string): string =>
  file.split("/").slice(0, file.startsWith("experiments/") ? 1 : 2).join("/");

const sharesOf = ({ killed, judged, equivalent }: Count): number => killed / Math.max(1, judged - equivalent);
const sum = (a: Count, b: Count): Count => ({
  judged: a.judged + b.judged,
  killed: a.killed + b.killed,
  survived: a.survived + b.survived,
  equivalent: a.equivalent + b.equivalent,
});

/**
 * Counts.
 *
 * @param linesOf the lines of a file
 * @param before the report of another commit, if `all` are those that survived there
 */
export function reportOf(
  all: readonly Judged[],
  equivalents: readonly Equivalent[],
  linesOf: (file: string) => readonly string[],
  about: About,
  before: MutationReport | null = null,
): MutationReport {
  const known = (mutant: Judged): Known => {
    const [, text, nth] = JSON.parse(identity(mutant, linesOf(mutant.file)));
    return { ...mutant, text, nth };
  };
  const reasonOf = (mutant: Judged): string | undefined => {
    if (mutant.verdict !== "survived") return undefined;
    const { text, nth } = known(mutant);
    return equivalents.find((one) =>
      one.file === mutant.file && one.text === text && (one.nth ?? 0) === nth &&
      one.column === mutant.column && one.replacement === mutant.replacement
    )?.reason;
  };
  const count = (some: readonly Judged[]): Count => {
    const survived = some.filter(({ verdict }) => verdict === "survived");
    const equivalent = survived.filter((mutant) => reasonOf(mutant) !== undefined).length;
    return {
      judged: some.length,
      killed: some.length - survived.length,
      survived: survived.length - equivalent,
      equivalent,
    };
  };
  // What was rejected there counts as rejected: since then tests were added.
  const rejectedThere = ({ killed }: Count): Count => ({
    judged: killed,
    killed,
    survived: 0,
    equivalent: 0,
  });
  const none: Count = { judged: 0, killed: 0, survived: 0, equivalent: 0 };
  const rooms = Map.groupBy(all, ({ file }) => roomOf(file));
  const names = [...new Set([...rooms.keys(), ...Object.keys(before?.rooms ?? {})])].sort();
  const total = sum(count(all), before ? rejectedThere(before) : none);
  const survivors = all.filter(({ verdict }) => verdict === "survived");
  return {
    ...about,
    ...total,
    byGate: all.filter(({ by }) => by[0] === GATE).length + (before?.byGate ?? 0),
    rejected: sharesOf(total),
    rooms: Object.fromEntries(names.map((room) => {
      const there = before?.rooms[room];
      return [room, sum(count(rooms.get(room) ?? []), there ? rejectedThere(there) : none)];
    })),
    survivors: survivors.filter((mutant) => reasonOf(mutant) === undefined).map(known),
    equivalents: survivors.flatMap((mutant) => {
      const reason = reasonOf(mutant);
      return reason === undefined ? [] : [{ ...known(mutant), reason }];
    }),
    first: before && (before.first ?? {
      ...{ commit: before.commit, judged: before.judged, killed: before.killed, rejected: before.rejected },
      ...{ survived: before.survived, equivalent: before.equivalent, within: before.within },
    }),
    mended: before
      ? [...before.mended, ...all.filter(({ verdict }) => verdict !== "survived").map(known)]
      : [],
    gone: before ? before.gone + before.survivors.length + before.equivalents.length - all.length : 0,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const code = (text: string): string => `\`${text.replace(/\s+/g, " ").replaceAll("`", "ʼ").slice(0, 80)}\``;

/** "by the nearest six files of tests of each" */
const testsOf = (within: number): string =>
  within === 0
    ? "by the nearest six files of tests of each alone"
    : `by the nearest files of tests of each alone, which together take up to ${within} seconds`;

/** The report as a page in Markdown. */
export function reportPage(report: MutationReport): string {
  const { commit, seed, population, judged, killed, equivalent, rejected, rooms, survivors, equivalents } =
    report;
  const { first, mended, gone, within } = report;
  const BEFORE = ", and what rejected it before";
  const place = ({ file, line, column }: Mutant): string => `${file}:${line}:${column}`;
  const change = ({ original, replacement }: Mutant): string => `${code(original)} → ${code(replacement)}`;
  return [
    "# Faults made by a program",
    `Of ${judged} faults of one place, tests rejected ${killed}${
      within === null ? "" : `, ${testsOf(within)}${first ? BEFORE : ""}`
    }: ${percent(rejected)} of those that are not equivalent (${equivalent} are).`,
    `By the gate alone ${report.byGate} of these were rejected.`,
    `They are a sample, by the seed ${seed}, of the ${population} mutants that Stryker finds in \`lib/\`, \`properties/gate/\` and ` +
    `\`experiments/\` at commit ${first?.commit ?? commit}; \`${
      taskCommand("mutate")
    }\` judges them and writes this page. A fault that lets tests run without an end counts as rejected.`,
    ...(first
      ? [
        `At first${
          first.within === null ? "" : `, ${testsOf(first.within)}`
        }, ${first.killed} of ${first.judged} were rejected, ${
          percent(first.rejected)
        } of those that are not known to be equivalent. For the kinds of those that survived, tests were written, and at commit ${commit} ` +
        `they were judged again: ${mended.length} of them are now rejected, and the lines of ${gone} were changed, so that they are left out. ` +
        "What was rejected at first counts as rejected. Since tests were written for some of these faults, the share at first says more about faults that nobody has seen.",
      ]
      : []),
    table(
      ["room", "judged", "rejected", "survived", "equivalent", "share"],
      Object.entries(rooms).map(([room, count]) => [
        `\`${room}\``,
        ...[count.judged, count.killed, count.survived, count.equivalent].map(String),
        percent(sharesOf(count)),
      ]),
    ),
    ...(survivors.length > 0
      ? [
        "## Survived",
        table(["place", "kind", "change"], survivors.map((one) => [place(one), one.mutator, change(one)])),
      ]
      : []),
    ...(mended.length > 0
      ? [
        "## Rejected since",
        table(
          ["place", "kind", "change", "by"],
          mended.map((one) => [place(one), one.mutator, change(one), one.by[0] ?? ""]),
        ),
      ]
      : []),
    ...(equivalents.length > 0
      ? [
        "## Equivalent",
        table(
          ["place", "change", "why nothing changes"],
          equivalents.map((one) => [place(one), change(one), one.reason]),
        ),
      ]
      : []),
  ].join("\n\n") + "\n";
}
