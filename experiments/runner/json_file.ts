/**
 * An option whose value is a file of JSON.
 *
 * @module
 */

import type * as v from "valibot";
import { schemaProblem } from "../../properties/contract/run.ts";
import { UsageError } from "./options.ts";

/** The most bytes of such a file. */
const MOST = 2 ** 20;

/**
 * What is in a file of JSON, as it stands there.
 *
 * @param option `--grid`, for messages
 * @param form what such a file looks like: `{"name": "…"}`
 * @throws UsageError that names the file, and the place in it that is wrong
 */
export function readJsonFile(
  option: string,
  file: string,
  schema: v.GenericSchema<unknown, unknown>,
  form: string,
): unknown {
  const fail = (why: string): never => {
    throw new UsageError(`${option} ${file}: ${why}`);
  };
  let text: string;
  try {
    const { size } = Deno.statSync(file);
    if (size > MOST) fail(`it must have at most ${MOST} bytes, but it has ${size}`);
    text = Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof Deno.errors.NotFound) return fail("there is no such file");
    return error instanceof Deno.errors.NotCapable
      ? fail("it is outside of what the task may read: put it into the repository")
      : fail(`it cannot be read: ${(error as Error).message}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail(`it must be JSON, as ${form}, but it is not`);
  }
  const problem = schemaProblem(schema, json);
  return problem === null ? json : fail(problem);
}
