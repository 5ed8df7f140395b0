import { assertEquals } from "@std/assert";
import type { LossConvention, Report } from "./laws/mod.ts";
import { reconstructionNames, reductions, verify } from "./laws/mod.ts";
import { written } from "../fixtures/losses/written.ts";
import { vaeLoss } from "./oracle/loss.ts";

const round64 = (value: number): number => value;

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
