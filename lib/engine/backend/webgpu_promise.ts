/**
 * What the webgpu engine promises, each seen once on the adapter at hand.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** Numbers of a tensor that tfjs computes with on the device: below a thousand it takes the host. */
export const DEVICE_SIZE = 1200;
/** Bytes of the largest buffer that WebGPU promises to bind. */
const LARGE = 2 ** 27;

/** One thing that is promised. */
interface Promised {
  /** What is computed. */
  readonly what: string;
  /** What goes wrong without it. */
  readonly because: string;
  readonly compute: () => tf.Tensor;
  /** The first numbers of it, and by how much of themselves they may be off. */
  readonly expected: readonly number[];
  readonly within: number;
}

/** These numbers again and again, on the device. */
const repeated = (numbers: readonly number[]): tf.Tensor =>
  tf.tensor1d(Float32Array.from({ length: DEVICE_SIZE }, (_, i) => numbers[i % numbers.length]!));

const HIDDEN = "a training that has diverged would look healthy";
const [PRODUCT, SPECIAL] = [[24, 50], [NaN, Infinity, -Infinity, -2, 3]] as const;

const PROMISES: readonly Promised[] = [
  {
    what: "a product of two matrices of whole numbers",
    because: "no number of a training would be right",
    compute: () => {
      const a = tf.reshape(repeated([1, -2, 3, 4, -5, 6, 7]), [...PRODUCT]);
      return tf.matMul(a, a, false, true);
    },
    expected: wholeProduct([1, -2, 3, 4, -5, 6, 7]),
    within: 0,
  },
  {
    what: "relu of NaN, ∞, −∞, −2, 3",
    because: HIDDEN,
    compute: () => tf.relu(repeated(SPECIAL)),
    expected: [NaN, Infinity, 0, 0, 3],
    within: 0,
  },
  {
    what: "max(x, 0) of NaN, ∞, −∞, −2, 3",
    because: HIDDEN,
    compute: () => tf.maximum(repeated(SPECIAL), tf.zeros([DEVICE_SIZE])),
    expected: [NaN, Infinity, 0, 0, 3],
    within: 0,
  },
  {
    what: "log(1 + x) of 1e-8",
    because: "small volume terms would be 0",
    compute: () => tf.log1p(repeated([1e-8])),
    expected: [Math.log1p(Math.fround(1e-8))],
    within: 2 ** -20,
  },
  {
    what: "exp of 1e-3",
    because: "deviations and probabilities would be wrong",
    compute: () => tf.exp(repeated([1e-3])),
    expected: [Math.exp(Math.fround(1e-3))],
    within: 2 ** -20,
  },
  {
    what: `the end of a buffer of ${LARGE / 2 ** 20} MiB`,
    because: "large batches would be read as zeros",
    compute: () => tf.slice(tf.fill([LARGE / 4], 7), [LARGE / 4 - 4], [4]),
    expected: [7, 7, 7, 7],
    within: 0,
  },
];

/** A Aᵀ of the repeated numbers. */
function wholeProduct(numbers: readonly number[]): number[] {
  const [rows, columns] = PRODUCT;
  const at = (i: number, k: number): number => numbers[(i * columns + k) % numbers.length]!;
  return Array.from({ length: rows * rows }, (_, flat) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += at(Math.floor(flat / rows), k) * at(flat % rows, k);
    return sum;
  });
}

/** The first promise that the current engine, which is tfjs's on this device, does not keep, and why it matters; null if it keeps all. */
export async function brokenPromise({ limits }: GPUDevice): Promise<string | null> {
  const bytes = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  if (bytes < LARGE) {
    return `it binds buffers of at most ${bytes / 2 ** 20} MiB, where WebGPU promises ${LARGE / 2 ** 20}`;
  }
  for (const { what, because, compute, expected, within } of PROMISES) {
    const result = tf.tidy(compute);
    const numbers = await result.data().finally(() => result.dispose());
    const off = expected.findIndex((value, i) => {
      const seen = numbers[i]!;
      return !(Object.is(seen, value) || Math.abs(seen - value) <= within * Math.abs(value));
    });
    if (off >= 0) {
      // Up to five numbers, the wrong one among them.
      const from = Math.max(0, off - 4), end = Math.min(expected.length, from + 5);
      const [wanted, found] = [expected, [...numbers]].map((all) => all.slice(from, end).join(", "));
      return `${what} must be ${wanted}, but it is ${found}, so ${because}; ` +
        "use --engine wasm or native, or install a driver for Vulkan";
    }
  }
  return null;
}
