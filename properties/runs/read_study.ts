/**
 * A run of a study from the files that it left, read without the library.
 *
 * @module
 */

import { parse } from "@std/csv";
import * as v from "valibot";
import { activationNames } from "../contract/specs.ts";
import { fit } from "../contract/results.ts";
import { count, finite, resultsSchema, type RunManifest, sha256 } from "../contract/run.ts";
import type { Cells, LabelledImages, StudyOptions, StudyPart, StudyRun } from "../contract/study_run.ts";
import { studyMust } from "../laws/runs/mod.ts";
import {
  checked,
  json,
  type ReadFile,
  required,
  requireDigest,
  requireSealed,
  tensorsOf,
  UnreadableRun,
} from "./file.ts";
import { computable, imagesOf } from "./images.ts";

const activation = v.picklist(activationNames);
const fits = {
  ...computable,
  ...{ seed: count, seeds: count, hidden: v.array(count), activation, epochs: count, batch: count },
  ...{ learningRate: finite, limit: v.nullable(count), binarise: v.picklist(["none", "fixed", "sampled"]) },
};

/** What options must be, by the name of the study. */
const OPTIONS: { readonly [Study in keyof StudyOptions]: v.GenericSchema<unknown, StudyOptions[Study]> } = {
  metric: v.object(fits),
  compare: v.object({
    ...fits,
    ...{
      betas: v.array(finite),
      latent: count,
      smooth: activation,
      judged: v.nullable(count),
      tracked: count,
    },
    ...{ pairs: count, columns: count, contracted: count, contractedPairs: count, halvings: count },
  }),
  samples: v.object({
    ...fits,
    ...{ beta: finite, latent: count, classifierHidden: v.array(count), classifierEpochs: count },
  }),
  uniqueness: v.object({
    ...{ seed: count, latents: v.array(count), activations: v.array(fit.entries.activation), noise: finite },
    ...{
      beta: finite,
      seeds: count,
      seedsBeyondPlane: count,
      orientations: count,
      examples: count,
      batch: count,
    },
    ...{ stepsPerLatent: count, learningRate: finite, momentum: finite, adamRate: finite, turned: count },
    ...{ angles: count, turnedSteps: count },
  }),
};

const partSchema = v.object({
  study: v.string(),
  name: v.string(),
  options: v.record(v.string(), v.unknown()),
  kept: v.optional(sha256),
  result: v.unknown(),
});

/** Whether runs of a study can be read. */
export const isStudy = (name: string): name is keyof StudyOptions => name in OPTIONS;

/** The result of a part, and what it kept. */
async function readPart(read: ReadFile, name: string, { study, options }: RunManifest): Promise<StudyPart> {
  const file = `parts/${name}.json`, bytes = await required(read, file);
  await requireSealed(file, bytes);
  const part = checked(partSchema, json(file, bytes), file);
  const made = { study: part.study, name: part.name, ...part.options };
  const must: Record<string, unknown> = { ...options, study, name };
  for (const [field, is] of Object.entries(made)) {
    const [one, other] = [is, must[field]].map((value) => JSON.stringify(value));
    if (one !== other) {
      throw new UnreadableRun(file, `must be of this run, of ${field} ${other}, but is of ${one}`);
    }
  }
  if (part.kept === undefined) {
    throw new UnreadableRun(
      file,
      "must state the tensors that the part kept, but states none: a run of an older version cannot be computed again; make it anew",
    );
  }
  const kept = `parts/${name}.safetensors`, tensors = await required(read, kept);
  await requireDigest(kept, tensors, part.kept, file);
  return { name, result: part.result, tensors: (await tensorsOf(kept, tensors)).tensors };
}

/**
 * A run from its files.
 *
 * @param read gives those of the run
 * @param given the manifest, where the images are by now (null for those that come with the task), and what reads them
 * @throws (rejects) UnreadableRun if a file is missing or is not what it should be
 */
export async function readStudy(
  read: ReadFile,
  given: { readonly manifest: RunManifest; readonly data: string | null; readonly readAny: ReadFile },
): Promise<StudyRun> {
  const { manifest, data, readAny } = given, { study } = manifest;
  if (!isStudy(study)) {
    throw new UnreadableRun("manifest.json", `must be of a study that can be audited, but is of ${study}`);
  }
  const options = checked<unknown>(OPTIONS[study], manifest.options, "manifest.json");
  const bytes = await required(read, "results.json");
  const { results, numbers, page } = await resultsOf("results.json", bytes, manifest);
  const images: LabelledImages | null = manifest.data && await imagesOf(data, manifest.data.sha256, readAny);
  const run = { study, options, epsilon: 2 ** -24, images } as Pick<
    StudyRun,
    "study" | "options" | "epsilon" | "images"
  >;
  const parts: StudyPart[] = [];
  for (const { name } of studyMust(run).parts) parts.push(await readPart(read, name, manifest));
  if (parts.length !== manifest.parts) {
    throw new UnreadableRun(
      "manifest.json",
      `must have ${parts.length} parts by its options, but has ${manifest.parts}`,
    );
  }
  const tables: Record<string, Cells> = {};
  for (const { file, sha256 } of page.tables) {
    const bytes = await required(read, file);
    await requireDigest(file, bytes, sha256, "results.json");
    tables[file] = cellsOf(new TextDecoder().decode(bytes));
  }
  return { ...run, parts, results, numbers, tables } as StudyRun;
}

/** The cells of CSV: what is written as a number is one, and an empty cell is null. */
export const cellsOf = (text: string): Cells =>
  (parse as (text: string) => string[][])(text).map((row) =>
    row.map((cell) => cell === "" ? null : /^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(cell) ? Number(cell) : cell)
  );

/** The results of a run, held to their checksum and to the one in its manifest. */
export async function resultsOf(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  { study, results }: Pick<RunManifest, "study" | "results">,
): Promise<v.InferOutput<typeof resultsSchema>> {
  const seal = await requireSealed(file, bytes), found = checked(resultsSchema, json(file, bytes), file);
  if (seal !== results) {
    throw new UnreadableRun(file, `its sha256 must be ${results}, as manifest.json has it, but is ${seal}`);
  }
  if (found.study === study) return found;
  throw new UnreadableRun(file, `must be results of ${study}, but are of ${found.study}`);
}
