/**
 * `deno task mnist`: reads the command line, and starts the job with the permissions that these options need and no
 * others, path by path. Run the job itself to grant them by hand.
 *
 * @module
 */

import { launch } from "../command/launch.ts";
import { helpText, parseOptions } from "./options.ts";

if (import.meta.main) {
  const status = await launch("mnist", new URL("./job.ts", import.meta.url), Deno.args, (args) => {
    const parsed = parseOptions(args);
    if (parsed.kind === "help") return { help: helpText() };
    return parsed.kind === "train"
      ? { folder: parsed.options.out, data: parsed.options.data }
      : { folder: parsed.dir, data: parsed.data };
  });
  Deno.exit(status);
}
