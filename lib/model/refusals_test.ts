import { assertEquals, assertThrows } from "@std/assert";
import { normalTensor, startEngine, tf } from "../engine/mod.ts";
import { NotPositiveDefiniteError } from "../linalg/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { testRefusals } from "../../fixtures/refusals.ts";
import {
  assertStandardPrior,
  bernoulli,
  bernoulliEnergy,
  bindModel,
  describeModel,
  type Family,
  family,
  type FamilyName,
  gaussian,
  initialModelParameters,
  klOf,
  klToPrior,
  type Likelihood,
  type ModelOptions,
  optimalCovariance,
  optimalCovarianceOfGram,
  optimalCovarianceOfHessian,
  posterior,
  posteriorOfRoot,
  type Prior,
  rawSize,
  sampleLikelihood,
  weightTangents,
  withOptimalPosterior,
} from "./mod.ts";

await startEngine("wasm");
const ones = (...shape: number[]): tf.Tensor => tf.keep(tf.onesLike(tf.zeros(shape)));

const options: ModelOptions = {
  data: 3,
  latent: 2,
  hidden: [4],
  activation: "tanh",
  likelihood: gaussian(),
  family: family("mean-field", 2),
};
const description = describeModel(options);
const parameters = initialModelParameters(description, key(0));
parameters.forEach((parameter) => tf.keep(parameter));
const model = bindModel(description, parameters);
const alone = bindModel(describeModel({ ...options, family: null }), [
  ...parameters.slice(0, 2),
  ones(4, 2),
  ones(2),
  ...parameters.slice(4),
]);
const prior: Prior = { name: "mine", kl: (q) => klToPrior(q) };
const [x, z, square, rows] = [
  ones(5, 3),
  ones(5, 2),
  tf.keep(tf.mul(ones(5, 1, 1), tf.eye(2))),
  ones(5, 2, 3),
];
const [mean, raw] = [tf.keep(normalTensor(key(1), [5, 2])), tf.keep(normalTensor(key(2), [5, 2]))];
const q = posterior(description.family!, mean, raw);
const full = family("full", 2), block = family("block", 2, 2);
const wrong = "full" as unknown as Family;
const whole = tf.cast(tf.zeros([5, 3]), "int32");
const steep = tf.keep(tf.mul(square, -2));

testRefusals("lib/model", {
  assertStandardPrior: {
    refused: [
      [
        () => assertStandardPrior("a loss", { prior }),
        TypeError,
        "a loss: the prior must be N(0, I), for which",
      ],
    ],
    taken: [() => assertStandardPrior("a loss", {})],
  },
  bernoulliEnergy: {
    refused: [
      [() => bernoulliEnergy(x, z), TypeError, "g must be [rows, columns] with rows = 5, columns = 3"],
      [() => bernoulliEnergy(whole, x), TypeError, "x must be float32, but it is int32"],
    ],
    taken: [() => bernoulliEnergy(x, x)],
  },
  bindModel: {
    refused: [
      [
        () => bindModel(description, parameters.slice(1)),
        TypeError,
        "bindModel: encoder.0.weight must be [3, 4]",
      ],
      [
        () => bindModel(description, parameters.slice(0, 7)),
        TypeError,
        "bindDifferentiableNetwork: the network has 4 parameters, but 3 were given",
      ],
      [
        () => bindModel(description, [...parameters, x]),
        TypeError,
        "bindDifferentiableNetwork: the network has 4 parameters, but 5 were given",
      ],
      [() => model.encode(z), TypeError, "encode: x must be [batch, data] with data = 3"],
      [() => alone.posterior(x), TypeError, "posterior: the objective needs a learned posterior"],
      [
        () => model.weightedJacobian(x),
        TypeError,
        "weightedJacobian: z must be [batch, latent] with latent = 2",
      ],
      [() => model.weightedTangents(x), TypeError, "weightedTangents: z must be [batch, latent]"],
      [
        () => model.weightedTangents(z, rows),
        TypeError,
        "weightedTangents: directions must be [batch, tangent, latent]",
      ],
      [() => model.bentTangents(x, square), TypeError, "bentTangents: z must be [batch, latent]"],
      [
        () => model.bentTangents(z, rows),
        TypeError,
        "bentTangents: directions must be [batch, tangent, latent]",
      ],
    ],
    taken: [() => model.bentTangents(z, square)],
  },
  describeModel: {
    refused: [
      [() => describeModel({ ...options, family: wrong }), TypeError, 'write family("full", latents)'],
      [
        () => describeModel({ ...options, likelihood: gaussian as unknown as Likelihood }),
        TypeError,
        "but it is the function gaussian; call the function",
      ],
      [
        () => describeModel({ ...options, likelihood: "gaussian" as unknown as Likelihood }),
        TypeError,
        '"gaussian"',
      ],
      [
        () => describeModel({ ...options, hidden: [0] }),
        RangeError,
        "dense: outputs must be a whole number from 1, but it is 0",
      ],
      [
        () => describeModel({ ...options, latent: 0 }),
        RangeError,
        "dense: outputs must be a whole number from 1, but it is 0",
      ],
      [
        () => describeModel({ ...options, data: 1.5 }),
        RangeError,
        "dense: inputs must be a whole number from 1, but it is 1.5",
      ],
    ],
    taken: [() => describeModel({ ...options, data: 1, latent: 1, hidden: [] })],
  },
  family: {
    refused: [
      [() => family("diagonal" as FamilyName, 2), RangeError, 'but it is "diagonal"'],
      [() => family("block", 4), RangeError, "divides the number of latents, but it is NaN for 4 latents"],
      [() => family("block", 4, 3), RangeError, "but it is 3 for 4 latents"],
      [() => family("block", 4, 0), RangeError, "but it is 0 for 4 latents"],
      [() => family("block", 4, 8), RangeError, "but it is 8 for 4 latents"],
      ...(["isotropic", "mean-field", "full"] as const).flatMap((name) =>
        [1, 2].map((block) =>
          [
            () => family(name, 2, block),
            RangeError,
            `a block size has no meaning for the ${name} family`,
          ] as const
        )
      ),
    ],
    taken: [() => family("block", 4, 1), () => family("block", 4, 4)],
  },
  gaussian: {
    refused: [
      ...[0, -1, NaN, Infinity].flatMap((size) =>
        [
          [() => gaussian(size), RangeError, `the variance must be a number above 0, but it is ${size}`],
          [
            () => gaussian({ initial: size }),
            RangeError,
            `gaussian: the initial σ must be a number above 0, but it is ${size}`,
          ],
        ] as const
      ),
      ...[0, 1.5, NaN, Infinity].map((count) =>
        [
          () => gaussian({ count }),
          RangeError,
          `gaussian: count must be a whole number from 1, but it is ${count}`,
        ] as const
      ),
    ],
    taken: [Number.MIN_VALUE, Number.MAX_VALUE].flatMap((size) => [
      () => gaussian(size),
      () => gaussian({ initial: size, count: 1 }),
    ]),
  },
  klOf: {
    refused: [
      [
        () => klOf({ prior: { ...prior, kl: (q) => tf.mean(klToPrior(q)) } }, q),
        TypeError,
        'the prior "mine": kl(q) must be [5], but its shape is []',
      ],
    ],
    taken: [() => klOf({ prior }, q)],
  },
  optimalCovariance: {
    refused: [
      [() => optimalCovariance(full, rows, 0), RangeError, "β must be a number above 0, but it is 0"],
      [
        () => optimalCovariance(full, rows, Infinity),
        RangeError,
        "β must be a number above 0, but it is Infinity",
      ],
      [() => optimalCovariance(full, x, 1), TypeError, "tangents must be [batch, latent, data]"],
      [() => optimalCovariance(wrong, rows, 1), TypeError, 'write family("full", latents)'],
      [() => optimalCovariance(full, rows, ones(1)), TypeError, "but it is a float32 tensor of shape [1]"],
      [() => optimalCovariance(full, rows, tf.cast(tf.zeros([]), "int32")), TypeError, "β must be float32"],
    ],
    taken: [
      () => optimalCovariance(full, rows, 1e-6),
      () => optimalCovariance(full, rows, tf.tensor(1, [])),
    ],
  },
  optimalCovarianceOfGram: {
    refused: [
      [() => optimalCovarianceOfGram(full, square, 0), RangeError, "β must be a number above 0, but it is 0"],
      [() => optimalCovarianceOfGram(full, rows, 1), TypeError, "gram must be [batch, latent, latent]"],
      [() => optimalCovarianceOfGram(wrong, square, 1), TypeError, 'write family("full", latents)'],
      [
        () => optimalCovarianceOfGram(full, steep, 1),
        NotPositiveDefiniteError,
        "spdInverse: every matrix must be symmetric positive definite, but matrix 0 of 5 is not positive definite: pivot 0 is -1",
      ],
      [
        () => optimalCovarianceOfGram(full, steep, 2),
        NotPositiveDefiniteError,
        "spdInverse: every matrix must be symmetric positive definite, but matrix 0 of 5 is not positive definite: pivot 0 is 0",
      ],
    ],
    taken: [
      () => optimalCovarianceOfGram(full, square, 1e-30),
      () => optimalCovarianceOfGram(block, square, 1),
    ],
  },
  optimalCovarianceOfHessian: {
    refused: [
      [() => optimalCovarianceOfHessian(square, 0), RangeError, "β must be a number above 0, but it is 0"],
      [() => optimalCovarianceOfHessian(rows, 1), TypeError, "hessian must be [batch, latent, latent]"],
      [
        () => optimalCovarianceOfHessian(tf.concat([tf.mul(square, -1), square]), 0.5),
        RangeError,
        "for example 5 it has the eigenvalue -0.5 with β = 0.5: the loss has no minimiser in Σ, it is unbounded below; " +
        "raise β above 1,",
      ],
      [() => optimalCovarianceOfHessian(square, 1), RangeError, "raise β above 1,"],
    ],
    taken: [() => optimalCovarianceOfHessian(square, 1 + 2 ** -20)],
  },
  posterior: {
    refused: [
      [() => posterior(full, mean, raw), TypeError, "raw must be [5, 3], but its shape is [5, 2]"],
      [() => posterior(full, rows, raw), TypeError, "mean must be [batch, latent]"],
      ...[q, posteriorOfRoot(mean, square)].flatMap((q) =>
        [ones(1, 2), ones(5, 1), ones(5, 3)].map((noise) =>
          [
            () => q.sample(noise),
            TypeError,
            `sample: noise must be [5, 2], but its shape is [${noise.shape.join(", ")}]`,
          ] as const
        )
      ),
    ],
    taken: [() => q.sample(mean)],
  },
  posteriorOfRoot: {
    refused: [
      [() => posteriorOfRoot(mean, rows), TypeError, "root must be [batch, latent, latent]"],
      [() => posteriorOfRoot(x, square), TypeError, "with batch = 5, latent = 3"],
    ],
    taken: [],
  },
  rawSize: {
    refused: [
      [() => rawSize(wrong, 2), TypeError, 'but it is "full"; write family("full", latents)'],
      [
        () => rawSize("block" as unknown as Family, 2),
        TypeError,
        'but it is "block"; write family("block", latents, block)',
      ],
      ...[undefined, null, 1, {}, { name: "diagonal", block: 1 }, { name: "full" }, {
        name: "full",
        block: 0,
      }]
        .map((given) =>
          [
            () => rawSize(given as unknown as Family, 2),
            TypeError,
            `rawSize: the family must be a value that family(…) gives, but it is ${
              JSON.stringify(given)
            }; write family(…)`,
          ] as const
        ),
    ],
    taken: [() => rawSize(full, 1)],
  },
  sampleLikelihood: {
    refused: [
      [
        () => sampleLikelihood({ ...gaussian(), sample: undefined } as unknown as Likelihood, x, key(1)),
        TypeError,
        'sampleLikelihood: the likelihood must have a method sample, but "gaussian" has none; give it one',
      ],
      [
        () => sampleLikelihood(gaussian({}), x, key(1)),
        TypeError,
        "gaussian: log σ is a parameter of the model",
      ],
      [
        () => sampleLikelihood(bernoulli(), whole, key(1)),
        TypeError,
        "bernoulli: g must be float32, but it is int32",
      ],
    ],
    taken: [() => sampleLikelihood(bernoulli(), x, key(1))],
  },
  weightTangents: {
    refused: [
      [() => weightTangents(bernoulli(), z, rows), TypeError, "tangents must be [batch, tangent, data]"],
      [() => weightTangents(bernoulli(), rows, rows), TypeError, "g must be [batch, data]"],
    ],
    taken: [() => weightTangents(bernoulli(), x, rows)],
  },
  withOptimalPosterior: {
    refused: [
      [() => withOptimalPosterior(model, full, 0), RangeError, "β must be a number above 0, but it is 0"],
      [() => withOptimalPosterior(model, full, ones(1)), TypeError, "β must be a number or a float32 scalar"],
      [
        () => withOptimalPosterior(bindModel({ ...description, prior }, parameters), full, 1),
        TypeError,
        'but the model has "mine"; take betaVaeLoss, taylorJacobianLoss or taylorHessianLoss',
      ],
    ],
    taken: [() => withOptimalPosterior(alone, full, 1e-30).posterior(x)],
  },
}, tf.openScope);

Deno.test("each function of a likelihood refuses shapes that differ, and a whole likelihood is asked", () => {
  for (const likelihood of [gaussian(), gaussian(2), bernoulli()]) {
    const at = new Set(Object.keys(likelihood));
    for (const name of ["energy", "logDensity", "gradient"] as const) {
      assertThrows(() => likelihood[name](x, z), TypeError, `${likelihood.kind}: x must be [batch, data]`);
      assertThrows(() => likelihood[name](tf.zeros([1, 3]), x), TypeError, "with batch = 5, data = 3");
      at.delete(name);
    }
    for (const name of ["curvature", "rootCurvature", "mean"] as const) {
      assertThrows(() => likelihood[name](rows), TypeError, `${likelihood.kind}: g must be [batch, data]`);
      at.delete(name);
    }
    assertThrows(
      () => likelihood.sample!(rows, key(1)),
      TypeError,
      `${likelihood.kind}: g must be [batch, data]`,
    );
    at.delete("sample");
    assertEquals([...at], ["kind", "variance", "support"]);
  }
  assertEquals([gaussian().support, bernoulli().support], [[-Infinity, Infinity], [0, 1]]);
});
