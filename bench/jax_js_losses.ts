/**
 * The six objectives written plainly against jax-js, tangents by hand: nothing of the library.
 *
 * An operation of jax-js takes its arrays over; `ref` is one more claim on one that is needed again.
 *
 * @module
 */

import { lax, nn, numpy as np } from "@jax-js/jax";
import type { Shape } from "./shape.ts";
import type { Objective } from "./workload.ts";

/** An array of jax-js. */
export type Values = ReturnType<typeof np.array>;

/** φ′ of ReLU, a constant to the reverse pass. */
const slopes = (u: Values): Values => lax.stopGradient(np.where(np.greater(u, 0), 1, 0) as Values);

/** g(x) of three dense layers, ReLU between them, and its tangents `[batch, count, data]` where some are given. */
function pushed(
  parameters: readonly Values[],
  x: Values,
  tangents: Values | null,
): readonly [Values, Values | null] {
  let value = x, pushed = tangents;
  for (let i = 0; i < parameters.length; i += 2) {
    const [weight, bias] = [parameters[i]!, parameters[i + 1]!], last = i + 2 === parameters.length;
    const u = np.matmul(value, weight.ref).add(bias.ref), [batch, outputs] = u.shape as [number, number];
    if (pushed) {
      const [, count, inputs] = pushed.shape as [number, number, number];
      const flat = np.matmul(np.reshape(pushed, [batch * count, inputs]), weight.ref);
      const t = np.reshape(flat, [batch, count, outputs]);
      pushed = last ? t : t.mul(np.reshape(slopes(u.ref), [batch, 1, outputs]));
    }
    value = last ? u : nn.relu(u);
  }
  return [value, pushed];
}

const squares = (v: Values): Values => np.sum(np.square(v), -1);

/** log|A| by an unrolled Cholesky factorisation of all examples at once. */
function logDeterminant(a: Values): Values {
  let rest = a, sum: Values | null = null;
  for (let size = a.shape[1]!; size > 0; size--) {
    const pivot = rest.ref.slice([], [0, 1], [0, 1]), log = np.log(np.reshape(pivot.ref, [-1]));
    sum = sum ? (sum as Values).add(log) : log;
    if (size === 1) break;
    const column = rest.ref.slice([], [1, size], [0, 1]), across = rest.ref.slice([], [0, 1], [1, size]);
    rest = rest.slice([], [1, size], [1, size]).sub(column.mul(across).div(pivot));
  }
  return sum!;
}

/**
 * The loss of an objective.
 *
 * @returns of parameters, x `[batch, data]`, noise `[batch, latent]` and unit vectors `[batch, 1, latent]`
 */
export function jaxJsLoss(
  objective: Objective,
  { batch, data, latent, beta }: Shape,
): (parameters: Values[], x: Values, noise: Values, units: Values) => Values {
  const withPosterior = !objective.startsWith("grae");
  const energy = (x: Values, g: Values): Values => squares(x.sub(g)).mul(0.5);
  const everyUnit = (): Values => np.tile(np.reshape(np.eye(latent), [1, latent, latent]), [batch, 1, 1]);
  return (parameters, x, noise, units) => {
    const [encoder, decoder] = [parameters.slice(0, 6), parameters.slice(6)];
    const [h] = pushed(encoder, x.ref, null);
    if (withPosterior) {
      const [mean, logDeviation] = [h.ref.slice([], [0, latent]), h.slice([], [latent, 2 * latent])];
      const variance = np.exp(logDeviation.ref.mul(2));
      const kl = np.sum(variance.ref.add(np.square(mean.ref)).sub(logDeviation.ref.mul(2)).sub(1), -1);
      const rest = kl.mul(beta / 2).add(0.5 * data * Math.log(2 * Math.PI));
      if (objective === "beta-vae") {
        const z = mean.add(np.exp(logDeviation).mul(noise));
        return np.mean(energy(x, pushed(decoder, z, null)[0]).add(rest));
      }
      const [g, tangents] = pushed(decoder, mean, everyUnit());
      const curvature = np.sum(variance.mul(squares(tangents!)), -1);
      return np.mean(energy(x, g).add(curvature.mul(0.5)).add(rest));
    }
    const stochastic = objective === "grae-star-stochastic";
    const [g, tangents] = pushed(decoder, h.ref, stochastic ? units : everyUnit());
    let volume: Values;
    if (objective === "grae" || objective === "grae-formed") {
      const gram = np.matmul(tangents!.ref, np.matrixTranspose(tangents!));
      volume = logDeterminant(gram.mul(1 / beta).add(np.eye(latent)));
    } else {
      volume = np.sum(np.log1p(squares(tangents!).mul(1 / beta)), -1).mul(stochastic ? latent : 1);
    }
    return np.mean(energy(x, g).add(squares(h).add(volume).mul(beta / 2)));
  };
}
