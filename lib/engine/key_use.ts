/**
 * A check that no random numbers are used twice: a key is drawn from once, or other keys are derived from it, never both.
 *
 * It is for debugging, on in tests and off elsewhere, since it keeps a record of every draw.
 *
 * @module
 */

import type { Key } from "./key.ts";

/** The whole that a key belongs to, and which part of it the key is: "" is the whole, "/3/1" is part 1 of its part 3. */
interface Origin {
  readonly uses: Map<string, Use>;
  readonly path: string;
}

/** What a key was used for, and where. */
interface Use {
  readonly how: "drawn from" | "derived from";
  readonly at: Error;
}

/** A file of tests, run by `deno test` or by another runner. */
const TESTS = /[._]test\.[cm]?[jt]sx?$/;

let checking = TESTS.test((globalThis as { Deno?: { mainModule?: string } }).Deno?.mainModule ?? "");
const origins = new WeakMap<Key, Origin>();

/**
 * Turns the check of keys on or off; it is on in files of tests, whose names end in `_test.ts` or `.test.ts`.
 *
 * While it is on, a key that is used a second time is refused, as {@link drawnFrom} says. It costs 1 µs and some 500 bytes for
 * every draw.
 *
 * @returns whether it was on before
 */
export function checkKeys(on: boolean): boolean {
  const before = checking;
  checking = on;
  return before;
}

/** Makes the uses of one key those of another too: for two objects that stand for one key. */
export function shareUses(key: Key, other: Key): void {
  if (checking) origins.set(other, originOf(key));
}

/**
 * Notes that numbers are drawn from a key.
 *
 * @throws RangeError while keys are checked, if they were before, or if other keys were derived from it; names both places
 */
export function drawnFrom(key: Key): void {
  if (checking) note(key, "drawn from");
}

/**
 * Notes that a key is derived from another, as its part of that name.
 *
 * @throws RangeError while keys are checked, if numbers were drawn from the other; names both places
 */
export function derivedFrom(parent: Key, child: Key, part: string): void {
  if (!checking) return;
  const { uses, path } = note(parent, "derived from");
  origins.set(child, { uses, path: `${path}/${part}` });
}

function originOf(key: Key): Origin {
  const known = origins.get(key) ?? { uses: new Map<string, Use>(), path: "" };
  origins.set(key, known);
  return known;
}

function note(key: Key, how: Use["how"]): Origin {
  const origin = originOf(key);
  const { uses, path } = origin;
  const before = uses.get(path);
  const now: Use = { how, at: new Error() };
  if (!before) uses.set(path, now);
  else if (how === "drawn from" || before.how === "drawn from") {
    throw new RangeError(
      `random numbers: a key is drawn from once, or keys are derived from it, but [${key}] was ${before.how} at ${
        placeOf(before)
      }, and is ${how} at ${
        placeOf(now)
      }; fold in another index, or use cloneKey where the same numbers are wanted again`,
    );
  }
  return origin;
}

/** The line outside of the modules of random numbers that was running. */
function placeOf({ at }: Use): string {
  const lines = (at.stack ?? "").split("\n").slice(1).map((line) => line.trim().replace(/^at /, ""));
  const own = /engine\/(?:key|key_use|random)\.[jt]s/;
  return lines.find((line) => !own.test(line)) ?? lines.at(-1) ?? "a place that is not known";
}
