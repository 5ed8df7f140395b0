/**
 * The dense layer.
 *
 * @module
 */

import { detach, type Key, normalTensor, tf } from "../engine/mod.ts";
import { ACTIVATION_NAMES, type ActivationName, ACTIVATIONS, type Smooth } from "./activation.ts";
import { perTangent, pushActivation } from "./activation_layer.ts";
import type { DifferentiableLayer, Pushed } from "./layer.ts";
import { applyLayers } from "./piecewise_linear.ts";

/** y = φ(x W + b), W `[inputs, outputs]`. */
export interface Dense extends DifferentiableLayer {
  /** φ. */
  readonly activation: ActivationName;
}

/** What applies a layer, and pushes derivatives through it. */
type Methods = Pick<DifferentiableLayer, "apply" | "push" | "piecewiseLinear">;

/**
 * Describes a dense layer. It starts with weights N(0, 2/(inputs + outputs)) and biases 0.
 *
 * Outputs count as much as inputs, so a decoder whose first layer has few inputs starts with a small Jacobian. With
 * 2/inputs instead, the β-VAE that `deno task mnist` trains by default needs 15 epochs for what it now reaches in 5.
 *
 * Source: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, 2010.
 *
 * @param inputs size of x, from 1
 * @param outputs size of y, from 1
 * @throws RangeError for a size or an unknown activation
 */
export function dense(inputs: number, outputs: number, activation: ActivationName): Dense {
  for (const [name, size] of Object.entries({ inputs, outputs })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`dense: ${name} must be a whole number from 1, but it is ${size}`);
    }
  }
  if (!ACTIVATION_NAMES.includes(activation)) {
    throw new RangeError(
      `dense: activation must be one of ${ACTIVATION_NAMES.join(", ")}, but it is "${activation}"`,
    );
  }
  const phi = ACTIVATIONS[activation];
  return {
    inputs,
    outputs,
    activation,
    parameters: [{ name: "weight", shape: [inputs, outputs] }, { name: "bias", shape: [outputs] }],
    initial(key: Key) {
      const deviation = Math.sqrt(2 / (inputs + outputs));
      return [tf.tidy(() => tf.mul(deviation, normalTensor(key, [inputs, outputs]))), tf.zeros([outputs])];
    },
    ...phi.slope === null ? smooth(phi) : piecewiseLinear(phi.slope),
  };
}

/** ẏ = φ′ ẋ W and ÿ = φ′ ẍ W, with φ′ a constant to a reverse pass. */
function piecewiseLinear(slope: number): Methods {
  const apply = ([weight, bias]: readonly tf.Tensor[], x: tf.Tensor): tf.Tensor =>
    applyLayers([{ weight: weight!, bias: bias!, slope }], x);
  return {
    apply,
    push(parameters, x): Pushed {
      const [weight] = parameters;
      const value = apply(parameters, x.value);
      const factor = slope === 1 ? null : perTangent(detach(tf.step(value, slope)));
      const push = (tangents: tf.Tensor): tf.Tensor =>
        factor ? tf.mul(product(tangents, weight!), factor) : product(tangents, weight!);
      return { value, first: push(x.first), second: x.second && push(x.second) };
    },
    piecewiseLinear: ([weight, bias]) => ({ weight: weight!, bias: bias!, slope }),
  };
}

/** y = φ(u), ẏ = φ′(u) u̇, ÿ = φ″(u) u̇² + φ′(u) ü with u = x W + b, u̇ = ẋ W, ü = ẍ W. */
function smooth(phi: Smooth): Methods {
  const affine = ([weight, bias]: readonly tf.Tensor[], x: tf.Tensor): tf.Tensor =>
    applyLayers([{ weight: weight!, bias: bias!, slope: 1 }], x);
  return {
    apply: (parameters, x) => phi.value(affine(parameters, x)),
    push(parameters, x, wantSecond): Pushed {
      const weight = parameters[0]!, { first, second } = x;
      const u = {
        value: affine(parameters, x.value),
        first: product(first, weight),
        second: wantSecond && second ? product(second, weight) : null,
      };
      return pushActivation(phi, u, wantSecond);
    },
  };
}

/** T W for tangents `[batch, tangent, inputs]` and W `[inputs, outputs]`. */
export function product(tangents: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const [batch, count, inputs] = tangents.shape as [number, number, number];
  const flat = tf.matMul(tf.reshape(tangents, [batch * count, inputs]), weight);
  return tf.reshape(flat, [batch, count, weight.shape[1]!]);
}
