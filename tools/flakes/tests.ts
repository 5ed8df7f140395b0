/**
 * How often tests fail by chance: those that draw anything are run with many seeds of the suite, a process for each file.
 *
 * @module
 */

import { pooledMap } from "@std/async/pool";
import { dirname } from "@std/path";
import { stripVTControlCharacters } from "node:util";
import project from "../../deno.json" with { type: "json" };
import { childCommand } from "../process.ts";
import { type Line, linesOf, type Plan, type SeededRun } from "./repeat.ts";

/** What is run: each test with these seeds, as long as it takes less than so many seconds. */
export interface TestsOrder extends Pick<Plan, "seeds" | "seconds"> {
  /** Files that are run at a time. */
  readonly threads: number;
  /** Where runs are recorded: a later call goes on where this one ends. */
  readonly folder: string;
}

/** A seed with which a test failed; `alone` says whether it fails with it in a process of its own, too. */
export interface FailedSeed {
  readonly seed: number;
  readonly error: string;
  readonly alone: boolean | undefined;
}

/** A test that draws, and how it fared with how many seeds. */
export interface SeededTest {
  readonly file: string;
  readonly name: string;
  readonly seeds: number;
  readonly seconds: number;
  /** The false alarms to be expected by the rates that it states: their sum over the seeds. */
  readonly falseAlarms: number;
  readonly failures: readonly FailedSeed[];
}

/** The findings of a file; of tests that draw nothing, those that failed. */
export interface FileFindings {
  readonly file: string;
  readonly tests: readonly SeededTest[];
  /** How many others there are, which draw nothing. */
  readonly still: number;
  readonly ignored: number;
  readonly problems: readonly string[];
}

/** Runs a file by a plan, and gives what it prints. */
export type RunTests = (file: string, plan: Plan) => Promise<string>;

/** The folders with tests and with what they are made of. */
const FOLDERS = ["lib", "figure", "audit", "properties", "experiments", "bench", "tools", "docs", "fixtures"];
const IS_TEST = /_test\.tsx?$/;

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = folder === "." ? name : `${folder}/${name}`;
    // What Python compiles is no source.
    if (name === "__pycache__") return [];
    return isDirectory ? filesIn(path) : [path];
  });
}

/** All files of the project, and those of its folder itself. */
function projectFiles(): string[] {
  const above = [...Deno.readDirSync(".")].filter(({ isFile }) => isFile).map(({ name }) => name);
  return [...above, ...FOLDERS.flatMap(filesIn)].sort();
}

/** Files of tests that draw by the seed of the suite. */
export function drawingTests(): string[] {
  return projectFiles().filter((path) =>
    IS_TEST.test(path) && /\bsuite_seed\.ts"/.test(Deno.readTextFileSync(path))
  );
}

async function sha256(...parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob([...parts]).arrayBuffer()));
}

/** Where the runs of a file are recorded: other sources, or another text of the test, have another record. */
async function recordsOf(files: readonly string[], folder: string): Promise<Map<string, string>> {
  const sources = projectFiles().filter((path) => !IS_TEST.test(path) && !path.endsWith(".md"));
  const all = await sha256(...await Promise.all(sources.map((path) => Deno.readFile(path).then(sha256))));
  return new Map(
    await Promise.all(files.map(async (file) => {
      const hash = (await sha256(all, await Deno.readFile(file))).toHex().slice(0, 16);
      return [file, `${folder}/${file.replaceAll("/", ".")}/${hash}.jsonl`] as const;
    })),
  );
}

/** Makes the folder of a record, which has no other: those of other sources are removed. */
async function prepare(record: string): Promise<void> {
  const folder = dirname(record);
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) {
    if (`${folder}/${name}` !== record) await Deno.remove(`${folder}/${name}`);
  }
}

/** Runs tests as the task `test` does, without the examples in documentation. */
export const runTests: RunTests = async (file, plan) => {
  const [deno, ...flags] = project.tasks.test.command.split(" ").filter((flag) =>
    flag !== "--doc" && flag !== "--parallel"
  );
  const { stdout, stderr } = await childCommand(deno!, {
    args: [...flags, "--no-check", "--preload=tools/flakes/repeat.ts", file],
    env: { GRAE_FLAKES: JSON.stringify(plan), GRAE_SUITE_SEED: String(plan.seeds[0]), NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
};

const isRun = (line: Line): line is SeededRun => "test" in line;
/** Of a test that fails with many seeds, so many are repeated in processes of their own. */
const REPEATED = 3;

/** Runs the failed seeds of a file again, each in a process of its own, and records whether they fail there, too. */
async function repeatFailures(
  file: string,
  record: string,
  { seconds }: TestsOrder,
  run: RunTests,
): Promise<void> {
  const lines = linesOf(record);
  const repeated = lines.flatMap((line) => "repeated" in line ? [line] : []);
  const failures = Map.groupBy(
    lines.filter(isRun).filter(({ failed }) => failed !== undefined),
    ({ test }) => test,
  );
  for (const [test, runs] of failures) {
    const again = runs.slice(0, REPEATED).filter(({ seed }) =>
      !repeated.some((line) => line.repeated === test && line.seed === seed)
    );
    for (const { seed } of again) {
      const own = `${record}.alone`;
      await run(file, { seeds: [seed, seed + 1], seconds, record: own, only: test });
      const [found] = linesOf(own).filter(isRun);
      await Deno.remove(own).catch(() => {});
      const line: Line = { repeated: test, seed, failed: found === undefined || found.failed !== undefined };
      await Deno.writeTextFile(record, `${JSON.stringify(line)}\n`, { append: true });
    }
  }
}

/** The findings that a record holds. */
export function findingsIn(file: string, lines: readonly Line[]): Omit<FileFindings, "problems"> {
  const alone = new Map(
    lines.flatMap((line) =>
      "repeated" in line ? [[`${line.seed} ${line.repeated}`, line.failed] as const] : []
    ),
  );
  const all = [...Map.groupBy(lines.filter(isRun), ({ test }) => test)].map(([name, runs]) => ({
    draws: runs.some(({ draws }) => draws),
    ...{ file, name, seeds: runs.length },
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    falseAlarms: runs.reduce((sum, { falseAlarm }) => sum + falseAlarm, 0),
    failures: runs.flatMap(({ seed, failed }) =>
      failed === undefined ? [] : [{ seed, error: failed, alone: alone.get(`${seed} ${name}`) }]
    ),
  }));
  return {
    file,
    tests: all.filter(({ draws, failures }) => draws || failures.length > 0).map(({ draws: _, ...test }) =>
      test
    ),
    still: all.filter(({ draws, failures }) => !draws && failures.length === 0).length,
    ignored: new Set(lines.flatMap((line) => "ignored" in line ? [line.ignored] : [])).size,
  };
}

/** What is wrong with how a file ran: it ended early, or drew before its tests. */
function problemsOf(printed: string, lines: readonly Line[]): string[] {
  const text = stripVTControlCharacters(printed);
  const ended = /^(?:ok|FAILED) \| \d+ passed/m.test(text);
  const early = lines.flatMap((line) => "drawsWhileLoaded" in line ? [line.drawsWhileLoaded] : []);
  return [
    ...ended ? [] : [`the tests ended without a summary: ${text.trim().split("\n").at(-1)}`],
    ...early.length > 0
      ? [`draws ${early[0]} times while it is loaded, by one seed alone: draw within the tests`]
      : [],
  ];
}

/** Runs each test of some files with many seeds, and tells the findings file by file. */
export async function testFlakes(
  files: readonly string[],
  order: TestsOrder,
  run: RunTests,
  tell: (found: FileFindings) => void,
): Promise<void> {
  const { seeds, seconds, threads, folder } = order;
  const records = await recordsOf(files, folder);
  const runs = pooledMap(threads, files, async (file: string): Promise<FileFindings> => {
    const record = records.get(file)!;
    await prepare(record);
    const printed = await run(file, { seeds, seconds, record });
    await repeatFailures(file, record, order, run);
    const lines = linesOf(record);
    return { ...findingsIn(file, lines), problems: problemsOf(printed, lines) };
  });
  for await (const found of runs) tell(found);
}
