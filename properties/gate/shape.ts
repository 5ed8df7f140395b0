/**
 * Shapes of JSON values: what is wrong with a value, in words, or nothing.
 *
 * @module
 */

/** What is wrong with a value at a path; undefined where nothing is. */
export type Shape = (value: unknown, path: string) => string | undefined;

function leaf(must: string, is: (value: unknown) => boolean): Shape {
  return (value, path) =>
    is(value)
      ? undefined
      : `its ${path} must be ${must}, but it ${
        value === undefined ? "is missing" : `is ${JSON.stringify(value)}`
      }`;
}

/** A finite number. */
export const number: Shape = leaf("a finite number", (value) => Number.isFinite(value));
/** A whole number from 0. */
export const count: Shape = leaf(
  "a whole number from 0",
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);

/** One of some texts. */
export function oneOf(...texts: readonly string[]): Shape {
  return leaf(`one of ${texts.join(", ")}`, (value) => texts.some((text) => text === value));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object with these fields, and any others. */
export function object(fields: Readonly<Record<string, Shape>>): Shape {
  return (value, path) =>
    isObject(value)
      ? first(Object.entries(fields), ([name, shape]) => shape(value[name], `${path}.${name}`))
      : kind("an object", value, path);
}

/** An object with any names and values of a shape. */
export function byName(shape: Shape): Shape {
  return (value, path) =>
    isObject(value)
      ? first(Object.entries(value), ([name, of]) => shape(of, `${path}.${name}`))
      : kind("an object", value, path);
}

/** A list of values of a shape. */
export function listOf(shape: Shape): Shape {
  return (value, path) =>
    Array.isArray(value)
      ? first([...value.entries()], ([i, of]) => shape(of, `${path}[${i}]`))
      : kind("a list", value, path);
}

function kind(must: string, value: unknown, path: string): string {
  const found = value === undefined
    ? "is missing"
    : `is ${Array.isArray(value) ? "a list" : `a ${typeof value}`}`;
  return `its ${path} must be ${must}, but it ${found}`;
}

function first<T>(values: readonly T[], problem: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = problem(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
