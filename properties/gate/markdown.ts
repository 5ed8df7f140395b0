/**
 * Evidence for a reviewer: a table.
 *
 * @module
 */

import { type GateEvidence, knownLines, type LawEvidence, rejected } from "./evidence.ts";
import { engineLine, largestError, seconds, summary, verdictLine } from "./text.ts";

/** evidence.md. */
export function evidenceMarkdown(evidence: GateEvidence): string {
  return [
    "# Evidence",
    verdictLine(evidence),
    summary(evidence),
    list(evidence.engines.map(engineLine)),
    section("Problems", list(evidence.problems)),
    section("Known failures", list(knownLines(evidence))),
    section("Laws", lawTable(evidence)),
    section(
      "Refuted as printed",
      evidence.laws.filter(({ printed }) => printed).map(refutation).join("\n\n"),
    ),
    section(
      "Failures",
      evidence.laws.flatMap(({ runs }) => runs).flatMap(({ failure }) =>
        failure ? [fenced(failure.message)] : []
      ).join("\n\n"),
    ),
    section("Chance", chance(evidence)),
    section("Planted faults", faultTable(evidence)),
  ].filter(Boolean).join("\n\n") + "\n";
}

function section(title: string, body: string): string {
  return body && `## ${title}\n\n${body}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function lawTable({ laws, subjects }: GateEvidence): string {
  const faults = subjects === undefined;
  return table(
    [
      "law",
      "statement",
      "verdict",
      "subjects",
      "cases",
      "largest error / tolerance",
      ...(faults ? ["faults rejected"] : []),
      "time",
    ],
    laws.map((law) => [
      law.id,
      law.statement,
      law.verdict === "failed" ? "**failed**" : law.verdict,
      law.runs.map(({ engine, verdict }) =>
        verdict === "failed" || verdict === "unverified" ? `**${engine}**` : engine
      ).join(" "),
      law.cases.toLocaleString("en"),
      largestError(law),
      ...(faults ? [rejected(law)] : []),
      seconds(law.seconds),
    ]),
  );
}

function refutation({ id, printed, statement, counterexample }: LawEvidence): string {
  return [
    `**${id}**, as printed: ${printed}`,
    ...(counterexample === undefined ? [] : [`Counterexample: ${counterexample}`]),
    `What holds: ${statement}`,
  ].join("\n\n");
}

function chance({ laws, falseAlarm }: GateEvidence): string {
  const statistical = laws.flatMap(({ id, chance }) =>
    chance ? [[id, String(chance.falseAlarm), String(chance.miss)]] : []
  );
  if (statistical.length === 0) return "";
  return `${
    table(["law", "false alarms per run", "misses"], statistical)
  }\n\nIn total ${falseAlarm} false alarms per run.`;
}

function faultTable({ faults }: GateEvidence): string {
  return faults.length === 0 ? "" : table(
    ["fault", "what is wrong", "rejected by", "not rejected by"],
    faults.map(({ id, description, laws }) => [
      id,
      description,
      named(laws, (outcome) => outcome === "rejected"),
      named(laws, (outcome) => outcome !== "rejected"),
    ]),
  );
}

function named(laws: Readonly<Record<string, string>>, kept: (outcome: string) => boolean): string {
  return Object.entries(laws).flatMap(([law, outcome]) => kept(outcome) ? [law] : []).join(" ");
}

/** A table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join(
    "\n",
  );
}

/** Bars would end a cell; a backslash keeps them, also in formulas such as log|A|. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function fenced(text: string): string {
  return "```text\n" + text + "\n```";
}
