/**
 * A network with its parameters and its derivatives in x.
 *
 * @module
 */

import { tf } from "../engine/mod.ts";
import { gramOf } from "../linalg/mod.ts";
import { product } from "./dense.ts";
import type { DifferentiableLayer, Pushed } from "./layer.ts";
import { applyBound, assertInputs, bindLayers, type Network, piecewiseLinear } from "./network.ts";
import { applyLayers, type MappedLayer, pushLayers, pushUnits } from "./piecewise_linear.ts";
import type { Sequential } from "./sequential.ts";
import { unitRows, unitVectors } from "./unit_rows.ts";

/** What {@link DifferentiableNetwork.factoredTangents} returns. */
export interface FactoredTangents {
  /** g(x): `[batch, outputs]`. */
  readonly value: tf.Tensor;
  /** Jᵀ, `[batch, tangent, outputs]`; or T with Jᵀ = T W, `[batch, tangent, width]`. */
  readonly tangents: tf.Tensor;
  /** W of the last layer, `[width, outputs]`, where J was not formed. */
  readonly last?: tf.Tensor;
}

/** What {@link DifferentiableNetwork.bentTangents} returns. */
export interface BentTangents extends FactoredTangents {
  /** Σ d²g(x + s t)/ds² at 0 over the tangents t: `[batch, outputs]`; null where it is 0. */
  readonly bend: tf.Tensor | null;
}

/** A network with derivatives in x, which are differentiable in its parameters. */
export interface DifferentiableNetwork extends Network {
  /**
   * g(x) and its derivative along every tangent, all at once: tangents `[batch, tangent, inputs]` (the unit
   * vectors when absent, which gives Jᵀ) ↦ `[batch, tangent, outputs]`.
   */
  pushforward(x: tf.Tensor, tangents?: tf.Tensor): { value: tf.Tensor; tangents: tf.Tensor };
  /** g(x), dg(x + t l)/dt and d²g(x + t l)/dt² at 0, for directions l `[batch, tangent, inputs]`. */
  secondPushforward(
    x: tf.Tensor,
    directions: tf.Tensor,
  ): { value: tf.Tensor; first: tf.Tensor; second: tf.Tensor };
  /** J = ∂g/∂x: `[batch, outputs, inputs]`. */
  jacobian(x: tf.Tensor): tf.Tensor;
  /** Column `columns[b]` of the Jacobian of example b: `[batch, outputs]`. */
  jacobianColumn(x: tf.Tensor, columns: ArrayLike<number>): tf.Tensor;
  /**
   * The pushforward; or its two factors, where the last layer is linear and has so many outputs that products of tangents with
   * each other are cheaper through them.
   */
  factoredTangents(x: tf.Tensor, tangents?: tf.Tensor): FactoredTangents;
  /** The same with the sum of the second derivatives along the tangents. */
  bentTangents(x: tf.Tensor, tangents: tf.Tensor): BentTangents;
  /** JᵀJ: `[batch, inputs, inputs]`, by the cheaper route. */
  gram(x: tf.Tensor): tf.Tensor;
}

/**
 * Binds parameters to a network whose layers push derivatives forward.
 *
 * ```ts
 * import { key, startEngine, tf } from "../engine/mod.ts";
 * import { bindDifferentiableNetwork, dense, initialParameters, sequential } from "./mod.ts";
 * await startEngine("wasm");
 * const decoder = sequential([dense(2, 16, "tanh"), dense(16, 5, "identity")]);
 * const g = bindDifferentiableNetwork(decoder, initialParameters(decoder, key(0)));
 * console.assert(g.jacobian(tf.zeros([3, 2])).shape.join() === "3,5,2");
 * ```
 *
 * @param parameters as {@link parameterShapes} lists them
 * @throws TypeError for a wrong number or shape
 */
export function bindDifferentiableNetwork(
  network: Sequential<DifferentiableLayer>,
  parameters: readonly tf.Tensor[],
): DifferentiableNetwork {
  const layers = bindLayers("bindDifferentiableNetwork", network, parameters);

  /** Tangents through the first so many layers; all unit vectors where none are given. */
  const push = (
    x: tf.Tensor,
    tangents: tf.Tensor | undefined,
    wantSecond: boolean,
    count = layers.length,
  ): Pushed => {
    const through = layers.slice(0, count);
    const linear = piecewiseLinear(through);
    if (linear) {
      const { value, tangents: first } = tangents ? pushLayers(linear, x, tangents) : pushUnits(linear, x);
      return { value, first, second: null };
    }
    return through.reduce<Pushed>(
      (at, { layer, parameters }) => layer.push(parameters, at, wantSecond),
      { value: x, first: tangents ?? unitVectors(x.shape[0]!, network.inputs), second: null },
    );
  };
  const factored = (x: tf.Tensor, tangents: tf.Tensor | undefined, wantSecond: boolean): BentTangents => {
    const last = layers.at(-1)!;
    const affine: MappedLayer | undefined = last.layer.piecewiseLinear?.(last.parameters);
    const sum = (second: tf.Tensor | null): tf.Tensor | null => second && tf.sum(second, 1);
    if (affine?.slope !== 1 || affine.convolution) {
      const { value, first, second } = push(x, tangents, wantSecond);
      return { value, tangents: first, bend: sum(second) };
    }
    // The last layer is linear: sums may be taken before it, and need not be done for each tangent.
    const hidden = push(x, tangents, wantSecond, layers.length - 1);
    const bent = sum(hidden.second), { weight } = affine;
    const value = applyLayers([affine], hidden.value), bend = bent && tf.matMul(bent, weight);
    return throughLastLayer(network, hidden.first.shape)
      ? { value, tangents: hidden.first, last: weight, bend }
      : { value, tangents: product(hidden.first, weight), bend };
  };

  const bound: DifferentiableNetwork = {
    apply(x) {
      assertInputs("apply", network, x);
      return applyBound(layers, x);
    },
    pushforward(x, tangents) {
      assertInputs("pushforward", network, x, { tangents });
      const { value, first } = push(x, tangents, false);
      return { value, tangents: first };
    },
    secondPushforward(x, directions) {
      assertInputs("secondPushforward", network, x, { directions });
      const { value, first, second } = push(x, directions, true);
      return { value, first, second: second ?? tf.zerosLike(first) };
    },
    jacobian(x) {
      assertInputs("jacobian", network, x);
      return tf.transpose(bound.pushforward(x).tangents, [0, 2, 1]);
    },
    jacobianColumn(x, columns) {
      assertInputs("jacobianColumn", network, x);
      const [batch, d] = x.shape as [number, number];
      if (columns.length !== batch) {
        throw new TypeError(
          `jacobianColumn: one column per example is required, ${batch}, but ${columns.length} came`,
        );
      }
      return tf.reshape(bound.pushforward(x, unitRows(columns, d)).tangents, [batch, network.outputs]);
    },
    factoredTangents(x, tangents) {
      assertInputs("factoredTangents", network, x, { tangents });
      const { bend: _, ...rest } = factored(x, tangents, false);
      return rest;
    },
    bentTangents(x, tangents) {
      assertInputs("bentTangents", network, x, { tangents });
      return factored(x, tangents, true);
    },
    gram(x) {
      assertInputs("gram", network, x);
      const { tangents, last } = bound.factoredTangents(x);
      return gramOf(tangents, last);
    },
  };
  return bound;
}

/**
 * Whether T (W Wᵀ) Tᵀ, and its gradient, take fewer multiply-adds than through Jᵀ = T W: what grows with outputs, or with
 * tangents, without the products of tangents of one example, which are few.
 */
function throughLastLayer({ outputs }: Sequential, tangents: readonly number[]): boolean {
  const [batch, count, width] = tangents as [number, number, number];
  const through = 1.5 * width * width * (outputs + batch * count);
  const formed = 3 * batch * count * width * outputs;
  return through < formed;
}
