import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { examine } from "./laws/mod.ts";
import type { Subject } from "./contract/subject.ts";
import { isOfTrainedModels, laws } from "./laws/all.ts";
import { mutants } from "./mutants/mod.ts";
import { plausible } from "./plausible/mod.ts";
import { metricResults } from "./plausible/metric.ts";
import { ALLOWED as blocks } from "./laws/trained_models/blocks.ts";
import { ALLOWED as objectives } from "./laws/trained_models/objectives.ts";
import { ALLOWED as orientations } from "./laws/trained_models/orientations.ts";
import { ALLOWED as recovery } from "./laws/trained_models/recovery.ts";
import { ALLOWED as samples } from "./laws/trained_models/samples.ts";
import { SEEDS } from "./laws/trained_models/threshold.ts";
import { ALLOWED as variances } from "./laws/trained_models/variances.ts";

const run = { seed: 20200, cases: 1, engine: "trained" };

const trainedModelLaws = laws.filter(isOfTrainedModels);

for (const law of trainedModelLaws) {
  const planted = mutants.filter(({ rejectedBy }) => rejectedBy.includes(law.id));
  // Runs are held to what they say of themselves; studies to figures that differ in short trainings.
  const ofRuns = law.needs.some((need) => need === "trained.runs" || need === "trained.studies");
  for (const short of ofRuns ? [false] : [false, true]) {
    const where = short ? "a short training" : "a run";
    Deno.test(`[${law.id}] ${law.statement} (plausible results of ${where})`, async () => {
      const { failure, clauses, comparisons } = await examine(law, plausible({}, short), run);
      assert(!failure, failure?.message);
      assertEquals(clauses.filter(({ cases }) => cases !== 1), [], "a case for each clause");
      assert(comparisons >= (ofRuns ? 20 : 50), `only ${comparisons} comparisons`);
    });

    Deno.test(`[${law.id}] each clause fails for some fault that is planted in plausible results of ${where}`, async () => {
      const faults = planted.filter(({ id }) => id.endsWith("-short") === short);
      const idle = new Set(law.clauses.map(({ says }) => says));
      for (const { subject } of faults) {
        if (idle.size === 0) break;
        for (const { says, failure } of (await examine(law, subject, run)).clauses) {
          if (failure?.kind === "violation") idle.delete(says);
        }
      }
      assertEquals([...idle], []);
    });
  }

  Deno.test(`[${law.id}] is about trained models alone, and rejects results without models, and no results`, async () => {
    assert(isOfTrainedModels(law));
    const none = plausible({
      metric: { models: [] },
      compare: { trained: [], along: [] },
      samples: { accuracy: NaN, floor: NaN, untrained: NaN, models: [] },
      uniqueness: { fits: [], orientations: [] },
    });
    if (!ofRuns) {
      const { failure } = await examine(law, none, { ...run, firstFailure: true });
      assertEquals(failure?.kind, "violation", failure?.message);
    }
    const noRuns: Subject = {
      ...none,
      trained: {
        metric: () => [],
        compare: () => [],
        samples: () => [],
        uniqueness: () => [],
        runs: () => [],
        studies: () => [],
      },
    };
    for (const clause of (await examine(law, noRuns, run)).clauses) {
      assertEquals([clause.failure?.what, clause.failure?.actual], ["runs", "0"], clause.says);
    }
  });
}

Deno.test("every run is held to a law by itself, and a failure names the run and the model", async () => {
  const E2 = trainedModelLaws.find(({ id }) => id === "E2")!;
  const { models } = metricResults();
  const spoilt = models.map((model) =>
    model.label === "c" && model.seed === 1 ? { ...model, ratio: { ...model.ratio, after: 0.9 } } : model
  );
  const subject: Subject = {
    name: "two runs",
    epsilon: 1,
    trained: {
      metric: () => [
        { source: "runs/metric", short: false, results: { models } },
        { source: "runs/metric-2", short: false, results: { models: spoilt } },
      ],
    },
  };
  const { failure, clauses } = await examine(E2, subject, run);
  assertStringIncludes(failure!.message, "runs/metric-2: c, β 0.6, seed 1: ratio after training");
  assert(clauses.filter(({ failure }) => failure === undefined).length > 0);
});

Deno.test("every threshold of trained models says where it comes from", () => {
  for (const table of [variances, blocks, objectives, samples, recovery, orientations, { seeds: SEEDS }]) {
    for (const [name, { run, because }] of Object.entries(table)) {
      assert(Number.isFinite(run) && because.length > 10 && !/provisional|undefined/i.test(because), name);
    }
  }
});
