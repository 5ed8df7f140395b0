/**
 * X3 to X5: three sentences about mean-field posteriors that are false as printed, with what contradicts them.
 *
 * @module
 */

import fc from "fast-check";
import { between, logUniform, recordGiven, sizeUpTo, vector } from "../arbitrary/number.ts";
import { mixing, mixingAngle } from "../arbitrary/mixing.ts";
import { planeRotation } from "../arbitrary/rotation.ts";
import { clause, law, tex } from "../../contract/mod.ts";
import type { FactorSpec, Matrix, Vector } from "../../contract/subject.ts";
import { diagonal, largest } from "../reference/algebra.ts";
import { dependent, grid, phiRounding } from "./dependence.ts";
import { criterion, offDiagonalNorm, rotationSlack, turnedCovariance } from "./mean_field.ts";

/** The two latents exchanged, one of them with the other sign. */
const exchange: Matrix = [[0, 1], [-1, 0]];

const unequal = clause({
  says: "the variances 1 and 4 are not equal, and exchanging the latents keeps N(0, diag(1, 4)) mean-field",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: fc.constant<Vector>([1, 4]),
  atMost: 1,
  examine: async (subject, v, expect) => {
    const covariance = (await turnedCovariance(subject, exchange, v)).map((row) => row.map((c) => c + 0));
    expect.is("covariance of r#q", JSON.stringify(covariance), "[[4,0],[0,1]]");
    expect.is("r#q is mean-field", await subject.symmetry.preservesMeanField(exchange, v), true);
    expect.is("all variances are equal", v.every((value) => value === v[0]), false);
  },
});

const partly = clause({
  says:
    "nor need all variances be equal where latents are mixed: a rotation of two equal ones beside a third keeps q mean-field",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: fc.record({ v: logUniform(-3, 3), factor: logUniform(0.1, 3), angle: logUniform(-1, 0) }),
  examine: async (subject, { v, factor, angle }, expect) => {
    const variances = [v, v, v * factor], r = planeRotation(3, 0, 1, angle);
    const off = offDiagonalNorm(await turnedCovariance(subject, r, variances));
    expect.atMost("‖off-diagonal of RΣRᵀ‖", off, 0, rotationSlack(variances, expect.epsilon));
    expect.is("r#q is mean-field", await subject.symmetry.preservesMeanField(r, variances), true);
  },
});

const isotropic = clause({
  says: "an isotropic q is a mean-field Gaussian, and stays in the family under every rotation",
  needs: ["symmetry.transformGaussian", "symmetry.preservesMeanField"],
  given: recordGiven(sizeUpTo(2, 5, 8), (d) => ({ mixed: mixing(d), v: logUniform(-3, 3) })),
  examine: async ({ symmetry }, { mixed, v }, expect) => {
    const variances = mixed.rotation.map(() => v);
    const q = { mean: variances, covariance: diagonal(variances) };
    const { covariance } = await symmetry.transformGaussian(mixed.rotation, q);
    const slack = rotationSlack(variances, expect.epsilon);
    expect.closeMatrix("covariance of r#q", covariance, q.covariance, slack);
    expect.is("r#q is mean-field", await symmetry.preservesMeanField(mixed.rotation, variances), true);
  },
});

export const X3 = law({
  id: "X3",
  title: "Equal variances are not necessary",
  statement:
    "for one R, r#p is mean-field iff the variances are equal on every connected component of latents that R mixes; for every R it is iff all are equal",
  printed: "r#p mean-field iff all variances equal",
  counterexample: "v = (1, 4), R exchanges the two latents: the covariance is diag(4, 1), still mean-field",
  tex:
    tex`R=\begin{pmatrix}0&1\\-1&0\end{pmatrix},\;v=(1,4):\quad R\,\mathrm{diag}(v)R^\top=\mathrm{diag}(4,1)`,
  source: "Example: Isotropic Gaussian prior and orthogonal transforms",
  kind: "refutation",
  assumptions: ["R orthogonal"],
  clauses: [unequal, partly, criterion, isotropic],
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

export const X4 = law({
  id: "X4",
  title: "Not every posterior leaves the family",
  statement:
    "for a mean-field Gaussian q, r#q leaves the family iff two variances of one connected component differ; an isotropic q never does",
  printed:
    "a hypothesis that the slide's own example does not meet: q ∈ Q implies r#q ∉ Q, for all mean-field Gaussians",
  counterexample: "q = N(0, I), R a rotation by 45°: r#q = N(0, I) = q",
  tex: tex`q=\mathcal N(\mu,\sigma^2I)\;\Rightarrow\;r_\#q=\mathcal N(R\mu,\sigma^2I)\in\mathcal Q`,
  source: "Choice of Q can lead to uniqueness",
  kind: "refutation",
  assumptions: ["R orthogonal"],
  clauses: [eighthTurn, isotropic, criterion],
});

/** Two Gaussian latents of the same variance, and a Laplace. */
const oneNonGaussian = (variance: number, other: number): FactorSpec[] => [
  { kind: "gaussian", variance },
  { kind: "gaussian", variance },
  { kind: "laplace", variance: other },
];

const spared = clause({
  says: "normal, normal of the same variance, Laplace: a rotation of the first two keeps them independent",
  needs: ["symmetry.factorisationGap"],
  given: fc.record({
    angle: mixingAngle,
    variance: between(0.5, 2),
    other: between(0.5, 2),
    s: vector(3, 3),
  }),
  examine: async ({ symmetry }, { angle, variance, other, s }, expect) => {
    const r = planeRotation(3, 0, 1, angle);
    const gap = await symmetry.factorisationGap(r, oneNonGaussian(variance, other), s);
    expect.close("φ_y(s) − Π φ(s_i)", gap, 0, phiRounding(9, 12, expect.epsilon));
  },
});

const touched = clause({
  says: "a rotation of one of them with the Laplace does not",
  needs: ["symmetry.factorisationGap"],
  given: fc.record({ angle: mixingAngle, variance: between(0.5, 2) }),
  examine: async ({ symmetry }, { angle, variance }, expect) => {
    const r = planeRotation(3, 1, 2, angle), factors = oneNonGaussian(variance, variance);
    const gaps = await Array.fromAsync(
      grid(variance),
      ([a, b]) => symmetry.factorisationGap(r, factors, [0, a!, b!]),
    );
    const least = 0.02 * Math.sin(2 * angle) ** 2;
    expect.atLeast("largest |φ_y(s) − Π φ(s_i)|", largest([gaps]), least, phiRounding(9, 3, expect.epsilon));
  },
});

export const X5 = law({
  id: "X5",
  title: "Some latents that are not Gaussian",
  statement:
    "a factorised posterior is told from its rotation by every R that mixes a non-Gaussian component; an R that mixes Gaussian ones of the same variance alone keeps it factorised",
  printed:
    "Models with non-Gaussian factorised posteriors will not have non-uniqueness to orthogonal transforms",
  counterexample:
    "N(0, v), N(0, v) and a Laplace: a rotation of the first two latents preserves the factorisation",
  tex:
    tex`u\sim\mathcal N(0,v)\otimes\mathcal N(0,v)\otimes\mathrm{Laplace}:\quad\begin{pmatrix}R_\theta&0\\0&1\end{pmatrix}u\sim u`,
  source: "Example: Isotropic Gaussian prior and orthogonal transforms",
  kind: "refutation",
  assumptions: ["R orthogonal", "u has independent components"],
  clauses: [spared, touched, dependent],
});
