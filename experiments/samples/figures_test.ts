import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { decode } from "fast-png";
import * as v from "valibot";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { COMPARED } from "../digits/compared.ts";
import type { Images } from "./distance.ts";
import { standardOf } from "../runner/options.ts";
import type { Conclusion } from "../runner/study.ts";
import { conclude, samplesPng, shownOf } from "./figures.ts";
import { type MeasuredModel, type MeasuredReals, samplesStudy } from "./study.ts";

const SIZE = { width: 2, height: 1, count: 60 };
/** Image i is all i/255, and a bit above for the second kind. */
const grey = (offset: number): Images => (start, end) =>
  tf.tidy(() => {
    const values = Array.from({ length: end - start }, (_, i) => (start + i + offset) / 255);
    return tf.tile(tf.reshape(tf.tensor(values), [values.length, 1]), [1, 2]);
  });

Deno.test("what is shown of samples is their first, each pixel as a byte; no more than there are; no tensor left", async () => {
  await startEngine("wasm");
  const before = tf.memory().numTensors;
  const { width, height, prior, aggregate } = await shownOf(
    { prior: grey(0), aggregate: grey(100) },
    SIZE,
  );
  assertEquals([width, height], [2, 1]);
  const each = (offset: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => [i + offset, i + offset]).flat();
  assertEquals([...decodeBase64(prior)], each(0, 30));
  assertEquals([...decodeBase64(aggregate)], each(100, 30));
  const few = await shownOf({ prior: grey(0), aggregate: grey(1) }, { ...SIZE, count: 3 });
  assertEquals([...decodeBase64(few.aggregate)], each(1, 3));
  // A value is shown by the nearest byte.
  const between = await shownOf({ prior: grey(0.4), aggregate: grey(0.6) }, { ...SIZE, count: 3 });
  assertEquals([...decodeBase64(between.prior)], each(0, 3));
  assertEquals([...decodeBase64(between.aggregate)], each(1, 3));
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("models' samples follow each other, ten to a row, the prior's on the left", async () => {
  await startEngine("wasm");
  const models = await Promise.all(
    [0, 50].map((more) => shownOf({ prior: grey(more), aggregate: grey(100 + more) }, SIZE)),
  );
  const { width, height, data } = decode(samplesPng(models));
  // Ten images of 2 × 1 and nine gaps of 2 to a row, three rows to a model, gaps of 2 between rows; 12 between grids.
  const grid = 10 * 2 + 9 * 2;
  assertEquals([width, height], [2 * grid + 12, 6 * 1 + 5 * 2]);
  for (const model of [0, 1]) {
    for (const [kind, first] of [[0, 0], [1, 100]] as const) {
      for (const image of [0, 9, 10, 29]) {
        const x = kind * (grid + 12) + (image % 10) * 4;
        const y = (3 * model + Math.floor(image / 10)) * 3;
        const found = data[y * width + x]!;
        assertEquals(found, first + 50 * model + image, `model ${model}, kind ${kind}, image ${image}`);
      }
    }
  }
});

Deno.test("samples in colour keep the channels of a pixel together", async () => {
  await startEngine("wasm");
  const bytes = (start: number, end: number): number[] =>
    Array.from({ length: 6 * (end - start) }, (_, i) => (6 * start + i) % 256);
  const coloured: Images = (start, end) =>
    tf.tensor(bytes(start, end).map((byte) => byte / 255), [end - start, 6]);
  const shown = await shownOf({ prior: coloured, aggregate: coloured }, { ...SIZE, channels: 3 });
  assertEquals([...decodeBase64(shown.prior)], bytes(0, 30));
  const { width, channels, data } = decode(samplesPng([shown]));
  assertEquals(channels, 3);
  // The second image of the second row is the twelfth.
  const at = 3 * (3 * width + 4);
  assertEquals([...data.subarray(at, at + 6)], bytes(11, 12));
});

const shown = {
  channels: 1 as const,
  width: 1,
  height: 1,
  prior: encodeBase64(new Uint8Array(20)),
  aggregate: encodeBase64(new Uint8Array(20)),
};
const REALS: MeasuredReals = { kind: "reals", accuracy: 0.95, floor: 0.5, untrained: 100, images: 4500 };

/** The β-VAE's distances are 10, 20 and 30 by seed, each next objective's 1 more; the aggregate posterior's are half. */
const modelsBut = (...failed: readonly string[]): MeasuredModel[] =>
  [0, 1, 2].flatMap((seed) =>
    COMPARED.map(({ objective }, index): MeasuredModel => {
      const prior = 10 * (seed + 1) + index;
      return { kind: "model", objective, beta: 0.2, seed, prior, aggregate: prior / 2, shown };
    })
  ).filter(({ objective, seed }) => !failed.includes(`${objective} ${seed}`));
const concluded = (models: readonly MeasuredModel[]): Promise<Conclusion<unknown>> =>
  conclude({ ...standardOf(samplesStudy.options), quick: false, seed: 0, seeds: 3 }, [REALS, ...models]);

Deno.test("the table has every objective and source: spread over seeds, and multiples of the β-VAE's by seed", async () => {
  const { rows, head } = (await concluded(modelsBut())).tables[0]!;
  assertEquals(rows.length, 2 * COMPARED.length + 2);
  assert(rows.every((row) => row.length === head.length));
  // 13, 23, 33; over 10, 20, 30 they are 1.3, 1.15, 1.1.
  assertEquals(rows[6], ["GRAE", "N(0, I)", "3 of 3", 23, 13, 33, (1.3 + 1.15 + 1.1) / 3, 1.1, 1.3]);
  assertEquals(rows[7]!.slice(1, 4), ["the aggregate posterior", "3 of 3", 11.5]);
  assertEquals(rows.slice(-2).map((row) => row[3]), [100, 0.5]);
});

Deno.test("a seed that failed is in no number, and the table says how many are left", async () => {
  const { tables: [table], numbers } = await concluded(modelsBut("grae 1", "beta-vae 2"));
  const { rows } = table!;
  // Only the first seed has both the β-VAE and GRAE.
  assertEquals(rows[6], ["GRAE", "N(0, I)", "2 of 3", 23, 13, 33, 1.3, 1.3, 1.3]);
  assertEquals(rows[8]!.slice(2, 3), ["3 of 3"]);
  assertEquals(numbers["ratio.prior.grae-star.mean"], (1.4 + 1.2) / 2);
  assertEquals([numbers["seeds.grae"], numbers["seeds.grae-star"]], [2, 3]);
});

Deno.test("an objective of which every training failed has no number, no point and no picture", async () => {
  const { figures: [distances, samples], tables: [table], numbers } = await concluded(
    modelsBut("grae 0", "grae 1", "grae 2", "grae-star 0"),
  );
  assertEquals(Object.keys(numbers).filter((name) => name.includes(".grae.")), []);
  assertEquals(table!.rows[6], ["GRAE", "N(0, I)", "0 of 3", ...Array(6).fill(null)]);
  const { content, caption, data } = distances!;
  assertEquals(data!.head, ["series", "d², z from N(0, I)", "d², z from the aggregate posterior"]);
  // Six objectives of three seeds, four of which failed.
  assertEquals([data!.rows.length, data!.rows[0]], [14, ["β-VAE", 10, 5]]);
  assert(!/>GRAE</.test(content as string) && />GRAE\*</.test(content as string));
  assert(!/NaN|Infinity|undefined/.test(caption), caption);
  // The first model that is left stands for an objective.
  assert(
    samples!.caption.endsWith("Taylor (Jacobian), seed 0; GRAE*, seed 1; GRAE*, stochastic, seed 0."),
    samples!.caption,
  );
  assert(
    /^Right: z from the aggregate posterior, .*; left: z from N\(0, I\)/.test(samples!.caption),
    samples!.caption,
  );
  // Five objectives of two rows of a pixel, and a gap of 2 between rows.
  assertEquals(decode(samples!.content as Uint8Array).height, 10 + 9 * 2);
});

Deno.test("a model whose samples are no base64, or that is of no objective, is refused when it is read back", () => {
  const [model] = modelsBut();
  assertEquals(v.parse(samplesStudy.result, JSON.parse(JSON.stringify(model))), model);
  for (
    const change of [{ objective: "elbo" }, { prior: null }, { shown: { ...shown, prior: "é" } }, {
      seed: -1,
    }]
  ) {
    assert(!v.is(samplesStudy.result, { ...model, ...change }), JSON.stringify(change));
  }
});

Deno.test("texts call the images what they are", async () => {
  for (const [dataset, noun] of [["mnist", "digits"], ["shapes", "shapes"], [null, "images"]] as const) {
    const { answer, figures } = await conclude(
      { ...standardOf(samplesStudy.options), dataset, quick: false, seed: 0, seeds: 3 },
      [REALS, ...modelsBut()],
    );
    assertStringIncludes(answer, `to real ${noun} is`);
    assertStringIncludes(answer, `; real ${noun} are`);
    assertStringIncludes(figures.at(-1)!.caption, `is between ${noun}.`);
  }
});
