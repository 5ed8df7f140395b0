/**
 * Test vectors for code in whatever language, without Deno: calls with what is expected of their answers, as laws expect it.
 *
 * @module
 */

import type { Capability } from "../contract/capability.ts";
import type { Law } from "../contract/law.ts";
import { callOf, written } from "../stdio/message.ts";
import { FLAGS, flagsOf } from "./flags.ts";
import { recorded, type RecordedCall } from "./record.ts";

/** The version of the format. */
const VERSION = 1;
/** Cases that are drawn of a clause which compares answers with values in some of the first ones, and tests that are kept for each capability. */
const FIRST = 12, DRAWN = 100, KEPT = 5;
/** A test in more letters than that is left out, where a clause has shorter ones. */
const LONG = 3000;

/** The capabilities whose vectors would be of no use elsewhere: numbers of a kind are a matter of tfjs. */
const own: readonly Capability[] = ["ofKind"];
/** What is trained, or drawn, is compared with no value. */
const valueless = /^(train|trainScheduled|sample|trained\..*)$/;

interface Test extends Omit<RecordedCall, "capability" | "given"> {
  readonly given: Readonly<Record<string, unknown>>;
  readonly flags: readonly string[];
}

/** The file of all vectors of these laws. */
export async function vectors(laws: readonly Law[]): Promise<string> {
  const groups: object[] = [];
  let id = 0;
  for (const law of laws.filter(({ kind }) => kind !== "order")) {
    for (const [index, { says, needs }] of law.clauses.entries()) {
      if (needs.some((name) => valueless.test(name))) continue;
      if ((await recorded(law, index, FIRST)).length === 0) continue;
      const calls = Map.groupBy(await recorded(law, index, DRAWN), ({ capability }) => capability);
      for (const [capability, all] of calls) {
        if (own.includes(capability)) continue;
        const tests = kept(all).map((test) => ({ id: ++id, ...test }));
        groups.push({ law: law.id, statement: law.statement, clause: says, capability, tests });
      }
    }
  }
  const head = { format: "grae test vectors", version: VERSION, tests: id, flags: FLAGS };
  const text = groups.map((group) => indented(group)).join(",\n");
  return `${JSON.stringify(head).slice(0, -1)},"groups":[\n${text}\n]}\n`;
}

/** A group with a test a line. */
function indented(group: object): string {
  const { tests, ...head } = group as { tests: readonly object[] };
  return `${written(head).slice(0, -1)},"tests":[\n${tests.map((test) => written(test)).join(",\n")}\n]}`;
}

/**
 * A few of the calls, no call twice: those with a flag, a family, a likelihood or an activation that none before has, of one latent or of
 * several; then short and long ones.
 */
function kept(calls: readonly RecordedCall[]): Test[] {
  const all = calls.map(({ capability, given, ...rest }) => {
    const named = callOf(capability, given)[capability] as Readonly<Record<string, unknown>>;
    const test = { given: named, ...rest, flags: flagsOf(named) };
    return { test, text: written(test) };
  }).toSorted((a, b) => a.text.length - b.text.length);
  const different = [...new Map(all.map((one) => [written(one.test.given), one])).values()];
  const short = different.filter(({ text }, i) => i === 0 || text.length <= LONG).map(({ test }) => test);
  const found: Test[] = [], seen = new Set<string>();
  for (const test of short) {
    const kinds = [...test.flags, ...kindsOf(test.given)].map((kind) =>
      `${kind} ${test.flags.includes("one-latent")}`
    );
    if (kinds.every((kind) => seen.has(kind))) continue;
    found.push(test);
    for (const kind of kinds) seen.add(kind);
  }
  const others = short.filter((test) => !found.includes(test)),
    wanted = Math.max(0, Math.min(KEPT - found.length, others.length));
  const spread = Array.from(
    { length: wanted },
    (_, i) => others[Math.floor((i + 1) * others.length / wanted) - 1]!,
  );
  return [...found, ...spread];
}

/** The families, likelihoods and activations in a call. */
function kindsOf(given: unknown, key = ""): string[] {
  if (typeof given === "string") return key === "kind" || key === "activation" ? [given] : [];
  if (typeof given !== "object" || given === null) return [];
  if (Array.isArray(given) && typeof given[0] === "number") return [];
  return Object.entries(given).flatMap(([name, entry]) => kindsOf(entry, name));
}
