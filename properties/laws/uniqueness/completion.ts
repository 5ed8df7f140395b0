/**
 * U7: when a choice of family makes the model unique.
 *
 * @module
 */

import fc from "fast-check";
import {
  beta,
  between,
  listOf,
  logUniform,
  real,
  recordGiven,
  seed,
  sizeUpTo,
  vector,
} from "../arbitrary/number.ts";
import { jacobianOf, size } from "../arbitrary/jacobian.ts";
import { unitGaussian } from "../arbitrary/likelihood.ts";
import { mixingAngle } from "../arbitrary/mixing.ts";
import { orthogonal, planeRotation, signedPermutation } from "../arbitrary/rotation.ts";
import { type Able, clause, law, tex } from "../../contract/mod.ts";
import type { FamilySpec, GaussianSpec, Matrix, NetworkSpec, Vector } from "../../contract/subject.ts";
import { diagonal, diagonalOf, largest, multiply, tabulate } from "../reference/algebra.ts";
import { normalSource } from "../reference/random.ts";
import { outputBound } from "../reference/network_bound.ts";
import { atPosterior, turnedNoise } from "./elbo.ts";
import { atZero, type LinearGaussian, linearSlack } from "./mean_field_gap.ts";

const meanField: FamilySpec = { kind: "mean-field" };
const full = { kind: "full" } as const;

/** The best loss over the family before and after the latents are rotated by R, for g(z) = W z at x = 0. */
async function bestLosses(
  subject: Able<"objectives.profiled" | "symmetry.transformDecoder">,
  given: LinearGaussian,
  r: Matrix,
  family: FamilySpec,
): Promise<{ readonly before: number; readonly after: number }> {
  const at = atZero(given, family);
  const decoder = await subject.symmetry.transformDecoder(r, at.model.decoder);
  const rotated = { ...at, model: { ...at.model, decoder } };
  return {
    before: (await subject.objectives.profiled(at)).loss,
    after: (await subject.objectives.profiled(rotated)).loss,
  };
}

/** Decoders with WᵀW = diag, so that the best posterior of all is mean-field. */
const orthogonalDecoder = recordGiven(
  fc.record({ d: sizeUpTo(2, 5, 8), beta, variance: logUniform(-1, 1) }),
  ({ d, ...noise }) => ({
    noise,
    outputs: orthogonal(d),
    precisions: listOf(d, between(1, 5)),
    ratio: between(1.5, 5),
    i: fc.nat(d - 2),
    angle: mixingAngle,
    any: orthogonal(d),
  }),
);

/** W = Q diag(√(βσ²(P_ii − 1))), for which I + WᵀW/(βσ²) = diag(P_ii). */
function withPrecisions(
  q: Matrix,
  precisions: Vector,
  noise: Omit<LinearGaussian, "jacobian">,
): LinearGaussian {
  const unit = noise.beta * noise.variance;
  return { ...noise, jacobian: multiply(q, diagonal(precisions.map((p) => Math.sqrt(unit * (p - 1))))) };
}

const applies = clause({
  says:
    "distinct precisions, mean-field family: the best posterior of all lies in Q, r#q* does not, and rotating raises the best loss by (β/2) log[1 + (p − q)² sin²2θ/(4pq)] > 0",
  needs: [
    "objectives.profiled",
    "symmetry.transformDecoder",
    "symmetry.preservesMeanField",
    "optimalCovariance",
  ],
  given: orthogonalDecoder,
  examine: async (subject, { noise, outputs, precisions, ratio, i, angle }, expect) => {
    const { beta } = noise, k = precisions.length - 1;
    const p = precisions.with(k, precisions[i]! * ratio);
    const given = withPrecisions(outputs, p, noise), r = planeRotation(p.length, i, k, angle);
    const slack = linearSlack(given, expect.epsilon);
    const losses = await bestLosses(subject, given, r, meanField);
    const { before: ofAll } = await bestLosses(subject, given, r, full);
    expect.close("best mean-field loss, and best loss of all", losses.before, ofAll, slack);
    const g = diagonal(p.map((each) => beta * (each - 1)));
    const [sigma] = await subject.optimalCovariance(full, [g], beta);
    const kept = await subject.symmetry.preservesMeanField(r, diagonalOf(sigma!));
    expect.is("r#q* is mean-field", kept, false);
    const size = (ratio - 1) ** 2 * Math.sin(2 * angle) ** 2 / (4 * ratio);
    expect.close("drop", losses.after - losses.before, beta / 2 * Math.log1p(size), slack);
    // (ratio − 1)²/4ratio ≥ 1/24 and sin²2θ ≥ sin² 0.4.
    const least = beta / 2 * Math.log1p(Math.sin(0.4) ** 2 / 24);
    expect.atLeast("drop", losses.after - losses.before, least, slack);
  },
});

const equalPrecisions = clause({
  says:
    "first condition violated, equal precisions: the best posterior is isotropic, r#q* ∈ Q, and nothing is lost",
  needs: ["objectives.profiled", "symmetry.transformDecoder", "symmetry.preservesMeanField"],
  given: orthogonalDecoder,
  examine: async (subject, { noise, outputs, precisions, any }, expect) => {
    const p = precisions.map(() => precisions[0]!);
    const given = withPrecisions(outputs, p, noise);
    const losses = await bestLosses(subject, given, any, meanField);
    expect.close("best mean-field loss", losses.after, losses.before, linearSlack(given, expect.epsilon));
    const kept = await subject.symmetry.preservesMeanField(any, p.map((q) => 1 / q));
    expect.is("r#q* is mean-field", kept, true);
  },
});

const isotropicFamily = clause({
  says:
    "first condition violated, isotropic family or signed permutation: r#q ∈ Q for all q ∈ Q, and nothing is lost, whatever W",
  needs: ["objectives.profiled", "symmetry.transformDecoder"],
  given: recordGiven(size, (size) => ({
    jacobian: jacobianOf(size, 1),
    r: orthogonal(size.latent),
    s: signedPermutation(size.latent),
    variance: logUniform(-1, 1),
    beta,
  })),
  examine: async (subject, { r, s, ...given }, expect) => {
    const slack = linearSlack(given, expect.epsilon);
    const isotropic = await bestLosses(subject, given, r, { kind: "isotropic" });
    expect.close("best isotropic loss", isotropic.after, isotropic.before, slack);
    const relabelled = await bestLosses(subject, given, s, meanField);
    expect.close("best mean-field loss, relabelled", relabelled.after, relabelled.before, slack);
  },
});

/** g with g∘R = g for the turn R by 2π/m: m hidden units in the directions R^j w, summed with the same weight. */
function symmetricDecoder(m: number, w: Vector, bias: number, out: Vector): NetworkSpec {
  const directions = Array.from({ length: m }, (_, j) => {
    const c = Math.cos(2 * Math.PI * j / m), s = Math.sin(2 * Math.PI * j / m);
    return [c * w[0]! - s * w[1]!, s * w[0]! + c * w[1]!];
  });
  return [
    {
      weight: [0, 1].map((i) => directions.map((u) => u[i]!)),
      bias: directions.map(() => bias),
      activation: "tanh",
    },
    { weight: directions.map(() => out), bias: out.map(() => 0), activation: "identity" },
  ];
}

const tied = clause({
  says:
    "second condition violated: a decoder with g∘r = g has the same loss at r#q as at q for every q ∈ Q, so that the maximiser over Q̃ is not unique though r#q ∉ Q; the rotated model is the same function, and nothing is lost",
  needs: [
    "objectives.beta-vae",
    "symmetry.transformDecoder",
    "symmetry.transformGaussian",
    "symmetry.preservesMeanField",
  ],
  given: fc.record({
    m: fc.constantFrom(3, 5, 6),
    w: vector(2, 1.5),
    bias: real(),
    out: vector(2),
    x: vector(2),
    mean: vector(2, 2),
    v: fc.tuple(between(0.2, 1), between(1.5, 4)),
    beta,
    noise: seed,
  }),
  examine: async ({ objectives, symmetry }, { m, w, bias, out, x, mean, v, beta, noise }, expect) => {
    const r = planeRotation(2, 0, 1, 2 * Math.PI / m);
    const decoder = symmetricDecoder(m, w, bias, out), rotated = await symmetry.transformDecoder(r, decoder);
    const q: GaussianSpec = { mean, covariance: diagonal([...v]) };
    const turned = await symmetry.transformGaussian(r, q);
    const epsilon = tabulate(1, 2, normalSource(noise)), there = turnedNoise(r, q, turned, epsilon);
    const lossAt = async (p: GaussianSpec, g: NetworkSpec, noise: Matrix): Promise<number> => {
      const given = atPosterior({ likelihood: unitGaussian, x: [x], beta }, p, g);
      return (await objectives["beta-vae"]({ ...given, noise: [noise] })).loss;
    };
    const reach = largest([mean]) + 2 * largest(epsilon);
    const slack = expect.rounding("a β-VAE loss: rounding of its largest numbers", {
      c: 256,
      scale: 2 * (largest([x]) + outputBound(decoder, 2 * reach)) ** 2 +
        beta * (20 + 2 * largest([mean]) ** 2),
    });
    const here = await lossAt(q, decoder, epsilon);
    expect.close("loss of r#q, and of q", await lossAt(turned, decoder, there), here, slack);
    expect.close("loss of q under the rotated model", await lossAt(q, rotated, epsilon), here, slack);
    expect.is("r#q is mean-field", await symmetry.preservesMeanField(r, v), false);
  },
});

export const U7 = law({
  id: "U7",
  title: "When the family makes the model unique",
  statement:
    "if the maximiser q* over Q̃ = {r#q} ∪ Q is unique, lies in Q, and r#q* ∉ Q, then rotating the model by r strictly lowers the best objective over Q; without either condition it need not",
  tex:
    tex`q^*=\arg\max_{\tilde{\mathcal Q}}\mathrm{ELBO}\text{ unique},\;q^*\in\mathcal Q,\;r_\#q^*\notin\mathcal Q\;\Rightarrow\;` +
    tex`\max_{q\in\mathcal Q}\mathrm{ELBO}(q,g\circ r^{-1})<\max_{q\in\mathcal Q}\mathrm{ELBO}(q,g)`,
  source: "Choice of Q can lead to uniqueness",
  kind: "identity",
  assumptions: [
    "a group of prior-preserving maps r",
    "the maximiser over Q̃ is unique and lies in Q",
    "r#q* ∉ Q",
  ],
  expected: "holds under stated assumptions",
  clauses: [applies, equalPrecisions, isotropicFamily, tied],
});
