/**
 * V1, V5: the value of a VAE's loss, and the sign of its divergence.
 *
 * @module
 */

import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import { NotOffered } from "../../contract/ledger.ts";
import type { Vector } from "../../contract/subject.ts";
import { sum } from "../reference/algebra.ts";
import { added, answered, closedForm } from "./closed_form.ts";
import { atConvention, lossCase } from "./loss_case.ts";

const value = clause({
  says: "the loss is reconstruction + β KL in closed form, at the declared convention",
  needs: ["vaeLoss"],
  given: lossCase,
  examine: async ({ vaeLoss }, drawn, expect) => {
    const given = atConvention(drawn, expect);
    const { convention, loss, each, slack } = closedForm(given, expect);
    const found = answered(await vaeLoss(given), given, convention, expect);
    expect.close("loss", found.loss, loss, slack);
    if (found.each) expect.closeVector("losses", found.each, each, slack);
  },
});

const terms = clause({
  says: "the parts that it gives are the reconstruction, and KL before β",
  needs: ["vaeLoss"],
  given: lossCase,
  examine: async ({ vaeLoss }, drawn, expect) => {
    const given = atConvention(drawn, expect);
    const { convention, reconstruction, kl, slack } = closedForm(given, expect);
    const { terms } = answered(await vaeLoss(given), given, convention, expect);
    if (terms.reconstruction === undefined && terms.kl === undefined) throw new NotOffered("parts");
    const compare = (what: string, part: number | Vector | undefined, parts: Vector, by: number): void => {
      if (part === undefined) return;
      const within = { ...slack, value: slack.value / by };
      expect.is(`kind of ${what}`, typeof part === "number", convention.batch !== "none");
      expect.close(what, added(part), sum(parts), within);
      if (typeof part !== "number") expect.closeVector(what, part, parts, within);
    };
    compare("reconstruction", terms.reconstruction, reconstruction, 1);
    compare("kl", terms.kl, kl, given.beta);
  },
});

export const V1 = law({
  id: "V1",
  title: "The value of a loss",
  statement:
    "a VAE's loss is its reconstruction + β KL(N(μ, σ²) ‖ N(0, I)), at the convention that it declares",
  tex:
    tex`\mathcal L=\sum_k\ell(x_k,\hat x_k)+\beta\sum_i\tfrac12\left(\mu_i^2+\sigma_i^2-1-\log\sigma_i^2\right)`,
  source: "losses as people write them",
  kind: "identity",
  clauses: [value, terms],
});

const sign = clause({
  says: "no posterior costs less than the prior, and each latent that leaves it costs β KL of its own",
  needs: ["vaeLoss"],
  given: lossCase,
  examine: async ({ vaeLoss }, drawn, expect) => {
    const given = atConvention(drawn, expect);
    const { convention } = closedForm(given, expect);
    const zeros = given.mean.map((row) => row.map(() => 0));
    const prior = { ...given, mean: zeros, logVariance: zeros };
    const there = closedForm(prior, expect);
    const atPrior = answered(await vaeLoss(prior), prior, convention, expect);
    const atPosterior = answered(await vaeLoss(given), given, convention, expect);
    const whole = closedForm(given, expect);
    expect.atLeast("loss less that at the prior", atPosterior.loss - atPrior.loss, 0, {
      ...whole.slack,
      value: whole.slack.value + there.slack.value,
    });
    for (const latent of given.mean[0]!.keys()) {
      const only = (row: Vector): number[] => row.map((entry, i) => (i === latent ? entry : 0));
      const alone = { ...given, mean: given.mean.map(only), logVariance: given.logVariance.map(only) };
      const expected = closedForm(alone, expect);
      const { loss } = answered(await vaeLoss(alone), alone, convention, expect);
      expect.close(
        `loss less that at the prior, where latent ${latent} alone leaves it`,
        loss - atPrior.loss,
        given.beta * sum(expected.kl),
        { ...expected.slack, value: expected.slack.value + there.slack.value },
      );
    }
    const { kl } = atPrior.terms;
    if (kl !== undefined) {
      expect.close("kl at the prior", added(kl), 0, {
        ...there.slack,
        value: there.slack.value / given.beta,
      });
    }
  },
});

export const V5 = law({
  id: "V5",
  title: "The sign of the divergence",
  statement:
    "the divergence is at least 0, and 0 at the prior; the loss has it with a positive sign, from every latent",
  tex: tex`\mathcal L(\mu,\sigma)-\mathcal L(0,1)=\beta\,\mathrm{KL}\ge0`,
  source: "losses as people write them",
  kind: "inequality",
  clauses: [sign],
});
