/**
 * `deno task serve`: reads the command line, and starts the server with the permissions that it needs and no others. Run
 * the job itself to grant them by hand.
 *
 * @module
 */

import { launch } from "../command/launch.ts";
import { permission } from "../command/process.ts";
import { helpText, HOST, parseServe } from "./options.ts";

if (import.meta.main) {
  const status = await launch("serve", new URL("./job.ts", import.meta.url), Deno.args, (args) => {
    const parsed = parseServe(args);
    if (parsed.kind === "help") return { help: helpText() };
    const { site, port } = parsed.options;
    return { flags: [permission("read", [site]), `--allow-net=${HOST}:${port}`] };
  });
  Deno.exit(status);
}
