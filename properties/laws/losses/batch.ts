/**
 * V3: a batch of a VAE's loss is nothing but its examples.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import { NotOffered } from "../../contract/ledger.ts";
import type { LossCase, Matrix } from "../../contract/subject.ts";
import { added as tolerances } from "../../contract/tolerance.ts";
import { batchSize } from "../arbitrary/number.ts";
import { added, answered, closedForm } from "./closed_form.ts";
import { atConvention, type DrawnLoss, lossCase, lossCaseOf } from "./loss_case.ts";

const ofExamples = ["x", "decoded", "mean", "logVariance"] as const;

/** The examples `order` of a case. */
function picked(given: LossCase, order: readonly number[]): LossCase {
  const rows = (matrix: Matrix): Matrix => order.map((b) => matrix[b]!);
  return { ...given, ...Object.fromEntries(ofExamples.map((name) => [name, rows(given[name])])) };
}

/** A case, an order of its examples, and where to cut that in two. */
const ordered = lossCase.chain((drawn) => {
  const examples = [...drawn.x.keys()];
  return fc.record({
    drawn: fc.constant<DrawnLoss>(drawn),
    order: fc.shuffledSubarray(examples, { minLength: examples.length, maxLength: examples.length }),
    again: fc.constantFrom(...examples),
    cut: fc.integer({ min: 1, max: examples.length }),
  });
});

const reordered = clause({
  says: "another order of the examples leaves the loss as it is, and reorders one loss an example",
  needs: ["vaeLoss"],
  given: ordered,
  examine: async ({ vaeLoss }, { drawn, order }, expect) => {
    const given = atConvention(drawn, expect), other = picked(given, order);
    const { convention, slack } = closedForm(given, expect);
    const plain = answered(await vaeLoss(given), given, convention, expect);
    const shuffled = answered(await vaeLoss(other), other, convention, expect);
    expect.close("loss in another order", shuffled.loss, plain.loss, tolerances(slack, slack));
    if (plain.each) {
      const expected = order.map((b) => plain.each![b]!);
      expect.closeVector("losses in another order", shuffled.each!, expected, tolerances(slack, slack));
    }
  },
});

const concatenated = clause({
  says: "the loss of a batch is the sum, or the mean, of those of its parts, one example in it twice",
  needs: ["vaeLoss"],
  given: ordered,
  examine: async ({ vaeLoss }, { drawn, order, again, cut }, expect) => {
    const whole = picked(atConvention(drawn, expect), [...order, again]);
    const examples = [...whole.x.keys()];
    const { convention, slack } = closedForm(whole, expect);
    const { batch } = convention;
    const parts = [picked(whole, examples.slice(0, cut)), picked(whole, examples.slice(cut))];
    const answer = async (given: LossCase) => answered(await vaeLoss(given), given, convention, expect);
    const together = await answer(whole), apart = [await answer(parts[0]!), await answer(parts[1]!)];
    const within = tolerances(slack, ...parts.map((part) => closedForm(part, expect).slack));
    const combine = (what: string, mean: boolean, all: number, ofParts: readonly number[], by = 1): void => {
      const weights = parts.map((part) => (mean ? part.x.length / examples.length : 1));
      const expected = ofParts.reduce((sum, value, i) => sum + weights[i]! * value, 0);
      expect.close(`${what} of a batch by its parts`, all, expected, { ...within, value: within.value / by });
    };
    if (typeof batch !== "object") {
      combine("loss", batch === "mean", together.loss, apart.map(({ loss }) => loss));
      return;
    }
    // Reduced term by term, only the terms of parts can be put together.
    const { reconstruction, kl } = together.terms;
    if (reconstruction === undefined || kl === undefined) throw new NotOffered("parts");
    const term = (name: "reconstruction" | "kl"): number[] =>
      apart.map(({ terms }) => added(terms[name] ?? NaN));
    combine("reconstruction", batch.reconstruction === "mean", added(reconstruction), term("reconstruction"));
    combine("kl", batch.kl === "mean", added(kl), term("kl"), whole.beta);
  },
});

const others = clause({
  says: "an example that changes moves the loss by the same amount, whichever examples stand beside it",
  needs: ["vaeLoss"],
  // Twice as many examples as a batch has: those that change, those that stand beside them, and others.
  given: batchSize.chain((size) =>
    fc.record({ drawn: lossCaseOf(fc.constant(2 * size + 2)), at: fc.nat({ max: size }) })
  ),
  examine: async ({ vaeLoss }, { drawn, at }, expect) => {
    const given = atConvention(drawn, expect);
    const size = given.x.length / 2;
    const { convention } = closedForm(given, expect);
    const first = Array.from({ length: size }, (_, b) => b), second = first.map((b) => size + b);
    const exchanged = (order: readonly number[], by: number): number[] =>
      order.map((b, place) => (place === at ? by : b));
    let slack = closedForm(picked(given, first), expect).slack;
    const loss = async (order: readonly number[]): Promise<number> => {
      const batch = picked(given, order);
      slack = tolerances(slack, closedForm(batch, expect).slack);
      return answered(await vaeLoss(batch), batch, convention, expect).loss;
    };
    const beside = async (order: readonly number[]): Promise<number> =>
      await loss(exchanged(order, first[at]!)) - await loss(exchanged(order, second[at]!));
    const there = await beside(first), elsewhere = await beside(second);
    expect.close("the change of the loss beside other examples", there, elsewhere, slack);
  },
});

export const V3 = law({
  id: "V3",
  title: "Batches of a loss",
  statement:
    "a batch's loss is the sum or the mean of its examples', each of which depends on that example alone",
  tex: tex`\mathcal L(x_1,\dots,x_B)=\frac1B\sum_b\mathcal L(x_b)`,
  source: "losses as people write them",
  kind: "identity",
  clauses: [reordered, concatenated, others],
});
