/**
 * V4: β multiplies the divergence and nothing else, and the reconstruction has the units of its likelihood.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import { NotOffered } from "../../contract/ledger.ts";
import type { LossCase } from "../../contract/subject.ts";
import { added, type Tolerance } from "../../contract/tolerance.ts";
import { sum } from "../reference/algebra.ts";
import { beta, between } from "../arbitrary/number.ts";
import { answered, closedForm } from "./closed_form.ts";
import { atConvention, lossCase } from "./loss_case.ts";

/** The subject's loss with the rounding that it may have, added up over all that was asked. */
type Asked = (given: LossCase) => Promise<number>;

const betaAlone = clause({
  says: "another β moves the loss by the difference times KL",
  needs: ["vaeLoss"],
  given: fc.record({ drawn: lossCase, other: beta }),
  examine: async ({ vaeLoss }, { drawn, other }, expect) => {
    if (expect.declared.lossConvention?.beta !== undefined) throw new NotOffered("β as an argument");
    const given = atConvention(drawn, expect), changed = { ...given, beta: other };
    const { convention, kl, slack } = closedForm(given, expect);
    const found = answered(await vaeLoss(given), given, convention, expect).loss;
    const moved = answered(await vaeLoss(changed), changed, convention, expect).loss;
    expect.close(
      "the change of the loss with β",
      moved - found,
      (other - given.beta) * sum(kl),
      added(slack, closedForm(changed, expect).slack),
    );
  },
});

const apart = clause({
  says: "reconstruction and divergence are added: what one costs does not depend on the other",
  needs: ["vaeLoss"],
  given: fc.record({ drawn: lossCase, shrink: between(0, 0.9) }),
  examine: async ({ vaeLoss }, { drawn, shrink }, expect) => {
    const given = atConvention(drawn, expect);
    const { convention } = closedForm(given, expect);
    const zeros = given.mean.map((row) => row.map(() => 0));
    const prior = { mean: zeros, logVariance: zeros };
    // Nearer to the middle, where every kind of x̂ may lie.
    const better = { decoded: given.decoded.map((row) => row.map((y) => 0.5 + shrink * (y - 0.5))) };
    const slacks: Tolerance[] = [];
    const loss: Asked = async (at) => {
      slacks.push(closedForm(at, expect).slack);
      return answered(await vaeLoss(at), at, convention, expect).loss;
    };
    const cost = await loss(given) - await loss({ ...given, ...prior });
    const elsewhere = await loss({ ...given, ...better }) - await loss({ ...given, ...better, ...prior });
    expect.close("the cost of the posterior at another x̂", elsewhere, cost, added(...slacks));
  },
});

const scale = clause({
  says: "a squared error is four times as large at twice the residual; a cross entropy is linear in x",
  needs: ["vaeLoss"],
  given: lossCase,
  examine: async ({ vaeLoss }, drawn, expect) => {
    const given = atConvention(drawn, expect);
    const { convention } = closedForm(given, expect);
    const slacks: Tolerance[] = [];
    const loss: Asked = async (at) => {
      slacks.push(closedForm(at, expect).slack);
      return answered(await vaeLoss(at), at, convention, expect).loss;
    };
    const each = (to: (x: number, y: number) => number): number[][] =>
      given.x.map((row, b) => row.map((x, k) => to(x, given.decoded[b]![k]!)));
    const isSquare = !convention.reconstruction.startsWith("bce");
    const at = (t: number): LossCase =>
      isSquare
        ? { ...given, decoded: each((x, y) => x + t * (y - x)) }
        : { ...given, x: each((x) => (t === 0 ? 0 : t === 1 ? x / 2 : x)) };
    const none = await loss(at(0)), once = await loss(at(1)), twice = await loss(at(2));
    const power = isSquare ? 4 : 2;
    expect.close(
      isSquare ? "the error of twice the residual" : "the cross entropy of twice the x",
      twice - none,
      power * (once - none),
      added(...slacks, ...slacks, ...slacks, ...slacks),
    );
  },
});

export const V4 = law({
  id: "V4",
  title: "The units of a loss",
  statement:
    "β multiplies the divergence and nothing else; the reconstruction is added to it, and has the units of its likelihood",
  tex: tex`\mathcal L_{\beta'}-\mathcal L_\beta=(\beta'-\beta)\,\mathrm{KL}`,
  source: "losses as people write them",
  kind: "identity",
  clauses: [betaAlone, apart, scale],
});
