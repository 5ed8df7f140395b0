import { assert, assertEquals } from "@std/assert";
import { capabilities, type Capability, type Report, type Subject, verify } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";
import { mutants } from "./mutants/mod.ts";
import { plausible } from "./plausible/mod.ts";

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

/** A planted fault, of which one capability is offered alone. */
function planted(id: string, capability: Capability): readonly [string, Subject] {
  const { description, subject } = mutants.find((mutant) => mutant.id === id)!;
  return [description, alone(capability, taken(subject, capability))];
}

const { symmetry, train } = oracle;

/** Mistakes that keep what the subject's own answers have to do with each other. */
const wrong: readonly (readonly [string, Subject])[] = [
  planted("grae-is-grae-star", "volume.grae"),
  planted("training-goes-uphill", "train"),
  planted("sampler-uniform", "sample"),
  [
    "training does nothing",
    alone("train", (run: Parameters<typeof train>[0]) => train({ ...run, steps: 0 })),
  ],
  ["every posterior is kept mean-field", alone("symmetry.preservesMeanField", () => true)],
  ["no posterior is kept mean-field", alone("symmetry.preservesMeanField", () => false)],
  ["every characteristic function factorises", alone("symmetry.factorisationGap", () => 0)],
  [
    "a decoder is turned back instead of on",
    alone(
      "symmetry.transformDecoder",
      (...[r, decoder]: Parameters<typeof symmetry.transformDecoder>) =>
        symmetry.transformDecoder(r.map((_, i) => r.map((row) => row[i]!)), decoder),
    ),
  ],
  ["the swirl is not undone but repeated", alone("symmetry.unswirl", symmetry.swirl)],
];

for (const [what, subject] of wrong) {
  Deno.test(`rejected alone: ${what}`, async () => {
    assertEquals((await verify(subject)).verdict, "failed");
  });
}
