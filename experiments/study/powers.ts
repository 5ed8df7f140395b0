/**
 * A made-up study, for tests of what runs studies.
 *
 * @module
 */

import { option, optional, type Table } from "../command/option.ts";
import { positive, wholeFrom } from "../command/option_kind.ts";
import { COMMON, DIGITS, type OptionsOf, type StudyCommand } from "./options.ts";
import type { Study } from "./study.ts";

const TABLE = {
  "power": option("What is studied", "2", positive, "the exponent", "1"),
  "limit": optional("What is studied", wholeFrom(1), "so many"),
  ...DIGITS,
  ...COMMON,
} as const satisfies Table;
/** Its command. */
export const COMMAND: StudyCommand<typeof TABLE> = {
  task: "powers",
  about: "Raises whole numbers to a power.",
  table: TABLE,
  examples: [],
  notes: [],
};
/** Its options. */
export type Options = OptionsOf<typeof TABLE>;

/** A study of numbers; `made` tells which parts have been made. */
export function powers(
  made: string[],
  change: { sha256?: string; part?: number; throws?: Error } = {},
): Study<Options, number, number[]> {
  return {
    name: "powers",
    title: "Powers",
    question: "What are the powers of small numbers?",
    prepare: ({ power }) =>
      Promise.resolve({
        data: { source: "whole numbers", sha256: change.sha256 ?? "0" },
        parts: [1, 2, 3, 4].map((n) => ({
          name: `n${n}`,
          weight: n,
          run: ({ signal, progress }) => {
            signal.throwIfAborted();
            progress(0.5, "half");
            made.push(`n${n}`);
            if (n === 3 && change.throws) throw change.throws;
            return Promise.resolve(n === 3 && change.part !== undefined ? change.part : n ** power);
          },
        })),
      }),
    conclude: (_, results) =>
      Promise.resolve({
        results: [...results],
        words: [`They add up to ${results.reduce((a, b) => a + b, 0)}.`],
        figures: [{
          file: "line.svg",
          title: "A line",
          theory: "a line",
          seen: "a line",
          content: '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>',
        }],
        tables: [{ title: "Powers", caption: "No unit.", head: ["n"], rows: [["1"]] }],
      }),
  };
}
