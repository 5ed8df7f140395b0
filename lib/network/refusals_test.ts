import { startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { testRefusals } from "../../fixtures/refusals.ts";
import {
  type ActivationName,
  bindDifferentiableNetwork,
  bindNetwork,
  dense,
  functionLayer,
  initialParameters,
  layerOutputs,
  sequential,
  unitRows,
} from "./mod.ts";

await startEngine("wasm");
const within = async (call: () => unknown): Promise<void> => {
  const scope = tf.openScope();
  try {
    await call();
  } finally {
    scope.close();
  }
};
const ones = (...shape: number[]): tf.Tensor => tf.keep(tf.onesLike(tf.zeros(shape)));

const network = sequential([dense(3, 2, "tanh"), dense(2, 4, "identity")]);
const parameters = initialParameters(network, key(0));
parameters.forEach((parameter) => tf.keep(parameter));
const g = bindDifferentiableNetwork(network, parameters);
const [x, other, tangents, few] = [ones(5, 3), ones(5, 2), ones(5, 7, 3), ones(4, 7, 3)];
const turned = [ones(2, 3), ...parameters.slice(1)];
const floor = functionLayer({ inputs: 3, outputs: 3, apply: (_, x) => tf.max(tf.reshape(x, [-1, 3, 1]), 2) });

testRefusals("lib/network", {
  bindDifferentiableNetwork: {
    refused: [
      [
        () => bindDifferentiableNetwork(network, parameters.slice(1)),
        TypeError,
        "has 4 parameters, but 3 were given",
      ],
      [
        () => bindDifferentiableNetwork(network, [...parameters, x]),
        TypeError,
        "has 4 parameters, but 5 were given",
      ],
      [
        () => bindDifferentiableNetwork(network, turned),
        TypeError,
        "0.weight must be [3, 2], but its shape is [2, 3]",
      ],
      [() => g.apply(other), TypeError, "apply: x must be [batch, inputs] with inputs = 3"],
      [() => g.pushforward(other), TypeError, "pushforward: x must be [batch, inputs]"],
      [() => g.pushforward(x, few), TypeError, "pushforward: tangents must be [batch, tangent, inputs]"],
      [() => g.secondPushforward(other, tangents), TypeError, "secondPushforward: x must be [batch, inputs]"],
      [
        () => g.secondPushforward(x, few),
        TypeError,
        "secondPushforward: directions must be [batch, tangent, inputs]",
      ],
      [() => g.jacobian(other), TypeError, "jacobian: x must be [batch, inputs]"],
      [() => g.jacobianColumn(other, [0]), TypeError, "jacobianColumn: x must be [batch, inputs]"],
      [() => g.jacobianColumn(x, [0]), TypeError, "one column per example is required, 5, but 1 came"],
      [() => g.factoredTangents(other), TypeError, "factoredTangents: x must be [batch, inputs]"],
      [() => g.factoredTangents(x, few), TypeError, "factoredTangents: tangents must be"],
      [() => g.bentTangents(other, tangents), TypeError, "bentTangents: x must be [batch, inputs]"],
      [() => g.bentTangents(x, few), TypeError, "bentTangents: tangents must be"],
      [() => g.gram(other), TypeError, "gram: x must be [batch, inputs]"],
    ],
    taken: [() => g.jacobianColumn(x, [0, 1, 2, 0, 1])],
  },
  bindNetwork: {
    refused: [
      [() => bindNetwork(network, parameters.slice(1)), TypeError, "has 4 parameters, but 3 were given"],
      [() => bindNetwork(network, [...parameters, x]), TypeError, "has 4 parameters, but 5 were given"],
      [() => bindNetwork(network, turned), TypeError, "0.weight must be [3, 2], but its shape is [2, 3]"],
      [() => bindNetwork(network, parameters).apply(other), TypeError, "apply: x must be [batch, inputs]"],
    ],
    taken: [],
  },
  dense: {
    refused: [
      [() => dense(0, 2, "relu"), RangeError, "dense: inputs must be a whole number from 1, but it is 0"],
      [() => dense(2, 0, "relu"), RangeError, "dense: outputs must be a whole number from 1, but it is 0"],
      [
        () => dense(2, 1.5, "relu"),
        RangeError,
        "dense: outputs must be a whole number from 1, but it is 1.5",
      ],
      [() => dense(2, 2, "step" as ActivationName), RangeError, 'but it is "step"'],
    ],
    taken: [() => dense(1, 1, "relu")],
  },
  functionLayer: {
    refused: [
      [
        () => bindDifferentiableNetwork(sequential([floor]), []).jacobian(x),
        TypeError,
        "functionLayer: a derivative needs a rule for each kernel, but there is none for Max",
      ],
    ],
    taken: [() => bindNetwork(sequential([floor]), []).apply(x)],
  },
  layerOutputs: {
    refused: [
      [() => layerOutputs(network, parameters.slice(1), x), TypeError, "has 4 parameters, but 3 were given"],
      [() => layerOutputs(network, [...parameters, x], x), TypeError, "has 4 parameters, but 5 were given"],
      [() => layerOutputs(network, turned, x), TypeError, "0.weight must be [3, 2], but its shape is [2, 3]"],
      [() => layerOutputs(network, parameters, other), TypeError, "layerOutputs: x must be [batch, inputs]"],
    ],
    taken: [],
  },
  sequential: {
    refused: [
      [() => sequential([]), RangeError, "at least one layer is required"],
      ...[1, 3].map((inputs) =>
        [
          () => sequential([dense(3, 2, "relu"), dense(inputs, 4, "relu")]),
          RangeError,
          `sequential: layer 1 takes ${inputs} inputs, but layer 0 has 2 outputs`,
        ] as const
      ),
    ],
    taken: [() => sequential([dense(3, 2, "relu")])],
  },
  unitRows: {
    refused: [
      [
        () => unitRows([0, 2], 2),
        RangeError,
        "the column of example 1 must be a whole number from 0 to 1, but it is 2",
      ],
      [
        () => unitRows([-1], 2),
        RangeError,
        "the column of example 0 must be a whole number from 0 to 1, but it is -1",
      ],
      [() => unitRows([0.5], 2), RangeError, "but it is 0.5"],
    ],
    taken: [() => unitRows([0, 1], 2)],
  },
}, within);
