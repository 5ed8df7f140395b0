/**
 * A2: parameter gradients of every objective.
 *
 * @module
 */

import fc from "fast-check";
import { oracle } from "../../oracle/mod.ts";
import {
  type FullCase,
  hardCase,
  largestCases,
  largestSmoothCases,
  smoothCase,
} from "../arbitrary/hard_case.ts";
import { seed } from "../arbitrary/number.ts";
import { added, type Clause, clause, law, objectiveNames, tex } from "../../contract/mod.ts";
import type { NetworkSpec, ObjectiveName } from "../../contract/subject.ts";
import { dot } from "../reference/algebra.ts";
import { normalSource } from "../reference/random.ts";
import { firstDifference } from "./difference.ts";
import { steepness } from "../reference/network_bound.ts";
import { flatGradient, gradientOf, gradientTolerance, lossTolerance } from "./loss_tolerance.ts";

function equalsOracle(name: ObjectiveName): Clause {
  return clause({
    says: `loss, terms and every parameter gradient of ${name} are the oracle's`,
    needs: [`objectives.${name}`],
    given: hardCase,
    examples: largestCases,
    // Each of eight objectives: 400 cases in all.
    atMost: 50,
    examine: async ({ objectives }, given, expect) => {
      const value = await objectives[name](given);
      const expected = oracle.objectives[name](given);
      const slack = lossTolerance(name, given, expect.epsilon);
      expect.close("loss", value.loss, expected.loss, slack);
      for (const [term, entries] of Object.entries(expected.terms)) {
        expect.closeVector(term, value.terms[term] ?? [], entries, slack);
      }
      const found = flatGradient(value), entries = gradientOf(expected, name);
      // A subject may have losses without gradients; the differences below say that it has none.
      if (found) {
        expect.closeVector("gradient", found, entries, gradientTolerance(slack, entries, expect.epsilon));
      }
    },
  });
}

/** The case with all parameters moved by t times a direction. */
function moved(given: FullCase, direction: readonly number[], t: number): FullCase {
  let next = 0;
  const step = (network: NetworkSpec): NetworkSpec =>
    network.map((layer) => ({
      ...layer,
      weight: layer.weight.map((row) => row.map((entry) => entry + t * direction[next++]!)),
      bias: layer.bias.map((entry) => entry + t * direction[next++]!),
    }));
  const { model } = given;
  return { ...given, model: { ...model, encoder: step(model.encoder), decoder: step(model.decoder) } };
}

function count(network: NetworkSpec): number {
  return network.reduce((sum, { weight, bias }) => sum + bias.length * (weight.length + 1), 0);
}

/** How far parameters may move before log(1 + ‖J‖²/β) bends: J by a fraction of √(βσ²). */
function reachOf({ model, beta }: FullCase): number {
  const variance = model.likelihood.kind === "gaussian" ? model.likelihood.variance : 4;
  return Math.min(1, Math.sqrt(beta * variance)) / (4 + 4 * steepness(model.decoder));
}

function derivative(name: ObjectiveName): Clause {
  return clause({
    says:
      `the gradient of ${name} along a direction in all parameters is the derivative of its own loss, by differences`,
    needs: [`objectives.${name}`],
    given: fc.record({ given: smoothCase, from: seed }),
    examples: largestSmoothCases.map((given, from) => ({ given, from })),
    // Nine evaluations a case.
    atMost: 10,
    examine: async ({ objectives }, { given, from }, expect) => {
      const normal = normalSource(from);
      const size = count(given.model.encoder) + count(given.model.decoder);
      const raw = Array.from({ length: size }, normal);
      const direction = raw.map((entry) => entry / Math.hypot(...raw));
      const value = await objectives[name](given);
      const gradient = gradientOf(value, name);
      const loss = lossTolerance(name, given, expect.epsilon);
      const along = async (t: number): Promise<number> =>
        (await objectives[name](moved(given, direction, t))).loss;
      const numeric = await firstDifference(along, 4 * loss.value, reachOf(given));
      const slack = added(
        gradientTolerance(loss, gradient, expect.epsilon),
        expect.rounding("differences of the loss", { c: 0, floor: numeric.error }),
      );
      expect.close("slope of the loss", dot(gradient, direction), numeric.value, slack);
    },
  });
}

export const A2 = law({
  id: "A2",
  title: "Parameter gradients",
  statement:
    "loss, terms and parameter gradients of every objective equal those of a float64 oracle, and are the derivatives of the loss",
  tex: tex`\nabla_\theta\,\mathcal L(\theta)\cdot v=\frac{d}{dt}\mathcal L(\theta+t\,v)\Big|_{t=0}`,
  source: "the implementation",
  kind: "identity",
  assumptions: ["on a kink the slope is that of the left side"],
  clauses: [...objectiveNames.map(equalsOracle), ...objectiveNames.map(derivative)],
});
