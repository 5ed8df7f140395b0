/**
 * D10, D11: mutual information of x and z, and axes of a decoder's metric.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import type { EncodedSet, Vector } from "../../contract/subject.ts";
import { between, listOf, recordGiven, seed, sizeUpTo, vector } from "../arbitrary/number.ts";
import { rotation, signedPermutation } from "../arbitrary/rotation.ts";
import { diagonal, multiply, sum, tabulate } from "../reference/algebra.ts";
import { normalSource } from "../reference/random.ts";
import { gaussianRule } from "../reference/quadrature.ts";
import { mean } from "../reference/statistics.ts";

/** Posteriors and a draw from each. */
const encoded = fc.record({
  batch: sizeUpTo(1, 6, 12),
  latent: sizeUpTo(1, 4, 8),
  spread: between(0, 4),
  seed,
}).map(
  ({ batch, latent, spread, seed }): EncodedSet => {
    const normal = normalSource(seed);
    const means = tabulate(batch, latent, () => spread * normal());
    const deviation = tabulate(batch, latent, () => Math.exp(0.5 * normal()));
    const samples = means.map((row, n) => row.map((entry, i) => entry + deviation[n]![i]! * normal()));
    return { mean: means, deviation, samples };
  },
);

/** log N(z; m, s²) without the constants that all share. */
const logNormal = (z: Vector, m: Vector, s: Vector): number =>
  -sum(z.map((entry, i) => ((entry - m[i]!) / s[i]!) ** 2 / 2 + Math.log(s[i]!)));

const formula = clause({
  says: "log q(z|x) less the log of its mean over all N examples, at most log N",
  needs: ["scores.latentInformation"],
  given: encoded,
  examine: async ({ scores }, given, expect) => {
    const n = given.mean.length, latent = given.mean[0]!.length;
    let greatest = 1;
    const each = given.samples.map((z, i) => {
      const logs = given.mean.map((m, j) => logNormal(z, m, given.deviation[j]!));
      const top = Math.max(...logs);
      greatest = Math.max(
        greatest,
        Math.abs(top),
        Math.abs(logs[i]!),
        ...logs.map((entry) => Math.min(60, top - entry)),
      );
      return logs[i]! - top - Math.log(mean(logs.map((entry) => Math.exp(entry - top))));
    });
    const slack = expect.rounding("rounding of squares and of logarithms of sums", {
      c: 32 * (n + latent),
      scale: greatest + latent,
    });
    const found = await scores.latentInformation(given);
    expect.close("I(x; z)", found, mean(each), slack);
    expect.atMost("I(x; z)", found, Math.log(n), slack);
  },
});

const extremes = clause({
  says: "the same posterior for all x tells nothing, and posteriors far apart tell which x: log N",
  needs: ["scores.latentInformation"],
  given: encoded,
  examine: async ({ scores }, { mean: means, deviation, samples }, expect) => {
    const n = means.length,
      noise = samples.map((row, b) => row.map((entry, i) => (entry - means[b]![i]!) / deviation[b]![i]!));
    const drawn = (m: (b: number) => Vector, s: Vector): EncodedSet => ({
      mean: means.map((_, b) => m(b)),
      deviation: means.map(() => s),
      samples: noise.map((row, b) => row.map((entry, i) => m(b)[i]! + s[i]! * entry)),
    });
    const slack = expect.rounding("rounding of squares and of logarithms of sums", {
      c: 32 * (n + 8),
      scale: 64 * n,
    });
    const alike = drawn(() => means[0]!, deviation[0]!);
    expect.close("I of one posterior", await scores.latentInformation(alike), 0, slack);
    const apart = drawn((b) => means[0]!.map(() => 100 * b), means[0]!.map(() => 1));
    const within = expect.rounding("rounding of squares of distances", { c: 32 * (n + 8), scale: 1 });
    expect.close(
      "I of posteriors far apart",
      await scores.latentInformation(apart),
      Math.log(n),
      added100(within, n),
    );
  },
});

/** Squares of means up to 100 n in the exponents that are left: those of a sample and its own mean. */
function added100<T extends { readonly value: number }>(slack: T, n: number): T {
  return { ...slack, value: slack.value * (1 + 100 * n) };
}

const exact = clause({
  says: "in one dimension its mean over the draws is the information of the mixture, by quadrature",
  needs: ["scores.latentInformation"],
  given: recordGiven(fc.integer({ min: 1, max: 4 }), (n) => ({
    means: vector(n, 3),
    deviations: listOf(n, between(0.5, 2)),
  })),
  atMost: 20, // Each case has 171 calls.
  examine: async ({ scores }, { means, deviations }, expect) => {
    const { nodes, weights } = gaussianRule(1, 0.1);
    const asColumn = (v: Vector): number[][] => v.map((entry) => [entry]);
    let found = 0;
    for (const [k, [u]] of nodes.entries()) {
      const samples = means.map((m, i) => [m + deviations[i]! * u!]);
      found += weights[k]! *
        await scores.latentInformation({ mean: asColumn(means), deviation: asColumn(deviations), samples });
    }
    // H(z) − H(z|x), by the trapezoidal rule on a line that holds every component.
    const step = 0.02,
      density = (z: number): number =>
        mean(
          means.map((m, i) =>
            Math.exp(-(((z - m) / deviations[i]!) ** 2) / 2) / (deviations[i]! * Math.sqrt(2 * Math.PI))
          ),
        );
    let entropy = 0;
    for (let z = -22; z <= 22; z += step) {
      const q = density(z);
      if (q > 0) entropy -= step * q * Math.log(q);
    }
    const conditional = mean(deviations.map((s) => Math.log(s) + Math.log(2 * Math.PI * Math.E) / 2));
    const slack = expect.rounding("rounding over the nodes, and the rules", { c: 2000, floor: 1e-7 });
    expect.close("I(x; z)", found, entropy - conditional, slack);
  },
});

export const D10 = law({
  id: "D10",
  title: "Mutual information of x and z",
  statement:
    "the estimate mean_i [log q(z_i|x_i) − log (1/N) Σ_j q(z_i|x_j)] is at most log N, 0 for one posterior, and unbiased for N examples",
  tex: tex`\hat I=\frac1N\sum_i\Bigl[\log q(z_i\mid x_i)-\log\frac1N\sum_jq(z_i\mid x_j)\Bigr]\le\log N`,
  source: "Hoffman, Johnson, ELBO Surgery, 2016; Chen et al. 2018",
  kind: "identity",
  clauses: [formula, extremes, exact],
});

/** Orthonormal axes, singular values a factor 1.5 apart, and turned latents. */
const metrics = recordGiven(
  fc.record({ latent: sizeUpTo(2, 3, 5), more: fc.integer({ min: 0, max: 2 }) }),
  ({ latent, more }) => ({
    latent: fc.constant(latent),
    frame: rotation(latent + more),
    latents: rotation(latent),
    order: signedPermutation(latent),
    scale: between(0.2, 3),
    angle: between(0, Math.PI / 4),
  }),
);

const axes = clause({
  says:
    "changes along the principal axes have 1, in any order, of any sign and size, whatever the latents; turned ones have the cosine",
  needs: ["scores.axisAlignment"],
  given: metrics,
  examine: async ({ scores }, { latent, frame, latents, order, scale, angle }, expect) => {
    const own = frame.map((row) => row.slice(0, latent));
    const sizes = Array.from({ length: latent }, (_, i) => 1.5 ** i);
    const jacobian = multiply(multiply(own, diagonal(sizes)), latents);
    const slack = expect.rounding("rounding of J over the gap of its singular values", {
      c: 64 * frame.length,
      kappa: 4 * sizes.at(-1)! ** 2,
    });
    const along = multiply(own, order).map((row) => row.map((entry, f) => scale * (f + 1) * entry));
    expect.close("alignment", await scores.axisAlignment(jacobian, along), 1, slack);
    // The first two axes turned into each other by at most 45°: each still has its own axis.
    const c = Math.cos(angle), s = Math.sin(angle);
    const turned = own.map((row) =>
      row.map((entry, f) => f === 0 ? c * entry + s * row[1]! : f === 1 ? c * entry - s * row[0]! : entry)
    );
    const expected = (2 * c + latent - 2) / latent;
    expect.close(
      "alignment of turned changes",
      await scores.axisAlignment(jacobian, turned),
      expected,
      slack,
    );
  },
});

export const D11 = law({
  id: "D11",
  title: "Principal axes and factors",
  statement:
    "the alignment of JJᵀ's principal axes with the changes of factors is 1 iff they agree up to order, sign and size, and does not depend on the basis of the latents",
  tex: tex`\frac1F\max_\pi\sum_f\lvert\cos(u_{\pi(f)},\partial_fx)\rvert,\quad J=USV^\top`,
  source:
    "own; after Kumar, Poole 2020, and Rolinek et al., Variational Autoencoders Pursue PCA Directions, 2019",
  kind: "identity",
  assumptions: ["the singular values of J differ"],
  expected: "holds under stated assumptions",
  clauses: [axes],
});
