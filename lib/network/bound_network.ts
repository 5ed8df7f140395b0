/**
 * A network with its parameters: values and derivatives in its input.
 *
 * @module
 */

import { assertShape, type Axes, tf } from "../engine/mod.ts";
import { gramOf } from "../linalg/mod.ts";
import { ACTIVATIONS } from "./activation.ts";
import { applyDense, type DenseParameters, product, pushDense, type Pushed } from "./dense.ts";
import { applyLayers, type PiecewiseLinearLayer, pushLayers, pushUnits } from "./piecewise_linear.ts";
import { unitRows, unitVectors } from "./unit_rows.ts";
import { parameterShapes, type Sequential } from "./sequential.ts";

/** What {@link BoundNetwork.factoredTangents} returns. */
export interface FactoredTangents {
  /** g(z): `[batch, outputs]`. */
  readonly value: tf.Tensor;
  /** Jᵀ, `[batch, tangent, outputs]`; or T with Jᵀ = T W, `[batch, tangent, width]`. */
  readonly tangents: tf.Tensor;
  /** W of the last layer, `[width, outputs]`, where J was not formed. */
  readonly last?: tf.Tensor;
}

/** A network with its parameters. Derivatives are in its input and differentiable in its parameters. */
export interface BoundNetwork {
  /** What it is, apart from its parameters. */
  readonly description: Sequential;
  /** g(x): `[batch, inputs]` ↦ `[batch, outputs]`. */
  apply(x: tf.Tensor): tf.Tensor;
  /** The output of every layer, in order; the last is g(x). */
  layerOutputs(x: tf.Tensor): tf.Tensor[];
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
   * The pushforward, or its two factors where products of its tangents with each other are cheaper through them: the last
   * layer is linear and its outputs are many.
   */
  factoredTangents(x: tf.Tensor, tangents?: tf.Tensor): FactoredTangents;
  /** The same, and the sum over the tangents t of d²g(x + s t)/ds² at 0: `[batch, outputs]`, null where it is 0. */
  bentTangents(x: tf.Tensor, tangents: tf.Tensor): FactoredTangents & { readonly bend: tf.Tensor | null };
  /** JᵀJ: `[batch, inputs, inputs]`, by the cheaper route. */
  gram(x: tf.Tensor): tf.Tensor;
}

/**
 * Binds parameters to a network.
 *
 * ```ts
 * import { key, startEngine, tf } from "../engine/mod.ts";
 * import { bindNetwork, dense, initialParameters, sequential } from "./mod.ts";
 * await startEngine("wasm");
 * const decoder = sequential([dense(2, 16, "tanh"), dense(16, 5, "identity")]);
 * const g = bindNetwork(decoder, initialParameters(decoder, key(0)));
 * console.assert(g.jacobian(tf.zeros([3, 2])).shape.join() === "3,5,2");
 * ```
 *
 * @param parameters as {@link parameterShapes} lists them
 * @throws TypeError for a wrong number or shape
 */
export function bindNetwork(network: Sequential, parameters: readonly tf.Tensor[]): BoundNetwork {
  const shapes = parameterShapes(network);
  if (parameters.length !== shapes.length) {
    throw new TypeError(
      `bindNetwork: the network has ${shapes.length} parameters, but ${parameters.length} were given`,
    );
  }
  shapes.forEach(({ name, shape }, i) => assertShape("bindNetwork", name, parameters[i]!, shape));
  const layers = network.layers.map((layer, i): [typeof layer, DenseParameters] => [
    layer,
    { weight: parameters[2 * i]!, bias: parameters[2 * i + 1]! },
  ]);

  const check = (doing: string, x: tf.Tensor, tangents?: tf.Tensor, argument = "tangents"): void => {
    const axes: Axes = new Map([["inputs", network.inputs]]);
    assertShape(doing, "x", x, "batch inputs", axes);
    if (tangents) assertShape(doing, argument, tangents, "batch tangent inputs", axes);
  };
  /** The first so many layers, if all of them are piecewise linear. */
  const piecewiseLinear = (count: number): PiecewiseLinearLayer[] | null => {
    const linear = layers.slice(0, count).flatMap(([{ activation }, p]): PiecewiseLinearLayer[] => {
      const { slope } = ACTIVATIONS[activation];
      return slope === null ? [] : [{ ...p, slope }];
    });
    return linear.length === count && count > 0 ? linear : null;
  };
  /** Tangents through the first so many layers; all unit vectors where none are given. */
  const push = (
    x: tf.Tensor,
    tangents: tf.Tensor | undefined,
    wantSecond: boolean,
    count = layers.length,
  ): Pushed => {
    const linear = piecewiseLinear(count);
    if (linear) {
      const { value, tangents: first } = tangents ? pushLayers(linear, x, tangents) : pushUnits(linear, x);
      return { value, first, second: null };
    }
    return layers.slice(0, count).reduce<Pushed>(
      (at, [layer, p]) => pushDense(layer, p, at, wantSecond),
      { value: x, first: tangents ?? unitVectors(x.shape[0]!, network.inputs), second: null },
    );
  };
  const factored = (
    x: tf.Tensor,
    tangents: tf.Tensor | undefined,
    wantSecond: boolean,
  ): ReturnType<BoundNetwork["bentTangents"]> => {
    const last = layers.at(-1)!;
    const sum = (second: tf.Tensor | null): tf.Tensor | null => second && tf.sum(second, 1);
    if (last[0].activation !== "identity") {
      const { value, first, second } = push(x, tangents, wantSecond);
      return { value, tangents: first, bend: sum(second) };
    }
    // What is linear may be summed before it, and need not be done for each tangent.
    const hidden = push(x, tangents, wantSecond, layers.length - 1);
    const [layer, p] = last, bent = sum(hidden.second);
    const value = applyDense(layer, p, hidden.value), bend = bent && tf.matMul(bent, p.weight);
    return throughLastLayer(network, hidden.first.shape)
      ? { value, tangents: hidden.first, last: p.weight, bend }
      : { value, tangents: product(hidden.first, p.weight), bend };
  };

  const bound: BoundNetwork = {
    description: network,
    apply(x) {
      check("apply", x);
      const linear = piecewiseLinear(layers.length);
      return linear ? applyLayers(linear, x) : layers.reduce((at, [layer, p]) => applyDense(layer, p, at), x);
    },
    layerOutputs(x) {
      check("layerOutputs", x);
      const outputs: tf.Tensor[] = [];
      for (const [layer, p] of layers) outputs.push(applyDense(layer, p, outputs.at(-1) ?? x));
      return outputs;
    },
    pushforward(x, tangents) {
      check("pushforward", x, tangents);
      const { value, first } = push(x, tangents, false);
      return { value, tangents: first };
    },
    secondPushforward(x, directions) {
      check("secondPushforward", x, directions, "directions");
      const { value, first, second } = push(x, directions, true);
      return { value, first, second: second ?? tf.zerosLike(first) };
    },
    jacobian(x) {
      check("jacobian", x);
      return tf.transpose(bound.pushforward(x).tangents, [0, 2, 1]);
    },
    jacobianColumn(x, columns) {
      check("jacobianColumn", x);
      const [batch, d] = x.shape as [number, number];
      if (columns.length !== batch) {
        throw new TypeError(
          `jacobianColumn: one column per example is required, ${batch}, but ${columns.length} came`,
        );
      }
      return tf.reshape(bound.pushforward(x, unitRows(columns, d)).tangents, [batch, network.outputs]);
    },
    factoredTangents(x, tangents) {
      check("factoredTangents", x, tangents);
      const { bend: _, ...rest } = factored(x, tangents, false);
      return rest;
    },
    bentTangents(x, tangents) {
      check("bentTangents", x, tangents);
      return factored(x, tangents, true);
    },
    gram(x) {
      check("gram", x);
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
