/**
 * `deno task report`: reads the command line, and starts the job with the permissions that these folders need and no
 * others. Run the job itself to grant them by hand.
 *
 * @module
 */

import { launch } from "../command/launch.ts";
import { permission } from "../command/process.ts";
import { helpText, parseReport } from "./options.ts";
import { foldersOf } from "./write_site.ts";

if (import.meta.main) {
  const status = await launch("report", new URL("./job.ts", import.meta.url), Deno.args, (args) => {
    const parsed = parseReport(args);
    if (parsed.kind === "help") return { help: helpText() };
    const { runs, evidence, out } = parsed.options;
    const written = foldersOf(out);
    return {
      flags: [
        permission("read", [runs, evidence, ...written]),
        permission("write", written),
        // Bundles the live page's script.
        permission("run", ["deno"]),
      ],
    };
  });
  Deno.exit(status);
}
