/**
 * The task `abuse`: damages, kills, doubles, fills and starves runs, and looks whether one of them ends with a wrong result
 * that no error reports, or with a stack trace.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { option, optional, parseCommand, someOf, type Values, whole } from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import { foldIn, type Key, key as keyOf } from "../lib/engine/key.ts";
import { Draws, type Found, type Kind, KINDS, SUBJECTS, type Try, type Verdict } from "./abuse/verdict.ts";
import { taskCommand } from "./shell.ts";

/** The options of `deno task abuse`. */
export const OPTIONS = {
  count: option("Tries", whole(1), 500, "how many, of all kinds"),
  seed: option("Tries", whole(0), 0, "what all that is done to runs follows from"),
  only: option("Tries", someOf(KINDS), KINDS, "the kinds"),
  on: option("Tries", someOf(SUBJECTS), SUBJECTS, "the programs"),
  number: optional("Tries", whole(0), "only the tries of this number, one of each kind, to repeat them"),
} as const;
/** What is tried. */
export type AbuseOptions = Values<typeof OPTIONS>;

/** Does a try of a kind in a folder of its own. */
export type Abuser = (folder: string, draws: Draws) => Promise<Found>;

/** Of a hundred tries, so many are of each kind: flips take no process. */
const SHARES: Readonly<Record<Kind, number>> = { flips: 68, kills: 12, doubles: 8, fills: 6, starves: 6 };

/** How many tries there are of each kind, at least one of each. */
export function countsOf(
  { count, only }: Pick<AbuseOptions, "count" | "only">,
): Readonly<Record<Kind, number>> {
  const all = only.reduce((sum, kind) => sum + SHARES[kind], 0);
  const counts = Object.fromEntries(KINDS.map((kind) => [
    kind,
    only.includes(kind) ? Math.max(1, Math.round(count * SHARES[kind] / all)) : 0,
  ])) as Record<Kind, number>;
  // What rounding leaves goes to the first kind.
  counts[only[0]!] += count - only.reduce((sum, kind) => sum + counts[kind], 0);
  return counts;
}

/** What the key of a try is. */
const keyOfTry = (seed: number, kind: Kind, number: number): Key =>
  foldIn(foldIn(keyOf(seed), KINDS.indexOf(kind)), number);

/**
 * Abuses as options ask.
 *
 * @param abusers what does the tries of each kind that is asked for
 * @param place a folder for them
 * @param onTry sees each try when it is done
 */
export async function abuse(
  options: AbuseOptions,
  abusers: Readonly<Partial<Record<Kind, Abuser>>>,
  place: string,
  onTry: (done: Try) => void = () => {},
): Promise<readonly Try[]> {
  const tries: Try[] = [];
  const counts = countsOf(options);
  for (const kind of KINDS.filter((kind) => options.only.includes(kind))) {
    const numbers = options.number === null
      ? Array.from({ length: counts[kind] }, (_, i) => i)
      : [options.number];
    for (const number of numbers) {
      const folder = `${place}/${kind}${number}`;
      await Deno.mkdir(folder);
      const found = await abusers[kind]!(folder, new Draws(keyOfTry(options.seed, kind, number)));
      await Deno.remove(folder, { recursive: true }).catch(() => {});
      const done = { kind, number, ...found };
      tries.push(done);
      onTry(done);
    }
  }
  return tries;
}

const COLUMNS: readonly (readonly [Verdict, string])[] = [
  ["refused", "refused in one line"],
  ["same", "went on to the same bits"],
  ["silent", "silent wrong results"],
  ["trace", "stack traces"],
  ["other", "other faults"],
];
/** Whether a try shows a fault. */
export const isFault = ({ verdict }: Pick<Try, "verdict">): boolean =>
  verdict !== "refused" && verdict !== "same";

/** The tries of each kind, counted by what they came to. */
export function tableOf(tries: readonly Try[]): string {
  const rows = [...KINDS.filter((kind) => tries.some((one) => one.kind === kind)), "all"].map((kind) => {
    const own = tries.filter((one) => kind === "all" || one.kind === kind);
    return [
      kind,
      own.length,
      ...COLUMNS.map(([verdict]) => own.filter((one) => one.verdict === verdict).length),
    ];
  });
  const head = ["kind", "tried", ...COLUMNS.map(([, title]) => title)];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => String(row[i]).length)));
  return [head, ...rows].map((row) =>
    row.map((cell, i) => i === 0 ? String(cell).padEnd(widths[0]!) : String(cell).padStart(widths[i]!)).join(
      "  ",
    )
  ).join("\n") + "\n";
}

/** A fault, and the command that repeats it. */
export const faultText = ({ kind, number, what, why, verdict }: Try, seed: number): string =>
  `${verdict}: ${what}: ${why}\n  ${taskCommand("abuse")} --seed ${seed} --only ${kind} --number ${number}\n`;

async function work(args: readonly string[]): Promise<number> {
  const asked = parseCommand({
    task: "abuse",
    about:
      "Damages, kills, doubles, fills and starves runs, and counts the wrong results that no error reports.",
    options: OPTIONS,
    examples: [["", "500 tries"], ["--only flips --count 2000", "damage on the disk alone"]],
  }, args);
  if (asked.help !== null) {
    writeOut(asked.help);
    return 0;
  }
  const options = asked.values;
  const [{ abusers }, { inFolder }] = await Promise.all([
    import("./abuse/abusers.ts"),
    import("../fixtures/temporary_folder.ts"),
  ]);
  let tries: readonly Try[] = [];
  await inFolder(async (place) => {
    const all = abusers(place, options.on);
    tries = await abuse(
      options,
      all,
      place,
      (one) =>
        writeErr(
          isFault(one)
            ? faultText(one, options.seed)
            : `${one.kind} ${one.number}: ${one.verdict}: ${one.what}\n`,
        ),
    );
  });
  writeOut(tableOf(tries));
  const faults = tries.filter(isFault);
  for (const fault of faults) writeOut(faultText(fault, options.seed));
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await exitStatus("abuse", () => work(Deno.args)));
