/**
 * The process that runs a study: shows progress on stderr, names the files on stdout.
 *
 * @module
 */

import { format as formatDuration } from "@std/fmt/duration";
import type { Interruption } from "../command/interruption.ts";
import { type JobEnd, runJob } from "../command/job.ts";
import { type Meter, meter, stderrDisplay, timeLeft } from "../command/meter.ts";
import { writeErr } from "../command/output.ts";
import type { Table } from "../command/option.ts";
import { resumeCommand } from "../command/shell.ts";
import { UsageError } from "../command/usage_error.ts";
import { type OptionsOf, parseStudy, type StudyCommand } from "./options.ts";
import { type Failure, resumeStudy, startStudy, type StudyWatch } from "./run_study.ts";
import type { Study } from "./study.ts";

const duration: (ms: number, options: { ignoreZero: boolean }) => string = formatDuration;

/** How far a run is: weights of parts, and what it is at. */
interface State {
  readonly step: number;
  readonly now: string;
}

/** Shows a run on stderr. */
function watching(
  task: string,
  { quiet, threads }: { readonly quiet: boolean; readonly threads?: number },
  stop: Interruption,
): { watch: StudyWatch; done: () => void } {
  const display = stderrDisplay(quiet);
  const began = display.now();
  let bar: Meter<State> | undefined;
  const advice: string[] = [];
  const watch: StudyWatch = {
    signal: stop.signal,
    ...(threads === undefined ? {} : { threads }),
    onAdvice: (line) => advice.push(line),
    onStart({ manifest: { engine, data }, done, parts, weight }) {
      stop.listen();
      const lines = [
        `${task}: ${parts} parts${data === null ? "" : `, from ${data.source}`}`,
        `engine ${engine.name}: ${engine.description}`,
        ...advice,
      ];
      if (!quiet) display.write(lines.map((line) => line + "\n").join(""));
      bar = meter(
        { total: weight, start: done },
        display,
        ({ step, now }, elapsed) =>
          [`${Math.floor(100 * step / weight)}%`, now, ...timeLeft(done, step, weight, elapsed)].join(" │ "),
      );
      if (done > 0) bar.note(`${Math.floor(100 * done / weight)}% had been done and is kept`);
    },
    onWarning: (line) => display.write(`${task}: ${line}\n`),
    onProgress: (weight, now) => bar?.update({ step: weight, now }),
    onConclude() {
      const spent = duration(1000 * Math.round((display.now() - began) / 1000), { ignoreZero: true }) || "0s";
      bar?.note(`all parts are done after ${spent}; drawing pictures`);
    },
  };
  return { watch, done: () => bar?.done() };
}

async function job<T extends Table, Result, Results>(
  command: StudyCommand<T>,
  study: Study<OptionsOf<T>, Result, Results>,
  args: readonly string[],
  stop: Interruption,
): Promise<JobEnd> {
  const parsed = parseStudy(command, args);
  if (parsed.kind === "help") throw new UsageError("the job itself has no help: use main.ts --help");
  const { watch, done } = watching(command.task, parsed, stop);
  try {
    const result = parsed.kind === "start"
      ? await startStudy(study, parsed.options, watch)
      : await resumeStudy(study, command, parsed.dir, parsed.data, watch, parsed);
    if (!result.interrupted) {
      done();
      for (const sentence of result.findings?.words ?? []) if (!parsed.quiet) writeErr(`${sentence}\n`);
      const { files, failed, folder } = result;
      if (failed.length === 0) return { files };
      const again = `${resumeCommand(command.task, folder, dataOf(parsed))} --retry-failed`;
      return { files, failed: failureLines(failed, result.done, again) };
    }
    return { interrupted: `after ${result.done} parts`, folder: result.folder, data: dataOf(parsed) };
  } finally {
    done();
  }
}

/** What failed, a line each, and how to try it again. */
function failureLines(failed: readonly Failure[], done: number, again: string): string[] {
  const parts = failed.filter(({ name }) => name !== "conclusion");
  return [
    ...parts.map(({ name, reason }) => `part ${name} failed: ${reason}`),
    ...failed.filter(({ name }) => name === "conclusion").map(({ reason }) =>
      `what is left is not concluded: ${reason}`
    ),
    `${parts.length} of ${parts.length + done} parts failed; to try them again: ${again}`,
  ];
}

/** The folder of a run's data, for the command that goes on. */
function dataOf(parsed: { readonly data: string | null } | { readonly options: object }): string | null {
  if ("data" in parsed) return parsed.data;
  return "data" in parsed.options && typeof parsed.options.data === "string" ? parsed.options.data : null;
}

/** Runs a study as the arguments of this process ask, and ends the process. */
export async function runStudyJob<T extends Table, Result, Results>(
  command: StudyCommand<T>,
  study: Study<OptionsOf<T>, Result, Results>,
): Promise<never> {
  Deno.exit(await runJob(command.task, (stop) => job(command, study, Deno.args, stop)));
}
