/**
 * The calls of which a law compares every number of the answer with a value that does not depend on the answer: what it expects, and
 * within what.
 *
 * The oracle is asked with answers that are off, each number by another amount, so that a comparison shows which number it is of; and once
 * more with other amounts, so that an expected value that is made of answers shows that it is.
 *
 * @module
 */

import { capabilities, type Capability, groups } from "../contract/capability.ts";
import type { Law } from "../contract/law.ts";
import { Ledger } from "../contract/ledger.ts";
import type { Subject } from "../contract/subject.ts";
import type { Tolerance } from "../contract/tolerance.ts";
import { oracle } from "../oracle/mod.ts";

/** A call with what is expected of its answer. */
export interface RecordedCall {
  readonly capability: Capability;
  readonly given: readonly unknown[];
  /** As the answer. */
  readonly expected: unknown;
  /** The accepted errors as the answer, or one number where they are all the same; null where the precision resolves nothing. */
  readonly tolerance: { readonly float64: unknown; readonly float32: unknown };
  /** Why. */
  readonly because: string;
}

/** The unit roundoffs. */
const PRECISIONS = { float64: 2 ** -53, float32: 2 ** -24 } as const;
/** By so much, times its place, a number is off: below what any route of the oracle reacts to, and above its rounding. */
const OFF = { float64: 2 ** -30, float32: 2 ** -29 } as const;

/** A comparison with a value, with what its two sides were. */
interface Seen {
  readonly actual: number;
  readonly expected: number;
  readonly tolerance: Tolerance;
}
interface Asked {
  readonly capability: Capability;
  readonly given: readonly unknown[];
  /** The oracle's answer with every number off. */
  readonly answer: unknown;
}
interface Case {
  readonly asked: Asked[];
  readonly seen: Seen[];
}

/** The calls of one clause of a law of which every number is compared, or some members of an object, in the order of the calls. */
export async function recorded(law: Law, clause: number, cases: number): Promise<RecordedCall[]> {
  const first = await casesOf(law, clause, cases, "float64"),
    second = await casesOf(law, clause, cases, "float32");
  return first.flatMap(({ asked, seen }, i) =>
    asked.flatMap((call, k) => {
      const other = second[i];
      const again = other?.asked[k];
      if (again === undefined) return [];
      const found = expectedOf(call, seen), same = expectedOf(again, other!.seen);
      if (found === undefined || same === undefined) return [];
      // What was computed from answers differs, on either side.
      if (!equal(found.expected, same.expected) || !equal(call.given, again.given)) return [];
      const { capability, given } = call;
      return [{
        capability,
        given,
        expected: found.expected,
        tolerance: { float64: found.tolerance, float32: same.tolerance },
        because: found.because,
      }];
    })
  );
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The cases of a clause, with what was asked and compared in them. */
async function casesOf(
  law: Law,
  clause: number,
  cases: number,
  precision: keyof typeof PRECISIONS,
): Promise<Case[]> {
  const all: Case[] = [];
  class Watching extends Ledger {
    constructor(...given: ConstructorParameters<typeof Ledger>) {
      super(...given);
      all.push({ asked: [], seen: [] });
    }
    override close(_: string, actual: number, expected: number, tolerance: Tolerance): void {
      all.at(-1)!.seen.push({ actual, expected, tolerance });
    }
    override atMost(): void {}
    override atLeast(): void {}
    override is(): void {}
  }
  let place = 0;
  const off = (value: unknown): unknown => {
    if (typeof value === "number") return value + ++place * OFF[precision] * Math.max(1, Math.abs(value));
    if (Array.isArray(value)) return value.map(off);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, off(entry)]));
  };
  const subject = watched((capability, call) => (...given: readonly unknown[]) => {
    const answer = off(call(...given));
    all.at(-1)!.asked.push({ capability, given: plain(given), answer });
    return answer;
  }, PRECISIONS[precision]);
  await law.check(subject, {
    seed: 0,
    cases,
    engine: "oracle",
    firstFailure: true,
    clause,
    ledger: Watching,
  });
  return all;
}

/** A copy without functions, which are for callers in the same process. */
const plain = (given: readonly unknown[]): readonly unknown[] =>
  given.map((value) => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return structuredClone(value);
    return structuredClone(
      Object.fromEntries(Object.entries(value).filter(([, entry]) => typeof entry !== "function")),
    );
  });

/** What is expected of an answer, if all of its numbers were compared. */
function expectedOf(
  { answer }: Asked,
  seen: readonly Seen[],
): { readonly expected: unknown; readonly tolerance: unknown; readonly because: string } | undefined {
  const reasons = new Set<string>(), sizes = new Set<number | null>();
  const comparisonOf = (value: number): Seen | undefined =>
    seen.filter(({ actual }) => actual === value).toSorted((a, b) =>
      a.tolerance.value - b.tolerance.value
    )[0];
  const each = (value: unknown, leaf: (found: Seen) => unknown): unknown => {
    if (typeof value === "number") {
      const found = comparisonOf(value);
      return found && leaf(found);
    }
    if (Array.isArray(value)) {
      const entries = value.map((entry) => each(entry, leaf));
      // Of no numbers none was compared.
      return entries.length === 0 || entries.includes(undefined) ? undefined : entries;
    }
    if (typeof value !== "object" || value === null) return undefined;
    // Of a loss with its terms and gradient, what is compared.
    const entries = Object.entries(value).map(([key, entry]): [string, unknown] => [key, each(entry, leaf)]);
    const compared = entries.filter(([, entry]) => entry !== undefined);
    return compared.length === 0 ? undefined : Object.fromEntries(compared);
  };
  const expected = each(answer, ({ expected }) => expected);
  if (expected === undefined) return undefined;
  const tolerance = each(answer, ({ tolerance: { resolved, value, because } }) => {
    reasons.add(because);
    const size = resolved ? value : null;
    sizes.add(size);
    return size;
  });
  return {
    expected,
    tolerance: sizes.size === 1 ? [...sizes][0] : tolerance,
    because: [...reasons].join("; "),
  };
}

/** The oracle with other functions in place of its own. It promises nothing: tolerances are those of whatever right route. */
function watched(
  change: (capability: Capability, call: (...given: readonly unknown[]) => unknown) => unknown,
  epsilon: number,
): Subject {
  const { promises: _, ...own } = oracle;
  const subject: Record<string, unknown> = { ...own, epsilon };
  for (const group of groups) if (group in subject) subject[group] = { ...subject[group] as object };
  for (const capability of capabilities) {
    const [name, member] = capability.split(".", 2) as [string, string?];
    const owner = (member === undefined ? subject : subject[name]) as Record<string, unknown> | undefined;
    const call = owner?.[member ?? name];
    if (typeof call === "function") {
      owner![member ?? name] = change(capability, call as (...given: readonly unknown[]) => unknown);
    }
  }
  return subject as unknown as Subject;
}
