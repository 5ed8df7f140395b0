import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { encodeBase64 } from "@std/encoding/base64";
import { COMPARED } from "../digits/compared.ts";
import { findings } from "./findings.ts";
import { DEFAULTS, type SamplesOptions } from "./options.ts";
import type { PartResult } from "./part_result.ts";

const OPTIONS: SamplesOptions = { ...DEFAULTS, seeds: 3 };
const digits = {
  width: 1,
  height: 1,
  prior: encodeBase64(new Uint8Array(20)),
  aggregate: encodeBase64(new Uint8Array(20)),
};
const FAILURE = "training: the loss must be finite, but at step 7 it is NaN";

/** The β-VAE's distances are 10, 20 and 30 by seed; each next objective's are 1 more; both Taylors' by what is given. */
function results(failed: readonly string[] = [], apart = 0): PartResult[] {
  const models = [0, 1, 2].flatMap((seed) =>
    COMPARED.map(({ objective }, index): PartResult => {
      const model = { objective, beta: OPTIONS.beta, seed };
      if (failed.includes(`${objective} ${seed}`)) return { kind: "failed", ...model, failure: FAILURE };
      const prior = objective === "taylor-jacobian" ? 10 * (seed + 1) + 1 + apart : 10 * (seed + 1) + index;
      return { kind: "model", ...model, prior, aggregate: prior / 2, digits };
    })
  );
  return [{ kind: "yardstick", accuracy: 0.95, floor: 0.5, untrained: 100, images: 4500 }, ...models];
}

const NO_FAILURE = /Every training ended\./;

Deno.test("without failures every number is over all seeds, and the words say that every training ended", async () => {
  const { words, tables, results: { models } } = await findings(OPTIONS, results());
  assertEquals(models.length, 18);
  assertMatch(words.join("\n"), NO_FAILURE);
  assertMatch(words[2]!, /in 18 of 18 models:/);
  assert(!/\d of 3 seeds/.test(JSON.stringify([words, tables])));
  const grae = tables[0]!.rows.find(([name]) => name === "GRAE")!;
  // 13, 23, 33; over 10, 20, 30 they are 1.3, 1.15, 1.1.
  assertEquals(grae.slice(1, 2), ["23.00 ± 10.00 (13.00–33.00)"]);
  assertEquals(grae[3], `${((1.3 + 1.15 + 1.1) / 3).toFixed(2)} (1.10–1.30)`);
});

Deno.test("a seed that failed is in no mean, and wherever one lacks it, it is said: 2 of 3 seeds", async () => {
  const { words, tables, figures, results: { models } } = await findings(
    OPTIONS,
    results(["grae 1", "beta-vae 2"]),
  );
  assertEquals(models.length, 16);
  const rows = new Map(tables[0]!.rows.map(([name, ...row]) => [name, row]));
  const grae = rows.get("GRAE, 2 of 3 seeds")!;
  assert(grae[0]!.startsWith("23.00 ± 14.14 (13.00–33.00)"), grae[0]);
  // Only the first seed has both.
  assertEquals(grae[2], "1.30 (1.30–1.30), 1 of 3 seeds");
  assertEquals(rows.get("GRAE*")![2], "1.30 (1.20–1.40), 2 of 3 seeds");
  const text = words.join("\n");
  assert(!NO_FAILURE.test(text));
  // What is left of an objective is named beside each mean, and where models are counted.
  for (const line of words.slice(0, 2)) {
    assertMatch(line, /by objective \(β-VAE, 2 of 3 seeds; GRAE, 2 of 3 seeds\)/);
  }
  assertMatch(words[2]!, /16 of 16 models, of 18 that were trained/);
  assert(text.includes(FAILURE), text);
  assertMatch(figures[0]!.seen, /GRAE, 2 of 3 seeds/);
  const file = (name: string) => figures.find((figure) => figure.file === name)!;
  assertMatch(file("grae-seeds.png").seen, /seed 1 did not end/i);
  assertMatch(file("beta-vae-seeds.png").seen, /seed 2 did not end/i);
});

Deno.test("an objective of which every training failed has no number and no picture", async () => {
  const { tables, figures, words } = await findings(OPTIONS, results(["grae 0", "grae 1", "grae 2"]));
  assertEquals(tables[0]!.rows.find(([name]) => name === "GRAE, 0 of 3 seeds")!.slice(1), Array(4).fill("–"));
  assertEquals(figures.filter(({ file }) => file.startsWith("grae.") || file.startsWith("grae-seeds")), []);
  assert(!/NaN|Infinity/.test(JSON.stringify([tables, figures]) + words.join().replace(FAILURE, "")));
});

Deno.test("a first seed that failed leaves the others' pictures, which say that it did not end", async () => {
  const { figures } = await findings(OPTIONS, results(["grae 0"]));
  const files = figures.map(({ file }) => file);
  assertEquals([files.includes("grae.png"), files.includes("grae-seeds.png")], [false, true]);
  assertMatch(figures.find(({ file }) => file === "grae-seeds.png")!.seen, /seed 0 did not end/i);
});

Deno.test("every seed's samples are shown: the first by itself, then all others, each with its distances", async () => {
  const { figures } = await findings(OPTIONS, results());
  assertEquals(
    figures.slice(1).map(({ file }) => file),
    COMPARED.flatMap(({ objective }) => [`${objective}.png`, `${objective}-seeds.png`]),
  );
  const [first, others] = figures.slice(1);
  assertMatch(first!.seen, /Seed 0/);
  assertMatch(others!.seen, /20\.0 and 10\.0.*30\.0 and 15\.0/);
  const { figures: alone } = await findings({ ...OPTIONS, seeds: 1 }, results().slice(0, 7));
  assertEquals(alone.slice(1).map(({ file }) => file), COMPARED.map(({ objective }) => `${objective}.png`));
});

Deno.test("the two Taylors: by their figures and their activation, piecewise linear or not", async () => {
  const said = async (activation: SamplesOptions["activation"], apart: number): Promise<string> =>
    (await findings({ ...OPTIONS, activation }, results([], apart))).words
      .find((line) => line.startsWith("The two Taylor"))!;
  for (const activation of ["relu", "leaky-relu", "identity"] as const) {
    assertMatch(await said(activation, 0), /are equal.*\(T4\)/);
    assert(!(await said(activation, 0)).includes("rounding"));
    assertMatch(
      await said(activation, 0.1),
      /differ by at most .*\(T4\).*rounding, which training amplifies/,
    );
  }
  for (const apart of [0, 0.1]) assert(!/T4|rounding/.test(await said("tanh", apart)));
  // 11 against 11.1: seeds are matched, and the β-VAE's failures change nothing.
  assertAlmostEquals(Number(/most ([\d.]+)%/.exec(await said("tanh", 0.1))![1]), 100 * (1 - 11 / 11.1), 0.01);
});

Deno.test("the floor is said to be no bound, and to be optimistic, where it is shown", async () => {
  const { figures, tables } = await findings(OPTIONS, results());
  for (const text of [figures[0]!.theory, tables[0]!.caption]) {
    assert(!text.includes("Nothing is nearer"));
    assertMatch(text, /no (lower )?bound/);
    assertMatch(text, /optimistic.*classifier was trained on both/);
  }
});
