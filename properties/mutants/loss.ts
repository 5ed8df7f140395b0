/**
 * Faults in a VAE's loss: the mistakes of public code.
 *
 * @module
 */

import type { LossCase, LossConvention, LossTerms, Matrix, Subject, Vector } from "../contract/subject.ts";
import { vaeLoss } from "../oracle/loss.ts";
import { oracle } from "../oracle/mod.ts";
import { type Mutant, type Part, planted } from "./mutant.ts";

type Loss = Required<Subject>["vaeLoss"];

/** A subject that offers nothing besides its loss. */
const alone: Subject = { name: "loss", epsilon: oracle.epsilon };

/** A loss at a convention. */
const loss = (faulty: Loss, lossConvention: LossConvention = {}): Part => ({
  lossConvention,
  vaeLoss: faulty,
});

const total = (values: Vector): number => values.reduce((sum, value) => sum + value, 0);
const over = (given: Matrix, f: (entry: number, b: number, i: number) => number): number =>
  total(given.map((row, b) => total(row.map((entry, i) => f(entry, b, i)))));

/** The parts of a loss; those that are absent are right: summed squared errors, halved, beside a summed divergence, averaged over the batch. */
interface Parts {
  readonly entry?: (x: number, y: number) => number;
  readonly latent?: (mean: number, logVariance: number) => number;
  /** The factor of the reconstruction in a batch of B examples of n entries. */
  readonly fit?: (n: number, batch: number) => number;
  /** The factor of the divergence in a batch of B examples of d latents, which is multiplied by β besides. */
  readonly divergence?: (d: number, batch: number, beta: number) => number;
}

const divergence = (mean: number, logVariance: number): number =>
  (mean ** 2 + Math.exp(logVariance) - 1 - logVariance) / 2;

function written(parts: Parts, convention?: LossConvention): Part {
  const { entry = (x, y) => (x - y) ** 2 / 2, latent = divergence } = parts;
  const { fit = (_, batch) => 1 / batch, divergence: share = (_, batch) => 1 / batch } = parts;
  return loss(({ x, decoded, mean, logVariance, beta }) => {
    const reconstruction = fit(x[0]!.length, x.length) *
      over(x, (value, b, k) => entry(value, decoded[b]![k]!));
    const kl = share(mean[0]!.length, x.length, beta) *
      over(mean, (value, b, i) => latent(value, logVariance[b]![i]!));
    return reconstruction + beta * kl;
  }, convention);
}

/** The right loss of other arguments. */
const at = (change: (given: LossCase) => Partial<LossCase>, convention?: LossConvention): Part =>
  loss((given) => vaeLoss(convention)({ ...given, ...change(given) }).loss, convention);

/** The right loss, with a gradient that is changed. */
const gradient = (
  change: (
    right: Required<LossTerms>["gradient"],
    given: LossCase,
  ) => Partial<Required<LossTerms>["gradient"]>,
): Part =>
  loss((given) => {
    const terms = oracle.vaeLoss(given);
    return { ...terms, gradient: { ...terms.gradient!, ...change(terms.gradient!, given) } };
  });

const times = (factor: number, matrix: Matrix): Matrix =>
  matrix.map((row) => row.map((entry) => factor * entry));

const bce: LossConvention = { reconstruction: "bce" };
const logits: LossConvention = { reconstruction: "bce-with-logits" };
const crossEntropy = (x: number, p: number): number => -x * Math.log(p) - (1 - x) * Math.log(1 - p);
const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));

/** Mistakes in the value. */
export const lossMutants: readonly Mutant[] = planted({
  "V1": {
    "loss-mse-without-half: squared errors are not halved": written({ entry: (x, y) => (x - y) ** 2 }),
    "loss-reconstruction-mean-over-pixels: the reconstruction is a mean over pixels beside a summed KL":
      written({
        fit: (n, batch) => 1 / (n * batch),
      }),
    "loss-batch-summed: the batch is summed, not averaged": written({ fit: () => 1, divergence: () => 1 }),
    "loss-constant-lost: a Gaussian likelihood without ½ log 2πσ²": written({
      entry: (x, y) => (x - y) ** 2 / 4,
    }, { reconstruction: "gaussian", variance: 2 }),
    "loss-variance-for-deviation: (x − x̂)²/(2σ⁴) for (x − x̂)²/(2σ²)": written({
      entry: (x, y) => (x - y) ** 2 / 8 + Math.log(4 * Math.PI) / 2,
    }, { reconstruction: "gaussian", variance: 2 }),
    "loss-constant-of-kl-lost: KL without its −1, which never is 0": written({
      latent: (mean, logVariance) => divergence(mean, logVariance) + 1 / 2,
    }),
    "loss-sigmoid-twice: BCE on logits is given probabilities": written(
      { entry: (x, p) => crossEntropy(x, sigmoid(p)) },
      bce,
    ),
    "loss-sigmoid-lost: BCE takes logits for probabilities, clamped": written({
      entry: (x, g) => crossEntropy(x, Math.min(1 - 1e-7, Math.max(1e-7, g))),
    }, logits),
    "loss-naive-logits: BCE by log σ and log(1 − σ) + 1e-8, which saturates": written({
      entry: (x, g) => -x * Math.log(sigmoid(g) + 1e-8) - (1 - x) * Math.log(1 - sigmoid(g) + 1e-8),
    }, logits),
    "loss-bce-of-ones: BCE counts the ones alone": written({ entry: (x, p) => -x * Math.log(p) }, bce),
    "loss-bce-exchanged: BCE has x and x̂ exchanged": written({
      entry: (x, p) => -p * Math.log(x + 1e-7) - (1 - p) * Math.log(1 - x + 1e-7),
    }, bce),
  },
  "V1 V5": {
    "loss-kl-negative: KL has the sign that it has in an ELBO": written({
      divergence: (_, batch) => -1 / batch,
    }),
    "loss-kl-mean-over-latents: KL is averaged over latents": written({
      divergence: (d, batch) => 1 / (d * batch),
    }),
    "loss-kl-over-pixels: KL is divided by the number of pixels as well": at(({ beta, x }) => ({
      beta: beta / x[0]!.length,
    })),
    "loss-log-variance-for-log-deviation: log σ² is taken for log σ": written({
      latent: (mean, logVariance) => divergence(mean, 2 * logVariance),
    }),
    "loss-log-variance-for-variance: log σ² is taken for σ²": written({
      latent: (mean, variance) => (mean ** 2 + variance - 1 - Math.log(Math.abs(variance) + 1e-6)) / 2,
    }),
    "loss-deviation-for-variance: σ stands where σ² should": written({
      latent: (mean, logVariance) => (mean ** 2 + Math.exp(logVariance / 2) - 1 - logVariance) / 2,
    }),
    "loss-kl-reversed: KL(p‖q) is taken": written({
      latent: (mean, logVariance) => ((1 + mean ** 2) / Math.exp(logVariance) - 1 + logVariance) / 2,
    }),
    "loss-kl-without-mean: the mean is left out of KL": written({
      latent: (_, logVariance) => divergence(0, logVariance),
    }),
    "loss-kl-of-means: KL has the mean alone": written({ latent: (mean) => mean ** 2 / 2 }),
    "loss-kl-without-half: KL is not halved": written({
      latent: (mean, logVariance) => 2 * divergence(mean, logVariance),
    }),
    "loss-mean-not-squared: |μ| stands for μ²": written({
      latent: (mean, logVariance) => divergence(Math.sqrt(Math.abs(mean)), logVariance),
    }),
    "loss-free-bits: a latent's KL is clamped to at least 0.25": written({
      latent: (mean, logVariance) => Math.max(0.25, divergence(mean, logVariance)),
    }),
    "loss-last-latent-lost: the last latent is left out": at(({ mean, logVariance }) => ({
      mean: mean.map((row) => row.map((entry, i) => (i === row.length - 1 ? 0 : entry))),
      logVariance: logVariance.map((row) => row.map((entry, i) => (i === row.length - 1 ? 0 : entry))),
    })),
  },
  "V1 V2": {
    "loss-rounded-to-cents: the loss is rounded to 0.01 for the log": loss((given) =>
      Math.round(100 * (oracle.vaeLoss(given).loss as number)) / 100
    ),
  },
}, alone);

/** Mistakes in the gradient of a right value. */
export const lossGradientMutants: readonly Mutant[] = planted({
  "V2": {
    "loss-gradient-mean-detached: no gradient reaches μ": gradient(({ mean }) => ({ mean: times(0, mean) })),
    "loss-gradient-variance-detached: no gradient reaches log σ²": gradient(({ logVariance }) => ({
      logVariance: times(0, logVariance),
    })),
    "loss-gradient-variance-doubled: ∂/∂log σ² has lost its ½": gradient(({ logVariance }) => ({
      logVariance: times(2, logVariance),
    })),
    "loss-gradient-variance-shifted: ∂/∂log σ² is ½σ² without −1": gradient(({ logVariance }, given) => ({
      logVariance: given.logVariance.map((row, b) =>
        row.map((_, i) => logVariance[b]![i]! + given.beta / (2 * given.x.length))
      ),
    })),
    "loss-gradient-uphill: the reconstruction's gradient has the other sign": gradient(({ decoded }) => ({
      decoded: times(-1, decoded),
    })),
    "loss-gradient-of-sum: the gradient is that of the sum over the batch": gradient((right, { x }) => ({
      decoded: times(x.length, right.decoded),
      mean: times(x.length, right.mean),
      logVariance: times(x.length, right.logVariance),
    })),
    "loss-gradient-without-beta: the gradient of KL lacks β": gradient((right, { beta }) => ({
      mean: times(1 / beta, right.mean),
      logVariance: times(1 / beta, right.logVariance),
    })),
    "loss-gradient-clipped: the gradient is clipped to ±1": gradient(({ decoded, mean }) => ({
      decoded: decoded.map((row) => row.map((entry) => Math.max(-1, Math.min(1, entry)))),
      mean,
    })),
    "loss-gradient-first-example: the gradient is that of the first example": gradient(({ decoded }) => ({
      decoded: decoded.map((row, b) => row.map((entry) => (b === 0 ? entry : 0))),
    })),
  },
}, alone);

/** Examples that see each other. */
export const lossBatchMutants: readonly Mutant[] = planted({
  "V1 V3": {
    "loss-batch-of-means: KL is that of the batch's mean μ": at(({ mean }) => ({
      mean: mean.map((row) => row.map((_, i) => total(mean.map((other) => other[i]!)) / mean.length)),
    })),
    "loss-batch-centred: μ is centred over the batch": at(({ mean }) => ({
      mean: mean.map((row) =>
        row.map((entry, i) => entry - total(mean.map((other) => other[i]!)) / mean.length)
      ),
    })),
    "loss-batch-broadcast: x̂ `[batch, data]` is compared with every x of the batch": loss((given) => {
      const { x, decoded, mean, logVariance, beta } = given;
      const every = total(x.map((row) => over(decoded, (y, _, k) => (row[k]! - y) ** 2 / 2)));
      return (every + beta * over(mean, (entry, b, i) => divergence(entry, logVariance[b]![i]!))) / x.length;
    }),
    "loss-batch-largest: the loss is that of the worst example": loss((given) =>
      Math.max(...(vaeLoss({ batch: "none" })(given).loss as Vector))
    ),
    "loss-batch-size-fixed: the sum is divided by the 4 examples of the batch that it was tried on": loss((
      given,
    ) => (vaeLoss({ batch: "sum" })(given).loss as number) / 4),
    "loss-batch-first-last: examples are weighted by their place": loss((given) =>
      total(
        (vaeLoss({ batch: "none" })(given).loss as Vector).map((entry, b) =>
          entry * 2 * (b + 1) / (given.x.length * (given.x.length + 1))
        ),
      )
    ),
    "loss-batch-kl-summed: KL is summed over the batch beside a mean": at(({ beta, x }) => ({
      beta: beta * x.length,
    })),
    "loss-batch-last-lost: the last example of a batch is dropped": loss((given) =>
      total((vaeLoss({ batch: "none" })(given).loss as Vector).slice(0, Math.max(1, given.x.length - 1))) /
      given.x.length
    ),
  },
}, alone);

/** β and the reconstruction's units. */
export const lossUnitMutants: readonly Mutant[] = planted({
  "V1 V4": {
    "loss-beta-never-applied: β is taken and not used": written({
      divergence: (_, batch, beta) => 1 / (batch * beta),
    }),
    "loss-beta-squared: β is applied twice": written({ divergence: (_, batch, beta) => beta / batch }),
    "loss-beta-on-reconstruction: β multiplies the reconstruction": loss((given) => {
      const { reconstruction, kl } = oracle.vaeLoss(given);
      return given.beta * (reconstruction as number) + (kl as number);
    }),
    "loss-beta-on-both: β multiplies the whole loss": loss((given) =>
      given.beta * (oracle.vaeLoss({ ...given, beta: 1 }).loss as number)
    ),
    "loss-beta-clipped: β is clipped to at most 1": at(({ beta }) => ({ beta: Math.min(1, beta) })),
    "loss-beta-on-means: β multiplies the means' part of KL alone": loss((given) => {
      const { loss } = oracle.vaeLoss({ ...given, beta: 1 });
      const means = over(given.mean, (entry) => entry ** 2 / 2) / given.x.length;
      return (loss as number) + (given.beta - 1) * means;
    }),
    "loss-root-mean-square: the reconstruction is the root of the squared error": loss((given) => {
      const { reconstruction, kl } = oracle.vaeLoss(given);
      return Math.sqrt(reconstruction as number) + given.beta * (kl as number);
    }),
    "loss-absolute-error: |x − x̂| stands for the squared error": written({
      entry: (x, y) => Math.abs(x - y),
    }),
    "loss-huber: the squared error is cut off at 1": written({
      entry: (x, y) => (Math.abs(x - y) < 1 ? (x - y) ** 2 / 2 : Math.abs(x - y) - 1 / 2),
    }),
    "loss-binarised: x is rounded to 0 or 1 for BCE": at(
      ({ x }) => ({ x: x.map((row) => row.map(Math.round)) }),
      bce,
    ),
    "loss-product: the logarithm of a product of the terms": loss((given) => {
      const { reconstruction, kl } = oracle.vaeLoss(given);
      return Math.log1p(reconstruction as number) + given.beta * (kl as number);
    }),
    "loss-kl-weighted-by-fit: KL is scaled to the size of the reconstruction": loss((given) => {
      const { reconstruction, kl } = oracle.vaeLoss(given);
      return (reconstruction as number) * (1 + given.beta * (kl as number) / (1 + (kl as number)));
    }),
  },
}, alone);
