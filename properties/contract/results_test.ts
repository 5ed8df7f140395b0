import { assertEquals, assertStringIncludes } from "@std/assert";
import * as v from "valibot";
import type { CompareResults, MetricResults, SamplesResults, UniquenessResults } from "./trained.ts";
import { compareResults } from "../plausible/compare.ts";
import { metricResults } from "../plausible/metric.ts";
import { samplesResults } from "../plausible/samples.ts";
import { uniquenessResults } from "../plausible/uniqueness.ts";
import { resultsOf, TRAINED_STUDIES, type TrainedStudy } from "./results.ts";
import { schemaProblem } from "./run.ts";

/** The types of the schemas, and those of the laws: each can stand for the other, or this does not compile. */
type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : never : never;
type Output<Study extends TrainedStudy> = v.InferOutput<typeof resultsOf[Study]>;
const same: readonly [
  Same<Output<"metric">, MetricResults>,
  Same<Output<"compare">, CompareResults>,
  Same<Output<"samples">, SamplesResults>,
  Same<Output<"uniqueness">, UniquenessResults>,
] = [true, true, true, true];

const results = {
  metric: metricResults(),
  compare: compareResults(),
  samples: samplesResults(),
  uniqueness: uniquenessResults(),
} as const;

Deno.test("schemas of results take what the laws' types hold, survive JSON and allow fields of a study's own", () => {
  assertEquals(same.length, TRAINED_STUDIES.length);
  for (const study of TRAINED_STUDIES) {
    const own = { ...results[study], more: "of its own" };
    assertEquals(schemaProblem(resultsOf[study], JSON.parse(JSON.stringify(own))), null);
  }
});

Deno.test("results are held to their schema to the last number, and the first that is wrong is named", () => {
  for (const study of TRAINED_STUDIES) {
    assertStringIncludes(schemaProblem(resultsOf[study], {})!, "is missing");
    assertEquals(schemaProblem(resultsOf[study], [])?.startsWith("its "), true);
    assertStringIncludes(schemaProblem(resultsOf[study], null)!, "it must be Object, but it is null");
  }
  const wrong: readonly (readonly [TrainedStudy, string, unknown, string])[] = [
    [
      "metric",
      "models.2.metric.before.1.0",
      Infinity,
      "its models.2.metric.before.1.0 must be a finite number, but it is Infinity",
    ],
    ["metric", "models.0.label", "e", 'its models.0.label must be ("a" | "b" |'],
    ["metric", "models.0.seed", 0.5, "its models.0.seed must be a whole number from 0, but it is 0.5"],
    ["metric", "models.0.seed", -1, "its models.0.seed must be a whole number from 0, but it is -1"],
    ["metric", "models.1.variances", {}, "its models.1.variances must be Array, but it is Object"],
    [
      "compare",
      "along.3.terms.reconstruction",
      "1",
      'its along.3.terms.reconstruction must be a finite number, but it is "1"',
    ],
    ["compare", "trained.0.objective", "vae", 'its trained.0.objective must be ("beta-vae" |'],
    ["samples", "floor", null, "its floor must be a finite number, but it is null"],
    [
      "uniqueness",
      "orientations.0.angles.5",
      undefined,
      "its orientations.0.angles.5 is missing",
    ],
    ["uniqueness", "fits.0.family", 1, "its fits.0.family must be ("],
  ];
  for (const [study, path, value, message] of wrong) {
    const copy = structuredClone(results[study]);
    const names = path.split("."), last = names.pop()!;
    const at = names.reduce<unknown>((object, name) => Reflect.get(object as object, name), copy);
    Reflect.set(at as object, last, value);
    assertStringIncludes(schemaProblem(resultsOf[study], copy) ?? "nothing is wrong", message);
  }
});
