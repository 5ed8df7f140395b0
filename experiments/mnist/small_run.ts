/**
 * Small runs in processes of their own, and what they leave, for tests.
 *
 * @module
 */

import { decodeSafetensors } from "../../lib/training/safetensors.ts";
import { FILES } from "./folder.ts";

/** Options of a job that takes about a second, with enough epochs to be stopped in between. */
export const SMALL: readonly string[] =
  "--hidden 12 --latent 2 --limit 300 --batch 30 --epochs 4 --engine wasm".split(" ");
/** The job's module. */
export const JOB = new URL("./job.ts", import.meta.url);

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
