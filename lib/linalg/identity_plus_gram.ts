import {
  assertPositive,
  assertShape,
  type Axes,
  defineKernel,
  detach,
  noGradient,
  reciprocal,
  type Scalar,
  scalarTensor,
  tf,
} from "../engine/mod.ts";
import { composeCholesky, composeTriangularInverse } from "./factored.ts";
import { assertMapped, DOING, factorExample, jacobianRows, type Results, source } from "./factor_example.ts";
import { factorOnHeap, formed } from "./factor_on_heap.ts";
import { assertBlock, blockMask } from "./masks.ts";
import { gradientThroughSquare, throughSquare } from "./through_square.ts";

/** The last three are there where J was not formed. */
type Inputs = readonly [
  number,
  number,
  number,
  beta: number,
  last?: number,
  tangentSizes?: number,
  squareSizes?: number,
];

/** β from memory, where a recording may have put anything. */
function betaIn([beta]: Float32Array): number {
  assertPositive(DOING, "β", beta!);
  return beta!;
}

/**
 * Inputs: T, G, T M (T itself where it is Jᵀ), β; through W also W, and the sizes of T and M. Outputs: log-determinant,
 * inverse, its root.
 */
const kernel = defineKernel<{ readonly block: number }>({
  name: "GraeIdentityPlusGram",
  shapes: ([t]) => [[t![0]!], [t![0]!, t![1]!, t![1]!], [t![0]!, t![1]!, t![1]!]],
  compute: (inputs, outputs, { block }, [shape]) => {
    const [tangents, gram, mapped, ofBeta, last, tangentSizes, squareSizes] = inputs;
    const settings = { beta: betaIn(ofBeta!), block };
    const [batch, latent, width] = shape as [number, number, number];
    const [logDeterminant, inverse, root] = outputs as [Float32Array, Float32Array, Float32Array];
    const sourceOf = source({ gram: gram!, tangentSizes, squareSizes, latent }, settings.beta);
    for (let example = 0; example < batch; example++) {
      const own = (all: Float32Array): Float32Array =>
        all.subarray(example * latent * width, (example + 1) * latent * width);
      const from = sourceOf(example), t = own(tangents!);
      const rows = from === "float32" ? null : last ? jacobianRows(t, last, width) : Float64Array.from(t);
      if (from === "jacobian") assertMapped(own(mapped!), rows!, [example, batch, latent]);
      factorExample({ logDeterminant, inverse, root }, example, gram!, rows, from, settings);
    }
  },
  onHeap: (heap, inputs, outputs, { block }, shapes) => {
    const [tangents, gramAt, mapped, betaAt, last, tangentSizesAt, squareSizesAt] =
      inputs as readonly number[] as Inputs;
    const [[batch, latent, width], , , , lastShape] = shapes;
    const settings = { beta: betaIn(heap.view(betaAt, 1)), block };
    const gram = heap.view(gramAt, batch * latent ** 2);
    const results: Results = {
      logDeterminant: heap.view(outputs[0], batch),
      inverse: heap.view(outputs[1], batch * latent ** 2),
      root: heap.view(outputs[2], batch * latent ** 2),
    };
    const sizes = last === undefined ? { tangentSizes: undefined, squareSizes: undefined } : {
      tangentSizes: heap.view(tangentSizesAt!, batch * latent),
      squareSizes: heap.view(squareSizesAt!, width),
    };
    const sourceOf = source({ gram, latent, ...sizes }, settings.beta);
    const factored = factorOnHeap(heap, gramAt, outputs, settings, [batch, latent], results.logDeterminant);
    for (let example = 0; example < batch; example++) {
      const from = sourceOf(example);
      if (from === "float32" && factored(example)) continue;
      const own = 4 * example * latent * width, t = heap.view(tangents + own, latent * width);
      const rows = from === "float32"
        ? null
        : last === undefined
        ? Float64Array.from(t)
        : from === "float64"
        ? formed(heap, tangents + own, last, [latent, lastShape![1], width])
        : jacobianRows(t, heap.view(last, width * lastShape![1]), width);
      if (from === "jacobian") {
        assertMapped(heap.view(mapped + own, latent * width), rows!, [example, batch, latent]);
      }
      factorExample(results, example, gram, rows, from, settings);
    }
  },
  compose: ([, gram, , beta], { block }) => {
    const d = gram!.shape[1]!;
    const identity = tf.eye(d), excess = tf.mul(tf.mul(gram!, blockMask(d, block)), reciprocal(beta!));
    const l = composeCholesky(tf.add(identity, excess), 1);
    const root = composeTriangularInverse(l);
    // Pivots less 1: G_ii/β − Σ_{k<i} l_ik², to which the 1 is not added, so that small ones keep their digits. None is
    // below 0 but by rounding.
    const pivots = tf.sub(
      tf.sum(tf.mul(excess, identity), 2),
      tf.sum(tf.square(tf.sub(l, tf.mul(l, identity))), 2),
    );
    return [tf.sum(tf.log1p(tf.maximum(pivots, 0)), 1), tf.matMul(root, root, true, false), root];
  },
  saved: [false, true, false],
  gradient: ([ofLogDet, ofInverse], [tangents, , mapped, beta, last], { block }, [inverse]) => {
    // A = I + (mask ∘ T M Tᵀ)/β with M = W Wᵀ (I without W), so that with Ā the symmetric cotangent of A
    // T̄ = (2/β) (mask ∘ Ā) T M and W̄ = (2/β) Σ_batch Tᵀ (mask ∘ Ā) T W.
    const d = tangents!.shape[1]!;
    const direct = tf.mul(tf.reshape(ofLogDet!, [-1, 1, 1]), inverse!);
    const v = tf.mul(0.5, tf.add(ofInverse!, tf.transpose(ofInverse!, [0, 2, 1])));
    const through = tf.matMul(tf.matMul(inverse!, v), inverse!);
    const cotangent = tf.mul(tf.mul(tf.sub(direct, through), blockMask(d, block)), tf.div(2, beta!));
    return [
      () => tf.matMul(cotangent, mapped!),
      noGradient,
      noGradient,
      noGradient,
      ...(last
        ? [
          () => gradientThroughSquare(tf.matMul(cotangent, tangents!), tangents!, last),
          noGradient,
          noGradient,
        ]
        : []),
    ];
  },
});

/** What {@link identityPlusGram} returns. */
export interface IdentityPlusGram {
  /** log|A|, summed over the blocks: `[batch]`, in nats. */
  readonly logDeterminant: tf.Tensor;
  /** A⁻¹, block-diagonal: `[batch, latent, latent]`. */
  readonly inverse: tf.Tensor;
  /**
   * C⁻¹ for the Cholesky factor C of A: RᵀR = A⁻¹, lower triangular, `[batch, latent, latent]`. A constant to a reverse
   * pass. Unlike A⁻¹ rounded to float32 it is a root of a positive definite matrix however small β is.
   */
  readonly root: tf.Tensor;
}

/**
 * The log-determinant and the inverse, differentiable in J, of the diagonal blocks of
 *
 * ```math
 * A = I + JᵀJ/β
 * ```
 *
 * G = JᵀJ is made in float32 by one matrix product. Where ‖G‖/β is so large that its rounding could swallow the identity, that
 * example's is made again in double precision from J; and from ‖G‖/β = 1e9 on, A is factored from J itself, without G. So
 * log|A| has an error of about 1e-6 of itself, 1e-3 at most as far as float32 has the eigenvalues of G, and 2⁻⁵⁰ √(‖G‖/β) d: for
 * full rank at any size, for low rank up to tr G/β = 1e24 (engines with host memory; webgpu computes in float32 alone). With
 * `last`, J itself is not formed: JᵀJ = T (W Wᵀ) Tᵀ, whatever the number of outputs. A J that is not finite gives NaN.
 *
 * @param tangents Jᵀ: `[batch, latent, data]`; or T with Jᵀ = T W, `[batch, latent, width]`
 * @param beta β > 0: a number, or a float32 scalar; a constant to a reverse pass
 * @param block latents per block: 1 for the diagonal, d for the whole
 * @param last W: `[width, data]`
 * @throws RangeError for β or block; TypeError for shapes; NotPositiveDefiniteError if J is so large that its squares, the squares
 *   over β or T W Wᵀ overflow in float32, or that a pivot is not known to a thousandth in double precision
 */
export function identityPlusGram(
  tangents: tf.Tensor,
  beta: Scalar,
  block: number,
  last?: tf.Tensor,
): IdentityPlusGram {
  assertBlock(DOING, assertTangents(DOING, tangents, last), block);
  assertPositive(DOING, "β", beta);
  const outputs = kernel([tangents, ...gramWith(tangents, scalarTensor(beta), last)], { block });
  return { logDeterminant: outputs[0]!, inverse: outputs[1]!, root: detach(outputs[2]!) };
}

/** Requires Jᵀ, or its factors; returns the number of latents. */
function assertTangents(doing: string, tangents: tf.Tensor, last: tf.Tensor | undefined): number {
  const axes: Axes = new Map();
  assertShape(doing, "tangents", tangents, last ? "batch latent width" : "batch latent data", axes);
  if (last) assertShape(doing, "last", last, "width data", axes);
  return axes.get("latent")!;
}

/** What a kernel takes behind T. */
function gramWith(tangents: tf.Tensor, beta: tf.Tensor, last: tf.Tensor | undefined): tf.Tensor[] {
  if (!last) return [formedGram(tangents), detach(tangents), beta];
  const { mapped, products, tangentSizes, squareSizes } = throughSquare(tangents, last, false);
  return [products, mapped, beta, last, tangentSizes, squareSizes];
}

/** JᵀJ, `[batch, latent, latent]`, a constant to a reverse pass; arguments as for {@link identityPlusGram}. */
export function gramOf(tangents: tf.Tensor, last?: tf.Tensor): tf.Tensor {
  assertTangents("gramOf", tangents, last);
  return last ? throughSquare(tangents, last, false).products : formedGram(tangents);
}

function formedGram(tangents: tf.Tensor): tf.Tensor {
  const t = detach(tangents);
  return tf.matMul(t, t, false, true);
}
