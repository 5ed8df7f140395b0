/**
 * `deno task laws`: writes docs/laws.md, the slides line by line and every law.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { parseCommand } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import type { Law } from "../properties/contract/law.ts";
import { table } from "../properties/gate/markdown.ts";
import { isOfOurs, slides } from "../properties/gate/slides.ts";
import { MEANINGS } from "../properties/gate/text.ts";
import { laws } from "../properties/laws/mod.ts";
import { mutants } from "../properties/mutants/mod.ts";

/** The page. */
export const PAGE = "docs/laws.md";

/** The text of the page. */
export function lawsPage(): string {
  return [
    "<!-- deno-fmt-ignore-file -->",
    "# The laws",
    "Written by `deno task laws` from the laws themselves; edit those. `deno task gate` holds the oracle, the library on " +
    "every engine and trained models to every law, and every law to its planted faults, and requires the verdicts below.",
    [...Object.entries(MEANINGS), [
      "planted fault",
      "a subject with one mistake, which the laws named must reject",
    ]]
      .map(([verdict, meaning]) => `- **${verdict}**: ${meaning}`).join("\n"),
    "## The slides, line by line",
    "Of the talk only the titles, sentences and formulas below are known to this project. What stands in “…” is printed " +
    "so; the rest is in the notation of the laws.",
    ...slides.flatMap(({ title, lines }) => [
      `### “${title}”`,
      table(
        ["sentence or formula", "law, and experiment", "verdict", "planted faults"],
        lines.map(({ says, laws: ids, note }) => {
          const found = ids.map((id) => laws.find((law) => law.id === id)!);
          return [
            plain(note === undefined ? says : `${says} (${note})`),
            found.map((law) => [`[${law.id}](#${law.id})`, ...runsOf(law)].join(", ")).join("<br>") ||
            "**not checked**",
            found.map(({ expected }) => expected).join("<br>"),
            ids.map((id) => faultsOf(id).length).join("<br>"),
          ];
        }),
      ),
    ]),
    "## Every law",
    ...laws.flatMap(lawLines),
  ].join("\n\n") + "\n";
}

const faultsOf = (id: string) => mutants.filter(({ rejectedBy }) => rejectedBy.includes(id));

/** The experiments whose runs a law on trained models is about. */
const runsOf = ({ needs }: Law): string[] =>
  needs.flatMap((need) =>
    need.startsWith("trained.") ? [`runs of \`deno task ${need.slice("trained.".length)}\``] : []
  );

function lawLines(law: Law): string[] {
  const { id, title, statement, printed, counterexample, tex, source, kind, expected, assumptions, clauses } =
    law;
  const faults = faultsOf(id);
  const bullets = (items: readonly string[]): string => items.map((item) => `- ${plain(item)}`).join("\n");
  return [
    `### <a id="${id}"></a>${id} ${plain(title)}`,
    [
      `**${expected}**`,
      kind,
      isOfOurs(id) ? source : `slide “${source}”`,
      ...runsOf(law),
    ].join(" · "),
    ...(printed === undefined ? [] : [`As printed: ${plain(printed)}`]),
    ...(counterexample === undefined ? [] : [`Counterexample: ${plain(counterexample)}`]),
    `${printed === undefined ? "" : "What holds: "}${plain(statement)}`,
    `$$${tex}$$`,
    ...(assumptions.length === 0 ? [] : [`Assumes: ${plain(assumptions.join("; "))}`]),
    `Clauses:\n\n${bullets(clauses.map(({ says }) => says))}`,
    `<details><summary>Must reject ${faults.length} planted faults</summary>\n\n${
      bullets(faults.map(({ description }) => description))
    }\n\n</details>`,
  ];
}

/** Text in which Markdown finds no emphasis and no tag. */
function plain(text: string): string {
  return text.replaceAll("*", "\\*").replaceAll("<", "&lt;");
}

const COMMAND = {
  task: "laws",
  about: `Writes ${PAGE}: the slides line by line, and every law with its clauses and planted faults.`,
  options: {},
  examples: [["", "after a change of a law, a planted fault or the table of the slides"]],
} as const;

if (import.meta.main) {
  const status = await exitStatus("laws", async () => {
    const { help } = parseCommand(COMMAND, Deno.args);
    if (help !== null) return writeOut(help), 0;
    await Deno.writeTextFile(PAGE, lawsPage());
    writeOut(`${PAGE}\n`);
    return 0;
  });
  Deno.exit(status);
}
