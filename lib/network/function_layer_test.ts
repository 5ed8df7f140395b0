import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tfjs from "@tensorflow/tfjs-core";
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

Deno.test("each operation on two operands is derived for every way in which they broadcast, in either and in both", async () => {
  const SHAPES = [[3, 2], [1, 2], [3, 1], [2], [1]] as const;
  const OPERATIONS = {
    add: [tf.add, () => 1, () => 1],
    sub: [tf.sub, () => 1, () => -1],
    mul: [tf.mul, (_: number, b: number) => b, (a: number) => a],
    div: [tf.div, (_: number, b: number) => 1 / b, (a: number, b: number) => -a / b ** 2],
  } as const;
  const numbers = (count: number, from: number): number[] =>
    Array.from({ length: count }, (_, i) => from + i / 4);
  const at = (shape: readonly number[], row: number, column: number): number => {
    const [rows, columns] = shape.length === 1 ? [1, shape[0]!] : shape as readonly [number, number];
    return (rows === 1 ? 0 : row) * columns + (columns === 1 ? 0 : column);
  };
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  await startEngine("wasm");
  for (const [name, [operation, byA, byB]] of Object.entries(OPERATIONS)) {
    for (const shapeA of SHAPES) {
      for (const shapeB of SHAPES) {
        if (shapeA !== SHAPES[0] && shapeB !== SHAPES[0]) continue;
        for (const varies of ["a", "b", "both"] as const) {
          const [a0, b0] = [numbers(size(shapeA), 1), numbers(size(shapeB), 2)];
          // The whole input is the operands one after the other: one row, whose direction moves some of them.
          const inputs = a0.length + b0.length;
          const apply = (_: readonly tf.Tensor[], z: tf.Tensor): tf.Tensor => {
            const part = (
              from: number,
              numbers: number[],
              shape: readonly number[],
              moves: boolean,
            ): tf.Tensor =>
              moves
                ? tf.reshape(tf.slice(z, [0, from], [1, numbers.length]), [...shape])
                : tf.tensor(numbers, [...shape]);
            const operands = [
              part(0, a0, shapeA, varies !== "b"),
              part(a0.length, b0, shapeB, varies !== "a"),
            ] as const;
            return tf.reshape(operation(...operands), [1, 6]);
          };
          const g = bindDifferentiableNetwork(sequential([functionLayer({ inputs, outputs: 6, apply })]), []);
          const z = tf.tensor([...a0, ...b0], [1, inputs]);
          const found = await read(g.pushforward(z, tf.onesLike(tf.zeros([1, 1, inputs]))).tangents);
          for (let i = 0; i < 6; i++) {
            const [row, column] = [Math.floor(i / 2), i % 2];
            const [a, b] = [a0[at(shapeA, row, column)]!, b0[at(shapeB, row, column)]!];
            const expected = (varies === "b" ? 0 : byA(a, b)) + (varies === "a" ? 0 : byB(a, b));
            assert(
              Math.abs(found[i]! - expected) <= 8 * EPSILON * 2,
              `${name} [${shapeA}] [${shapeB}] in ${varies} ${i}: ${found[i]}, expected ${expected}`,
            );
          }
        }
      }
    }
  }
});

Deno.test("a tensor that the function holds is a constant, though it be the very point at which it is derived", async () => {
  await startEngine("wasm");
  const x = tf.tensor([3, 5], [1, 2]);
  for (const held of [x, tf.reshape(x, [1, 2])]) {
    const layer = functionLayer({ inputs: 2, outputs: 2, apply: (_, z) => tf.mul(z, held) });
    const g = bindDifferentiableNetwork(sequential([layer]), []);
    const { first } = g.secondPushforward(x, tf.tensor([1, 1], [1, 1, 2]));
    assertEquals([...await read(first)], [3, 5]);
    assertEquals([...await read(g.jacobian(x))], [3, 0, 0, 5]);
  }
});

/** Elementwise kernels: f, and its first two derivatives in double precision. */
const ELEMENTWISE: Readonly<
  Record<
    string,
    readonly [f: (x: tf.Tensor) => tf.Tensor, first: (x: number) => number, second: (x: number) => number]
  >
> = {
  Abs: [tf.abs, Math.sign, () => 0],
  Exp: [tf.exp, Math.exp, Math.exp],
  Elu: [tf.elu, (x) => x > 0 ? 1 : Math.exp(x), (x) => x > 0 ? 0 : Math.exp(x)],
  Erf: [
    tf.erf,
    (x) => 2 / Math.sqrt(Math.PI) * Math.exp(-x * x),
    (x) => -4 * x / Math.sqrt(Math.PI) * Math.exp(-x * x),
  ],
  LeakyRelu: [(x) => tf.leakyRelu(x, 0.3), (x) => x > 0 ? 1 : 0.3, () => 0],
  Log: [tf.log, (x) => 1 / x, (x) => -1 / x ** 2],
  Log1p: [tf.log1p, (x) => 1 / (1 + x), (x) => -1 / (1 + x) ** 2],
  Neg: [tf.neg, () => -1, () => 0],
  Relu: [tf.relu, (x) => x > 0 ? 1 : 0, () => 0],
  Sigmoid: [
    tf.sigmoid,
    (x) => 1 / (2 + Math.exp(x) + Math.exp(-x)),
    (x) => -Math.tanh(x / 2) / (2 + Math.exp(x) + Math.exp(-x)),
  ],
  Softplus: [tf.softplus, (x) => 1 / (1 + Math.exp(-x)), (x) => 1 / (2 + Math.exp(x) + Math.exp(-x))],
  Sqrt: [tf.sqrt, (x) => 0.5 / Math.sqrt(x), (x) => -0.25 * x ** -1.5],
  Square: [tf.square, (x) => 2 * x, () => 2],
  Tanh: [tf.tanh, (x) => 1 / Math.cosh(x) ** 2, (x) => -2 * Math.tanh(x) / Math.cosh(x) ** 2],
  Step: [tf.step, () => 0, () => 0],
  ZerosLike: [tf.zerosLike, () => 0, () => 0],
  OnesLike: [tf.onesLike, () => 0, () => 0],
};
/** Linear kernels of x `[batch, 4]`, each row for itself. */
const LINEAR: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  Cast: (x) => tf.cast(x, "float32"),
  Concat: (x) => tf.concat([x, tf.mul(2, x)], 1),
  Identity: (x) => x.clone(),
  Mean: (x) => tf.mean(tf.reshape(x, [-1, 2, 2]), 2),
  PadV2: (x) => tf.pad(x, [[0, 0], [1, 2]]),
  Reshape: (x) => tf.reshape(tf.reshape(x, [-1, 2, 2]), [-1, 4]),
  ResizeBilinear: (x) =>
    tf.reshape(tfjs.image.resizeBilinear(tf.reshape(x, [-1, 2, 2, 1]) as tfjs.Tensor4D, [3, 4]), [-1, 12]),
  Slice: (x) => tf.slice(x, [0, 1], [-1, 2]),
  Sum: (x) => tf.sum(tf.reshape(x, [-1, 2, 2]), 1),
  Tile: (x) => tf.tile(x, [1, 3]),
  Transpose: (x) => tf.reshape(tf.transpose(tf.reshape(x, [-1, 2, 2]), [0, 2, 1]), [-1, 4]),
  Conv2D: (x) =>
    tf.reshape(tfjs.conv2d(tf.reshape(x, [-1, 2, 2, 1]) as tfjs.Tensor4D, filters(), 1, "same"), [-1, 12]),
  Conv2DBackpropInput: (x) =>
    tf.reshape(
      tfjs.conv2dTranspose(
        tf.reshape(x, [-1, 2, 2, 1]) as tfjs.Tensor4D,
        tilted(),
        [x.shape[0]!, 2, 2, 3],
        1,
        "same",
      ),
      [-1, 12],
    ),
};
const filters = (): tfjs.Tensor4D => tfjs.tensor4d([1, 2, 3, -1, 0.5, 2, 1, 0, -2, 4, 1, 1], [2, 2, 1, 3]);
const tilted = (): tfjs.Tensor4D => tfjs.tensor4d([1, 2, 3, -1, 0.5, 2, 1, 0, -2, 4, 1, 1], [2, 2, 3, 1]);
/** Kernels of two operands, which tests above derive. */
const OF_TWO = ["Add", "BatchMatMul", "Multiply", "RealDiv", "Sub"];

Deno.test("each rule is that of its kernel, in first and second derivatives, and no rule is without a test", async () => {
  await startEngine("wasm");
  const layer = (inputs: number, outputs: number, f: (x: tf.Tensor) => tf.Tensor) =>
    bindDifferentiableNetwork(sequential([functionLayer({ inputs, outputs, apply: (_, x) => f(x) })]), []);
  for (const [name, [f, first, second]] of Object.entries(ELEMENTWISE)) {
    const points = ["Log", "Log1p", "Sqrt"].includes(name) ? [0.1, 0.5, 1.5, 4] : [-2, -0.5, 0.25, 3];
    const pushed = layer(4, 4, f).secondPushforward(
      tf.tensor(points, [1, 4]),
      tf.tensor([1, -2, 0.5, 3], [1, 1, 4]),
    );
    const [found, bent] = [await read(pushed.first), await read(pushed.second)];
    [1, -2, 0.5, 3].forEach((l, i) => {
      const expected = [first(points[i]!) * l, second(points[i]!) * l * l];
      [found[i]!, bent[i]!].forEach((value, order) =>
        assert(
          Math.abs(value - expected[order]!) <= 100 * EPSILON * Math.max(1, Math.abs(expected[order]!)),
          `${name} at ${points[i]}, order ${order + 1}: ${value}, expected ${expected[order]}`,
        )
      );
    });
  }
  for (const [name, f] of Object.entries(LINEAR)) {
    const [x, l] = [normalTensor(key(70), [3, 4]), normalTensor(key(71), [3, 4])];
    const along = f(l), outputs = along.shape[1]!;
    const { first, second } = layer(4, outputs, f).secondPushforward(x, tf.reshape(l, [3, 1, 4]));
    const [found, expected] = await Promise.all([first, along].map(read));
    found!.forEach((value, i) =>
      assert(
        Math.abs(value - expected![i]!) <= 100 * EPSILON,
        `${name} ${i}: ${value}, expected ${expected![i]}`,
      )
    );
    assert((await read(second)).every((value) => value === 0), name);
  }
  const { message } = assertThrows(() => layer(2, 2, (x) => tf.maximum(x, 0)).jacobian(tf.zeros([1, 2])));
  const rules = /there are rules for ([^;]*);/.exec(message)![1]!.split(", ");
  assertEquals(rules, [...Object.keys(ELEMENTWISE), ...Object.keys(LINEAR), ...OF_TWO].toSorted());
});
