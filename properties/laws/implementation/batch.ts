/**
 * A3: a batch is nothing but its examples.
 *
 * @module
 */

import fc from "fast-check";
import { dataSize, latentSize, matrix, sizeUpTo } from "../arbitrary/number.ts";
import { type FullCase, hardCase, largestCases } from "../arbitrary/hard_case.ts";
import { network } from "../arbitrary/network.ts";
import { type Clause, clause, law, objectiveNames, tex } from "../../contract/mod.ts";
import type { ObjectiveName } from "../../contract/subject.ts";
import { identity, largest, sum } from "../reference/algebra.ts";
import { columnsOf, differencedError } from "./running_error.ts";
import { flatGradient, gradientTolerance, lossTolerance } from "./loss_tolerance.ts";

/** The examples `order` of a case, each with its own noise and column. */
function picked(given: FullCase, order: readonly number[]): FullCase {
  return {
    ...given,
    x: order.map((i) => given.x[i]!),
    noise: given.noise.map((sample) => order.map((i) => sample[i]!)),
    columns: order.map((i) => given.columns[i]!),
  };
}

/** A case, an order of its examples with one of them twice, and where to cut that in two. */
const batches = hardCase.chain(inOrder);

/** Of the largest sizes: see `largestCases`. */
const largestBatches = largestCases.map((given) => fc.sample(inOrder(given), { seed: 0, numRuns: 1 })[0]!);

function inOrder(
  given: FullCase,
): fc.Arbitrary<{ given: FullCase; order: readonly number[]; cut: number }> {
  const examples = given.x.map((_, i) => i);
  return fc.record({
    given: fc.constant(given),
    order: fc.tuple(
      fc.shuffledSubarray(examples, { minLength: examples.length, maxLength: examples.length }),
      fc.constantFrom(...examples),
    ).map(([order, again]) => [...order, again]),
    cut: fc.integer({ min: 1, max: examples.length }),
  });
}

function laws(name: ObjectiveName): Clause {
  return clause({
    says:
      `${name}: reordering a batch reorders the terms; the loss is the mean over the examples, and so over parts; gradients too`,
    needs: [`objectives.${name}`],
    given: batches,
    // Each of eight objectives, four evaluations a case.
    atMost: 15,
    examples: largestBatches,
    examine: async ({ objectives }, { given, order, cut }, expect) => {
      const slack = lossTolerance(name, given, expect.epsilon);
      const plain = await objectives[name](given);
      const whole = await objectives[name](picked(given, order));
      for (const [term, entries] of Object.entries(plain.terms)) {
        expect.closeVector(
          `${term} reordered`,
          whole.terms[term] ?? [],
          order.map((i) => entries[i] ?? NaN),
          slack,
        );
      }
      expect.close("loss", whole.loss, sum(Object.values(whole.terms).flat()) / order.length, slack);
      const parts = [order.slice(0, cut), order.slice(cut)];
      const values = [];
      for (const part of parts) values.push(await objectives[name](picked(given, part)));
      const weights = parts.map((part) => part.length / order.length);
      expect.close(
        "mean of the parts' losses",
        sum(values.map(({ loss }, i) => weights[i]! * loss)),
        whole.loss,
        slack,
      );
      const gradients = values.map(flatGradient);
      flatGradient(whole)?.forEach((entry, k, all) => {
        const mean = sum(gradients.map((gradient, i) => weights[i]! * (gradient?.[k] ?? NaN)));
        expect.close(
          `mean of the parts' gradients [${k}]`,
          mean,
          entry,
          gradientTolerance(slack, all, expect.epsilon),
        );
      });
    },
  });
}

const rows = clause({
  says: "g and J of a batch are those of its rows",
  needs: ["apply", "jacobian"],
  stepped: true,
  given: fc.tuple(latentSize, dataSize, sizeUpTo(2, 4, 9))
    .chain(([latent, data, batch]) =>
      fc.record({ spec: network(latent, data), z: matrix(batch, latent, 3) })
    ),
  examine: async ({ apply, jacobian }, { spec, z }, expect) => {
    const together = await apply(spec, z), jacobians = await jacobian(spec, z);
    for (const [example, row] of z.entries()) {
      const unit = columnsOf(identity(row.length), expect.epsilon);
      const run = differencedError(spec, row, unit, expect);
      const off = largest([...run.first, run.output].map((entries) => entries.map(({ error }) => error)));
      const slack = { value: 2 * off, because: "running error of the network", resolved: run.decided };
      expect.closeMatrix(`g [${example}]`, await apply(spec, [row]), [together[example]!], slack);
      const [alone] = await jacobian(spec, [row]);
      expect.closeMatrix(`J [${example}]`, alone!, jacobians[example]!, slack);
    }
  },
});

export const A3 = law({
  id: "A3",
  title: "Batches",
  statement:
    "permuting a batch permutes its terms, and a batch's loss is the mean over its parts, in value and in gradient",
  tex: tex`\mathcal L(x_1,\dots,x_B)=\frac1B\sum_b\mathcal L(x_b)`,
  source: "the implementation",
  kind: "identity",
  assumptions: ["each example has its own noise and its own column"],
  clauses: [...objectiveNames.map(laws), rows],
});
