/**
 * E3: the objectives track each other over β.
 *
 * @module
 */

import type { Clause } from "../../contract/clause.ts";
import {
  type ComparedObjective,
  type CompareResults,
  SLIDE_OBJECTIVES,
  type Tracked,
  type TrainedModel,
} from "../../contract/trained.ts";
import { law, tex } from "../../contract/law.ts";
import { mean, range } from "../reference/statistics.ts";
import { sum } from "../reference/algebra.ts";
import { ofCompare } from "./every_run.ts";
import { firstTwice, grouped, seedsOf } from "./groups.ts";
import type { Scale } from "./threshold.ts";
import {
  BETAS,
  FLOAT32,
  LOSS_LEFT,
  ONE_COLUMN,
  SEEDS,
  TRACKING,
  TRACKING_AT_THE_END,
  YARDSTICK_DEVIATION,
  YARDSTICK_DEVIATION_OF_SPREAD,
  YARDSTICK_SPREAD,
} from "./thresholds.ts";

const at = ({ beta, seed }: { readonly beta: number; readonly seed: number }): string =>
  `β ${beta}, seed ${seed}`;
const trainedName = (model: TrainedModel): string => `${model.objective}, ${at(model)}`;
const moment = (tracked: Tracked): string => `${at(tracked)}, epoch ${tracked.epoch}`;
const trackedName = (tracked: Tracked): string => `${tracked.objective}, ${moment(tracked)}`;

/** The values of β, in increasing order. */
function betasOf(models: readonly { readonly beta: number }[]): readonly number[] {
  return [...new Set(models.map(({ beta }) => beta))].toSorted((a, b) => a - b);
}

/** The mean β-VAE loss of an objective over seeds, at each β in increasing order. */
function curve({ trained }: CompareResults, objective: ComparedObjective): readonly number[] {
  return betasOf(trained).map((beta) =>
    mean(
      trained.filter((model) => model.objective === objective && model.beta === beta)
        .map(({ betaVaeLoss }) => betaVaeLoss),
    )
  );
}

/** The objectives that were trained. */
function objectivesOf({ trained }: CompareResults): readonly ComparedObjective[] {
  return [...new Set(trained.map(({ objective }) => objective))];
}

const enough = ofCompare(
  "each of the four objectives was trained at several β with the same seeds, and no model is counted twice",
  (results, scale) => {
    const { trained } = results, betas = betasOf(trained), seeds = seedsOf(trained);
    scale.atLeast("values of β", betas.length, BETAS);
    scale.atLeast("seeds", seeds.length, SEEDS);
    scale.is("a model that is there twice", firstTwice(trained, trainedName) ?? "none", "none");
    for (const objective of new Set([...SLIDE_OBJECTIVES, ...objectivesOf(results)])) {
      for (const beta of betas) {
        const of = trained.filter((model) => model.objective === objective && model.beta === beta);
        scale.is(`${objective}, β ${beta}: seeds`, seedsOf(of).join(), seeds.join());
      }
    }
  },
);

const spread = ofCompare(
  "the β-VAE's loss rises with β, by enough to be followed",
  (results, scale) => {
    const values = curve(results, "beta-vae");
    values.slice(1).forEach((value, i) => {
      scale.is(`β-VAE: the loss at the β number ${i + 2} is above the one before`, value > values[i]!, true);
    });
    scale.atLeast("β-VAE: range over the least", range(values) / Math.min(...values), YARDSTICK_SPREAD);
  },
);

const together = ofCompare(
  "what each objective trained reaches the β-VAE's loss at every β, in the mean over seeds",
  (results, scale) => {
    const betas = betasOf(results.trained), reference = curve(results, "beta-vae");
    for (const objective of objectivesOf(results)) {
      curve(results, objective).forEach((value, i) => {
        const name = `${objective}, β ${betas[i]}: mean β-VAE loss less the β-VAE's`;
        const difference = value - reference[i]!;
        scale.within(`${name}, relative`, difference / Math.abs(reference[i]!), 0, YARDSTICK_DEVIATION);
        scale.within(
          `${name}, over its range`,
          difference / range(reference),
          0,
          YARDSTICK_DEVIATION_OF_SPREAD,
        );
      });
    }
  },
);

const ordered = ofCompare("every objective orders the β as the β-VAE does", (results, scale) => {
  for (const objective of objectivesOf(results)) {
    const values = curve(results, objective);
    const inOrder = values.toSorted((a, b) => a - b);
    scale.is(`${objective}: β-VAE losses in the order of β`, values.join(), inOrder.join());
  }
});

/** The objectives at one moment of one training. */
type Moment = ReadonlyMap<ComparedObjective, Tracked>;

function moments({ along }: CompareResults): ReadonlyMap<string, Moment> {
  return new Map(
    [...grouped(along, moment)].map(([name, values]) => [
      name,
      new Map(values.map((tracked) => [tracked.objective, tracked])),
    ]),
  );
}

const followed = ofCompare(
  "along the β-VAE's trainings all four are tracked, from before the first epoch to the last, each value once",
  ({ along, trained }, scale) => {
    scale.is("a value that is there twice", firstTwice(along, trackedName) ?? "none", "none");
    for (const name of grouped(trained, at).keys()) {
      const epochs = (objective: string): string =>
        along.filter((tracked) => at(tracked) === name && tracked.objective === objective)
          .map(({ epoch }) => epoch).join();
      const reference = epochs("beta-vae");
      scale.is(`${name}: tracked before the first epoch and after`, /^0,.*[1-9]/.test(reference), true);
      for (const objective of SLIDE_OBJECTIVES) {
        scale.is(`${name}: epochs of ${objective}`, epochs(objective), reference);
      }
    }
  },
);

/** Looks at each moment of each training. */
function atEachMoment(says: string, examine: (moment: Moment, name: string, scale: Scale) => void): Clause {
  return ofCompare(says, (results, scale) => {
    for (const [name, values] of moments(results)) examine(values, name, scale);
    scale.is("something was tracked", results.along.length > 0, true);
  });
}

const terms = atEachMoment("the terms of an objective add up to it", (values, name, scale) => {
  for (const [objective, { loss, terms }] of values) {
    const total = sum(Object.values(terms));
    scale.within(
      `${objective}, ${name}: terms less the loss, relative`,
      (total - loss) / Math.abs(loss),
      0,
      FLOAT32,
    );
  }
});

const chain = atEachMoment(
  "on one model GRAE ≤ GRAE* ≤ Taylor (Jacobian) with its mean-field posterior, and all share ½‖x − g(h)‖²",
  (values, name, scale) => {
    const [grae, star, taylor] = (["grae", "grae-star", "taylor-jacobian"] as const).map((o) =>
      values.get(o)
    );
    if (!grae || !star || !taylor) return;
    const size = Math.abs(taylor.loss);
    scale.atMost(`${name}: GRAE less GRAE*, relative`, (grae.loss - star.loss) / size, FLOAT32);
    scale.atMost(`${name}: GRAE* less Taylor, relative`, (star.loss - taylor.loss) / size, FLOAT32);
    for (const [of, { terms }] of [["GRAE*", star], ["Taylor", taylor]] as const) {
      const difference = terms["reconstruction"]! - grae.terms["reconstruction"]!;
      scale.within(`${name}: reconstruction of ${of} less GRAE's, relative`, difference / size, 0, FLOAT32);
    }
  },
);

const oneColumn = atEachMoment(
  "stochastic GRAE* is GRAE* on one model, up to which columns were drawn",
  (values, name, scale) => {
    const drawn = values.get("grae-star-stochastic"), star = values.get("grae-star");
    if (!drawn || !star) return;
    scale.within(`${name}: stochastic over GRAE* less 1`, drawn.loss / star.loss - 1, 0, ONE_COLUMN);
  },
);

const tracking = ofCompare(
  "on the models of the β-VAE's trainings every objective is near its loss after each epoch, at the end by a threshold of its own",
  ({ along }, scale) => {
    const last = Math.max(...along.map(({ epoch }) => epoch));
    const losses = new Map(along.map((tracked) => [trackedName(tracked), tracked.loss]));
    for (const [, same] of grouped(along, ({ objective, beta, epoch }) => `${objective} ${beta} ${epoch}`)) {
      const { objective, beta, epoch } = same[0]!;
      if (epoch === 0) continue;
      const deviations = same.map((tracked) => {
        const reference = losses.get(`beta-vae, ${moment(tracked)}`) ?? NaN;
        return tracked.loss / reference - 1;
      });
      const name = `${objective}, β ${beta}, epoch ${epoch}: over the β-VAE's loss less 1`;
      scale.within(name, mean(deviations), 0, epoch === last ? TRACKING_AT_THE_END : TRACKING);
    }
  },
);

const trained = ofCompare(
  "training the β-VAE lowers every objective, whichever is looked at",
  ({ along }, scale) => {
    for (const [, same] of grouped(along, ({ objective, beta, seed }) => `${objective} ${beta} ${seed}`)) {
      const inOrder = same.toSorted((a, b) => a.epoch - b.epoch);
      const [first, last] = [inOrder[0]!, inOrder.at(-1)!];
      scale.atMost(
        `${trackedName(last)}: loss over that of epoch ${first.epoch}`,
        last.loss / first.loss,
        LOSS_LEFT,
      );
    }
  },
);

/** E3. */
export const E3 = law({
  id: "E3",
  title: "Objectives track each other",
  statement:
    "β-VAE, Taylor (Jacobian), GRAE and GRAE* reach the same β-VAE loss at every β, and agree along the β-VAE's trainings",
  tex:
    tex`\mathcal L_{\beta\text{-VAE}}\approx\mathcal L_{\mathrm{Taylor}}\approx\mathcal L_{\mathrm{GRAE}}\approx\mathcal L_{\mathrm{GRAE}^*}`,
  source: "Comparison of objectives",
  kind: "empirical",
  assumptions: [
    "training has come near an optimum",
    "the Taylor approximation holds over the posterior's spread",
  ],
  expected: "holds under stated assumptions",
  clauses: [enough, spread, together, ordered, followed, terms, chain, oneColumn, tracking, trained],
});
