import { assertEquals } from "@std/assert";
import { assertCells, different, summary } from "../../fixtures/cells.ts";
import { conclusionText, keptTexts } from "../../fixtures/texts.ts";
import type { TrainedMetric } from "../../properties/contract/trained.ts";
import { conclude } from "./figures.ts";
import { PANELS } from "./panel.ts";
import { metricStudy } from "./study.ts";

const next = different();
/** Symmetric, with every number another; latents whose number leaves `shrunk` over 4 are short. */
function metricOf(latent: number, shrunk: number): number[][] {
  const length = (i: number): number => i % 4 === shrunk ? 0.01 : 1 + next();
  const lengths = Array.from({ length: latent }, (_, i) => length(i));
  const all = lengths.map((a) => lengths.map((b) => a * b * next()));
  return all.map((row, i) => row.map((value, j) => i === j ? lengths[i]! ** 2 : i < j ? value : all[j]![i]!));
}
/** Models of which no two numbers are equal, seed by seed. */
const MODELS: readonly TrainedMetric[] = [3, 4, 5].flatMap((seed) =>
  PANELS.map((panel, i): TrainedMetric => ({
    ...panel,
    seed,
    metric: { before: metricOf(panel.latent, i % 3), after: metricOf(panel.latent, (i + 1) % 3) },
    ratio: { before: next(), after: next() },
    variances: Array.from({ length: 4 }, () => ({ found: next(), predicted: next() })),
  }))
);
const FOUND = await conclude(MODELS);
const NAMES = ["(a)", "(b)", "(c)", "(d)", "mean-field", "full"];
const having = (label: string): TrainedMetric[] => MODELS.filter((model) => model.label === label);

/** Off-block over within-block entries after normalising, over latents with ‖Jₖ‖² of β/10 or more. */
function activeRatio({ metric: { after }, beta, block }: TrainedMetric): number {
  const sums = [0, 0], counts = [0, 0];
  after.forEach((row, i) =>
    row.forEach((value, j) => {
      const [a, b] = [after[i]![i]!, after[j]![j]!];
      if (i === j || a < beta / 10 || b < beta / 10) return;
      const inside = Number(Math.floor(i / block) === Math.floor(j / block));
      sums[inside]! += value / Math.sqrt(a * b);
      counts[inside]!++;
    })
  );
  return sums[0]! / counts[0]! / (sums[1]! / counts[1]!);
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const n = pairs.length,
    sum = (f: (x: number, y: number) => number): number => pairs.reduce((all, [x, y]) => all + f(x, y), 0);
  const [x, y] = [sum((x) => x) / n, sum((_, y) => y) / n];
  const covariance = sum((a, b) => (a - x) * (b - y));
  return covariance / Math.sqrt(sum((a) => (a - x) ** 2) * sum((_, b) => (b - y) ** 2));
}

Deno.test("the rows of panels are statistics of their models, and of no others", () => {
  const three = (name: string): string[] => ["mean", "least", "most"].map((which) => `${name}.${which}`);
  assertCells(
    FOUND,
    "panels.csv",
    [
      ...["panel", "family", "β", "latents", "block", "seeds"],
      ...["before", "after", "active"].flatMap(three),
      ...["active.seeds", "collapsed", "variances.factor", "variances.correlation"],
    ],
    PANELS.map(({ label, family, beta, latent, block }) => {
      const models = having(label);
      const logs = models.flatMap(({ variances }) => variances)
        .map(({ found, predicted }) => [Math.log(found), Math.log(predicted)] as const);
      const sizes = logs.map(([found, predicted]) => Math.abs(found - predicted)).sort((a, b) => a - b);
      return [
        ...[label, family, beta, latent, block, 3],
        ...summary(models.map(({ ratio }) => ratio.before)),
        ...summary(models.map(({ ratio }) => ratio.after)),
        ...summary(models.map(activeRatio)),
        3,
        models.reduce(
          (sum, { metric }) => sum + metric.after.filter((row, i) => row[i]! < beta / 10).length,
          0,
        ),
        Math.exp((sizes[5]! + sizes[6]!) / 2),
        correlation(logs),
      ];
    }),
  );
});

Deno.test("the points of ratios are those of each model, before training on the left of its panel and after on the right", () => {
  const points = (at: "before" | "after", aside: number) =>
    PANELS.flatMap(({ label }, i) =>
      having(label).map(({ ratio }) => [at, NAMES[i]!, i + 1 + aside, ratio[at]])
    );
  assertCells(
    FOUND,
    "ratio-points.csv",
    ["series", "panel or control", "place", "off-block over within-block"],
    [...points("before", -0.12), ...points("after", 0.12)],
  );
});

Deno.test("the maps are the first seed's after training, as measured and normalised", () => {
  for (
    const [file, quantity, scale] of [
      ["metric.csv", "mean |JᵀJ|", () => 1],
      ["normalised.csv", "normalised entry", (a: number, b: number) => Math.sqrt(a * b)],
    ] as const
  ) {
    assertCells(
      FOUND,
      file,
      ["panel", "row", "column", quantity],
      PANELS.flatMap(({ label }, panel) => {
        const { seed, metric: { after } } = having(label)[0]!;
        assertEquals(seed, 3);
        return after.flatMap((row, i) =>
          row.map((value, j) => [NAMES[panel]!, i + 1, j + 1, value / scale(after[i]![i]!, after[j]![j]!)])
        );
      }),
    );
  }
});

Deno.test("the points of variances are the mean-field control's, learned over predicted", () => {
  assertCells(
    FOUND,
    "variances-points.csv",
    ["series", "β/(β + ‖Jₖ‖²)", "learned variance"],
    having("mean-field").flatMap(({ variances }) =>
      variances.map(({ found, predicted }) => ["mean-field", predicted, found])
    ),
  );
});

Deno.test("the maps outline the blocks of each panel", () => {
  const map = FOUND.figures.find(({ file }) => file === "metric.svg")!;
  const outlines = [...String(map.content).matchAll(/<path [^>]*d="M[^"h]*h([-\d.]+)v[^>]*stroke="#ff3b30"/g)]
    .map(([, width]) => Math.abs(Number(width)));
  const must = PANELS.map(({ latent, block }) => latent / block);
  assertEquals(outlines.length, must.reduce((sum, count) => sum + count, 0));
});

keptTexts(
  "every text of the page, its figures and its tables is the one that is kept",
  "metric",
  () => [conclusionText(metricStudy, FOUND)],
);
