import { assert, assertEquals, AssertionError, assertRejects } from "@std/assert";
import { PLANTED } from "../fixtures/losses/judge.ts";
import type { Planted } from "../fixtures/losses/planted.ts";
import { written } from "../fixtures/losses/written.ts";
import type { LossCase, LossConvention } from "../properties/contract/subject.ts";
import { reconstructionNames, reductions } from "../properties/contract/mod.ts";
import { mutants } from "../properties/mutants/mod.ts";
import { numbersFrom } from "./auditor.ts";
import { assertLoss, auditLoss } from "./loss.ts";
import type { AuditedLoss } from "./loss_design.ts";

const double = (value: number): number => value;

/** The effective β of a convention. */
function effective(convention: LossConvention, n: number, d: number, beta: number): number {
  const { reconstruction, pixels, latents, variance = 1 } = convention;
  const perPixel = reconstruction === "half-mse"
    ? 1 / 2
    : reconstruction === "gaussian"
    ? 1 / (2 * variance)
    : 1;
  const unit = reconstruction?.startsWith("bce") ? 1 : 2;
  return beta * (latents === "mean" ? 1 / d : 1) / (unit * perPixel * (pixels === "mean" ? 1 / n : 1));
}

const batches = [...reductions, "none"] as const;
const conventions: readonly LossConvention[] = reconstructionNames.flatMap((reconstruction) =>
  reductions.flatMap((pixels) =>
    reductions.flatMap((latents) =>
      batches.map((batch) => ({ reconstruction, pixels, latents, batch, variance: 0.3 }))
    )
  )
);

Deno.test(`auditLoss recovers β of ${conventions.length} right losses, for random n, d and β, in float64 and float32`, async () => {
  const draw = numbersFrom(18);
  const sizes = [1, 2, 3, 5, 16, 60];
  for (const [at, convention] of conventions.entries()) {
    const n = sizes[Math.floor(sizes.length * draw())]!, d = 1 + Math.floor(8 * draw());
    const beta = 10 ** (6 * draw() - 3);
    const logits = convention.reconstruction === "bce-with-logits";
    const loss = written(convention, at % 2 === 0 ? Math.fround : double);
    const audit = await auditLoss(loss, { n, d, beta, logits });
    const what = `${JSON.stringify(convention)}, n ${n}, d ${d}, β ${beta}: ${audit.words}`;
    assertEquals([audit.ok, audit.kind, audit.reduction], [true, "beta-vae", convention.batch!], what);
    assertEquals(
      audit.likelihood,
      convention.reconstruction!.startsWith("bce") ? "bernoulli" : "gaussian",
      what,
    );
    const expected = effective(convention, n, d, beta);
    // Rounding to float32 is felt where one term is a thousand times the other.
    assert(Math.abs(audit.beta!.value - expected) <= Math.max(1e-4 * expected, audit.beta!.halfWidth), what);
    assertEquals(audit.counterexample, null);
  }
});

Deno.test("auditLoss of 784 pixels and 20 latents in float32", async () => {
  const convention: LossConvention = {
    reconstruction: "mse",
    pixels: "mean",
    latents: "sum",
    batch: "mean",
    beta: 4,
  };
  const audit = await auditLoss(written(convention, Math.fround), { n: 784, d: 20, expectedBeta: 4 });
  assertEquals([audit.ok, audit.kind], [false, "beta-vae"]);
  assert(Math.abs(audit.beta!.value / 1568 - 1) < 1e-3, audit.words);
  assert(audit.words.includes("the reconstruction is a mean over 784 pixels"), audit.words);
  assertEquals(audit.correction, "for β = 4 multiply the KL by 0.002551");
});

/** A planted fault of the laws V, as an audit sees it: a part of its words, or "right" where it minimises the same. */
const FAULTS: Readonly<Record<string, string>> = {
  "loss-mse-without-half":
    "effective β = 2 ± 3.2e−5, because the squared error is not halved. For β = 4 multiply the KL by 2.",
  "loss-reconstruction-mean-over-pixels": "because the reconstruction is a mean over 7 pixels",
  "loss-batch-summed": "right",
  "loss-constant-lost": "because the reconstruction's coefficient is 0.25",
  "loss-variance-for-deviation": "effective β = 16",
  "loss-constant-of-kl-lost": "right",
  "loss-sigmoid-twice": "probabilities are taken for logits",
  "loss-sigmoid-lost": "logits are taken for probabilities",
  "loss-naive-logits": "it is another loss where logits are ±30",
  "loss-bce-of-ones": "the cross-entropy counts the ones alone",
  "loss-bce-exchanged": "it is not made of a reconstruction and a KL. At an example it is ",
  "loss-kl-negative": "the KL has the wrong sign",
  "loss-kl-mean-over-latents": "the KL is a mean over 3 latents",
  "loss-kl-over-pixels": "the KL is divided by 7 pixels",
  "loss-log-variance-for-log-deviation": "log σ² is taken for log σ.",
  "loss-log-variance-for-variance": "log σ² is taken for σ², with a small number inside its logarithm",
  "loss-deviation-for-variance": "σ stands where σ² should",
  "loss-kl-reversed": "KL(p‖q) is taken, not KL(q‖p)",
  "loss-kl-without-mean": "the term ½Σμ² is missing",
  "loss-kl-of-means": "the term ½Σσ² is missing and the term −½Σlog σ² is missing",
  "loss-kl-without-half": "the KL lacks its ½",
  "loss-mean-not-squared": "|μ| stands for μ²",
  "loss-free-bits": "free bits: a latent's KL counts from a floor on (a floor of 0.25 nats for each latent)",
  "loss-last-latent-lost": "latents count differently",
  "loss-rounded-to-cents": "it is not made of a reconstruction and a KL alone",
  "loss-gradient-mean-detached": "right",
  "loss-gradient-variance-detached": "right",
  "loss-gradient-variance-doubled": "right",
  "loss-gradient-variance-shifted": "right",
  "loss-gradient-uphill": "right",
  "loss-gradient-of-sum": "right",
  "loss-gradient-without-beta": "right",
  "loss-gradient-clipped": "right",
  "loss-gradient-first-example": "right",
  "loss-batch-of-means": "examples of a batch see each other",
  "loss-batch-centred": "examples of a batch see each other",
  "loss-batch-broadcast": "examples of a batch see each other",
  "loss-batch-largest": "examples of a batch see each other",
  "loss-batch-size-fixed": "right",
  "loss-batch-first-last": "it depends on the order of the examples",
  "loss-batch-kl-summed": "the batch's mean is taken of the reconstruction only",
  "loss-batch-last-lost": "it depends on the order of the examples",
  "loss-beta-never-applied": "the KL's coefficient is 1 ± ",
  "loss-beta-squared":
    "β is not the factor of the KL. The effective β is 16 where β is 4, and 64 where it is 8.",
  "loss-beta-on-reconstruction": "The effective β is 0.25 where β is 4, and 0.125 where it is 8.",
  "loss-beta-on-both": "The effective β is 1 where β is 4, and 1 where it is 8.",
  "loss-beta-clipped": "the KL's coefficient is 1 ± ",
  "loss-beta-on-means": "the term ½Σμ² counts differently from the rest of the KL",
  "loss-root-mean-square": "the root of the squared error is taken",
  "loss-absolute-error": "absolute errors stand for squared ones",
  "loss-huber": "it is another loss where residuals are ±3",
  "loss-binarised": "x is rounded to 0 or 1",
  "loss-product": "it is curved in the reconstruction or the KL",
  "loss-kl-weighted-by-fit": "it is curved in the reconstruction or the KL",
};

Deno.test("auditLoss names each of the planted faults that change what is minimised, and accepts the others", async () => {
  const faults = mutants.filter(({ id }) => id.startsWith("loss-"));
  assertEquals(faults.map(({ id }) => id).toSorted(), Object.keys(FAULTS).toSorted());
  for (const { id, subject } of faults) {
    const logits = subject.lossConvention?.reconstruction === "bce-with-logits";
    const { ok, words } = await auditLoss(subject.vaeLoss!, { n: 7, d: 3, expectedBeta: 4, logits });
    assertEquals(ok, FAULTS[id] === "right", `${id}: ${words}`);
    assert(ok || words.includes(FAULTS[id]!), `${id}: ${words}`);
  }
});

/** A planted loss of the logs, as code. */
function asCode({ loss, logged }: Planted, sizes: Parameters<Planted["loss"]>[1]): AuditedLoss {
  let step = 0;
  return ({ x, decoded, mean, logVariance }: LossCase) => {
    step++;
    const logits = logged === "x, logits";
    return loss(
      x.map((row, b) => ({
        x: row,
        decoded: logits ? decoded[b]!.map((g) => 1 / (1 + Math.exp(-g))) : decoded[b]!,
        logits: logits ? decoded[b]! : decoded[b]!.map((p) => Math.log(p / (1 - p))),
        mean: mean[b]!,
        logVariance: logVariance[b]!,
        step,
      })),
      sizes,
    );
  };
}

// Rows of a log that say nothing are no matter of code, and a batch is seen with its examples.
const code = PLANTED.filter(({ rows, count, batches, kind }) =>
  rows === undefined && count === undefined && batches !== "equal" && kind !== "unidentified"
);

Deno.test(`auditLoss says of the code of ${code.length} planted losses what their logs say`, async () => {
  const sizes = { pixels: 7, latents: 3, beta: 4, rows: 160, batches: [1] };
  for (const planted of code) {
    const options = { n: 7, d: 3, expectedBeta: 4, logits: planted.logged === "x, logits" };
    const { kind, words, beta } = await auditLoss(asCode(planted, sizes), options);
    const { name, named } = planted;
    assertEquals(kind, planted.kind, `${name}: ${words}`);
    assert(
      named === undefined || (typeof named === "string" ? words.includes(named) : named.test(words)),
      `${name}: ${words}`,
    );
    if (kind === "beta-vae") {
      assert(Math.abs(beta!.value / planted.beta!(sizes) - 1) < 1e-4, `${name}: ${words}`);
    }
  }
});

const right = written({ beta: 2 }, double);
const noise = numbersFrom(5);
const loss = (given: LossCase): number => right(given) as number;

/** Further losses that minimise something else, or nothing. */
const FURTHER: readonly (readonly [what: string, loss: AuditedLoss])[] = [
  ["it gives different numbers for the same arguments", (given) => loss(given) + 0.1 * noise()],
  ["it is 3 whatever its arguments are", () => 3],
  ["the reconstruction has no part in it", (given) => loss({ ...given, decoded: given.x })],
  ["the KL is never applied", (given) => loss({ ...given, mean: [[0, 0]], logVariance: [[0, 0]] })],
  [
    "pixels count differently",
    (given) =>
      loss(given) +
      given.x.reduce((sum, row, b) => sum + (row[2]! - given.decoded[b]![2]!) ** 2, 0) /
        (2 * given.x.length) * 0.01,
  ],
  ["it is not finite. It is not a finite number at log σ² = ", () => NaN],
  [
    "log σ² is taken for σ². It is not a finite number at log σ² = ",
    (given) => {
      const zeros = given.mean.map((row) => row.map(() => 0));
      const kl = given.mean.reduce((sum, row, b) =>
        sum + row.reduce((total, m, i) => {
          const v = given.logVariance[b]![i]!;
          return total + (m * m + v - 1 - Math.log(v)) / 2;
        }, 0), 0);
      return loss({ ...given, mean: zeros, logVariance: zeros }) + 2 * kl / given.x.length;
    },
  ],
  [
    "it is another loss where log σ² is −8",
    (given) =>
      loss({ ...given, logVariance: given.logVariance.map((row) => row.map((v) => Math.max(-6, v))) }),
  ],
  [
    "it is another loss where means are ±5",
    (given) =>
      loss({ ...given, mean: given.mean.map((row) => row.map((m) => Math.max(-4, Math.min(4, m)))) }),
  ],
  [
    "β changes with the step",
    (() => {
      let calls = 0;
      return (given: LossCase) => {
        calls++;
        const zeros = given.mean.map((row) => row.map(() => 0));
        const prior = loss({ ...given, mean: zeros, logVariance: zeros });
        return prior + Math.min(1, calls / 120) * (loss(given) - prior);
      };
    })(),
  ],
];

Deno.test("auditLoss names losses that are random, constant, not finite, clamped, or change from call to call", async () => {
  for (const [what, wrong] of FURTHER) {
    const { ok, kind, words } = await auditLoss(wrong, { n: 4, d: 2 });
    assertEquals([ok, kind], [false, "not-beta-vae"], words);
    assert(words.includes(what), `${what}: ${words}`);
  }
});

Deno.test("auditLoss shows an example at which the loss is none of a β-VAE", async () => {
  const half = (given: LossCase): number =>
    loss({ ...given, mean: given.mean.map((row) => row.map((m) => Math.abs(m) ** 0.5)) });
  const { counterexample, mistakes } = await auditLoss(half, { n: 4, d: 2, expectedBeta: 2 });
  assertEquals(mistakes, ["|μ| stands for μ²"]);
  assertEquals(counterexample!.found, half(counterexample!.given));
  assert(Math.abs(counterexample!.found - counterexample!.explained) > 0.05);
});

Deno.test("a loss with terms, and one that answers later, are audited", async () => {
  const terms: AuditedLoss = (given) => Promise.resolve({ loss: right(given) as number, kl: 0 });
  const { ok, beta } = await auditLoss(terms, {
    n: 4,
    d: 2,
    expectedBeta: 2,
    expectedLikelihood: "gaussian",
  });
  assertEquals([ok, Math.round(1e6 * beta!.value)], [true, 2e6]);
});

Deno.test("assertLoss is silent where a loss is what is meant, and throws an AssertionError with the words where it is not", async () => {
  await assertLoss(right, { n: 4, d: 2, expectedBeta: 2 });
  await assertRejects(
    () => assertLoss(right, { n: 4, d: 2, expectedBeta: 1 }),
    AssertionError,
    "This is a β-VAE loss, unit-variance Gaussian, effective β = 2 ± ",
  );
  await assertRejects(
    () => assertLoss(right, { n: 4, d: 2, expectedBeta: 2, expectedLikelihood: "bernoulli" }),
    AssertionError,
  );
  await assertRejects(
    () => auditLoss(right, { n: 4.5, d: 2 }),
    RangeError,
    "auditLoss: n and d must be whole numbers from 1, but are 4.5 and 2",
  );
  await assertRejects(
    () => auditLoss(() => "low" as unknown as number, { n: 4, d: 2 }),
    TypeError,
    'auditLoss: the loss must be a number, numbers [batch], or { loss }, but it is "low"',
  );
});
