/**
 * The server itself, with the permissions that it is given: names its address on stdout, and ends when it is told to.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { runJob } from "../command/job.ts";
import { writeOut } from "../command/output.ts";
import { UsageError } from "../command/usage_error.ts";
import { pagesIn } from "../report/write_site.ts";
import { siteHandler } from "./handler.ts";
import { HOST, parseServe, type ServeOptions } from "./options.ts";

/** Serves a site until the signal is aborted. @throws (rejects) DataError if there is no site, or the port is in use */
async function serve({ site, port }: ServeOptions, signal: AbortSignal): Promise<void> {
  if (await pagesIn(site) === null) {
    throw new DataError(site, "must hold a site, but does not; deno task report makes one");
  }
  const onListen = (address: { port: number }): void => writeOut(`http://${HOST}:${address.port}/\n`);
  try {
    const handler = siteHandler(site, () => server.addr.port);
    const server = Deno.serve({ hostname: HOST, port, signal, onListen }, handler);
    await server.finished;
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new DataError(`port ${port} of ${HOST}`, "is in use; choose another with --port", { cause: error });
  }
}

if (import.meta.main) {
  const status = await runJob("serve", async (stop) => {
    stop.listen();
    const parsed = parseServe(Deno.args);
    if (parsed.kind === "help") throw new UsageError("the job itself has no help: use serve.ts --help");
    await serve(parsed.options, stop.signal);
    return { files: [] };
  });
  Deno.exit(status);
}
