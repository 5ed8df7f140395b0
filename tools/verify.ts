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
  positive,
  someOf,
  toggle,
  UsageError,
  type Values,
  whole,
} from "../experiments/runner/options.ts";
import { ask } from "../experiments/runner/permissions.ts";
import { type Progress, progress, stderrDisplay, writeOut } from "../experiments/runner/progress.ts";
import { laws, type Report, Unanswered, verify } from "../laws.ts";
import { defaultLimits } from "../properties/contract/limits.ts";
import { table } from "../properties/gate/markdown.ts";
import { quoted, taskCommand } from "./shell.ts";
import { subjectOfCommand } from "./verify/command.ts";
import { type Isolated, isolated } from "./verify/isolated.ts";

/** The subjects that a module exports by default, in a worker. @throws (rejects) UsageError unless it exports some */
export async function subjectsOf(
  module: string,
  file: string,
  seconds: number,
): Promise<readonly Isolated[]> {
  const found = await isolated(module, seconds).catch((error) => {
    throw error instanceof Unanswered ? new UsageError(`--subject ${file}: ${error.message}`) : error;
  });
  const isSubject = (one: Isolated | undefined): one is Isolated =>
    one !== undefined && "name" in one.subject && "epsilon" in one.subject;
  if (found.every(isSubject) && found.length > 0) return found;
  found.forEach((one) => one?.stop());
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

const WHAT = "What is run", CASES = "Cases", LIMITS = "Limits";
const TOKEN = { ...path("a token that a failure printed"), placeholder: "TOKEN" };
const PROGRAM = { ...path("a program and its arguments"), placeholder: "COMMAND" };
const COMMAND = {
  task: "verify",
  about: "Holds your own code to the laws, and prints a table in Markdown.",
  options: {
    subject: optional(
      WHAT,
      path("a module"),
      "a module that exports a subject, or a list of them",
    ),
    command: optional(
      WHAT,
      PROGRAM,
      'a program that is a subject, in whatever language: "python3 losses.py"; see docs/other-languages.md',
    ),
    law: optional(WHAT, someOf(laws.map(({ id }) => id)), "only these laws"),
    cases: option(CASES, whole(1), 100, "cases per clause"),
    seed: option(CASES, whole(0, 2 ** 31 - 1), 0, "seed of the cases"),
    replay: optional(CASES, TOKEN, "run exactly one case again, as a failure printed it; with --law"),
    callSeconds: option(LIMITS, positive, defaultLimits.callSeconds, "the longest that a call may take"),
    lawSeconds: option(
      LIMITS,
      positive,
      defaultLimits.lawSeconds,
      "the longest that all calls of a law may take",
    ),
    quiet: toggle(LIMITS, "show no progress"),
  },
  examples: [
    ["--subject properties/example/subject.ts", "the example of docs/verify.md"],
    ['--command "python3 losses.py"', "a program in whatever language"],
    ["--subject my_loss.ts --law G3 --cases 1000", "one law, more cases"],
  ],
  notes: [["Status", "0 if everything that is offered was examined and no law failed; otherwise 1."]],
} as const;

/** What a command line asks for. */
type Asked = Values<typeof COMMAND.options>;

/** The subjects that are asked for. @throws (rejects) UsageError if there are none */
async function askedOf(
  { subject: file, command, callSeconds }: Asked,
  args: readonly string[],
): Promise<readonly Isolated[]> {
  if (file !== null && command !== null) {
    throw new UsageError("--subject and --command must not be given both: each names what is verified");
  }
  if (command !== null) return [await subjectOfCommand(command, callSeconds, args)];
  if (file === null) throw new UsageError("--subject must name a module, or --command a program");
  const module = (resolve as (path: string) => string)(file);
  // What it imports is read too.
  const folder = (dirname as (path: string) => string)(module);
  await ask("verify", ["read"], folder, "the folder of --subject", args);
  if (!await Deno.stat(module).then(({ isFile }) => isFile, () => false)) {
    throw new UsageError(`--subject must name a module, but there is no file ${file}`);
  }
  return await subjectsOf((toFileUrl as (path: string) => URL)(module).href, file, callSeconds);
}

/** The option that names the subject, as a shell reads it. */
const whatOf = ({ subject, command }: Asked): string =>
  subject === null ? `--command ${quoted(command!)}` : `--subject ${quoted(subject)}`;

/** Holds a subject to the laws, and shows how far that is. */
async function held({ subject, atOnce, giveUp }: Isolated, asked: Asked): Promise<Report> {
  const { law, cases, seed, replay, callSeconds, lawSeconds, quiet } = asked;
  const display = stderrDisplay(quiet);
  let bar: Progress | undefined;
  try {
    return await verify(subject, {
      cases,
      seed,
      limits: { callSeconds, lawSeconds },
      onGiveUp: giveUp,
      onProgress: (done, total, now) => {
        if (bar === undefined) {
          bar = progress(total, 0, display);
          bar.note(`${subject.name}: ${total} law${total === 1 ? "" : "s"}`);
        }
        bar.update(done, now);
      },
      ...(atOnce !== undefined && { atOnce }),
      ...(law !== null && { laws: law }),
      ...(replay !== null && { replay }),
      command: (law, token) =>
        `${taskCommand("verify")} ${whatOf(asked)} --law ${law} --replay ${quoted(token)}`,
    });
  } catch (error) {
    throw error instanceof RangeError
      ? new UsageError(error.message.replace(/^verify: /, ""), { cause: error })
      : error;
  } finally {
    bar?.end();
  }
}

async function work(args: readonly string[]): Promise<number> {
  const { help, values } = { values: null, ...parseCommand(COMMAND, args) };
  if (help !== null) return writeOut(help), 0;
  const subjects = await askedOf(values!, args);
  let ok = true;
  try {
    for (const one of subjects) {
      const report = await held(one, values!);
      ok &&= report.ok;
      writeOut(reportMarkdown(report));
    }
  } finally {
    for (const { stop } of subjects) await stop();
  }
  return ok ? 0 : 1;
}

// A worker that loops goes on until the process ends.
if (import.meta.main) Deno.exit(await exitStatus("verify", () => work(Deno.args)));
