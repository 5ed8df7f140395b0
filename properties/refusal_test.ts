import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Matrix, type Report, type Subject, verify } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";

const name = "a subject", epsilon = 2 ** -53;

/** The first message of a report. */
function firstFailure({ evidence }: Report): string {
  return evidence.find(({ failure }) => failure)?.failure?.message ?? "";
}

/** A mean-field Gaussian's KL from log standard deviations. */
function meanFieldKl(mean: readonly (readonly number[])[], raw: readonly (readonly number[])[]): number[] {
  return mean.map((m, b) =>
    m.reduce((sum, v, i) => sum + (v * v + Math.exp(2 * raw[b]![i]!) - 1) / 2 - raw[b]![i]!, 0)
  );
}

Deno.test("a subject may offer some families, activations and likelihoods: it is examined on those", async () => {
  const asked = new Set<string>();
  const report = await verify({
    name,
    epsilon,
    offers: { families: ["mean-field"], activations: ["relu"], likelihoods: ["gaussian"] },
    kl: (family, mean, raw) => (asked.add(family.kind), meanFieldKl(mean, raw)),
    apply: (network, z) => {
      for (const { activation } of network) asked.add(activation);
      return oracle.apply(network, z);
    },
    curvature: (likelihood, x, g) => (asked.add(likelihood.kind), oracle.curvature(likelihood, x, g)),
    objectives: {
      grae: (given) => (asked.add(given.model.likelihood.kind), oracle.objectives.grae(given)),
    },
  });
  assertEquals([report.ok, report.unverified], [true, []], firstFailure(report));
  assertEquals([...asked].toSorted(), ["gaussian", "identity", "mean-field", "relu"]);
  const kl = report.evidence.find(({ law }) => law === "A6")!.clauses[0]!;
  assertEquals(kl.cases, 100, "refused cases are drawn again");
});

Deno.test("without offers, an error that says what is not offered is a refusal; one that does not is a failure", async () => {
  const with_ = (error: Error): Subject => ({
    name,
    epsilon,
    kl: (family, mean, raw) => {
      if (family.kind !== "mean-field") throw error;
      return meanFieldKl(mean, raw);
    },
  });
  for (
    const message of [
      "only mean-field is offered",
      "the family is not supported",
      "unsupported family",
      "kl does not support blocks",
      "not implemented",
    ]
  ) {
    const report = await verify(with_(new RangeError(message)));
    assertEquals([report.ok, report.verdict], [true, "verified"], message);
    const [divergence] = report.evidence.find(({ law }) => law === "A6")!.clauses;
    assertEquals([divergence!.cases, divergence!.refused! > 0], [100, true]);
  }
  assertEquals((await verify(with_(new RangeError("Maximum call stack size exceeded")))).verdict, "failed");
});

Deno.test("only a kind can be refused: not a matrix or a Jacobian, whatever the error says", async () => {
  const cholesky = (a: readonly Matrix[]): number[][][] => {
    if (a[0]!.length > 2) throw new RangeError("only matrices of up to 2 rows are supported");
    return oracle.cholesky(a);
  };
  const report = await verify({ name, epsilon, cholesky });
  assertEquals(report.verdict, "failed");
  assertStringIncludes(firstFailure(report), "only matrices of up to 2 rows are supported");
});

Deno.test("a wrong answer is not excused by refusals elsewhere", async () => {
  const report = await verify({
    name,
    epsilon,
    kl: (family, mean, raw) => {
      if (family.kind !== "mean-field") throw new RangeError("only mean-field is offered");
      return meanFieldKl(mean, raw).map((value) => value / mean[0]!.length);
    },
  });
  assertEquals(report.verdict, "failed");
});

Deno.test("a subject that throws for everything is unverified where it says it refuses, and fails where it does not", async () => {
  const throwing = (error: Error): Subject => ({
    name,
    epsilon,
    kl: () => {
      throw error;
    },
  });
  const refusing = await verify(throwing(new RangeError("nothing is supported yet: kl is not supported")));
  assertEquals([refusing.ok, refusing.verdict, refusing.evidence], [false, "unverified", []]);
  assertEquals(refusing.unverified, [{
    what: "kl",
    because: "a subject refused every case: nothing is supported yet: kl is not supported",
  }]);
  const broken = await verify(throwing(new TypeError("cannot read properties of undefined")));
  assertEquals(broken.verdict, "failed");
});

Deno.test("an error of the language or of a package is no refusal, although it says that something is not supported", async () => {
  const errors = [
    new TypeError("unsupported operand type(s) for +: 'NoneType' and 'float'"),
    new ReferenceError("only is not supported"),
    Object.assign(new Error("\"log\" not implemented for 'Half'"), { name: "RuntimeError" }),
  ];
  for (const error of errors) {
    const report = await verify({
      name,
      epsilon,
      kl: (family, mean, raw) => {
        if (family.kind !== "mean-field") throw error;
        return meanFieldKl(mean, raw);
      },
    }, { cases: 20 });
    assertEquals(report.verdict, "failed", error.message);
    assertStringIncludes(firstFailure(report), error.message);
  }
  class NotOffered extends Error {
    override readonly name = "NotOffered";
  }
  for (const error of [new NotOffered("blocks"), new Error("only mean-field is supported")]) {
    const refused = await verify({
      name,
      epsilon,
      kl: (family, mean, raw) => {
        if (family.kind !== "mean-field") throw error;
        return meanFieldKl(mean, raw);
      },
    }, { cases: 20 });
    assertEquals(refused.verdict, "verified");
  }
});
