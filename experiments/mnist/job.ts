/**
 * The mnist job itself, with the permissions that it is given: shows progress on stderr, names the files on stdout.
 *
 * @module
 */

import type { Interruption } from "../command/interruption.ts";
import { type JobEnd, runJob } from "../command/job.ts";
import { type Progress, progress, stderrDisplay } from "../command/progress.ts";
import type { EpochMetrics } from "./metrics.ts";
import { resumeMnist, trainMnist } from "./mnist.ts";
import { Pace } from "./pace.ts";
import type { RunResult, Watch } from "./run.ts";
import { type Parsed, parseOptions, UsageError } from "./options.ts";

/** One line about an epoch's scores. */
function epochLine({ epoch, seconds, heldOut }: EpochMetrics): string {
  const { "beta-vae": betaVae, grae, "grae-star": graeStar } = heldOut.yardsticks;
  const marks = `β-VAE ${betaVae.value.toFixed(2)} ± ${betaVae.standardError!.toFixed(2)}, ` +
    `GRAE ${grae.value.toFixed(2)}, GRAE* ${graeStar.value.toFixed(2)}`;
  return `epoch ${epoch} (${seconds} s): held-out loss ${heldOut.loss.value.toFixed(2)} nats; ${marks}`;
}

/** How a run is shown, and by how many threads it computes. */
type Shown = Pick<Extract<Parsed, { readonly kind: "train" }>, "quiet" | "threads">;

/** Shows a run on stderr. */
function watching({ quiet, threads }: Shown, stop: Interruption): { watch: Watch; done: () => void } {
  const display = stderrDisplay(quiet);
  let bar: Progress | undefined;
  const advice: string[] = [];
  let pace: Pace | undefined;
  const watch: Watch = {
    signal: stop.signal,
    ...(threads === undefined ? {} : { threads }),
    onAdvice: (line) => advice.push(line),
    onStart({ manifest, firstStep, steps }) {
      stop.listen();
      const { options, engine, data } = manifest;
      const lines = [
        `${options.objective}, β = ${options.beta}, ${options.latent} latents, on ${data.train} digits: ${data.source}`,
        `engine ${engine.name}: ${engine.description}`,
        ...advice,
        ...(firstStep > 0 ? [`continuing after step ${firstStep} of ${steps}`] : []),
      ];
      if (!quiet) display.write(lines.map((line) => line + "\n").join(""));
      bar = progress({ total: steps, epochs: options.epochs, start: firstStep }, display);
      pace = new Pace(data.train, options.batch, firstStep);
    },
    onWarning: (line) => display.write(`mnist: ${line}\n`),
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

/** Runs the job and says how it ended. */
async function job(args: readonly string[], stop: Interruption): Promise<JobEnd> {
  const parsed = parseOptions(args);
  if (parsed.kind === "help") throw new UsageError("the job itself has no help: use main.ts --help");
  const { watch, done } = watching(parsed, stop);
  let result: RunResult;
  try {
    result = parsed.kind === "train"
      ? await trainMnist(parsed.options, watch)
      : await resumeMnist(parsed.dir, parsed.data, parsed.epochs, watch);
  } finally {
    done();
  }
  if (!result.interrupted) return { files: result.files };
  const data = parsed.kind === "train" ? parsed.options.data : parsed.data;
  return { interrupted: `after step ${result.state.step}`, folder: result.folder, data };
}

if (import.meta.main) Deno.exit(await runJob("mnist", (stop) => job(Deno.args, stop)));
