/**
 * Made-up runs of the studies on made-up images: what the parts report is what made-up parameters give. Any choice of a run may be
 * replaced.
 *
 * @module
 */

import type {
  FitOptions,
  LabelledImages,
  StudyOptions,
  StudyPart,
  StudyRun,
  Tensors,
} from "../contract/study_run.ts";
import type { Subject } from "../contract/subject.ts";
import { plain } from "../laws/runs/must.ts";
import { studyMust, type StudyWires } from "../laws/runs/studies.ts";
import { tabulate } from "../oracle/dense.ts";
import { normal, uniform } from "../oracle/random.ts";

/** Pixels, which are two by two; images to train on, and images held out. */
const [DATA, TRAIN, HELD_OUT] = [4, 22, 12];

const FIT: FitOptions = {
  ...{ seed: 3, seeds: 1, hidden: [5], activation: "tanh", epochs: 2, batch: 8 },
  ...{ learningRate: 0.02, limit: 16, binarise: "none" },
};

/** Options of runs of seconds. */
const OPTIONS: StudyOptions = {
  metric: FIT,
  compare: {
    ...FIT,
    ...{ betas: [0.4], latent: 3, smooth: "softplus", judged: 9, tracked: 6, pairs: 3, columns: 2 },
    ...{ contracted: 6, contractedPairs: 3, halvings: 3 },
  },
  samples: { ...FIT, beta: 0.2, latent: 3, classifierHidden: [6, 4], classifierEpochs: 2 },
  uniqueness: {
    ...{ seed: 3, latents: [2], activations: ["identity"], noise: 0.05, beta: 1, seeds: 2 },
    ...{
      seedsBeyondPlane: 2,
      orientations: 5,
      examples: 20,
      batch: 8,
      stepsPerLatent: 4,
      learningRate: 0.001,
    },
    ...{ momentum: 0.96, adamRate: 0.02, turned: 2, angles: 3, turnedSteps: 3 },
  },
};

/** Images of three classes, in grey levels. */
function images(): LabelledImages {
  const next = uniform(5);
  const labels = (count: number): number[] => Array.from({ length: count }, (_, i) => (i * i + i) % 7 % 3);
  const some = (classes: readonly number[]): number[][] =>
    tabulate(
      classes.length,
      DATA,
      (image, pixel) => Math.round(255 * Math.min(1, next() * ((classes[image]! + pixel) % 3 + 1) / 2)),
    );
  const [train, heldOut] = [labels(TRAIN), labels(HELD_OUT)];
  return { train: some(train), heldOut: some(heldOut), labels: { train, heldOut } };
}

/** A mistake in a run of a study: options under which it shows, choices that are not right, and what is reported in place of what is found. */
export interface StudyMistake<Study extends keyof StudyOptions = keyof StudyOptions> {
  readonly study: Study;
  readonly options?: Partial<StudyOptions[Study]>;
  readonly wires?: Partial<StudyWires>;
  /** Of each part, what it reports. */
  readonly report?: (part: StudyPart) => StudyPart;
  /** What the run reports. */
  readonly conclude?: (run: StudyRun) => StudyRun;
}

/** Parameters of no training, rounded as they are kept. */
function tensorsOf(kept: Readonly<Record<string, number>>, seed: number): Tensors {
  const next = normal(seed);
  return Object.fromEntries(
    Object.entries(kept).filter(([name]) => !name.startsWith("first_step.")).map(([name, count]) => {
      // A latent that a decoder ignores tells little; a log deviation of 1 is wide.
      const size = name.endsWith("weight") ? 0.8 : name.endsWith("spread") ? 0.4 : 0.2;
      return [name, Array.from({ length: count }, () => Math.fround(size * next()))];
    }),
  );
}

/** A run of a study with a mistake, or without. */
export function madeUpStudy({ study, options, wires, report, conclude }: StudyMistake): StudyRun {
  const given = {
    ...{ study, options: { ...OPTIONS[study], ...options }, epsilon: 2 ** -24 },
    images: study === "uniqueness" ? null : images(),
  } as Pick<StudyRun, "study" | "options" | "epsilon" | "images">;
  const must = studyMust(given, wires);
  const parts = must.parts.map((part, i): StudyPart => {
    const tensors = tensorsOf(part.kept, 100 + i);
    const made = {
      name: part.name,
      result: plain(part.result(tensors)),
      tensors: { ...tensors, ...plain(part.firstStep(tensors)) as Tensors },
    };
    return report ? report(made) : made;
  });
  const { results, numbers, tables } = must.concluded(parts.map(({ result }) => result));
  const run = {
    ...{ ...given, parts, results: plain(results) },
    numbers: plain(numbers) as Record<string, number>,
    tables: plain(tables) as StudyRun["tables"],
  } as StudyRun;
  return conclude ? conclude(run) : run;
}

/** A subject that offers such a run of each study, made when it is asked for; with a mistake, that of its study alone. */
export function plausibleStudies(mistake?: StudyMistake): Subject {
  const studies = mistake ? [mistake.study] : Object.keys(OPTIONS) as (keyof StudyOptions)[];
  let runs: readonly StudyRun[] | undefined;
  return {
    name: "plausible runs of studies",
    epsilon: 2 ** -24,
    trained: {
      studies: () =>
        (runs ??= studies.map((study) => madeUpStudy(mistake ?? { study }))).map((results) => ({
          ...{ source: `made up, ${results.study}`, short: true, results },
        })),
    },
  };
}
