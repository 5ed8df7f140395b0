/**
 * The engines of which a test file says something, as far as they start on this machine and with these permissions.
 *
 * @module
 */

import { blasCandidates } from "./blas/blas.ts";
import { EngineError, type EngineName, type EngineOptions, startEngine } from "./mod.ts";

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
 * Whether an engine that did not start may be left out: its error is one of this machine. A shader that Deno cannot parse is a
 * fault of ours on every machine.
 */
export const mayBeLeftOut = (error: unknown): error is EngineError =>
  error instanceof EngineError && !/ it reported "Shader .* parsing error/.test(error.message);

/**
 * Why tests without a permission leave webgpu out: of 31 processes in which 26 files of tests asked for an adapter, where Mesa's
 * OpenGL was the only one, one was aborted by its driver after all tests had passed ("corrupted size vs. prev_size").
 */
const UNASKED = "it is asked for where tests may read the repository";
const mayRead =
  Deno.permissions.querySync({ name: "read", path: new URL("../..", import.meta.url) }).state === "granted";

/**
 * Whether an engine starts here; if not, the file gets a test that is ignored, whose name says why.
 *
 * @throws (rejects) what starting it throws, unless {@link mayBeLeftOut}
 */
export async function startsHere(name: EngineName, options: EngineOptions = {}): Promise<boolean> {
  try {
    if (name === "webgpu" && !mayRead) throw new EngineError(UNASKED);
    await startEngine(name, options);
    return true;
  } catch (error) {
    if (!mayBeLeftOut(error)) throw error;
    Deno.test({ name: `on ${name} (ignored: ${whyLeftOut(name, error)})`, ignore: true, fn: () => {} });
    return false;
  }
}

/**
 * Those of the named engines that start here, in this order, by {@link startsHere}. A file calls it where it is loaded, since no
 * test can be added later:
 *
 * ```ts ignore
 * const ENGINES = await promisedEngines("wasm", "cpu", "native");
 * ```
 */
export async function promisedEngines<Name extends EngineName>(...names: readonly Name[]): Promise<Name[]> {
  const present: Name[] = [];
  for (const name of names) if (await startsHere(name)) present.push(name);
  return present;
}
