import { assertShape, type Axes, defineKernel, detach, tf } from "../engine/mod.ts";
import { backwardInPlace, choleskyInPlace, forwardInPlace, logDeterminantOfFactor } from "./dense_float64.ts";
import { composeCholesky, composeTriangularInverse } from "./factored.ts";
import { assertBlock, blockMask } from "./masks.ts";
import { NotPositiveDefiniteError } from "./not_positive_definite.ts";

interface Settings {
  readonly beta: number;
  readonly block: number;
}

const DOING = "identityPlusGram";

/**
 * Above these sizes of the numbers that add up to G/β, rounding them to float32 (ε = 6e-8) may move an eigenvalue of A,
 * all of which are at least 1, by more than about 1e-3: G itself where J is at hand; where it is T W, what T and W could
 * make of it, since their rows may cancel.
 */
const TRUSTED = 1e3;
const TRUSTED_THROUGH = 1e5;

/** Jᵀ for one example as double precision rows `[latent, data]`. */
function jacobianRows(t: Float32Array, w: Float32Array | undefined, d: number, k: number): Float64Array {
  if (!w) return Float64Array.from(t);
  const n = w.length / k;
  const rows = new Float64Array(d * n);
  for (let i = 0; i < d; i++) {
    for (let h = 0; h < k; h++) {
      const s = t[i * k + h]!;
      for (let c = 0; c < n; c++) rows[i * n + c]! += s * w[h * n + c]!;
    }
  }
  return rows;
}

/** Σ of squares. */
function squares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum;
}

/** Inputs: tangents, G, and the last linear map if there is one. Outputs: log-determinant, inverse, its root. */
const kernel = defineKernel<Settings>({
  name: "GraeIdentityPlusGram",
  shapes: ([t]) => [[t![0]!], [t![0]!, t![1]!, t![1]!], [t![0]!, t![1]!, t![1]!]],
  compute: ([tangents, gram, last], [logDet, inverse, root], { beta, block }, [shape]) => {
    const [batch, d, k] = shape as [number, number, number];
    const a = new Float64Array(block * block);
    const columns = new Float64Array(block * block);
    inverse!.fill(0);
    root!.fill(0);
    const lastSize = last ? squares(last) : 0;
    for (let example = 0; example < batch; example++) {
      const g = gram!.subarray(example * d * d, (example + 1) * d * d);
      const t = tangents!.subarray(example * d * k, (example + 1) * d * k);
      let largest = 0;
      for (let i = 0; i < d; i++) {
        largest = Math.max(
          largest,
          last ? squares(t.subarray(i * k, (i + 1) * k)) * lastSize : g[i * d + i]!,
        );
      }
      const distrusted = largest / beta > (last ? TRUSTED_THROUGH : TRUSTED) && largest < Infinity;
      const rows = distrusted ? jacobianRows(t, last, d, k) : undefined;
      const entry = (i: number, j: number): number => {
        if (!rows) return g[i * d + j]!;
        const n = rows.length / d;
        let sum = 0;
        for (let c = 0; c < n; c++) sum += rows[i * n + c]! * rows[j * n + c]!;
        return sum;
      };
      logDet![example] = 0;
      for (let start = 0; start < d; start += block) {
        for (let i = 0; i < block; i++) {
          for (let j = 0; j <= i; j++) {
            a[i * block + j] = a[j * block + i] = entry(start + i, start + j) / beta + (i === j ? 1 : 0);
          }
        }
        const failed = choleskyInPlace(a, block);
        if (failed >= 0) {
          throw new NotPositiveDefiniteError(
            DOING,
            example,
            batch,
            start + failed,
            a[failed * block + failed]!,
          );
        }
        logDet![example]! += logDeterminantOfFactor(a, block);
        const put = (out: Float32Array): void => {
          for (let i = 0; i < block; i++) {
            for (let j = 0; j < block; j++) {
              out[example * d * d + (start + i) * d + start + j] = columns[i * block + j]!;
            }
          }
        };
        columns.fill(0);
        for (let i = 0; i < block; i++) columns[i * block + i] = 1;
        forwardInPlace(a, block, columns, block);
        put(root!);
        backwardInPlace(a, block, columns, block);
        put(inverse!);
      }
    }
  },
  compose: ([tangents, gram], { beta, block }) => {
    const d = tangents!.shape[1]!;
    const a = tf.add(tf.eye(d), tf.mul(tf.mul(gram!, blockMask(d, block)), 1 / beta));
    const l = composeCholesky(a);
    const root = composeTriangularInverse(l);
    const diagonal = tf.sum(tf.mul(l, tf.eye(d)), 2);
    return [tf.mul(2, tf.sum(tf.log(diagonal), 1)), tf.matMul(root, root, true, false), root];
  },
  saved: [false, true, false],
  gradient: ([ofLogDet, ofInverse], [tangents, gram, last], { beta, block }, [inverse]) => {
    // A = I + (mask ∘ T M Tᵀ)/β with M = W Wᵀ (I without W), so that with Ā the symmetric cotangent of A
    // T̄ = (2/β) (mask ∘ Ā) T M and W̄ = (2/β) Σ_batch Tᵀ (mask ∘ Ā) T W.
    const d = tangents!.shape[1]!;
    const cotangent = (): tf.Tensor => {
      const direct = tf.mul(tf.reshape(ofLogDet!, [-1, 1, 1]), inverse!);
      const v = tf.mul(0.5, tf.add(ofInverse!, tf.transpose(ofInverse!, [0, 2, 1])));
      const through = tf.matMul(tf.matMul(inverse!, v), inverse!);
      return tf.mul(tf.mul(tf.sub(direct, through), blockMask(d, block)), 2 / beta);
    };
    const [batch, , k] = tangents!.shape as [number, number, number];
    const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [batch * d, k]);
    return [
      () => {
        const ofTangents = tf.matMul(cotangent(), tangents!);
        return last ? throughSquare(ofTangents, last) : ofTangents;
      },
      () => tf.zerosLike(gram!),
      ...(last
        ? [() => {
          const inner = tf.matMul(flat(tangents!), flat(tf.matMul(cotangent(), tangents!)), true, false);
          return tf.matMul(inner, last);
        }]
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
 * A = I + JᵀJ/β restricted to diagonal blocks: its log-determinant and inverse, differentiable in J.
 *
 * The Gram matrix is made in float32 by one matrix product. Where ‖JᵀJ‖/β is so large that its rounding could
 * swallow the identity, that example's Gram matrix is made again in double precision from J, so the result
 * keeps its accuracy for every singular value spectrum (engines with host memory). With `last`, J itself is
 * never formed: JᵀJ = T (W Wᵀ) Tᵀ.
 *
 * @param tangents Jᵀ: `[batch, latent, data]`; or T with Jᵀ = T W, `[batch, latent, width]`
 * @param beta β > 0
 * @param block latents per block: 1 for the diagonal, d for the whole
 * @param last W: `[width, data]`
 * @throws RangeError for β or block; TypeError for shapes; NotPositiveDefiniteError if J is so large that its
 *   squares overflow
 */
export function identityPlusGram(
  tangents: tf.Tensor,
  beta: number,
  block: number,
  last?: tf.Tensor,
): IdentityPlusGram {
  const axes: Axes = new Map();
  assertShape(DOING, "tangents", tangents, last ? "batch latent width" : "batch latent data", axes);
  if (last) assertShape(DOING, "last", last, "width data", axes);
  assertBlock(DOING, axes.get("latent")!, block);
  if (!(beta > 0 && beta < Infinity)) {
    throw new RangeError(`${DOING}: β must be a number above 0, but it is ${beta}`);
  }
  const gram = gramOf(detach(tangents), last && detach(last));
  const outputs = kernel(last ? [tangents, gram, last] : [tangents, gram], { beta, block });
  return { logDeterminant: outputs[0]!, inverse: outputs[1]!, root: detach(outputs[2]!) };
}

/** JᵀJ = T (W Wᵀ) Tᵀ, `[batch, latent, latent]`; arguments as for {@link identityPlusGram}. */
export function gramOf(tangents: tf.Tensor, last?: tf.Tensor): tf.Tensor {
  return tf.matMul(last ? throughSquare(tangents, last) : tangents, tangents, false, true);
}

/** ‖J_{:i}‖² for every column: Jᵀ `[batch, latent, data]` ↦ `[batch, latent]`. */
export function squaredColumnNorms(tangents: tf.Tensor): tf.Tensor {
  return tf.sum(tf.square(tangents), 2);
}

/** T (W Wᵀ). */
function throughSquare(tangents: tf.Tensor, last: tf.Tensor): tf.Tensor {
  const [batch, d, k] = tangents.shape as [number, number, number];
  const square = tf.matMul(last, last, false, true);
  return tf.reshape(tf.matMul(tf.reshape(tangents, [batch * d, k]), square), tangents.shape);
}
