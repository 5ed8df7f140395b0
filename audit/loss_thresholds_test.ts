/** How far a loss is looked at, and how it is told, just inside and just beyond. */

import { assertEquals } from "@std/assert";
import { written } from "../fixtures/losses/written.ts";
import type { LossCase } from "../properties/contract/subject.ts";
import { numbersFrom } from "./auditor.ts";
import { unequalPixel } from "./loss_probe.ts";
import { NOTHING_KNOWN } from "./verdict.ts";
import { auditLoss } from "./loss.ts";
import { Asked, type AuditedLoss, rowsOf } from "./loss_design.ts";
import { inWords, shown, shownInterval } from "./words.ts";

const right = written({ beta: 2 }, (value) => value);
const loss = (given: LossCase): number => right(given) as number;
const each = (table: LossCase["mean"], f: (value: number) => number): number[][] =>
  table.map((row) => row.map(f));
const clamped = (low: number, high: number) => (value: number): number =>
  Math.min(high, Math.max(low, value));

/** Losses that are another beyond a bound, by the place where a loss is asked. */
const BOUNDED: readonly (readonly [place: string, at: number, bounded: (bound: number) => AuditedLoss])[] = [
  ["means are ±5", 5, (b) => (given) => loss({ ...given, mean: each(given.mean, clamped(-b, b)) })],
  [
    "log σ² is −8",
    8,
    (b) => (given) => loss({ ...given, logVariance: each(given.logVariance, clamped(-b, b)) }),
  ],
  [
    "log σ² is 4",
    4,
    (b) => (given) => loss({ ...given, logVariance: each(given.logVariance, clamped(-100, b)) }),
  ],
  ["residuals are ±3", 3, (b) => (given) => {
    const decoded = given.decoded.map((row, i) =>
      row.map((value, k) => given.x[i]![k]! + clamped(-b, b)(value - given.x[i]![k]!))
    );
    return loss({ ...given, decoded });
  }],
];

Deno.test("a loss is asked where means are 5, log σ² is −8 and 4, residuals are 3 and logits 30, and no farther", async () => {
  for (const [place, at, bounded] of BOUNDED) {
    const words = await Promise.all(
      [0.98, 1.02].map(async (part) =>
        (await auditLoss(bounded(part * at), { n: 4, d: 2, expectedBeta: 2 })).words
      ),
    );
    assertEquals(words.map((one) => one.includes(`it is another loss where ${place}`)), [true, false], place);
    assertEquals(words[1]!.startsWith("This is a β-VAE loss"), true, words[1]);
  }
  const bce = written({ reconstruction: "bce-with-logits", beta: 2 }, (value) => value);
  const kinds = await Promise.all([29, 31].map(async (bound) => {
    const cut: AuditedLoss = (given) =>
      bce({ ...given, decoded: each(given.decoded, clamped(-bound, bound)) });
    return (await auditLoss(cut, { n: 4, d: 2, expectedBeta: 2, logits: true })).mistakes;
  }));
  assertEquals(kinds, [["it is another loss where logits are ±30"], []]);
});

Deno.test("another β is told from twice the first within a thousandth", async () => {
  const powers = await Promise.all([1.00045, 1.00055].map(async (factor) => {
    // β, but at 4 by so much more: of the first, which is 2, it is twice that part.
    const bent: AuditedLoss = (given) => {
      const prior = loss({
        ...given,
        mean: each(given.mean, () => 0),
        logVariance: each(given.mean, () => 0),
      });
      return prior + (loss(given) - prior) * given.beta / 2 * (given.beta > 3 ? factor : 1);
    };
    return (await auditLoss(bent, { n: 4, d: 2, beta: 2 })).mistakes;
  }));
  assertEquals(powers, [[], ["β is not the factor of the KL"]]);
});

Deno.test("examples are asked from log σ² = −4 to 2 and, where a loss has no number there, from 0.1 to 3", async () => {
  // Of a KL that weighs little, posteriors are drawn as far apart as they go.
  const weak = ({ x, decoded, mean, logVariance }: LossCase): number =>
    loss({ x, decoded, mean: each(mean, () => 0), logVariance: each(mean, () => 0), beta: 1 }) +
    1e-3 * [...mean.flat(), ...logVariance.flat()].reduce((sum, value) => sum + value * value, 0);
  const above = (given: LossCase): number => given.logVariance.flat().every((v) => v > 0) ? weak(given) : NaN;
  for (const [f, low, high] of [[weak, -4, 2], [above, 0.1, 3]] as const) {
    const { design, rows } = await rowsOf(new Asked(f, 1), { n: 3, d: 20 });
    const spreads = design.flatMap(({ logVariance }) => logVariance);
    assertEquals([Math.min(...spreads), Math.max(...spreads)], [low, high]);
    // Six examples a latent and 40, or 160.
    assertEquals([rows.length, (await rowsOf(new Asked(f, 1), { n: 3, d: 21 })).rows.length], [160, 166]);
    const outputs = design.flatMap(({ decoded }) => decoded);
    assertEquals([Math.min(...outputs) >= 0.03, Math.max(...outputs) <= 0.97], [true, true]);
  }
});

Deno.test("up to 127 pixels all are held against the first, and of more at least 64", async () => {
  const found = (n: number) =>
    Promise.all(Array.from({ length: n - 1 }, async (_, i) => {
      const at = i + 1;
      const asked = new Asked(({ x, decoded }) =>
        x[0]!.reduce((sum, value, k) => sum + (k === at ? 2 : 1) * (value - decoded[0]![k]!) ** 2, 0), 1);
      const flat = Array<number>(n).fill(0.5);
      return await unequalPixel(asked, { x: flat, decoded: flat, mean: [0], logVariance: [0] }, false) !==
        null;
    })).then((all) =>
      all.filter((is) =>
        is
      ).length
    );
  assertEquals([await found(127), await found(128), await found(256)], [126, 64, 64]);
});

Deno.test("numbers without a pattern are Marsaglia's xorshift of 32 bits", () => {
  const draw = numbersFrom(1);
  const first = Array.from({ length: 4 }, () => draw() * 2 ** 32);
  assertEquals(first, [270369, 67634689, 2647435461, 307599695]);
});

Deno.test("numbers have four digits, an exponent below 1e-4 and from 1e6 on; with an interval, four to seven", () => {
  assertEquals([9.999e-5, 1e-4, 999_900, 1e6, -1.23456, 0].map(shown), [
    "9.999e−5",
    "0.0001",
    "999900",
    "1e6",
    "−1.235",
    "0",
  ]);
  const value = 1.23456789;
  const widths = [1, 1e-3, 1e-4, 1e-5, 1e-6, 1e-9, Infinity].map((halfWidth) =>
    shownInterval({ value, halfWidth })
  );
  assertEquals(widths, [
    "1.235 ± 1",
    "1.2346 ± 0.001",
    "1.23457 ± 0.0001",
    "1.234568 ± 1e−5",
    "1.234568 ± 1e−6",
    "1.234568 ± 1e−9",
    "1.235",
  ]);
  assertEquals(shownInterval({ value: -2e-5, halfWidth: 0.5 }), "−2e−5 ± 0.5");
  const ends = [9.9e-5, 1e-4, 999_900, 1e6].map((value) => shownInterval({ value, halfWidth: 1e-3 * value }));
  assertEquals(ends.map((text) => text.split(" ")[0]), ["9.9e−5", "0.0001", "999900", "1e6"]);
});

Deno.test("of the latents' coefficients twelve are told", () => {
  const words = [12, 13].map((count) =>
    inWords({
      ...NOTHING_KNOWN,
      kind: "not-beta-vae",
      mistakes: ["latents count differently"],
      bent: { kind: "latents", threshold: null, weights: Array.from({ length: count }, (_, i) => i + 1) },
    }, {}).words.includes("11, 12, …)")
  );
  assertEquals(words, [false, true]);
});

Deno.test("a KL of half and of twice the β that was meant is told so, and what is unexplained in percent", () => {
  const said = (factor: number) =>
    inWords({
      ...{ ...NOTHING_KNOWN, kind: "beta-vae", likelihood: "gaussian", unexplained: 0.0123 },
      beta: { value: 4 * factor, halfWidth: 0 },
      reconstruction: { value: 0.5, halfWidth: 0 },
      kl: { value: 4 * factor, halfWidth: 0 },
    }, { expectedBeta: 4 });
  assertEquals([0.5, 1, 2].map((factor) => said(factor).because), [["the KL is halved"], [], [
    "the KL lacks its ½",
  ]]);
  assertEquals([0.5, 2].map((factor) => said(factor).correction), [
    "for β = 4 multiply the KL by 2",
    "for β = 4 multiply the KL by 0.5",
  ]);
  assertEquals(
    said(1).words.endsWith(" 1.23% of the spread of the loss is unexplained."),
    true,
    said(1).words,
  );
});
