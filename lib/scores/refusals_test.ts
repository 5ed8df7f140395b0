import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { testRefusals } from "../../fixtures/refusals.ts";
import { startEngine, tf } from "../engine/mod.ts";
import { bindModel, describeModel, family, gaussian, initialModelParameters } from "../model/mod.ts";
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
  rateDistortion,
  rateDistortionAt,
  separatedAttributePredictability,
} from "./mod.ts";

await startEngine("wasm");

const codes = [[0, 1], [1, 1], [2, 5]], factors = [[0, 1], [1, 1], [0, 0]];
const pairs = { first: [codes, codes], second: [codes, codes], factors: [0, 1] };
const sets = { codes: [codes, codes], factors: [0, 1] };
const cut = codes.map(([code]) => [code!]);
const encoded = { mean: codes, deviation: codes.map(() => [1, 2]), samples: codes };

const describe = (posterior: boolean) =>
  describeModel({
    ...{ data: 2, latent: 1, hidden: [], activation: "tanh", likelihood: gaussian() },
    family: posterior ? family("mean-field", 1) : null,
  });
const [model, bare] = [true, false].map((posterior) => {
  const description = describe(posterior);
  const parameters = initialModelParameters(description, key(1));
  parameters.forEach((parameter) => tf.keep(parameter));
  return bindModel(description, parameters);
}) as [ReturnType<typeof bindModel>, ReturnType<typeof bindModel>];
const zeros = (...shape: number[]): tf.Tensor => tf.keep(tf.zeros(shape));
const [x, wide, noise] = [zeros(3, 2), zeros(3, 4), zeros(5, 3, 1)];
const own = { ...model, description: { ...model.description, prior: { name: "mine", kl: () => x } } };

testRefusals("lib/scores", {
  activeUnits: {
    refused: [
      [() => activeUnits([[1], [NaN]]), RangeError, "activeUnits: means must be finite, but row 1 has NaN"],
      [() => activeUnits([]), TypeError, "activeUnits: means must have a row and a column"],
    ],
    taken: [() => activeUnits([[0]])],
  },
  axisAlignment: {
    refused: [
      [
        () => axisAlignment([[0], [0]], [[1], [0]]),
        RangeError,
        "axisAlignment: the jacobian must not be 0: it has no axes",
      ],
      [
        () => axisAlignment([[1], [Infinity]], [[1], [0]]),
        RangeError,
        "axisAlignment: jacobian must be finite, but row 1 has Infinity",
      ],
      [
        () => axisAlignment([[1], [0]], [[1], [NaN]]),
        RangeError,
        "axisAlignment: changes must be finite, but row 1 has NaN",
      ],
      [
        () => axisAlignment([[1], [0]], [[1]]),
        TypeError,
        "axisAlignment: changes must have 2 rows, as jacobian has, but they have 1",
      ],
      [
        () => axisAlignment([[1], [0]], [[1], [0], [0]]),
        TypeError,
        "axisAlignment: changes must have 2 rows, as jacobian has, but they have 3",
      ],
    ],
    taken: [() => axisAlignment([[Number.MIN_VALUE ** 0.5], [0]], [[1], [0]])],
  },
  betaVaeScore: {
    refused: [
      [
        () => betaVaeScore({ ...pairs, factors: [0, 0.5] }, pairs),
        RangeError,
        "betaVaeScore: factors of the training must be whole numbers from 0, but number 1 is 0.5",
      ],
      [
        () => betaVaeScore(pairs, { ...pairs, factors: [-1, 0] }),
        RangeError,
        "betaVaeScore: factors of the evaluation must be whole numbers from 0, but number 0 is -1",
      ],
      [
        () => betaVaeScore({ first: [], second: [], factors: [] }, pairs),
        TypeError,
        "betaVaeScore: the training must have as many first codes, second codes and factors, and one at least, but has 0, 0 and 0",
      ],
      [
        () => betaVaeScore(pairs, { ...pairs, second: [codes] }),
        TypeError,
        "betaVaeScore: the evaluation must have as many first codes, second codes and factors, and one at least, but has 2, 1 and 2",
      ],
      [
        () => betaVaeScore({ ...pairs, second: [codes, codes.slice(1)] }, pairs),
        TypeError,
        "betaVaeScore: both codes of vote 1 must have one shape, but they are [3, 2] and [2, 2]",
      ],
      [
        () => betaVaeScore(pairs, { ...pairs, first: [cut, cut], second: [cut, cut] }),
        TypeError,
        "betaVaeScore: the evaluation must have 2 latents, as training has, but it has 1",
      ],
      // Beside squares of the first the penalty is lost; those of the others overflow.
      ...[1e10, 1e160, 1e300].map((size) => {
        const apart = {
          ...pairs,
          second: pairs.second.map((set, v) => set.map((row) => row.map((z) => z + size * (v + 1)))),
        };
        return [
          () => betaVaeScore(apart, apart),
          RangeError,
          "softmaxRegression: the minimum must be found in 100 steps, but it is not; bring the features to a size of about 1",
        ] as const;
      }),
      [
        () => betaVaeScore(pairs, { ...pairs, factors: [0] }),
        TypeError,
        "betaVaeScore: the evaluation must have as many first codes, second codes and factors, and one at least, but has 2, 2 and 1",
      ],
    ],
    taken: [() => betaVaeScore(pairs, pairs)],
  },
  completeness: {
    refused: [
      [
        () => completeness([[1, -2], [1, 1]]),
        RangeError,
        "completeness: importances must be from 0, but that of latent 0 for factor 1 is -2; take |w| of weights",
      ],
      [
        () => completeness([[1], [2]]),
        RangeError,
        "completeness: there must be 2 latents and 2 factors at least, but importance is [2, 1]",
      ],
      [
        () => completeness([[1, 2], [1]]),
        TypeError,
        "completeness: the rows of importance must have one length",
      ],
    ],
    taken: [() => completeness([[0, 0], [0, 0]])],
  },
  dci: {
    refused: [
      [
        () => dci({ codes, factors: codes.map(() => [0.1]) }, { codes, factors: codes.map(() => [0.1]) }),
        RangeError,
        "dci: each factor must change in training, but factor 0 is 0.1 throughout",
      ],
      [
        () => dci({ codes, factors }, { codes: cut, factors }),
        TypeError,
        "dci: the evaluation must have 2 latents and 2 factors, as training has, but it has 1 and 2",
      ],
      [
        () => dci({ codes, factors }, { codes, factors: cut }),
        TypeError,
        "dci: the evaluation must have 2 latents and 2 factors, as training has, but it has 2 and 1",
      ],
      [
        () => dci({ codes, factors: factors.slice(1) }, { codes, factors }),
        TypeError,
        "dci: codes and factors must have as many rows, but there are 3 and 2",
      ],
    ],
    taken: [() => dci({ codes, factors }, { codes, factors })],
  },
  disentanglement: {
    refused: [
      [
        () => disentanglement([[1, 1], [-1, 1]]),
        RangeError,
        "disentanglement: importances must be from 0, but that of latent 1 for factor 0 is -1; take |w| of weights",
      ],
      [
        () => disentanglement([[1, 2]]),
        RangeError,
        "disentanglement: there must be 2 latents and 2 factors at least, but importance is [1, 2]",
      ],
      [() => disentanglement([]), TypeError, "disentanglement: importance must have a row and a column"],
    ],
    taken: [() => disentanglement([[0, 0], [0, 0]])],
  },
  factorVaeScore: {
    refused: [
      [
        () => factorVaeScore({ ...sets, factors: [0, NaN] }, sets, [1, 1]),
        RangeError,
        "factorVaeScore: factors of the training must be whole numbers from 0, but number 1 is NaN",
      ],
      [
        () => factorVaeScore(sets, { codes: [], factors: [] }, [1, 1]),
        TypeError,
        "factorVaeScore: the evaluation must have a factor for each set of codes, and one at least, but has 0 sets and 0 factors",
      ],
      [
        () => factorVaeScore({ ...sets, factors: [0] }, sets, [1, 1]),
        TypeError,
        "factorVaeScore: the training must have a factor for each set of codes, and one at least, but has 2 sets and 1 factors",
      ],
      [
        () => factorVaeScore(sets, sets, [1]),
        TypeError,
        "factorVaeScore: variances must be as many as latents, 2, but there are 1",
      ],
    ],
    taken: [() => factorVaeScore(sets, sets, [0, 0])],
  },
  importanceWeighted: {
    refused: [
      [
        () => importanceWeighted([[1, 2]]),
        RangeError,
        "importanceWeighted: 2 examples are required for a standard error, but there is 1",
      ],
      [
        () => importanceWeighted([[1], [-Infinity]]),
        RangeError,
        "importanceWeighted: logWeights must be finite, but row 1 has -Infinity",
      ],
      [
        () => importanceWeighted([]),
        TypeError,
        "importanceWeighted: logWeights must have a row and a column",
      ],
    ],
    taken: [() => importanceWeighted([[1], [2]])],
  },
  importanceWeightedLogLikelihood: {
    refused: [
      ...[0, 1.5].map((samples) =>
        [
          () => importanceWeightedLogLikelihood(model, x, key(2), { samples }),
          RangeError,
          `importanceWeightedLogLikelihood: samples must be a whole number from 1, but it is ${samples}`,
        ] as const
      ),
      [
        () => importanceWeightedLogLikelihood(bare, x, key(3)),
        TypeError,
        "posterior: the objective needs a learned posterior",
      ],
    ],
    taken: [() => importanceWeightedLogLikelihood(model, x, key(4), { samples: 1 })],
  },
  lasso: {
    refused: [
      ...[-1, NaN, Infinity].map((penalty) =>
        [
          () => lasso(codes, [0, 1, 5], penalty),
          RangeError,
          `lasso: the penalty must be a number from 0, but it is ${penalty}`,
        ] as const
      ),
      // Three times 0.1 is not 0.3: the mean of these is none of them where it is a sum that is divided.
      ...[7, 0.1].map((still) =>
        [
          () => lasso(codes, [still, still, still], 0),
          RangeError,
          `lasso: the targets must change, but they are ${still} throughout`,
        ] as const
      ),
      [() => lasso(codes, [1], 0), TypeError, "lasso: targets must be as many as codes, 3, but there are 1"],
    ],
    taken: [() => lasso(codes, [0, 1, 5], 0)],
  },
  latentInformation: {
    refused: [
      [
        () => latentInformation({ ...encoded, deviation: codes.map(() => [1, 0]) }),
        RangeError,
        "latentInformation: deviations must be above 0, but one is 0; they are σ, not log σ",
      ],
      [
        () => latentInformation({ ...encoded, samples: cut }),
        TypeError,
        "latentInformation: mean, deviation and samples must have one shape, but mean is [3, 2] and samples is [3, 1]",
      ],
    ],
    taken: [() => latentInformation({ ...encoded, deviation: codes.map(() => [1, Number.MIN_VALUE]) })],
  },
  logWeights: {
    refused: [
      [() => logWeights(model, wide, noise), TypeError, "logWeights: x must be [batch, data] with data = 2"],
      [() => logWeights(model, x, x), TypeError, "logWeights: noise must be [sample, batch, latent]"],
      [() => logWeights(bare, x, noise), TypeError, "posterior: the objective needs a learned posterior"],
      [
        () => logWeights(own, x, noise),
        TypeError,
        'logWeights: the prior must be N(0, I), for which the best covariance has a closed form, but the model has "mine"',
      ],
    ],
    taken: [() => logWeights(model, x, noise)],
  },
  mutualInformationGap: {
    refused: [
      [
        () => mutualInformationGap(codes, codes.map(() => [1])),
        RangeError,
        "mutualInformationGap: every factor must change, but factor 0 is 1 throughout: its entropy is 0; leave it out",
      ],
      [
        () => mutualInformationGap(codes, codes.map((_, n) => [n, 0.5])),
        RangeError,
        "mutualInformationGap: classes of factor 1 must be whole numbers from 0, but number 0 is 0.5",
      ],
      [
        () => mutualInformationGap([[NaN], [1]], [[0], [1]]),
        RangeError,
        "mutualInformationGap: codes must be finite, but row 0 has NaN in column 0; a model that diverged has no score",
      ],
      [
        () => mutualInformationGap(codes, factors, { bins: 1 }),
        RangeError,
        "mutualInformationGap: bins must be a whole number from 2, but it is 1",
      ],
      [
        () => mutualInformationGap(codes, factors.slice(1)),
        TypeError,
        "mutualInformationGap: codes and factors must have as many rows, but there are 3 and 2",
      ],
      [
        () => mutualInformationGap([[1], [1, 2]], [[0], [1]]),
        TypeError,
        "mutualInformationGap: the rows of codes must have one length, but row 0 has 1 entries and row 1 has 2",
      ],
      [
        () => mutualInformationGap([], []),
        TypeError,
        "mutualInformationGap: codes must have a row and a column, but has none",
      ],
    ],
    taken: [() => mutualInformationGap(codes, factors, { bins: 2 })],
  },
  rateDistortion: {
    refused: [
      ...[0, 0.5].map((samples) =>
        [
          () => rateDistortion(model, x, key(5), { samples }),
          RangeError,
          `rateDistortion: samples must be a whole number from 1, but it is ${samples}`,
        ] as const
      ),
      [
        () => rateDistortion(model, wide, key(6)),
        TypeError,
        "rateDistortion: x must be [batch, data] with data = 2",
      ],
      [
        () => rateDistortion(bare, x, key(7)),
        TypeError,
        "posterior: the objective needs a learned posterior",
      ],
    ],
    taken: [() => rateDistortion(model, x, key(8), { samples: 1 })],
  },
  rateDistortionAt: {
    refused: [
      [
        () => rateDistortionAt(model, x, x),
        TypeError,
        "rateDistortion: noise must be [sample, batch, latent]",
      ],
      [
        () => rateDistortionAt(bare, x, noise),
        TypeError,
        "posterior: the objective needs a learned posterior",
      ],
    ],
    taken: [() => rateDistortionAt(model, x, noise)],
  },
  separatedAttributePredictability: {
    refused: [
      [
        () => separatedAttributePredictability(codes, codes.map((_, n) => [n, 0.1])),
        RangeError,
        "separatedAttributePredictability: every factor must change, but factor 1 is 0.1 throughout; leave it out",
      ],
      [
        () => separatedAttributePredictability(codes, [[0], [1], [NaN]]),
        RangeError,
        "separatedAttributePredictability: factors must be finite, but row 2 has NaN",
      ],
      [
        () => separatedAttributePredictability(codes, cut.slice(1)),
        TypeError,
        "separatedAttributePredictability: codes and factors must have as many rows, but there are 3 and 2",
      ],
    ],
    taken: [() => separatedAttributePredictability(codes, factors)],
  },
}, () => tf.openScope());
