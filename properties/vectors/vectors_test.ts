import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv";
import type { Capability } from "../contract/capability.ts";
import { laws } from "../laws/all.ts";
import { oracle } from "../oracle/mod.ts";
import protocol from "../stdio/protocol.schema.json" with { type: "json" };
import { FLAGS } from "./flags.ts";
import { vectors } from "./vectors.ts";
import schema from "./vectors.schema.json" with { type: "json" };
import text from "./vectors.json" with { type: "text" };

interface Test {
  readonly id: number;
  readonly given: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
  readonly tolerance: { readonly float64: unknown; readonly float32: unknown };
  readonly flags: readonly string[];
}
const file: {
  readonly tests: number;
  readonly groups: readonly {
    readonly law: string;
    readonly capability: Capability;
    readonly tests: readonly Test[];
  }[];
} = JSON.parse(text);
const all = file.groups.flatMap(({ capability, tests }) => tests.map((test) => ({ capability, ...test })));

Deno.test("the file is what deno task vectors writes", async () => {
  assert(await vectors(laws) === text, "the laws have changed: run deno task vectors");
});

Deno.test("the file has its schema, and each call that of the protocol", () => {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  ajv.addVocabulary(["axes", "positional"]);
  assert(ajv.validate(schema, file), ajv.errorsText());
  ajv.addSchema(protocol, "protocol");
  const call = ajv.getSchema("protocol#/$defs/call")!;
  for (const { id, capability, given } of all) {
    assert(call({ [capability]: given }), `${id}: ${ajv.errorsText(call.errors)}`);
  }
  assertEquals([all.length, text.length < 1e6], [file.tests, true]);
  assertEquals(all.map(({ id }) => id), all.map((_, i) => i + 1));
});

/** The oracle's answer to a call by names. */
function answered(capability: Capability, given: Readonly<Record<string, unknown>>): unknown {
  const [name, member] = capability.split(".") as [keyof typeof oracle, string?];
  const owner: unknown = member === undefined ? oracle : oracle[name];
  const call = Reflect.get(owner as object, member ?? name) as (...given: readonly unknown[]) => unknown;
  const { positional } = protocol.$defs.call.properties[capability as "kl"] as {
    readonly positional?: readonly string[];
  };
  return positional === undefined ? call(given) : call(...positional.map((key) => given[key]));
}

/** Whether every number that is expected is met. */
function meets(answer: unknown, expected: unknown, tolerance: unknown): boolean {
  if (tolerance === null) return true;
  if (typeof expected === "number") return Math.abs(answer as number - expected) <= (tolerance as number);
  const [found, asked] = [answer, expected] as Record<string, unknown>[];
  return Object.keys(asked!).every((key) =>
    meets(
      found![key],
      asked![key],
      typeof tolerance === "number" ? tolerance : (tolerance as Record<string, unknown>)[key],
    )
  );
}

const isPenalty = ({ capability }: { readonly capability: Capability }): boolean =>
  capability === "regulariser";

Deno.test("the oracle meets every test at either precision, and an answer that is off by a percent does not", () => {
  const off = (value: unknown): unknown => {
    if (typeof value === "number") return value * 1.01 + 1e-3;
    if (Array.isArray(value)) return value.map(off);
    return Object.fromEntries(Object.entries(value as object).map(([key, entry]) => [key, off(entry)]));
  };
  const rejected = new Map<string, number>();
  for (const test of all) {
    const { id, capability, given, expected, tolerance } = test;
    // The oracle takes the decoder of a penalty as a function.
    if (isPenalty(test)) continue;
    const answer = answered(capability, given);
    for (const precision of ["float64", "float32"] as const) {
      assert(
        meets(answer, expected, tolerance[precision]),
        `${id} ${capability} ${precision}: ${JSON.stringify(answer)}`,
      );
    }
    const wrong = !meets(off(answer), expected, tolerance.float64);
    rejected.set(capability, (rejected.get(capability) ?? 0) + Number(wrong));
  }
  assertEquals([...rejected].filter(([, count]) => count === 0), []);
});

Deno.test("every flag is on some test, and every capability that has a value has tests", () => {
  assertEquals(Object.keys(FLAGS).filter((flag) => !all.some(({ flags }) => flags.includes(flag))), []);
  const without = Object.keys(protocol.$defs.call.properties).filter((name) =>
    !all.some(({ capability }) => capability === name)
  );
  // What is drawn or trained; a factor and answers that are no numbers; what is minimised, or counted; the numbers of tfjs.
  assertEquals(without, [
    "cholesky",
    "sample",
    "scores.lasso",
    "scores.activeUnits",
    "sampleLikelihood",
    "symmetry.transformDecoder",
    "symmetry.mixedComponents",
    "symmetry.preservesMeanField",
    "train",
    "trainScheduled",
    "ofKind",
  ]);
});
