/**
 * G7 and G9: what rotations of the latent space and dead latents do to the regularisers.
 *
 * @module
 */

import fc from "fast-check";
import { beta, recordGiven } from "../arbitrary/number.ts";
import { jacobianCase, singularValues, size, withSingularValues } from "../arbitrary/jacobian.ts";
import { objectiveCase } from "../arbitrary/model.ts";
import { orthogonal, signedPermutation } from "../arbitrary/rotation.ts";
import { unitGaussian } from "../arbitrary/likelihood.ts";
import { added, clause, law, tex } from "../../contract/mod.ts";
import type { Matrix, ModelSpec } from "../../contract/subject.ts";
import { affine } from "../reference/linear_model.ts";
import { columnSquares, multiply, tabulate, transpose } from "../reference/algebra.ts";
import { objectiveTolerance, routeTolerance, zeroVolumeTolerance } from "../tolerance.ts";
import { throughEachView, volumeClause } from "./volume.ts";
import { priceOfMeanField } from "./price_of_mean_field.ts";

const rotated = recordGiven(size, (size) => ({
  factored: withSingularValues(size, singularValues(size)),
  beta,
  r: orthogonal(size.latent),
  p: signedPermutation(size.latent),
}));

const invariance = volumeClause({
  says:
    "GRAE does not change under J → JR; GRAE* does not under signed permutations, and is smallest where RᵀGR is diagonal: it " +
    "equals GRAE there, and exceeds it by β KL(mean-field optimum ‖ Σ*) elsewhere",
  needs: ["grae", "graeStar"],
  given: rotated,
  examine: async (volume, { factored, beta, r, p }, expect) => {
    const { jacobian, right } = factored, given = { jacobian, beta };
    const [turned, aligned, relabelled] = [r, right, p].map((q) => ({
      jacobian: multiply(jacobian, q),
      beta,
    }));
    const slack = added(...[given, turned!, aligned!].map((each) => routeTolerance(each, expect)));
    const grae = await volume.grae(given), least = await volume.graeStar(aligned!);
    expect.close("GRAE of JR and of J", await volume.grae(turned!), grae, slack);
    expect.close("GRAE* where RᵀGR is diagonal, and GRAE", least, grae, slack);
    const excess = await volume.graeStar(turned!) - least;
    expect.close("GRAE* of JR above the minimum", excess, beta * priceOfMeanField(turned!), slack);
    const star = await volume.graeStar(given);
    expect.close("GRAE* of J relabelled", await volume.graeStar(relabelled!), star, slack);
  },
});

/** The same model in rotated latents: h → R h, g → g∘Rᵀ. */
function rotate(model: ModelSpec, r: Matrix): ModelSpec {
  const turn = affine(r, r.map(() => 0));
  const back = affine(transpose(r), r.map(() => 0));
  // The mean comes first among the encoder's outputs; the raw factor after it plays no part in GRAE.
  const outputs = model.encoder.at(-1)!.bias.length;
  const padded = tabulate(outputs, outputs, (i, j) => r[i]?.[j] ?? (i === j ? 1 : 0));
  const encoder = r.length === outputs ? turn : affine(padded, padded.map(() => 0));
  return { ...model, encoder: [...model.encoder, ...encoder], decoder: [...back, ...model.decoder] };
}

const rotatedModel = clause({
  says: "the GRAE loss does not change when the latents of a model are rotated: h → Rh, g → g∘Rᵀ",
  needs: ["objectives.grae"],
  given: recordGiven(
    objectiveCase({ likelihood: unitGaussian, family: "mean-field" }),
    (given) => ({ given, r: orthogonal(given.model.latent) }),
  ),
  examine: async ({ objectives }, { given, r }, expect) => {
    const turned = { ...given, model: rotate(given.model, r) };
    const slack = added(...[given, turned].map((each) => objectiveTolerance(each, expect.epsilon)));
    const before = await objectives.grae(given), after = await objectives.grae(turned);
    expect.close("GRAE loss in rotated latents", after.loss, before.loss, slack);
    for (const term of ["reconstruction", "prior", "volume"]) {
      expect.closeVector(term, after.terms[term] ?? [], before.terms[term] ?? [], slack);
    }
  },
});

const dead = volumeClause({
  says: "a zero column, wherever it is put, adds nothing to GRAE, GRAE* or GRAE-block(1)",
  needs: ["grae", "graeBlock", "graeStar"],
  given: recordGiven(jacobianCase, (given) => ({ given, place: fc.nat(given.jacobian[0]!.length) })),
  examine: async (volume, { given, place }, expect) => {
    const widened = { ...given, jacobian: given.jacobian.map((row) => row.toSpliced(place, 0, 0)) };
    const slack = routeTolerance(widened, expect);
    for (const name of ["grae", "graeBlock", "graeStar"] as const) {
      const without = await volume[name](given, 1);
      expect.close(`${name} with a dead latent`, await volume[name](widened, 1), without, slack);
    }
  },
});

const zero = volumeClause({
  says: "the regularisers are 0 for J = 0, and otherwise at least (β/2) log(1 + max_i ‖J_i‖²/β) > 0",
  needs: ["grae", "graeBlock", "graeStar"],
  given: jacobianCase,
  examine: async (volume, given, expect) => {
    const { jacobian, beta } = given;
    const slack = routeTolerance(given, expect);
    const least = beta / 2 * Math.log1p(Math.max(...columnSquares(jacobian)) / beta);
    const nothing = { beta, jacobian: jacobian.map((row) => row.map(() => 0)) };
    const none = zeroVolumeTolerance(nothing, expect);
    for (const name of ["grae", "graeBlock", "graeStar"] as const) {
      expect.atLeast(name, await volume[name](given, 1), least, slack);
      expect.close(`${name} of 0`, await volume[name](nothing, 1), 0, none);
    }
  },
});

export const G7 = law({
  id: "G7",
  title: "Rotations",
  statement:
    "GRAE is invariant under J → JR for orthogonal R; GRAE* is minimal over R where RᵀGR is diagonal, and equals GRAE there",
  tex:
    tex`\log\left|I+\tfrac1\beta R^\top GR\right|=\log\left|I+\tfrac1\beta G\right|=\min_R\sum_i\log\left(1+\tfrac1\beta(R^\top GR)_{ii}\right)`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "identity",
  assumptions: ["R orthogonal"],
  clauses: [...throughEachView(invariance), rotatedModel],
});

export const G9 = law({
  id: "G9",
  title: "Dead latents",
  statement: "a latent that the decoder ignores adds nothing, and the regulariser is 0 iff J = 0",
  tex:
    tex`\log\left|I+\tfrac1\beta[J\;0]^\top[J\;0]\right|=\log\left|I+\tfrac1\beta J^\top J\right|,\qquad\log\left|I+\tfrac1\beta J^\top J\right|=0\iff J=0`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "identity",
  assumptions: ["β > 0"],
  clauses: throughEachView(dead, zero),
});
