/**
 * `deno task docs`: the reference of the package's names as a site of pages that open from disk.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { INTERRUPTED, interruption } from "../experiments/runner/interruption.ts";
import { type Command, option, type OptionTable, parseCommand, path } from "../experiments/runner/options.ts";
import { ask } from "../experiments/runner/permissions.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import { writeApi } from "../experiments/site/api.ts";
import { API, siteFiles } from "../experiments/site/site.tsx";
import { pagesIn, writeSite } from "../experiments/site/write_site.ts";

const COMMAND = {
  task: "docs",
  about:
    "Makes the reference of all names of the package in the folder api/ of the site, with formulas typeset and a search.",
  options: {
    out: option(
      "Folders",
      path("a folder"),
      "site",
      "the site's folder; a reference that is there is replaced",
    ),
  },
  examples: [["", "site/api/index.html"]],
  notes: [[
    "The other pages",
    "Links lead to the pages that the task report makes; where there are none, to an index that says how runs are made.",
  ]],
} satisfies Command<OptionTable>;

if (import.meta.main) {
  const status = await exitStatus("docs", async () => {
    const parsed = parseCommand(COMMAND, Deno.args);
    if (parsed.help !== null) return writeOut(parsed.help), 0;
    const { out } = parsed.values;
    await ask("docs", ["read", "write"], out, "--out");
    const { signal, listen } = interruption();
    listen();
    try {
      const count = await writeApi(out, { signal });
      if (await pagesIn(out) === null) {
        await writeSite(out, siteFiles({ runs: [], leftOut: [], evidence: null, live: null, api: true }));
      }
      writeOut(`${out}/${API}/index.html: ${count} pages\n`);
      return 0;
    } catch (error) {
      if (error !== signal.reason) throw error;
      return writeErr("Interrupted; the reference is as it was.\n"), INTERRUPTED;
    }
  });
  Deno.exit(status);
}
