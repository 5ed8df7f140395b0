/**
 * How many multiply-adds in matrix products a training step cannot do without.
 *
 * A step is one forward and one reverse pass. A product [m, k] [k, n] takes m k n multiply-adds, and half of it, its
 * diagonal included, where it is symmetric. What nobody needs is not counted: the gradient in x, and products with
 * unit vectors: the tangents behind the decoder's first layer are rows of its weight.
 *
 * @module
 */

import { conv64Layers } from "./conv64.ts";
import type { Shape } from "./shape.ts";
import { hasPosterior, type Objective } from "./workload.ts";

/** Multiply-adds a step. */
interface Floor {
  /** With the tangents pushed to the data, J; null where there are none. */
  readonly forming: number | null;
  /** With JᵀJ = T (W Wᵀ) Tᵀ, T the tangents before the last layer and W its weight; null where there are none, or a convolution is last. */
  readonly throughSquare: number | null;
  /** Without any tangents. */
  readonly plain: number;
}

/** Half of a symmetric [m, m], its diagonal included. */
const half = (m: number): number => m * (m + 1) / 2;

/** Encoder and decoder alone: values, gradients in weights, gradients in what goes into each layer but x. */
function plain({ batch, data, width, latent }: Shape, objective: Objective): number {
  const behindFirst = width * width + width * latent * (hasPosterior(objective) ? 2 : 1);
  const encoder = 2 * (data * width + behindFirst) + behindFirst;
  const decoder = 3 * (latent * width + width * width + width * data);
  return batch * (encoder + decoder);
}

/** How many tangents each example has. */
function tangents({ latent }: Shape, objective: Objective): number {
  if (objective === "beta-vae") return 0;
  return objective === "grae-star-stochastic" ? 1 : latent;
}

/** conv64: as for dense layers, each with its own count; its last layer is not linear in one matrix, so J is formed. */
function convolutional(shape: Shape, objective: Objective): Floor {
  const { batch, data, latent } = shape;
  const { encoder, decoder } = conv64Layers(shape, latent * (hasPosterior(objective) ? 2 : 1));
  const sum = (layers: typeof encoder): number =>
    layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  const base = batch * (3 * sum(encoder) - encoder[0]!.multiplyAdds + 3 * sum(decoder));
  const count = tangents(shape, objective);
  if (count === 0) return { forming: null, throughSquare: null, plain: base };
  const rows = batch * count, exact = objective === "grae" || objective === "grae-formed";
  const [, second, ...rest] = decoder;
  const units = count === latent
    ? 2 * (rows + count) * second!.multiplyAdds
    : 3 * rows * second!.multiplyAdds;
  const products = exact ? batch * (half(count) * data + count * count * data) : 0;
  return { plain: base, forming: base + units + 3 * rows * sum(rest) + products, throughSquare: null };
}

/** The multiply-adds of a step. */
export function floorOf(shape: Shape, objective: Objective): Floor {
  if (shape.network === "conv64") return convolutional(shape, objective);
  const { batch, data, width } = shape;
  const count = tangents(shape, objective);
  const base = plain(shape, objective);
  if (count === 0) return { forming: null, throughSquare: null, plain: base };
  const exact = objective === "grae" || objective === "grae-formed";
  const rows = batch * count;
  // T = T₁ W₂ behind its mask; in reverse, gradients in W₂ and T₁. Where all unit vectors are pushed, T₁ = φ′₁ ∘ W₁, and one
  // product N = φ′₁ᵀ dT does, and its sums with W₁ and W₂.
  const middle = exact || objective === "grae-star"
    ? 2 * rows * width * width + 2 * count * width * width
    : 3 * rows * width * width;
  // J = T W₃; in reverse, gradients in W₃ and T. Exact GRAE also JJᵀ per example, and A⁻¹ J.
  const forming = 3 * rows * width * data + (exact ? batch * (half(count) * data + count * count * data) : 0);
  // W Wᵀ and T (W Wᵀ); in reverse, C T (W Wᵀ) for T, and (Tᵀ C T) W for W, where C is a factor per example. It is
  // diagonal but for exact GRAE, which also takes the products with it, and T (W Wᵀ) Tᵀ.
  const square = half(width) * data + rows * width * width;
  const back = rows * half(width) + width * width * data;
  const between = exact ? batch * (half(count) * width + 2 * count * count * width) : 0;
  return {
    plain: base,
    forming: base + middle + forming,
    throughSquare: base + middle + square + back + between,
  };
}

/** The smallest count of a step, by the shorter of the two routes. */
export function leastOf({ plain, forming, throughSquare }: Floor): number {
  return forming === null ? plain : Math.min(forming, throughSquare ?? Infinity);
}
