/**
 * Real processes of jobs, for tests.
 *
 * @module
 */

import { grants } from "./launch.ts";
import { childCommand } from "./process.ts";

/** A job that runs. */
export interface Running {
  readonly child: Deno.ChildProcess;
  /** Settles when stderr has shown this text so many times. */
  seen(text: string, times?: number): Promise<void>;
  /** The exit status and all that was shown. */
  readonly ended: Promise<{ code: number; stdout: string; stderr: string }>;
}

/** Starts the job in a module by this deno, with the grants that its task gives it. */
function startBy(
  deno: string,
  module: URL,
  folder: string,
  args: readonly string[],
  data: string | null = null,
): Running {
  const child = childCommand(deno, {
    args: ["run", "--no-prompt", ...grants(folder, data, []), module.href, ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let stderr = "";
  const waiting: [string, number, () => void][] = [];
  const look = (): void => {
    for (const [text, times, go] of waiting) if (stderr.split(text).length > times) go();
  };
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      stderr += text;
      look();
    }
  })();
  const stdout = new Response(child.stdout).text();
  return {
    child,
    seen: (text, times = 1) =>
      new Promise((go) => {
        waiting.push([text, times, go]);
        look();
      }),
    ended: (async () => {
      await reading;
      return { code: (await child.status).code, stdout: await stdout, stderr };
    })(),
  };
}

/** How the job in a module is started, and run to its end, by a deno of this name. */
export function jobsBy(deno: string, module: URL): {
  start(folder: string, args: readonly string[], data?: string | null): Running;
  run(folder: string, args: readonly string[], data?: string | null): Running["ended"];
} {
  return {
    start: (...given) => startBy(deno, module, ...given),
    run: (...given) => startBy(deno, module, ...given).ended,
  };
}

/** The names of the files in a folder. */
export const names = (folder: string): string[] =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
