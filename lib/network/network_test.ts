import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { falseAlarm, suiteKey as key } from "../../fixtures/suite_seed.ts";
import {
  type ActivationName,
  bindDifferentiableNetwork,
  dense,
  type DifferentiableNetwork,
  initialParameters,
  parameterShapes,
  sequential,
} from "./mod.ts";

const [BATCH, D, N] = [2, 3, 5];
const network = (activation: ActivationName) =>
  sequential([dense(D, 4, activation), dense(4, N, activation)]);

function bound(activation: ActivationName): { net: DifferentiableNetwork; z: tf.Tensor } {
  const description = network(activation);
  const parameters = parameterShapes(description).map(({ shape }, i) =>
    tf.tensor(normal(key(i), shape.reduce((a, b) => a * b)).map((v) => 0.7 * v), [...shape])
  );
  return {
    net: bindDifferentiableNetwork(description, parameters),
    z: tf.tensor(normal(key(77), BATCH * D), [BATCH, D]),
  };
}

Deno.test("the gradient through first and second derivatives reaches every parameter rightly (tanh, gelu, softplus)", async () => {
  await startEngine("cpu");
  for (const activation of ["tanh", "gelu", "softplus", "sigmoid", "elu"] as const) {
    const description = network(activation);
    const shapes = parameterShapes(description);
    const values = shapes.map(({ shape }, i) =>
      normal(key(i), shape.reduce((a, b) => a * b)).map((v) => 0.7 * v)
    );
    const z = tf.tensor(normal(key(77), BATCH * D), [BATCH, D]);
    const directions = tf.tensor(normal(key(5), BATCH * 2 * D), [BATCH, 2, D]);
    const f = (parameters: readonly tf.Tensor[]): tf.Tensor => {
      const { first, second } = bindDifferentiableNetwork(description, parameters).secondPushforward(
        z,
        directions,
      );
      return tf.add(tf.sum(tf.square(first)), tf.sum(tf.mul(second, first)));
    };
    const tensors = values.map((v, i) => tf.tensor(v, [...shapes[i]!.shape]));
    const { gradients } = valueAndGradients((p) => ({ value: f(p), info: {} }), tensors);
    for (let p = 0; p < values.length; p++) {
      const gradient = await read(gradients[p]!);
      const direction = normal(key(100 + p), values[p]!.length);
      const h = 2 ** -8;
      const at = async (s: number): Promise<number> => {
        const moved = values.map((v, i) =>
          tf.tensor(i === p ? v.map((x, k) => x + s * h * direction[k]!) : v, [...shapes[i]!.shape])
        );
        return (await f(moved).data())[0]!;
      };
      const difference = (8 * (await at(1) - await at(-1)) - (await at(2) - await at(-2))) / (12 * h);
      const analytic = gradient.reduce((sum, g, k) => sum + g * direction[k]!, 0);
      assertAlmostEquals(
        analytic,
        difference,
        1e-2 * Math.max(1, Math.abs(difference)),
        `${activation} ${shapes[p]!.name}`,
      );
    }
  }
});

Deno.test("single columns, and JᵀJ by either route, agree with the whole Jacobian", async () => {
  await startEngine("wasm");
  const description = sequential([dense(D, 4, "tanh"), dense(4, 40, "identity")]);
  const parameters = initialParameters(description, key(3));
  const net = bindDifferentiableNetwork(description, parameters);
  const z = tf.tensor(normal(key(77), BATCH * D), [BATCH, D]);
  const jacobian = net.jacobian(z);
  const j = await jacobian.array() as number[][][];
  const columns = await net.jacobianColumn(z, [2, 0]).array() as number[][];
  [2, 0].forEach((i, b) => columns[b]!.forEach((v, k) => assertAlmostEquals(v, j[b]![k]![i]!, 1e-6)));
  const expected = await tf.matMul(jacobian, jacobian, true, false).data();
  // 40 outputs from a width of 4: J is not formed. 40 outputs at once: it is. Both must be right.
  const direct = await tf.matMul(net.pushforward(z).tangents, net.pushforward(z).tangents, false, true)
    .data();
  const { last, tangents } = net.factoredTangents(z);
  assert(last !== undefined && tangents.shape[2] === 4);
  const route = await net.gram(z).data();
  expected.forEach((v, i) => {
    assertAlmostEquals(route[i]!, v, 1e-5);
    assertAlmostEquals(direct[i]!, v, 1e-5);
  });
  const narrow = bindDifferentiableNetwork(
    sequential([dense(D, 40, "tanh"), dense(40, 4, "identity")]),
    initialParameters(sequential([dense(D, 40, "tanh"), dense(40, 4, "identity")]), key(1)),
  );
  assertEquals(narrow.factoredTangents(z).last, undefined);
});

Deno.test("parameters are named and shaped layer by layer, and start with the variance 2/(inputs + outputs)", async () => {
  const description = sequential([dense(784, 500, "relu"), dense(500, 10, "identity")]);
  assertEquals(parameterShapes(description).map(({ name, shape }) => `${name} ${shape}`), [
    "0.weight 784,500",
    "0.bias 500",
    "1.weight 500,10",
    "1.bias 10",
  ]);
  const [w, b] = initialParameters(description, key(1));
  const values = await read(w!);
  const variance = values.reduce((s, v) => s + v * v, 0) / values.length;
  // 392,000 draws: six standard errors of the variance are 1.4% of it.
  falseAlarm(2e-9);
  assertAlmostEquals(variance, 2 / 1284, 0.014 * 2 / 1284);
  assertEquals((await b!.data()).every((v) => v === 0), true);
});

Deno.test("wrong shapes, sizes and names are refused", () => {
  assertThrows(
    () => sequential([dense(2, 3, "relu"), dense(4, 1, "relu")]),
    RangeError,
    "layer 1 takes 4 inputs, but layer 0 has 3 outputs",
  );
  assertThrows(() => sequential([]), RangeError, "at least one layer");
  assertThrows(() => dense(0, 3, "relu"), RangeError, "inputs must be a whole number from 1, but it is 0");
  assertThrows(() => dense(2, 3, "swish" as "relu"), RangeError, "activation must be one of identity, relu");
  const { net } = bound("relu");
  assertThrows(() => net.apply(tf.zeros([2, 4])), TypeError, "apply: x must be [batch, inputs]");
  assertThrows(() => net.pushforward(tf.zeros([2, 3]), tf.zeros([1, 3, 3])), TypeError, 'axis "batch" is 1');
  assertThrows(
    () => net.jacobianColumn(tf.zeros([2, 3]), [0, 3]),
    RangeError,
    "column of example 1 must be a whole number from 0 to 2, but it is 3",
  );
  assertThrows(() => net.jacobianColumn(tf.zeros([2, 3]), [0]), TypeError, "one column per example");
  assertThrows(() => bindDifferentiableNetwork(network("relu"), []), TypeError, "4 parameters");
});

Deno.test("the bend is the sum of the second derivatives, and factored tangents those of the pushforward, whatever the last layer is", async () => {
  await startEngine("wasm");
  const LAYERS = {
    smooth: [dense(D, 4, "tanh"), dense(4, N, "tanh")],
    linear: [dense(D, 4, "tanh"), dense(4, N, "identity")],
    "linear, of many outputs": [dense(D, 4, "softplus"), dense(4, 60, "identity")],
    "bent after smooth": [dense(D, 4, "tanh"), dense(4, N, "leaky-relu")],
    "smooth after bent": [dense(D, 4, "leaky-relu"), dense(4, N, "gelu")],
    "one smooth": [dense(D, N, "sigmoid")],
    bent: [dense(D, 4, "relu"), dense(4, N, "identity")],
  };
  for (const [name, layers] of Object.entries(LAYERS)) {
    const description = sequential(layers);
    const net = bindDifferentiableNetwork(description, initialParameters(description, key(5)));
    const [z, l] = [80, 81].map((index, i) =>
      tf.tensor(normal(key(index), BATCH * D * (1 + i)), i === 0 ? [BATCH, D] : [BATCH, 2, D])
    ) as [tf.Tensor, tf.Tensor];
    const { value, first, second } = net.secondPushforward(z, l);
    const { bend, tangents, last, value: g } = net.bentTangents(z, l);
    const whole = last
      ? tf.reshape(tf.matMul(tf.reshape(tangents, [BATCH * 2, -1]), last), [BATCH, 2, -1])
      : tangents;
    const pairs = [[g, value], [whole, first], [bend ?? tf.zerosLike(value), tf.sum(second, 1)]] as const;
    for (const [part, [found, expected]] of pairs.entries()) {
      const [a, b] = [await read(found), await read(expected)];
      a.forEach((x, i) => assertAlmostEquals(x, b[i]!, 1e-4, `${name}, part ${part}, ${i}`));
    }
  }
});
