import { assert, assertThrows } from "@std/assert";
import { normalTensor, read, startEngine, tf, valueAndGradients, withGradient } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  type ActivationName,
  bindDifferentiableNetwork,
  dense,
  type DifferentiableLayer,
  functionLayer,
  initialParameters,
  sequential,
} from "./mod.ts";

const ENGINES = await promisedEngines("cpu", "wasm", "native");
const EPSILON = 2 ** -24;

/** The functions behind activations, as somebody writes them in tfjs. */
const PLAIN: Readonly<Record<ActivationName, (u: tf.Tensor) => tf.Tensor>> = {
  identity: (u) => u,
  relu: tf.relu,
  "leaky-relu": (u) => tf.leakyRelu(u, 0.2),
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  elu: tf.elu,
  gelu: (u) => tf.mul(u, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(u, Math.SQRT1_2))))),
};

/** {@link dense} by a plain function. */
const plain = (inputs: number, outputs: number, activation: ActivationName): DifferentiableLayer => {
  const { parameters, initial } = dense(inputs, outputs, activation);
  const apply = ([weight, bias]: readonly tf.Tensor[], x: tf.Tensor): tf.Tensor =>
    PLAIN[activation](tf.add(tf.matMul(x, weight!), bias!));
  return functionLayer({ inputs, outputs, parameters, initial, apply });
};

/** Value, first and second derivatives of a network, and the gradients of a function of all of them. */
async function derivatives(layers: readonly DifferentiableLayer[], x: tf.Tensor, directions: tf.Tensor) {
  const network = sequential(layers);
  const { value: loss, info, gradients } = valueAndGradients((parameters) => {
    const { value, first, second } = bindDifferentiableNetwork(network, parameters)
      .secondPushforward(x, directions);
    const sums = [value, first, second].map((t) => tf.sum(tf.square(t)));
    return { value: sums.reduce((a, b) => tf.add(a, b)), info: { value, first, second } };
  }, initialParameters(network, key(1)));
  return await Promise.all([loss, info.value, info.first, info.second, ...gradients].map(read));
}

Deno.test("a plain function has the derivatives of the same layers with a pushforward of their own, of both orders and in the parameters, on every engine", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const [x, l] = [normalTensor(key(2), [3, 2]), normalTensor(key(3), [3, 2, 2])];
    for (const activation of Object.keys(PLAIN) as ActivationName[]) {
      const both = [dense, plain].map((layer) => [layer(2, 5, activation), layer(5, 4, "identity")]);
      const [expected, actual] = await Promise.all(both.map((layers) => derivatives(layers, x, l)));
      expected!.forEach((numbers, i) => {
        // A hundred roundings of numbers that cancel to the size of the largest.
        const scale = Math.max(...numbers.map(Math.abs), 1);
        numbers.forEach((number, j) =>
          assert(
            Math.abs(actual![i]![j]! - number) <= 100 * EPSILON * scale,
            `${engine} ${activation} ${i}.${j}: ${actual![i]![j]}, expected ${number}`,
          )
        );
      });
    }
  }
});

Deno.test("products, quotients, sums over axes, slices, concatenations and transpositions are derived", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    // g(x, y) = (x y / (1 + x²), √(1 + y²) − log(2 + x²), x + 3, exp(−|y|)), row by row.
    const apply = (_: readonly tf.Tensor[], z: tf.Tensor): tf.Tensor => {
      const [x, y] = [tf.slice(z, [0, 0], [-1, 1]), tf.slice(z, [0, 1], [-1, 1])];
      const turned = tf.transpose(tf.transpose(z));
      const norm = tf.sqrt(tf.add(1, tf.sub(tf.sum(tf.square(turned), 1, true), tf.square(x))));
      return tf.concat([
        tf.div(tf.mul(x, y), tf.add(1, tf.square(x))),
        tf.sub(norm, tf.log(tf.add(2, tf.mul(x, x)))),
        tf.add(x, tf.tensor([3], [1])),
        tf.exp(tf.neg(tf.abs(y))),
      ], 1);
    };
    const layer = functionLayer({ inputs: 2, outputs: 4, apply });
    const points = [[0.5, -2], [-1.5, 0.75]] as const;
    const g = bindDifferentiableNetwork(sequential([layer]), []);
    const jacobian = await read(g.jacobian(tf.tensor(points.flat(), [2, 2])));
    const expected = points.flatMap(([x, y]) => [
      [y * (1 - x * x) / (1 + x * x) ** 2, x / (1 + x * x)],
      [-2 * x / (2 + x * x), y / Math.sqrt(1 + y * y)],
      [1, 0],
      [0, -Math.sign(y) * Math.exp(-Math.abs(y))],
    ]).flat();
    expected.forEach((number, i) =>
      assert(
        Math.abs(jacobian[i]! - number) <= 30 * EPSILON,
        `${engine} ${i}: ${jacobian[i]}, expected ${number}`,
      )
    );
  }
});

Deno.test("a kernel without a rule and a gradient given by hand are refused by name, and the engine is as before", async () => {
  await startEngine("wasm");
  const jacobian = (apply: (x: tf.Tensor) => tf.Tensor): tf.Tensor => {
    const layer = functionLayer({ inputs: 2, outputs: 2, apply: (_, x) => apply(x) });
    return bindDifferentiableNetwork(sequential([layer]), []).jacobian(tf.zeros([1, 2]));
  };
  assertThrows(
    () => jacobian((x) => tf.maximum(x, 0)),
    TypeError,
    "but there is none for Maximum; there are rules",
  );
  const w = tf.eye(2);
  assertThrows(
    () => jacobian((x) => dense(2, 2, "relu").apply([w, tf.zeros([2])], x)),
    TypeError,
    "functionLayer: a",
  );
  const byHand = (x: tf.Tensor): tf.Tensor =>
    withGradient([x], () => [tf.square(x)], ([dy]) => [() => dy!])[0]!;
  assertThrows(() => jacobian(byHand), TypeError, "but there is none for customGrad");
  assert((await read(jacobian((x) => tf.maximum(tf.zerosLike(x), 0)))).every((slope) => slope === 0));
  assert((await read(jacobian((x) => tf.matMul(x, w)))).join() === "1,0,0,1");
});
