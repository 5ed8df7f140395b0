/**
 * U2: what the evidence lower bound cannot tell apart.
 *
 * @module
 */

import fc from "fast-check";
import { oracle } from "../../oracle/mod.ts";
import { beta, matrix, recordGiven, seed, upTo, vector } from "../arbitrary/number.ts";
import { dataFor, likelihood } from "../arbitrary/likelihood.ts";
import { network, type NetworkOptions, smoothActivations } from "../arbitrary/network.ts";
import { orthogonal } from "../arbitrary/rotation.ts";
import { variances, withEigenvalues } from "../arbitrary/spd.ts";
import { clause, law, type Ledger, summation, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type {
  GaussianSpec,
  LikelihoodSpec,
  Matrix,
  NetworkSpec,
  ObjectiveCase,
  Vector,
} from "../../contract/subject.ts";
import {
  apply,
  choleskyFactor,
  diagonal,
  dot,
  largest,
  multiply,
  solveLower,
  sum,
  tabulate,
  trace,
  transpose,
} from "../reference/algebra.ts";
import { fixedPosterior } from "../reference/linear_model.ts";
import { normalSource } from "../reference/random.ts";
import { rawFactorOf } from "../reference/raw_factor.ts";
import { outputBound } from "../reference/network_bound.ts";
import { fitBound, rotatedDecoderTolerance } from "../tolerance.ts";

/** A decoder, a likelihood with a data point, a posterior and a rotation. */
interface Case {
  readonly decoder: NetworkSpec;
  readonly likelihood: LikelihoodSpec;
  readonly x: Matrix;
  readonly q: GaussianSpec;
  readonly r: Matrix;
  readonly beta: number;
  readonly noise: number;
  /** The condition number of the covariance of q. */
  readonly kappa: number;
}

/** Variances 0.1 to 10, and as often as not rotated: q need not be mean-field. */
function posterior(d: number): fc.Arbitrary<{ readonly q: GaussianSpec; readonly kappa: number }> {
  return fc.record({ mean: vector(d, 2), v: variances(d), tilt: fc.option(orthogonal(d)) }).map(
    ({ mean, v, tilt }) => {
      const roots = v.map(Math.cbrt);
      return {
        q: { mean, covariance: tilt ? withEigenvalues(tilt, roots) : diagonal(roots) },
        kappa: Math.max(...roots) / Math.min(...roots),
      };
    },
  );
}

function cases(options: NetworkOptions): fc.Arbitrary<Case> {
  return recordGiven(
    fc.tuple(upTo(4), upTo(4), likelihood),
    ([latent, data, likelihood]) => ({
      decoder: network(latent, data, options),
      likelihood,
      x: dataFor(likelihood, 1, data),
      drawn: posterior(latent),
      r: orthogonal(latent),
      beta,
      noise: seed,
    }),
  ).map(({ drawn, ...rest }) => ({ ...rest, ...drawn }));
}

/** A case, and latent points. */
const withPoints = recordGiven(cases({}), (given) => ({ given, z: matrix(2, given.r.length, 2) }));

/** The evaluation of an objective at a posterior of the full family. */
export function atPosterior(
  given: Pick<Case, "likelihood" | "x" | "beta">,
  { mean, covariance }: GaussianSpec,
  decoder: NetworkSpec,
): ObjectiveCase {
  const family = { kind: "full" } as const, raw = rawFactorOf(family, covariance);
  return fixedPosterior({ ...given, decoder, family, mean, raw });
}

/**
 * The noise `[sample][latent]` that gives r#q the rotated samples of q: r(z) = Rμ + R L ε is Rμ + L' ε' with ε' = L'⁻¹ R L ε, which has
 * the law of ε iff L'⁻¹ R L is orthogonal.
 */
export function turnedNoise(r: Matrix, q: GaussianSpec, turned: GaussianSpec, noise: Matrix): number[][] {
  const turn = multiply(r, choleskyFactor(q.covariance));
  return transpose(solveLower(choleskyFactor(turned.covariance), multiply(turn, transpose(noise))));
}

/** Rounding of the terms at latent points up to `reach`, with κ for the factor of the rotated covariance. */
function slackOf(given: Case, reach: number, bend: number, epsilon: number): Tolerance {
  const { decoder, likelihood, x, q, kappa } = given;
  const fit = fitBound(likelihood, largest(x), outputBound(decoder, reach));
  const kl = sum(q.mean.map((m, i) => m * m + q.covariance[i]![i]!)) + q.mean.length * (1 + kappa);
  const because =
    "an ELBO: rounding of its largest numbers, and of the rotated covariance over its condition";
  const c = 8 * (decoder.length + 3 * q.mean.length), scale = x[0]!.length * (fit + bend) + given.beta * kl;
  return tolerance(because, { c, epsilon, scale });
}

const elbo = clause({
  says:
    "the β-VAE loss of r#q and g∘r⁻¹ is that of q and g, term by term, for the noise that gives the rotated samples",
  needs: ["symmetry.transformGaussian", "symmetry.transformDecoder", "objectives.beta-vae"],
  given: cases({}),
  examine: async ({ objectives, symmetry }, given, expect) => {
    const { decoder, q, r, kappa } = given;
    const turned = await symmetry.transformGaussian(r, q);
    const noise = tabulate(2, r.length, normalSource(given.noise));
    const noiseOfTurned = turnedNoise(r, q, turned, noise);
    noise.forEach((epsilon, sample) => {
      const square = dot(epsilon, epsilon), there = noiseOfTurned[sample]!;
      const ingredients = { c: 64 * r.length, kappa, scale: square };
      const slack = expect.rounding("ε': rounding of the rotated covariance", ingredients);
      expect.close("‖ε'‖²", dot(there, there), square, slack);
    });
    const strays = multiply(choleskyFactor(q.covariance), transpose(noise));
    const reach = largest(strays) + largest([q.mean]);
    const slack = slackOf(given, r.length * reach, 0, expect.epsilon);
    const turnedDecoder = await symmetry.transformDecoder(r, decoder);
    const sampled = (drawn: Matrix): Pick<ObjectiveCase, "noise"> => ({ noise: drawn.map((row) => [row]) });
    const before = await objectives["beta-vae"]({ ...atPosterior(given, q, decoder), ...sampled(noise) });
    const after = await objectives["beta-vae"]({
      ...atPosterior(given, turned, turnedDecoder),
      ...sampled(noiseOfTurned),
    });
    for (const term of ["reconstruction", "kl"]) {
      expect.closeVector(term, after.terms[term] ?? [], before.terms[term] ?? [NaN], slack);
    }
    expect.close("β-VAE loss", after.loss, before.loss, slack);
  },
});

const taylor = clause({
  says: "so are both Taylor losses, term by term",
  needs: [
    "symmetry.transformGaussian",
    "symmetry.transformDecoder",
    "objectives.taylor-jacobian",
    "objectives.taylor-hessian",
  ],
  given: cases({ activations: smoothActivations, size: 1 }),
  examine: async ({ objectives, symmetry }, given, expect) => {
    const { decoder, q, r, x } = given;
    const turned = await symmetry.transformGaussian(r, q);
    const before = atPosterior(given, q, decoder);
    const after = atPosterior(given, turned, await symmetry.transformDecoder(r, decoder));
    // Second derivatives of g: one factor of weights for each layer, twice, and a sum over the layers.
    const steep = decoder.reduce(
      (bound, { weight }) => bound * Math.max(1, 1.2 * Math.hypot(...weight.flat())) ** 2,
      decoder.length,
    );
    const weight = given.likelihood.kind === "gaussian" ? 1 / given.likelihood.variance : 1;
    const g = outputBound(decoder, largest([q.mean]) * r.length);
    const bend = steep * weight * (1 + largest(x) + g) * trace(q.covariance);
    const slack = slackOf(given, r.length * largest([q.mean]), bend, expect.epsilon);
    for (const name of ["taylor-jacobian", "taylor-hessian"] as const) {
      const { terms } = await objectives[name](before), rotated = await objectives[name](after);
      for (const term of ["reconstruction", "curvature", "kl"]) {
        expect.closeVector(`${term} of ${name}`, rotated.terms[term] ?? [], terms[term] ?? [NaN], slack);
      }
    }
  },
});

/** Rounding of Rμ and of RΣRᵀ. */
function turnedTolerances(
  { mean, covariance }: GaussianSpec,
  epsilon: number,
): Record<keyof GaussianSpec, Tolerance> {
  const d = mean.length;
  return {
    mean: summation(2 * d, d * largest([mean]), epsilon),
    covariance: summation(4 * d, d * d * largest(covariance), epsilon),
  };
}

/** r#q is N(Rμ, RΣRᵀ). */
function compareTurned(turned: GaussianSpec, { q, r }: Case, expect: Ledger): void {
  const slack = turnedTolerances(q, expect.epsilon);
  expect.closeVector("Rμ", turned.mean, apply(r, q.mean), slack.mean);
  const expected = multiply(multiply(r, q.covariance), transpose(r));
  expect.closeMatrix("RΣRᵀ", turned.covariance, expected, slack.covariance);
}

const pointwise = clause({
  says: "r#q is N(Rμ, RΣRᵀ), and g∘r⁻¹ takes at R z the value of g at z; r⁻¹ undoes both",
  needs: ["apply", "symmetry.transformGaussian", "symmetry.transformDecoder"],
  given: withPoints,
  examine: async (subject, { given, z }, expect) => {
    const { decoder, q, r } = given;
    const turned = await subject.symmetry.transformGaussian(r, q);
    const { mean, covariance } = turnedTolerances(q, expect.epsilon);
    compareTurned(turned, given, expect);
    const back = await subject.symmetry.transformGaussian(transpose(r), turned);
    expect.closeVector("RᵀRμ", back.mean, q.mean, mean);
    expect.closeMatrix("RᵀRΣRᵀR", back.covariance, q.covariance, covariance);
    const g = await subject.apply(decoder, z);
    const rotatedDecoder = await subject.symmetry.transformDecoder(r, decoder);
    const there: Vector[] = z.map((point) => apply(r, point));
    const slack = rotatedDecoderTolerance(decoder, z, expect.epsilon);
    expect.closeMatrix("g∘r⁻¹ at R z", await subject.apply(rotatedDecoder, there), g, slack);
    const original = await subject.symmetry.transformDecoder(transpose(r), rotatedDecoder);
    expect.closeMatrix("g∘r⁻¹∘r", await subject.apply(original, z), g, slack);
  },
});

const gaussian = clause({
  says: "r#q is N(Rμ, RΣRᵀ)",
  needs: ["symmetry.transformGaussian"],
  given: cases({}),
  examine: async ({ symmetry }, given, expect) =>
    compareTurned(await symmetry.transformGaussian(given.r, given.q), given, expect),
});

const decoders = clause({
  says: "g∘r⁻¹ takes at R z the value of g at z, both by the oracle's networks",
  needs: ["symmetry.transformDecoder"],
  given: withPoints,
  examine: async ({ symmetry }, { given: { decoder, r }, z }, expect) => {
    const turned = await symmetry.transformDecoder(r, decoder);
    const slack = rotatedDecoderTolerance(decoder, z, expect.epsilon);
    const there = z.map((point) => apply(r, point));
    expect.closeMatrix("g∘r⁻¹ at R z", oracle.apply(turned, there), oracle.apply(decoder, z), slack);
  },
});

export const U2 = law({
  id: "U2",
  title: "Rotations cannot be seen in the ELBO",
  statement: "ELBO(r#q, g∘r⁻¹) = ELBO(q, g) for every orthogonal r: mean Rμ, covariance RΣRᵀ",
  tex: tex`\mathrm{ELBO}(r_\#q,\;g\circ r^{-1})=\mathrm{ELBO}(q,\;g),\qquad r(z)=Rz,\;R^\top R=I`,
  source: "Latent variable models and Uniqueness",
  kind: "identity",
  assumptions: ["p(z) = N(0, I)", "R orthogonal", "the family contains r#q"],
  clauses: [pointwise, elbo, taylor, gaussian, decoders],
});
