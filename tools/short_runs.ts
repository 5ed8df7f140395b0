/**
 * Runs of `mnist` on 300 digits or 40 ramps, short enough for every run of the gate: every objective, family and likelihood that is
 * audited, in all pairs, and every option that changes a step.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { OBJECTIVE_NAMES, OPTIMISED_OUT, POSTERIOR_NAMES } from "../experiments/digits/names.ts";
import { compareStudy } from "../experiments/compare/study.ts";
import { metricStudy } from "../experiments/metric/study.ts";
import { mnistStudy } from "../experiments/mnist/study.ts";
import { loadImages } from "../experiments/digits/options.ts";
import { HOLE, sealed } from "../lib/training/checksum.ts";
import { csvOf } from "../experiments/runner/folder.ts";
import { standardOf } from "../experiments/runner/options.ts";
import { type AnyStudy, conduct, resolved, tablesOf } from "../experiments/runner/study.ts";
import { samplesStudy } from "../experiments/samples/study.ts";
import { uniquenessStudy } from "../experiments/uniqueness/study.ts";
import { digitsLikelihoods, type DigitsRun } from "../properties/contract/digits_run.ts";
import type { StudyPart, StudyRun } from "../properties/contract/study_run.ts";
import type { Measured } from "../properties/contract/trained.ts";
import { idxImages } from "../properties/runs/idx.ts";
import type { ReadFile } from "../properties/runs/file.ts";
import { readRun } from "../properties/runs/read_run.ts";
import { cellsOf } from "../properties/runs/read_study.ts";

/** Two epochs of two steps, the second of 3 digits. */
const SHORT = { latent: 4, hidden: [6], activation: "tanh", epochs: 2, batch: 5, limit: 8 } as const;
const DATA = fromFileUrl(import.meta.resolve("../fixtures/digits"));
/** Images without a pixel that is the same in all of them. */
const VARYING = fromFileUrl(import.meta.resolve("../fixtures/ramps"));

type Given = Readonly<Record<string, unknown>>;

/** Every objective with every likelihood, and with families by turns: with each likelihood all of them, and each objective has all. */
const OBJECTIVES: readonly Given[] = digitsLikelihoods.flatMap((likelihood, turn) =>
  OBJECTIVE_NAMES.map((objective, place): Given => ({
    ...{ likelihood, objective },
    ...(likelihood === "gaussian-per-pixel" ? { data: VARYING } : {}),
    ...(objective in OPTIMISED_OUT
      ? {}
      : { posterior: POSTERIOR_NAMES[(turn + place) % POSTERIOR_NAMES.length]! }),
  }))
);
/** Options that change the steps. */
const STEPS: readonly Given[] = [
  { activation: "relu", betaWarmup: 1.5, likelihood: "gaussian-learned" },
  {
    ...{ activation: "gelu", learningRateSchedule: "cosine", weightDecay: 0.1 },
    ...{ likelihood: "gaussian-per-pixel", data: VARYING },
  },
  { activation: "softplus", learningRateSchedule: "step", clipGradient: 1, likelihood: "gaussian-learned" },
  { binarise: "fixed", likelihood: "bernoulli", hidden: [5, 4] },
  // So many held out that they are scored in two batches; once, since each epoch's scores take seconds.
  { data: null, hidden: [3], epochs: 1 },
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
  const digest = async (file: string) => ({
    ...{ file, title: file, caption: file },
    sha256: new Uint8Array(await crypto.subtle.digest("SHA-256", files.get(file)!)).toHex(),
  });
  const page = {
    ...{ title: "", question: "", answer: "", caveat: "", failed: [] },
    figures: await Promise.all(conclusion.figures.map(({ file }) => digest(file))),
    tables: await Promise.all(tablesOf(conclusion).map(({ file }) => digest(file))),
  };
  const { results, numbers } = conclusion;
  const whole = { format: "grae results 3", sha256: HOLE, study: "mnist", results, numbers, page };
  const bytes = (await sealed(text.encode(JSON.stringify(whole)))).slice();
  files.set("results.json", bytes);
  const { sha256 } = await loadImages(
    { ...options, data: values.data, limit: null } as Parameters<typeof loadImages>[0],
  );
  const data = { source: "digits", sha256 };
  const manifest = {
    study: "mnist",
    options,
    data,
    results: JSON.parse(new TextDecoder().decode(bytes)).sha256,
  };
  const run = await readRun((name) => Promise.resolve(files.get(name) ?? null), {
    ...{ manifest, data: values.data, readAny },
  });
  const source = Object.entries(given).map(([name, value]) =>
    `${name} ${value === VARYING ? "ramps" : value}`
  )
    .join(", ");
  return { source, short: true, results: run };
}

const readAny: ReadFile = (name) =>
  Deno.readFile(name).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });

/** All of them, on the engine that is current. */
export function shortRuns(seed: number): Promise<Measured<DigitsRun>[]> {
  return Array.fromAsync([...OBJECTIVES, ...STEPS], (given) => shortRun(given, seed + 1, readAny));
}

/** What trainings of the studies have in common: one seed, a small network, two steps of each of two epochs. */
const FIT = { seeds: 1, hidden: [5], epochs: 2, batch: 5, limit: 8, learningRate: 0.01, data: DATA };
/** Each study once, as small as may be. */
const STUDIES: readonly (readonly [AnyStudy, Given])[] = [
  [metricStudy, { ...FIT, activation: "elu" }],
  [compareStudy, {
    ...FIT,
    ...{ betas: [0.2, 1], latent: 3, judged: 7, tracked: 5, pairs: 3, columns: 2 },
    ...{ contracted: 5, contractedPairs: 3, halvings: 3 },
  }],
  [samplesStudy, { ...FIT, latent: 3, classifierHidden: [6, 4], classifierEpochs: 2 }],
  [uniquenessStudy, {
    ...{ latents: [2, 4], activations: ["identity", "tanh"], seeds: 2, seedsBeyondPlane: 2, orientations: 3 },
    ...{ examples: 24, batch: 8, stepsPerLatent: 4, turned: 2, angles: 3, turnedSteps: 3 },
  }],
];

/** Conducts each study, on the engine that is current. No seed is 0, at which one that is ignored would not show. */
export function shortStudies(seed: number): Promise<Measured<StudyRun>[]> {
  return Array.fromAsync(STUDIES, async ([study, given]) => {
    const options = { ...standardOf(study.options), ...given, quick: false, seed: seed + 1 };
    const parts: StudyPart[] = [];
    const conclusion = await conduct(
      study,
      options,
      undefined,
      undefined,
      undefined,
      (name, result, kept) => {
        const tensors = Object.fromEntries(kept.map(({ name, values }) => [name, Array.from(values)]));
        parts.push({ name, result: JSON.parse(JSON.stringify(result)), tensors });
      },
    );
    const images = "data" in study.options ? await idxImages(readAny, DATA) : null;
    const { results, numbers } = conclusion;
    const tables = Object.fromEntries(
      tablesOf(conclusion).map(({ file, ...cells }) => [file, cellsOf(csvOf(cells))]),
    );
    const run = { study: study.name, options, epsilon: 2 ** -24, images, parts, results, numbers, tables };
    return { source: study.name, short: true, results: run as unknown as StudyRun };
  });
}
