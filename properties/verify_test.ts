import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { capabilities, type Capability, type Matrix, type Report, type Subject, verify } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";
import { plausible } from "./plausible/mod.ts";

type Rows = number[][];
const name = "a subject", epsilon = 2 ** -53;
const complete: Subject = { ...oracle, ...plausible(), name, epsilon };

/** The capability of a subject. */
function taken(from: Subject, capability: Capability): (...given: unknown[]) => unknown {
  const [group, member] = capability.split(".") as [string, string | undefined];
  const owner: unknown = member === undefined ? from : Reflect.get(from, group);
  const found: unknown = Reflect.get(owner as object, member ?? group);
  return (...given) => Reflect.apply(found as (...given: unknown[]) => unknown, owner, given);
}

/** A subject that offers one capability and nothing else. */
function alone(capability: Capability, value: unknown): Subject {
  const [group, member] = capability.split(".") as [string, string | undefined];
  return { name, epsilon, [group]: member === undefined ? value : { [member]: value } };
}

/** Every number of an answer changed, every truth turned round. */
function changed(value: unknown, change: (entry: number) => number): unknown {
  if (typeof value === "number") return change(value);
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return value.map((entry) => changed(entry, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, changed(entry, change)]));
}

/** The first message of a report. */
function firstFailure({ evidence }: Report): string {
  return evidence.find(({ failure }) => failure)?.failure?.message ?? "";
}

for (const capability of capabilities) {
  const right = taken(complete, capability);

  Deno.test(`${capability} alone is examined, and accepted where it is right`, async () => {
    const report = await verify(alone(capability, right), { cases: 60 });
    assertEquals(
      [report.ok, report.verdict, report.unverified],
      [true, "verified", []],
      firstFailure(report),
    );
    assert(report.evidence.some(({ comparisons }) => comparisons > 0));
  });

  Deno.test(`${capability} alone is rejected where its answers are scaled, shifted or constant`, async () => {
    // Measurements on trained models may be larger or smaller.
    const measured = capability.startsWith("trained.");
    const changes = [(entry: number) => 1.5 * entry, (entry: number) => entry + 0.25];
    for (const change of [() => 0.5, ...(measured ? [] : changes)]) {
      const wrong = (...given: unknown[]): unknown => changed(right(...given), change);
      const report = await verify(alone(capability, wrong), { cases: 60 });
      assertEquals(report.verdict, "failed", `${capability} with ${change}`);
    }
  });
}

const { sample, symmetry, train, volume } = oracle;

/** Mistakes that keep what the subject's own answers have to do with each other. */
const wrong: readonly (readonly [string, Subject])[] = [
  ["GRAE is GRAE*", alone("volume.grae", volume.graeStar)],
  ["training goes uphill", {
    ...alone(
      "train",
      (run: Parameters<typeof train>[0]) => train({ ...run, learningRate: -run.learningRate }),
    ),
  }],
  ["training does nothing", {
    ...alone("train", (run: Parameters<typeof train>[0]) => train({ ...run, steps: 0 })),
  }],
  ["every posterior is kept mean-field", alone("symmetry.preservesMeanField", () => true)],
  ["no posterior is kept mean-field", alone("symmetry.preservesMeanField", () => false)],
  ["every characteristic function factorises", alone("symmetry.factorisationGap", () => 0)],
  [
    "a decoder is turned back instead of on",
    alone(
      "symmetry.transformDecoder",
      (r: Rows, decoder: Parameters<typeof symmetry.transformDecoder>[1]) =>
        symmetry.transformDecoder(r.map((_, i) => r.map((row) => row[i]!)), decoder),
    ),
  ],
  ["the swirl is not undone but repeated", alone("symmetry.unswirl", symmetry.swirl)],
  [
    "draws are uniform, of the right mean and covariance",
    {
      ...alone("sample", (...[family, mean, raw, seed, count]: Parameters<typeof sample>) => {
        // Φ of a standard normal is uniform; L is what the draws of the same seed at a mean of 0 are made by.
        const centred = sample(family, mean, raw, seed, count);
        const l = oracle.covariance(family, mean.length, [raw])[0]!.map((row, i) => Math.sqrt(row[i]!));
        return centred.map((row) =>
          row.map((z, i) => mean[i]! + l[i]! * Math.sqrt(3) * erf((z - mean[i]!) / l[i]! / Math.SQRT2))
        );
      }),
      // The covariance of these draws is right where that of the posterior is diagonal.
      offers: { families: ["isotropic", "mean-field"] },
    },
  ],
];

/** erf by its Taylor series and its limits: good to 1e-4, which a test by 4,096 draws cannot see. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x, sum = x;
  for (let k = 1; k < 80; k++) {
    term *= -x * x / k;
    sum += term / (2 * k + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

for (const [what, subject] of wrong) {
  Deno.test(`rejected alone: ${what}`, async () => {
    assertEquals((await verify(subject)).verdict, "failed");
  });
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
