/**
 * A1: networks and their derivatives in the input.
 *
 * @module
 */

import fc from "fast-check";
import { oracle } from "../../oracle/mod.ts";
import {
  batchSize,
  between,
  dataSize,
  latentSize,
  listOf,
  matrix,
  real,
  vector,
} from "../arbitrary/number.ts";
import { kinkedNetwork, network, piecewiseLinearActivations } from "../arbitrary/network.ts";
import { marginNetwork } from "../arbitrary/margin_network.ts";
import { activationNames, added, clause, law, type Ledger, tex, type Tolerance } from "../../contract/mod.ts";
import type { Matrix, NetworkSpec, Vector } from "../../contract/subject.ts";
import { dot, identity, sum, transpose } from "../reference/algebra.ts";
import { firstDifference, secondDifference } from "./difference.ts";
import {
  type Bounded,
  columnsOf,
  differencedError,
  type Differencing,
  type RunningError,
} from "./running_error.ts";
import { steepness } from "../reference/network_bound.ts";

/** A network, a batch of points and directions at each. */
interface NetworkCase {
  readonly network: NetworkSpec;
  readonly z: Matrix;
  /** `[batch][latent][k]` */
  readonly directions: readonly Matrix[];
  /** One column per example. */
  readonly columns: Vector;
}

/** Those with a kink in the first or second derivative, and the identity. */
const bent = [...piecewiseLinearActivations, "elu"] as const;

/** d from 1 to 8, n from 1 to 12, batch from 1 to 9, up to two hidden layers; inputs up to ±20 saturate; whole numbers hit kinks. */
const networkCase: fc.Arbitrary<NetworkCase> = fc.tuple(latentSize, dataSize, batchSize).chain(
  ([latent, data, batch]) => {
    const rows = (entry: fc.Arbitrary<number>): fc.Arbitrary<Matrix> => listOf(batch, listOf(latent, entry));
    const pair = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(network(latent, data), rows(real(2))) },
      fc.tuple(network(latent, data), rows(real(20))),
      {
        weight: 2,
        arbitrary: fc.tuple(
          kinkedNetwork(latent, data, { activations: bent }),
          rows(fc.integer({ min: -2, max: 2 })),
        ),
      },
    );
    return fc.record({
      pair,
      directions: listOf(batch, matrix(latent, 2, 2)),
      columns: listOf(batch, fc.nat(latent - 1)),
    }).map(({ pair: [spec, z], ...rest }) => ({ network: spec, z, ...rest }));
  },
);

/** Compares matrices `[batch][rows][columns]` entry by entry, each with its own running error. */
function compare(
  expect: Ledger,
  what: string,
  actual: readonly Matrix[],
  expected: readonly Matrix[],
  bounds: (example: number) => { readonly errors: Matrix; readonly decided: boolean },
): void {
  expect.is(`examples of ${what}`, actual.length, expected.length);
  expected.forEach((rows, example) => {
    const { errors, decided } = bounds(example);
    expect.is(`rows of ${what}`, actual[example]!.length, rows.length);
    rows.forEach((row, i) => {
      expect.is(`columns of ${what}`, actual[example]![i]!.length, row.length);
      row.forEach((value, j) => {
        const slack = running(errors[i]![j]!, decided);
        expect.close(`${what} [${example}][${i}][${j}]`, actual[example]![i]![j]!, value, slack);
      });
    });
  });
}

/** Twice the bound, for what is of second order in ε. */
function running(error: number, decided: boolean): Tolerance {
  return { value: 2 * error, because: "running error of the network", resolved: decided };
}

const errorsOf = (rows: readonly (readonly Bounded[])[]): number[][] =>
  rows.map((row) => row.map(({ error }) => error));

function along(
  { network: spec, z }: NetworkCase,
  example: number,
  directions: Matrix,
  expect: Differencing,
): RunningError {
  return differencedError(spec, z[example]!, columnsOf(directions, expect.epsilon), expect);
}

const values = clause({
  says: "g(z) is the oracle's, for every activation, at saturation and on kinks",
  needs: ["apply"],
  given: networkCase,
  examine: async ({ apply }, given, expect) => {
    const { network: spec, z } = given;
    const actual = await apply(spec, z);
    const expected = oracle.apply(spec, z);
    compare(expect, "g", actual.map((row) => [row]), expected.map((row) => [row]), (example) => {
      const run = along(given, example, identity(z[0]!.length), expect);
      return { errors: errorsOf([run.output]), decided: true };
    });
  },
});

const jacobians = clause({
  says: "J is the oracle's, the slope on a kink being that of the left side",
  needs: ["jacobian"],
  stepped: true,
  given: networkCase,
  examine: async ({ jacobian }, given, expect) => {
    const { network: spec, z } = given;
    compare(expect, "J", await jacobian(spec, z), oracle.jacobian(spec, z), (example) => {
      const run = along(given, example, identity(z[0]!.length), expect);
      return { errors: transpose(errorsOf(run.first)), decided: run.decided };
    });
  },
});

const columns = clause({
  says: "one column of J per example is that column",
  needs: ["jacobianColumns"],
  stepped: true,
  given: networkCase,
  examine: async ({ jacobianColumns }, given, expect) => {
    const { network: spec, z, columns: chosen } = given;
    const actual = await jacobianColumns(spec, z, chosen);
    const expected = oracle.jacobianColumns(spec, z, chosen);
    compare(expect, "J_i", actual.map((row) => [row]), expected.map((row) => [row]), (example) => {
      const run = along(given, example, identity(z[0]!.length), expect);
      return { errors: [errorsOf(run.first)[chosen[example]!]!], decided: run.decided };
    });
  },
});

/** Weights of each output, from 0, or none. */
const weightedCase = networkCase.chain((given) =>
  fc.option(listOf(given.z.length, listOf(given.network.at(-1)!.bias.length, between(0, 2))), {
    nil: undefined,
  }).map((weights) => ({ ...given, weights }))
);

const grams = clause({
  says: "Jᵀ diag(w) J is that product of the oracle's J, and w is 1 where it is not given",
  needs: ["gram"],
  stepped: true,
  given: weightedCase,
  examine: async ({ gram }, given, expect) => {
    const { network: spec, z, weights } = given;
    const at = (example: number, k: number): number => weights?.[example]?.[k] ?? 1;
    const expected = oracle.jacobian(spec, z).map((j) => transpose(j))
      .map((rows, b) => rows.map((row) => rows.map((other) => dot(row.map((e, k) => at(b, k) * e), other))));
    const actual = await (weights === undefined ? gram(spec, z) : gram(spec, z, weights));
    compare(expect, "JᵀWJ", actual, expected, (example) => {
      const run = along(given, example, identity(z[0]!.length), expect);
      const entry = (a: readonly Bounded[], b: readonly Bounded[]): number =>
        sum(a.map((u, k) => {
          const v = b[k]!;
          const size = Math.abs(u.value * v.value);
          return at(example, k) * (Math.abs(u.value) * v.error + u.error * Math.abs(v.value) +
            u.error * v.error + 2 * (a.length + 5) * expect.epsilon * size);
        }));
      const rows = run.first;
      // JᵀJ may be formed through the Gram matrix of the last layer's weights, whose sums are larger than J's.
      return { errors: rows.map((a) => rows.map((b) => 8 * entry(a, b))), decided: run.decided };
    });
  },
});

const second = clause({
  says: "second directional derivatives are the oracle's",
  needs: ["secondDirectional"],
  given: networkCase,
  examine: async ({ secondDirectional }, given, expect) => {
    const { network: spec, z, directions } = given;
    const actual = await secondDirectional(spec, z, directions);
    compare(expect, "d²g", actual, oracle.secondDirectional(spec, z, directions), (example) => {
      const run = along(given, example, directions[example]!, expect);
      return { errors: transpose(errorsOf(run.second)), decided: run.decided };
    });
  },
});

/** Networks at a point where every pre-activation is at least ¼ from 0, and a direction. */
const marginCase = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).chain((
  [latent, data],
) =>
  fc.tuple(vector(latent, 2), vector(latent)).chain(([z, l]) =>
    marginNetwork(z, data, { activations: activationNames, hidden: 1 }).map((spec) => ({ spec, z, l }))
  )
);

/** How far one may go along l before a pre-activation has moved by 0.2. */
function reachOf(spec: NetworkSpec, l: Vector): number {
  return Math.min(1, 0.2 / Math.max(steepness(spec) * Math.hypot(...l), 0.2));
}

const differences = clause({
  says:
    "J l and the second derivative along l are those of the subject's own g, by differences that cross no kink",
  needs: ["apply", "jacobian", "secondDirectional"],
  stepped: true,
  given: marginCase,
  examine: async ({ apply, jacobian, secondDirectional }, { spec, z, l }, expect) => {
    const directions = transpose([l]);
    const run = differencedError(spec, z, columnsOf(directions, expect.epsilon), expect);
    const [j] = await jacobian(spec, [z]);
    const [bends] = await secondDirectional(spec, [z], [directions]);
    const reach = reachOf(spec, l);
    for (const [k, { error: off }] of run.output.entries()) {
      const g = async (t: number): Promise<number> =>
        (await apply(spec, [z.map((entry, i) => entry + t * l[i]!)]))[0]![k]!;
      const slope = await firstDifference(g, 4 * off, reach),
        bend = await secondDifference(g, 4 * off, reach);
      const slack = (error: number, from: Bounded): Tolerance =>
        added(
          expect.rounding("differences of values", { c: 4, floor: error }),
          running(from.error, run.decided),
        );
      expect.close(`J l [${k}]`, dot(j![k]!, l), slope.value, slack(slope.error, run.first[0]![k]!));
      expect.close(`d²g along l [${k}]`, bends![k]![0]!, bend.value, slack(bend.error, run.second[0]![k]!));
    }
  },
});

export const A1 = law({
  id: "A1",
  title: "Derivatives of networks",
  statement:
    "g, J, its columns, JᵀWJ and second directional derivatives equal those of a float64 oracle, for every layer and activation",
  tex:
    tex`J=\frac{\partial g}{\partial z},\qquad \frac{d^2}{dt^2}g(z+t\,l)\Big|_{t=0}=\Big(l^\top\nabla^2g_k\,l\Big)_k`,
  source: "the implementation",
  kind: "identity",
  assumptions: ["on a kink the slope is that of the left side"],
  clauses: [values, jacobians, columns, grams, second, differences],
});
