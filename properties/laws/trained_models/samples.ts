/**
 * E4: the objectives' models sample alike.
 *
 * @module
 */

import type { Clause } from "../../contract/clause.ts";
import { exact } from "../../contract/tolerance.ts";
import { law, tex } from "../../contract/law.ts";
import { type SampledModel, type SamplesResults, SLIDE_OBJECTIVES } from "../../contract/trained.ts";
import { mean } from "../reference/statistics.ts";
import { ofSamples } from "./every_run.ts";
import { firstTwice, grouped, seedsOf } from "./groups.ts";
import type { Scale } from "./threshold.ts";
import {
  ABOVE_FLOOR,
  ACCURACY,
  AGGREGATE_OVER_PRIOR,
  FLOOR_SHARE,
  FRECHET_LOG_FACTOR,
  SEEDS,
  TRAINED_SHARE,
} from "./thresholds.ts";

/** Where latents are drawn from. */
const DRAWS = ["prior", "aggregate"] as const;

const modelName = ({ objective, beta, seed }: SampledModel): string =>
  `${objective}, β ${beta}, seed ${seed}`;
/** Models that differ by their seed alone. */
const seedsTogether = ({ objective, beta }: SampledModel): string => `${objective}, β ${beta}`;

const enough = ofSamples(
  "each of the four objectives was trained at the same β with the same seeds, and no model is counted twice",
  ({ models }, scale) => {
    const seeds = seedsOf(models);
    scale.atLeast("seeds", seeds.length, SEEDS);
    scale.is("a model that is there twice", firstTwice(models, modelName) ?? "none", "none");
    const objectives = new Set([...SLIDE_OBJECTIVES, ...models.map(({ objective }) => objective)]);
    for (const beta of new Set(models.map((model) => model.beta))) {
      for (const objective of objectives) {
        const of = models.filter((model) => model.objective === objective && model.beta === beta);
        scale.is(`${objective}, β ${beta}: seeds`, seedsOf(of).join(), seeds.join());
      }
    }
    // With ReLU the two Taylor losses are one (T4), and so are their models.
    const own = models.filter(({ objective }) => objective !== "taylor-hessian");
    for (const draw of DRAWS) {
      const twice = firstTwice(own, (model) => String(model[draw]));
      scale.is(`a distance (${draw}) that two models share to the last digit`, twice ?? "none", "none");
    }
  },
);

const yardstick = ofSamples(
  "the distance tells digits from what is none: the classifier is right, halves of the digits are near, noise is far",
  ({ accuracy, floor, untrained }, scale) => {
    scale.atLeast("accuracy", accuracy, ACCURACY);
    scale.notBelow("accuracy: what is lacking to 1", 1 - accuracy, 0, exact("a share"));
    scale.notBelow("floor", floor, 0, exact("a squared distance"));
    scale.within("floor over untrained", floor / untrained, 0, FLOOR_SHARE);
  },
);

/** Looks at each model, and each way of drawing. */
function ofEach(
  says: string,
  examine: (distance: number, name: string, scale: Scale, r: SamplesResults) => void,
): Clause {
  return ofSamples(says, (results, scale) => {
    for (const model of results.models) {
      for (const draw of DRAWS) examine(model[draw], `${modelName(model)}, ${draw}`, scale, results);
    }
    scale.is("some model was sampled", results.models.length > 0, true);
  });
}

const learned = ofEach(
  "every model's samples are far nearer to digits than an untrained decoder's",
  (distance, name, scale, { untrained }) => {
    scale.within(`${name}: distance over the untrained one's`, distance / untrained, 0, TRAINED_SHARE);
  },
);

const aboveFloor = ofEach(
  "no model's samples are as near to digits as other digits are",
  (distance, name, scale, { floor }) => {
    scale.atLeast(`${name}: distance over the floor`, distance / floor, ABOVE_FLOOR);
  },
);

const alike = ofSamples(
  "at every β each objective's mean distance over seeds is the β-VAE's up to a factor",
  ({ models }, scale) => {
    const means = new Map(
      [...grouped(models, seedsTogether)].map(([name, of]) => [
        name,
        { prior: mean(of.map(({ prior }) => prior)), aggregate: mean(of.map(({ aggregate }) => aggregate)) },
      ]),
    );
    for (const { objective, beta } of models) {
      for (const draw of DRAWS) {
        const own = means.get(`${objective}, β ${beta}`)?.[draw] ?? NaN;
        const reference = means.get(`beta-vae, β ${beta}`)?.[draw] ?? NaN;
        const name = `${objective}, β ${beta}, ${draw}: log of the mean distance over the β-VAE's`;
        scale.within(name, Math.log(own / reference), 0, FRECHET_LOG_FACTOR);
      }
    }
  },
);

const aggregate = ofSamples(
  "drawn from where the encoder puts digits, samples are not farther from them than drawn from the prior",
  ({ models }, scale) => {
    for (const [name, of] of grouped(models, seedsTogether)) {
      const ratio = mean(of.map((model) => model.aggregate)) / mean(of.map((model) => model.prior));
      scale.atMost(`${name}: mean distance, aggregate over prior`, ratio, AGGREGATE_OVER_PRIOR);
    }
  },
);

/** E4. */
export const E4 = law({
  id: "E4",
  title: "Samples alike",
  statement:
    "samples of models that β-VAE, Taylor (Jacobian), GRAE and GRAE* trained are equally near to real digits, far nearer than an untrained decoder's",
  tex:
    tex`d^2=\lVert\mu_1-\mu_2\rVert^2+\operatorname{tr}\bigl(\Sigma_1+\Sigma_2-2(\Sigma_1\Sigma_2)^{1/2}\bigr)\text{ alike}`,
  source: "Samples",
  kind: "empirical",
  assumptions: ["distances are in the features of a small classifier of digits, and are not the Inception's"],
  expected: "holds under stated assumptions",
  clauses: [enough, yardstick, learned, aboveFloor, alike, aggregate],
});
