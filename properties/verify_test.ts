import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Matrix, type Report, verify } from "./laws/mod.ts";
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
    "the subject changed its argument: arguments[0][",
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
  // Two that write are each said once.
  const graeStar = (j: Matrix, beta: number): number => {
    const value = oracle.volume.graeStar(j, beta);
    write(j, j.map((row) => row.map(() => 7)));
    return value;
  };
  const two = await verify({ name, epsilon, volume: { ...oracle.volume, grae, graeStar } }, { cases: 20 });
  const changed = two.evidence.flatMap(({ failure }) => failure?.changed ?? []);
  assertEquals(changed.toSorted(), ["volume.grae", "volume.graeStar"]);
  assertEquals(two.evidence.filter(({ verdict }) => verdict === "failed").length, 2);
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
