/**
 * Runs of `mnist` on 300 digits, short enough for every run of the gate: every objective, family and likelihood, and every option that
 * changes a step.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import {
  LIKELIHOOD_NAMES,
  OBJECTIVE_NAMES,
  OPTIMISED_OUT,
  POSTERIOR_NAMES,
} from "../experiments/digits/names.ts";
import { mnistStudy } from "../experiments/mnist/study.ts";
import { csvOf } from "../experiments/runner/folder.ts";
import { standardOf } from "../experiments/runner/options.ts";
import { conduct, resolved, tablesOf } from "../experiments/runner/study.ts";
import type { DigitsRun } from "../properties/contract/digits_run.ts";
import type { Measured } from "../properties/contract/trained.ts";
import { type ReadFile, readRun } from "../properties/runs/read_run.ts";

/** Two epochs of two steps, the second of 3 digits. */
const SHORT = { latent: 4, hidden: [6], activation: "tanh", epochs: 2, batch: 5, limit: 8 } as const;
const DATA = fromFileUrl(import.meta.resolve("../fixtures/digits"));

type Given = Readonly<Record<string, unknown>>;

/** Every objective with every family that it may have, by both likelihoods. */
const OBJECTIVES: readonly Given[] = LIKELIHOOD_NAMES.flatMap((likelihood) =>
  OBJECTIVE_NAMES.flatMap((objective): Given[] =>
    objective in OPTIMISED_OUT
      ? [{ likelihood, objective }]
      : POSTERIOR_NAMES.map((posterior) => ({ likelihood, objective, posterior }))
  )
);
/** Options that change the steps. */
const STEPS: readonly Given[] = [
  { activation: "relu", betaWarmup: 1.5 },
  { activation: "gelu", learningRateSchedule: "cosine", weightDecay: 0.1 },
  { activation: "softplus", learningRateSchedule: "step", clipGradient: 1 },
  { binarise: "fixed", likelihood: "bernoulli", hidden: [5, 4] },
  // So many held out that they are scored in two batches.
  { data: null, hidden: [3] },
  { binarise: "sampled", likelihood: "bernoulli", beta: 2 },
];

/** Runs one with these options, and reads it as an audit does. */
async function shortRun(given: Given, seed: number, readAny: ReadFile): Promise<Measured<DigitsRun>> {
  const values = { ...standardOf(mnistStudy.options), ...SHORT, data: DATA, ...given, quick: false, seed };
  const options = resolved(mnistStudy, values as never, new Set(Object.keys(given)));
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const conclusion = await conduct(mnistStudy, options as never, undefined, undefined, files);
  const text = new TextEncoder();
  for (const { file, content } of conclusion.figures) {
    files.set(file, typeof content === "string" ? text.encode(content) : content.slice());
  }
  for (const { file, ...cells } of tablesOf(conclusion)) files.set(file, text.encode(csvOf(cells)));
  files.set("results.json", text.encode(JSON.stringify({ numbers: conclusion.numbers })));
  const run = await readRun((name) => Promise.resolve(files.get(name) ?? null), {
    ...{ options, data: values.data, readAny },
  });
  const source = Object.entries(given).map(([name, value]) => `${name} ${value}`).join(", ");
  return { source, short: true, results: run };
}

/** All of them, on the engine that is current. */
export function shortRuns(seed: number): Promise<Measured<DigitsRun>[]> {
  const readAny: ReadFile = (name) =>
    Deno.readFile(name).catch((error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
  return Array.fromAsync([...OBJECTIVES, ...STEPS], (given) => shortRun(given, seed, readAny));
}
