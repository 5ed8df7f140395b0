/**
 * A11: volume terms are accurate relative to themselves, however small they are.
 *
 * Why: G1 and G3 compare with slack of the size of β ε, beside which a volume of ‖J‖² = 1e-12 β is nothing. log(1 + x) in float32 is
 * 0 there, and GRAE* with a large β has neither a volume nor a gradient.
 *
 * @module
 */

import fc from "fast-check";
import { beta, logUniform } from "../arbitrary/number.ts";
import { divisors } from "../arbitrary/model.ts";
import { type JacobianCase, jacobianOf, size } from "../arbitrary/jacobian.ts";
import { type Clause, law, tex } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
import { columnSquares, consecutive, sum } from "../reference/algebra.ts";
import { logDeterminantBySingularValues } from "../reference/identity_plus_gram.ts";
import { relativeVolumeTolerance } from "../tolerance.ts";
import { throughEachView, volumeClause, type VolumeView } from "../grae/volume.ts";

/** ‖J‖²_F/β from 1e-12 to 1e12 for Jacobians of any kind; J = 0 stays 0. */
const cases: fc.Arbitrary<JacobianCase> = size.chain((given) =>
  fc.record({ shape: jacobianOf(given), beta, ratio: logUniform(-12, 12) })
).map(({ shape, beta, ratio }) => {
  const norm = sum(columnSquares(shape));
  const factor = norm > 0 ? Math.sqrt(beta * ratio / norm) : 0;
  return { jacobian: shape.map((row) => row.map((entry) => factor * entry)), beta };
});

/** Consecutive blocks of columns. */
const blocksOf = (jacobian: Matrix, block: number): Matrix[] =>
  consecutive(jacobian[0]!.length, block).map((latents) =>
    jacobian.map((row) => latents.map((i) => row[i]!))
  );

function determinants(name: "grae" | "graeBlock"): (view: VolumeView) => Clause {
  return volumeClause({
    says:
      `${
        name === "grae" ? "GRAE" : "GRAE-block"
      } is the sum of log(1 + s²/β) over singular values, relative to itself, ` +
      "for ‖J‖²/β from 1e-12 to 1e12",
    needs: [name],
    promised: "relative volumes",
    given: cases,
    examine: async (volume, { jacobian, beta }, expect) => {
      const latent = jacobian[0]!.length;
      for (const block of name === "grae" ? [latent] : divisors(latent)) {
        const blocks = blocksOf(jacobian, block);
        const parts = blocks.map((part) => beta / 2 * logDeterminantBySingularValues(part, beta));
        const slack = relativeVolumeTolerance(blocks, beta, sum(parts), expect.epsilon);
        const actual = await volume[name]({ jacobian, beta }, block);
        expect.close(`blocks of ${block}`, actual, sum(parts), slack);
      }
    },
  });
}

function columns(name: "graeStar" | "graeStarStochastic"): (view: VolumeView) => Clause {
  const stochastic = name === "graeStarStochastic";
  return volumeClause({
    says:
      `${stochastic ? "the stochastic GRAE*" : "GRAE*"} is that of log(1 + ‖J_i‖²/β), relative to itself, ` +
      "for ‖J‖²/β from 1e-12 to 1e12",
    needs: [name],
    promised: "relative volumes",
    given: cases,
    examine: async (volume, { jacobian, beta }, expect) => {
      const d = jacobian[0]!.length;
      const volumes = columnSquares(jacobian).map((square) => beta / 2 * Math.log1p(square / beta));
      const parts = stochastic ? volumes.map((volume) => d * volume) : [sum(volumes)];
      for (const [i, expected] of parts.entries()) {
        const blocks = stochastic ? blocksOf(jacobian, 1).slice(i, i + 1) : blocksOf(jacobian, 1);
        const slack = relativeVolumeTolerance(blocks, beta, expected, expect.epsilon);
        expect.close(`column ${i}`, await volume[name]({ jacobian, beta }, i), expected, slack);
      }
    },
  });
}

export const A11 = law({
  id: "A11",
  title: "Small volume terms",
  statement: "The volume terms are accurate relative to themselves, from ‖J‖²/β = 1e-12 to 1e12",
  tex:
    tex`\left|\widehat{V}-V\right|\le c\,\varepsilon\,V,\qquad V=\tfrac{\beta}{2}\sum_i\log\left(1+\tfrac{s_i^2}{\beta}\right)`,
  source: "the implementation",
  kind: "identity",
  assumptions: ["β > 0", "the subject promises relative volumes"],
  clauses: throughEachView(
    determinants("grae"),
    determinants("graeBlock"),
    columns("graeStar"),
    columns("graeStarStochastic"),
  ),
});
