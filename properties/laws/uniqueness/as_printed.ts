/**
 * X3 and X4: two sentences about mean-field posteriors that are false as printed, with what contradicts them.
 *
 * @module
 */

import fc from "fast-check";
import { logUniform, sizeUpTo } from "../arbitrary/number.ts";
import { mixing } from "../arbitrary/mixing.ts";
import { planeRotation } from "../arbitrary/rotation.ts";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import type { Matrix, Vector } from "../../contract/subject.ts";
import { diagonal } from "../reference/algebra.ts";
import { criterion, offDiagonalNorm, rotationSlack } from "./mean_field.ts";

/** The two latents exchanged, one of them with the other sign. */
const exchange: Matrix = [[0, 1], [-1, 0]];

const unequal = clause({
  says: "the variances 1 and 4 are not equal, and exchanging the latents keeps N(0, diag(1, 4)) mean-field",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: fc.constant<Vector>([1, 4]),
  atMost: 1,
  examine: async ({ symmetry }, v, expect) => {
    const q = { mean: [0, 0], covariance: diagonal(v) };
    const { covariance } = await symmetry.transformGaussian(exchange, q);
    expect.is(
      "covariance of r#q",
      JSON.stringify(covariance.map((row) => row.map((c) => c + 0))),
      "[[4,0],[0,1]]",
    );
    expect.is("r#q is mean-field", await symmetry.preservesMeanField(exchange, v), true);
    expect.is("all variances are equal", v.every((value) => value === v[0]), false);
  },
});

const partly = clause({
  says:
    "nor need all variances be equal where latents are mixed: a rotation of two equal ones beside a third keeps q mean-field",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: fc.record({ v: logUniform(-3, 3), factor: logUniform(0.1, 3), angle: logUniform(-1, 0) }),
  examine: async ({ symmetry }, { v, factor, angle }, expect) => {
    const variances = [v, v, v * factor];
    const r = planeRotation(3, 0, 1, angle);
    const q = { mean: [0, 0, 0], covariance: diagonal(variances) };
    const { covariance } = await symmetry.transformGaussian(r, q);
    const slack = rotationSlack(variances, expect.epsilon);
    expect.atMost("‖off-diagonal of RΣRᵀ‖", offDiagonalNorm(covariance), 0, slack);
    expect.is("r#q is mean-field", await symmetry.preservesMeanField(r, variances), true);
  },
});

/** X3. */
export const X3 = law({
  id: "X3",
  title: "Equal variances are not necessary",
  statement:
    "r#p is mean-field iff the variances are equal on every connected component of latents that R mixes; not all need be equal",
  printed: "r#p is mean-field iff all variances are equal",
  counterexample: "v = (1, 4), R exchanges the two latents: the covariance is diag(4, 1), still mean-field",
  tex:
    tex`R=\begin{pmatrix}0&1\\-1&0\end{pmatrix},\;v=(1,4):\quad R\,\mathrm{diag}(v)R^\top=\mathrm{diag}(4,1)`,
  source: "Choice of Q can lead to uniqueness",
  kind: "refutation",
  assumptions: ["R orthogonal"],
  clauses: [unequal, partly, criterion],
});

const isotropic = clause({
  says: "an isotropic q is a mean-field Gaussian, and stays in the family under every rotation",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: sizeUpTo(2, 5, 8).chain((d) => fc.record({ mixed: mixing(d), v: logUniform(-3, 3) })),
  examine: async ({ symmetry }, { mixed, v }, expect) => {
    const variances = mixed.rotation.map(() => v);
    const q = { mean: variances, covariance: diagonal(variances) };
    const { covariance } = await symmetry.transformGaussian(mixed.rotation, q);
    const slack = rotationSlack(variances, expect.epsilon);
    expect.closeMatrix("covariance of r#q", covariance, q.covariance, slack);
    expect.is("r#q is mean-field", await symmetry.preservesMeanField(mixed.rotation, variances), true);
  },
});

const eighthTurn = clause({
  says: "N(0, I) itself, turned by an eighth, is N(0, I)",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: fc.constant(Math.PI / 4),
  atMost: 1,
  examine: async ({ symmetry }, angle, expect) => {
    const r = planeRotation(2, 0, 1, angle), v = [1, 1];
    const q = { mean: [0, 0], covariance: diagonal(v) };
    const turned = await symmetry.transformGaussian(r, q);
    const slack = rotationSlack(v, expect.epsilon);
    expect.closeVector("mean", turned.mean, q.mean, slack);
    expect.closeMatrix("covariance", turned.covariance, q.covariance, slack);
    expect.is("r#q is mean-field", await symmetry.preservesMeanField(r, v), true);
  },
});

/** X4. */
export const X4 = law({
  id: "X4",
  title: "Not every posterior leaves the family",
  statement:
    "for a mean-field Gaussian q, r#q leaves the family iff two variances of one connected component differ; an isotropic q never does",
  printed: "q ∈ Q implies r#q ∉ Q, for all mean-field Gaussians",
  counterexample: "q = N(0, I), R a rotation by 45°: r#q = N(0, I) = q",
  tex: tex`q=\mathcal N(\mu,\sigma^2I)\;\Rightarrow\;r_\#q=\mathcal N(R\mu,\sigma^2I)\in\mathcal Q`,
  source: "Choice of Q can lead to uniqueness",
  kind: "refutation",
  assumptions: ["R orthogonal"],
  clauses: [eighthTurn, isotropic, criterion],
});
