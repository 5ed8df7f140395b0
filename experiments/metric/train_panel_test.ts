import { assertEquals, assertNotEquals } from "@std/assert";
import { foldIn, key, startEngine } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { initialModelParameters } from "../../lib/model/mod.ts";
import { fitDigits, INITIAL } from "../digits/fit.ts";
import { meanMetric } from "../digits/mean_metric.ts";
import { QUICK } from "./options.ts";
import { PANELS } from "./panels.ts";
import { offBlockRatio } from "./ratio.ts";
import { trainPanel } from "./train_panel.ts";

Deno.test("the metric before training is that of the initial weights, and after it that of the trained ones", async () => {
  await startEngine("wasm");
  const digits = await loadDigits();
  const split = { ...digits, train: take(digits.train, 96), heldOut: take(digits.heldOut, 40) };
  const options = { ...QUICK, hidden: [12], epochs: 2 };
  const watch = { signal: new AbortController().signal, progress: () => {} };
  const [panel] = PANELS;
  const { metric, ratio } = await trainPanel(options, panel!, 5, split, watch);
  const { label: _, family: posterior, ...sizes } = panel!;
  const model = {
    ...options,
    ...sizes,
    objective: "beta-vae",
    posterior,
    likelihood: "gaussian",
    seed: 5,
  } as const;
  const { setup, parameters } = await fitDigits(model, split, watch);
  const initial = initialModelParameters(setup.description, foldIn(key(5), INITIAL));
  assertEquals(metric.before, await meanMetric(setup, initial, split.heldOut));
  assertEquals(metric.after, await meanMetric(setup, parameters, split.heldOut));
  assertNotEquals(metric.before, metric.after);
  assertEquals(ratio, { before: offBlockRatio(metric.before, 2), after: offBlockRatio(metric.after, 2) });
});
