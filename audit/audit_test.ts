import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { judge, PLANTED } from "../fixtures/losses/judge.ts";
import { type Draw, drawFrom, logOf } from "../fixtures/losses/log.ts";
import { auditor, auditRows } from "../audit.ts";
import { type Finding, shareOf } from "./finding.ts";
import { NOTHING_KNOWN } from "./verdict.ts";
import { inWords } from "./words.ts";
import "../fixtures/suite_seed.ts";

/** A log in all digits, of enough rows. */
const CLEAR: Draw = { seed: 1, pixels: 12, latents: 4, beta: 0.7, rows: 200, noise: 0, float32: false };

Deno.test("at least 60 losses are planted, each under its own name", () => {
  assert(PLANTED.length >= 60, `${PLANTED.length}`);
  assertEquals(new Set(PLANTED.map(({ name }) => name)).size, PLANTED.length);
});

for (const planted of PLANTED) {
  Deno.test(`${planted.name}: ${planted.kind}`, () => {
    for (const noise of [0, 1e-6]) {
      for (const float32 of [false, true]) {
        const { outcome, verdict } = judge(planted, { ...CLEAR, noise, float32 });
        assertEquals(outcome, "right", verdict.words);
      }
    }
  });
}

Deno.test("no verdict on a planted loss is false, whatever its sizes, β, noise and rounding", () => {
  fc.assert(
    fc.property(fc.constantFrom(...PLANTED), fc.nat(), (planted, seed) => {
      const { outcome, verdict } = judge(planted, drawFrom(seed));
      assert(outcome !== "false", `${planted.name}: ${verdict.words}`);
    }),
    { numRuns: 150 },
  );
});

Deno.test("of two missing terms not one alone is named, where noise hides the other", () => {
  const planted = PLANTED.find(({ name }) => name === "an autoencoder with ½‖h‖²")!;
  for (const seed of [1003077, 1005681]) {
    const { outcome, verdict } = judge(planted, drawFrom(seed));
    assert(outcome !== "false" && verdict.kind !== "beta-vae", verdict.words);
  }
});

Deno.test("without noise the planted coefficients come back, for every β from 0.01 to 100 and any number of pixels and latents", () => {
  const plain = PLANTED.find(({ name }) => name === "½ sse + β KL")!;
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 1, max: 12 }),
    fc.double({ min: -2, max: 2, noNaN: true }),
    fc.integer({ min: 40, max: 200 }),
    fc.nat(),
    (pixels, latents, exponent, rows, seed) => {
      const beta = 10 ** exponent;
      const draw = { seed, pixels, latents, beta, rows, noise: 0, float32: false };
      const { kind, coefficients, words } = auditRows(logOf(plain, draw).rows, { pixels, latents });
      assertEquals(kind, "beta-vae", words);
      const planted = [0.5, beta, beta, beta, -beta * latents / 2];
      coefficients.forEach(({ value }, i) =>
        // The rows are exact, and fits lose what rounding and the condition number take.
        assert(
          Math.abs(value - planted[i]!) <= 1e-8 * Math.max(1, beta * latents),
          `${i}: ${value}, ${planted[i]}`,
        )
      );
    },
  ));
});

Deno.test("the interval of β is as wide as its noise: it holds the planted β, and narrows with √rows", () => {
  const plain = PLANTED.find(({ name }) => name === "BCE + β KL")!;
  const width = (rows: number): number => {
    const { beta } = judge(plain, { ...CLEAR, rows, noise: 0.01 }).verdict;
    return beta!.halfWidth;
  };
  const ratio = width(200) / width(3200);
  assert(ratio > 3 && ratio < 5.5, `${ratio}`);
});

Deno.test("six rows in all digits are enough, and five are not", () => {
  const plain = PLANTED.find(({ name }) => name === "½ sse + β KL")!;
  for (let seed = 0; seed < 20; seed++) {
    const kinds = [5, 6].map((rows) =>
      auditRows(logOf(plain, { ...CLEAR, seed, rows, latents: 2 }).rows).kind
    );
    assertEquals(kinds, ["unidentified", "beta-vae"], `${seed}`);
  }
});

Deno.test("a β that was meant is held to its tolerance; a likelihood too", () => {
  const plain = PLANTED.find(({ name }) => name === "½ sse + β KL")!;
  const { rows } = logOf(plain, CLEAR);
  const held = (options: Parameters<typeof auditRows>[1]) => auditRows(rows, options).notAsExpected;
  assertEquals(held({}), null);
  assertEquals(held({ expectedBeta: 0.7 }), null);
  assertEquals(held({ expectedBeta: 0.71 }), null);
  assertEquals(held({ expectedBeta: 0.72 }), "the effective β is 0.7, not 0.72");
  assertEquals(held({ expectedBeta: 0.72, tolerance: 0.05 }), null);
  assertEquals(
    held({ expectedLikelihood: "bernoulli" }),
    "the likelihood is unit-variance Gaussian, not Bernoulli",
  );
  assertEquals(
    held({ expectedBeta: 4, expectedLikelihood: "bernoulli" }),
    "the likelihood is unit-variance Gaussian, not Bernoulli; the effective β is 0.7, not 4",
  );
  const noisy = judge(plain, { ...CLEAR, noise: 0.015 }).verdict;
  assert(noisy.notAsExpected!.startsWith("the effective β is known to ± "), noisy.notAsExpected!);
});

Deno.test("a factor that both terms have is no reason for β, and is said all the same", () => {
  const divided = PLANTED.find(({ name }) => name === "all divided by the pixels")!;
  const { words, correction } = judge(divided, CLEAR).verdict;
  assert(
    /effective β = 0\.7 ± \S+, where the reconstruction is a mean over 12 pixels and the KL is divided by 12 pixels\.$/
      .test(words),
    words,
  );
  assertEquals(correction, null);
});

Deno.test("a few rows with noise are too few to tell it from another term; in all digits they do", () => {
  const plain = PLANTED.find(({ name }) => name === "½ sse + β KL")!;
  const words = (noise: number): string => judge(plain, { ...CLEAR, rows: 24, noise }).verdict.words;
  assert(words(0).startsWith("This is a β-VAE loss"), words(0));
  assert(words(1e-4).includes("24 rows are too few to tell noise from another term, and 0.0"), words(1e-4));
  const kinds = [31, 32].map((rows) => judge(plain, { ...CLEAR, rows, noise: 1e-4 }).verdict.kind);
  assertEquals(kinds, ["unidentified", "beta-vae"]);
});

Deno.test("noise of less than 2% of the loss's deviation is explained, and of more is not", () => {
  const plain = PLANTED.find(({ name }) => name === "½ sse + β KL")!;
  // The share of 10,000 rows is known to 1/√20,000 of itself: these are seven such errors away from 2%.
  const kinds = [0.019, 0.021].map((noise) => judge(plain, { ...CLEAR, rows: 10_000, noise }).verdict.kind);
  assertEquals(kinds, ["beta-vae", "not-beta-vae"]);
});

Deno.test("rows that are kept are drawn evenly, and all others still count", () => {
  const audit = auditor();
  const { rows } = logOf(PLANTED[0]!, { ...CLEAR, rows: 4000, latents: 2, pixels: 3 });
  rows.forEach((row, i) => audit.add(i === 3990 ? { ...row, loss: row.loss + 1000 } : row));
  const { kind, points, rows: count } = audit.verdict();
  assertEquals([kind, count, points.length], ["not-beta-vae", 4000, 1000]);
  const early = points.filter(({ at }) => at <= 2000).length;
  // 500 ± 5 standard deviations of a draw without replacement.
  assert(early > 430 && early < 570, `${early}`);
});

Deno.test("what a row lacks, or has twice, is said in a line", () => {
  const [first] = logOf(PLANTED[0]!, CLEAR).rows as [import("../audit.ts").LogRow];
  const refused = (row: object, options = {}): string => {
    try {
      auditRows([{ ...first, ...row }], options);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  assertEquals(refused({ loss: NaN }), "the loss must be finite, but it is NaN");
  assertEquals(refused({ sse: undefined }), "a log needs sse, bce, or x and x̂, but has none of them");
  assertEquals(
    refused({ mean: undefined, spread: undefined }),
    "a log needs μ and σ of each example (mu_0, …, logvar_0, …), or kl, but has neither",
  );
  assertEquals(
    refused({ spread: undefined }),
    "μ and σ go together, but the log has no σ: log it as logvar_0, logvar_1, … (or std_, var_)",
  );
  assertEquals(
    refused({ spread: { is: "σ", values: [1] } }),
    "μ and σ must have the same latents, but have 4 and 1",
  );
  assertEquals(refused({ x: [1] }), "x and x̂ (or its logits) go together, but the log has x alone");
  assertEquals(refused({ x: [1], decoded: [1, 2] }), "x and x̂ must have the same pixels, but have 1 and 2");
  assertEquals(refused({}, { latents: 3 }), "there must be 3 latents, as was said, but the log has 4");
  const spread = (is: string, value: number) => ({ spread: { is, values: [1, value, 1, 1] } });
  assertEquals(
    refused(spread("σ", 0)),
    "σ of latent 2 must be a number from which log σ² follows, but it is 0",
  );
  assertEquals(
    refused(spread("σ²", -1)),
    "σ² of latent 2 must be a number from which log σ² follows, but it is -1",
  );
  assertEquals(
    refused(spread("log σ²", 800)),
    "log σ² of latent 2 must be a number from which σ² follows, but it is 800",
  );
  assertEquals(refused({ sse: 1e200 }), "sse must be at most 1e+150, but it is 1e+200");
  assertEquals(refused({ loss: -1e200 }), "the loss must be finite, but it is -1e+200");
  const pixel = (decoded: number) => ({ sse: undefined, x: [1], decoded: [decoded] });
  assertEquals(refused(pixel(NaN)), "x̂ of pixel 1 must be finite, but it is NaN");
  const batch = [{ ...first, batch: 1 }, { ...first, batch: 2 }, { ...first, batch: 1 }];
  assertEquals(
    refusedRows(batch),
    "rows of batch 1 must follow each other, but others are between them",
  );
  assertEquals(
    refusedRows([{ ...first, batch: 1, loss: 1 }, { ...first, batch: 1, loss: 2 }]),
    "rows of batch 1 must have its one loss, but have 1 and 2",
  );
});

function refusedRows(rows: Parameters<typeof auditRows>[0]): string {
  try {
    auditRows(rows);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

Deno.test("means over batches identify nothing where μ and σ are averaged, and all where the KL is", () => {
  const batch = 16, { rows } = logOf(PLANTED[0]!, { ...CLEAR, rows: 100 * batch, latents: 2 });
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  const means = Array.from({ length: 100 }, (_, i) => rows.slice(batch * i, batch * (i + 1))).map((own) => ({
    loss: mean(own.map(({ loss }) => loss)),
    sse: mean(own.map(({ sse }) => sse!)),
    mean: [0, 1].map((latent) => mean(own.map((row) => row.mean![latent]!))),
    spread: {
      is: "log σ²" as const,
      values: [0, 1].map((latent) => mean(own.map((row) => row.spread!.values[latent]!))),
    },
    kl: mean(own.map((row) =>
      [0, 1].reduce((sum, i) => {
        const [m, s] = [row.mean![i]!, row.spread!.values[i]!];
        return sum + (m * m + Math.exp(s) - s - 1) / 2;
      }, 0)
    )),
  }));
  const told = auditRows(means.map(({ kl: _, ...row }) => ({ ...row, examples: batch })));
  assertEquals([told.kind, told.unknown], [
    "unidentified",
    "they are means over a batch, and the mean of μ² does not follow from the mean of μ",
  ]);
  const untold = auditRows(means.map(({ kl: _, ...row }) => row));
  assert(untold.kind !== "beta-vae" && /If these are means over a batch/.test(untold.words), untold.words);
  const logged = auditRows(means.map(({ loss, sse, kl }) => ({ loss, sse, kl, examples: batch })));
  assertEquals([logged.kind, logged.beta!.value.toFixed(6)], ["beta-vae", "0.700000"], logged.words);
});

Deno.test("nothing, one row, and a KL that was logged have their own words", () => {
  assertEquals(
    auditRows([]).words,
    "This cannot be identified from these rows: there are no rows. Log a row for each example.",
  );
  const logged = { ...PLANTED.find(({ name }) => name === "KL as logged")!, count: 3 };
  assertEquals(
    auditRows(logOf(logged, CLEAR).rows).words,
    "This cannot be identified from these rows: there are 3, and 3 coefficients need 4. Log at least 4 rows, better a hundred.",
  );
});

Deno.test("of pure noise all is unexplained, with however many coefficients: those it explains by chance do not count", () => {
  const [total, rows] = [50, 40];
  for (const coefficients of [1, 2, 5, 20]) {
    // Each explains a share 1/(rows − 1) of noise.
    const freedom = rows - 1 - coefficients;
    const found = {
      total,
      freedom,
      left: total * freedom / (rows - 1),
      coefficients: Array(coefficients).fill(0),
    };
    assertAlmostEquals(shareOf(found as never), 1, 1e-12);
  }
});

Deno.test("β must be known as closely as it is held to what was meant, as a part of it", () => {
  for (const meant of [0.1, 10]) {
    for (const [width, holds] of [[0.019, true], [0.021, false]] as const) {
      const beta = { value: meant, halfWidth: width * meant };
      const finding: Finding = {
        ...NOTHING_KNOWN,
        kind: "beta-vae",
        likelihood: "gaussian",
        unexplained: 0,
        beta,
      };
      const { asExpected, notAsExpected } = inWords(finding, { expectedBeta: meant });
      assertEquals(asExpected, holds, `${meant} ± ${width * meant}`);
      if (!holds) assert(notAsExpected!.startsWith("the effective β is known to ± "), notAsExpected!);
    }
  }
});

Deno.test("the rows that are explained least are told, the worst first, of whichever sign", () => {
  const points = [3, -5, 1, 4, -2, 0, 6].map((off, i) => ({ at: i + 1, loss: 10 + off, explained: 10 }));
  const { worst } = inWords(
    { ...NOTHING_KNOWN, kind: "not-beta-vae", mistakes: ["it is another"], points },
    {},
  );
  assertEquals(worst.map(({ at }) => at), [7, 2, 4, 1, 5]);
});

Deno.test("a β that rises and then stays is told from its start to its end, with the step from which it stays", () => {
  const rows = Array.from({ length: 300 }, (_, i) => {
    const step = i + 1, sse = 20 + 10 * Math.sin(7 * i), kl = 5 + 3 * Math.sin(11 * i + 1);
    return { step, sse, kl, loss: 0.5 * sse + (0.1 + 0.9 * Math.min(1, step / 150)) * kl };
  });
  const { bent, words } = auditRows(rows);
  const [start, end] = bent!.weights;
  assertEquals(bent!.kind, "annealed");
  assertAlmostEquals(start!, 0.106, 1e-3);
  assertAlmostEquals(end!, 1, 1e-3);
  assertAlmostEquals(bent!.threshold!, 150, 0.5);
  assert(words.includes(" (the KL's coefficient goes from 0.106 to 1, and stays from step 150 on)"), words);
});
