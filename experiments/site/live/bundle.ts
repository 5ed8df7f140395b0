/**
 * Scripts for browsers, and the live page with its own.
 *
 * @module
 */

import { DataError } from "../../../lib/data/error.ts";
import { childCommand } from "../../../tools/process.ts";
import type { Navigation } from "../page.tsx";
import { livePage } from "./page.tsx";

/** What engines need that the page never starts: imports that nothing reaches. Inlined, they are two thirds of the file. */
const LEFT_OUT = ["@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-backend-webgpu", "*/kernels.wasm"];

/**
 * A module and all that it imports, as one minified module for a browser.
 *
 * @param module its name in this folder
 * @param leftOut what is imported at run time instead
 * @param deno the command that starts deno; it must be permitted
 * @throws (rejects) DataError with what the bundler wrote, if it fails or cannot be started
 */
export async function bundled(module: string, leftOut = LEFT_OUT, deno = "deno"): Promise<string> {
  const external = leftOut.map((name) => `--external=${name}`);
  const made = await childCommand(deno, {
    args: ["bundle", "--quiet", "--platform=browser", "--minify", ...external, module],
    cwd: new URL(".", import.meta.url),
  }).output().catch((cause: Error) => {
    throw new DataError("deno bundle", `cannot be started: ${cause.message}`, { cause });
  });
  if (!made.success) throw new DataError("deno bundle", `fails: ${new TextDecoder().decode(made.stderr)}`);
  return new TextDecoder().decode(made.stdout).trim();
}

/** The live page with its script. @param navigation null for a page by itself @throws (rejects) as {@link bundled} */
export const buildLive = async (navigation: Navigation | null, deno = "deno"): Promise<string> =>
  livePage(await bundled("browser.ts", LEFT_OUT, deno), navigation);
