/**
 * `deno task audit-run DIR`: whether what a run of a study reports is what its options, its images and the parameters that it kept give in
 * float64, by code that shares nothing with what trained it.
 *
 * @module
 */

import { exitStatus } from "../experiments/runner/command.ts";
import { oneOf, option, optional, parseCommand, path, UsageError } from "../experiments/runner/options.ts";
import { ask, askForData } from "../experiments/runner/permissions.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { isOsError, osReason } from "../lib/data/os_error.ts";
import type { DigitsRun } from "../properties/contract/digits_run.ts";
import { manifestSchema } from "../properties/contract/run.ts";
import { auditRun, auditStudy, type Finding, findingText } from "../properties/runs/audit.ts";
import { checked, json, type ReadFile, requireSealed, UnreadableRun } from "../properties/runs/file.ts";
import { readRun } from "../properties/runs/read_run.ts";
import { isStudy, readStudy } from "../properties/runs/read_study.ts";

/** Its command line. */
export const COMMAND = {
  task: "audit-run",
  about: "Computes again what a run of any study reports, in float64 and by other code.",
  operand: { name: "DIR", about: "the folder of a complete run" },
  options: {
    data: optional(
      "Data",
      path("a folder or a file"),
      "where the run's images are by now (default: where they were)",
    ),
    steps: option(
      "Work",
      oneOf(["first", "all"]),
      "first",
      "of which trainings of a study the first step is taken again: one of each kind, or all, which takes minutes each",
    ),
    epochs: option(
      "Work",
      oneOf(["last", "all"]),
      "all",
      "of which epochs of mnist the scores are computed again: all, or the last alone",
    ),
  },
  examples: [
    ["runs/mnist-seed0", "the default run of mnist: minutes"],
    ["runs/metric-quick-seed0", "a quick run of metric"],
  ],
  notes: [
    [
      "What is computed",
      "Of mnist the gradients of its first step and its last, and the steps; the scores of every epoch, of which a run keeps the parameters; " +
      "the metric of its decoder; its pictures. Of other studies the gradient of each training's first step in all " +
      "biases; what each part reports of the parameters that it kept; results and key numbers from the parts.",
    ],
    ["Status", "0 if everything is within what rounding allows; 1 if not; 2 if the run cannot be read."],
  ],
} as const;

/** The files of a folder; with no folder, by their paths. */
const filesOf = (folder: string): ReadFile => async (name) => {
  try {
    return await Deno.readFile(folder === "" ? name : `${folder}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw isOsError(error) ? new UnreadableRun(name, `cannot be read: ${osReason(error)}`) : error;
  }
};

/** A line on the epochs whose scores are not computed again, and why; null if all are. */
function leftOut({ epochs, earlier }: DigitsRun, asked: "last" | "all"): string | null {
  const scored = new Set(earlier.map(({ step }) => step));
  const left = epochs.slice(0, -1).filter(({ step }) => !scored.has(step)).map(({ epoch }) => epoch);
  if (left.length === 0) return null;
  const which = left.length === 1
    ? `epoch ${left[0]} are`
    : `${left.length} epochs, ${left[0]} to ${left.at(-1)}, are`;
  return asked === "last"
    ? `Scores of ${which} not computed again, as --epochs last asks; their terms must add up.\n`
    : `Scores of ${which} not computed again: their parameters were not kept, as by an older version; their terms must add up.\n`;
}

/**
 * Audits the run in a folder, and prints what it finds.
 *
 * @param data where the images of the run are by now; null if they are where they were, or come with the task
 * @param work of which trainings of a study the first step is taken again, and of which epochs of `mnist` the scores are
 * @returns whether everything holds
 * @throws (rejects) UnreadableRun if it is no complete run, or is damaged
 */
export async function auditFolder(
  folder: string,
  data: string | null,
  print: (text: string) => void,
  work: { readonly steps?: "first" | "all"; readonly epochs?: "last" | "all" } = {},
): Promise<boolean> {
  const { steps = "first", epochs = "all" } = work;
  const read = filesOf(folder), bytes = await read("manifest.json");
  if (bytes === null) {
    throw new UnreadableRun("manifest.json", "DIR must be the folder of a run, but there is none in it");
  }
  const manifest = checked(manifestSchema, json("manifest.json", bytes), "manifest.json");
  await requireSealed("manifest.json", bytes);
  const { study, status, options } = manifest;
  if (status !== "complete" || !(study === "mnist" || isStudy(study))) {
    throw new UnreadableRun(
      "manifest.json",
      `must be of a complete run of mnist or of another study that can be audited, but is of ${study}, ${status}`,
    );
  }
  const saved = (options["data"] ?? null) === null ? null : data ?? String(options["data"]);
  const given = { manifest, data: saved, readAny: filesOf("") };
  let findings: Iterable<Finding>;
  if (study === "mnist") {
    const run = await readRun(read, { ...given, epochs });
    findings = auditRun(folder, run);
    const left = leftOut(run, epochs);
    if (left !== null) print(`${left}\n`);
  } else findings = auditStudy(folder, await readStudy(read, given), steps);
  let holds = true;
  for (const finding of findings) {
    holds &&= finding.failed === 0;
    print(`${findingText(finding)}\n`);
  }
  return holds;
}

async function work(args: readonly string[]): Promise<number> {
  const asked = parseCommand(COMMAND, args);
  if (asked.help !== null) return writeOut(asked.help), 0;
  const folder = asked.operand.replace(/\/+$/, "");
  await ask("audit-run", ["read"], folder, "DIR", args);
  const { data, ...work } = asked.values;
  if (data !== null) await askForData("audit-run", data, args);
  const holds = await auditFolder(folder, data, writeOut, work).catch((error: unknown) => {
    if (!(error instanceof UnreadableRun)) throw error;
    throw new UsageError(`${folder}: ${error.message}`, { cause: error });
  });
  writeOut(
    holds
      ? "What the run reports is what was computed.\n"
      : "The run does not report what was computed: see FAILS.\n",
  );
  return holds ? 0 : 1;
}

if (import.meta.main) Deno.exit(await exitStatus("audit-run", () => work(Deno.args)));
