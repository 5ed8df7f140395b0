import { assertEquals, assertRejects } from "@std/assert";
import { examine } from "./laws/mod.ts";
import { E4 } from "./laws/trained_models/samples.ts";
import { samplesResults } from "./plausible/samples.ts";
import { uniquenessResults } from "./plausible/uniqueness.ts";
import { candidates, TRAINED } from "./gate/candidates.ts";
import { type FoundRuns, NO_RUNS } from "./gate/runs_folder.ts";
import { sourcesOf, trainedSubject } from "./trained_subject.ts";

const never = (): Promise<never> => Promise.reject(new Error("must not be trained"));
const untouched = { metric: never, compare: never, samples: never, uniqueness: never };

Deno.test("runs are held to the laws as they were found, and nothing is trained in their place", async () => {
  const measured = [1, 2].map((i) => ({ source: `runs/${i}`, short: false, results: samplesResults() }));
  const subject = trainedSubject({ ...NO_RUNS, samples: measured }, untouched);
  assertEquals(await subject.trained!.samples!(), measured);
  const { failure, comparisons } = await examine(E4, subject, { seed: 0, cases: 1, engine: "trained" });
  assertEquals([failure, comparisons > 100], [undefined, true]);
});

Deno.test("without a run there is the short training, once for all clauses, and only when it is asked for", async () => {
  let trainings = 0;
  const subject = trainedSubject(NO_RUNS, {
    ...untouched,
    uniqueness: () => {
      trainings++;
      return Promise.resolve(uniquenessResults());
    },
  });
  assertEquals(trainings, 0);
  const [first] = await subject.trained!.uniqueness!();
  assertEquals([first!.source, first!.short], ["short training", true]);
  await subject.trained!.uniqueness!();
  assertEquals(trainings, 1);
  await assertRejects(async () => await subject.trained!.metric!(), Error, "must not be trained");
});

Deno.test("an experiment that has no short training is not offered, so that its law has no evidence", () => {
  const { metric } = untouched;
  assertEquals(Object.keys(trainedSubject(NO_RUNS, { metric }).trained!), ["metric"]);
});

Deno.test("where the results come from is said for each experiment, and what was left out", () => {
  const run = (source: string) => ({ source, short: false, results: samplesResults() });
  assertEquals(
    sourcesOf({
      ...NO_RUNS,
      samples: [run("runs/a"), run("runs/b")],
      leftOut: ["runs/c: it is interrupted, not complete"],
    }),
    "metric: short training; compare: short training; samples: runs/a, runs/b; uniqueness: short training; " +
      "left out: runs/c: it is interrupted, not complete",
  );
});

Deno.test("a failure on runs is replayed on the folder that they are in, and without one on the short training", async () => {
  const trained = candidates(() => Promise.resolve(untouched)).find(({ name }) => name === TRAINED)!;
  const again = async (folder: string | null): Promise<string> => {
    const { command } = await trained.start({ seed: 0, cases: 1, runs: { ...NO_RUNS, folder } });
    return command!("E4", "0.1.0.trained").replace(/^.*?(?= --law)/, "");
  };
  assertEquals(await again(null), " --law E4 --replay 0.1.0.trained");
  assertEquals(await again("my runs"), " --law E4 --replay 0.1.0.trained --runs 'my runs'");
});

Deno.test("what trained the models is said where any was trained, and not where all are of runs", async () => {
  const trained = candidates(() => Promise.resolve(untouched)).find(({ name }) => name === TRAINED)!;
  const said = async (runs: FoundRuns): Promise<string> =>
    (await trained.start({ seed: 0, cases: 1, runs, threads: 1 })).description;
  const [, description] = /; trained with (tfjs wasm.*, 1 thread)$/.exec(await said(NO_RUNS)) ?? [];
  assertEquals(await said(NO_RUNS), `${sourcesOf(NO_RUNS)}; trained with ${description}`);
  const one = [{ source: "runs/a", short: false, results: samplesResults() }];
  const some: FoundRuns = { ...NO_RUNS, folder: "runs", samples: one };
  assertEquals(await said(some), `${sourcesOf(some)}; trained with ${description}`);
  const all = { ...some, metric: one, compare: one, uniqueness: one } as unknown as FoundRuns;
  assertEquals(await said(all), sourcesOf(all));
});
