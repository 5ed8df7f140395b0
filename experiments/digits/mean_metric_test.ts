import { assertAlmostEquals } from "@std/assert";
import { key, startEngine } from "../../lib/engine/mod.ts";
import { loadDigits, select, take } from "../../lib/data/mod.ts";
import { initialModelParameters } from "../../lib/model/mod.ts";
import { parseOptions } from "../mnist/options.ts";
import { meanMetric } from "./mean_metric.ts";
import { setUp } from "./setup.ts";

Deno.test("the mean metric over more digits than go at once is the mean over its parts", async () => {
  await startEngine("wasm");
  const parsed = parseOptions("--hidden 12 --latent 2".split(" "));
  if (parsed.kind !== "train") throw new Error("no options are to train");
  const { heldOut } = await loadDigits();
  const setup = setUp(parsed.options, heldOut.height * heldOut.width);
  const parameters = initialModelParameters(setup.description, key(3));
  const over = async (dataset: typeof heldOut): Promise<number[]> =>
    (await meanMetric(setup, parameters, dataset)).flat();
  const rest = Uint32Array.from({ length: 70 }, (_, i) => 500 + i);
  const [whole, first, second] = [
    await over(take(heldOut, 570)),
    await over(take(heldOut, 500)),
    await over(select(heldOut, rest, "the rest")),
  ];
  // Sums in float32 of at most 500 values of about 1.
  whole.forEach((value, i) => assertAlmostEquals(value, (500 * first[i]! + 70 * second[i]!) / 570, 1e-5));
});
