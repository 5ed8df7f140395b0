import { OBJECTIVE_TITLES } from "../digits/names.ts";
import { COMPARED_OBJECTIVES } from "../../properties/contract/trained.ts";
import { assertCells, different, summary } from "../../fixtures/cells.ts";
import { conclusionText, keptTexts } from "../../fixtures/texts.ts";
import { type Asked, conclude } from "./figures.ts";
import { type CompareModel, compareStudy, type Contraction, type Tracked } from "./study.ts";

/** β in no order, of which 1 is in the middle. */
const ASKED: Asked = { betas: [1, 0.5, 2], activation: "relu", smooth: "tanh", epochs: 3, dataset: "mnist" };
const BETAS = [0.5, 1, 2], SEEDS = [4, 5, 6], TIMES = [1, 0.5, 0.25, 0.125, 0.0625];

const next = different();
const tracked = (): Tracked =>
  Object.fromEntries(COMPARED_OBJECTIVES.map((objective) => [
    objective,
    { loss: 30 + 10 * next(), terms: { reconstruction: 20, rest: next() }, standardError: next() },
  ])) as unknown as Tracked;
const contraction = (t: number): Contraction => ({
  ...{ t, hessian: next() - 0.5, jacobian: next() - 0.5, leftOut: next() - 0.5, standardError: 1e-9 },
});
/** Models of which no two numbers are equal, seed by seed. */
const MODELS: readonly CompareModel[] = SEEDS.flatMap((seed) =>
  [...COMPARED_OBJECTIVES.map((objective) => [objective, "relu"] as const), ["beta-vae", "tanh"] as const]
    .flatMap(([objective, activation]) =>
      BETAS.map((beta): CompareModel => ({
        ...{ objective, activation, beta, seed },
        judged: { betaVaeLoss: 30 + 10 * next(), standardError: next() },
        along: objective === "beta-vae" ? [0, 1, 2, 3].map((epoch) => ({ epoch, values: tracked() })) : [],
        contractions: objective === "beta-vae" ? TIMES.map(contraction) : [],
      }))
    )
);
const FOUND = await conclude(ASKED, MODELS);
const at = (objective: string, activation: string, beta: number): CompareModel[] =>
  MODELS.filter((one) => one.objective === objective && one.activation === activation && one.beta === beta);

/** Losses of an objective in percent above the β-VAE's of the same seed. */
const deviations = (objective: string, beta: number): number[] =>
  at(objective, "relu", beta).map(({ judged }, i) =>
    100 * (judged.betaVaeLoss / at("beta-vae", "relu", beta)[i]!.judged.betaVaeLoss - 1)
  );

Deno.test("the rows of trained models are losses, their spread over seeds, the largest error of draws, and deviations", () => {
  assertCells(
    FOUND,
    "trained.csv",
    ["objective", "β", "models", "loss", "± over seeds", "± of draws", "deviation", "lowest", "highest"],
    COMPARED_OBJECTIVES.flatMap((objective) =>
      BETAS.map((beta) => {
        const judged = at(objective, "relu", beta).map((model) => model.judged);
        const losses = judged.map(({ betaVaeLoss }) => betaVaeLoss), [mean] = summary(losses);
        const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
        return [
          ...[OBJECTIVE_TITLES[objective], beta, 3, mean, Math.sqrt(squares / 2)],
          Math.max(...judged.map(({ standardError }) => standardError)),
          ...summary(deviations(objective, beta)),
        ];
      })
    ),
  );
});

Deno.test("the rows of gaps are mean losses after the last epoch, for each activation and β", () => {
  assertCells(
    FOUND,
    "gap.csv",
    ["activation", "β", "trainings", ...COMPARED_OBJECTIVES.map((objective) => OBJECTIVE_TITLES[objective])],
    ["relu", "tanh"].flatMap((activation) =>
      BETAS.map((beta) => [
        ...[activation, beta, 3],
        ...COMPARED_OBJECTIVES.map((objective) =>
          summary(
            at("beta-vae", activation, beta).map(({ along }) => along.at(-1)!.values[objective].loss),
          )[0]
        ),
      ])
    ),
  );
});

Deno.test("the curves over β and over epochs are means and bands of the percentages above the β-VAE", () => {
  const above = "loss above the β-VAE's (%)";
  assertCells(
    FOUND,
    "deviation-points.csv",
    ["series", "β", above, "lowest", "highest"],
    COMPARED_OBJECTIVES.flatMap((objective) =>
      BETAS.map((beta) => [OBJECTIVE_TITLES[objective], beta, ...summary(deviations(objective, beta))])
    ),
  );
  assertCells(
    FOUND,
    "along-relu-points.csv",
    ["series", "epoch", above, "lowest", "highest"],
    COMPARED_OBJECTIVES.flatMap((objective) =>
      [1, 2, 3].map((epoch) => [
        ...[OBJECTIVE_TITLES[objective], epoch],
        ...summary(
          at("beta-vae", "relu", 1).map(({ along }) => {
            const { values } = along.find((one) => one.epoch === epoch)!;
            return 100 * (values[objective].loss / values["beta-vae"].loss - 1);
          }),
        ),
      ])
    ),
  );
});

Deno.test("the curves over t are mean sizes of errors, the theory's, and a slope through the last of the Hessian's", () => {
  const sizes = (activation: string, which: "hessian" | "jacobian" | "leftOut", t: number) =>
    summary(
      at("beta-vae", activation, 1).map(({ contractions }) =>
        Math.abs(contractions.find((one) => one.t === t)![which])
      ),
    );
  const [anchor] = sizes("tanh", "hessian", 0.0625);
  assertCells(
    FOUND,
    "order-points.csv",
    ["series", "t, posterior N(h, tΣ)", "|Taylor less β-VAE| (nats per digit)", "lowest", "highest"],
    [
      ...TIMES.map((t) => ["Hessian, tanh", t, ...sizes("tanh", "hessian", t)]),
      ...TIMES.map((t) => ["Jacobian, tanh", t, ...sizes("tanh", "jacobian", t)]),
      ...TIMES.map((t) => ["Jacobian, relu", t, ...sizes("relu", "jacobian", t)]),
      ...TIMES.map((t) => ["theory, Jacobian", t, ...sizes("tanh", "leftOut", t)]),
      ...TIMES.map((t) => ["slope 2", t, ...Array<number>(3).fill(anchor * (t / 0.0625) ** 2)]),
    ],
  );
});

keptTexts(
  "every text of the page, its figures and its tables is the one that is kept",
  "compare",
  () => [conclusionText(compareStudy, FOUND)],
);
