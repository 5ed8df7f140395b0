/**
 * U1: what p(x) cannot tell apart.
 *
 * @module
 */

import fc from "fast-check";
import { between, listOf, logUniform, recordGiven, sizeUpTo, upTo, vector } from "../arbitrary/number.ts";
import { jacobianOf, size } from "../arbitrary/jacobian.ts";
import { mixingAngle } from "../arbitrary/mixing.ts";
import { network, type NetworkOptions, smoothActivations } from "../arbitrary/network.ts";
import { orthogonal, planeRotation } from "../arbitrary/rotation.ts";
import { type Able, clause, law, summation, tex } from "../../contract/mod.ts";
import type { Matrix, NetworkSpec, Vector } from "../../contract/subject.ts";
import { affine, afterTranspose } from "../reference/linear_model.ts";
import {
  combine,
  diagonal,
  identity,
  largest,
  multiply,
  scaled,
  tabulate,
  transpose,
} from "../reference/algebra.ts";
import { densityPeak, gaussianRule, mixtureDensity, rings } from "../reference/quadrature.ts";
import { outputBound } from "../reference/network_bound.ts";

/** W `[data][latent]` and b of an affine decoder, from its values at 0 and at the unit vectors. */
async function weightAndBias(
  subject: Able<"apply">,
  decoder: NetworkSpec,
  latent: number,
): Promise<{ readonly weight: number[][]; readonly bias: Vector }> {
  const [bias, ...columns] = await subject.apply(decoder, [Array(latent).fill(0), ...identity(latent)]);
  return {
    weight: tabulate(bias!.length, latent, (k, i) => columns[i]![k]! - bias![k]!),
    bias: bias!,
  };
}

/** W S Wᵀ + σ²I, the covariance of x under the prior N(0, S). */
function covarianceOf(weight: Matrix, prior: Matrix, variance: number): number[][] {
  return combine(multiply(multiply(weight, prior), transpose(weight)), identity(weight.length), variance);
}

const linear = clause({
  says: "for g(z) = Wz + b the law N(b, WWᵀ + σ²I) of x is that of g∘Rᵀ",
  needs: ["apply", "symmetry.transformDecoder"],
  given: recordGiven(size, (size) => ({
    w: jacobianOf(size, 2),
    b: vector(size.data),
    r: orthogonal(size.latent),
    variance: logUniform(-2, 2),
  })),
  examine: async (subject, { w, b, r, variance }, expect) => {
    const turned = await subject.symmetry.transformDecoder(r, affine(w, b));
    const { weight, bias } = await weightAndBias(subject, turned, r.length);
    const before = covarianceOf(w, identity(r.length), variance);
    const after = covarianceOf(weight, identity(r.length), variance);
    const sizes = w.map((row, k) => Math.hypot(...row) + Math.abs(b[k]!));
    expect.closeVector("mean of x", bias, b, summation(1, largest([b]), expect.epsilon));
    before.forEach((row, i) =>
      row.forEach((entry, j) => {
        const slack = summation(4 * r.length, sizes[i]! * sizes[j]! + variance, expect.epsilon);
        expect.close(`covariance of x [${i}][${j}]`, after[i]![j]!, entry, slack);
      })
    );
  },
});

/** Decoders whose p(x) the rule on rings gives to rounding. */
export const ringed: NetworkOptions = { activations: smoothActivations, size: 0.8, hidden: 1, narrow: true };

const smooth = clause({
  says: "for a smooth decoder of one or two latents p(x) is that of g∘Rᵀ, by quadrature",
  needs: ["apply", "symmetry.transformDecoder"],
  given: recordGiven(
    fc.record({ latent: upTo(2), data: upTo(3) }),
    ({ latent, data }) => ({
      decoder: network(latent, data, ringed),
      r: orthogonal(latent),
      x: vector(data, 2),
      variance: between(0.5, 2),
    }),
  ),
  examine: async ({ symmetry, apply }, { decoder, r, x, variance }, expect) => {
    const points = rings(r.length);
    const turned = await symmetry.transformDecoder(r, decoder);
    const before = mixtureDensity(x, await apply(decoder, points), variance);
    const after = mixtureDensity(x, await apply(turned, points), variance);
    const g = outputBound(decoder, largest(points)), peak = densityPeak(x.length, variance);
    const slack = expect.rounding("p(x): rounding of the decoder, and of the rule on each ring", {
      c: 8 * (decoder.length + r.length),
      scale: peak * (1 + x.length * g * g / variance),
      floor: 1e-11 * peak,
    });
    expect.close("p(x) under g∘Rᵀ", after, before, slack);
  },
});

/** g(z) = z: whatever is done to the latents is seen in x. */
const plain = (latent: number): NetworkSpec => affine(identity(latent), Array(latent).fill(0));

/** R with one row that is too long. */
const stretchedCase = recordGiven(
  sizeUpTo(1, 5, 8),
  (d) => ({ r: orthogonal(d), at: fc.nat(d - 1), stretch: between(1.1, 3) }),
).map(({ r, at, stretch }) => ({
  m: r.map((row, i) => (i === at ? scaled([row], stretch)[0]! : row)),
  stretch,
}));

const refused = clause({
  says: "a matrix M that is not orthogonal is refused as a rotation",
  needs: ["symmetry.transformDecoder"],
  given: stretchedCase,
  examine: async ({ symmetry }, { m }, expect) => {
    await expect.throwsRangeError(
      "a decoder transformed by a matrix that is not orthogonal",
      () => symmetry.transformDecoder(m, plain(m.length)),
    );
  },
});

const notOrthogonal = clause({
  says: "a matrix M that is not orthogonal does change p(x): by W(MᵀM − I)Wᵀ in the covariance",
  needs: ["apply"],
  given: stretchedCase,
  examine: async (subject, { m, stretch }, expect) => {
    const d = m.length;
    const { weight } = await weightAndBias(subject, afterTranspose(m, plain(d)), d);
    const change = combine(covarianceOf(weight, identity(d), 0), identity(d), -1);
    const expected = combine(multiply(transpose(m), m), identity(d), -1);
    const slack = summation(4 * d, stretch * stretch, expect.epsilon);
    expect.closeMatrix("change of the covariance of x", change, expected, slack);
    // The trace of MᵀM − I is stretch² − 1.
    expect.atLeast("largest change", largest(change), (stretch * stretch - 1) / d, slack);
  },
});

const anisotropic = clause({
  says:
    "under a prior N(0, diag s) with s_i ≠ s_k a rotation of i and k does change p(x): by (s_k − s_i) sinθ cosθ",
  needs: ["apply", "symmetry.transformDecoder"],
  given: recordGiven(sizeUpTo(2, 5, 8), (d) => ({
    s: listOf(d, between(0.5, 2)),
    i: fc.nat(d - 2),
    ratio: between(1.5, 4),
    angle: mixingAngle,
  })),
  examine: async (subject, { s, i, ratio, angle }, expect) => {
    const d = s.length, k = d - 1;
    const prior = s.with(k, s[i]! * ratio);
    const r = planeRotation(d, i, k, angle);
    const turned = await subject.symmetry.transformDecoder(r, plain(d));
    const { weight } = await weightAndBias(subject, turned, d);
    const after = covarianceOf(weight, diagonal(prior), 0);
    const slack = summation(4 * d, Math.max(...prior), expect.epsilon);
    const expected = (prior[k]! - prior[i]!) * Math.sin(angle) * Math.cos(angle);
    expect.close(`covariance of x [${i}][${k}]`, after[i]![k]!, expected, slack);
    expect.atLeast("its size", Math.abs(after[i]![k]!), s[i]! * 0.5 * Math.sin(0.4) / 2, slack);
  },
});

const anisotropicSmooth = clause({
  says:
    "under the prior N(0, diag(1, 9)) p(0) of g(z) = tanh z₁ falls by a half where a quarter turn lets g read z₂",
  needs: ["apply", "symmetry.transformDecoder"],
  given: fc.constant(Math.PI / 2),
  atMost: 1,
  examine: async ({ symmetry, apply }, angle, expect) => {
    const decoder: NetworkSpec = [{ weight: [[1], [0]], bias: [0], activation: "tanh" }];
    const turned = await symmetry.transformDecoder(planeRotation(2, 0, 1, angle), decoder);
    const { nodes, weights } = gaussianRule(2, 0.25);
    const points = nodes.map((node) => [node[0]!, 3 * node[1]!]);
    const before = mixtureDensity([0], await apply(decoder, points), 0.1, weights);
    const after = mixtureDensity([0], await apply(turned, points), 0.1, weights);
    const slack = expect.rounding("p(0)", { c: 64, scale: 10 });
    expect.atMost("p(0) of g∘Rᵀ", after, before / 2, slack);
  },
});

export const U1 = law({
  id: "U1",
  title: "Rotations cannot be seen in p(x)",
  statement: "with a prior N(0, I) and R orthogonal, the decoders g and g∘Rᵀ have the same marginal p(x)",
  tex:
    tex`\int p(x\mid g(R^\top z))\,\mathcal N(z;0,I)\,dz=\int p(x\mid g(z))\,\mathcal N(z;0,I)\,dz\quad(R^\top R=I)`,
  source: "Latent variable models and Uniqueness",
  kind: "identity",
  assumptions: ["p(z) = N(0, I)", "R orthogonal"],
  clauses: [linear, smooth, refused, notOrthogonal, anisotropic, anisotropicSmooth],
});
