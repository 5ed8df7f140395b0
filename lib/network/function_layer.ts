/**
 * A layer that is a plain function of tensors, with a pushforward that is derived: kernel by kernel, by the chain rule.
 *
 * Why not by tfjs: a gradient inside a gradient is silently wrong there, and the pushforward must be differentiable in the
 * parameters. Every rule here is made of ordinary operations, so that one reverse pass goes through it, and so does a second
 * pushforward, which is the pushforward of the first.
 *
 * @module
 */

import { type KernelCall, type Key, tf, watchKernels } from "../engine/mod.ts";
import type { DifferentiableLayer, ParameterShape, Pushed } from "./layer.ts";

/** What {@link functionLayer} takes. */
export interface FunctionLayerOptions {
  /** Size of x. */
  readonly inputs: number;
  /** Size of y. */
  readonly outputs: number;
  /** Names and shapes of the parameters; none by default. */
  readonly parameters?: readonly ParameterShape[];
  /** Parameters to start from; there must be some if there are parameters. */
  readonly initial?: (key: Key) => tf.Tensor[];
  /** y: x `[batch, inputs]` ↦ `[batch, outputs]`, each row for itself. */
  readonly apply: (parameters: readonly tf.Tensor[], x: tf.Tensor) => tf.Tensor;
}

/**
 * A layer that is a plain function of tensors, whose derivatives in x are derived.
 *
 * Each tangent takes a row of its own through the function, with its value: 1 + 2 · tangents rows in all, where a layer with a
 * pushforward of its own takes 1 + tangents.
 *
 * ```ts
 * import { startEngine, tf } from "../engine/mod.ts";
 * import { bindDifferentiableNetwork, functionLayer, sequential } from "./mod.ts";
 *
 * await startEngine("cpu");
 * const squares = functionLayer({ inputs: 2, outputs: 2, apply: (_, x) => tf.square(x) });
 * const g = bindDifferentiableNetwork(sequential([squares]), []);
 * console.assert(g.jacobian(tf.tensor([3, 5], [1, 2])).dataSync().join() === "6,0,0,10");
 * ```
 *
 * @throws when derivatives are pushed: TypeError for a kernel without a rule, with its name
 */
export function functionLayer(options: FunctionLayerOptions): DifferentiableLayer {
  const { inputs, outputs, parameters = [], initial = () => [], apply } = options;
  return {
    inputs,
    outputs,
    parameters,
    initial,
    apply,
    push(weights, { value: x, first, second }, wantSecond): Pushed {
      const [batch, count] = first.shape as [number, number, number];
      const rows = (t: tf.Tensor, size: number): tf.Tensor => tf.reshape(t, [batch * count, size]);
      const stacked = (t: tf.Tensor): tf.Tensor => tf.reshape(t, [batch, count, outputs]);
      const x0 = rows(tf.tile(tf.reshape(x, [batch, 1, inputs]), [1, count, 1]), inputs);
      const l = rows(first, inputs);
      const along = (at: tf.Tensor, direction: tf.Tensor): tf.Tensor =>
        derivative((z) => apply(weights, z), at, direction);
      const pushed = { value: apply(weights, x), first: stacked(along(x0, l)) };
      if (!wantSecond) return { ...pushed, second: null };
      const bent = derivative((z) => along(z, l), x0, l);
      const carried = second && along(x0, rows(second, inputs));
      return { ...pushed, second: stacked(carried ? tf.add(bent, carried) : bent) };
    },
  };
}

/** d/dt f(x + t l) at 0, of the shape of f(x); x is a tensor that f does not hold. */
function derivative(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, l: tf.Tensor): tf.Tensor {
  const tangents = new Map<tf.Tensor, tf.Tensor>([[x, l]]);
  const y = watchKernels(() => f(x), (call) => {
    const inputs = Object.values(call.inputs);
    if (!inputs.some((input) => tangents.has(input))) return;
    const rule = RULES[call.name];
    if (!rule) {
      throw new TypeError(
        `functionLayer: a derivative needs a rule for each kernel, but there is none for ${call.name}; there are rules for ` +
          `${
            Object.keys(RULES).sort().join(", ")
          }; write the function with these, or give the layer a push of its own`,
      );
    }
    const tangent = rule(call, (input) => tangents.get(input) ?? null);
    if (tangent) tangents.set(call.output, tangent);
  });
  return tangents.get(y) ?? tf.zerosLike(y);
}

/** The tangent of a kernel's output from those of its inputs, null for a constant; null where it is 0. */
type Rule = (call: KernelCall, tangentOf: (input: tf.Tensor) => tf.Tensor | null) => tf.Tensor | null;

const added = (parts: readonly (tf.Tensor | null)[]): tf.Tensor | null =>
  parts.reduce((sum, part) => sum && part ? tf.add(sum, part) : sum ?? part, null);
/** Of the shape of the output, to which an operand was broadcast. */
const spread = (t: tf.Tensor | null, { output }: KernelCall): tf.Tensor | null =>
  t && (t.shape.join() === output.shape.join() ? t : tf.add(t, tf.zerosLike(output)));

/** φ(x) elementwise: φ′(x) ẋ. */
const elementwise = (slope: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor): Rule => (call, tangentOf) => {
  const [x] = Object.values(call.inputs);
  return tf.mul(slope(x!, call.output), tangentOf(x!)!);
};
/** A linear kernel: itself, of the tangents; of 0 where an input is a constant. */
const linear: Rule = ({ again, inputs }, tangentOf) => {
  const tangents = Object.entries(inputs).map(([name, input]) =>
    [name, tangentOf(input) ?? tf.zerosLike(input)] as const
  );
  // Some kernels take a list of inputs.
  const like = Array.isArray(inputs) ? [] : {};
  return again(Object.assign(like, Object.fromEntries(tangents)));
};
/** A kernel that is linear in each of two inputs: the product rule. */
const bilinear: Rule = ({ again, inputs }, tangentOf) =>
  added(
    Object.entries(inputs).map(([name, input]) => {
      const tangent = tangentOf(input);
      return tangent && again({ ...inputs, [name]: tangent });
    }),
  );

/** A kernel whose output is the same around each input. */
const constant: Rule = () => null;

/** By the names of tfjs's kernels. */
const RULES: Readonly<Record<string, Rule>> = {
  Abs: elementwise((x) => tf.sub(tf.step(x), tf.step(tf.neg(x)))),
  Exp: elementwise((_, y) => y),
  Elu: elementwise((x, y) => tf.add(tf.step(x), tf.mul(tf.sub(1, tf.step(x)), tf.add(y, 1)))),
  Erf: elementwise((x) => tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x))))),
  // The slope is that of one side: leaky(s) s of the sign s.
  LeakyRelu: ({ again, inputs: { x } }, tangentOf) => {
    const sign = tf.sub(tf.mul(2, tf.step(x!)), 1);
    return tf.mul(tf.mul(again({ x: sign }), sign), tangentOf(x!)!);
  },
  Log: elementwise((x) => tf.div(1, x)),
  Log1p: elementwise((x) => tf.div(1, tf.add(x, 1))),
  Relu: elementwise((x) => tf.step(x)),
  Sigmoid: elementwise((x, y) => tf.mul(y, tf.sigmoid(tf.neg(x)))),
  Softplus: elementwise((x) => tf.sigmoid(x)),
  Sqrt: elementwise((_, y) => tf.div(0.5, y)),
  Square: elementwise((x) => tf.mul(2, x)),
  // 4 σ(2x) σ(−2x), which keeps its digits where tanh x is near 1.
  Tanh: elementwise((x) => tf.mul(4, tf.mul(tf.sigmoid(tf.mul(2, x)), tf.sigmoid(tf.mul(-2, x))))),
  Cast: linear,
  Concat: linear,
  Identity: linear,
  Mean: linear,
  Neg: linear,
  PadV2: linear,
  Reshape: linear,
  ResizeBilinear: linear,
  Slice: linear,
  Sum: linear,
  Tile: linear,
  Transpose: linear,
  BatchMatMul: bilinear,
  Conv2D: bilinear,
  Conv2DBackpropInput: bilinear,
  Multiply: bilinear,
  Add: (call, tangentOf) => spread(added([tangentOf(call.inputs["a"]!), tangentOf(call.inputs["b"]!)]), call),
  Sub: (call, tangentOf) => {
    const b = tangentOf(call.inputs["b"]!);
    return spread(added([tangentOf(call.inputs["a"]!), b && tf.neg(b)]), call);
  },
  RealDiv: (call, tangentOf) => {
    const { a, b } = call.inputs, [da, db] = [tangentOf(a!), tangentOf(b!)];
    return spread(added([da && tf.div(da, b!), db && tf.neg(tf.div(tf.mul(call.output, db), b!))]), call);
  },
  Step: constant,
  ZerosLike: constant,
  OnesLike: constant,
};
