import { assert, assertEquals } from "@std/assert";
import { capabilities, type Capability, type Report, type Subject, verify } from "./laws/mod.ts";
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
