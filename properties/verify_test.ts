import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Matrix, type Report, type Subject, verify } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";

type Rows = number[][];
const name = "a subject", epsilon = 2 ** -53;

/** The first message of a report. */
function firstFailure({ evidence }: Report): string {
  return evidence.find(({ failure }) => failure)?.failure?.message ?? "";
}

Deno.test("nothing examined is not ok: no capability, a misspelt one, an empty one, one that is no function", async () => {
  const said = async (rest: object): Promise<string> => {
    const report = await verify({ name, epsilon, ...rest });
    assertEquals([report.ok, report.verdict], [false, "unverified"]);
    return report.unverified.map(({ what, because }) => `${what}: ${because}`).join("\n");
  };
  assertEquals(await said({}), "a subject: it offers no capability");
  assertEquals(await said({ volume: {} }), "volume: it is empty");
  assertEquals(
    await said({ volum: { grae: () => 1 } }),
    "volum: there is no such capability; the nearest is volume",
  );
  assertEquals(
    await said({ invers: () => [] }),
    "invers: there is no such capability; the nearest is inverse",
  );
  assertEquals(
    await said({ objectives: { "grae-stars": () => 1 } }),
    "objectives.grae-stars: there is no such capability; the nearest is objectives.grae-star",
  );
  assertEquals(await said({ kl: 3 }), "kl: it should be a function, but it is a number");
});

Deno.test("misspelt kinds and promises are named with the nearest, and so is a misspelt list", async () => {
  const said = async (rest: object): Promise<string> => {
    const report = await verify({ name, epsilon, kl: oracle.kl, ...rest }, { cases: 20 });
    assertEquals(report.ok, false);
    return report.unverified.map(({ what, because }) => `${what}: ${because}`).join("\n");
  };
  assertStringIncludes(
    await said({ offers: { families: ["meanfield"] } }),
    "offers.families: there is no meanfield; the nearest is mean-field",
  );
  assertStringIncludes(
    await said({ offers: { familys: ["mean-field"] } }),
    "offers.familys: there is no such list; the nearest is families",
  );
  assertStringIncludes(
    await said({ promises: ["adam"] }),
    "promises: there is no adam; the nearest is Adam",
  );
  assertStringIncludes(
    await said({ offer: { families: ["mean-field"] } }),
    "offer: there is no such capability; the nearest is offers",
  );
});

Deno.test("a unit roundoff that is none is refused before any law is asked", async () => {
  for (const wrong of [NaN, 0, -1, 2, "2 ** -53", undefined]) {
    await assertRejects(
      () => verify({ name, kl: oracle.kl, ...{ epsilon: wrong as number } }),
      RangeError,
      `verify: epsilon of a subject must be its unit roundoff, above 0 and at most 1 (2 ** -53 for numbers), but is ${wrong}`,
    );
  }
});

Deno.test("of some laws only, a subject is verified by what they can examine", async () => {
  const { kl, covariance, volume: { graeStar } } = oracle;
  const report = await verify({ name, epsilon, kl, volume: { graeStar } }, { laws: ["G3"] });
  assertEquals([report.ok, report.unverified], [true, []]);
  const none = await verify({ name, epsilon, covariance }, { laws: ["G3", "U1"] });
  assertEquals([none.ok, none.verdict, none.unverified], [false, "unverified", [{
    what: name,
    because: "no law that was asked applies",
  }]]);
});

Deno.test("an object of a class may have state and methods of its own, but no nearly right names", async () => {
  class Mine {
    readonly name = name;
    readonly epsilon = epsilon;
    readonly cache = new Map<string, number>();
    kl(...given: Parameters<typeof oracle.kl>): number[] {
      return this.divergences(given);
    }
    divergences(given: Parameters<typeof oracle.kl>): number[] {
      return oracle.kl(...given);
    }
  }
  assertEquals((await verify(new Mine())).ok, true);
  class Misspelt extends Mine {
    covarience(): number[] {
      return [];
    }
  }
  assertEquals((await verify(new Misspelt())).unverified, [{
    what: "covarience",
    because: "there is no such capability; the nearest is covariance",
  }]);
});

Deno.test("a misspelt capability beside right ones is not ok either, and keeps no law from running", async () => {
  const { kl, covariance } = oracle;
  const report = await verify({ name, epsilon, kl, ...{ covarianse: covariance } });
  assertEquals([report.ok, report.verdict], [false, "unverified"]);
  assertEquals(report.unverified, [{
    what: "covarianse",
    because: "there is no such capability; the nearest is covariance",
  }]);
  assert(report.evidence.some(({ law, verdict }) => law === "A6" && verdict === "holds"));
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

Deno.test("registered as tests, what no law examined is a failing test of its own", async () => {
  const tests = new Map<string, () => Promise<void>>();
  await verify({ name, epsilon, kl: oracle.kl, ...{ covarianse: oracle.covariance } }, {
    register: (test, body) => tests.set(test, body),
    cases: 20,
  });
  const last = [...tests].at(-1)!;
  assertEquals(last[0], "every capability is examined (a subject)");
  let message = "";
  for (const body of tests.values()) await body().catch((error: Error) => message += error.message);
  assertStringIncludes(message, "covarianse: there is no such capability; the nearest is covariance");
});

const identity = (m: Matrix): Rows => m.map((row, i) => row.map((_, k) => (i === k ? 1 : 0)));

/** Writes into a matrix, as code that knows no `readonly` does. */
function write(matrix: Matrix, values: Matrix): Rows {
  const m = matrix as Rows;
  m.forEach((row, i) => row.forEach((_, k) => row[k] = values[i]![k]!));
  return m;
}

Deno.test("a subject that writes into its arguments is told so, once, and its writing changes no other verdict", async () => {
  const inPlace = {
    cholesky: (a: readonly Matrix[]) => a.map((m) => write(m, oracle.cholesky([m])[0]!)),
    inverse: (a: readonly Matrix[]) => a.map((m) => write(m, identity(m))),
    solve: (a: readonly Matrix[], b: readonly Matrix[]) => (a.forEach((m) => write(m, identity(m))), b),
  };
  const { cholesky, ...wrong } = inPlace;
  const right = await verify({ name, epsilon, cholesky });
  assertEquals(right.evidence.map(({ law, verdict }) => `${law} ${verdict}`), ["A5 failed"]);
  assertStringIncludes(
    firstFailure(right),
    "the subject changed its argument: arguments[0][0]",
  );
  assertStringIncludes(firstFailure(right), "copy what is written to");
  assertEquals((await verify({ name, epsilon, ...wrong })).verdict, "failed");

  // Volumes take part in several laws: one of them says it, the others judge the answers.
  const grae = (j: Matrix, beta: number): number => {
    const value = oracle.volume.grae(j, beta);
    write(j, j.map((row) => row.map(() => 7)));
    return value;
  };
  const several = await verify({ name, epsilon, volume: { ...oracle.volume, grae } });
  const failed = several.evidence.filter(({ verdict }) => verdict === "failed");
  assertEquals(failed.map(({ failure }) => failure?.what.startsWith("the subject changed its argument")), [
    true,
  ]);
});

Deno.test("writing into arguments is seen in typed code that awaits, and in code that throws afterwards", async () => {
  const later = async (a: readonly Matrix[]): Promise<readonly Matrix[]> => {
    await Promise.resolve();
    return a.map((m) => write(m, oracle.cholesky([m])[0]!));
  };
  const throwing = (a: readonly Matrix[]): never => {
    write(a[0]!, [...a[0]!].map((row) => row.map(() => NaN)));
    throw new RangeError("not positive definite");
  };
  for (const cholesky of [later, throwing]) {
    assertStringIncludes(
      firstFailure(await verify({ name, epsilon, cholesky })),
      "the subject changed its argument",
    );
  }
});

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
