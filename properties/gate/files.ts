/**
 * The files that the gate leaves, and the folder that it leaves them in.
 *
 * @module
 */

import { escape } from "@std/html";
import { DataError } from "../../lib/data/error.ts";
import { LOCK, lock } from "../../lib/data/lock.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { removeUnfinished } from "../../lib/training/atomic_write.ts";
import { assertRoom, type Disk, writeTogether } from "../../lib/training/write_together.ts";
import {
  type EngineEvidence,
  evidenceJson,
  type FaultEvidence,
  type GateEvidence,
  type LawRun,
} from "./evidence.ts";
import { evidenceBadge } from "./badge.ts";
import { evidenceMarkdown } from "./markdown.ts";
import { evidencePage } from "./page.tsx";

const FILES = {
  "evidence.json": evidenceJson,
  "evidence.md": evidenceMarkdown,
  "junit.xml": evidenceJunit,
  "index.html": evidencePage,
  "badge.svg": evidenceBadge,
} as const;

/** The text of every file that the gate writes, by name. */
export function evidenceFiles(evidence: GateEvidence): ReadonlyMap<string, string> {
  return new Map(Object.entries(FILES).map(([name, text]) => [name, text(evidence)]));
}

/** A folder that no other gate writes until it is disposed of. */
export interface EvidenceFolder extends AsyncDisposable {
  /**
   * Writes files by name, all or none.
   *
   * @throws (rejects) DataError if one cannot be written
   */
  write(files: ReadonlyMap<string, string>): Promise<void>;
}

/** The least number of bytes that must fit. */
const LEAST = 2 ** 20;

/**
 * Makes a folder, locks it against other gates, removes unfinished files of gates that were killed, and checks that evidence
 * will fit.
 *
 * @param disk the file operations, `Deno` by default
 * @throws (rejects) DataError if another gate has it, or it cannot be written or is full
 */
export async function openEvidenceFolder(folder: string, disk: Disk = Deno): Promise<EvidenceFolder> {
  const held = await writing(folder, async () => {
    await Deno.mkdir(folder, { recursive: true });
    return await lock(`${folder}/${LOCK}`, folder);
  });
  try {
    await writing(folder, async () => {
      await removeUnfinished(folder);
      // While new evidence is given its names, copies of the last one are kept.
      await assertRoom(folder, Math.max(LEAST, 2 * await lastSize(folder)), disk);
    });
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
  const encoder = new TextEncoder();
  return {
    write: (files) =>
      writing(folder, () =>
        writeTogether(
          new Map([...files].map(([name, text]) => [`${folder}/${name}`, encoder.encode(text)])),
          disk,
        )),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

/** How many bytes the last evidence has. */
async function lastSize(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of Object.keys(FILES)) {
    bytes += await Deno.stat(`${folder}/${name}`).then(({ size }) => size, () => 0);
  }
  return bytes;
}

/** Runs work that writes to a folder. @throws (rejects) DataError for an error of the operating system */
async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOsError(error)) throw error;
    throw new DataError(folder, `cannot be written: ${osReason(error)}`, { cause: error });
  }
}

interface Case {
  readonly name: string;
  readonly seconds?: number;
  readonly failure?: string;
  readonly skipped?: string;
}

/** JUnit XML, as continuous integration reads it: a suite for each subject, one for the planted faults, one for all problems. */
function evidenceJunit(evidence: GateEvidence): string {
  const { engines, faults, problems, subjects } = evidence;
  const suites = [
    ...engines.map((engine) => suite(engine.name, engineCases(engine, evidence))),
    ...(subjects ? [] : [suite("planted faults", faults.flatMap(faultCases))]),
    suite(subjects ? "verify" : "gate", [{
      name: subjects
        ? "everything that is offered was examined, and no law failed"
        : "every law has evidence and every verdict is the expected one",
      ...(problems.length > 0 && { failure: problems.join("\n") }),
    }]),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="grae">',
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function engineCases({ name, skipped, stopped }: EngineEvidence, { laws, subjects }: GateEvidence): Case[] {
  const knownOf = (law: string): string | undefined => {
    const all = subjects?.known.filter((one) => one.subject === name && one.law === law) ?? [];
    const as = all.length > 0 && all.every(({ outcome }) => outcome === "fails as known");
    return as ? `a known failure: ${all.map(({ reason }) => reason).join("; ")}` : undefined;
  };
  if (skipped !== undefined) return [{ name: `${name} starts`, skipped }];
  return [
    ...(stopped === undefined ? [] : [{ name: `${name} runs to its end`, failure: stopped }]),
    ...laws.flatMap(({ id, statement, runs, doesNotApply }): Case[] => [
      ...runs.filter(({ engine }) => engine === name).map((run) => ({
        name: `[${id}] ${statement}`,
        seconds: run.seconds,
        ...failureOf(run, knownOf(id)),
      })),
      ...doesNotApply.filter(({ engine }) => engine === name).map(({ because }) => ({
        name: `[${id}] ${statement}`,
        skipped: because,
      })),
    ]),
  ];
}

/** How a failing run is told: skipped where it is known to fail, and by which problem it would be told otherwise. */
function failureOf({ failure }: LawRun, known: string | undefined): Pick<Case, "failure" | "skipped"> {
  if (failure === undefined) return {};
  return known === undefined ? { failure: failure.message } : { skipped: known };
}

function faultCases({ id, description, laws }: FaultEvidence): Case[] {
  return Object.entries(laws).map(([law, outcome]) => ({
    name: `[${law}] rejects ${id}: ${description}`,
    ...(outcome !== "rejected" && { failure: outcome }),
  }));
}

function suite(name: string, cases: readonly Case[]): string {
  const total = (part: (one: Case) => number): number => cases.reduce((sum, one) => sum + part(one), 0);
  const attributes = [
    ["name", name],
    ["tests", cases.length],
    ["failures", total(({ failure }) => Number(failure !== undefined))],
    ["skipped", total(({ skipped }) => Number(skipped !== undefined))],
    ["time", total(({ seconds = 0 }) => seconds).toFixed(3)],
  ].map(([key, value]) => `${key}="${xml(String(value))}"`).join(" ");
  return [`<testsuite ${attributes}>`, ...cases.map((one) => testCase(name, one)), "</testsuite>"].join("\n");
}

function testCase(suite: string, { name, seconds = 0, failure, skipped }: Case): string {
  const start = `<testcase classname="${xml(suite)}" name="${xml(name)}" time="${seconds.toFixed(3)}"`;
  if (failure !== undefined) {
    return `${start}><failure message="${xml(failure.split("\n")[0]!)}">${xml(failure)}</failure></testcase>`;
  }
  return skipped === undefined ? `${start}/>` : `${start}><skipped message="${xml(skipped)}"/></testcase>`;
}

/** Text in XML 1.0, which cannot hold most control characters, not even escaped. */
function xml(text: string): string {
  // deno-lint-ignore no-control-regex
  return escape(text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd"));
}
