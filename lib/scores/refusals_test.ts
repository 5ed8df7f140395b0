import { normal, startEngine, tf } from "../engine/mod.ts";
import { bindModel, describeModel, family, gaussian, initialModelParameters } from "../model/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { testRefusals } from "../../fixtures/refusals.ts";
import {
  activeUnits,
  axisAlignment,
  betaVaeScore,
  completeness,
  dci,
  disentanglement,
  factorVaeScore,
  importanceWeighted,
  importanceWeightedLogLikelihood,
  lasso,
  latentInformation,
  logWeights,
  mutualInformationGap,
  type PairedCodes,
  rateDistortion,
  rateDistortionAt,
  separatedAttributePredictability,
} from "./mod.ts";

await startEngine("wasm");
const ones = (...shape: number[]): tf.Tensor => tf.keep(tf.onesLike(tf.zeros(shape)));

const described = (kind: "mean-field" | null) =>
  describeModel({
    ...{ data: 2, latent: 1, hidden: [], activation: "tanh", likelihood: gaussian() },
    family: kind && family(kind, 1),
  });
const modelOf = (description: ReturnType<typeof described>) => {
  const parameters = initialModelParameters(description, key(0));
  for (const parameter of parameters) tf.keep(parameter);
  return bindModel(description, parameters);
};
const model = modelOf(described("mean-field")), bare = modelOf(described(null));
const foreign = {
  ...model,
  description: { ...model.description, prior: { name: "mine", kl: () => tf.zeros([1]) } },
};
const [x, one, wide, noise, otherNoise] = [ones(2, 2), ones(1, 2), ones(2, 3), ones(1, 2, 1), ones(1, 2, 2)];

/** Codes `[8, 2]` and two factors that change. */
const codes = Array.from({ length: 8 }, (_, n) => [...normal(key(n + 1), 2)]);
const factors = codes.map((_, n) => [n % 2, n % 4 < 2 ? 0 : 1]);
const [notFinite, ragged] = [[[1, 2], [NaN, 3]], [[1, 2], [3]]];
const paired = (doing: string, score: (codes: number[][], factors: number[][]) => unknown) =>
  [
    [
      () => score(codes, factors.slice(1)),
      TypeError,
      `${doing}: codes and factors must have as many rows, but there are 8 and 7`,
    ],
    [() => score([], []), TypeError, `${doing}: codes must have a row and a column, but has none`],
    [() => score(ragged, factors.slice(0, 2)), TypeError, "row 0 has 2 entries and row 1 has 1"],
    [
      () => score(notFinite, factors.slice(0, 2)),
      RangeError,
      `${doing}: codes must be finite, but row 1 has NaN in column 0`,
    ],
  ] as const;
const whole = (score: (factor: number) => unknown) =>
  [0.5, -1, NaN].map((factor) =>
    [
      () => score(factor),
      RangeError,
      `must be whole numbers from 0, but number 0 is ${factor}; give the index of its value`,
    ] as const
  );
const importances = (doing: string, score: (importance: number[][]) => unknown) =>
  ({
    refused: [
      [
        () => score([[1, 2]]),
        RangeError,
        `${doing}: there must be 2 latents and 2 factors at least, but importance is [1, 2]`,
      ],
      [() => score([[1], [2]]), RangeError, "but importance is [2, 1]"],
      [
        () => score([[1, -1e-9], [1, 1]]),
        RangeError,
        "importances must be from 0, but that of latent 0 for factor 1 is -1e-9; take |w|",
      ],
      [
        () => score(notFinite),
        RangeError,
        `${doing}: importance must be finite, but row 1 has NaN in column 0`,
      ],
      [() => score(ragged), TypeError, "the rows of importance must have one length"],
    ],
    taken: [() => score([[0, 0], [0, 0]]), () => score([[1, 0], [0, 1]])],
  }) as const;
const votes = (factor = 1, more: Partial<PairedCodes> = {}): PairedCodes => ({
  first: [codes, codes],
  second: [codes.toReversed(), codes],
  factors: [factor, 0],
  ...more,
});
const fixed = (factor = 1, sets = [codes, codes]) => ({ codes: sets, factors: [factor, 0] });
const samples = (given: number): string => `samples must be a whole number from 1, but it is ${given}`;

testRefusals("lib/scores", {
  activeUnits: {
    refused: [
      [
        () => activeUnits(notFinite),
        RangeError,
        "activeUnits: means must be finite, but row 1 has NaN in column 0",
      ],
      [
        () => activeUnits([[Infinity]]),
        RangeError,
        "row 0 has Infinity in column 0; a model that diverged has no score",
      ],
      [() => activeUnits(ragged), TypeError, "activeUnits: the rows of means must have one length"],
      [() => activeUnits([[]]), TypeError, "activeUnits: means must have a row and a column, but has none"],
    ],
    taken: [() => activeUnits([[Number.MAX_VALUE]])],
  },
  axisAlignment: {
    refused: [
      [
        () => axisAlignment([[0], [0]], [[1], [0]]),
        RangeError,
        "axisAlignment: the jacobian must not be 0: it has no axes",
      ],
      [() => axisAlignment(notFinite, notFinite), RangeError, "jacobian must be finite"],
      [() => axisAlignment([[1], [0]], [[1], [NaN]]), RangeError, "changes must be finite"],
      [
        () => axisAlignment([[1], [0]], [[1]]),
        TypeError,
        "changes must have 2 rows, as jacobian has, but they have 1",
      ],
      [() => axisAlignment(ragged, ragged), TypeError, "the rows of jacobian must have one length"],
    ],
    taken: [() => axisAlignment([[1e-150], [0]], [[0], [0]])],
  },
  betaVaeScore: {
    refused: [
      ...whole((factor) => betaVaeScore(votes(factor), votes())),
      ...whole((factor) => betaVaeScore(votes(), votes(factor))),
      [
        () => betaVaeScore(votes(1, { second: [codes] }), votes()),
        TypeError,
        "the training must have as many first codes, second codes and factors, and one at least, but has 2, 1 and 2",
      ],
      [
        () => betaVaeScore(votes(), votes(1, { factors: [1] })),
        TypeError,
        "the evaluation must have as many",
      ],
      [() => betaVaeScore({ first: [], second: [], factors: [] }, votes()), TypeError, "but has 0, 0 and 0"],
      [
        () => betaVaeScore(votes(1, { second: [codes, codes.slice(1)] }), votes()),
        TypeError,
        "both codes of vote 1 must have one shape, but they are [8, 2] and [7, 2]",
      ],
      [
        () => betaVaeScore(votes(), votes(1, { first: [[[1]], [[1]]], second: [[[1]], [[1]]] })),
        TypeError,
        "the evaluation must have 2 latents, as training has, but it has 1",
      ],
    ],
    taken: [() => betaVaeScore(votes(0), votes(0)), () => betaVaeScore(votes(), votes(7))],
  },
  completeness: importances("completeness", completeness),
  dci: {
    refused: [
      ...paired("dci", (c, f) => dci({ codes: c, factors: f }, { codes, factors })),
      ...paired("dci", (c, f) => dci({ codes, factors }, { codes: c, factors: f })),
      [
        () => dci({ codes, factors: codes.map(() => [3, 0]) }, { codes, factors }),
        RangeError,
        "the targets must change, but they are 3 throughout",
      ],
      [
        () => dci({ codes, factors }, { codes: codes.map(([a]) => [a!]), factors }),
        TypeError,
        "dci: the evaluation must have 2 latents and 2 factors, as training has, but it has 1 and 2",
      ],
      [
        () => dci({ codes, factors }, { codes, factors: factors.map(([a]) => [a!]) }),
        TypeError,
        "as training has, but it has 2 and 1",
      ],
    ],
    taken: [() => dci({ codes, factors }, { codes: codes.slice(0, 1), factors: factors.slice(0, 1) })],
  },
  disentanglement: importances("disentanglement", disentanglement),
  factorVaeScore: {
    refused: [
      ...whole((factor) => factorVaeScore(fixed(factor), fixed(), [1, 1])),
      ...whole((factor) => factorVaeScore(fixed(), fixed(factor), [1, 1])),
      [
        () => factorVaeScore(fixed(1, [codes]), fixed(), [1, 1]),
        TypeError,
        "the training must have a factor for each set of codes, and one at least, but has 1 sets and 2 factors",
      ],
      [
        () => factorVaeScore(fixed(), { codes: [], factors: [] }, [1, 1]),
        TypeError,
        "but has 0 sets and 0 factors",
      ],
      ...[[1], [1, 1, 1]].map((variances) =>
        [
          () => factorVaeScore(fixed(), fixed(), variances),
          TypeError,
          `variances must be as many as latents, 2, but there are ${variances.length}`,
        ] as const
      ),
    ],
    taken: [() => factorVaeScore(fixed(0), fixed(9), [0.05, 0.05])],
  },
  importanceWeighted: {
    refused: [
      [
        () => importanceWeighted([[1, 2]]),
        RangeError,
        "2 examples are required for a standard error, but there is 1",
      ],
      [
        () => importanceWeighted(notFinite),
        RangeError,
        "logWeights must be finite, but row 1 has NaN in column 0",
      ],
      [() => importanceWeighted(ragged), TypeError, "the rows of logWeights must have one length"],
      [() => importanceWeighted([]), TypeError, "logWeights must have a row and a column, but has none"],
    ],
    taken: [() => importanceWeighted([[1], [2]])],
  },
  importanceWeightedLogLikelihood: {
    refused: [
      ...[0, -1, 1.5, NaN].map((given) =>
        [
          () => importanceWeightedLogLikelihood(model, x, key(20), { samples: given }),
          RangeError,
          `importanceWeightedLogLikelihood: ${samples(given)}`,
        ] as const
      ),
      [() => importanceWeightedLogLikelihood(model, one, key(21)), RangeError, "2 examples are required"],
      [() => importanceWeightedLogLikelihood(bare, x, key(22)), TypeError, "needs a learned posterior"],
      [() => importanceWeightedLogLikelihood(model, wide, key(23)), TypeError, "data = 2"],
    ],
    taken: [() => importanceWeightedLogLikelihood(model, x, key(24), { samples: 1 })],
  },
  logWeights: {
    refused: [
      [() => logWeights(foreign, x, noise), TypeError, "logWeights: the prior must be N(0, I)"],
      [() => logWeights(model, wide, noise), TypeError, "logWeights: x must be [batch, data] with data = 2"],
      [() => logWeights(model, x, otherNoise), TypeError, "latent = 1"],
      [() => logWeights(model, one, noise), TypeError, "batch = 1"],
      [() => logWeights(bare, x, noise), TypeError, "needs a learned posterior"],
    ],
    taken: [() => logWeights(model, x, noise)],
  },
  lasso: {
    refused: [
      ...[-1e-9, NaN, Infinity].map((penalty) =>
        [
          () => lasso(codes, factors.map(([f]) => f!), penalty),
          RangeError,
          `lasso: the penalty must be a number from 0, but it is ${penalty}`,
        ] as const
      ),
      [
        () => lasso(codes, codes.map(() => 1), 0),
        RangeError,
        "the targets must change, but they are 1 throughout",
      ],
      [() => lasso(codes, [1], 0), TypeError, "targets must be as many as codes, 8, but there are 1"],
      [() => lasso(ragged, [1, 2], 0), TypeError, "the rows of codes must have one length"],
      [() => lasso(notFinite, [1, 2], 0), RangeError, "codes must be finite"],
    ],
    taken: [
      () => lasso(codes, factors.map(([f]) => f!), 0),
      () => lasso([[1], [1 + 1e-9]], [1, 1 + 1e-9], 1e300),
    ],
  },
  latentInformation: {
    refused: [
      ...[0, -1].map((deviation) =>
        [
          () => latentInformation({ mean: [[0]], deviation: [[deviation]], samples: [[0]] }),
          RangeError,
          `deviations must be above 0, but one is ${deviation}; they are σ, not log σ`,
        ] as const
      ),
      [
        () => latentInformation({ mean: [[0]], deviation: [[1, 1]], samples: [[0]] }),
        TypeError,
        "must have one shape, but mean is [1, 1] and deviation is [1, 2]",
      ],
      [
        () => latentInformation({ mean: [[0]], deviation: [[1]], samples: [[0], [1]] }),
        TypeError,
        "must have one shape, but mean is [1, 1] and samples is [2, 1]",
      ],
    ],
    taken: [() => latentInformation({ mean: [[0]], deviation: [[Number.MIN_VALUE]], samples: [[0]] })],
  },
  mutualInformationGap: {
    refused: [
      ...paired("mutualInformationGap", mutualInformationGap),
      ...[1, 0, 2.5, NaN].map((bins) =>
        [
          () => mutualInformationGap(codes, factors, { bins }),
          RangeError,
          `mutualInformationGap: bins must be a whole number from 2, but it is ${bins}`,
        ] as const
      ),
      [() => mutualInformationGap(codes, codes.map(() => [2])), RangeError, "factor 0 is 2 throughout"],
      ...[0.5, -1].map((factor) =>
        [
          () => mutualInformationGap(codes, [[factor], ...factors.slice(1).map(([f]) => [f!])]),
          RangeError,
          `classes of factor 0 must be whole numbers from 0, but number 0 is ${factor}`,
        ] as const
      ),
    ],
    taken: [() => mutualInformationGap(codes, factors, { bins: 2 })],
  },
  rateDistortion: {
    refused: [
      ...[0, -1, 1.5, NaN].map((given) =>
        [
          () => rateDistortion(model, x, key(30), { samples: given }),
          RangeError,
          `rateDistortion: ${samples(given)}`,
        ] as const
      ),
      [() => rateDistortion(model, wide, key(31)), TypeError, "x must be [batch, data] with data = 2"],
      [() => rateDistortion(bare, x, key(32)), TypeError, "needs a learned posterior"],
    ],
    taken: [() => rateDistortion(model, one, key(33), { samples: 1 })],
  },
  rateDistortionAt: {
    refused: [
      [() => rateDistortionAt(model, wide, noise), TypeError, "x must be [batch, data] with data = 2"],
      [() => rateDistortionAt(model, x, otherNoise), TypeError, "latent = 1"],
      [() => rateDistortionAt(bare, x, noise), TypeError, "needs a learned posterior"],
    ],
    taken: [() => rateDistortionAt(model, x, noise)],
  },
  separatedAttributePredictability: {
    refused: [
      ...paired("separatedAttributePredictability", separatedAttributePredictability),
      [
        () => separatedAttributePredictability(codes, codes.map(() => [2])),
        RangeError,
        "every factor must change, but factor 0 is 2 throughout; leave it out",
      ],
    ],
    taken: [() => separatedAttributePredictability([[1], [1]], [[0], [1]])],
  },
}, tf.openScope);
