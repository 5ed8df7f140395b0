/**
 * J1, J2: penalties on the Jacobian of a decoder.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import type { Ledger } from "../../contract/ledger.ts";
import { completePenalty, type PenaltyName } from "../../contract/loss.ts";
import type { Matrix, NetworkSpec, PenaltyCase, Vector } from "../../contract/subject.ts";
import { added, type Tolerance } from "../../contract/tolerance.ts";
import { apply as evaluate } from "../../oracle/network.ts";
import { network, smoothActivations } from "../arbitrary/network.ts";
import { batchSize, beta, dataSize, latentSize, matrix } from "../arbitrary/number.ts";
import { orthogonal } from "../arbitrary/rotation.ts";
import { columnsOf, differencedError, type RunningError } from "../implementation/running_error.ts";
import {
  columnSquares,
  dot,
  eigen,
  gram,
  identity,
  largest,
  multiply,
  sum,
  transpose,
} from "../reference/algebra.ts";
import { identityPlusGram } from "../reference/identity_plus_gram.ts";
import { frobenius } from "../reference/network_bound.ts";
import { routeTolerance } from "../tolerance.ts";

/** A decoder whose activations are smooth, points `[batch][latent]`, an orthogonal matrix of the latents, β. */
const penaltyCase = fc.tuple(batchSize, dataSize, latentSize).chain(([batch, data, latent]) =>
  fc.record({
    network: network(latent, data, { activations: smoothActivations }),
    z: matrix(batch, latent, 2),
    rotation: orthogonal(latent),
    beta,
    cut: fc.integer({ min: 1, max: batch }),
  })
);

/** With the decoder as a function beside it. */
function asked(network: NetworkSpec, z: Matrix, beta: number): PenaltyCase {
  return { network, decoder: (points) => evaluate(network, points), z, beta };
}

/** A penalty in closed form, with what it may be off by. */
interface Penalty {
  readonly value: number;
  readonly slack: Tolerance;
}

/** Of one example, before its weight: J and g with bounds on their rounding. */
function ofExample(kind: PenaltyName, at: RunningError, beta: number, expect: Ledger): Penalty {
  const j = transpose(at.first.map((row) => row.map(({ value }) => value)));
  const g = at.output.map(({ value }) => value);
  const size = frobenius(j), [data, latent] = [j.length, j[0]!.length];
  // ‖δJ‖_F and ‖δg‖, and the rounding of what is made of J.
  const off = frobenius(at.first.map((row) => row.map(({ error }) => error)));
  const offOutput = Math.hypot(...at.output.map(({ error }) => error));
  const because = "rounding of J and of the sums that are made of it";
  const rounding = (scale: number, moved: number): Tolerance => {
    const own = expect.rounding(because, { c: 4 * (data + latent + 8), scale });
    return { value: own.value + moved, because, resolved: own.resolved && at.decided };
  };
  const squared = (row: Vector, offRow: number): Penalty => {
    const along = multiply([row], j)[0]!, length = Math.hypot(...along), norm = Math.hypot(...row);
    const moved = off * (norm + offRow) + offRow * size;
    return { value: dot(along, along), slack: rounding((norm * size) ** 2, 2 * length * moved + moved ** 2) };
  };
  switch (kind) {
    case "jacobian-norm":
      return { value: sum(columnSquares(j)), slack: rounding(size ** 2, 2 * size * off + off ** 2) };
    case "summed-outputs":
      return squared(g.map(() => 1), 0);
    case "squared-outputs":
      return squared(g.map((entry) => 2 * entry), 2 * offOutput);
    case "spectral-norm": {
      const value = Math.sqrt(Math.max(0, eigen(gram(j)).values.at(-1)!));
      return { value, slack: rounding(size, off) };
    }
    case "grae":
    case "grae-star": {
      // ‖∂R/∂J‖_F = ‖J(I + JᵀJ/β)⁻¹‖_F ≤ ‖J‖_F + ‖δJ‖_F on the way, and so for the columns.
      const route = routeTolerance({ jacobian: j, beta }, expect);
      const value = kind === "grae"
        ? beta / 2 * identityPlusGram(j, beta).logDeterminant
        : beta / 2 * sum(columnSquares(j).map((square) => Math.log1p(square / beta)));
      return { value, slack: { ...route, value: route.value + off * (size + off) } };
    }
  }
}

/** The penalties of all examples, weighted, and by how much the batch multiplies their sum. */
function inClosedForm({ network, z, beta }: PenaltyCase, expect: Ledger): readonly Penalty[] {
  const { kind, weight, batch } = completePenalty(expect.declared.penalty);
  const factor = weight / (batch === "mean" ? z.length : 1);
  return z.map((point) => {
    const along = columnsOf(identity(point.length), expect.epsilon);
    const { value, slack } = ofExample(kind, differencedError(network, point, along, expect), beta, expect);
    return { value: factor * value, slack: { ...slack, value: factor * slack.value } };
  });
}

/** The subject's answer as one number, and one an example where the batch is reduced by `none`. */
function answered(
  answer: number | Vector,
  { z }: PenaltyCase,
  expect: Ledger,
): { readonly value: number; readonly each?: Vector } {
  const { batch } = completePenalty(expect.declared.penalty);
  if (batch !== "none") {
    expect.is("kind of the penalty", typeof answer, "number");
    return { value: answer as number };
  }
  expect.is("kind of the penalty", Array.isArray(answer) ? "vector" : typeof answer, "vector");
  const each = answer as Vector;
  expect.is("penalties", each.length, z.length);
  return { value: sum(each), each };
}

const slackOf = (penalties: readonly Penalty[]): Tolerance => added(...penalties.map(({ slack }) => slack));

const value = clause({
  says: "the penalty is its formula of the exact J at each example, at the declared convention",
  needs: ["regulariser"],
  stepped: true,
  given: penaltyCase,
  examine: async ({ regulariser }, { network, z, beta }, expect) => {
    const given = asked(network, z, beta);
    const expected = inClosedForm(given, expect);
    const { value, each } = answered(await regulariser(given), given, expect);
    expect.close("penalty", value, sum(expected.map(({ value }) => value)), slackOf(expected));
    each?.forEach((entry, b) =>
      expect.close(`penalty [${b}]`, entry, expected[b]!.value, expected[b]!.slack)
    );
  },
});

const constant = clause({
  says: "the penalty of a decoder that is constant is 0",
  needs: ["regulariser"],
  stepped: true,
  given: penaltyCase,
  examine: async ({ regulariser }, { network, z, beta }, expect) => {
    const [first, ...rest] = network;
    const flat = [{ ...first!, weight: first!.weight.map((row) => row.map(() => 0)) }, ...rest];
    const given = asked(flat, z, beta);
    const { value } = answered(await regulariser(given), given, expect);
    expect.close("penalty", value, 0, slackOf(inClosedForm(given, expect)));
  },
});

export const J1 = law({
  id: "J1",
  title: "The value of a penalty",
  statement:
    "a penalty on the Jacobian of a decoder is the formula that it declares, and 0 where the decoder is constant",
  tex: tex`\lVert J\rVert_F^2\ne\Bigl\lVert\partial_z\sum_kg_k\Bigr\rVert^2`,
  source: "losses as people write them",
  kind: "identity",
  assumptions: ["the decoder's activations are smooth"],
  expected: "holds under stated assumptions",
  clauses: [value, constant],
});

const batches = clause({
  says: "the penalty of a batch is the sum, or the mean, of those of its parts",
  needs: ["regulariser"],
  stepped: true,
  given: penaltyCase,
  examine: async ({ regulariser }, { network, z, beta, cut }, expect) => {
    // One example twice.
    const whole = asked(network, [...z, z[0]!], beta);
    const parts = [whole.z.slice(0, cut), whole.z.slice(cut)].map((part) => asked(network, part, beta));
    const together = answered(await regulariser(whole), whole, expect);
    const { batch } = completePenalty(expect.declared.penalty);
    const tolerances = [slackOf(inClosedForm(whole, expect))];
    let expected = 0;
    for (const part of parts) {
      const { value } = answered(await regulariser(part), part, expect);
      expected += value * (batch === "mean" ? part.z.length / whole.z.length : 1);
      tolerances.push(slackOf(inClosedForm(part, expect)));
    }
    expect.close("penalty of a batch by its parts", together.value, expected, added(...tolerances));
  },
});

/** Kinds that see J through JᵀJ up to a rotation of the latents. */
const rotates = (kind: PenaltyName): boolean => kind !== "grae-star";

const rotated = clause({
  says:
    "turned latents, and a bias of the outputs, leave the penalty as it is, where its formula does not see them",
  needs: ["regulariser"],
  stepped: true,
  given: penaltyCase,
  examine: async ({ regulariser }, { network, z, rotation, beta }, expect) => {
    const { kind } = completePenalty(expect.declared.penalty);
    const [first, ...rest] = network;
    // g(R z') at z' = Rᵀz: the same outputs, and J R for J.
    const turned = rotates(kind)
      ? [{ ...first!, weight: multiply(transpose(rotation), first!.weight) }, ...rest]
      : network;
    const points = rotates(kind) ? multiply(z, rotation) : z;
    const shift = largest(first!.weight) + 1;
    const last = turned.at(-1)!;
    const shifted = last.activation === "identity" && kind !== "squared-outputs"
      ? [...turned.slice(0, -1), { ...last, bias: last.bias.map((entry) => entry + shift) }]
      : turned;
    const given = asked(network, z, beta), other = asked(shifted, points, beta);
    const plain = answered(await regulariser(given), given, expect);
    const moved = answered(await regulariser(other), other, expect);
    // Rᵀ and z are rounded in float64 here, which the bounds of either case cover.
    const slack = added(slackOf(inClosedForm(given, expect)), slackOf(inClosedForm(other, expect)));
    expect.close("penalty of the turned decoder", moved.value, plain.value, slack);
  },
});

export const J2 = law({
  id: "J2",
  title: "What a penalty does not see",
  statement:
    "a penalty of a batch is the sum or the mean of its examples'; ‖J‖_F, ‖J‖₂ and GRAE do not see a rotation of the latents",
  tex: tex`R(JQ)=R(J),\quad Q^\top Q=I`,
  source: "losses as people write them",
  kind: "identity",
  assumptions: ["the decoder's activations are smooth"],
  expected: "holds under stated assumptions",
  clauses: [batches, rotated],
});
