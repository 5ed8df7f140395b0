import { readNow, startEngine, tf } from "../engine/mod.ts";
import {
  bernoulli,
  describeModel,
  gaussian,
  initialModelParameters,
  modelParameterShapes,
} from "../model/mod.ts";
import { graeLoss } from "../objective/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { testRefusals } from "../../fixtures/refusals.ts";
import { CheckpointError } from "./checkpoint_error.ts";
import {
  adam,
  adamOptimiser,
  type AdamOptions,
  type AdamState,
  cosineSchedule,
  decodeCheckpoint,
  encodeCheckpoint,
  foreignParameters,
  gradientDescent,
  initialAdamState,
  type Loss,
  minimise,
  type NumberOptions,
  reversePass,
  type Schedule,
  stepSchedule,
  train,
  trainingStep,
  type TrainOptions,
  warmUpSchedule,
} from "./mod.ts";
import { encodeSafetensors } from "./safetensors.ts";

await startEngine("wasm");
const ones = (...shape: number[]): tf.Tensor => tf.keep(tf.onesLike(tf.zeros(shape)));

const described = (likelihood = gaussian()) =>
  describeModel({ data: 3, latent: 2, hidden: [4], activation: "tanh", likelihood, family: null });
const description = described(), shapes = modelParameterShapes(description);
/** A state of its own for each call, which may take it over. */
const state = (): AdamState => initialAdamState(initialModelParameters(description, key(0)));
const loss: Loss = (model, x, k) => graeLoss(model, x, k, 1);
const withBeta: Loss = (model, x, k, { beta }) => graeLoss(model, x, k, beta);
const [x, other] = [ones(5, 3), ones(5, 2)];
const whole = tf.keep(tf.cast(x, "int32"));
const infinite = tf.keep(tf.tensor([1, 1, 1, 1, Infinity, 1], [2, 3]));
const above = tf.keep(tf.tensor([0, 1, 0.5, 1, 0, 1.001], [2, 3]));
const bounds = tf.keep(tf.tensor([0, 1, 0, 1, 0, 1], [2, 3]));

const step = (
  numbers: NumberOptions,
  learningRate = 0.1,
  given = x,
  by = loss,
  model = description,
): unknown => trainingStep(model, by, learningRate, numbers)(state(), given, key(1));
const run = (more: Partial<TrainOptions>): Promise<unknown> =>
  train(state(), {
    description,
    loss,
    learningRate: 0.1,
    stepsPerEpoch: 2,
    epochs: 1,
    key: key(2),
    batch: () => tf.mul(x, 1),
    ...more,
  });
const descend = (rate: Schedule): Promise<unknown> => {
  const optimiser = gradientDescent(0);
  return minimise(optimiser.start([tf.mul(x, 1)]), {
    optimiser,
    gradients: () => [tf.mul(x, 1)],
    rate,
    steps: 3,
  });
};
const adamWith = (learningRate: number, options: AdamOptions = {}): unknown => {
  const { parameters } = state();
  return adam(initialAdamState(parameters), parameters.map((p) => tf.mul(p, 1)), learningRate, options);
};
const checkpoint = async (change: (bytes: Uint8Array) => Uint8Array, wanted = shapes): Promise<unknown> => {
  const given = { state: state(), shapes, key: key(3), options: {}, engine: "wasm" };
  return await decodeCheckpoint(change(await encodeCheckpoint(given)), "a file", wanted);
};
const weights = (change: (names: string[]) => string[] = (names) => names): Uint8Array => {
  const names = change(shapes.map(({ name }) => name));
  const tensors = initialModelParameters(description, key(4));
  return encodeSafetensors(
    names.map((name, i) => ({ name, shape: shapes[i]!.shape, values: readNow(tensors[i]!)! })),
    {},
  );
};
const foreign = (names: { encoder: string[]; decoder: string[] }, bytes = weights()): unknown =>
  foreignParameters(bytes, "a file", description, { names, layout: "in, out" });
const NAMES = { encoder: ["encoder.0", "encoder.1"], decoder: ["decoder.0", "decoder.1"] };
const TOO_FEW = { ...NAMES, decoder: ["decoder.0"] };
const steps = (steps: number): string => `steps must be a whole number from 1, but it is ${steps}`;

testRefusals("lib/training", {
  adam: {
    refused: [
      ...[0, -1, NaN, Infinity].map((rate) =>
        [
          () => adamWith(rate),
          RangeError,
          `adam: the learning rate must be a number above 0, but it is ${rate}`,
        ] as const
      ),
      ...[-1e-9, NaN, Infinity].map((weightDecay) =>
        [
          () => adamWith(1, { weightDecay }),
          RangeError,
          `adam: the weight decay must be a number from 0, but it is ${weightDecay}`,
        ] as const
      ),
      ...[-1, 0.5, 9].map((undecayed) =>
        [
          () => adamWith(1, { undecayed }),
          RangeError,
          `adam: undecayed must be a whole number from 0 to the parameters, 8, but it is ${undecayed}`,
        ] as const
      ),
      ...[0, -1, NaN].map((clipGradient) =>
        [
          () => adamWith(1, { clipGradient }),
          RangeError,
          `adam: the largest norm of a gradient must be a number above 0, but it is ${clipGradient}`,
        ] as const
      ),
      [
        () => adam(initialAdamState([x]), [], 1),
        TypeError,
        "adam: 1 gradients are required, but 0 were given",
      ],
      [
        () => adam(initialAdamState([x]), [x, x], 1),
        TypeError,
        "adam: 1 gradients are required, but 2 were given",
      ],
      [() => adam(initialAdamState([x]), [other], 1), TypeError, "adam: gradient 0 must be [5, 3]"],
      [
        () => adam({ ...initialAdamState([x]), second: [other] }, [x], 1),
        TypeError,
        "second moment 0 must be [5, 3]",
      ],
      [
        () => adam({ ...initialAdamState([x]), first: [other] }, [x], 1),
        TypeError,
        "first moment 0 must be [5, 3]",
      ],
    ],
    taken: [
      () => adamWith(Number.MIN_VALUE),
      () => adamWith(1, { weightDecay: 0, clipGradient: Number.MIN_VALUE }),
      () => adamWith(1, { clipGradient: Infinity }),
    ],
  },
  cosineSchedule: {
    refused: [
      ...[0, -1, 1.5, Infinity].map((n) => [() => cosineSchedule(1, n), RangeError, steps(n)] as const),
      [() => cosineSchedule(1, 3)(3), RangeError, "the schedule has 3 steps, but step 4 was asked for"],
    ],
    taken: [() => cosineSchedule(1, 1)(0), () => cosineSchedule(1, 3)(2)],
  },
  decodeCheckpoint: {
    refused: [
      [
        () => checkpoint((bytes) => bytes.with(bytes.length - 1, 1)),
        CheckpointError,
        "a file: its SHA-256 must be 0e9ad904f322170d55e1441858d52ad741f68ff857963443dd657e6934956510, as it states, but is 785c70e0fd6e246d319e3fd8678aed424ef2a09c75c688ccc90cf6dca96b5623: it is damaged; put back a copy",
      ],
      [
        () => checkpoint((bytes) => bytes.subarray(0, -1)),
        CheckpointError,
        'a file: tensor "adam.second.decoder.1.bias" needs bytes 624 to 636 of the data, but the data have 635 bytes: the file is cut short',
      ],
      [
        () =>
          checkpoint(
            (bytes) => bytes,
            shapes.map(({ name, shape }) => ({ name, shape: shape.toReversed() })),
          ),
        CheckpointError,
        "a file: encoder.0.weight must be [4, 3], but it is [3, 4]",
      ],
      [
        () => checkpoint((bytes) => bytes, [...shapes, { name: "decoder.2.bias", shape: [1] }]),
        CheckpointError,
        "a file: must hold the tensor decoder.2.bias, but does not",
      ],
    ],
    taken: [() => checkpoint((bytes) => bytes)],
  },
  foreignParameters: {
    refused: [
      [() => foreign(TOO_FEW), RangeError, "names.decoder must name 2 layers, but names 1"],
      [
        () => foreign({ ...NAMES, decoder: ["decoder.0", "out"] }),
        CheckpointError,
        "a file: must hold out.weight or out.kernel; it holds decoder.0.bias, decoder.0.weight, decoder.1.bias",
      ],
    ],
    taken: [() => foreign(NAMES)],
  },
  gradientDescent: {
    refused: [-1e-9, 1, NaN].map((momentum) =>
      [
        () => gradientDescent(momentum),
        RangeError,
        `the momentum must be from 0 to below 1, but it is ${momentum}`,
      ] as const
    ),
    taken: [() => gradientDescent(0), () => gradientDescent(1 - 2 ** -50)],
  },
  initialAdamState: {
    refused: [[
      () => initialAdamState([x, whole]),
      TypeError,
      "initialAdamState: parameter 1 must be float32",
    ]],
    taken: [],
  },
  minimise: {
    refused: [0, -1, NaN, Infinity].map((rate) =>
      [
        () => descend((step) => step < 2 ? 1 : rate),
        RangeError,
        `training: the learning rate must be a number above 0, but for step 3 it is ${rate}`,
      ] as const
    ),
    taken: [() => descend(Number.MIN_VALUE), () => descend(Number.MAX_VALUE)],
  },
  reversePass: {
    refused: [
      [
        () => reversePass(description, loss)(state().parameters, infinite, key(5), 0),
        RangeError,
        "reversePass: x must be finite, but at [1, 1] it is Infinity",
      ],
      [
        () => reversePass(description, loss)(state().parameters, other, key(5), 0),
        TypeError,
        "reversePass: x must be",
      ],
    ],
    taken: [() => reversePass(described(bernoulli()), loss)(state().parameters, bounds, key(5), 0)],
  },
  stepSchedule: {
    refused: [
      ...[0, -1, 1.5, Infinity].map((n) => [() => stepSchedule(1, n), RangeError, steps(n)] as const),
      [() => stepSchedule(1, 3)(3), RangeError, "the schedule has 3 steps, but step 4 was asked for"],
    ],
    taken: [() => stepSchedule(1, 1)(0), () => stepSchedule(1, 3)(2)],
  },
  train: {
    refused: [
      [
        () => run({ learningRate: (step) => 1 - step }),
        RangeError,
        "training: the learning rate must be a number above 0, but for step 2 it is 0",
      ],
      [
        () => run({ beta: (step) => 1 - step, loss: withBeta }),
        RangeError,
        "training: β must be a number above 0 in float32, but for step 2 it is 0",
      ],
      [() => run({ loss: withBeta }), TypeError, 'training: the loss asks for the number "beta" of its step'],
      [
        () => run({ batch: () => tf.mul(other, 1) }),
        TypeError,
        "train: batch 0 of epoch 0 must be [batch, data]",
      ],
      [
        () => run({ batch: (_, i) => tf.mul(i === 1 ? infinite : bounds, 1) }),
        RangeError,
        "train: batch 1 of epoch 0 must be finite, but at [1, 1] it is Infinity",
      ],
      [
        () => run({ description: described(bernoulli()), batch: () => tf.mul(above, 1) }),
        RangeError,
        "train: batch 0 of epoch 0 must be from 0 to 1 for the bernoulli likelihood, but at [1, 2] it is 1.00",
      ],
      [
        () => run({ optimiser: adamOptimiser(), weightDecay: 0 }),
        TypeError,
        "train: weightDecay, undecayed and clipGradient are Adam's, but another optimiser is given",
      ],
      [
        () => run({ optimiser: adamOptimiser(), undecayed: 0 }),
        TypeError,
        "train: weightDecay, undecayed and clipGradient are Adam's, but another optimiser is given",
      ],
      [
        () => run({ optimiser: adamOptimiser(), clipGradient: Infinity }),
        TypeError,
        "train: weightDecay, undecayed and clipGradient are Adam's, but another optimiser is given",
      ],
    ],
    taken: [() => run({ description: described(bernoulli()), batch: () => tf.mul(bounds, 1) })],
  },
  trainingStep: {
    refused: [
      ...[0, -1, NaN, Infinity].map((rate) =>
        [
          () => step({}, rate),
          RangeError,
          `training: the learning rate must be a number above 0, but for step 1 it is ${rate}`,
        ] as const
      ),
      ...[0, -1, NaN, Infinity, 1e-50, 1e50].map((beta) =>
        [
          () => step({ beta }, 1, x, withBeta),
          RangeError,
          `training: β must be a number above 0 in float32, but for step 1 it is ${beta}`,
        ] as const
      ),
      ...[NaN, Infinity, 1e50].map((rate) =>
        [
          () => step({ numbers: { rate } }),
          RangeError,
          `training: the number "rate" must be finite in float32, but for step 1 it is ${rate}`,
        ] as const
      ),
      [() => step({}, 1, other), TypeError, "trainingStep: x must be [batch, data] with data = 3"],
      [
        () => step({}, 1, infinite),
        RangeError,
        "trainingStep: x must be finite, but at [1, 1] it is Infinity",
      ],
      [
        () => step({}, 1, above, loss, described(bernoulli())),
        RangeError,
        "trainingStep: x must be from 0 to 1 for the bernoulli likelihood, but at [1, 2] it is 1.00",
      ],
      [
        () => step({ numbers: { weight: 1 } }, 1, x, withBeta),
        TypeError,
        'training: the loss asks for the number "beta" of its step, which must be given as an option, but is not; given are weight',
      ],
    ],
    taken: [
      () => step({ beta: 1e-6, numbers: { zero: 0, small: 1e-50 } }, 1, x, withBeta),
      () => step({}, 1, bounds, loss, described(bernoulli())),
    ],
  },
  warmUpSchedule: {
    refused: [-1e-9, NaN, Infinity].map((n) =>
      [
        () => warmUpSchedule(1, n),
        RangeError,
        `warmUpSchedule: steps must be a number from 0, but it is ${n}`,
      ] as const
    ),
    taken: [() => warmUpSchedule(1, 0)(0)],
  },
}, tf.openScope);
