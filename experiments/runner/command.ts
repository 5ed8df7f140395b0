/**
 * The task of a study.
 *
 * @module
 */

import type { OptionTable } from "./options.ts";
import type { Study } from "./study.ts";

/** Runs a study as the arguments of this process ask, and ends the process. */
export function runStudy<T extends OptionTable, Options extends object, Result, Results>(
  study: Study<T, Options, Result, Results>,
): Promise<never> {
  throw new Error(`${study.name}: the runner is being written`);
}
