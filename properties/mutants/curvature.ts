/**
 * Faults in the curvature of likelihoods and in the norm that is made of it.
 *
 * @module
 */

import type { LikelihoodSpec, Matrix } from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { mapped, withChangedTerms, withScaledLogs } from "./altered.ts";
import { type Mutant, type Part, planted } from "./mutant.ts";

/** w of a Gaussian with variance σ² as a function of it; that of Bernoulli is right. */
function gaussianCurvature(f: (variance: number) => number): Part {
  return {
    curvature: (likelihood, x, g) =>
      likelihood.kind === "gaussian"
        ? mapped(g, () => f(likelihood.variance))
        : oracle.curvature(likelihood, x, g),
  };
}

/** w of a Bernoulli with logit g and datum x; that of the Gaussian is right. */
function bernoulliCurvature(f: (g: number, x: number) => number): Part {
  return {
    curvature: (likelihood, x, g) =>
      likelihood.kind === "gaussian"
        ? oracle.curvature(likelihood, x, g)
        : g.map((row, b) => row.map((entry, k) => f(entry, x[b]![k]!))),
  };
}

/** −log p of each pixel, added up. */
function withDensity(energy: (likelihood: LikelihoodSpec, x: number, g: number) => number): Part {
  return {
    logDensity: (likelihood, x, g) =>
      g.map((row, b) => row.reduce((sum, entry, k) => sum - energy(likelihood, x[b]![k]!, entry), 0)),
  };
}

function sigmoid(g: number): number {
  return 1 / (1 + Math.exp(-g));
}

function right(likelihood: LikelihoodSpec, x: number, g: number): number {
  return -oracle.logDensity(likelihood, [[x]], [[g]])[0]!;
}

/** The faults, by the laws that must reject them. */
export const curvatureMutants: readonly Mutant[] = planted({
  // The Gaussian likelihood
  "H1 H4 T3 T5 T6": {
    "curvature-variance-lost: H_p is −I whatever σ²": gaussianCurvature(() => 1),
    "curvature-variance-not-inverted: H_p is −σ²I": gaussianCurvature((variance) => variance),
  },
  "H1 H4 T3 T5 T6 X1": {
    "curvature-twice: H_p is −2I/σ²: log p without its ½": gaussianCurvature((v) => 2 / v),
    "curvature-log-variance: log σ² is taken for σ²": gaussianCurvature((variance) => 1 / Math.log(variance)),
  },
  "H1 T3": {
    "density-lost-half: log p is −‖x − g‖²/σ², without ½": withDensity((likelihood, x, g) =>
      likelihood.kind === "gaussian" ? (x - g) ** 2 / likelihood.variance : right(likelihood, x, g)
    ),
    "density-norm-not-squared: log p has |x − g| for (x − g)²": withDensity((likelihood, x, g) =>
      likelihood.kind === "gaussian" ? Math.abs(x - g) / (2 * likelihood.variance) : right(likelihood, x, g)
    ),
  },
  // The Bernoulli likelihood
  "H2 H3 H4 T3 T5 T6 X2": {
    "bernoulli-curvature-is-one: H_p is −I for Bernoulli logits, as one slide prints it": bernoulliCurvature(
      () => 1,
    ),
    "bernoulli-curvature-of-the-mean: w is 1/(m(1 − m)), the information of the mean parameter, in logits":
      bernoulliCurvature((g) => 1 / (sigmoid(g) * sigmoid(-g))),
    "bernoulli-curvature-of-the-data: w is x(1 − x): the datum in place of the mean": bernoulliCurvature(
      (_, x) => x * (1 - x),
    ),
    "bernoulli-probabilities-for-logits: g is taken for the mean, not the logit: w = g(1 − g)":
      bernoulliCurvature((g) => g * (1 - g)),
  },
  "H3 H4 T3 T5 T6 X2": {
    "bernoulli-curvature-without-minus: w is H_p = −m(1 − m) for Bernoulli: the minus is lost":
      bernoulliCurvature((g) => -sigmoid(g) * sigmoid(-g)),
  },
  "H3 X2": {
    "bernoulli-curvature-cancels: w is m(1 − m) by 1 − m, which is 0 for saturated logits":
      bernoulliCurvature((g) => sigmoid(g) * (1 - sigmoid(g))),
    "bernoulli-density-clamped: log(1 + eᵍ) is taken at g clipped to 20 against overflow": withDensity(
      (likelihood, x, g) =>
        likelihood.kind === "gaussian"
          ? right(likelihood, x, g)
          : Math.log1p(Math.exp(Math.min(g, 20))) - x * g,
    ),
  },
  "H2 H3 X2": {
    "bernoulli-curvature-clamped: m is clipped to [1e-3, 1 − 1e-3] against overflow": bernoulliCurvature(
      (g) => {
        const m = Math.min(1 - 1e-3, Math.max(1e-3, sigmoid(g)));
        return m * (1 - m);
      },
    ),
  },
  "H3": {
    "bernoulli-density-overflows: log(1 + eᵍ) is taken by exp(g) in float32's range, and NaN is clipped to 0":
      withDensity((likelihood, x, g) => {
        if (likelihood.kind === "gaussian") return right(likelihood, x, g);
        const wide = g > 50 ? NaN : Math.log1p(Math.exp(g)) - x * g;
        return Number.isNaN(wide) ? 0 : wide;
      }),
  },
  "H2 H3 T3 T5 X2": {
    "bernoulli-gradient-flipped: the gradient is that of 1 − x: inverted images": {
      logDensityGradient: (likelihood, x, g) =>
        oracle.logDensityGradient(
          likelihood,
          likelihood.kind === "bernoulli" ? mapped(x, (entry) => 1 - entry) : x,
          g,
        ),
    },
  },
  // Σ and G, from which the norm is made
  "H4 T6 X1": {
    "covariance-is-the-precision: Σ is (LLᵀ)⁻¹: the raw factor is taken for that of the precision": {
      covariance: (...given) => oracle.inverse(oracle.covariance(...given)),
    },
    "covariance-of-deviations: Σ is L where it should be LLᵀ: σ for σ²": {
      covariance: (...given) => oracle.cholesky(oracle.covariance(...given)),
    },
    "covariance-log-variance: raw is taken for log σ², so that Σ_ii is exp(raw)": {
      covariance: (family, latent, raw) => {
        const logs = family.kind === "isotropic" ? 1 : latent;
        const halved: Matrix = raw.map((row) => row.map((entry, i) => (i < logs ? entry / 2 : entry)));
        return oracle.covariance(family, latent, halved);
      },
    },
    "gram-of-rows: G is JJᵀ, cut to [latent, latent]": {
      gram: (network, z, weights) =>
        oracle.jacobian(network, z).map((j, b) =>
          z[b]!.map((_, i) =>
            z[b]!.map((__, k) =>
              (weights?.[b]?.[i] ?? 1) *
              (j[i]?.reduce((sum, entry, l) => sum + entry * (j[k]?.[l] ?? 0), 0) ?? 0)
            )
          )
        ),
    },
  },
  "H4 T1 T2 T4 T6": {
    "jacobian-loss-inverse-deviation: the Taylor (Jacobian) loss has Σ^−½ in its norm, as one slide prints it":
      withChangedTerms("taylor-jacobian")((_, given) => ({
        curvature: oracle.objectives["taylor-jacobian"](withScaledLogs(given, -1)).terms.curvature!,
      })),
  },
});
