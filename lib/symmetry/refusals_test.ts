import { NotPositiveDefiniteError } from "../linalg/mod.ts";
import { testRefusals } from "../../fixtures/refusals.ts";
import {
  align,
  characteristicFunction,
  crossCumulants,
  type Factor,
  factorisationGap,
  fourthCumulant,
  type Matrix,
  meanFieldGap,
  mixedComponents,
  planeMeanFieldGap,
  planeRotation,
  preservesMeanField,
  signedPermutation,
  swirl,
  transformFirstLayer,
  transformGaussian,
  unswirl,
} from "./mod.ts";

const r = planeRotation(2, 0, 1, 0.3);
const q = { mean: [0, 0], covariance: [[1, 0], [0, 1]] };
const identity: Matrix = [[1, 0], [0, 1]];
const laplace: Factor = { kind: "laplace", variance: 1 };
const student = (degrees: number, variance = 1): Factor => ({ kind: "student-t", variance, degrees });
/** R with an entry of this size in RᵀR − I. */
const off = (error: number): Matrix => [[Math.sqrt(1 + error), 0], [0, 1]];
const [near, far] = [off(0.99e-6), off(1.01e-6)];
const smallest = Number.MIN_VALUE;

testRefusals("lib/symmetry", {
  align: {
    refused: [
      [() => align([[1, 2]], [[1]]), TypeError, "estimate must be [data, latent]"],
      [() => align([[1, 2], [3]], [[1, 2], [3, 4]]), TypeError, "row 1 has 1"],
    ],
    taken: [],
  },
  characteristicFunction: {
    refused: [
      [
        () => characteristicFunction(student(4), 1),
        RangeError,
        "more than 4 degrees of freedom, else it has",
      ],
      [() => characteristicFunction({ ...laplace, variance: 0 }, 1), RangeError, "a number > 0, but is 0"],
      [() => characteristicFunction({ ...laplace, variance: Infinity }, 1), RangeError, "but is Infinity"],
    ],
    taken: [
      () => characteristicFunction(student(4 + 2 ** -50), 1),
      () => characteristicFunction({ ...laplace, variance: smallest }, 1),
    ],
  },
  crossCumulants: {
    refused: [
      [() => crossCumulants(r, [1]), TypeError, "cumulants must be [1, latent]"],
      [() => crossCumulants([[1, 0], [0]], [1, 1]), TypeError, "row 1 has 1"],
    ],
    taken: [() => crossCumulants([[1, 2]], [1, 1])],
  },
  factorisationGap: {
    refused: [
      [() => factorisationGap(r, [laplace], [1, 1]), TypeError, "factors must be [1, latent]"],
      [() => factorisationGap(r, [laplace, laplace], [1]), TypeError, "s must be [1, output]"],
      [
        () => factorisationGap(r, [laplace, student(4)], [1, 1]),
        RangeError,
        "characteristicFunction: Student-t must have more than 4 degrees of freedom, else it has no fourth moment, but has 4",
      ],
    ],
    taken: [() => factorisationGap(r, [laplace, student(4 + 2 ** -50)], [1, 1])],
  },
  fourthCumulant: {
    refused: [
      [() => fourthCumulant({ kind: "uniform", variance: 0 }), RangeError, "variance must be a number > 0"],
      [() => fourthCumulant(student(4)), RangeError, "but has 4"],
    ],
    taken: [() => fourthCumulant(student(4 + 2 ** -50)), () => fourthCumulant(student(Infinity, smallest))],
  },
  meanFieldGap: {
    refused: [
      [() => meanFieldGap([[1, 2], [2, 1]], r, 1), NotPositiveDefiniteError, "pivot 1 is -3"],
      [() => meanFieldGap(identity, r, 0), RangeError, "β must be a number above 0, but it is 0"],
      [() => meanFieldGap(identity, far, 1), RangeError, "meanFieldGap: the rotation must be orthogonal"],
      [() => meanFieldGap([[1]], r, 1), TypeError, "precision must be [latent, latent] with latent = 2"],
    ],
    taken: [() => meanFieldGap(identity, near, smallest)],
  },
  mixedComponents: {
    refused: [
      [() => mixedComponents([[1, 0]]), TypeError, "rotation must be [latent, latent]"],
      [() => mixedComponents(far), RangeError, "mixedComponents: the rotation must be orthogonal"],
    ],
    taken: [() => mixedComponents(near)],
  },
  planeMeanFieldGap: {
    refused: [
      [() => planeMeanFieldGap([1], 0, 1), RangeError, "two precisions > 0 are required, but 1 were given"],
      [() => planeMeanFieldGap([1, 2, 3], 0, 1), RangeError, "but 1, 2, 3 were given"],
      [() => planeMeanFieldGap([1, 0], 0, 1), RangeError, "but 1, 0 were given"],
      [() => planeMeanFieldGap([0, 1], 0, 1), RangeError, "but 0, 1 were given"],
      [() => planeMeanFieldGap([1, 1], 0, NaN), RangeError, "β must be a number above 0, but it is NaN"],
      [() => planeMeanFieldGap([1, 1], 0, 0), RangeError, "β must be a number above 0, but it is 0"],
    ],
    taken: [() => planeMeanFieldGap([smallest, 1], 0, smallest)],
  },
  planeRotation: {
    refused: [
      [
        () => planeRotation(2, 0, 2, 1),
        RangeError,
        "two different latents from 0 to 1 are required, but 0 and 2",
      ],
      [() => planeRotation(2, 2, 0, 1), RangeError, "but 2 and 0 were given"],
      [() => planeRotation(2, -1, 0, 1), RangeError, "but -1 and 0 were given"],
      [() => planeRotation(2, 0.5, 0, 1), RangeError, "but 0.5 and 0 were given"],
      [() => planeRotation(2, 1, 1, 1), RangeError, "but 1 and 1 were given"],
    ],
    taken: [() => planeRotation(2, 1, 0, 1)],
  },
  preservesMeanField: {
    refused: [
      [() => preservesMeanField(r, [1]), TypeError, "each of 2 latents is required, but 1 were given"],
      [() => preservesMeanField(r, [1, 2, 3]), TypeError, "each of 2 latents is required, but 3 were given"],
      [() => preservesMeanField(r, [1, 0]), RangeError, "variances must be numbers > 0, but are 1, 0"],
      [() => preservesMeanField(r, [Infinity, 1]), RangeError, "but are Infinity, 1"],
      [() => preservesMeanField(far, [1, 1]), RangeError, "mixedComponents: the rotation must be orthogonal"],
    ],
    taken: [() => preservesMeanField(near, [smallest, Number.MAX_VALUE])],
  },
  signedPermutation: {
    refused: [
      [() => signedPermutation([0, 0]), RangeError, "each latent from 0 to 1 once, but is 0, 0"],
      [() => signedPermutation([0, 2]), RangeError, "each latent from 0 to 1 once, but is 0, 2"],
      [() => signedPermutation([0, 1], [1, 2]), RangeError, "2 numbers 1 or -1, but are 1, 2"],
      [() => signedPermutation([0, 1], [1]), RangeError, "2 numbers 1 or -1, but are 1"],
      [() => signedPermutation([0, 1], [1, 1, 1]), RangeError, "2 numbers 1 or -1, but are 1, 1, 1"],
    ],
    taken: [() => signedPermutation([0], [-1])],
  },
  swirl: {
    refused: [
      [
        () => swirl([1], [[1, 2, 3]]),
        RangeError,
        "3 latents have 3 pairs, each of which needs a rate, but 1",
      ],
      [
        () => swirl([1, 2], [[1, 2]]),
        RangeError,
        "2 latents have 1 pairs, each of which needs a rate, but 2",
      ],
    ],
    taken: [() => swirl([], [[1]])],
  },
  transformFirstLayer: {
    refused: [
      [() => transformFirstLayer(r, [[1]]), TypeError, "weight must be [latent, width]"],
      [() => transformFirstLayer(far, [[1], [2]]), RangeError, "the rotation must be orthogonal"],
    ],
    taken: [() => transformFirstLayer(near, [[1], [2]])],
  },
  transformGaussian: {
    refused: [
      [() => transformGaussian([[1, 0], [0, 2]], q), RangeError, "an entry of RᵀR − I is 3 in size"],
      [() => transformGaussian([[NaN, 0], [0, 1]], q), RangeError, "must be orthogonal"],
      [() => transformGaussian(far, q), RangeError, "transformGaussian: the rotation must be orthogonal"],
      [() => transformGaussian(r, { ...q, mean: [0] }), TypeError, "mean must be [1, latent]"],
      [
        () => transformGaussian(r, { ...q, covariance: [[1]] }),
        TypeError,
        "covariance must be [latent, latent]",
      ],
      [() => transformGaussian(r, { ...q, covariance: [[1, 0], [0]] }), TypeError, "row 1 has 1"],
    ],
    taken: [() => transformGaussian(near, q)],
  },
  unswirl: {
    refused: [
      [() => unswirl([], [[1, 2]]), RangeError, "unswirl: 2 latents have 1 pairs"],
      [() => unswirl([1, 2], [[1, 2]]), RangeError, "unswirl: 2 latents have 1 pairs"],
    ],
    taken: [() => unswirl([], [[1]])],
  },
});
