/**
 * `deno task audit FILE`: what a loss minimises, from a log of it.
 *
 * @module
 */

import type { AuditOptions, AuditVerdict } from "../audit.ts";
import { auditor } from "../audit.ts";
import { shownInterval } from "../audit/words.ts";
import { exitStatus } from "../experiments/runner/command.ts";
import {
  oneOf,
  option,
  optional,
  parseCommand,
  path,
  positive,
  toggle,
  UsageError,
  whole,
} from "../experiments/runner/options.ts";
import { ask } from "../experiments/runner/permissions.ts";
import { writeOut } from "../experiments/runner/progress.ts";
import { defaultLimits } from "../properties/contract/limits.ts";
import { isOsError, osReason } from "../lib/data/os_error.ts";
import { writeAtomically } from "../lib/training/mod.ts";
import { COLUMNS } from "./audit/columns.ts";
import { auditPage } from "./audit/page.tsx";
import { auditSubject, isAccepted } from "./audit/program.ts";
import { openLog, within } from "./audit/read.ts";
import { subjectOfCommand } from "./verify/command.ts";

const LOG = "The log", CODE = "The code", MEANT = "What was meant", OUT = "Results";
const PROGRAM = { ...path("a program and its arguments"), placeholder: "COMMAND" };
/** `deno task audit`. */
export const COMMAND = {
  task: "audit",
  about: "Says what a loss minimises, and with which β, from a log of it or from its code.",
  operand: { name: "FILE", about: "a log: .csv, .jsonl, .npz or .safetensors", isOptional: true },
  options: {
    n: optional(LOG, whole(1), "pixels of an example, where the log has no x, and of a program's examples"),
    d: optional(LOG, whole(1), "latents of an example, where the log has no μ, and of a program's examples"),
    command: optional(
      CODE,
      PROGRAM,
      'a program with the loss, or a penalty, in place of a log: "python3 losses.py"; see docs/other-languages.md',
    ),
    logits: toggle(CODE, "its decoder gives logits"),
    callSeconds: option(CODE, positive, defaultLimits.callSeconds, "the longest that a call may take"),
    expectBeta: optional(MEANT, positive, "β as it was meant"),
    tolerance: optional(MEANT, positive, "how far β may be from it, as a part of it (default 0.02)"),
    expectLikelihood: optional(MEANT, oneOf(["gaussian", "bernoulli"]), "the likelihood as it was meant"),
    out: optional(OUT, path("a folder"), "writes audit.html, with the picture, and audit.json there"),
    json: toggle(OUT, "prints the verdict as JSON instead"),
  },
  examples: [
    ["log.csv --expect-beta 4", "a log with sse, mu_… and logvar_… beside loss"],
    ['--command "python3 losses.py" --n 784 --d 20 --expect-beta 4', "the code of a loss"],
    ["log.npz --n 784 --expect-beta 1 --expect-likelihood bernoulli --out audits/mine", "with a page"],
  ],
  notes: [
    ["Columns", `${COLUMNS}. Others are left out.`],
    [
      "Status",
      "0 if it is a β-VAE's loss, of the β and the likelihood that were meant; 1 if not, or if the rows do not tell; 2 if the log or the program cannot be read.",
    ],
  ],
} as const;

/** The verdict on a log, and columns of it that were not read. */
export async function auditFile(
  file: string,
  options: AuditOptions,
): Promise<{ verdict: AuditVerdict; unused: readonly string[] }> {
  const audit = auditor(options);
  const { rows, unused } = await openLog(file, options.pixels ?? null);
  for await (const [row, where] of rows) within(file, where, () => audit.add(row));
  return { verdict: audit.verdict(), unused };
}

/** A number and what it counts. */
const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

/** The verdict as a terminal shows it. */
export function auditText(file: string, verdict: AuditVerdict, unused: readonly string[]): string {
  const {
    rows,
    pixels,
    latents,
    coefficients,
    unexplained,
    formula,
    meant,
    worst,
    kind,
    words,
    notAsExpected,
  } = verdict;
  const facts = [
    counted(rows, "row", "rows"),
    ...(pixels === null ? [] : [counted(pixels, "pixel", "pixels")]),
    ...(latents === null ? [] : [counted(latents, "latent", "latents")]),
    ...(unused.length === 0
      ? []
      : [`not read: ${unused.slice(0, 8).join(", ")}${unused.length > 8 ? ", …" : ""}`]),
  ];
  const width = Math.max(...coefficients.map(({ piece }) => piece.length), 0);
  const table = coefficients.map((one) =>
    `  ${(one.piece === "1" ? "constant" : one.piece).padEnd(Math.max(width, 8))}  ${shownInterval(one)}`
  );
  const isOff = kind !== "unidentified" && notAsExpected !== null;
  return [
    `${file}: ${facts.join(", ")}`,
    "",
    words,
    ...(table.length > 0 ? ["", "Coefficients, each by itself:", ...table] : []),
    ...(formula === null && !isOff ? [] : [""]),
    ...(formula === null ? [] : [`loss  = ${formula}`]),
    ...(isOff ? [`meant = ${meant}`] : []),
    ...(unexplained > 1e-4 && worst.length > 0
      ? [
        "",
        "Explained least:",
        ...worst.slice(0, 3).map(({ at, loss, explained }) =>
          `  row ${at}: ${loss.toPrecision(6)}, explained ${explained.toPrecision(6)}`
        ),
      ]
      : []),
    ...(kind === "beta-vae" && notAsExpected !== null ? ["", `Not as meant: ${notAsExpected}.`] : []),
    "",
  ].join("\n");
}

/** Writes the page and the verdict into a folder. */
async function writeResults(folder: string, file: string, verdict: AuditVerdict): Promise<string[]> {
  const files = [
    [`${folder}/audit.html`, await auditPage(file, verdict)],
    [`${folder}/audit.json`, json(verdict)],
  ] as const;
  await Deno.mkdir(folder, { recursive: true });
  for (const [path, text] of files) await writeAtomically(path, new TextEncoder().encode(text));
  return files.map(([path]) => path);
}

const json = (verdict: AuditVerdict): string => `${JSON.stringify(verdict, null, 2)}\n`;

/** Audits the code of a program, and prints what was found. */
async function auditOfProgram(
  command: string,
  seconds: number,
  options: Parameters<typeof auditSubject>[1],
  asJson: boolean,
  args: readonly string[],
): Promise<number> {
  const { subject, stop } = await subjectOfCommand("audit", command, seconds, args);
  try {
    const found = await auditSubject(subject, options), { loss, penalty } = found;
    if (asJson) writeOut(`${JSON.stringify(found, null, 2)}\n`);
    else {
      if (loss !== null) writeOut(auditText(command, loss, []));
      if (penalty !== null) writeOut(`${penalty.words}\n`);
    }
    return isAccepted(found) ? 0 : 1;
  } finally {
    await stop();
  }
}

async function work(args: readonly string[]): Promise<number> {
  const asked = parseCommand(COMMAND, args);
  if (asked.help !== null) return writeOut(asked.help), 0;
  const {
    values: {
      n,
      d,
      expectBeta,
      tolerance,
      expectLikelihood,
      out,
      json: asJson,
      command,
      logits,
      callSeconds,
    },
    operand: file,
  } = asked;
  if ((file === "") === (command === null)) {
    throw new UsageError("a log, FILE, or a program, --command, must be given, and not both");
  }
  if (tolerance !== null && expectBeta === null) throw new UsageError("--tolerance goes with --expect-beta");
  const options: AuditOptions = {
    ...(n !== null && { pixels: n }),
    ...(d !== null && { latents: d }),
    ...(expectBeta !== null && { expectedBeta: expectBeta }),
    ...(tolerance !== null && { tolerance }),
    ...(expectLikelihood !== null && { expectedLikelihood: expectLikelihood }),
  };
  if (command !== null) {
    if (out !== null) throw new UsageError("--out goes with a log, FILE: a program's audit has no rows");
    return await auditOfProgram(
      command,
      callSeconds,
      { ...options, n, d, ...(logits && { logits }) },
      asJson,
      args,
    );
  }
  await ask("audit", ["read"], file, "FILE", args);
  if (out !== null) await ask("audit", ["read", "write"], out, "--out", args);
  const { verdict, unused } = await auditFile(file, options).catch((error: unknown) => {
    const foreseen = error instanceof Error && ["DataError", "CheckpointError"].includes(error.name);
    if (foreseen) throw new UsageError(error.message, { cause: error });
    throw isOsError(error) ? new UsageError(`${file}: ${osReason(error)}`, { cause: error }) : error;
  });
  writeOut(asJson ? json(verdict) : auditText(file, verdict, unused));
  if (out !== null) {
    for (const path of await writeResults(out, file, verdict)) if (!asJson) writeOut(`${path}\n`);
  }
  return verdict.asExpected ? 0 : 1;
}

if (import.meta.main) Deno.exit(await exitStatus("audit", () => work(Deno.args)));
