/**
 * E1: what a mean-field posterior learns its variances to be.
 *
 * @module
 */

import { type Clause, exact, law, tex } from "../../contract/mod.ts";
import type { MetricResults, TrainedMetric } from "../../contract/trained.ts";
import { diagonalOf } from "../reference/algebra.ts";
import { mean, median, quantile, regression } from "../reference/statistics.ts";
import { firstTwice, ofMetric, seedsOf } from "./every_run.ts";
import { both, least, most, says, type Scale, SEEDS, type Threshold } from "./threshold.ts";

/** What E1 allows: logarithms, unless it says otherwise. */
export const ALLOWED = {
  /** Pairs of variances of a model. */
  pairs: both(100, "so that nine tenths of them are a figure"),
  spread: least([1, 0.61], [1.6, 0.92]),
  median: most([0.55, 0.82], [0.36, 0.54]),
  ninthDecile: most([1.5, 2.2], [0.93, 1.4]),
  bias: most([0.28, 0.36], [0.19, 0.23]),
  slope: most([0.22, 0.45], [0.14, 0.29]),
  correlation: most([0.3, 0.78], [0.2, 0.51]),
  byMetric: most([0.43, 0.26], [0.28, 0.17]),
  fullAboveMeanField: least([0.57, 0.3], [1.7, 0.92], "a third of it is asked for"),
} as const satisfies Readonly<Record<string, Threshold>>;

/** A model in words. */
export function modelName({ label, beta, seed }: TrainedMetric): string {
  return `${label}, β ${beta}, seed ${seed}`;
}

function meanField({ models }: MetricResults): readonly TrainedMetric[] {
  return models.filter(({ family }) => family === "mean-field");
}

const predicted = ({ variances }: TrainedMetric): number[] =>
  variances.map((pair) => Math.log(pair.predicted));
const found = ({ variances }: TrainedMetric): number[] => variances.map((pair) => Math.log(pair.found));
/** log(found/predicted) */
const deviations = ({ variances }: TrainedMetric): number[] =>
  variances.map((pair) => Math.log(pair.found / pair.predicted));

/** Looks at each mean-field model. */
function ofEach(
  says: string,
  examine: (model: TrainedMetric, name: string, scale: Scale) => void,
): Clause {
  return ofMetric(says, (results, scale) => {
    for (const model of meanField(results)) examine(model, modelName(model), scale);
    scale.is("some model is mean-field", meanField(results).length > 0, true);
  });
}

const enough = ofMetric(
  says`there are mean-field and full models of at least ${SEEDS} seeds, none counted twice, with ${ALLOWED.pairs} variances`,
  ({ models }, scale) => {
    scale.is("a model that is there twice", firstTwice(models, modelName), "none");
    for (const family of ["mean-field", "full"] as const) {
      const own = models.filter((model) => model.family === family);
      scale.enough(`${family}: seeds`, seedsOf(own).length, SEEDS);
      for (const model of own) {
        scale.enough(`${modelName(model)}: variances`, model.variances.length, ALLOWED.pairs);
      }
    }
  },
);

const shares = ofMetric(
  "predictions lie in (0, 1], as 0 ≺ Σ* ⪯ I, and what was found is positive",
  ({ models }, scale) => {
    for (const model of models) {
      const least = Math.min(...model.variances.map((pair) => Math.min(pair.found, pair.predicted)));
      const most = Math.max(...model.variances.map((pair) => pair.predicted));
      scale.is(`${modelName(model)}: the least variance is above 0`, least > 0, true);
      scale.notBelow(
        `${modelName(model)}: 1 less the greatest prediction`,
        1 - most,
        0,
        exact("β ≤ β + ‖J‖²"),
      );
    }
  },
);

const spread = ofEach(
  says`the predictions differ: the logarithm of their ninth decile over the first is at least ${ALLOWED.spread}`,
  (model, name, scale) => {
    const logs = predicted(model);
    const width = quantile(logs, 0.9) - quantile(logs, 0.1);
    scale.atLeast(`${name}: log of the ninth decile over the first`, width, ALLOWED.spread);
  },
);

const closeness = ofEach(
  says`|log(σ²/predicted)| is at most ${ALLOWED.median} in the median, and ${ALLOWED.ninthDecile} in nine tenths of all pairs`,
  (model, name, scale) => {
    const sizes = deviations(model).map(Math.abs);
    scale.within(`${name}: median of |log(σ²/predicted)|`, median(sizes), 0, ALLOWED.median);
    scale.within(
      `${name}: ninth decile of |log(σ²/predicted)|`,
      quantile(sizes, 0.9),
      0,
      ALLOWED.ninthDecile,
    );
  },
);

const bias = ofEach(
  says`σ² is neither above nor below the prediction as a rule: the median of log(σ²/predicted) is within ${ALLOWED.bias} of 0`,
  (model, name, scale) => {
    scale.within(`${name}: median of log(σ²/predicted)`, median(deviations(model)), 0, ALLOWED.bias);
  },
);

const line = ofEach(
  says`log σ² over log predicted has a slope within ${ALLOWED.slope} of 1, and a correlation within ${ALLOWED.correlation}`,
  (model, name, scale) => {
    const { slope, correlation } = regression(predicted(model), found(model));
    scale.within(`${name}: correlation`, correlation, 1, ALLOWED.correlation);
    scale.within(`${name}: slope`, slope, 1, ALLOWED.slope);
  },
);

const byMetric = ofMetric(
  says`the mean prediction is that of the mean metric's diagonal, up to a factor e^±${ALLOWED.byMetric}: columns vary from digit to digit`,
  ({ models }, scale) => {
    for (const model of models) {
      const { beta, metric, variances } = model;
      const ofMean = mean(diagonalOf(metric.after).map((square) => beta / (beta + square)));
      const ratio = Math.log(mean(variances.map((pair) => pair.predicted)) / ofMean);
      scale.within(`${modelName(model)}: log(mean predicted/of the mean metric)`, ratio, 0, ALLOWED.byMetric);
    }
  },
);

const full = ofMetric(
  says`the full control's Σ_kk = [(I + G/β)⁻¹]_kk is above 1/(1 + G_kk/β), by at least ${ALLOWED.fullAboveMeanField} more in the median logarithm than a mean-field model's`,
  ({ models }, scale) => {
    const typical = (family: string): number =>
      median(models.filter((model) => model.family === family).map((model) => median(deviations(model))));
    scale.atLeast(
      "median of log(Σ_kk/predicted), full less mean-field",
      typical("full") - typical("mean-field"),
      ALLOWED.fullAboveMeanField,
    );
  },
);

export const E1 = law({
  id: "E1",
  title: "Variances of a trained mean-field posterior",
  statement:
    `a trained mean-field posterior has σ_k² ≈ β/(β + ‖J_{:k}‖²), the median |log ratio| at most ${ALLOWED.median.run}, and a full one has not`,
  tex: tex`\sigma_k^2(x)\approx\frac{\beta}{\beta+\lVert J_{:k}(x)\rVert^2}`,
  source: "Gaussian p(z) and q(z|x)",
  kind: "empirical",
  assumptions: [
    "the encoder has come near its optimum",
    "the Taylor approximation holds over the posterior's spread",
  ],
  expected: "holds under stated assumptions",
  clauses: [enough, shares, spread, closeness, bias, line, byMetric, full],
});
