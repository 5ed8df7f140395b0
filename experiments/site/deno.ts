import { DataError } from "../../lib/data/error.ts";
import { childCommand, whyNotStarted } from "../../tools/process.ts";

/** How deno is started. */
export interface DenoOptions {
  /** The command that starts deno; it must be permitted. */
  readonly deno?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

// What deno says when it fails is told within a line: deno would write colours into a pipe, and a trace of its own code.
const TOLD_IN_A_LINE = { NO_COLOR: "1", RUST_BACKTRACE: "0" };

/**
 * What a subcommand of deno prints.
 *
 * @param cwd where it runs
 * @throws (rejects) DataError with what it wrote, if it fails or cannot be started; the signal's reason
 */
export async function denoOutput(
  cwd: URL,
  args: readonly [string, ...string[]],
  { deno = "deno", signal }: DenoOptions,
): Promise<string> {
  const name = `deno ${args[0]}`;
  const made = await started().catch((error) => {
    throw new DataError(name, `cannot be started: ${whyNotStarted(deno, error)}`, { cause: error });
  });
  signal?.throwIfAborted();
  if (!made.success) throw new DataError(name, `fails: ${new TextDecoder().decode(made.stderr)}`);
  return new TextDecoder().decode(made.stdout);

  // What cannot be started throws at once; as a rejection it is caught like all else.
  async function started(): Promise<Deno.CommandOutput> {
    const options = { args: [...args], cwd, env: TOLD_IN_A_LINE, ...(signal ? { signal } : {}) };
    return await childCommand(deno, options).output();
  }
}
