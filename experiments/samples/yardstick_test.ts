import { assert } from "@std/assert";
import { startEngine } from "../../lib/engine/mod.ts";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { QUICK } from "./options.ts";
import { makeYardstick } from "./yardstick.ts";

Deno.test("the classifier's accuracy is that on the held-out digits, not on those that it was trained on", async () => {
  await startEngine("wasm");
  const split = await loadDigits();
  const train = take(split.train, 600);
  const watch = { signal: new AbortController().signal, progress: () => {} };
  const options = { ...QUICK, classifierHidden: [32, 8], classifierEpochs: 12 };
  const accuracy = async (labels: Int32Array): Promise<number> =>
    (await makeYardstick({ ...split, train, heldOut: { ...train, labels } }, options, watch)).accuracy;
  // The same images held out: with their own labels, and with labels that are all wrong.
  const [right, wrong] = [
    await accuracy(train.labels!),
    await accuracy(train.labels!.map((label) => (label + 1) % 10)),
  ];
  assert(right > 0.6, `${right} with the labels that it was trained on`);
  assert(wrong <= 1 - right, `${wrong} where all labels are wrong`);
});
