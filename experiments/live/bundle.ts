/**
 * The live page's script: `browser.ts` and the library, as one file for a browser.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";
import { childCommand } from "../command/process.ts";
import { livePage } from "./page.ts";

/** What engines need that the page never starts: imports that nothing reaches. Inlined, they are two thirds of the file. */
const LEFT_OUT = ["@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-backend-webgpu", "*/kernels.wasm"];

/**
 * A module and all that it imports, as one file for a browser.
 *
 * @param module its path in the repository
 * @param leftOut what is imported at run time instead
 * @param deno the command that starts deno; it must be permitted
 * @returns minified JavaScript, a module
 * @throws (rejects) Error with what the bundler wrote, if it fails
 */
export async function bundled(module: string, leftOut: readonly string[], deno: string): Promise<string> {
  const { success, stdout, stderr } = await childCommand(deno, {
    args: [
      "bundle",
      "--quiet",
      "--platform=browser",
      "--minify",
      ...leftOut.map((name) => `--external=${name}`),
      module,
    ],
    cwd: new URL("../..", import.meta.url),
  }).output();
  if (!success) throw new Error(`bundled: deno bundle failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

/**
 * The script of the live page.
 *
 * @param deno the command that starts deno; it must be permitted
 * @throws (rejects) Error with what the bundler wrote, if it fails
 */
export async function liveScript(deno = "deno"): Promise<string> {
  return await bundled("experiments/live/browser.ts", LEFT_OUT, deno);
}

/**
 * The live page with its script.
 *
 * @param navigation links to the other pages of a site, from `navigation` of lib/figure; none if left out
 * @param deno the command that starts deno; it must be permitted
 * @returns the HTML document
 * @throws (rejects) Error with what the bundler wrote, if it fails
 */
export async function buildLivePage(navigation?: Html, deno = "deno"): Promise<Html> {
  return await livePage(await liveScript(deno), navigation);
}
