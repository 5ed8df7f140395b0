/**
 * A VAE's loss at any convention, from the oracle's own likelihoods and divergence, with its gradient; and penalties on a Jacobian.
 *
 * @module
 */

import {
  completeLossConvention,
  completePenalty,
  type LossConvention,
  type PenaltyConvention,
  type Reduction,
} from "../contract/loss.ts";
import type { LossCase, LossTerms, PenaltyCase, Vector } from "../contract/subject.ts";
import { product, singularValues, transpose } from "./dense.ts";
import { distortion, negativeLogDensity } from "./likelihood.ts";
import { apply, jacobian } from "./network.ts";
import { gaussianKl } from "./posterior.ts";
import { real } from "./arithmetic.ts";
import type { Smooth } from "./smooth.ts";
import { volume } from "./volume.ts";

/** The reconstruction of an entry x as a function of x̂. */
function ofEntry({ reconstruction, variance }: ReturnType<typeof completeLossConvention>, x: number): Smooth {
  switch (reconstruction) {
    case "half-mse":
      return distortion({ kind: "gaussian", variance: 1 }, x);
    case "mse":
      return distortion({ kind: "gaussian", variance: 1 / 2 }, x);
    case "gaussian":
      return negativeLogDensity({ kind: "gaussian", variance }, x);
    case "bce-with-logits":
      return distortion({ kind: "bernoulli" }, x);
    case "bce": {
      // By the logit of x̂: d logit/dx̂ = 1/(x̂(1 − x̂)).
      const ofLogit = distortion({ kind: "bernoulli" }, x);
      return (p, order) => ofLogit(Math.log(p) - Math.log1p(-p), order) / (order === 0 ? 1 : p * (1 - p));
    }
  }
}

const share = (reduction: Reduction, count: number): number => (reduction === "mean" ? 1 / count : 1);

/** The loss of a VAE by a convention, with its parts and its gradient. */
export function vaeLoss(convention: LossConvention = {}): (given: LossCase) => LossTerms {
  const complete = completeLossConvention(convention);
  const { pixels, latents, batch } = complete;
  return ({ x, decoded, mean, logVariance, beta }) => {
    const [first, second] = typeof batch === "object"
      ? [batch.reconstruction, batch.kl]
      : batch === "none"
      ? ["sum", "sum"] as const
      : [batch, batch];
    const fit = share(pixels, x[0]!.length) * share(first, x.length);
    const divergence = share(latents, mean[0]!.length) * share(second, x.length);
    const terms = x.map((row, b) => row.map((entry, k) => ofEntry(complete, entry)(decoded[b]![k]!, 0)));
    const reconstruction = terms.map((row) => fit * total(row));
    // The raw factor of the family is log σ.
    const kl = mean.map((row, b) =>
      divergence *
      gaussianKl(real, { kind: "mean-field" }, row, logVariance[b]!.map((entry) => entry / 2))
    );
    const loss = reconstruction.map((entry, b) => entry + beta * kl[b]!);
    const gradient = {
      decoded: x.map((row, b) => row.map((entry, k) => fit * ofEntry(complete, entry)(decoded[b]![k]!, 1))),
      mean: mean.map((row) => row.map((entry) => beta * divergence * entry)),
      logVariance: logVariance.map((row) => row.map((entry) => beta * divergence * Math.expm1(entry) / 2)),
    };
    if (batch === "none") return { loss, reconstruction, kl, gradient };
    return { loss: total(loss), reconstruction: total(reconstruction), kl: total(kl), gradient };
  };
}

/** A penalty on the Jacobian of a decoder by a convention. */
export function regulariser(convention?: PenaltyConvention): (given: PenaltyCase) => number | Vector {
  const { kind, weight, batch } = completePenalty(convention);
  return ({ network, z, beta }) => {
    const outputs = apply(network, z);
    const each = jacobian(network, z).map((j, b) => {
      const along = (row: Vector): number => total(product([row], j)[0]!.map((entry) => entry ** 2));
      switch (kind) {
        case "jacobian-norm":
          return total(singularValues(j).map((s) => s * s));
        case "summed-outputs":
          return along(j.map(() => 1));
        case "squared-outputs":
          return along(outputs[b]!.map((entry) => 2 * entry));
        case "spectral-norm":
          return singularValues(transpose(j))[0]!;
        case "grae":
          return volume.grae(j, beta);
        case "grae-star":
          return volume.graeStar(j, beta);
      }
    }).map((value) => weight * value);
    return batch === "none" ? each : share(batch, z.length) * total(each);
  };
}

function total(values: Vector): number {
  return values.reduce((sum, value) => sum + value, 0);
}
