import { assertEquals } from "@std/assert";
import type { LossCase, LossConvention, Matrix, Report, Subject } from "./laws/mod.ts";
import { reconstructionNames, reductions, verify } from "./laws/mod.ts";
import { vaeLoss } from "./oracle/loss.ts";

const round64 = (value: number): number => value;

/** A sum in which every partial sum is rounded. */
const sum = (round: (value: number) => number, values: readonly number[]): number =>
  values.reduce((total, value) => round(total + value), 0);

/** The loss of a convention as people write it: whole matrices reduced at once, every operation rounded. */
function written(convention: LossConvention, r: (value: number) => number): Required<Subject>["vaeLoss"] {
  const { reconstruction = "half-mse", pixels = "sum", latents = "sum", batch = "mean", guard = 0 } =
    convention;
  const variance = convention.variance ?? 1;
  const entry = (x: number, y: number): number => {
    switch (reconstruction) {
      case "mse":
        return r((x - y) * r(x - y));
      case "half-mse":
        return r(0.5 * r((x - y) * r(x - y)));
      case "gaussian":
        return r(r(r((x - y) ** 2) / r(2 * variance)) + r(0.5 * Math.log(2 * Math.PI * variance)));
      case "bce":
        return -r(r(x * r(Math.log(r(y + guard)))) + r(r(1 - x) * r(Math.log(r(r(1 - y) + guard)))));
      case "bce-with-logits":
        return r(r(Math.max(y, 0) - r(y * x)) + r(Math.log1p(Math.exp(-Math.abs(y)))));
    }
  };
  return (given: LossCase) => {
    const { beta = given.beta } = convention;
    const rounded = (matrix: Matrix): Matrix => matrix.map((row) => row.map(r));
    const [x, decoded, mean, logVariance] = [given.x, given.decoded, given.mean, given.logVariance].map(
      rounded,
    ) as [Matrix, Matrix, Matrix, Matrix];
    const losses = x.map((row, b) => row.map((value, k) => entry(value, decoded[b]![k]!)));
    const divergences = mean.map((row, b) =>
      row.map((m, i) => {
        const v = logVariance[b]![i]!;
        return r(-0.5 * r(r(r(1 + v) - r(m * m)) - r(Math.exp(v))));
      })
    );
    const reduced = (rows: readonly number[][], within: string): number[] =>
      rows.map((row) => r(sum(r, row) / (within === "mean" ? row.length : 1)));
    const fit = reduced(losses, pixels), kl = reduced(divergences, latents);
    const over = (each: number[], how: string): number =>
      r(sum(r, each) / (how === "mean" ? each.length : 1));
    if (batch === "none") return fit.map((value, b) => r(value + r(beta * kl[b]!)));
    const [first, second] = typeof batch === "object" ? [batch.reconstruction, batch.kl] : [batch, batch];
    const parts = { reconstruction: over(fit, first), kl: over(kl, second) };
    const loss = r(parts.reconstruction + r(beta * parts.kl));
    return typeof batch === "object" ? { loss, ...parts } : loss;
  };
}

const failure = ({ evidence }: Report): string =>
  evidence.find((found) => found.failure)?.failure?.message ?? "";

const batches = [...reductions, "none", { reconstruction: "mean", kl: "sum" }] as const;
const conventions: readonly LossConvention[] = reconstructionNames.flatMap((reconstruction) =>
  reductions.flatMap((pixels) =>
    reductions.flatMap((latents) => batches.map((batch) => ({ reconstruction, pixels, latents, batch })))
  )
);
const further: readonly LossConvention[] = [
  {},
  { beta: 4 },
  { beta: 1e-3, reconstruction: "mse", pixels: "mean" },
  { reconstruction: "gaussian", variance: 0.01 },
  { reconstruction: "gaussian", variance: 25, batch: "sum" },
  { reconstruction: "bce", guard: 1e-8 },
  { reconstruction: "bce", guard: 1e-7, beta: 2, pixels: "mean" },
];

const roundings = [[2 ** -53, round64], [2 ** -24, Math.fround]] as const;

Deno.test(`losses as people write them pass, by each of ${conventions.length + further.length} conventions, in float32, and some in float64`, async () => {
  for (const [at, lossConvention] of [...further, ...conventions].entries()) {
    for (const [epsilon, round] of at < further.length ? roundings : roundings.slice(1)) {
      const subject = { name: "a loss", epsilon, lossConvention, vaeLoss: written(lossConvention, round) };
      const report = await verify(subject, { cases: 15 });
      assertEquals([report.verdict, failure(report)], ["verified", ""], JSON.stringify(lossConvention));
    }
  }
});

Deno.test("a loss is rejected where it declares another convention than its own", async () => {
  for (const own of [...further, ...conventions.filter((_, at) => at % 7 === 0)]) {
    const others: LossConvention[] = [
      { ...own, reconstruction: own.reconstruction === "mse" ? "half-mse" : "mse" },
      { ...own, pixels: own.pixels === "mean" ? "sum" : "mean" },
      { ...own, latents: own.latents === "mean" ? "sum" : "mean" },
      ...(own.beta === undefined ? [] : [{ ...own, beta: 1.05 * own.beta }]),
    ];
    for (const lossConvention of others) {
      const subject = {
        name: "a loss",
        epsilon: 2 ** -24,
        lossConvention,
        vaeLoss: written(own, Math.fround),
      };
      const { verdict } = await verify(subject, { cases: 25, laws: ["V1"] });
      assertEquals(verdict, "failed", `${JSON.stringify(own)} as ${JSON.stringify(lossConvention)}`);
    }
  }
});

Deno.test("a convention with a mistake in it is named", async () => {
  const named = async (lossConvention: object): Promise<string> => {
    const subject = { name: "a loss", epsilon: 2 ** -53, vaeLoss: vaeLoss(), lossConvention };
    const { ok, unverified } = await verify(subject, { cases: 1, laws: ["V1"] });
    assertEquals(ok, false);
    return unverified.map(({ what, because }) => `${what}: ${because}`).join("; ");
  };
  assertEquals(
    await named({ pixel: "mean" }),
    "lossConvention.pixel: there is no such field; the nearest is pixels",
  );
  assertEquals(
    await named({ reconstruction: "l2" }),
    "lossConvention.reconstruction: it must be one of half-mse, mse, gaussian, bce, bce-with-logits, but is l2",
  );
  assertEquals(
    await named({ beta: -1 }),
    "lossConvention.beta: it must be a number above 0, but is -1",
  );
});
