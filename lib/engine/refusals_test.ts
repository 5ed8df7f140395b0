import { suiteKey } from "../../fixtures/suite_seed.ts";
import { testRefusals } from "../../fixtures/refusals.ts";
import {
  assertFloat32,
  assertPositive,
  assertScalar,
  assertShape,
  checkPatches,
  type EngineName,
  foldIn,
  integers,
  key,
  NestedGradientError,
  overlap,
  patches,
  type PatchSizes,
  read,
  readNow,
  reciprocal,
  rowDots,
  scalarTensor,
  scaled,
  scaleRows,
  splitColumns,
  squaredDistance,
  squaredNorm,
  startEngine,
  tf,
  valueAndGradients,
} from "./mod.ts";

await startEngine("wasm");
const ones = (...shape: number[]): tf.Tensor => tf.keep(tf.onesLike(tf.zeros(shape)));
const [x, y, row, scalar, one] = [ones(3, 4), ones(3, 5), ones(3), ones(), ones(1)];
const whole = tf.keep(tf.cast(tf.zeros([3, 4]), "int32"));
const cores = navigator.hardwareConcurrency;

const sizes: PatchSizes = { image: [4, 4, 1], grid: [2, 2], kernel: [2, 2], stride: [2, 2], before: [0, 0] };
const [cut, images] = [ones(8, 4), ones(2, 16)];

testRefusals("lib/engine", {
  assertFloat32: {
    refused: [[
      () => assertFloat32("f", "x", whole),
      TypeError,
      "f: x must be float32, but it is int32; convert it by",
    ]],
    taken: [() => assertFloat32("f", "x", x)],
  },
  assertPositive: {
    refused: [
      ...[0, -1, NaN, Infinity, -Infinity].map((number) =>
        [
          () => assertPositive("f", "β", number),
          RangeError,
          `f: β must be a number above 0, but it is ${number}`,
        ] as const
      ),
      [() => assertPositive("f", "β", one), TypeError, "f: β must be a number or a float32 scalar"],
    ],
    taken: [Number.MIN_VALUE, Number.MAX_VALUE].map((number) => () => assertPositive("f", "β", number)),
  },
  assertScalar: {
    refused: [
      [
        () => assertScalar("f", "β", one),
        TypeError,
        "f: β must be a number or a float32 scalar, but it is a float32 tensor of shape [1]",
      ],
      [
        () => assertScalar("f", "β", ones(1, 1)),
        TypeError,
        "f: β must be a number or a float32 scalar, but it is a float32 tensor of shape [1,1]",
      ],
      [
        () => assertScalar("f", "β", tf.cast(scalar, "int32")),
        TypeError,
        "f: β must be float32, but it is int32",
      ],
      [
        () => assertScalar("f", "β", "1" as never),
        TypeError,
        "f: β must be a number or a float32 scalar, but it is 1",
      ],
      [
        () => assertScalar("f", "β", undefined as never),
        TypeError,
        "f: β must be a number or a float32 scalar, but it is undefined",
      ],
    ],
    taken: [() => assertScalar("f", "β", NaN), () => assertScalar("f", "β", scalar)],
  },
  assertShape: {
    refused: [
      [
        () => assertShape("f", "x", x, "batch"),
        TypeError,
        "f: x must be [batch], but its shape is [3, 4] (2 axes instead of 1)",
      ],
      [
        () => assertShape("f", "x", row, "batch data"),
        TypeError,
        "f: x must be [batch, data], but its shape is [3] (1 axis instead of 2)",
      ],
      [
        () => assertShape("f", "x", x, "n n"),
        TypeError,
        'f: x must be [n, n], but its shape is [3, 4] (axis "n" is 4)',
      ],
      [
        () => assertShape("f", "x", x, "3 5"),
        TypeError,
        "f: x must be [3, 5], but its shape is [3, 4] (axis 1 is 4 instead of 5)",
      ],
      [
        () => assertShape("f", "x", x, [3, 5]),
        TypeError,
        "f: x must be [3, 5], but its shape is [3, 4] (axis 1 is 4 instead of 5)",
      ],
      [
        () => assertShape("f", "x", { shape: [3, 0] }, "batch data"),
        TypeError,
        'f: x must be [batch, data], but its shape is [3, 0] (axis "data" is 0)',
      ],
      [() => assertShape("f", "x", whole, "batch data"), TypeError, "f: x must be float32, but it is int32"],
    ],
    taken: [() => assertShape("f", "x", { shape: [1, 1] }, "n n"), () => assertShape("f", "x", x, "3 4")],
  },
  checkPatches: {
    refused: (["image", "grid", "kernel", "stride", "before"] as const).flatMap((name) =>
      [name === "before" ? -1 : 0, 1.5, NaN].map((size) => {
        const given = sizes[name].with(-1, size);
        const what = `patches: ${name} must be whole numbers from ${
          name === "before" ? 0 : 1
        }, but it is ${given}`;
        return [() => checkPatches({ ...sizes, [name]: given }), RangeError, what] as const;
      })
    ),
    taken: [
      () => checkPatches({ image: [1, 1, 1], grid: [1, 1], kernel: [1, 1], stride: [1, 1], before: [0, 0] }),
    ],
  },
  foldIn: {
    refused: [-1, 0.5, 2 ** 53].map((index) =>
      [
        () => foldIn(suiteKey(0), index),
        RangeError,
        `foldIn: index must be a whole number from 0 to 2^53 - 1, but it is ${index}`,
      ] as const
    ),
    taken: [() => foldIn(suiteKey(0), 2 ** 53 - 1)],
  },
  integers: {
    refused: [0, -1, 1.5, 2 ** 31 + 1, NaN].map((below) =>
      [
        () => integers(suiteKey(1), 1, below),
        RangeError,
        `a whole number from 1 to 2^31, but it is ${below}`,
      ] as const
    ),
    taken: [() => integers(suiteKey(2), 1, 1), () => integers(suiteKey(3), 1, 2 ** 31)],
  },
  key: {
    refused: [-1, 0.5, 2 ** 53, NaN].map((seed) =>
      [
        () => key(seed),
        RangeError,
        `key: seed must be a whole number from 0 to 2^53 - 1, but it is ${seed}`,
      ] as const
    ),
    taken: [() => key(0), () => key(2 ** 53 - 1)],
  },
  overlap: {
    refused: [
      [
        () => overlap(ones(7, 4), sizes),
        RangeError,
        "overlap: y must have 4 rows for each image, but it has 7 rows",
      ],
      [() => overlap(ones(8, 5), sizes), TypeError, "overlap: y must be [positions, 4]"],
      [() => overlap(images, sizes), TypeError, "overlap: y must be [positions, 4]"],
    ],
    taken: [() => overlap(ones(4, 4), sizes), () => overlap(cut, sizes)],
  },
  patches: {
    refused: [
      [() => patches(cut, sizes), TypeError, "patches: x must be [examples, 16]"],
      [() => patches(tf.cast(images, "int32"), sizes), TypeError, "patches: x must be float32"],
    ],
    taken: [() => patches(images, sizes)],
  },
  read: {
    refused: [
      [() => read(whole), TypeError, "read: tensor must be float32, but it is int32"],
      [() => readNow(whole), TypeError, "readNow: tensor must be float32, but it is int32"],
    ],
    taken: [() => read(scalar)],
  },
  reciprocal: {
    refused: [[() => reciprocal(one), TypeError, "reciprocal: scalar must be a number or a float32 scalar"]],
    taken: [() => reciprocal(scalar)],
  },
  rowDots: {
    refused: [[
      () => rowDots(x, y),
      TypeError,
      "rowDots: b must be [rows, columns] with rows = 3, columns = 4",
    ]],
    taken: [],
  },
  scalarTensor: {
    refused: [[
      () => scalarTensor(one),
      TypeError,
      "scalarTensor: scalar must be a number or a float32 scalar",
    ]],
    taken: [() => scalarTensor(1)],
  },
  scaled: {
    refused: [[() => scaled(one, 2), TypeError, "scaled: scalar must be a number or a float32 scalar"]],
    taken: [() => scaled(scalar, 2)],
  },
  scaleRows: {
    refused: [[() => scaleRows(x, ones(4), 1), TypeError, "scaleRows: c must be [rows] with rows = 3"]],
    taken: [() => scaleRows(x, row, 1)],
  },
  splitColumns: {
    refused: [
      ...[0, 4, 5, 1.5, -1].map((at) =>
        [
          () => splitColumns(x, at),
          RangeError,
          `splitColumns: at must be a whole number from 1 to 3, but it is ${at} for 4 columns`,
        ] as const
      ),
      [() => splitColumns(row, 1), TypeError, "splitColumns: a must be [rows, columns]"],
      [() => splitColumns(whole, 1), TypeError, "splitColumns: a must be float32"],
    ],
    taken: [() => splitColumns(x, 1), () => splitColumns(x, 3)],
  },
  squaredDistance: {
    refused: [[
      () => squaredDistance(x, y),
      TypeError,
      "squaredDistance: b must be [rows, columns] with rows = 3",
    ]],
    taken: [],
  },
  squaredNorm: {
    refused: [[() => squaredNorm(row), TypeError, "squaredNorm: a must be [rows, columns]"]],
    taken: [],
  },
  startEngine: {
    refused: [
      [
        () => startEngine("gpu" as EngineName),
        RangeError,
        'one of auto, wasm, native, cpu, webgpu, but it is "gpu"',
      ],
      ...[0, 1.5, cores + 1, NaN].map((threads) =>
        [
          () => startEngine("wasm", { threads }),
          RangeError,
          `startEngine: threads must be a whole number from 1 to ${cores}, but it is ${threads}`,
        ] as const
      ),
    ],
    taken: [() => startEngine("wasm", { threads: 1 }), () => startEngine("wasm", { threads: cores })],
  },
  valueAndGradients: {
    refused: [
      [
        () => valueAndGradients(([a]) => ({ value: a!, info: {} }), [one]),
        TypeError,
        "valueAndGradients: the function must return a scalar, but its shape is [1]",
      ],
      [
        () => valueAndGradients(([a]) => ({ value: tf.sum(a!), info: {} }), [x, whole]),
        TypeError,
        "valueAndGradients: input 1 must be float32, but it is int32",
      ],
      [
        () =>
          valueAndGradients(([a]) => valueAndGradients(([b]) => ({ value: tf.sum(b!), info: {} }), [a!]), [
            x,
          ]),
        NestedGradientError,
        "taking a gradient inside a gradient",
      ],
    ],
    taken: [() => valueAndGradients(([a]) => ({ value: tf.sum(a!), info: {} }), [one])],
  },
}, tf.openScope);
