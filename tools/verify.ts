/**
 * `deno task verify`: holds somebody's own code to the laws, and prints a table in Markdown.
 *
 * @module
 */

import { dirname, resolve, toFileUrl } from "@std/path";
import { exitStatus } from "../experiments/runner/command.ts";
import {
  option,
  optional,
  parseCommand,
  path,
  someOf,
  UsageError,
  whole,
} from "../experiments/runner/options.ts";
import { ask } from "../experiments/runner/permissions.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import { laws, type Report, type Subject, verify } from "../laws.ts";
import { table } from "../properties/gate/markdown.ts";
import { quoted, taskCommand } from "./shell.ts";

/** The subjects that a module exports by default. */
export function subjectsOf(module: { readonly default?: unknown }, file: string): readonly Subject[] {
  const all: readonly unknown[] = [module.default].flat();
  const isSubject = (value: unknown): value is Subject =>
    typeof value === "object" && value !== null && "name" in value && "epsilon" in value;
  if (all.every(isSubject) && all.length > 0) return all;
  throw new UsageError(
    `${file} must export by default a subject, which has a name and epsilon, or a list of them, but does not: see docs/verify.md`,
  );
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");

/** What became of a subject: a table of the laws that ran, failures whole, and what no law has examined. */
export function reportMarkdown({ subject, verdict, evidence, unverified, doesNotApply }: Report): string {
  const rows = evidence.map(({ law, verdict, cases, worst, seconds }) => {
    const { statement } = laws.find(({ id }) => id === law)!;
    const said = verdict === "failed" ? "**failed**" : verdict;
    return [law, statement, said, `${cases}`, worst.toPrecision(2), seconds.toFixed(1)];
  });
  const head = ["law", "statement", "verdict", "cases", "largest error / tolerance", "seconds"];
  const failures = evidence.flatMap(({ failure }) =>
    failure ? [`\`\`\`text\n${failure.message}\n\`\`\``] : []
  );
  return [
    `## ${subject}: ${verdict}`,
    ...(rows.length > 0 ? [table(head, rows)] : []),
    ...failures,
    ...(unverified.length > 0
      ? ["Not examined:", list(unverified.map(({ what, because }) => `${what}: ${because}`))]
      : []),
    `${doesNotApply.length} laws do not apply.`,
  ].join("\n\n") + "\n";
}

const WHAT = "What is run", CASES = "Cases";
const TOKEN = { ...path("a token that a failure printed"), placeholder: "TOKEN" };
const COMMAND = {
  task: "verify",
  about: "Holds your own code to the laws, and prints a table in Markdown.",
  options: {
    subject: optional(
      WHAT,
      path("a module"),
      "a module that exports a subject, or a list of them",
    ),
    law: optional(WHAT, someOf(laws.map(({ id }) => id)), "only these laws"),
    cases: option(CASES, whole(1), 100, "cases per clause"),
    seed: option(CASES, whole(0, 2 ** 31 - 1), 0, "seed of the cases"),
    replay: optional(CASES, TOKEN, "run exactly one case again, as a failure printed it; with --law"),
  },
  examples: [
    ["--subject properties/example/subject.ts", "the example of docs/verify.md"],
    ["--subject my_loss.ts --law G3 --cases 1000", "one law, more cases"],
  ],
  notes: [["Status", "0 if everything that is offered was examined and no law failed; otherwise 1."]],
} as const;

async function work(args: readonly string[]): Promise<number> {
  const { help, values } = { values: null, ...parseCommand(COMMAND, args) };
  if (help !== null) return writeOut(help), 0;
  const { subject: file, law, cases, seed, replay } = values!;
  if (file === null) throw new UsageError("--subject must name a module");
  const module = (resolve as (path: string) => string)(file);
  // What it imports is read too.
  await ask(
    "verify",
    ["read"],
    (dirname as (path: string) => string)(module),
    "the folder of --subject",
    args,
  );
  if (!await Deno.stat(module).then(({ isFile }) => isFile, () => false)) {
    throw new UsageError(`--subject must name a module, but there is no file ${file}`);
  }
  const { href } = (toFileUrl as (path: string) => URL)(module);
  let ok = true;
  for (const subject of subjectsOf(await import(href), file)) {
    const report = await verify(subject, {
      cases,
      seed,
      ...(law !== null && { laws: law }),
      ...(replay !== null && { replay }),
      command: (law, token) =>
        `${taskCommand("verify")} --subject ${quoted(file)} --law ${law} --replay ${quoted(token)}`,
    }).catch((error) => {
      throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
    });
    ok &&= report.ok;
    writeOut(reportMarkdown(report));
  }
  return ok ? 0 : 1;
}

if (import.meta.main) {
  let status: number | null = null;
  // Code under the laws may end the process, or leave nothing to wait for: neither may look like a pass.
  addEventListener("unload", () => {
    if (status !== null) return;
    writeErr(
      "verify: --subject must answer, but it ended the process, or a promise that it gave never settles\n",
    );
    Deno.exit(1);
  });
  exitStatus("verify", () => work(Deno.args)).then((ended) => Deno.exit(status = ended));
}
