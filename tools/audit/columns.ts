/**
 * Which column of a log holds what, by its name.
 *
 * @module
 */

import type { LogRow, SpreadName } from "../../audit/log_row.ts";
import { DataError } from "../../lib/data/error.ts";

/** Where in a row of numbers each piece is. */
export interface Fields {
  readonly single: ReadonlyMap<Single, number>;
  readonly lists: ReadonlyMap<List, readonly number[]>;
  /** Names of columns that are not read. */
  readonly unused: readonly string[];
}

const SINGLE = ["loss", "sse", "mse", "bce", "kl", "batch", "step", "examples"] as const;
type Single = typeof SINGLE[number];

/** Lists by their usual names; a column of one is its name and a number: mu_0, mu0, mu[0]. */
const LISTS = {
  x: ["x"],
  decoded: ["xhat", "x_hat", "recon"],
  logits: ["logit", "logits"],
  mean: ["mu", "mean"],
  "log σ²": ["logvar", "log_var"],
  "log σ": ["logstd", "log_std"],
  "σ": ["std", "sigma"],
  "σ²": ["var"],
} as const;
type List = keyof typeof LISTS;
const SPREADS: readonly SpreadName[] = ["log σ²", "log σ", "σ", "σ²"];

/** What the names of a log's columns mean, for help and messages. */
export const COLUMNS =
  "loss; sse or bce (sums over pixels), mse, or x_0, x_1, … beside xhat_… or logit_…; mu_0, mu_1, … beside logvar_…, logstd_…, std_… or " +
  "var_…, or kl; batch, where rows of a batch have its one loss; examples, of which a row is the mean; step";

/** A list's name and a number, of a column. */
function partOf(name: string): { list: List; index: number } | null {
  const [, word, index] = /^([a-z_]*[a-z])_?\[?(\d+)\]?$/i.exec(name) ?? [];
  const list = (Object.keys(LISTS) as List[]).find((one) =>
    (LISTS[one] as readonly string[]).includes(word?.toLowerCase() ?? "")
  );
  return list === undefined ? null : { list, index: Number(index) };
}

/** The list that a whole array stands for, by its name. */
export const listNamed = (name: string): boolean =>
  Object.values(LISTS).some((names) => (names as readonly string[]).includes(name.toLowerCase()));

/**
 * Which column holds what.
 *
 * @throws DataError if a name is there twice, a list has gaps, or the loss lacks
 */
export function fieldsOf(names: readonly string[], file: string): Fields {
  const refuse = (why: string): never => {
    throw new DataError(file, why);
  };
  const trimmed = names.map((name) => name.trim());
  trimmed.forEach((name, i) => {
    const first = trimmed.indexOf(name);
    if (first < i) {
      refuse(
        `columns must have different names, but ${JSON.stringify(name)} is both column ${first + 1} and ${
          i + 1
        }`,
      );
    }
  });
  const single = new Map<Single, number>(),
    places = new Map<List, Map<number, number>>(),
    unused: string[] = [];
  trimmed.forEach((name, column) => {
    const one = SINGLE.find((one) => one === name.toLowerCase()), part = partOf(name);
    if (one !== undefined) {
      if (single.has(one)) refuse(`columns must have different names, but ${one} is there twice`);
      single.set(one, column);
    } else if (part !== null) {
      const own = places.get(part.list) ?? new Map<number, number>();
      if (own.has(part.index)) {
        refuse(`columns must have different names, but number ${part.index} of ${name} is there twice`);
      }
      places.set(part.list, own.set(part.index, column));
    } else unused.push(name);
  });
  if (!single.has("loss")) refuse(`must have a column loss, but has ${listed(trimmed)}`);
  const lists = new Map([...places].map(([list, own]) => {
    const numbers = [...own.keys()].sort((a, b) => a - b), first = Math.min(1, numbers[0]!);
    const gap = numbers.findIndex((number, i) => number !== first + i);
    if (gap >= 0) {
      refuse(
        `columns ${LISTS[list][0]}_… must be numbered without gaps, but ${LISTS[list][0]}_${
          first + gap
        } lacks`,
      );
    }
    return [list, numbers.map((number) => own.get(number)!)];
  }));
  const spreads = SPREADS.filter((one) => lists.has(one));
  if (spreads.length > 1) {
    refuse(
      `must say σ in one way, but has ${
        spreads.map((one) => `${LISTS[one][0]}_…`).join(" and ")
      }: leave one out`,
    );
  }
  if (lists.has("decoded") && lists.has("logits")) {
    refuse("must have xhat_… or logit_…, but has both: leave one out");
  }
  return { single, lists, unused };
}

/** Names, the first of many. */
export const listed = (names: readonly string[]): string =>
  names.length === 0
    ? "none"
    : names.length <= 8
    ? names.join(", ")
    : `${names.slice(0, 8).join(", ")}, … (${names.length})`;

/** Columns that are read: their numbers must be there. */
export const usedColumns = ({ single, lists }: Fields): number[] =>
  [...single].filter(([name]) => name !== "batch").map(([, column]) => column).concat(
    [...lists.values()].flat(),
  );

/**
 * A row of the log.
 *
 * @param value the number in a column
 * @param batch the batch's name, where the log has batches
 * @param pixels n, for a mean over pixels; null where it is not known
 * @throws RangeError if a mean over pixels needs their number
 */
export function rowOf(
  { single, lists }: Fields,
  value: (column: number) => number,
  batch: string | undefined,
  pixels: number | null,
): LogRow {
  const one = (name: Single): number | undefined => single.has(name) ? value(single.get(name)!) : undefined;
  const list = (name: List): number[] | undefined => lists.get(name)?.map(value);
  const [mse, bce, kl] = [one("mse"), one("bce"), one("kl")],
    [step, examples] = [one("step"), one("examples")];
  const [x, decoded, logits, mean] = [list("x"), list("decoded"), list("logits"), list("mean")];
  if (mse !== undefined && pixels === null) {
    throw new RangeError("mse is a mean over pixels, whose number must be given as --n");
  }
  const sse = one("sse") ?? (mse === undefined ? undefined : mse * pixels!);
  const is = SPREADS.find((name) => lists.has(name));
  return {
    loss: one("loss")!,
    ...(sse !== undefined && { sse }),
    ...(bce !== undefined && { bce }),
    ...(x !== undefined && { x }),
    ...(decoded !== undefined && { decoded }),
    ...(logits !== undefined && { logits }),
    ...(mean !== undefined && { mean }),
    ...(is !== undefined && { spread: { is, values: list(is)! } }),
    ...(kl !== undefined && mean === undefined && { kl }),
    ...(batch !== undefined && { batch }),
    ...(step !== undefined && { step }),
    ...(examples !== undefined && { examples }),
  };
}
