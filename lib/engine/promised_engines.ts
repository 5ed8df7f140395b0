/**
 * The engines of which a test file says something, as far as they start on this machine and with these permissions.
 *
 * @module
 */

import { blasCandidates } from "./blas/blas.ts";
import { EngineError, type EngineName, startEngine } from "./mod.ts";

/** Why an engine is left out, in one line: the missing permission, or its own reason without the paths that were tried. */
export function whyLeftOut(name: EngineName, { message }: EngineError): string {
  const libraries = name === "native" ? blasCandidates() : [];
  const refused = (path: string): boolean =>
    Deno.permissions.querySync({ name: "ffi", path }).state !== "granted";
  return libraries.length > 0 && libraries.every(refused)
    ? "needs --allow-ffi for a BLAS"
    : message.replace(/ Tried: .*$/s, "");
}

/**
 * Those of the named engines that start here, in this order. For each other one the file gets a test that is ignored,
 * whose name says why. A file calls it where it is loaded, since no test can be added later:
 *
 * ```ts ignore
 * const ENGINES = await promisedEngines("wasm", "cpu", "native");
 * ```
 *
 * @throws (rejects) whatever else than an EngineError starting one throws
 */
export async function promisedEngines<Name extends EngineName>(...names: readonly Name[]): Promise<Name[]> {
  const present: Name[] = [];
  for (const name of names) {
    try {
      await startEngine(name);
      present.push(name);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      Deno.test({ name: `on ${name} (ignored: ${whyLeftOut(name, error)})`, ignore: true, fn: () => {} });
    }
  }
  return present;
}
