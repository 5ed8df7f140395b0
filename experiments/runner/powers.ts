/**
 * A small study, for tests of the runner: powers of whole numbers.
 *
 * @module
 */

import * as v from "valibot";
import { NonFiniteLossError } from "../../lib/training/non_finite.ts";
import { runStudy } from "./command.ts";
import { option, optional, path, positive, toggle, whole } from "./options.ts";
import type { Study } from "./study.ts";

const POWERS = "Powers";
const OPTIONS = {
  power: option(POWERS, positive, 2, "the exponent", 1),
  limit: optional(POWERS, whole(1), "so many"),
  pause: option(POWERS, whole(0), 0, "milliseconds that a part waits"),
  turns: option(POWERS, whole(1), 1, "how often each number is raised, which a run may go on with"),
  diverge: toggle(POWERS, "let the third part fail"),
  data: optional("Data", path("a folder"), "has no meaning but where it is"),
} as const;

/** The options of a run. */
export interface PowersOptions {
  readonly power: number;
  readonly pause: number;
  readonly turns: number;
  readonly diverge: boolean;
}

/** What a test looks at and changes. */
export interface Change {
  /** Gets the names of the parts that are done. */
  readonly made?: string[];
  readonly sha256?: string;
  /** What the third part gives in place of its result. */
  readonly third?: () => number;
  readonly conclude?: () => void | Promise<void>;
}

/** The study; {@link Change} is for tests. */
export function powers(
  { made = [], sha256 = "0", third, conclude }: Change = {},
): Study<typeof OPTIONS, PowersOptions, number, readonly number[]> {
  return {
    name: "powers",
    title: "Powers",
    question: "What are the powers of small numbers?",
    about: "Raises whole numbers to a power.",
    options: OPTIONS,
    examples: [["--power 3", "cubes"]],
    extendable: ["turns"],
    resolve: ({ power, limit, pause, turns, diverge, data }) => ({
      power,
      limit,
      pause,
      turns,
      diverge,
      data,
    }),
    result: v.number(),
    prepare: ({ power, pause, turns, diverge }) =>
      Promise.resolve({
        data: { source: "whole numbers", sha256 },
        parts: [1, 2, 3, 4].map((n) => ({
          name: `n${n}`,
          weight: n,
          run: async ({ signal, progress, note, files }) => {
            for (let waited = 0; waited < pause; waited += 20) {
              await new Promise((resolve) => setTimeout(resolve, 20));
              progress(waited / pause, `waiting for ${n}`);
              signal.throwIfAborted();
            }
            signal.throwIfAborted();
            note(`n${n} in ${turns} turns`);
            made.push(`n${n}`);
            await files.write(`turns${n}.txt`, `${turns}`);
            if (n === 3 && diverge) throw new NonFiniteLossError(7, NaN, "the first layer");
            return n === 3 && third ? third() : n ** power;
          },
        })),
        conclude: async (results) => {
          await conclude?.();
          if (results.length < 3) throw new RangeError("at least 3 powers are required");
          const sum = results.reduce((a, b) => a + b, 0);
          return {
            results,
            numbers: { sum },
            answer: `They add up to ${sum}.`,
            caveat: "There are more numbers.",
            figures: [{ file: "line.svg", title: "A line", caption: "A line is a line.", content: SVG }],
            tables: [{
              file: "powers.csv",
              title: "Powers",
              caption: "No unit.",
              head: ["n", "power"],
              rows: results.map((power, i) => [`n${i + 1}`, power]),
            }],
          };
        },
      }),
  };
}

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>';

if (import.meta.main) await runStudy(powers());
