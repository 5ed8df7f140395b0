/**
 * Real processes of the job, for tests.
 *
 * @module
 */

import { decodeSafetensors } from "../../lib/training/safetensors.ts";
import { FILES } from "./folder.ts";
import { grants } from "../command/launch.ts";

/** Options of a job that takes about a second, with enough epochs to be stopped in between. */
export const SMALL: readonly string[] =
  "--hidden 12 --latent 2 --limit 300 --batch 30 --epochs 4 --engine wasm".split(" ");
const JOB = new URL("./job.ts", import.meta.url).href;

/** A job that runs. */
export interface Running {
  readonly child: Deno.ChildProcess;
  /** Settles when stderr has shown this text so many times. */
  seen(text: string, times?: number): Promise<void>;
  /** The exit status and all that was shown. */
  readonly ended: Promise<{ code: number; stdout: string; stderr: string }>;
}

/** Starts a job by this deno, with the grants that its task gives it. */
function startBy(deno: string, folder: string, args: readonly string[], data: string | null = null): Running {
  const child = new Deno.Command(deno, {
    args: ["run", "--no-prompt", ...grants(folder, data, []), JOB, ...args],
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

/** How jobs are started, and run to their end, by a deno of this name. */
export function jobsBy(deno: string): {
  start(folder: string, args: readonly string[], data?: string | null): Running;
  run(folder: string, args: readonly string[], data?: string | null): Running["ended"];
} {
  return {
    start: (...given) => startBy(deno, ...given),
    run: (...given) => startBy(deno, ...given).ended,
  };
}

/** The names of the files in a folder. */
export const names = (folder: string): string[] =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** The step of a run's checkpoint, and a digest of the bits of every tensor in it. */
export async function checkpoint(folder: string): Promise<{ step: string; digest: string }> {
  const { tensors, metadata } = decodeSafetensors(
    await Deno.readFile(`${folder}/${FILES.checkpoint}`),
    folder,
  );
  const names = new TextEncoder().encode([...tensors.keys()].join());
  const parts = [names, ...[...tensors.values()].map(({ values }) => new Uint8Array(values.slice().buffer))];
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
  return { step: metadata["step"]!, digest: [...digest].map((byte) => byte.toString(16)).join() };
}
