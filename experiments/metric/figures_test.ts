import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { figures } from "./figures.ts";
import { madeUp } from "./made_up.ts";
import { summaries } from "./summary.ts";

const MODELS = madeUp({
  seeds: 2,
  before: ({ latent }, seed) => 0.7 + latent / 100 + seed,
  after: (_, seed) => 0.3 + seed / 10,
});

Deno.test("the metric is shown before training and after, by the same picture of another matrix", async () => {
  const content = (found: Awaited<ReturnType<typeof figures>>, file: string): string =>
    String(found.find((figure) => figure.file === file)?.content);
  const found = await figures(summaries(MODELS));
  const swapped = await figures(
    summaries(MODELS.map((model) => ({
      ...model,
      metric: { before: model.metric.after, after: model.metric.before },
      ratio: { before: model.ratio.after, after: model.ratio.before },
    }))),
  );
  assert(content(found, "before.svg").startsWith("<svg"));
  assertNotEquals(content(found, "before.svg"), content(found, "metric.svg"));
  assertEquals(content(found, "before.svg"), content(swapped, "metric.svg"));
  assertEquals(content(found, "metric.svg"), content(swapped, "before.svg"));
});

Deno.test("the first figure, which stands for the study, is of trained models; captions say what a line is and what theory assumes", async () => {
  const found = await figures(summaries(MODELS));
  const files = found.map(({ file }) => file);
  assertEquals(files, ["metric.svg", "before.svg", "normalised.svg", "ratio.svg", "variances.svg"]);
  const { theory, seen } = found.at(-1)!;
  for (const part of ["y = x", "second order", "at its optimum"]) assert(theory.includes(part), theory);
  assert(seen.includes("factor of 2.00"), seen);
});
