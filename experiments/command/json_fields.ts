/**
 * JSON that is held to what it must be, field by field.
 *
 * @module
 */

import { DataError } from "../../lib/data/error.ts";

/** A field by its dotted path, what it must be in words, and whether a value is that. */
export type Field = readonly [path: string, what: string, is: (value: unknown) => boolean];

/** Whether a value is a text. */
export const isText = (value: unknown): value is string => typeof value === "string";
/** Whether a value is a finite number. */
export const isNumber = (value: unknown): value is number => Number.isFinite(value);
/** Whether a value is a whole number from 0. */
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && value as number >= 0;
/** Whether a value is an object with names, not a list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A field that is one of some texts. */
export const oneOf = (path: string, texts: readonly string[]): Field => [
  path,
  `one of ${texts.join(", ")}`,
  (value) => texts.some((text) => text === value),
];

/**
 * A JSON object of a format, its fields checked.
 *
 * @param text the JSON
 * @param file its name, for messages
 * @param what what it is, as in "the manifest of a run"
 * @param format what its field "format" must say
 * @returns its other fields
 * @throws DataError if it is no JSON, of another format, or a field is missing or of no use
 */
export function fieldsOf(
  text: string,
  file: string,
  what: string,
  format: string,
  fields: readonly Field[],
): Readonly<Record<string, unknown>> {
  const json = jsonOf(text, file);
  if (!isObject(json) || json["format"] !== format) {
    throw new DataError(file, `must be ${what} ("format": "${format}"), but is not`);
  }
  requireFields(json, file, fields);
  const { format: _, ...others } = json;
  return others;
}

/**
 * Requires that fields are what they must be; a path may lead through lists: `figures.0.title`.
 *
 * @param file the JSON's name, for messages
 * @throws DataError that names the first field that is missing or of no use
 */
export function requireFields(json: unknown, file: string, fields: readonly Field[]): void {
  for (const [path, must, is] of fields) {
    const value = path.split(".").reduce<unknown>(
      (at, name) =>
        isObject(at) || Array.isArray(at) ? (at as Readonly<Record<string, unknown>>)[name] : undefined,
      json,
    );
    if (!is(value)) {
      const found = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
      throw new DataError(file, `its ${path} must be ${must}, but it ${found}`);
    }
  }
}

/** The value of a JSON text. @throws DataError if it is none */
export function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(file, `must be JSON, but is not: ${(error as Error).message}`, { cause: error });
  }
}
