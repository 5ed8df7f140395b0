/**
 * G1: the regularisers from GRAE to the gradient penalty, in order.
 *
 * @module
 */

import fc from "fast-check";
import { beta, recordGiven, upTo } from "../arbitrary/number.ts";
import { divisors } from "../arbitrary/model.ts";
import { type JacobianCase, jacobianCase, orthogonalColumns, size } from "../arbitrary/jacobian.ts";
import { law, tex } from "../../contract/mod.ts";
import type { Matrix } from "../../contract/subject.ts";
import { columnSquares, consecutive, sum } from "../reference/algebra.ts";
import { routeTolerance, zeroVolumeTolerance } from "../tolerance.ts";
import { throughEachView, volumeClause } from "./volume.ts";

/** (β/2) d log(1 + tr G/(βd)), the isotropic bound. */
function isotropicBound({ jacobian, beta }: JacobianCase): number {
  const d = jacobian[0]!.length;
  return beta / 2 * d * Math.log1p(sum(columnSquares(jacobian)) / (beta * d));
}

const chain = volumeClause({
  says: "each regulariser bounds the one before it, and a refinement of the blocks never lowers it",
  needs: ["grae", "graeBlock", "graeStar"],
  given: jacobianCase,
  examine: async (volume, given, expect) => {
    const slack = routeTolerance(given, expect);
    const grae = await volume.grae(given), star = await volume.graeStar(given);
    const blocks = await Array.fromAsync(
      divisors(given.jacobian[0]!.length),
      async (size) => ({ size, value: await volume.graeBlock(given, size) }),
    );
    expect.atLeast("GRAE", grae, 0, slack);
    for (const { size, value } of blocks) {
      expect.atMost(`GRAE below GRAE-block(${size})`, grae, value, slack);
      expect.atMost(`GRAE-block(${size}) below GRAE*`, value, star, slack);
      for (const finer of blocks.filter((other) => size % other.size === 0)) {
        expect.atMost(`GRAE-block(${size}) below GRAE-block(${finer.size})`, value, finer.value, slack);
      }
    }
    const isotropic = isotropicBound(given), penalty = sum(columnSquares(given.jacobian)) / 2;
    expect.atMost("GRAE* below the isotropic bound", star, isotropic, slack);
    expect.atMost("the isotropic bound below the gradient penalty", isotropic, penalty, slack);
  },
});

const equalities = volumeClause({
  says:
    "equal where they should be: GRAE and GRAE* for orthogonal columns, GRAE* and the isotropic bound for columns of equal " +
    "length, GRAE and GRAE-block where JᵀJ is block-diagonal, all 0 for J = 0",
  needs: ["grae", "graeBlock", "graeStar"],
  given: fc.record({
    orthogonal: recordGiven(size, (size) => ({ jacobian: orthogonalColumns(size), beta })),
    any: jacobianCase,
    copies: upTo(3),
  }),
  examine: async (volume, { orthogonal, any, copies }, expect) => {
    const slack = routeTolerance(orthogonal, expect), star = await volume.graeStar(orthogonal);
    expect.close("GRAE = GRAE* for orthogonal columns", await volume.grae(orthogonal), star, slack);

    const equal = { ...any, jacobian: equalColumns(any.jacobian) };
    expect.close(
      "GRAE* = the isotropic bound for columns of equal length",
      await volume.graeStar(equal),
      isotropicBound(equal),
      routeTolerance(equal, expect),
    );

    const block = any.jacobian[0]!.length;
    const repeated = { ...any, jacobian: blockDiagonal(any.jacobian, copies) };
    expect.close(
      "GRAE = GRAE-block for a block-diagonal JᵀJ",
      await volume.graeBlock(repeated, block),
      await volume.grae(repeated),
      routeTolerance(repeated, expect),
    );

    const zero = { ...orthogonal, jacobian: any.jacobian.map((row) => row.map(() => 0)) };
    const none = zeroVolumeTolerance(zero, expect);
    expect.close("GRAE of 0", await volume.grae(zero), 0, none);
    expect.close("GRAE-block of 0", await volume.graeBlock(zero, block), 0, none);
    expect.close("GRAE* of 0", await volume.graeStar(zero), 0, none);
  },
});

/** Every column as long as the first: cyclic shifts of it, which have its entries in another order. */
function equalColumns(jacobian: Matrix): number[][] {
  return jacobian.map((row, k) => row.map((_, i) => jacobian[(k + i) % jacobian.length]![0]!));
}

/** J repeated along the diagonal. */
function blockDiagonal(jacobian: Matrix, copies: number): Matrix {
  const d = jacobian[0]!.length;
  return consecutive(copies, 1).flatMap(([at]) =>
    jacobian.map((row) =>
      Array.from({ length: d * copies }, (_, i) => (Math.floor(i / d) === at ? row[i % d]! : 0))
    )
  );
}

export const G1 = law({
  id: "G1",
  title: "The order of the bounds",
  statement:
    "GRAE ≤ GRAE-block ≤ GRAE* ≤ the isotropic bound ≤ the gradient penalty, each with its equality case",
  tex:
    tex`\log\left|I+\tfrac{1}{\beta}G\right|\;\le\;\sum_{B}\log\left|I+\tfrac{1}{\beta}G_{BB}\right|\;\le\;` +
    tex`\sum_i\log\left(1+\tfrac{1}{\beta}G_{ii}\right)\;\le\;d\log\left(1+\tfrac{\operatorname{tr}G}{\beta d}\right)` +
    tex`\;\le\;\tfrac{1}{\beta}\operatorname{tr}G`,
  source: "Gaussian p(z), q(z|x), p(x|z)",
  kind: "inequality",
  assumptions: ["G = JᵀJ", "β > 0"],
  clauses: throughEachView(chain, equalities),
});
