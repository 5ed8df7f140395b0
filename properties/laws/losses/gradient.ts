/**
 * V2: the gradient of a VAE's loss.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import { NotOffered } from "../../contract/ledger.ts";
import type { LossCase } from "../../contract/subject.ts";
import { answered, type ArgumentName, argumentNames, closedForm } from "./closed_form.ts";
import { atConvention, lossCase } from "./loss_case.ts";

const own = clause({
  says: "the gradient that it gives is the closed form's, in x̂, μ and log σ²",
  needs: ["vaeLoss"],
  given: lossCase,
  examine: async ({ vaeLoss }, drawn, expect) => {
    const given = atConvention(drawn, expect);
    const { convention, slope, slopeSlack } = closedForm(given, expect);
    const { gradient } = answered(await vaeLoss(given), given, convention, expect).terms;
    if (gradient === undefined) throw new NotOffered("the gradient");
    for (const name of argumentNames) {
      expect.is(`rows of ∂/∂${name}`, gradient[name].length, slope[name].length);
      slope[name].forEach((row, b) => {
        expect.is(`length of ∂/∂${name} [${b}]`, gradient[name][b]!.length, row.length);
        row.forEach((entry, i) =>
          expect.close(
            `∂/∂${name} [${b}][${i}]`,
            gradient[name][b]![i]!,
            entry,
            slopeSlack[name][b]![i]!,
          )
        );
      });
    }
  },
});

/** The case with `by` added to one entry of an argument. */
function moved(given: LossCase, name: ArgumentName, at: number, entry: number, by: number): LossCase {
  return {
    ...given,
    [name]: given[name].map((row, b) =>
      b !== at ? row : row.map((value, i) => i === entry ? value + by : value)
    ),
  };
}

const differences = clause({
  says: "central differences of the loss are the closed form's gradient, in x̂, μ and log σ²",
  needs: ["vaeLoss"],
  given: fc.record({ drawn: lossCase, example: fc.nat(100), entry: fc.nat(100) }),
  examine: async ({ vaeLoss }, { drawn, example, entry }, expect) => {
    const given = atConvention(drawn, expect);
    const { convention, slope, third, slopeSlack } = closedForm(given, expect);
    const b = example % given.x.length;
    for (const name of argumentNames) {
      const i = entry % given[name][0]!.length;
      const at = given[name][b]![i]!;
      // x̂ of bce stays in its interval.
      const room = name === "decoded" && convention.reconstruction === "bce" ? Math.min(at, 1 - at) / 10 : 1;
      // A power of two, near to where truncation and rounding are alike.
      const step = 2 ** Math.floor(Math.log2(Math.cbrt(expect.epsilon) * room));
      const loss = async (by: number): Promise<{ readonly found: number; readonly off: number }> => {
        const there = moved(given, name, b, i, by);
        const { slack } = closedForm(there, expect);
        return { found: answered(await vaeLoss(there), there, convention, expect).loss, off: slack.value };
      };
      const above = await loss(step), below = await loss(-step);
      const off = slopeSlack[name][b]![i]!;
      const value = off.value + (above.off + below.off) / (2 * step) +
        step ** 2 / 6 * Math.E * third[name][b]![i]!;
      expect.close(
        `the difference quotient of the loss in ${name} [${b}][${i}]`,
        (above.found - below.found) / (2 * step),
        slope[name][b]![i]!,
        {
          value,
          because: "rounding of the loss over the step, and the third derivative",
          resolved: off.resolved,
        },
      );
    }
  },
});

export const V2 = law({
  id: "V2",
  title: "The gradient of a loss",
  statement:
    "the gradient of a VAE's loss is that of its closed form in x̂, μ and log σ², its own and by differences",
  tex:
    tex`\partial_{\mu_i}\mathcal L=\beta\mu_i,\qquad\partial_{\log\sigma_i^2}\mathcal L=\tfrac\beta2(\sigma_i^2-1)`,
  source: "losses as people write them",
  kind: "identity",
  clauses: [own, differences],
});
