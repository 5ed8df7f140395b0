/**
 * The cases that failed, in a file, so that they are tried first next time; and the list of failures that are known.
 *
 * @module
 */

import { dirname } from "@std/path";
import * as v from "valibot";
import { DataError } from "../../lib/data/error.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { writeAtomically } from "../../lib/training/atomic_write.ts";
import { parseReplay, type Report } from "../../laws.ts";
import { schemaProblem } from "../../properties/contract/run.ts";

const token = v.pipe(
  v.string(),
  v.check((text) => {
    try {
      return parseReplay(text) !== undefined;
    } catch {
      return false;
    }
  }, "must be a token that a failure printed"),
);
const schema = v.strictObject({
  format: v.literal("grae failures 1"),
  failures: v.array(v.strictObject({ subject: v.string(), law: v.string(), token })),
});
/** A case that failed. */
export type KeptFailure = Readonly<v.InferOutput<typeof schema>["failures"][number]>;

/** The cases in a file; none where there is no file. @throws (rejects) DataError if it cannot be read */
export async function readFailures(path: string): Promise<readonly KeptFailure[]> {
  const json = await readJson(path);
  if (json === undefined) return [];
  const problem = schemaProblem(schema, json);
  if (problem !== null) throw new DataError(path, `${problem}: remove it, or name another file`);
  return (json as v.InferOutput<typeof schema>).failures;
}

/**
 * Writes the cases that failed now, and those of subjects and laws that were not examined.
 *
 * @throws (rejects) DataError if they cannot be written
 */
export async function writeFailures(
  path: string,
  before: readonly KeptFailure[],
  reports: readonly Report[],
): Promise<void> {
  const failed = reports.flatMap(({ subject, evidence }) =>
    evidence.flatMap(({ law, failure }) =>
      failure && failure.token !== "" ? [{ subject, law, token: failure.token }] : []
    )
  );
  const asked = (one: KeptFailure): boolean =>
    reports.some(({ subject, evidence }) =>
      subject === one.subject && evidence.some(({ law }) => law === one.law)
    );
  const failures = [...before.filter((one) => !asked(one)), ...failed];
  if (failures.length === 0 && before.length === 0) return;
  try {
    await Deno.mkdir((dirname as (path: string) => string)(path), { recursive: true });
    const text = JSON.stringify({ format: "grae failures 1", failures }, undefined, 1);
    await writeAtomically(path, new TextEncoder().encode(`${text}\n`));
  } catch (error) {
    if (!isOsError(error)) throw error;
    throw new DataError(path, `cannot be written: ${osReason(error)}`, { cause: error });
  }
}

/** A list in JSON; `verify` says what is wrong with its entries. @throws (rejects) DataError if it is no list */
export async function readKnown(path: string): Promise<readonly unknown[]> {
  const json = await readJson(path);
  if (json === undefined) throw new DataError(path, "is not there");
  if (!Array.isArray(json)) {
    throw new DataError(path, "must be a list of known failures, as docs/verify.md has it");
  }
  return json;
}

/** The value in a file; undefined where there is no file. @throws (rejects) DataError if it cannot be read, or is no JSON */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof SyntaxError) {
      throw new DataError(path, `is no JSON: ${error.message}`, { cause: error });
    }
    if (isOsError(error)) throw new DataError(path, `cannot be read: ${osReason(error)}`, { cause: error });
    throw error;
  }
}
