/**
 * R5 to R8: what the studies report is what their parts' parameters, their options and their images give.
 *
 * @module
 */

import fc from "fast-check";
import { type Clause, clause, exact, law, type Ledger, tex } from "../../contract/mod.ts";
import type { StudyOptions, StudyRun } from "../../contract/study_run.ts";
import { compareMust, type CompareWires } from "./compare_study.ts";
import { metricMust, type MetricWires } from "./metric_study.ts";
import { compare } from "./must.ts";
import { samplesMust, type SamplesWires } from "./samples_study.ts";
import { imagesOf, type StudyMust } from "./study.ts";
import { uniquenessMust, type UniquenessWires } from "./uniqueness_study.ts";

/** The choices of each study that a fault may take the place of. */
export interface StudyWires {
  readonly metric: Partial<MetricWires>;
  readonly compare: Partial<CompareWires>;
  readonly samples: Partial<SamplesWires>;
  readonly uniqueness: Partial<UniquenessWires>;
}

/** What a run must report. */
export function studyMust(
  run: Pick<StudyRun, "study" | "options" | "images" | "epsilon">,
  wires: Partial<StudyWires> = {},
): StudyMust {
  const { study, options, images, epsilon } = run as StudyRun;
  switch (study) {
    case "metric":
      return metricMust(options, imagesOf(images), epsilon, wires.metric);
    case "compare":
      return compareMust(options, imagesOf(images), epsilon, wires.compare);
    case "samples":
      return samplesMust(options, imagesOf(images), epsilon, wires.samples);
    case "uniqueness":
      return uniquenessMust(options, epsilon, wires.uniqueness);
  }
}

/** A run, and what it must report. */
export interface HeldStudy {
  /** What names of comparisons begin with. */
  readonly name: string;
  readonly run: StudyRun;
  readonly must: StudyMust;
  /** Of which parts first steps are taken again: the first of each kind, or all. */
  readonly steps: "first" | "all";
}

/** What is looked at in a run of a study, as a sentence, and how. */
export interface StudyAudit {
  readonly says: string;
  readonly examine: (held: HeldStudy, expect: Ledger) => void;
}

const kept: StudyAudit = {
  says:
    "the run has the parts that its options ask for, and each keeps as many numbers of each name as its models have",
  examine: ({ name, run, must }, expect) => {
    expect.is(
      `${name}parts`,
      run.parts.map((part) => part.name).join(),
      must.parts.map((part) => part.name).join(),
    );
    run.parts.forEach(({ name: part, tensors }, i) => {
      const sizes = Object.fromEntries(Object.entries(tensors).map(([name, { length }]) => [name, length]));
      compare(`${name}${part}, tensors`, sizes, must.parts[i]!.kept, expect);
    });
  },
};

const firstStep: StudyAudit = {
  says:
    "the gradient that the first step of a part took is that of its objective, family and β, from its initial parameters, at the data and the noise that its seed says",
  examine: ({ name, run, must, steps }, expect) => {
    run.parts.forEach(({ name: part, tensors }, i) => {
      if (steps === "first" && !must.parts[i]!.isFirst) return;
      const own = Object.entries(tensors).filter(([tensor]) => tensor.startsWith("first_step."));
      compare(`${name}${part}`, Object.fromEntries(own), must.parts[i]!.firstStep(tensors), expect);
    });
  },
};

const reported: StudyAudit = {
  says:
    "every number that a part reports is that of the parameters that it kept, on the data and at the β that it says",
  examine: ({ name, run, must }, expect) => {
    run.parts.forEach(({ name: part, result, tensors }, i) =>
      compare(`${name}${part}`, result, must.parts[i]!.result(tensors), expect)
    );
  },
};

const concluded: StudyAudit = {
  says: "the results of the run are those of its parts, and its key numbers and tables follow from them",
  examine: ({ name, run, must }, expect) => {
    const { results, numbers, tables } = must.concluded(run.parts.map(({ result }) => result));
    compare(`${name}results`, run.results, results, expect);
    compare(`${name}key numbers`, run.numbers, numbers, expect);
    for (const [file, rows] of Object.entries(tables)) {
      compare(`${name}${file}, row`, run.tables[file], rows, expect);
    }
  },
};

/** What is looked at in a run of a study. */
export const studyAudits: readonly StudyAudit[] = [kept, firstStep, reported, concluded];

/** The law on runs of each study. */
export const LAW_OF: { readonly [Study in keyof StudyOptions]: string } = {
  ...{ metric: "R5", compare: "R6", samples: "R7", uniqueness: "R8" },
};

/** A run with what it must report. */
export const heldStudy = (source: string, run: StudyRun, steps: HeldStudy["steps"] = "all"): HeldStudy => ({
  ...{ name: `${source}: `, run, steps },
  must: studyMust(run),
});

/** The clauses that look so at each run of a study. */
function ofStudy(study: keyof StudyOptions): readonly Clause[] {
  return studyAudits.map(({ says, examine }) =>
    clause({
      says,
      needs: ["trained.studies"],
      given: fc.constant("every run"),
      atMost: 1,
      examine: async ({ trained }, _, expect) => {
        const runs = (await trained.studies()).filter(({ results }) => results.study === study);
        expect.atLeast("runs", runs.length, 1, exact("a count"));
        for (const { source, results } of runs) examine(heldStudy(source, results), expect);
      },
    })
  );
}

export const R5 = law({
  id: "R5",
  title: "Runs of the study metric",
  statement:
    "metrics before and after training, their ratios of blocks and the variances beside them are those of the initial and of the trained parameters at held-out images; and the first step of each training is that of its family and β",
  tex:
    tex`\tfrac1N\sum_i\lvert J^{\mathsf T}J\rvert(h(x_i)),\quad\Sigma_{kk},\quad\beta/(\beta+\lVert J_{:k}\rVert^2)`,
  source: "MNIST",
  kind: "identity",
  clauses: ofStudy("metric"),
});

export const R6 = law({
  id: "R6",
  title: "Runs of the study compare",
  statement:
    "every model is judged by the β-VAE loss of its parameters at its β, with pairs ±ε; the objectives along a training are those of the parameters before it and after it; and errors of the Taylor losses are those of the contracted posterior",
  tex: tex`\tfrac12\bigl(\ell(h+L\varepsilon)+\ell(h-L\varepsilon)\bigr)+\beta\,\mathrm{KL}`,
  source: "Comparison of objectives",
  kind: "identity",
  clauses: ofStudy("compare"),
});

export const R7 = law({
  id: "R7",
  title: "Runs of the study samples",
  statement:
    "the accuracy is that of the classifier on held-out images, and distances are Fréchet distances of its features, between samples from each source and the half of the images that is not encoded",
  tex: tex`\lVert\mu_1-\mu_2\rVert^2+\mathrm{tr}\bigl(\Sigma_1+\Sigma_2-2(\Sigma_1\Sigma_2)^{1/2}\bigr)`,
  source: "Samples",
  kind: "identity",
  clauses: ofStudy("samples"),
});

export const R8 = law({
  id: "R8",
  title: "Runs of the study uniqueness",
  statement:
    "losses, alignments and angles are those of the decoders that were kept, to the W and on the examples of their seeds; turned models are those decoders turned, with q that followed; and theory is the least loss of a turned decoder over Σ in its family",
  tex:
    tex`\min_{h,\Sigma\in Q}\mathcal L(AR^{\mathsf T},h,\Sigma)-\min_{h,\Sigma\in Q}\mathcal L(A,h,\Sigma)`,
  source: "Choice of Q can lead to uniqueness",
  kind: "identity",
  clauses: ofStudy("uniqueness"),
});
