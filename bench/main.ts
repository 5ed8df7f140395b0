/**
 * `deno task bench`: reads the command line, and starts the job with the permissions that these options need.
 *
 * @module
 */

import { launch } from "../experiments/command/launch.ts";
import { jobFlags } from "./job_flags.ts";
import { helpText, parseOptions } from "./options.ts";

if (import.meta.main) {
  const status = await launch("bench", new URL("./job.ts", import.meta.url), Deno.args, (args) => {
    const options = parseOptions(args, navigator.hardwareConcurrency);
    return options ? { flags: jobFlags(options) } : { help: helpText() };
  });
  Deno.exit(status);
}
