/**
 * Evidence for continuous integration: JUnit XML, as its consumers read it.
 *
 * @module
 */

import { escape } from "@std/html";
import type { EngineEvidence, FaultEvidence, GateEvidence, LawEvidence } from "./evidence.ts";

interface Case {
  readonly name: string;
  readonly seconds?: number;
  readonly failure?: string;
  readonly skipped?: string;
}

/** junit.xml: a suite for each engine, one for the planted faults, one for the gate's own problems. */
export function evidenceJunit(evidence: GateEvidence): string {
  const { engines, laws, faults, problems } = evidence;
  const suites = [
    ...engines.map((engine) => suite(engine.name, engineCases(engine, laws))),
    suite("planted faults", faults.flatMap(faultCases)),
    suite("gate", [{
      name: "every law has evidence and every verdict is the expected one",
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

function engineCases({ name, skipped, stopped }: EngineEvidence, laws: readonly LawEvidence[]): Case[] {
  if (skipped !== undefined) return [{ name: `${name} starts`, skipped }];
  return [
    ...(stopped === undefined ? [] : [{ name: `${name} runs to its end`, failure: stopped }]),
    ...laws.flatMap(({ id, statement, runs, doesNotApply }): Case[] => [
      ...runs.filter(({ engine }) => engine === name).map((run) => ({
        name: `[${id}] ${statement}`,
        seconds: run.seconds,
        ...(run.failure && { failure: run.failure.message }),
      })),
      ...doesNotApply.filter(({ engine }) => engine === name).map(({ because }) => ({
        name: `[${id}] ${statement}`,
        skipped: because,
      })),
    ]),
  ];
}

function faultCases({ id, description, laws }: FaultEvidence): Case[] {
  return Object.entries(laws).map(([law, outcome]) => ({
    name: `[${law}] rejects ${id}: ${description}`,
    ...(outcome !== "rejected" && { failure: outcome }),
  }));
}

function suite(name: string, cases: readonly Case[]): string {
  const total = (of: (one: Case) => number): number => cases.reduce((sum, one) => sum + of(one), 0);
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
