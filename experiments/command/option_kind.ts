/**
 * The kinds of values that options take: what each must be, for the help and for errors, and how it is read.
 *
 * @module
 */

import { grantedPath } from "./process.ts";
import { nearest, UsageError } from "./usage_error.ts";

/** A kind of value. */
export interface Kind<T> {
  /** What stands for a value in the help. */
  readonly placeholder: string;
  /** What a value must be, as in "must be a number above 0". */
  readonly what: string;
  /** The values, where there are only so many. */
  readonly names?: readonly string[];
  /**
   * The value that a text stands for.
   *
   * @param flag the option, for the message
   * @throws UsageError if it stands for none
   */
  parse(flag: string, text: string): T;
}

function refuse(flag: string, what: string, text: string, more = ""): never {
  throw new UsageError(`--${flag} must be ${what}, but it is ${JSON.stringify(text)}${more}`);
}

/** One of these names. */
export function nameOf<Name extends string>(names: readonly Name[]): Kind<Name> {
  const what = `one of ${names.join(", ")}`;
  return {
    placeholder: "NAME",
    what,
    names,
    parse(flag, text) {
      const name = names.find((name) => name === text);
      if (name !== undefined) return name;
      const meant = nearest(text, names);
      return refuse(flag, what, text, meant === null ? "" : `; did you mean ${meant}?`);
    },
  };
}

/** Some of these names, with commas between them. */
export function namesOf<Name extends string>(names: readonly Name[]): Kind<readonly Name[]> {
  const what = `different names among ${names.join(", ")}, with commas between them`;
  return {
    placeholder: "NAME,NAME,…",
    what,
    names,
    parse(flag, text) {
      const found = text.split(",").flatMap((part) => names.find((name) => name === part) ?? []);
      if (found.length < text.split(",").length || new Set(found).size < found.length) {
        refuse(flag, what, text);
      }
      return found;
    },
  };
}

/** A number from 0 to below 1. */
export const shareBelowOne: Kind<number> = {
  placeholder: "NUMBER",
  what: "a number from 0 to below 1",
  parse(flag, text) {
    const value = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
    if (!(value >= 0 && value < 1)) refuse(flag, this.what, text);
    return value;
  },
};

/** A decimal number from 0, plain or scientific, that is finite in float32. */
export const fromZero: Kind<number> = {
  placeholder: "NUMBER",
  what: "a number from 0",
  parse(flag, text) {
    const value = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
    if (!(value < Infinity)) refuse(flag, this.what, text);
    if (Math.fround(value) === Infinity) refuse(flag, this.what, text, ", which is infinite in float32");
    return value;
  },
};

/** A decimal number above 0, plain or scientific, that is still above 0 and finite in float32. */
export const positive: Kind<number> = {
  placeholder: "NUMBER",
  what: "a number above 0",
  parse(flag, text) {
    const value = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
    if (!(value > 0 && value < Infinity)) refuse(flag, this.what, text);
    const single = Math.fround(value);
    if (single === 0) refuse(flag, this.what, text, ", which is 0 in float32");
    if (single === Infinity) refuse(flag, this.what, text, ", which is infinite in float32");
    return value;
  },
};

/** β: a {@link positive} number of which losses also take the inverse. */
export const beta: Kind<number> = {
  ...positive,
  parse(flag, text) {
    const value = positive.parse(flag, text);
    if (Math.fround(1 / Math.fround(value)) === Infinity) {
      refuse(flag, this.what, text, ", whose inverse is infinite in float32");
    }
    return value;
  },
};

/** A whole number from `least`, in digits. */
export function wholeFrom(least: number): Kind<number> {
  return {
    placeholder: "N",
    what: `a whole number from ${least}`,
    parse(flag, text) {
      if (!/^\d+$/.test(text) || Number(text) < least) refuse(flag, this.what, text);
      const most = Number.MAX_SAFE_INTEGER;
      if (Number(text) > most) refuse(flag, `${this.what} to ${most}`, text);
      return Number(text);
    },
  };
}

/** A number of threads. */
export const threadCount: Kind<number> = {
  placeholder: "N",
  what: "a whole number from 1 to the number of cores",
  parse(flag, text) {
    const cores = navigator.hardwareConcurrency;
    if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > cores) {
      refuse(flag, this.what, text, `; there are ${cores} here`);
    }
    return Number(text);
  },
};

/** Whole numbers from 1, with commas between them. */
export const wholes: Kind<readonly number[]> = {
  placeholder: "N,N,…",
  what: "whole numbers from 1, with commas between them",
  parse(flag, text) {
    const values = text.split(",").map((part) => /^\d+$/.test(part) ? Number(part) : NaN);
    if (!values.every((value) => Number.isSafeInteger(value) && value > 0)) refuse(flag, this.what, text);
    return values;
  },
};

/** Whole numbers from 1, all different, with commas between them. */
export const differentWholes: Kind<readonly number[]> = {
  placeholder: "N,N,…",
  what: "different whole numbers from 1, with commas between them",
  parse(flag, text) {
    const values = text.split(",").map((part) => /^\d+$/.test(part) ? Number(part) : NaN);
    const isWhole = values.every((value) => Number.isSafeInteger(value) && value > 0);
    if (!isWhole || new Set(values).size < values.length) refuse(flag, this.what, text);
    return values;
  },
};

/** Numbers above 0, as β is one, all different, with commas between them. */
export const betas: Kind<readonly number[]> = {
  placeholder: "N,N,…",
  what: "different numbers above 0, with commas between them",
  parse(flag, text) {
    const values = text.split(",").map((part) => beta.parse(flag, part));
    if (new Set(values).size < values.length) refuse(flag, this.what, text);
    return values;
  },
};

/** A folder, by any path that a permission flag can name. */
export function folder(what: string): Kind<string> {
  return {
    placeholder: "DIR",
    what,
    parse(flag, text) {
      if (grantedPath(text) === undefined) {
        refuse(
          flag,
          `${what} without a comma in its path from here, which no permission can be given for`,
          text,
        );
      }
      // deno-lint-ignore no-control-regex
      if (/[\x00-\x1f\x7f]/.test(text)) refuse(flag, `${what} without control characters in its name`, text);
      return text;
    },
  };
}
