/**
 * The report itself, with the permissions that it is given: names the site's files on stdout, what is not in it on
 * stderr.
 *
 * @module
 */

import { runJob } from "../command/job.ts";
import { writeErr } from "../command/output.ts";
import { UsageError } from "../command/usage_error.ts";
import { buildLive } from "./live.ts";
import { report } from "./make_report.ts";
import { parseReport } from "./options.ts";

if (import.meta.main) {
  const status = await runJob("report", async () => {
    const parsed = parseReport(Deno.args);
    if (parsed.kind === "help") throw new UsageError("the job itself has no help: use report.ts --help");
    const { files, notes } = await report(parsed.options, buildLive);
    for (const note of notes) writeErr(`report: ${note}\n`);
    return { files };
  });
  Deno.exit(status);
}
