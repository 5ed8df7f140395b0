/**
 * What a report must be, as a tree: of the form of the JSON that is compared with it, whose numbers are given with what they may be off
 * by, or are exact.
 *
 * @module
 */

import type { Ledger } from "../../contract/mod.ts";

/** A number, and how far from it a report may be. */
export class Near {
  /** `because` says why it may be off. */
  constructor(readonly value: number, readonly within: number, readonly because: string) {}
}

/** What is not known itself, but of which something must hold. */
export class Such {
  /** `value` is one of which it does. */
  constructor(
    readonly value: unknown,
    readonly examine: (name: string, found: unknown, expect: Ledger) => void,
  ) {}
}

/** A tree of what must be. */
export type Must = Near | Such | number | string | boolean | null | readonly Must[] | {
  readonly [name: string]: Must;
};

/** A number that float64 gives from numbers of this size, whatever the order in which they are taken. */
export const exactly = (value: number, scale = Math.abs(value)): Near =>
  new Near(value, 2 ** -38 * (Math.abs(value) + scale), "float64 in another order");

const isList = (must: Must): must is readonly Must[] => Array.isArray(must);

/** Compares a report with what it must be: all that it has, and nothing else. */
export function compare(name: string, found: unknown, must: Must, expect: Ledger): void {
  if (must instanceof Near) {
    if (typeof found !== "number") expect.is(`${name} is a number`, typeof found, "number");
    else {
      const { within: value, because } = must;
      expect.close(name, found, must.value, { value, because, resolved: true });
    }
  } else if (must instanceof Such) must.examine(name, found, expect);
  else if (isList(must)) {
    const list = Array.isArray(found) ? found : [];
    expect.is(`length of ${name}`, list.length, must.length);
    must.slice(0, list.length).forEach((one, i) => compare(`${name} ${i + 1}`, list[i], one, expect));
  } else if (typeof must === "object" && must !== null) {
    const record = (typeof found === "object" && found !== null ? found : {}) as Record<string, unknown>;
    const names = Object.keys(must).toSorted();
    expect.is(`what ${name} has`, Object.keys(record).toSorted().join(), names.join());
    for (const key of names) {
      if (key in record) compare(`${name}: ${key}`, record[key], must[key]!, expect);
    }
  } else expect.is(name, JSON.stringify(found) ?? "nothing", JSON.stringify(must));
}

/** A tree of plain values: a report as it must be. */
export function plain(must: Must): unknown {
  if (must instanceof Near || must instanceof Such) return must.value;
  if (isList(must)) return must.map(plain);
  if (typeof must !== "object" || must === null) return must;
  return Object.fromEntries(Object.entries(must).map(([name, one]) => [name, plain(one)]));
}
