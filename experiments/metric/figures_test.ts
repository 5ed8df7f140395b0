import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { readBack } from "../../figure/read_back.ts";
import type { TrainedMetric } from "../../properties/contract/trained.ts";
import type { Figure } from "../runner/study.ts";
import { figures, summaries, tables } from "./figures.ts";
import { offBlockRatio } from "./measures.ts";
import { type Panel, PANELS } from "./panel.ts";

/** What is made up of models that nobody trained. */
interface MadeUp {
  /** How many of each panel and control; 3 if left out. */
  readonly seeds?: number;
  /** Off-block over within-block |JᵀJ| before training where lengths are equal; 1 if left out. */
  readonly before?: (panel: Panel, seed: number) => number;
  /** After training; .4 for panels and 1 for controls if left out. */
  readonly after?: (panel: Panel, seed: number) => number;
  /** ‖J_{:k}‖ after training, latent by latent; 1 if left out. */
  readonly length?: (panel: Panel, latent: number) => number;
}

/** Columns of J with the cosines .5 inside blocks and .5 times a ratio outside. */
function metricOf({ latent, block }: Panel, ratio: number, lengths: readonly number[]): number[][] {
  const cosine = (i: number, j: number): number =>
    i === j ? 1 : Math.floor(i / block) === Math.floor(j / block) ? 0.5 : 0.5 * ratio;
  return Array.from(
    { length: latent },
    (_, i) => Array.from({ length: latent }, (_, j) => lengths[i]! * lengths[j]! * cosine(i, j)),
  );
}

/** Every panel and control, seed by seed. */
function madeUp({ seeds = 3, before, after, length }: MadeUp): TrainedMetric[] {
  return Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
    PANELS.map((panel) => {
      const ones = Array.from({ length: panel.latent }, () => 1);
      const metric = {
        before: metricOf(panel, before?.(panel, seed) ?? 1, ones),
        after: metricOf(
          panel,
          after?.(panel, seed) ?? (panel.family === "block" ? 0.4 : 1),
          ones.map((one, k) => length?.(panel, k) ?? one),
        ),
      };
      return {
        ...panel,
        seed,
        metric,
        ratio: {
          before: offBlockRatio(metric.before, panel.block),
          after: offBlockRatio(metric.after, panel.block),
        },
        variances: [{ found: 0.2, predicted: 0.1 }, { found: 0.4, predicted: 0.2 }],
      };
    })
  );
}

Deno.test("summaries are in the order of panels, and spread over the seeds of each", () => {
  const models = madeUp({ after: ({ label }, seed) => label === "b" ? [0.2, 0.3, 0.7][seed]! : 1 });
  const found = summaries(models);
  assertEquals(found.map(({ panel }) => panel), [...PANELS]);
  const { after, before, models: own } = found[1]!;
  assertEquals(own.map(({ seed }) => seed), [0, 1, 2]);
  assertAlmostEquals(after.mean, 0.4, 1e-14);
  assertAlmostEquals(after.least, 0.2, 1e-14);
  assertAlmostEquals(after.most, 0.7, 1e-14);
  // √((.2² + .1² + .3²)/2) about the mean .4.
  assertAlmostEquals(after.deviation!, Math.sqrt(0.14 / 2), 1e-14);
  assertAlmostEquals(before.mean, 1, 1e-14);
  assertAlmostEquals(found[1]!.variances.factor, 2, 1e-14);
});

Deno.test("a block that collapses moves the raw ratio, and leaves that of active latents", () => {
  const length = (_: unknown, k: number): number => k < 6 ? 1 : 1e-4;
  const whole = summaries(madeUp({}))[0]!;
  const left = summaries(madeUp({ length }))[0]!;
  assertEquals([whole.collapsed, left.collapsed], [0, 6]);
  // Of 4 blocks 3 are left: (3 − 1)/(4 − 1), but for columns of 1e-4.
  assertAlmostEquals(left.after.mean, 0.4 * 2 / 3, 1e-3);
  assertAlmostEquals(left.active!.mean, 0.4, 1e-14);
  assertAlmostEquals(whole.active!.mean, 0.4, 1e-14);
});

Deno.test("seeds in which no block is active have no ratio of active latents, and it is said how many have one", () => {
  const whole = madeUp({});
  const collapsed = madeUp({ length: (_, k) => k % 2 === 0 ? 1 : 1e-4 });
  const [some] = summaries(whole.map((model, i) => model.seed === 1 ? collapsed[i]! : model));
  assertEquals(some!.activeSeeds, 2);
  assertAlmostEquals(some!.active!.mean, 0.4, 1e-14);
  const none = summaries(collapsed);
  assertEquals([none[0]!.active, none[0]!.activeSeeds], [null, 0]);
  const { head, rows } = tables(none)[0]!;
  assertEquals(head.map((name, i) => [name, rows[0]![i]]).filter(([, cell]) => cell === null), [
    ["active.mean", null],
    ["active.least", null],
    ["active.most", null],
  ]);
});

Deno.test("panels of which no model is left are left out of figures and tables", async () => {
  const all = summaries(madeUp({}).filter(({ label }) => label === "c" || label === "full"));
  assertEquals(all.map(({ panel }) => panel.label), ["c", "full"]);
  assertEquals(tables(all)[0]!.rows.map(([label]) => label), ["c", "full"]);
  const files = (await figures(all)).map(({ file }) => file);
  assertEquals(files, ["ratio.svg", "metric.svg", "normalised.svg"]);
});

Deno.test("maps show each entry at its row and column, and the table beside them has it there", async () => {
  // 1 above the diagonal and 0 elsewhere: a transposed map is another.
  const models = madeUp({ seeds: 1 }).map((model) => ({
    ...model,
    metric: { ...model.metric, after: model.metric.after.map((row, i) => row.map((_, j) => Number(i < j))) },
  }));
  const all = summaries(madeUp({ seeds: 1 })).map((one, i) => ({ ...one, models: [models[i]!] }));
  const [, { content, data }] = await figures(all) as [Figure, Figure];
  assertEquals([data!.file, data!.head], ["metric.csv", ["panel", "row", "column", "mean |JᵀJ|"]]);
  PANELS.forEach(({ label, family }, panel) => {
    const rows = data!.rows.filter(([name]) => name === (family === "block" ? `(${label})` : label));
    assertEquals(rows.length, models[panel]!.latent ** 2);
    for (const [, row, column, entry] of rows) assertEquals(entry, Number(Number(row) < Number(column)));
    const read = (at: (row: number, column: number) => readonly [number, number]): readonly string[] =>
      readBack(content as string, rows.map(([, row, column]) => at(Number(row), Number(column))), {
        marks: "cells",
        panel,
      }).names;
    assertEquals(read((row, column) => [column, row]), rows.map(([, , , entry]) => String(entry)));
    assertNotEquals(read((row, column) => [row, column]), rows.map(([, , , entry]) => String(entry)));
  });
});

Deno.test("captions have the numbers and no TeX, and the first figure shows trained models", async () => {
  const found = await figures(summaries(madeUp({ seeds: 2, after: (_, seed) => 0.3 + seed / 10 })));
  const files = found.map(({ file }) => file);
  assertEquals(files, ["ratio.svg", "metric.svg", "normalised.svg", "variances.svg"]);
  const captions = found.map(({ caption }) => caption);
  for (const caption of [captions[0]!, captions[1]!]) assertStringIncludes(caption, "(a) 0.35 (0.30–0.40)");
  assertStringIncludes(captions[3]!, "typical factor between the two is 2.00");
  for (const { title, caption } of found) {
    assert(!/M_|_\{|NaN|undefined|null/.test(title + caption), title + caption);
  }
});
