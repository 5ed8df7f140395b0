/**
 * E4: the objectives' models sample alike.
 *
 * @module
 */

import { type Clause, exact, law, tex } from "../../contract/mod.ts";
import { type SampledModel, type SamplesResults, SLIDE_OBJECTIVES } from "../../contract/trained.ts";
import { mean } from "../reference/statistics.ts";
import { firstTwice, ofSamples, seedsOf } from "./every_run.ts";
import { least, most, says, type Scale, SEEDS, type Threshold } from "./threshold.ts";

/** What E4 allows. */
export const ALLOWED = {
  accuracy: least([0.93, 0.89], [0.95, 0.93]),
  floorShare: most([0.0017, 0.0019], [0.0011, 0.0012]),
  trainedShare: most([0.15, 0.38], [0.098, 0.25]),
  logFactor: most([0.27, 0.6], [0.17, 0.4]),
  aggregateOverPrior: most([0.64, 1], [0.32, 0.65], "twice as much is allowed, but not more than the prior"),
  aboveFloor: least([12, 15], [19, 23]),
} as const satisfies Readonly<Record<string, Threshold>>;

/** Where latents are drawn from. */
const DRAWS = ["prior", "aggregate"] as const;

const modelName = ({ objective, beta, seed }: SampledModel): string =>
  `${objective}, β ${beta}, seed ${seed}`;
/** Models that differ by their seed alone. */
const seedsTogether = ({ objective, beta }: SampledModel): string => `${objective}, β ${beta}`;

const enough = ofSamples(
  says`each of the four objectives was trained at the same β with the same ${SEEDS} seeds or more, and no model is counted twice`,
  ({ models }, scale) => {
    const seeds = seedsOf(models);
    scale.enough("seeds", seeds.length, SEEDS);
    scale.is("a model that is there twice", firstTwice(models, modelName), "none");
    const objectives = new Set([...SLIDE_OBJECTIVES, ...models.map(({ objective }) => objective)]);
    for (const beta of new Set(models.map((model) => model.beta))) {
      for (const objective of objectives) {
        const own = models.filter((model) => model.objective === objective && model.beta === beta);
        scale.is(`${objective}, β ${beta}: seeds`, seedsOf(own).join(), seeds.join());
      }
    }
    // With ReLU the two Taylor losses are one (T4), and so are their models.
    const own = models.filter(({ objective }) => objective !== "taylor-hessian");
    for (const draw of DRAWS) {
      const twice = firstTwice(own, (model) => String(model[draw]));
      scale.is(`a distance (${draw}) that two models share to the last digit`, twice, "none");
    }
  },
);

const distances = ofSamples(
  says`the distance tells digits from what is none: the classifier is right in ${ALLOWED.accuracy} of them or more, and halves of the digits are at most ${ALLOWED.floorShare} as far apart as an untrained decoder's samples`,
  ({ accuracy, floor, untrained }, scale) => {
    scale.atLeast("accuracy", accuracy, ALLOWED.accuracy);
    scale.notBelow("accuracy: what is lacking to 1", 1 - accuracy, 0, exact("a share"));
    scale.notBelow("floor", floor, 0, exact("a squared distance"));
    scale.within("floor over untrained", floor / untrained, 0, ALLOWED.floorShare);
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
  says`every model's samples are at most ${ALLOWED.trainedShare} as far from digits as an untrained decoder's`,
  (distance, name, scale, { untrained }) => {
    scale.within(`${name}: distance over the untrained one's`, distance / untrained, 0, ALLOWED.trainedShare);
  },
);

const aboveFloor = ofEach(
  says`every model's samples are at least ${ALLOWED.aboveFloor} times as far from digits as other digits are`,
  (distance, name, scale, { floor }) => {
    scale.atLeast(`${name}: distance over the floor`, distance / floor, ALLOWED.aboveFloor);
  },
);

const alike = ofSamples(
  says`at every β each objective's mean distance over seeds is the β-VAE's up to a factor e^±${ALLOWED.logFactor}`,
  ({ models }, scale) => {
    const means = new Map(
      [...Map.groupBy(models, seedsTogether)].map(([name, own]) => [
        name,
        {
          prior: mean(own.map(({ prior }) => prior)),
          aggregate: mean(own.map(({ aggregate }) => aggregate)),
        },
      ]),
    );
    for (const { objective, beta } of models) {
      for (const draw of DRAWS) {
        const own = means.get(`${objective}, β ${beta}`)?.[draw] ?? NaN;
        const reference = means.get(`beta-vae, β ${beta}`)?.[draw] ?? NaN;
        const name = `${objective}, β ${beta}, ${draw}: log of the mean distance over the β-VAE's`;
        scale.within(name, Math.log(own / reference), 0, ALLOWED.logFactor);
      }
    }
  },
);

const aggregate = ofSamples(
  says`drawn from where the encoder puts digits, samples are at most ${ALLOWED.aggregateOverPrior} as far from them as drawn from the prior`,
  ({ models }, scale) => {
    for (const [name, own] of Map.groupBy(models, seedsTogether)) {
      const ratio = mean(own.map((model) => model.aggregate)) / mean(own.map((model) => model.prior));
      scale.atMost(`${name}: mean distance, aggregate over prior`, ratio, ALLOWED.aggregateOverPrior);
    }
  },
);

export const E4 = law({
  id: "E4",
  title: "Samples alike",
  statement:
    `samples of models that β-VAE, Taylor (Jacobian), GRAE and GRAE* trained are equally near to real digits up to a factor e^±${ALLOWED.logFactor.run}, at most ${ALLOWED.trainedShare.run} as far as an untrained decoder's`,
  tex:
    tex`d^2=\lVert\mu_1-\mu_2\rVert^2+\operatorname{tr}\bigl(\Sigma_1+\Sigma_2-2(\Sigma_1\Sigma_2)^{1/2}\bigr)\text{ alike}`,
  source: "Samples",
  kind: "empirical",
  assumptions: ["distances are in the features of a small classifier of digits, and are not the Inception's"],
  expected: "holds under stated assumptions",
  clauses: [enough, distances, learned, aboveFloor, alike, aggregate],
});
