/**
 * The mnist job itself, with the permissions that it is given: shows progress on stderr, names the files on stdout.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { EngineError } from "../../lib/engine/mod.ts";
import { NotPositiveDefiniteError } from "../../lib/linalg/mod.ts";
import { CheckpointError, NonFiniteLossError } from "../../lib/training/mod.ts";
import { type Progress, progress, stderrDisplay } from "../progress.ts";
import type { EpochMetrics } from "./metrics.ts";
import { resumeMnist, trainMnist } from "./mnist.ts";
import { isOsError, osReason } from "./os_error.ts";
import { Pace } from "./pace.ts";
import { resumeCommand } from "./shell.ts";
import type { RunResult, Watch } from "./run.ts";
import { parseOptions, UsageError } from "./options.ts";

/** The exit status of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Errors whose message is one line that says what to do. */
const FORESEEN = [
  DataError,
  CheckpointError,
  EngineError,
  NonFiniteLossError,
  NotPositiveDefiniteError,
  UsageError,
];

/** One line about an epoch's scores. */
function epochLine({ epoch, seconds, heldOut }: EpochMetrics): string {
  const { "beta-vae": betaVae, grae, "grae-star": graeStar } = heldOut.yardsticks;
  const marks = `β-VAE ${betaVae.value.toFixed(2)} ± ${betaVae.standardError!.toFixed(2)}, ` +
    `GRAE ${grae.value.toFixed(2)}, GRAE* ${graeStar.value.toFixed(2)}`;
  return `epoch ${epoch} (${seconds} s): held-out loss ${heldOut.loss.value.toFixed(2)} nats; ${marks}`;
}

/** Shows a run on stderr. */
function watching(quiet: boolean, signal: AbortSignal): { watch: Watch; done: () => void } {
  const display = stderrDisplay(quiet);
  let bar: Progress | undefined;
  let pace: Pace | undefined;
  const watch: Watch = {
    signal,
    onStart({ manifest, firstStep, steps }) {
      const { options, engine, data } = manifest;
      const lines = [
        `${options.objective}, β = ${options.beta}, ${options.latent} latents, on ${data.train} digits: ${data.source}`,
        `engine ${engine.name}: ${engine.description}`,
        ...(firstStep > 0 ? [`continuing after step ${firstStep} of ${steps}`] : []),
      ];
      if (!quiet) display.write(lines.map((line) => line + "\n").join(""));
      bar = progress({ total: steps, epochs: options.epochs, start: firstStep }, display);
      pace = new Pace(data.train, options.batch, firstStep);
    },
    onStep({ step, loss, terms }) {
      bar?.update({ step, loss, terms, imagesPerSecond: pace?.after(step) ?? 0 });
    },
    onEpoch(metrics) {
      bar?.note(epochLine(metrics));
      pace?.goOn();
    },
    onPictures: () => bar?.note("drawing pictures"),
  };
  return { watch, done: () => bar?.done() };
}

/** Runs the job and gives the exit status. */
async function job(args: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
  let done = (): void => {};
  try {
    const parsed = parseOptions(args);
    if (parsed.kind === "help") throw new UsageError("the job itself has no help: use main.ts --help");
    const shown = watching(parsed.quiet, abort.signal);
    done = shown.done;
    const result: RunResult = parsed.kind === "train"
      ? await trainMnist(parsed.options, shown.watch)
      : await resumeMnist(parsed.dir, parsed.data, parsed.epochs, shown.watch);
    done();
    if (result.interrupted) {
      console.error(`Interrupted after step ${result.state.step}; the state is saved. To go on:`);
      const data = parsed.kind === "train" ? parsed.options.data : parsed.data;
      console.error(`  ${resumeCommand(result.folder, data)}`);
      return INTERRUPTED;
    }
    for (const file of result.files) console.log(file);
    return 0;
  } catch (error) {
    done();
    console.error(`mnist: ${messageOf(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** One line about an error; of one that nobody foresaw, the stack. */
function messageOf(error: unknown): string {
  if (isOsError(error)) return osReason(error);
  if (FORESEEN.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

if (import.meta.main) Deno.exit(await job(Deno.args));
