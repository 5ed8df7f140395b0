import { assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { COMPARED } from "../digits/compared.ts";
import type { Conclusion } from "../runner/study.ts";
import { type Asked, conclude } from "./figures.ts";
import type { CompareModel, Contraction, Tracked } from "./study.ts";

/** A comparison of two β in the order in which they were given. */
const ASKED: Asked = { betas: [1, 0.5], activation: "relu", smooth: "tanh", epochs: 1, dataset: "mnist" };

/** Gaps in the order of objectives, the first that of the β-VAE itself. */
const GAPS = [0, 0.3, 0.3, -0.2, -0.1, -0.1];

/** Losses that differ from that of the β-VAE, 30, by what is given; terms as objectives name them. */
function values(beta: number, gaps: readonly number[]): Tracked {
  const entries = COMPARED.map(({ objective }, i) => {
    const spread = 30 + gaps[i]! - 20;
    const terms: Record<string, number> = objective === "beta-vae"
      ? { reconstruction: 20 + 4, kl: spread - 4 }
      : objective.startsWith("taylor")
      ? { reconstruction: 20, curvature: 4 + gaps[i]!, kl: 6 }
      : { reconstruction: 20, prior: beta, volume: spread - beta };
    return [objective, { loss: 30 + gaps[i]!, terms, standardError: i === 0 || i === 5 ? 0.01 : null }];
  });
  return Object.fromEntries(entries) as Tracked;
}

/** Errors t² and t + t², as T2 has them; the first is the smooth model's. */
const contractions = (kinked: boolean): Contraction[] =>
  Array.from({ length: 7 }, (_, k): Contraction => {
    const t = 2 ** -k;
    const hessian = kinked ? t : 0.5 * t * t;
    const leftOut = kinked ? 0 : 2 * t;
    return { t, hessian, jacobian: hessian + leftOut, leftOut, standardError: 1e-6 * t };
  });

/** Models of seeds 0, 1 …: the β-VAE's loss is 40, and each next objective's 1 more with every β; a seed adds 8 % of that. */
function models(seeds = 2): CompareModel[] {
  const kinds = [...COMPARED.map((compared) => ({ ...compared, activation: "relu" as const })), {
    ...COMPARED[0]!,
    activation: "tanh" as const,
  }];
  return kinds.flatMap(({ objective, activation }, index) =>
    ASKED.betas.flatMap((beta) =>
      Array.from({ length: seeds }, (_, seed): CompareModel => {
        const [tracked, kinked] = [objective === "beta-vae", activation === "relu"];
        const betaVaeLoss = 40 + (index % 6) * beta * (1 + 0.08 * seed);
        const gaps = GAPS.map((gap, i) => i === 2 && !kinked ? 0.6 : gap);
        return {
          ...{ objective, activation, beta, seed },
          judged: { betaVaeLoss, standardError: 0.01 * beta },
          along: tracked ? [0, 1].map((epoch) => ({ epoch, values: values(beta, gaps) })) : [],
          contractions: tracked ? contractions(kinked) : [],
        };
      })
    )
  );
}

type Cell = string | number | null;

/** The rows of a table, by its file, each an object of its cells by head. */
function rowsOf({ tables }: Conclusion<unknown>, file: string): Record<string, Cell>[] {
  const { head, rows } = tables.find((table) => table.file === file)!;
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]!])));
}

/** The row of an objective at a β. */
const trainedAt = (conclusion: Conclusion<unknown>, objective: string, beta: number): Record<string, Cell> =>
  rowsOf(conclusion, "trained.csv").find((row) => row["objective"] === objective && row["β"] === beta)!;

/** Models with other snapshots. */
const snapped = (change: (model: CompareModel, values: Tracked) => Tracked): CompareModel[] =>
  models().map((model) => ({
    ...model,
    along: model.along.map((snapshot) => ({ ...snapshot, values: change(model, snapshot.values) })),
  }));

Deno.test("results are what the laws read: trained models, and one activation's objectives along the training", async () => {
  const { results, figures, tables } = await conclude(ASKED, models());
  assertEquals(results.trained.length, 6 * 2 * 2);
  assertEquals(results.trained[0], { objective: "beta-vae", beta: 1, seed: 0, betaVaeLoss: 40 });
  assertEquals(results.along.length, 6 * 2 * 2 * 2);
  for (const { loss, terms } of results.along) {
    assertAlmostEquals(Object.values(terms).reduce((a, b) => a + b), loss, 1e-12);
  }
  assertEquals(Object.keys(results.along[0]!), ["objective", "beta", "seed", "epoch", "loss", "terms"]);
  assertEquals(JSON.parse(JSON.stringify(results)), results);
  assertEquals(figures.map(({ file }) => file), [
    "deviation.svg",
    "along-relu.svg",
    "order.svg",
  ]);
  assertEquals(figures.every(({ content }) => String(content).startsWith("<svg")), true);
  assertEquals(figures.map(({ data }) => data?.file), [
    "deviation-points.csv",
    "along-relu-points.csv",
    "order-points.csv",
  ]);
  assertEquals(new Set(tables.map(({ file }) => file)).size, tables.length);
});

Deno.test("trained models are compared seed by seed, in percent of the β-VAE's loss", async () => {
  const conclusion = await conclude(ASKED, models());
  const { numbers, answer } = conclusion;
  // Stochastic GRAE* at β = 1: 5 and 5.4 of 40.
  const { deviation, lowest, highest, models: count, loss } = trainedAt(conclusion, "GRAE*, stochastic", 1);
  assertAlmostEquals(Number(deviation), 13, 1e-12);
  assertAlmostEquals(Number(lowest), 12.5, 1e-12);
  assertAlmostEquals(Number(highest), 13.5, 1e-12);
  assertEquals([count, loss], [2, 45.2]);
  assertAlmostEquals(numbers["deviation.grae-star-stochastic.beta=1"]!, 13, 1e-12);
  assertAlmostEquals(numbers["deviation.furthest"]!, 13, 1e-12);
  // The β-VAE is not compared with itself.
  const compared = Object.keys(numbers).filter((name) => name.startsWith("deviation.")).map((name) =>
    name.split(".")[1]!
  );
  assertEquals([...new Set(compared)], [...COMPARED.slice(1).map(({ objective }) => objective), "furthest"]);
  assertMatch(answer, /^Trained by themselves, all are within 13\.00% of the β-VAE's loss; .*\.$/);
});

Deno.test("the spread over seeds and the error of the draws are beside the losses", async () => {
  // GRAE at β = 1: 40 + 3 (1 + 0.08 seed).
  const row = trainedAt(await conclude(ASKED, models()), "GRAE", 1);
  assertAlmostEquals(Number(row["loss"]), 43.12, 1e-12);
  assertAlmostEquals(Number(row["± over seeds"]), 0.24 / Math.SQRT2, 1e-12);
  assertEquals(row["± of draws"], 0.01);
});

Deno.test("what is furthest is so relative to the loss, and not the most in nats", async () => {
  // 0.6 of 330 at β = 1, 0.3 of 30 at β = 0.5.
  const { numbers } = await conclude(
    ASKED,
    snapped(({ beta }, own) =>
      beta === 0.5 ? own : Object.fromEntries(
        Object.entries(values(beta, GAPS.map((gap) => 2 * gap))).map(([name, value]) => [
          name,
          { ...value, loss: value.loss + 300 },
        ]),
      ) as Tracked
    ),
  );
  assertAlmostEquals(numbers["gap.relu.end"]!, 1, 1e-12);
  // The sampled one, however far, is not among them.
  const far = await conclude(ASKED, snapped(({ beta }) => values(beta, [0, 0.3, 0.3, -0.2, -0.1, 9])));
  assertAlmostEquals(far.numbers["gap.relu.end"]!, 1, 1e-12);
});

Deno.test("after the training all losses on the same models are in a table, by activation and β", async () => {
  const rows = rowsOf(await conclude(ASKED, models()), "gap.csv");
  assertEquals(rows.map((row) => [row["activation"], row["β"], row["trainings"], row["β-VAE"]]), [
    ["relu", 0.5, 2, 30],
    ["relu", 1, 2, 30],
    ["tanh", 0.5, 2, 30],
    ["tanh", 1, 2, 30],
  ]);
  assertAlmostEquals(Number(rows[0]!["GRAE"]), 29.8, 1e-12);
  assertAlmostEquals(Number(rows[2]!["Taylor (Jacobian)"]), 30.6, 1e-12);
});

Deno.test("the number after one epoch is of that epoch", async () => {
  const { numbers, figures } = await conclude(
    { ...ASKED, epochs: 2 },
    models().map((model) => ({
      ...model,
      along: [0, 1, 2].flatMap((epoch) =>
        model.along.slice(0, 1).map(() => ({
          epoch,
          values: values(model.beta, GAPS.map((gap) => gap * [7, 3, 1][epoch]!)),
        }))
      ),
    })),
  );
  assertAlmostEquals(numbers["gap.relu.epoch1"]!, 3, 1e-12);
  assertAlmostEquals(numbers["gap.relu.end"]!, 1, 1e-12);
  assertMatch(
    figures.find(({ file }) => file === "along-relu.svg")!.caption,
    /3\.00% after one epoch, and at 1\.00% in the end/,
  );
});

Deno.test("orders are 2 and 1 where the errors are t² and t, over the trainings whose draws resolve them", async () => {
  const { numbers } = await conclude(ASKED, models());
  assertAlmostEquals(numbers["order.tanh.hessian.mean"]!, 2, 1e-12);
  assertAlmostEquals(numbers["order.tanh.hessian.deviation"]!, 0, 1e-12);
  // 2t + t²/2 over t ≤ 1/8.
  assertAlmostEquals(numbers["order.tanh.jacobian.mean"]!, 1.01, 0.011);
  assertAlmostEquals(numbers["order.relu.jacobian.mean"]!, 1, 1e-12);
  const hidden = models().map((model) => ({
    ...model,
    contractions: model.contractions.map((at) => ({ ...at, standardError: model.seed === 0 ? 100 : 0 })),
  }));
  const some = await conclude(ASKED, hidden);
  assertEquals(
    ["trainings", "resolved"].map((name) => some.numbers[`order.tanh.hessian.${name}`]),
    [4, 2],
  );
});

Deno.test("an order that no draws resolve is no number, and unknown in texts", async () => {
  const hidden = models().map((model) => ({
    ...model,
    contractions: model.contractions.map((at) => ({ ...at, standardError: 100 })),
  }));
  const { numbers, answer, figures } = await conclude(ASKED, hidden);
  assertEquals("order.tanh.hessian.mean" in numbers, false);
  assertMatch(answer, /the Hessian falls like t to the \?, that of the Jacobian like t to the \? /);
  assertMatch(figures.at(-1)!.caption, /: \? \(Hessian, tanh\), /);
});

Deno.test("cells of an objective and β of which every part failed are empty, and the others are there", async () => {
  const left = models().filter(({ objective, beta }) => !(objective === "taylor-hessian" && beta === 0.5));
  const conclusion = await conclude(ASKED, left);
  const { models: count, loss, deviation } = trainedAt(conclusion, "Taylor (Hessian)", 0.5);
  assertEquals([count, loss, deviation], [0, null, null]);
  assertEquals("deviation.taylor-hessian.beta=0.5" in conclusion.numbers, false);
  assertEquals("deviation.taylor-hessian.beta=1" in conclusion.numbers, true);
});

Deno.test("a mean is over the seeds that are left, and without its β-VAE a model has no deviation", async () => {
  const without = (lost: (model: CompareModel) => boolean) =>
    conclude(ASKED, models(3).filter((model) => !lost(model)));
  const grae = await without(({ objective, beta, seed }) => objective === "grae" && beta === 1 && seed === 1);
  assertEquals(trainedAt(grae, "GRAE", 1)["models"], 2);
  // 3 and 3 (1 + 0.16) of 40.
  assertAlmostEquals(grae.numbers["deviation.grae.beta=1"]!, 100 * 3 * 1.08 / 40, 1e-12);
  const orphan = await without(({ objective, beta, seed }) =>
    objective === "beta-vae" && beta === 1 && seed === 2
  );
  assertEquals(trainedAt(orphan, "GRAE", 1)["models"], 3);
  assertAlmostEquals(orphan.numbers["deviation.grae.beta=1"]!, 100 * 3 * 1.04 / 40, 1e-12);
  assertEquals(rowsOf(orphan, "gap.csv").map((row) => row["trainings"]), [3, 2, 3, 2]);
});

Deno.test("with β-VAEs of one activation alone only what can be said is said", async () => {
  const smooth = await conclude(ASKED, models().filter(({ activation }) => activation === "tanh"));
  assertEquals(smooth.results, { trained: [], along: [] });
  assertMatch(smooth.answer, /within \?% of the β-VAE's loss; .* within 2\.00% with tanh/);
  assertEquals(Object.keys(smooth.numbers).filter((name) => /deviation\.(grae|furthest)|relu/.test(name)), [
    "order.relu.jacobian.trainings",
    "order.relu.jacobian.resolved",
  ]);
  assertEquals(smooth.figures.map(({ file }) => file), ["order.svg"]);
  const other = await conclude(ASKED, models().filter(({ activation }) => activation === "relu"));
  assertEquals(rowsOf(other, "gap.csv").map((row) => row["β-VAE"]), [30, 30, null, null]);
});

Deno.test("without a β-VAE there is nothing to compare with", async () => {
  for (const left of [[], models().filter(({ objective }) => objective === "grae")]) {
    await assertRejects(
      () => conclude(ASKED, left),
      RangeError,
      `compare: a conclusion requires a trained β-VAE, but of ${left.length} trained models none is one`,
    );
  }
});

Deno.test("texts call the images what they are", async () => {
  for (
    const [dataset, noun] of [["mnist", "digit"], ["shapes", "shape"], ["faces", "face"], [
      null,
      "image",
    ]] as const
  ) {
    const { caveat, figures, tables } = await conclude({ ...ASKED, dataset }, models());
    const texts = JSON.stringify([caveat, figures, tables]);
    assertEquals(new Set(texts.match(/nats per [a-z]+/g)), new Set([`nats per ${noun}`]));
  }
});
