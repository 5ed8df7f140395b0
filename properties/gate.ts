/**
 * The gate: every law on the oracle, on the library with every engine, on trained models, and on the faults that it must reject.
 *
 * @module
 */

import { LOCK, lock } from "../lib/data/lock.ts";
import { DataError } from "../lib/data/error.ts";
import { removeUnfinished, writeAtomically } from "../lib/training/atomic_write.ts";
import { catalogue } from "./gate/catalogue.ts";
import { gateCommandLine } from "./gate/command.ts";
import { here } from "./gate/contestant.ts";
import { entries } from "./gate/entries.ts";
import { faultsInWorker, inWorker } from "./gate/in_worker.ts";
import { findRuns } from "./gate/runs_folder.ts";
import { laws } from "./laws/mod.ts";
import { UsageError } from "./gate/usage.ts";
import { mutants } from "./mutants/mod.ts";

/* The words of a command are its output. */
const print = console.log, remark = console.error;

/** Does what writes to a folder. @throws (rejects) UsageError if that is not permitted, or another gate writes there */
async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataError) throw new UsageError(error.message, { cause: error });
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new UsageError(
      `${folder} may not be written: the task is granted evidence/ alone; grant another folder by running ` +
        `properties/gate.ts with --allow-read=${folder} --allow-write=${folder}`,
    );
  }
}

const lockFolder = (folder: string): Promise<AsyncDisposable> =>
  writing(folder, async () => {
    await Deno.mkdir(folder, { recursive: true });
    const held = await lock(`${folder}/${LOCK}`, folder);
    await removeUnfinished(folder);
    return held;
  });

const write = (folder: string, files: ReadonlyMap<string, string>): Promise<void> =>
  writing(folder, async () => {
    for (const [name, text] of files) {
      await writeAtomically(`${folder}/${name}`, new TextEncoder().encode(text));
    }
  });

if (import.meta.main) {
  const code = await gateCommandLine(Deno.args, {
    laws,
    catalogue,
    // Deno 2.9.6 panics when a worker that used WebGPU ends (wgpu-hal, gles/egl.rs), so that engine runs here.
    contestants: entries.map((entry) => entry.name === "webgpu" ? here(entry, laws) : inWorker(entry)),
    mutants,
    faults: faultsInWorker,
    atOnce: navigator.hardwareConcurrency,
    print,
    remark,
    findRuns,
    lock: lockFolder,
    write,
  });
  Deno.exit(code);
}
