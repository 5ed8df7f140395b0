import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { read, startEngine, tf } from "../../lib/engine/mod.ts";
import { loadDigits, type Split, take } from "../../lib/data/mod.ts";
import { graeStarLoss } from "../../lib/objective/mod.ts";
import { meanLoss } from "./evaluate.ts";
import { fitDigits, type FitOptions, keptOf } from "./fit.ts";

const OPTIONS: FitOptions = {
  objective: "grae-star",
  posterior: null,
  likelihood: "gaussian",
  beta: 0.2,
  latent: 2,
  block: null,
  hidden: [16],
  activation: "relu",
  epochs: 3,
  batch: 50,
  learningRate: 1e-3,
  seed: 5,
};

async function few(): Promise<Split> {
  const split = await loadDigits();
  return { ...split, train: take(split.train, 220), heldOut: take(split.heldOut, 100) };
}

const bits = async (parameters: readonly tf.Tensor[]): Promise<string> =>
  (await Promise.all(parameters.map(async (p) => [...await read(p)].join()))).join("|");

Deno.test("a fit lowers the loss, shows its parameters before and after each epoch, and leaves no other tensor", async () => {
  await startEngine("wasm");
  const split = await few();
  const before = tf.memory().numTensors;
  const losses: number[] = [];
  const epochs: number[] = [];
  const shares: number[] = [];
  const rows: [number, Readonly<Record<string, unknown>>][] = [];
  const { setup, parameters } = await fitDigits(OPTIONS, split, {
    signal: new AbortController().signal,
    progress: (share) => shares.push(share),
    log: (...row) => void rows.push(row),
    onEpoch: async (fitted, epoch) => {
      epochs.push(epoch);
      losses.push(await meanLoss(fitted, split.heldOut, (m, x, k) => graeStarLoss(m, x, k, OPTIONS.beta)));
    },
  });
  assertEquals(epochs, [0, 1, 2, 3]);
  assertEquals(losses.every((loss, i) => i === 0 || loss < losses[i - 1]!), true, losses.join());
  assertEquals([shares.length, shares.at(-1)], [15, 1]);
  assertEquals(rows.map(([step]) => step), Array.from({ length: 15 }, (_, i) => i + 1));
  for (const [, { loss, ...terms }] of rows) {
    assertEquals(Object.keys(terms), ["reconstruction", "prior", "volume"]);
    const sum = Object.values(terms).reduce<number>((sum, term) => sum + Number(term), 0);
    // Means over a batch in float32.
    assertAlmostEquals(sum, Number(loss), 1e-5 * Number(loss));
  }
  assertEquals(setup.description.family, null);
  assertEquals(tf.memory().numTensors, before + parameters.length);
  tf.dispose([...parameters]);
});

Deno.test("the same seed fits the same parameters bit for bit, another seed others", async () => {
  await startEngine("wasm");
  const split = await few();
  const quietly = { signal: new AbortController().signal, progress: () => {} };
  const fit = async (seed: number): Promise<string> => {
    const { parameters } = await fitDigits({ ...OPTIONS, epochs: 1, seed }, split, quietly);
    const text = await bits(parameters);
    tf.dispose([...parameters]);
    return text;
  };
  const [first, again, other] = [await fit(1), await fit(1), await fit(2)];
  assertEquals(first === again, true);
  assertEquals(first === other, false);
});

Deno.test("a fit that is aborted throws the signal's reason and leaves no tensor", async () => {
  await startEngine("wasm");
  const split = await few();
  const before = tf.memory().numTensors;
  const abort = new AbortController();
  const stop = new DOMException("enough", "AbortError");
  const progress = (share: number): void => {
    if (share > 0.3) abort.abort(stop);
  };
  await assertRejects(
    () => fitDigits(OPTIONS, split, { signal: abort.signal, progress }),
    DOMException,
    "enough",
  );
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a fit that is told little takes the rest as the task mnist has it, and a posterior where one is learned", async () => {
  await startEngine("wasm");
  const split = await few();
  const quietly = { signal: new AbortController().signal, progress: () => {} };
  for (const [objective, family] of [["beta-vae", "mean-field"], ["grae-star", undefined]] as const) {
    const given = { objective, beta: 0.2, latent: 2, epochs: 1, seed: 5 };
    const { setup: { description }, parameters } = await fitDigits(given, split, quietly);
    assertEquals(description.family?.name, family);
    assertEquals(description.encoder.layers.map(({ outputs }) => outputs).slice(0, 2), [500, 500]);
    tf.dispose([...parameters]);
  }
});

Deno.test("a part keeps every parameter by name and shape, and of Adam's first step the biases", async () => {
  await startEngine("wasm");
  const split = await few();
  const fitted = await fitDigits({ ...OPTIONS, epochs: 1 }, split, {
    signal: new AbortController().signal,
    progress: () => {},
  });
  const kept = await keptOf(fitted);
  tf.dispose([...fitted.parameters]);
  const layers = [["encoder.0", 784, 16], ["encoder.1", 16, 2], ["decoder.0", 2, 16], [
    "decoder.1",
    16,
    784,
  ]] as const;
  assertEquals(kept.map(({ name, shape, values }) => [name, shape, values.length]), [
    ...layers.flatMap(([layer, inputs, outputs]) => [
      [`${layer}.weight`, [inputs, outputs], inputs * outputs],
      [`${layer}.bias`, [outputs], outputs],
    ]),
    ...layers.map(([layer, , outputs]) => [`first_step.adam.first.${layer}.bias`, [outputs], outputs]),
  ]);
});
