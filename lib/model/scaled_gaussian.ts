import { assertShape, type Axes, normalTensor, tf } from "../engine/mod.ts";
import type { Likelihood } from "./likelihood.ts";

/** N(x; g, diag σ²) with log σ among the parameters of the model: see `gaussian`. */
export function scaledGaussian(
  { count = 1, initial = 1 }: { readonly count?: number; readonly initial?: number },
): Likelihood {
  const doing = "gaussian";
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`${doing}: count must be a whole number from 1, but it is ${count}`);
  }
  if (!(initial > 0 && initial < Infinity)) {
    throw new RangeError(`${doing}: the initial σ must be a number above 0, but it is ${initial}`);
  }
  const unbound = (): never => {
    throw new TypeError(
      `${doing}: log σ is a parameter of the model; take the likelihood of bindModel(description, parameters), not of the description`,
    );
  };
  return {
    kind: "scaled-gaussian",
    variance: null,
    support: [-Infinity, Infinity],
    energy: unbound,
    logDensity: unbound,
    gradient: unbound,
    curvature: unbound,
    rootCurvature: unbound,
    mean: (g) => g,
    sample: unbound,
    learned: {
      shapes: [{ name: "logSigma", shape: [count] }],
      initial: () => [tf.tensor(Array<number>(count).fill(Math.log(initial)))],
      bind: ([logSigma]) => bound(logSigma!, count),
    },
  };
}

/** The likelihood at these deviations, `[count]`. */
function bound(logSigma: tf.Tensor, count: number): Likelihood {
  const doing = "scaled-gaussian";
  /** log σ `[1, data]`. */
  const logs = (g: tf.Tensor, x?: tf.Tensor): tf.Tensor => {
    const axes: Axes = new Map();
    assertShape(doing, "g", g, "batch data", axes);
    if (x) assertShape(doing, "x", x, "batch data", axes);
    const data = g.shape[1]!;
    if (data % count !== 0) {
      throw new TypeError(`${doing}: the number of σ must divide that of data, ${data}, but it is ${count}`);
    }
    return tf.tile(tf.reshape(logSigma, [1, count]), [1, data / count]);
  };
  /** σ⁻ᵏ, of the shape of g. */
  const inverse = (g: tf.Tensor, power: number): tf.Tensor =>
    tf.mul(tf.onesLike(g), tf.exp(tf.mul(-power, logs(g))));
  const energy = (x: tf.Tensor, g: tf.Tensor): tf.Tensor => {
    const log = logs(g, x);
    const scaled = tf.mul(tf.sub(x, g), tf.exp(tf.neg(log)));
    return tf.add(tf.sum(tf.mul(0.5, tf.square(scaled)), 1), tf.sum(log));
  };
  return {
    kind: doing,
    variance: null,
    support: [-Infinity, Infinity],
    energy,
    logDensity: (x, g) => tf.sub(-0.5 * g.shape[1]! * Math.log(2 * Math.PI), energy(x, g)),
    gradient: (x, g) => tf.mul(tf.sub(x, g), tf.exp(tf.mul(-2, logs(g, x)))),
    curvature: (g) => inverse(g, 2),
    rootCurvature: (g) => inverse(g, 1),
    mean: (g) => g,
    sample: (g, key) => tf.add(g, tf.mul(normalTensor(key, g.shape), tf.exp(logs(g)))),
  };
}
