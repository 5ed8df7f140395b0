/**
 * A9: golden values.
 *
 * @module
 */

import fc from "fast-check";
import { golden, type GoldenCase } from "../../../fixtures/golden/mod.ts";
import {
  type Capability,
  type Clause,
  clause,
  law,
  type Ledger,
  objectiveNames,
  tex,
  type Tolerance,
  tolerance,
} from "../../contract/mod.ts";
import type { FamilySpec, Matrix } from "../../contract/subject.ts";
import { flatGradient } from "./loss_tolerance.ts";
import { numbers } from "./engines.ts";

/** Two programs that sum in different orders: 900 roundings, relative to the largest number of a model's values. */
function slackOf(expected: readonly number[], epsilon: number): Tolerance {
  return tolerance("two programs that sum in different orders", {
    c: 1000,
    epsilon,
    scale: Math.max(1, ...expected.map(Math.abs)),
  });
}

function compare(expect: Ledger, what: string, actual: unknown, expected: unknown): void {
  const values = numbers(expected);
  expect.closeVector(what, numbers(actual), values, slackOf(values, expect.epsilon));
}

/** A clause that looks at every model once. */
function everyCase<const N extends Capability>(
  says: string,
  needs: readonly N[],
  examine: Parameters<typeof clause<N, GoldenCase>>[0]["examine"],
): Clause {
  const { cases } = golden;
  return clause({
    says,
    needs,
    given: fc.constantFrom(...cases),
    examples: cases,
    atMost: cases.length,
    examine,
  });
}

const objectives = objectiveNames.map((name) =>
  everyCase(
    `loss, terms and gradient of ${name} are JAX's`,
    [`objectives.${name}`],
    async (subject, { given, expected }, expect) => {
      const value = await subject.objectives[name](given), known = expected.objectives[name];
      const gradient = flatGradient(known) ?? [];
      const slack = slackOf([known.loss, ...Object.values(known.terms).flat(), ...gradient], expect.epsilon);
      expect.close("loss", value.loss, known.loss, slack);
      for (const [term, entries] of Object.entries(known.terms)) {
        expect.closeVector(term, value.terms[term] ?? [], entries, slack);
      }
      const found = flatGradient(value);
      if (found) expect.closeVector("gradient", found, gradient, slack);
    },
  )
);

const network = everyCase(
  "decoder, Jacobian, columns, second directional derivatives are JAX's",
  ["apply", "jacobian", "jacobianColumns", "secondDirectional"],
  async (subject, { given, directions, expected }, expect) => {
    const { model: { decoder }, columns } = given, h = expected.mean;
    compare(expect, "g", await subject.apply(decoder, h), expected.output);
    compare(expect, "J", await subject.jacobian(decoder, h), expected.jacobian);
    const chosen = expected.jacobian.map((j: Matrix, b) => j.map((row) => row[columns[b]!]!));
    compare(expect, "J_i", await subject.jacobianColumns(decoder, h, columns), chosen);
    compare(
      expect,
      "d²g",
      await subject.secondDirectional(decoder, h, directions),
      expected.secondDirectional,
    );
  },
);

const likelihood = everyCase(
  "log p, its curvature and G are JAX's",
  ["logDensity", "curvature", "gram"],
  async (subject, { given, expected }, expect) => {
    const { model: { decoder, likelihood: spec }, x } = given;
    compare(expect, "log p", await subject.logDensity(spec, x, expected.output), expected.logDensity);
    compare(expect, "w", await subject.curvature(spec, x, expected.output), expected.curvature);
    compare(expect, "G", await subject.gram(decoder, expected.mean, expected.curvature), expected.gram);
  },
);

const posterior = everyCase(
  "Σ, the KL and Σ* of every family are JAX's",
  ["apply", "covariance", "kl", "optimalCovariance"],
  async (subject, { given, expected }, expect) => {
    const { model, x, beta, block } = given;
    const { family, latent } = model;
    const raw = (await subject.apply(model.encoder, x)).map((output) => output.slice(latent));
    compare(expect, "Σ", await subject.covariance(family, latent, raw), expected.covariance);
    compare(expect, "KL", await subject.kl(family, expected.mean, raw), expected.kl);
    for (const kind of ["isotropic", "mean-field", "block", "full"] as const) {
      const spec: FamilySpec = kind === "block" ? { kind, size: block } : { kind };
      compare(
        expect,
        `Σ* ${kind}`,
        await subject.optimalCovariance(spec, expected.gram, beta),
        expected.optimalCovariance[kind],
      );
    }
  },
);

export const A9 = law({
  id: "A9",
  title: "Golden values",
  statement:
    "objectives, J, Σ*, gradients and the parts they are made of equal JAX's in float64 on fixed small models",
  tex: tex`y=y_{\mathrm{JAX}}`,
  source: "the implementation",
  kind: "identity",
  clauses: [...objectives, network, likelihood, posterior],
});
