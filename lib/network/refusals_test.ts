import { startEngine, tf } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { type Refused, testRefusals } from "../../fixtures/refusals.ts";
import {
  activationLayer,
  type ActivationName,
  averagePool,
  bindDifferentiableNetwork,
  bindNetwork,
  conv,
  convTranspose,
  dense,
  dropout,
  fromLayersModel,
  functionLayer,
  groupNorm,
  initialParameters,
  layerNorm,
  layerOutputs,
  reshape,
  residual,
  sequential,
  unitRows,
  upsample,
} from "./mod.ts";

await startEngine("wasm");
const ones = (...shape: number[]): tf.Tensor => tf.keep(tf.onesLike(tf.zeros(shape)));

const network = sequential([dense(3, 2, "tanh"), dense(2, 4, "identity")]);
const parameters = initialParameters(network, key(0));
parameters.forEach((parameter) => tf.keep(parameter));
const g = bindDifferentiableNetwork(network, parameters);
const [x, other, tangents, few] = [ones(5, 3), ones(5, 2), ones(5, 7, 3), ones(4, 7, 3)];
const turned = [ones(2, 3), ...parameters.slice(1)];
const floor = functionLayer({ inputs: 3, outputs: 3, apply: (_, x) => tf.max(tf.reshape(x, [-1, 3, 1]), 2) });

/** Rows that every layer of images refuses, by the name of the layer: sizes, and how many there are. */
const sized = (
  name: string,
  make: (change: Record<string, unknown>) => unknown,
  options: string[],
): Refused[] =>
  options.flatMap((option): Refused[] => {
    const [right, what] = option === "input" ? [[5, 6, 4], "3 whole numbers"] : [[2, 2], "2 whole numbers"];
    const wrong = [0, -1, 1.5].map((size) => [size, ...right!.slice(1)]);
    return [...wrong, [...right!.slice(1), 0], right!.slice(1), [...right!, 1]].map((given) => [
      () => make({ [option]: given }),
      RangeError,
      `${name}: ${option} must be ${what} from 1, but it is ${given}`,
    ]);
  });
const image = [5, 6, 4] as const;
type Change = Record<string, unknown>;

/** A model of tfjs of one layer, as far as it is read, between images; what is changed is of the layer, its options apart. */
const layersModel = (kind: string, config: Change, changes: Change = {}) => {
  const at = (shape: (number | null)[], name: string) => ({ shape: [null, ...shape], nodeIndex: 0, name });
  const start = { name: "start", inboundNodes: [] as unknown[], getClassName: () => "InputLayer" };
  const from = { ...at([5, 6, 4], "from"), sourceLayer: start };
  start.inboundNodes.push({ inputTensors: [from] });
  const layer = {
    name: "mine",
    inboundNodes: [{ inputTensors: [from] }],
    getClassName: () => kind,
    getConfig: () => ({ dataFormat: "channelsLast", activation: "linear", ...config }),
    getWeights: () => [],
    ...changes,
  };
  const to = { ...at([5, 6, 4], "to"), sourceLayer: layer };
  return { inputs: [from], outputs: [to], layer } as unknown as Parameters<typeof fromLayersModel>[0] & {
    layer: typeof layer;
  };
};
const readModel = (...given: Parameters<typeof layersModel>) => fromLayersModel(layersModel(...given));
const weighted = { getWeights: () => [{ data: () => Promise.resolve([1, 1, 1, 1]) }] };
/** The same layer with weights twice, one after the other. */
const shared = () => {
  const model = layersModel("LayerNormalization", { axis: 3, epsilon: 1, center: false }, weighted);
  const [to] = model.outputs;
  model.layer.inboundNodes.push({ inputTensors: [to as never] });
  return { ...model, outputs: [{ ...to!, nodeIndex: 1 }] };
};
const convolved = (change: Change) => conv({ input: image, filters: 3, kernel: 3, ...change });
const transposed = (change: Change) => convTranspose({ input: image, filters: 3, kernel: 3, ...change });
const pooled = (change: Change) => averagePool({ input: image, size: 2, ...change });
const grown = (change: Change) => upsample({ input: image, factor: 2, method: "nearest", ...change });
const grouped = (change: Change) => groupNorm({ input: image, groups: 2, ...change });
const bend = (change: Change) => activationLayer({ input: image, activation: "relu", ...change });
const flat = (change: Change) => layerNorm({ size: 4, ...change });
const convolution = (name: string, make: (change: Change) => unknown): Refused[] => [
  ...sized(name, make, ["input", "kernel", "stride"]),
  ...[0, 1.5].map((filters): Refused => [
    () => make({ filters }),
    RangeError,
    `${name}: filters must be a whole number from 1, but it is ${filters}`,
  ]),
  ...["full", -1, 0.5].map((padding): Refused => [
    () => make({ padding }),
    RangeError,
    `${name}: padding must be "same", "valid" or a whole number from 0, but it is ${padding}`,
  ]),
  [() => make({ activation: "swish" }), RangeError, `${name}: activation must be one of identity,`],
];
const epsilons = (name: string, make: (change: Change) => unknown): Refused[] =>
  [0, -1, NaN, Infinity].map((epsilon) => [
    () => make({ epsilon }),
    RangeError,
    `${name}: epsilon must be above 0, but it is ${epsilon}`,
  ]);

testRefusals("lib/network", {
  activationLayer: {
    refused: [
      [() => bend({ input: [2, 0, 1] }), RangeError, "activationLayer: input must be 3 whole numbers from 1"],
      [
        () => bend({ input: 0.5 }),
        RangeError,
        "activationLayer: input must be a whole number from 1, but it is 0.5",
      ],
      [
        () => bend({ activation: "swish" }),
        RangeError,
        'activationLayer: activation must be one of identity, relu, leaky-relu, tanh, sigmoid, softplus, elu, gelu, but it is "swish"',
      ],
    ],
    taken: [() => bend({ input: 1 }), () => bend({ input: [1, 1, 1] })],
  },
  averagePool: {
    refused: [
      ...sized("averagePool", pooled, ["input", "size", "stride"]),
      [
        () => pooled({ padding: -1 }),
        RangeError,
        'averagePool: padding must be "same", "valid" or a whole number from 0',
      ],
      [() => pooled({ size: 6 }), RangeError, "averagePool: each window must have a pixel"],
      [() => pooled({ size: 1, padding: 1 }), RangeError, "averagePool: each window must have a pixel"],
    ],
    taken: [() => pooled({ size: [5, 6] }), () => pooled({ size: 1 }), () => pooled({ size: 2, padding: 1 })],
  },
  conv: {
    refused: [
      ...convolution("conv", convolved),
      [
        () => convolved({ kernel: [6, 1], padding: "valid" }),
        RangeError,
        "conv: a kernel of 6 × 1 must fit into the",
      ],
      [
        () => convolved({ kernel: [1, 9], padding: 1 }),
        RangeError,
        "with padding 1; take a smaller kernel, or",
      ],
    ],
    taken: [
      () => convolved({ kernel: [5, 6], padding: "valid" }),
      () => convolved({ kernel: [7, 8], padding: 1 }),
      () => convolved({ filters: 1, kernel: 1, padding: 0 }),
    ],
  },
  convTranspose: {
    refused: [
      ...convolution("convTranspose", transposed),
      [
        () => transposed({ input: [2, 9, 1], kernel: 1, padding: 1 }),
        RangeError,
        "convTranspose: the output must have a row and a column, but it is of 0 × 7; take less padding",
      ],
    ],
    taken: [
      () => transposed({ input: [3, 9, 1], kernel: 1, padding: 1 }),
      () => transposed({ padding: "valid" }),
    ],
  },
  dropout: {
    refused: [0, 0.5].map((rate) =>
      [() => dropout(rate), RangeError, `but dropout of rate ${rate} draws another at each call`] as const
    ),
    taken: "nothing",
  },
  groupNorm: {
    refused: [
      ...sized("groupNorm", grouped, ["input"]),
      ...epsilons("groupNorm", grouped),
      ...[3, 8].map((groups): Refused => [
        () => grouped({ groups }),
        RangeError,
        `groupNorm: groups must divide the channels, 4, but they are ${groups}; take a divisor`,
      ]),
      [
        () => grouped({ groups: 0 }),
        RangeError,
        "groupNorm: groups must be a whole number from 1, but it is 0",
      ],
    ],
    taken: [() => grouped({ groups: 1 }), () => grouped({ groups: 4, epsilon: Number.MIN_VALUE })],
  },
  layerNorm: {
    refused: [
      [() => flat({ size: 0 }), RangeError, "layerNorm: size must be a whole number from 1, but it is 0"],
      ...epsilons("layerNorm", flat),
    ],
    taken: [() => flat({ size: 1, epsilon: Number.MIN_VALUE })],
  },
  reshape: {
    refused: [
      ...sized("reshape", (change) => reshape(change), ["input"]),
      [
        () => reshape({ output: [0, 1, 1] }),
        RangeError,
        "reshape: output must be 3 whole numbers from 1, but it is 0,1,1",
      ],
      [() => reshape({}), RangeError, "reshape: input or output is required, but neither came"],
      [() => reshape({ input: image, output: [5, 6, 3] }), RangeError, "reshape: "],
    ],
    taken: [() => reshape({ input: image, output: [6, 4, 5] }), () => reshape({ output: [1, 1, 1] })],
  },
  fromLayersModel: {
    refused: [
      ...["MaxPooling2D", "Softmax", "SeparableConv2D", "Add"].map((kind): Refused => [
        () => readModel(kind, {}),
        TypeError,
        `fromLayersModel: each layer must be one of Dense, Conv2D, Conv2DTranspose, UpSampling2D, AveragePooling2D, Activation, ReLU, LeakyReLU, ELU, BatchNormalization, LayerNormalization, Reshape, Flatten, Dropout, AlphaDropout, GaussianDropout, GaussianNoise, but the model has ${kind} "mine"`,
      ]),
      ...["Dense", "Activation", "Conv2D"].map((kind): Refused => [
        () => readModel(kind, { activation: "softmax", padding: "same" }),
        RangeError,
        `but it is "softmax"`,
      ]),
      ...["Conv2D", "Conv2DTranspose", "UpSampling2D", "AveragePooling2D", "Flatten"].map((kind): Refused => [
        () => readModel(kind, { dataFormat: "channelsFirst", padding: "same" }),
        RangeError,
        `dataFormat of ${kind} "mine" must be channelsLast, but it is "channelsFirst"`,
      ]),
      [() => readModel("Conv2D", { dilationRate: [1, 2] }), RangeError, "dilationRate of Conv2D"],
      [() => readModel("Conv2D", { padding: "causal" }), RangeError, 'must be "same" or "valid"'],
      [() => readModel("ELU", { alpha: 0.5 }), RangeError, 'alpha of ELU "mine" must be 1, but it is 0.5'],
      ...[1, 2, -2, [2, 3], null].map((axis): Refused => [
        () => readModel("LayerNormalization", { axis, epsilon: 1 }),
        RangeError,
        `axis of LayerNormalization "mine" must be the last, but it is ${JSON.stringify(axis)}`,
      ]),
      [
        () => fromLayersModel({ ...layersModel("ReLU", {}), inputs: [] }),
        TypeError,
        "the model must have one input and one output, but it has 0 and 1",
      ],
      [
        () => fromLayersModel({ outputs: undefined, inputs: undefined } as never),
        TypeError,
        "the model must have one input and one output, but it has 0 and 0",
      ],
      [
        () => readModel("ReLU", {}, { inboundNodes: [{ inputTensors: [1, 2] }] }),
        TypeError,
        `each layer must take one tensor, but ReLU "mine" takes 2`,
      ],
      [
        () => fromLayersModel({ ...layersModel("ReLU", {}), inputs: layersModel("ReLU", {}).inputs }),
        TypeError,
        `all layers must be between the model's input and output, but InputLayer "start" is not`,
      ],
      [() => fromLayersModel(shared()), TypeError, `LayerNormalization "mine" is used twice`],
      [
        () => {
          const model = layersModel("ReLU", {});
          return fromLayersModel({
            ...model,
            outputs: [{ ...model.outputs[0]!, shape: [null, null, 6, 4] }],
          });
        },
        RangeError,
        'all sizes but the batch\'s must be known, but at ReLU "mine" they are [null,null,6,4]',
      ],
      [
        () => readModel("Dropout", {}),
        RangeError,
        "sequential: at least one layer is required",
      ],
    ],
    taken: [
      () => readModel("ReLU", {}),
      ...[3, -1, [3], [-1]].map((axis) => () =>
        readModel("LayerNormalization", { axis, epsilon: 1, center: false }, weighted)
      ),
      () => readModel("ELU", { alpha: 1 }),
      () => readModel("Activation", { activation: "swish" }),
    ],
  },
  residual: {
    refused: [
      [
        () => residual([dense(3, 2, "relu")]),
        RangeError,
        "must give what it takes, 3, but it gives 2; change its last layer",
      ],
      [
        () => residual([reshape({ input: image, output: [6, 5, 4] })]),
        RangeError,
        "must give what it takes, 5 × 6 × 4, but it gives 6 × 5 × 4; change its last layer",
      ],
      [() => residual([]), RangeError, "sequential: at least one layer is required"],
    ],
    taken: [
      () => residual([dense(3, 2, "relu"), dense(2, 3, "relu")]),
      () => residual([grown({ factor: 1 })]),
    ],
  },
  upsample: {
    refused: [
      ...sized("upsample", grown, ["input", "factor"]),
      [
        () => grown({ method: "cubic" }),
        RangeError,
        'method must be "nearest" or "bilinear", but it is "cubic"',
      ],
    ],
    taken: [() => grown({ factor: 1 }), () => grown({ factor: [1, 7], method: "bilinear" })],
  },
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
      [
        () => g.jacobianColumn(x, [0]),
        TypeError,
        "jacobianColumn: one column per example is required, 5, but 1 came",
      ],
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
}, tf.openScope);
