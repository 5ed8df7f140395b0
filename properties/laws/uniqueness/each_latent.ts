/**
 * U10: maps that act on each latent alone, up to which a model may be unique at best.
 *
 * @module
 */

import fc from "fast-check";
import { clause, law, tex } from "../../contract/mod.ts";
import type { Vector } from "../../contract/subject.ts";
import { normalCumulative } from "../../oracle/normal.ts";
import { between, listOf, matrix, recordGiven, sizeUpTo, upTo, vector } from "../arbitrary/number.ts";
import { mixing } from "../arbitrary/mixing.ts";
import { network } from "../arbitrary/network.ts";
import { signedPermutation } from "../arbitrary/rotation.ts";
import { variances } from "../arbitrary/spd.ts";
import { apply, diagonal, multiply, transpose } from "../reference/algebra.ts";
import { densityPeak, mixtureDensity } from "../reference/quadrature.ts";
import { outputBound } from "../reference/network_bound.ts";
import { rotatedDecoderTolerance } from "../tolerance.ts";
import { offDiagonalNorm } from "./mean_field.ts";

const signs = clause({
  says:
    "z ↦ −z of some latents, and their order, take mean-field q to mean-field q with the same variances, without rounding, and g along: g∘r⁻¹ at r(z) is g(z)",
  needs: ["apply", "symmetry.transformGaussian", "symmetry.transformDecoder", "symmetry.preservesMeanField"],
  given: recordGiven(fc.tuple(sizeUpTo(1, 4, 8), upTo(4)), ([d, data]) => ({
    p: signedPermutation(d),
    mean: vector(d, 2),
    v: variances(d),
    g: network(d, data),
    z: matrix(2, d, 2),
  })),
  examine: async (subject, { p, mean, v, g, z }, expect) => {
    const { transformGaussian, transformDecoder, preservesMeanField } = subject.symmetry;
    const q = await transformGaussian(p, { mean, covariance: diagonal(v) });
    const stored = expect.rounding("storing a number", { c: 2, scale: Math.max(2, ...v) });
    expect.closeVector("mean of r#q", q.mean, apply(p, mean), stored);
    const expected = multiply(multiply(p, diagonal(v)), transpose(p));
    expect.closeMatrix("covariance of r#q", q.covariance, expected, stored);
    expect.is("latents of r#q are correlated", offDiagonalNorm(q.covariance) !== 0, false);
    expect.is("r#q is mean-field", await preservesMeanField(p, v), true);
    const turned = await transformDecoder(p, g);
    const slack = rotatedDecoderTolerance(g, z, expect.epsilon);
    const there = await subject.apply(turned, z.map((row) => apply(p, row)));
    expect.closeMatrix("g∘r⁻¹ at r(z)", there, await subject.apply(g, z), slack);
  },
});

/** The quantiles (k + ½)/n of N(0, 1), by halving: pieces of the line of equal mass. */
function quantiles(n: number): number[] {
  return Array.from({ length: n }, (_, k) => {
    let [low, high] = [-8, 8];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (normalCumulative(middle) < (k + 0.5) / n) low = middle;
      else high = middle;
    }
    return low;
  });
}

const PIECES = 16;
const pieces = quantiles(PIECES);
const rearrangement = fc.shuffledSubarray(pieces.map((_, k) => k), { minLength: PIECES, maxLength: PIECES });

const rearranged = clause({
  says:
    "any rearrangement of pieces of equal mass of each latent's line leaves p(x) as it is, over one point in each piece",
  needs: ["apply"],
  given: recordGiven(fc.tuple(upTo(2), upTo(3)), ([d, data]) => ({
    g: network(d, data, { size: 1 }),
    orders: listOf(d, rearrangement),
    x: vector(data, 2),
    variance: between(0.5, 2),
  })),
  examine: async (subject, { g, orders, x, variance }, expect) => {
    const grid = (points: readonly Vector[]): number[][] =>
      points.reduce<number[][]>((rows, line) => rows.flatMap((row) => line.map((u) => [...row, u])), [[]]);
    const before = await subject.apply(g, grid(orders.map(() => pieces)));
    const after = await subject.apply(g, grid(orders.map((order) => order.map((k) => pieces[k]!))));
    const size = outputBound(g, 2);
    const slack = expect.rounding("p(x): rounding of the decoder and of the mean", {
      c: 8 * (g.length + 4),
      scale: densityPeak(x.length, variance) * (1 + x.length * size * size / variance),
    });
    expect.close("p(x)", mixtureDensity(x, after, variance), mixtureDensity(x, before, variance), slack);
  },
});

const nothingMore = clause({
  says:
    "up to these alone: where all variances differ, R keeps q mean-field iff every component of latents that R mixes is one latent, as with signed permutations",
  needs: ["symmetry.mixedComponents", "symmetry.preservesMeanField"],
  given: recordGiven(
    sizeUpTo(2, 5, 8),
    (d) => ({ mixed: mixing(d), p: signedPermutation(d), v: between(0.5, 2) }),
  ),
  examine: async ({ symmetry }, { mixed, p, v }, expect) => {
    const distinct = p.map((_, i) => v * 1.5 ** i);
    expect.is("components of a signed permutation", (await symmetry.mixedComponents(p)).length, p.length);
    const relabelled = await symmetry.preservesMeanField(p, distinct);
    expect.is("a signed permutation keeps q mean-field", relabelled, true);
    const components = await symmetry.mixedComponents(mixed.rotation);
    expect.is("components", components.length, mixed.groups.length);
    const kept = await symmetry.preservesMeanField(mixed.rotation, distinct);
    expect.is("R keeps q mean-field", kept, mixed.groups.every((group) => group.length === 1));
  },
});

export const U10 = law({
  id: "U10",
  title: "Maps of each latent alone",
  statement:
    "maps that act on each latent alone and keep its N(0, 1) leave p(x) and the factorisation of mean-field q unchanged; together with permutations they are what uniqueness is up to",
  tex:
    tex`r(z)=\big(r_1(z_1),\dots,r_d(z_d)\big),\;r_{i\#}\mathcal N(0,1)=\mathcal N(0,1)\;\Rightarrow\;p_{g\circ r^{-1}}(x)=p_g(x),\quad r_\#\textstyle\prod_iq_i=\prod_i r_{i\#}q_i`,
  source: "Latent variable models and Uniqueness",
  kind: "identity",
  assumptions: ["p(z) = N(0, I)", "each map keeps N(0, 1)"],
  clauses: [signs, rearranged, nothingMore],
});
