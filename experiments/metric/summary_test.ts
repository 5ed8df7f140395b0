import { assertAlmostEquals, assertEquals } from "@std/assert";
import { madeUp } from "./made_up.ts";
import { PANELS } from "./panels.ts";
import { liveText, summaries } from "./summary.ts";

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
  assertAlmostEquals(found[1]!.variances.ratio, 2, 1e-14);
});

Deno.test("a block that dies moves the raw ratio and that of lengths, and leaves that of live latents", () => {
  const length = (_: unknown, k: number): number => k < 6 ? 1 : 1e-4;
  const whole = summaries(madeUp({}))[0]!;
  const left = summaries(madeUp({ length }))[0]!;
  assertEquals([whole.dead, left.dead], [0, 6]);
  assertAlmostEquals(whole.lengths.mean, 1, 1e-14);
  // Of 4 blocks 3 are left: (3 − 1)/(4 − 1), but for columns of 1e-4.
  assertAlmostEquals(left.lengths.mean, 2 / 3, 1e-3);
  assertAlmostEquals(left.after.mean, 0.4 * 2 / 3, 1e-3);
  assertAlmostEquals(left.live!.mean, 0.4, 1e-14);
  assertAlmostEquals(whole.live!.mean, 0.4, 1e-14);
  assertEquals(liveText(left), "0.40 (0.40–0.40)");
});

Deno.test("seeds in which no block lives have no ratio of live latents, and it is said how many have one", () => {
  const alive = madeUp({});
  const dead = madeUp({ length: (_, k) => k % 2 === 0 ? 1 : 1e-4 });
  const [some] = summaries(alive.map((model, i) => model.seed === 1 ? dead[i]! : model));
  assertEquals([some!.liveSeeds, liveText(some!)], [2, "0.40 (0.40–0.40; 2 of 3 seeds)"]);
  const [none] = summaries(dead);
  assertEquals([none!.live, none!.liveSeeds, liveText(none!)], [null, 0, "none"]);
});
