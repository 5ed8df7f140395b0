import { startEngine, tf } from "../engine/mod.ts";
import { type Refused, testRefusals } from "../../fixtures/refusals.ts";
import {
  blockMask,
  cholesky,
  gramOf,
  identityPlusGram,
  logDeterminant,
  NotPositiveDefiniteError,
  requirePositiveDefinite,
  smallestEigenvalue,
  spdInverse,
  spdSolve,
  squaredColumnNorms,
} from "./mod.ts";

await startEngine("wasm");
const kept = (numbers: readonly number[], shape: number[]): tf.Tensor =>
  tf.keep(tf.tensor([...numbers], shape));

/** The second of two matrices, whose sizes differ by 2²⁰: symmetric up to so many √(a_ii a_jj). */
const nearly = (off: number): tf.Tensor =>
  kept([1, 0, 0, 1, 2 ** 20, 0.5 * (1 + 2 * off), 0.5, 2 ** -20], [2, 2, 2]);
const [b, rows] = [kept(new Array(8).fill(1), [2, 2, 2]), kept(new Array(12).fill(1), [2, 2, 3])];
const [good, bad] = [nearly(0.999 * 2 ** -14), nearly(1.001 * 2 ** -14)];
const singular = kept([1, 0, 0, 1, 1, 1, 1, 1], [2, 2, 2]);
const negative = kept([1, 0, 0, 1, 4, 2, 2, -2], [2, 2, 2]);
const infinite = kept([1, 0, 0, 1, 1, 0, Infinity, 1], [2, 2, 2]);
const [square, wide] = [kept([1, 0, 0, 1], [2, 2]), kept([1, 2, 3, 4, 5, 6], [3, 2])];
const [huge, scalar] = [kept([1e20, 0, 0, 1], [1, 2, 2]), kept([1], [1])];

/** What every function of symmetric positive definite matrices refuses. */
const symmetric = (
  name: string,
  f: (a: tf.Tensor) => unknown,
): { refused: Refused[]; taken: (() => unknown)[] } => ({
  refused: [
    [
      () => f(bad),
      RangeError,
      `${name}: every matrix must be symmetric, but matrix 1 of 2 has 0.5 at [1, 0] and 0.5000`,
    ],
    [() => f(singular), NotPositiveDefiniteError, "but matrix 1 of 2 is not positive definite: pivot 1 is 0"],
    [
      () => f(negative),
      NotPositiveDefiniteError,
      "but matrix 1 of 2 is not positive definite: pivot 1 is -3",
    ],
    [() => f(rows), TypeError, `${name}: a must be [batch, n, n]`],
    [() => f(square), TypeError, "2 axes instead of 3"],
    [() => f(tf.zeros([2, 0, 0])), TypeError, 'axis "n" is 0'],
    [() => f(tf.cast(b, "int32")), TypeError, "must be float32, but it is int32"],
  ],
  taken: [() => f(good)],
});

testRefusals("lib/linalg", {
  blockMask: {
    refused: [0, 3, 8, 1.5, NaN].map((block) =>
      [
        () => blockMask(4, block),
        RangeError,
        `blockMask: the block size must be a whole number from 1 that divides the ` +
        `number of latents, but it is ${block} for 4 latents`,
      ] as const
    ),
    taken: [() => blockMask(4, 1), () => blockMask(4, 4)],
  },
  cholesky: symmetric("cholesky", cholesky),
  gramOf: {
    refused: [
      [() => gramOf(square), TypeError, "gramOf: tangents must be [batch, latent, data]"],
      [() => gramOf(rows, square), TypeError, "last must be [width, data] with width = 3"],
    ],
    taken: [() => gramOf(rows, wide)],
  },
  identityPlusGram: {
    refused: [
      [() => identityPlusGram(b, 0, 1), RangeError, "β must be a number above 0, but it is 0"],
      [() => identityPlusGram(b, NaN, 1), RangeError, "β must be a number above 0, but it is NaN"],
      [() => identityPlusGram(b, Infinity, 1), RangeError, "β must be a number above 0, but it is Infinity"],
      [() => identityPlusGram(b, kept([0], []), 1), RangeError, "β must be a number above 0, but it is 0"],
      [() => identityPlusGram(b, scalar, 1), TypeError, "but it is a float32 tensor of shape [1]"],
      [() => identityPlusGram(b, 1, 3), RangeError, "but it is 3 for 2 latents"],
      [() => identityPlusGram(square, 1, 1), TypeError, "tangents must be [batch, latent, data]"],
      [() => identityPlusGram(rows, 1, 1, square), TypeError, "last must be [width, data] with width = 3"],
      [
        () => identityPlusGram(huge, 1, 2),
        NotPositiveDefiniteError,
        "matrix 0 of 1 is not positive definite: pivot 0 is Infinity in float32; scale",
      ],
      [
        () =>
          identityPlusGram(
            kept([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1e20, 0, 0, 0], [2, 2, 4]),
            1,
            2,
            kept([1e10, 0, 0, 0], [4, 1]),
          ),
        NotPositiveDefiniteError,
        "but matrix 1 of 2 is not positive definite: pivot 1 is Infinity in float32; scale J down or raise β",
      ],
      [
        () => identityPlusGram(kept([1, 0, 0, 1, 1e15, 0, 1e15, 0], [2, 2, 2]), 1, 2),
        NotPositiveDefiniteError,
        "but matrix 1 of 2 is not positive definite: pivot 1 is 2.0000000",
      ],
    ],
    taken: [() => identityPlusGram(b, 1e-6, 1), () => identityPlusGram(b, kept([1], []), 2)],
  },
  logDeterminant: symmetric("logDeterminant", (a) => logDeterminant(a)),
  requirePositiveDefinite: (() => {
    const { refused, taken } = symmetric(
      "requirePositiveDefinite",
      (a) => requirePositiveDefinite("requirePositiveDefinite", a),
    );
    const finite: Refused = [
      () => requirePositiveDefinite("f", infinite),
      RangeError,
      "f: every number must be finite, but matrix 1 of 2 has Infinity at [1, 0]",
    ];
    return { refused: [...refused, finite], taken };
  })(),
  smallestEigenvalue: {
    refused: [
      [() => smallestEigenvalue([], 0), TypeError, "the size must be a whole number from 1, but it is 0"],
      [
        () => smallestEigenvalue([1], 1.5),
        TypeError,
        "the size must be a whole number from 1, but it is 1.5",
      ],
      [() => smallestEigenvalue([1, 0, 0], 2), TypeError, "4 numbers are required, but 3 came"],
      [() => smallestEigenvalue([1, 0, 0, 1, 0], 2), TypeError, "4 numbers are required, but 5 came"],
      [() => smallestEigenvalue([1, 0, 1, 1], 2), RangeError, "has 1 at [1, 0] and 0 at [0, 1]"],
      [
        () => smallestEigenvalue([1, 0, 0, 1, NaN, 0, 0, 0, 1], 3),
        RangeError,
        "the matrix has NaN at [1, 1]",
      ],
    ],
    taken: [() => smallestEigenvalue([1], 1), () => smallestEigenvalue([1, 2 ** -14, 0, 1], 2)],
  },
  spdInverse: symmetric("spdInverse", (a) => spdInverse(a)),
  spdSolve: (() => {
    const { refused, taken } = symmetric("spdSolve", (a) => spdSolve(a, b));
    return {
      refused: [...refused, [
        () => spdSolve(good, wide),
        TypeError,
        "b must be [batch, n, columns]",
      ]] satisfies Refused[],
      taken,
    };
  })(),
  squaredColumnNorms: {
    refused: [
      [() => squaredColumnNorms(square), TypeError, "tangents must be [batch, latent, width]"],
      [() => squaredColumnNorms(rows, square), TypeError, "last must be [width, data] with width = 3"],
      [() => squaredColumnNorms(rows, wide, scalar), TypeError, "scale must be a number or a float32 scalar"],
    ],
    taken: [() => squaredColumnNorms(rows, wide, 0)],
  },
}, tf.openScope);
