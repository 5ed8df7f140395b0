/**
 * The library as a subject of the laws: its functions over plain arrays, on the engine that is current.
 *
 * @module
 */

import { key, normal, read, tf, valueAndGradients } from "../lib/engine/mod.ts";
import {
  cholesky,
  identityPlusGram,
  logDeterminant,
  requirePositiveDefinite,
  spdInverse,
  spdSolve,
  squaredColumnNorms,
} from "../lib/linalg/mod.ts";
import {
  bindModel,
  continuousBernoulli,
  gaussian,
  klToPrior,
  type Likelihood,
  type Model,
  optimalCovarianceOfGram,
  optimalCovarianceOfHessian,
  posterior,
  sampleLikelihood,
} from "../lib/model/mod.ts";
import { bindDifferentiableNetwork, type DifferentiableNetwork } from "../lib/network/mod.ts";
import {
  betaVaeLossAt,
  graeBlockLoss,
  graeLoss,
  graeStarLoss,
  graeStarStochasticLossAt,
  type ObjectiveValue as LibraryValue,
  profiledLoss,
  taylorHessianLoss,
  taylorJacobianLoss,
} from "../lib/objective/mod.ts";
import {
  activeUnits,
  axisAlignment,
  betaVaeScore,
  completeness,
  disentanglement,
  factorVaeScore,
  importanceWeighted,
  lasso,
  latentInformation,
  logWeights,
  mutualInformationGap,
  rateDistortionAt,
  separatedAttributePredictability,
} from "../lib/scores/mod.ts";
import {
  characteristicFunction,
  crossCumulants,
  factorisationGap,
  fourthCumulant,
  meanFieldGap,
  mixedComponents,
  planeMeanFieldGap,
  preservesMeanField,
  swirl,
  transformFirstLayer,
  transformGaussian,
  unswirl,
} from "../lib/symmetry/mod.ts";
import {
  batch,
  descriptionOf,
  familyOf,
  likelihoodOf,
  matrices,
  matrix,
  networkOf,
  numbers,
  parametersOf,
  rows,
  scoped,
  vector,
  weightOf,
} from "./library_arrays.ts";
import { trainLibrary } from "./library_training.ts";
import type {
  KindCase,
  LikelihoodValue,
  LossCase,
  LossTerms,
  Matrix,
  NetworkGradient,
  NetworkSpec,
  ObjectiveCase,
  ObjectiveName,
  ObjectiveValue,
  PenaltyCase,
  Subject,
  Vector,
} from "./contract/subject.ts";

/** What was made of the factors of matrices: on webgpu one that fails shows only as NaN, so that it is asked for then. */
async function factored(doing: string, a: readonly Matrix[], made: tf.Tensor): Promise<Matrix[]> {
  const answers = await matrices(made);
  if (answers.flat(2).some(Number.isNaN)) await requirePositiveDefinite(doing, batch(a));
  return answers;
}
const bound = (spec: NetworkSpec): DifferentiableNetwork =>
  bindDifferentiableNetwork(networkOf(spec), parametersOf(spec));
type Loss = (model: Model, given: ObjectiveCase) => LibraryValue;

/** An objective of the library on plain arrays, with all parameter gradients. */
const objective = (loss: Loss) => (given: ObjectiveCase): Promise<ObjectiveValue> =>
  scoped(async () => {
    const { model: spec } = given;
    const description = descriptionOf(spec);
    const parameters = [...parametersOf(spec.encoder), ...parametersOf(spec.decoder)];
    const { value, gradients, info } = valueAndGradients((p) => {
      const { loss: scalar, terms } = loss(bindModel(description, p), given);
      return { value: scalar, info: terms };
    }, parameters);
    const layers = [...spec.encoder, ...spec.decoder], flat: (Matrix | Vector)[] = [];
    for (const [i, g] of gradients.entries()) {
      flat.push(i % 2 === 0 ? await weightOf(layers[i / 2]!, g) : await numbers(g));
    }
    const layer = (i: number): NetworkGradient => ({
      weight: flat[2 * i] as Matrix,
      bias: flat[2 * i + 1] as Vector,
    });
    const split = spec.encoder.length;
    const terms: Record<string, Vector> = {};
    for (const [name, term] of Object.entries(info)) terms[name] = await numbers(term);
    return {
      loss: (await numbers(value))[0]!,
      terms,
      gradient: {
        encoder: spec.encoder.map((_, i) => layer(i)),
        decoder: spec.decoder.map((_, i) => layer(split + i)),
      },
    };
  });

const modelOf = ({ model }: ObjectiveCase): Model =>
  bindModel(descriptionOf(model), [...parametersOf(model.encoder), ...parametersOf(model.decoder)]);

/** x, held as another kind where the case says so. */
const x = (given: ObjectiveCase & Partial<Pick<KindCase, "kind">>): tf.Tensor =>
  given.kind ? tf.cast(matrix(given.x), given.kind) : matrix(given.x);
const unused = key(0);

/** The objectives over plain arrays. */
const objectives: Required<NonNullable<Subject["objectives"]>> = {
  "beta-vae": objective((m, c) => betaVaeLossAt(m, x(c), batch(c.noise!), c.beta)),
  "taylor-hessian": objective((m, c) => taylorHessianLoss(m, x(c), unused, c.beta)),
  "taylor-jacobian": objective((m, c) => taylorJacobianLoss(m, x(c), unused, c.beta)),
  profiled: objective(
    (m, c) => profiledLoss(m, x(c), unused, c.beta, { family: familyOf(c.model.family, c.model.latent) }),
  ),
  grae: objective((m, c) => graeLoss(m, x(c), unused, c.beta)),
  "grae-block": objective((m, c) => graeBlockLoss(m, x(c), unused, c.beta, { block: c.block! })),
  "grae-star": objective((m, c) => graeStarLoss(m, x(c), unused, c.beta)),
  "grae-star-stochastic": objective((m, c) => graeStarStochasticLossAt(m, x(c), c.columns!, c.beta)),
} satisfies Record<ObjectiveName, unknown>;

/** Scores on plain arrays, and those that ask a model. */
const scores: Required<NonNullable<Subject["scores"]>> = {
  mutualInformationGap,
  separatedAttributePredictability,
  lasso: (codes, targets, penalty) => Array.from(lasso(codes, targets, penalty)),
  disentanglement,
  completeness,
  factorVaeScore,
  betaVaeScore,
  activeUnits,
  importanceWeighted,
  logWeights: (c) => scoped(() => rows(logWeights(modelOf(c), matrix(c.x), batch(c.noise!)))),
  rateDistortion: (c) => scoped(() => rateDistortionAt(modelOf(c), matrix(c.x), batch(c.noise!))),
  latentInformation,
  axisAlignment,
};

/** All that a likelihood says of data and outputs. */
const likelihoodAt = async (own: Likelihood, x: Matrix, g: Matrix): Promise<LikelihoodValue> => ({
  logDensity: await numbers(own.logDensity(matrix(x), matrix(g))),
  gradient: await rows(own.gradient(matrix(x), matrix(g))),
  curvature: await rows(own.curvature(matrix(g))),
  mean: await rows(own.mean(matrix(g))),
});

const algebra = {
  cholesky,
  logDeterminant,
  inverse: spdInverse,
  solve: (a: tf.Tensor): tf.Tensor => spdSolve(a, a),
};

const ofKind = async (given: KindCase): Promise<Vector> => {
  if ("algebra" in given) {
    return await scoped(() => numbers(algebra[given.algebra](tf.cast(batch([given.a]), given.kind))));
  }
  const { loss } = await objectives[given.objective]({ ...given.given, kind: given.kind } as ObjectiveCase);
  return [loss];
};

/** −log p(x; x̂) + β KL, the mean over the batch, with its gradient: at the convention that {@link librarySubject} declares. */
const vaeLoss = (given: LossCase): Promise<LossTerms> =>
  scoped(async () => {
    const { value, gradients, info } = valueAndGradients(([decoded, mean, logVariance]) => {
      const q = posterior(
        familyOf({ kind: "mean-field" }, given.mean[0]!.length),
        mean!,
        tf.mul(0.5, logVariance!),
      );
      const kl = tf.mean(klToPrior(q));
      const reconstruction = tf.neg(tf.mean(gaussian().logDensity(matrix(given.x), decoded!)));
      return { value: tf.add(reconstruction, tf.mul(given.beta, kl)), info: { reconstruction, kl } };
    }, [matrix(given.decoded), matrix(given.mean), matrix(given.logVariance)]);
    const [loss, reconstruction, kl] = await Promise.all(
      [value, info.reconstruction!, info.kl!].map(async (t) => (await read(t))[0]!),
    ) as [number, number, number];
    const [decoded, mean, logVariance] = await Promise.all(gradients.map(rows)) as [Matrix, Matrix, Matrix];
    return { loss, reconstruction, kl, gradient: { decoded, mean, logVariance } };
  });

/** (β/2) log|I + JᵀJ/β| of a decoder, the mean over the batch. */
const regulariser = ({ network, z, beta }: PenaltyCase): Promise<number> =>
  scoped(async () => {
    const { tangents } = bound(network).pushforward(matrix(z));
    const { logDeterminant } = identityPlusGram(tangents, beta, z[0]!.length);
    return beta / 2 * (await read(tf.mean(logDeterminant)))[0]!;
  });

const volumeTerm = (
  jacobian: Matrix,
  beta: number,
  term: (tangents: tf.Tensor) => tf.Tensor,
): Promise<number> =>
  scoped(async () => {
    const tangents = tf.transpose(batch([jacobian]), [0, 2, 1]);
    return beta / 2 * (await read(term(tangents)))[0]!;
  });

/** The library, on whichever engine is current. */
export const librarySubject: Subject = {
  name: "library",
  epsilon: 2 ** -24,
  promises: ["graded determinants", "relative volumes", "Adam"],
  apply: (n, z) => scoped(() => rows(bound(n).apply(matrix(z)))),
  jacobian: (n, z) => scoped(() => matrices(bound(n).jacobian(matrix(z)))),
  jacobianColumns: (n, z, columns) => scoped(() => rows(bound(n).jacobianColumn(matrix(z), columns))),
  gram: (n, z, weights) =>
    scoped(() => {
      if (!weights) return matrices(bound(n).gram(matrix(z)));
      const { tangents } = bound(n).pushforward(matrix(z));
      const w = tf.reshape(matrix(weights), [weights.length, 1, weights[0]!.length]);
      return matrices(tf.matMul(tf.mul(tangents, w), tangents, false, true));
    }),
  secondDirectional: (n, z, directions) =>
    scoped(() => {
      const { second } = bound(n).secondPushforward(matrix(z), tf.transpose(batch(directions), [0, 2, 1]));
      return matrices(tf.transpose(second, [0, 2, 1]));
    }),
  logDensity: (l, data, g) => scoped(() => numbers(likelihoodOf(l).logDensity(matrix(data), matrix(g)))),
  logDensityGradient: (l, data, g) => scoped(() => rows(likelihoodOf(l).gradient(matrix(data), matrix(g)))),
  curvature: (l, _, g) => scoped(() => rows(likelihoodOf(l).curvature(matrix(g)))),
  continuousBernoulli: (x, g) => scoped(() => likelihoodAt(continuousBernoulli(), x, g)),
  scaledGaussian: (x, g, logSigma) =>
    scoped(async () => {
      const { learned } = gaussian({ count: logSigma.length });
      const { gradients } = valueAndGradients(
        (parameters) => ({
          value: tf.sum(learned!.bind(parameters).logDensity(matrix(x), matrix(g))),
          info: {},
        }),
        [vector(logSigma)],
      );
      return {
        ...await likelihoodAt(learned!.bind([vector(logSigma)]), x, g),
        logSigmaGradient: await numbers(gradients[0]!),
      };
    }),
  sampleLikelihood: (spec, g, seed, count) =>
    scoped(() => {
      const own = spec.kind === "continuous-bernoulli"
        ? continuousBernoulli()
        : spec.kind === "scaled-gaussian"
        ? gaussian({ count: spec.logSigma.length }).learned!.bind([vector(spec.logSigma)])
        : likelihoodOf(spec);
      return rows(sampleLikelihood(own, tf.tile(matrix([g]), [count, 1]), key(seed)));
    }),
  cholesky: (a) => scoped(() => factored("cholesky", a, cholesky(batch(a)))),
  logDeterminant: (a) => scoped(() => numbers(logDeterminant(batch(a)))),
  logDeterminantGradient: (a, cotangent) =>
    scoped(() => {
      const { gradients } = valueAndGradients(
        ([m]) => ({ value: tf.sum(tf.mul(vector(cotangent), logDeterminant(m!))), info: {} }),
        [batch(a)],
      );
      return matrices(gradients[0]!);
    }),
  inverse: (a) => scoped(() => factored("inverse", a, spdInverse(batch(a)))),
  solve: (a, b) => scoped(() => factored("solve", a, spdSolve(batch(a), batch(b)))),
  kl: (f, mean, raw) =>
    scoped(() => numbers(klToPrior(posterior(familyOf(f, mean[0]!.length), matrix(mean), matrix(raw))))),
  covariance: (f, latent, raw) =>
    scoped(() => {
      const mean = tf.zeros([raw.length, latent]);
      return matrices(posterior(familyOf(f, latent), mean, matrix(raw)).covariance());
    }),
  sample: (f, mean, raw, seed, count) =>
    scoped(() => {
      const repeat = (v: Vector): tf.Tensor => tf.tile(tf.reshape(vector(v), [1, v.length]), [count, 1]);
      const q = posterior(familyOf(f, mean.length), repeat(mean), repeat(raw));
      return rows(q.sample(tf.tensor(normal(key(seed), count * mean.length), [count, mean.length])));
    }),
  optimalCovariance: (f, gram, beta) =>
    scoped(() => {
      const over = familyOf(f, gram[0]!.length);
      return matrices(optimalCovarianceOfGram(over, batch(gram), beta).covariance);
    }),
  optimalCovarianceOfHessian: (hessian, beta) =>
    scoped(async () => matrices(await optimalCovarianceOfHessian(batch(hessian), beta))),
  lossConvention: { reconstruction: "gaussian" },
  vaeLoss,
  regulariser,
  ofKind,
  train: trainLibrary,
  trainScheduled: trainLibrary,
  volume: {
    grae: (j, beta) => volumeTerm(j, beta, (t) => identityPlusGram(t, beta, t.shape[1]!).logDeterminant),
    graeBlock: (j, beta, block) =>
      volumeTerm(j, beta, (t) => identityPlusGram(t, beta, block).logDeterminant),
    graeStar: (j, beta) =>
      volumeTerm(j, beta, (t) => tf.sum(tf.log1p(tf.mul(1 / beta, squaredColumnNorms(t))), 1)),
    graeStarStochastic: (j, beta, column) =>
      volumeTerm(
        j.map((row) => [row[column]!]),
        beta,
        (t) => tf.mul(j[0]!.length, tf.log1p(tf.mul(1 / beta, tf.reshape(squaredColumnNorms(t), [1])))),
      ),
  },
  symmetry: {
    transformGaussian,
    transformDecoder: (rotation, [first, ...rest]) => [
      { ...first!, weight: transformFirstLayer(rotation, first!.weight) },
      ...rest,
    ],
    mixedComponents,
    preservesMeanField,
    fourthCumulant,
    crossCumulants,
    characteristicFunction,
    factorisationGap,
    meanFieldGap,
    planeMeanFieldGap,
    swirl,
    unswirl,
  },
  objectives,
  scores,
};
