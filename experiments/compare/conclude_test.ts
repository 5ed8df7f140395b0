import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { ComparedObjective } from "../../properties/laws/trained.ts";
import { alongChapter } from "./along_chapter.ts";
import { COMPARED } from "./compared.ts";
import { conclude } from "./conclude.ts";
import { contractionChapter } from "./contraction_chapter.ts";
import { type CompareOptions, QUICK } from "./options.ts";
import type { Contraction, PartResult, Value } from "./part_result.ts";
import { spreadOf } from "./spread.ts";
import { trainedChapter } from "./trained_chapter.ts";

const OPTIONS: CompareOptions = { ...QUICK, betas: [1, 0.5], seeds: 2, epochs: 1 };

/** β-VAE 40, and each next objective 1 more with every β; the seed adds 8 % of that. */
const yardstick = (index: number, beta: number, seed: number): number =>
  40 + index * beta * (1 + 0.08 * seed);

/** Losses that differ from that of the β-VAE, 30, by what is given; terms as objectives name them. */
function values(beta: number, gaps: readonly number[]): Record<ComparedObjective, Value> {
  const entries = COMPARED.map(({ objective, posterior }, i): [ComparedObjective, Value] => {
    const spread = 30 + gaps[i]! - 20;
    const terms: Record<string, number> = objective === "beta-vae"
      ? { reconstruction: 20 + 4, kl: spread - 4 }
      : posterior
      ? { reconstruction: 20, curvature: 4 + gaps[i]!, kl: 6 }
      : { reconstruction: 20, prior: beta, volume: spread - beta };
    return [objective, { loss: 30 + gaps[i]!, terms, standardError: i === 0 || i === 5 ? 0.01 : null }];
  });
  return Object.fromEntries(entries) as Record<ComparedObjective, Value>;
}

/** Errors t² and t + t², as T2 has them; the first is the smooth model's. */
const contractions = (kinked: boolean): Contraction[] =>
  Array.from({ length: 7 }, (_, k): Contraction => {
    const t = 2 ** -k;
    const hessian = kinked ? t : 0.5 * t * t;
    const leftOut = kinked ? 0 : 2 * t;
    return { t, hessian, jacobian: hessian + leftOut, leftOut, standardError: 1e-6 * t };
  });

function results(
  failed: (objective: ComparedObjective, beta: number) => boolean = () => false,
): PartResult[] {
  const models = [...COMPARED.map((compared) => ({ ...compared, activation: "relu" as const })), {
    ...COMPARED[0]!,
    activation: "tanh" as const,
  }];
  return models.flatMap(({ objective, activation }, index) =>
    OPTIONS.betas.flatMap((beta) =>
      [0, 1].map((seed): PartResult => {
        const model = { objective, activation, beta, seed };
        if (failed(objective, beta)) {
          return {
            ...model,
            failure: "training: the loss must be finite",
            judged: null,
            along: [],
            contractions: [],
          };
        }
        const tracked = objective === "beta-vae";
        const kinked = activation === "relu";
        return {
          ...model,
          failure: null,
          judged: {
            yardstick: yardstick(index % 6, beta, seed),
            standardError: 0.01,
            grae: 39,
            reconstruction: 20,
          },
          along: tracked
            ? [0, 1].map((epoch) => ({
              epoch,
              values: values(beta, [0, 0.3, kinked ? 0.3 : 0.6, -0.2, -0.1, -0.1]),
            }))
            : [],
          contractions: tracked ? contractions(kinked) : [],
        };
      })
    )
  );
}

Deno.test("a spread is the mean, the unbiased deviation and the ends", () => {
  assertEquals(spreadOf([1, 3, 5]), { mean: 3, sd: 2, low: 1, high: 5, count: 3 });
  assertEquals(spreadOf([7]), { mean: 7, sd: 0, low: 7, high: 7, count: 1 });
});

Deno.test("trained models are compared seed by seed, in percent of the β-VAE's yardstick", async () => {
  const { words, tables, figures } = await trainedChapter(OPTIONS, results());
  const [byNats, byPercent] = tables;
  assertEquals(byNats!.head, ["β", ...COMPARED.map(({ name }) => name)]);
  assertEquals(byNats!.rows[0]!.slice(0, 3), ["0.5", "40.00 ± 0.00", "40.52 ± 0.03"]);
  // Stochastic GRAE* at β = 1: 5 and 5.4 of 40.
  assertEquals(byPercent!.rows[1]!.at(-1), "+13.00 (+12.50 to +13.50)");
  assertEquals(
    words[0]!.includes("part most at β = 1") && words[0]!.includes("GRAE*, stochastic"),
    true,
    words[0],
  );
  assertEquals(words[0]!.includes("+13.00 %"), true, words[0]);
  assertEquals(figures.map(({ file }) => file), ["yardstick.svg", "deviation.svg"]);
  assertEquals(figures.every(({ content }) => String(content).startsWith("<svg")), true);
});

Deno.test("a model below its β-VAE is said to be ahead in training, not better at the minimum", async () => {
  const ahead = results().map((part) =>
    part.objective === "grae" && part.judged ? { ...part, judged: { ...part.judged, yardstick: 38 } } : part
  );
  const says = async (parts: readonly PartResult[]): Promise<boolean> =>
    (await trainedChapter(OPTIONS, parts)).words.some((sentence) => sentence.includes("as many steps"));
  assertEquals([await says(results()), await says(ahead)], [false, true]);
});

Deno.test("a model that failed is named in words and missing from the table, and the rest still stands", async () => {
  const without = results((objective, beta) => objective === "taylor-hessian" && beta === 0.5);
  const { words, tables } = await trainedChapter(OPTIONS, without);
  assertEquals(tables[0]!.rows[0]![2], "failed");
  assertEquals(tables[1]!.rows[0]![1], "failed");
  const said = words.find((sentence) => sentence.includes("non-finite"))!;
  assertEquals(said.includes("Taylor (Hessian) at β = 0.5 (2 of 2 seeds)"), true, said);
  const everything = await trainedChapter(OPTIONS, results(() => true));
  assertEquals(everything.figures, []);
  assertEquals(everything.words.length > 0, true);
});

Deno.test("along a training a gap is split into truncation, the learned Σ and the price of mean-field", async () => {
  const { words, tables, figures } = await alongChapter(OPTIONS, results(), "relu");
  // 0.3 of 30; GRAE* is 0.4 below Taylor (Jacobian), GRAE 0.1 below GRAE*.
  assertEquals(tables[0]!.rows[0]!.slice(0, 4), ["0.5", "30.00", "+0.300 (+1.00 %)", "+0.300 (+1.00 %)"]);
  assertEquals(tables[1]!.rows[0]!.slice(1, 4), ["+0.300", "−0.400", "−0.100"]);
  assertEquals(figures.map(({ file }) => file), ["along-relu.svg", "gap-relu.svg", "terms-relu.svg"]);
  assertEquals(words.some((sentence) => sentence.includes("1.00 %")), true, words.join("\n"));
  assertEquals(words.some((sentence) => /GRAE ≤ GRAE\*.* all 8/.test(sentence)), true, words.join("\n"));
});

Deno.test("orders are fitted at the smallest t: 2 and 1 where the errors are t² and t", async () => {
  const { words, tables, figures } = await contractionChapter(OPTIONS, results());
  const [first] = tables[0]!.rows;
  assertEquals(first!.slice(0, 2), ["0.5", "2.00 ± 0.00"]);
  // 2t + t²/2 over t ≤ 1/8.
  assertAlmostEquals(parseFloat(first![2]!), 1.01, 0.011);
  assertEquals(first![3], "1.00 ± 0.00");
  assertEquals(figures.map(({ file }) => file), ["order.svg"]);
  assertEquals(words[0]!.includes("2.00"), true, words[0]);
});

Deno.test("results are what the laws read: trained models, and one activation's objectives along the training", async () => {
  const { results: found, words, figures } = await conclude(OPTIONS, results());
  assertEquals(found.trained.length, 6 * 2 * 2);
  assertEquals(found.trained[0], { objective: "beta-vae", beta: 1, seed: 0, yardstick: 40 });
  assertEquals(found.along.length, 6 * 2 * 2 * 2);
  for (const { loss, terms } of found.along) {
    assertAlmostEquals(Object.values(terms).reduce((a, b) => a + b), loss, 1e-12);
  }
  assertEquals(Object.keys(found.along[0]!), ["objective", "beta", "seed", "epoch", "loss", "terms"]);
  assertEquals(JSON.parse(JSON.stringify(found)), found);
  assertEquals(new Set(figures.map(({ file }) => file)).size, figures.length);
  assertEquals(words.length > 4, true);
});
