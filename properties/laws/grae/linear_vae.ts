/**
 * G8: with a linear decoder and its best encoder, GRAE is the exact evidence of a linear-Gaussian model.
 *
 * @module
 */

import fc from "fast-check";
import { beta, matrix, recordGiven, upTo, vector } from "../arbitrary/number.ts";
import { jacobianOf, size } from "../arbitrary/jacobian.ts";
import { added, clause, law, tex, type Tolerance, tolerance } from "../../contract/mod.ts";
import type { Matrix, ObjectiveCase } from "../../contract/subject.ts";
import { affine, linearCase, negativeLogEvidence } from "../reference/linear_model.ts";
import { dot, multiply, scaled, sum, tabulate, transpose } from "../reference/algebra.ts";
import { identityPlusGram } from "../reference/identity_plus_gram.ts";
import { linearTolerance } from "../tolerance.ts";

/** The encoder matrix (βI + WᵀW)⁻¹Wᵀ. */
function bestEncoder(w: Matrix, beta: number): Matrix {
  return scaled(multiply(identityPlusGram(w, beta).inverse, transpose(w)), 1 / beta);
}

function at(w: Matrix, encoder: Matrix, x: Matrix, beta: number): ObjectiveCase {
  // The raw factor is not used by GRAE; it comes after the mean.
  const withRaw = [...encoder, ...tabulate(encoder.length, x[0]!.length, () => 0)];
  const given = linearCase({ jacobian: w, beta }, { x });
  return { ...given, model: { ...given.model, encoder: affine(withRaw, withRaw.map(() => 0)) } };
}

/** Rounding of the log-determinant, of the loss, and of the quadratic form xᵀ(WWᵀ + βI)⁻¹x through κ. */
function slackOf(given: ObjectiveCase, w: Matrix, epsilon: number): Tolerance {
  const size = Math.max(...given.x.map((x) => dot(x, x)));
  const { plain } = identityPlusGram(w, given.beta).conditioning;
  return added(
    linearTolerance({ jacobian: w, beta: given.beta }, given, epsilon),
    tolerance("WWᵀ + βI: rounding of WWᵀ over the smallest eigenvalue", {
      c: 16 * (w.length + w[0]!.length),
      kappa: plain,
      epsilon,
      scale: size + given.beta,
    }),
  );
}

const cases = recordGiven(size, (size) => ({
  w: jacobianOf(size, 1),
  x: upTo(3).chain((batch) => matrix(batch, size.data, 3)),
  beta,
  off: fc.record({ at: fc.nat(size.latent - 1), by: vector(size.data, 1) }),
}));

const evidence = clause({
  says: "GRAE(x) = β[−log N(x; 0, WWᵀ + βI) − (n/2) log 2πβ] for h = (βI + WᵀW)⁻¹Wᵀx",
  needs: ["objectives.grae"],
  given: cases,
  examine: async ({ objectives }, { w, x, beta }, expect) => {
    const given = at(w, bestEncoder(w, beta), x, beta);
    const { loss, terms } = await objectives.grae(given);
    const slack = slackOf(given, w, expect.epsilon);
    const expected = x.map((row) =>
      beta * negativeLogEvidence(w, beta, row) - beta * row.length / 2 * Math.log(2 * Math.PI * beta)
    );
    const values = x.map((_, example) => sum(Object.values(terms).map((term) => term[example] ?? NaN)));
    expect.closeVector("GRAE per example", values, expected, slack);
    expect.close("GRAE", loss, sum(expected) / x.length, slack);
  },
});

const best = clause({
  says: "any other linear encoder costs ½ δᵀ(βI + WᵀW)δ more, δ the change of h",
  needs: ["objectives.grae"],
  given: cases,
  examine: async ({ objectives }, { w, x, beta, off }, expect) => {
    const encoder = bestEncoder(w, beta);
    const moved = encoder.map((row, i) => (i === off.at ? row.map((entry, k) => entry + off.by[k]!) : row));
    const exact = at(w, encoder, x, beta), changed = at(w, moved, x, beta);
    const difference = (await objectives.grae(changed)).loss - (await objectives.grae(exact)).loss;
    const column = w.map((row) => row[off.at]!);
    const cost = (beta + dot(column, column)) / 2 * sum(x.map((row) => dot(off.by, row) ** 2)) / x.length;
    const slack = added(slackOf(exact, w, expect.epsilon), slackOf(changed, w, expect.epsilon));
    expect.close("cost of another encoder", difference, cost, slack);
  },
});

const noise = clause({
  says: "where W = 0, GRAE(x) = ½‖x‖²: nothing is encoded and nothing regularised",
  needs: ["objectives.grae"],
  given: cases,
  examine: async ({ objectives }, { w, x, beta }, expect) => {
    const zero = scaled(w, 0);
    const given = at(zero, transpose(zero), x, beta);
    const expected = sum(x.map((row) => dot(row, row) / 2)) / x.length;
    expect.close("GRAE", (await objectives.grae(given)).loss, expected, slackOf(given, zero, expect.epsilon));
  },
});

export const G8 = law({
  id: "G8",
  title: "The linear VAE",
  statement:
    "for a linear decoder W and h = (βI + WᵀW)⁻¹Wᵀx, GRAE(x) = β[−log N(x; 0, WWᵀ + βI) − (n/2) log 2πβ]",
  tex:
    tex`\mathrm{GRAE}(x)=\beta\left[-\log\mathcal N(x;\,0,\,WW^\top+\beta I)-\tfrac n2\log2\pi\beta\right]`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "identity",
  assumptions: ["g(z) = Wz", "h = (βI + WᵀW)⁻¹Wᵀx"],
  expected: "holds under stated assumptions",
  clauses: [evidence, best, noise],
});
