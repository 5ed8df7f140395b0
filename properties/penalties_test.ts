import { assertEquals } from "@std/assert";
import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix";
import type { Matrix, NetworkSpec, PenaltyConvention, Report, Subject, Vector } from "./laws/mod.ts";
import { penaltyNames, verify } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";

const total = (values: Vector): number => values.reduce((sum, value) => sum + value, 0);

/** J at each point by central differences of a decoder that is nothing but a function. */
function differences(decoder: (z: Matrix) => Matrix, z: Matrix, step: number): Matrix[] {
  return z.map((point) => {
    const columns = point.map((_, i) => {
      const along = (by: number): Vector =>
        decoder([point.map((entry, k) => (k === i ? entry + by : entry))])[0]!;
      const above = along(step), below = along(-step);
      return above.map((entry, k) => (entry - below[k]!) / (2 * step));
    });
    return columns[0]!.map((_, k) => columns.map((column) => column[k]!));
  });
}

/** A penalty from J by other routes than the oracle's: eigenvalues of JᵀJ, whole matrices. */
function ofJacobian({ kind }: PenaltyConvention, j: Matrix, g: Vector, beta: number): number {
  const columns = j[0]!.map((_, i) => j.map((row) => row[i]!));
  const gram = columns.map((u) => columns.map((v) => total(u.map((entry, k) => entry * v[k]!))));
  const eigenvalues = (): number[] =>
    new EigenvalueDecomposition(new Dense(gram), { assumeSymmetric: true }).realEigenvalues
      .map((value) => Math.max(0, value));
  const along = (v: Vector): number =>
    total(columns.map((column) => total(column.map((entry, k) => entry * v[k]!)) ** 2));
  switch (kind) {
    case "jacobian-norm":
      return total(gram.map((row, i) => row[i]!));
    case "summed-outputs":
      return along(g.map(() => 1));
    case "squared-outputs":
      return 4 * along(g);
    case "spectral-norm":
      return Math.sqrt(Math.max(...eigenvalues()));
    case "grae":
      return beta / 2 * total(eigenvalues().map((value) => Math.log1p(value / beta)));
    case "grae-star":
      return beta / 2 * total(gram.map((row, i) => Math.log1p(row[i]! / beta)));
  }
}

type Jacobians = (network: NetworkSpec, decoder: (z: Matrix) => Matrix, z: Matrix) => readonly Matrix[];

function subject(penalty: PenaltyConvention, jacobians: Jacobians, how: Partial<Subject> = {}): Subject {
  return {
    name: "a penalty",
    epsilon: 2 ** -53,
    penalty,
    regulariser: ({ network, decoder, z, beta }) => {
      const outputs = decoder(z);
      const each = jacobians(network, decoder, z).map((j, b) =>
        (penalty.weight ?? 1) * ofJacobian(penalty, j, outputs[b]!, beta)
      );
      if (penalty.batch === "none") return each;
      return total(each) / (penalty.batch === "sum" ? 1 : each.length);
    },
    ...how,
  };
}

const failure = ({ evidence }: Report): string =>
  evidence.find((found) => found.failure)?.failure?.message ?? "";
const exact: Jacobians = (network, _, z) => oracle.jacobian(network, z);
const batches: readonly PenaltyConvention["batch"][] = ["mean", "sum", "none"];

Deno.test("penalties of every kind and reduction pass, with exact Jacobians and with those of a decoder that is a function", async () => {
  const ways = [...batches.map((batch) => [batch, 0] as const), ["mean", 1e-5] as const];
  for (const kind of penaltyNames) {
    for (const [batch, differenceStep] of ways) {
      const penalty = { kind, batch: batch!, weight: 0.3 };
      const given = differenceStep === 0
        ? subject(penalty, exact)
        : subject(penalty, (_, decoder, z) => differences(decoder, z, differenceStep), { differenceStep });
      const report = await verify(given, { cases: 25 });
      assertEquals(
        [report.verdict, failure(report)],
        ["verified", ""],
        `${kind}, ${batch}, ${differenceStep}`,
      );
    }
  }
});

Deno.test("a penalty that declares another kind than its own is rejected", async () => {
  for (const own of penaltyNames) {
    for (const declared of penaltyNames.filter((name) => name !== own)) {
      const given = subject({ kind: own }, exact, { penalty: { kind: declared } });
      const { verdict } = await verify(given, { cases: 40, laws: ["J1"] });
      assertEquals(verdict, "failed", `${own} as ${declared}`);
    }
  }
});

Deno.test("a convention of a penalty with a mistake in it is named", async () => {
  const penalty = { kind: "frobenius" as "grae", weights: 2 };
  const { unverified } = await verify({ ...subject({ kind: "grae" }, exact), penalty }, {
    cases: 1,
    laws: ["J1"],
  });
  assertEquals(unverified.map(({ what, because }) => `${what}: ${because}`), [
    "penalty.weights: there is no such field; the nearest is weight",
    "penalty.kind: it must be one of jacobian-norm, summed-outputs, squared-outputs, spectral-norm, grae, grae-star, but is frobenius",
  ]);
});
