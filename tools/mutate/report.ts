/**
 * The figure: which share of faults tests reject, by room, and which they do not.
 *
 * @module
 */

import { table } from "../../properties/gate/markdown.ts";
import { taskCommand } from "../shell.ts";
import type { Judged } from "./judge.ts";
import type { Mutant } from "./mutants.ts";

/** A fault after which the program does the same, with the reason. It is known by its line's text, not by its number. */
export interface Equivalent extends Pick<Mutant, "file" | "mutator" | "replacement"> {
  /** The line, without the space around it. */
  readonly text: string;
  readonly reason: string;
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

/** What docs/mutation.json holds. */
export interface MutationReport extends Count {
  readonly commit: string;
  readonly seed: number;
  /** Of how many mutants the sample is. */
  readonly population: number;
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
 * @param lineOf the text of a mutant's line
 */
export function reportOf(
  all: readonly Judged[],
  equivalents: readonly Equivalent[],
  lineOf: (mutant: Mutant) => string,
  about: Pick<MutationReport, "commit" | "seed" | "population">,
): MutationReport {
  const reasonOf = (mutant: Judged): string | undefined =>
    mutant.verdict !== "survived"
      ? undefined
      : equivalents.find((one) =>
        one.file === mutant.file && one.mutator === mutant.mutator &&
        one.replacement === mutant.replacement &&
        one.text === lineOf(mutant).trim()
      )?.reason;
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
