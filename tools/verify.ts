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
import { type KnownFailure, laws, type Report, Unanswered, verify } from "../laws.ts";
import { defaultLimits } from "../properties/contract/limits.ts";
import { evidenceFiles, openEvidenceFolder } from "../properties/gate/files.ts";
import { evidenceMarkdown } from "../properties/gate/markdown.ts";
import { subjectsEvidence } from "../properties/gate/subjects.ts";
import { quoted, taskCommand } from "./shell.ts";
import { subjectOfCommand } from "./verify/command.ts";
import { type KeptFailure, readFailures, readKnown, writeFailures } from "./verify/failures_file.ts";
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

const WHAT = "What is run", CASES = "Cases", LIMITS = "Limits", FILES = "Files";
const TOKEN = { ...path("a token that a failure printed"), placeholder: "TOKEN" };
const PROGRAM = { ...path("a program and its arguments"), placeholder: "COMMAND" };
/** `deno task verify`. */
export const COMMAND = {
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
    failures: option(
      FILES,
      path("a file"),
      ".grae/failures.json",
      "keeps the cases that failed, which are tried first next time",
    ),
    knownFailures: optional(
      FILES,
      path("a file"),
      "a list in JSON of clauses that are known to fail: law, clause, reason, until",
    ),
    out: optional(
      FILES,
      path("a folder"),
      "where to write evidence.json, evidence.md, junit.xml, index.html and badge.svg",
    ),
    quiet: toggle(LIMITS, "show no progress"),
  },
  examples: [
    ["--subject properties/example/subject.ts", "the example of docs/verify.md"],
    ['--command "python3 losses.py"', "a program in whatever language"],
    ["--subject my_loss.ts --law G3 --cases 1000", "one law, more cases"],
  ],
  notes: [[
    "Status",
    "0 if everything that is offered was examined and no law failed but as it is known to; otherwise 1; 2 for a command line that " +
    "cannot be followed.",
  ]],
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
  if (command !== null) return [await subjectOfCommand("verify", command, callSeconds, args)];
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
async function held(
  { subject, atOnce, giveUp }: Isolated,
  asked: Asked,
  before: readonly KeptFailure[],
  known: readonly unknown[],
): Promise<Report> {
  const { law, cases, seed, replay, callSeconds, lawSeconds, quiet } = asked;
  const display = stderrDisplay(quiet);
  let bar: Progress | undefined;
  try {
    return await verify(subject, {
      cases,
      seed,
      limits: { callSeconds, lawSeconds },
      first: before.filter((one) => one.subject === subject.name),
      // What is wrong with an entry is said by verify.
      known: known as readonly KnownFailure[],
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

/** The case that is run again, in words. */
function replayed({ evidence: [found], doesNotApply }: Report): string {
  if (found === undefined) return `${doesNotApply[0]!.law} does not apply: ${doesNotApply[0]!.because}`;
  const { failure, clauses: [clause], law } = found;
  return failure?.message ?? `[${law}] holds in this case: ${clause?.says}`;
}

/** Whether every replayed case holds; one of a law that does not apply does not. */
export const holdAgain = (reports: readonly Pick<Report, "ok" | "evidence">[]): boolean =>
  reports.every(({ ok, evidence }) => ok && evidence.length > 0);

async function work(args: readonly string[]): Promise<number> {
  const { help, values } = { values: null, ...parseCommand(COMMAND, args) };
  if (help !== null) return writeOut(help), 0;
  const asked = values!, { failures, knownFailures, out, cases, seed } = asked;
  const began = performance.now();
  const subjects = await askedOf(asked, args);
  try {
    const names = subjects.map(({ subject }) => subject.name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) {
      throw new UsageError(`subjects must have different names, but two are called ${twice}`);
    }
    if (asked.replay !== null) {
      const reports = await Array.fromAsync(subjects, (one) => held(one, asked, [], []));
      for (const report of reports) writeOut(`${replayed(report)}\n`);
      return holdAgain(reports) ? 0 : 1;
    }
    await ask("verify", ["read", "write"], failures, "--failures", args);
    if (knownFailures !== null) await ask("verify", ["read"], knownFailures, "--known-failures", args);
    if (out !== null) await ask("verify", ["read", "write"], out, "--out", args);
    const before = await readFailures(failures);
    const known = knownFailures === null ? [] : await readKnown(knownFailures);
    await using folder = out === null ? null : await openEvidenceFolder(out);
    const reports = await Array.fromAsync(subjects, (one) => held(one, asked, before, known));
    const evidence = subjectsEvidence(reports, {
      laws,
      cases,
      seed,
      complete: asked.law === null,
      seconds: (performance.now() - began) / 1000,
    });
    writeOut(evidenceMarkdown(evidence));
    await writeFailures(failures, before, reports);
    await folder?.write(evidenceFiles(evidence));
    return evidence.ok ? 0 : 1;
  } finally {
    for (const { stop } of subjects) await stop();
  }
}

// A worker that loops goes on until the process ends.
if (import.meta.main) Deno.exit(await exitStatus("verify", () => work(Deno.args)));
