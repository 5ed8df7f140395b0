/**
 * `deno task mnist`: reads the command line, and starts the job with the permissions that these options need and no
 * others, path by path. Run the job itself to grant them by hand.
 *
 * @module
 */

import { blasCandidates } from "../../lib/engine/blas.ts";
import { helpText, parseOptions, UsageError } from "./options.ts";

/** The permission flags for a run: its folder, its data, and the BLAS libraries that there may be. */
export function grants(folder: string, data: string | null, blas: readonly string[]): string[] {
  return [
    `--allow-read=${[folder, ...(data === null ? [] : [data])].join(",")}`,
    `--allow-write=${folder}`,
    ...(blas.length > 0 ? [`--allow-ffi=${blas.join(",")}`] : []),
    "--allow-env=GRAE_BLAS",
  ];
}

/** Starts the job and gives its exit status. */
async function start(flags: readonly string[], args: readonly string[]): Promise<number> {
  const job = new URL("./job.ts", import.meta.url).href;
  const command = new Deno.Command("deno", { args: ["run", "--no-prompt", ...flags, job, ...args] });
  let child: Deno.ChildProcess;
  try {
    child = command.spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable)) throw error;
    console.error("mnist: deno must be on PATH, and granted with --allow-run=deno, to start the job");
    return 1;
  }
  // Ctrl-C reaches the job by itself, which saves its state and ends; waiting for that is all there is to do here.
  Deno.addSignalListener("SIGINT", () => {});
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  return (await child.status).code;
}

/** Runs the command line and gives its exit status: 0, 1 for data, 2 for usage, 130 when interrupted. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const parsed = parseOptions([...args]);
    if (parsed.kind === "help") {
      console.log(helpText());
      return 0;
    }
    const [folder, data] = parsed.kind === "train"
      ? [parsed.options.out, parsed.options.data]
      : [parsed.dir, parsed.data];
    return await start(grants(folder, data, blasCandidates()), args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`mnist: ${error.message}`);
    return 2;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
