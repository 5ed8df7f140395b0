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
}

/** What docs/mutation.json holds. */
export interface MutationReport extends Count, About {
  /** Those that all tests let through, and the gate rejected. */
  readonly byGate: number;
  /** killed / (judged − equivalent) */
  readonly rejected: number;
  readonly rooms: Readonly<Record<string, Count>>;
  readonly survivors: readonly Judged[];
  readonly equivalents: readonly (Judged & { readonly reason: string })[];
}

/** `lib/engine/key.ts` ↦ `lib/engine`, `properties/gate/page.tsx` ↦ `properties/gate`, `experiments/mnist/…` ↦ `experiments`. */
const roomOf = (file: string): string =>
  file.split("/").slice(0, file.startsWith("experiments/") ? 1 : 2).join("/");

/**
 * Counts.
 *
 * @param linesOf the lines of a file
 */
export function reportOf(
  all: readonly Judged[],
  equivalents: readonly Equivalent[],
  linesOf: (file: string) => readonly string[],
  about: About,
): MutationReport {
  const reasonOf = (mutant: Judged): string | undefined => {
    if (mutant.verdict !== "survived") return undefined;
    const lines = linesOf(mutant.file);
    const nth = JSON.parse(identity(mutant, lines))[2];
    return equivalents.find((one) =>
      one.file === mutant.file && one.text === lines[mutant.line - 1] && (one.nth ?? 0) === nth &&
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
  const total = count(all);
  const rooms = Map.groupBy(all, ({ file }) => roomOf(file));
  return {
    ...about,
    ...total,
    byGate: all.filter(({ by }) => by[0] === GATE).length,
    rejected: total.killed / Math.max(1, total.judged - total.equivalent),
    rooms: Object.fromEntries([...rooms.keys()].sort().map((room) => [room, count(rooms.get(room)!)])),
    survivors: all.filter((mutant) => mutant.verdict === "survived" && reasonOf(mutant) === undefined),
    equivalents: all.flatMap((mutant) => {
      const reason = reasonOf(mutant);
      return reason === undefined ? [] : [{ ...mutant, reason }];
    }),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const code = (text: string): string => `\`${text.replace(/\s+/g, " ").replaceAll("`", "ʼ").slice(0, 80)}\``;

/** The report as a page in Markdown. */
export function reportPage(report: MutationReport): string {
  const { commit, seed, population, judged, killed, equivalent, rejected, rooms, survivors, equivalents } =
    report;
  const share = ({ killed, judged, equivalent }: Count): string =>
    percent(killed / Math.max(1, judged - equivalent));
  const place = ({ file, line, column }: Mutant): string => `${file}:${line}:${column}`;
  const change = ({ original, replacement }: Mutant): string => `${code(original)} → ${code(replacement)}`;
  return [
    "# Faults made by a program",
    `Of ${judged} faults of one place, tests rejected ${killed}: ${
      percent(rejected)
    } of those that are not equivalent (${equivalent} are).`,
    `By the gate alone ${report.byGate} of these were rejected.`,
    `They are a sample, by the seed ${seed}, of the ${population} mutants that Stryker finds in \`lib/\`, \`properties/gate/\` and ` +
    `\`experiments/\` at commit ${commit}; \`${
      taskCommand("mutate")
    }\` judges them and writes this page. A fault that lets tests run without an end counts as rejected.`,
    table(
      ["room", "judged", "rejected", "survived", "equivalent", "share"],
      Object.entries(rooms).map(([room, count]) => [
        `\`${room}\``,
        ...[count.judged, count.killed, count.survived, count.equivalent].map(String),
        share(count),
      ]),
    ),
    ...(survivors.length > 0
      ? [
        "## Survived",
        table(["place", "kind", "change"], survivors.map((one) => [place(one), one.mutator, change(one)])),
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
