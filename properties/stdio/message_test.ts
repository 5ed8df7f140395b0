import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { capabilities, type Capability } from "../contract/capability.ts";
import { answerProblem, callOf, isCallable, numbersOf, problem, written } from "./message.ts";
import schema from "./protocol.schema.json" with { type: "json" };
import "../../fixtures/suite_seed.ts";

Deno.test("the schema has every capability, to ask for and to answer, except trained models, which are files", () => {
  const expected = capabilities.filter((name) => !name.startsWith("trained.")).toSorted();
  for (const { properties } of [schema.$defs.call, schema.$defs.answer]) {
    assertEquals(Object.keys(properties).toSorted(), expected);
  }
  assertEquals(capabilities.filter(isCallable).toSorted(), expected);
});

/** Every name in the schema whose value is a whole number, or holds only such. */
function wholeNames(part: unknown, key = ""): string[] {
  if (typeof part !== "object" || part === null) return [];
  const ref: unknown = Reflect.get(part, "$ref");
  if (ref === "#/$defs/whole" || ref === "#/$defs/columns") return [key];
  return Object.entries(part).flatMap(([name, entry]) => wholeNames(entry, name));
}

Deno.test("floats stay floats, and whole numbers whole, by the names that the schema gives them", () => {
  // In lists there are no names; the list of indices is under one.
  const names = new Set(wholeNames(schema.$defs).filter((name) => name !== "items" && !name.includes(".")));
  names.delete("symmetry");
  for (const name of [...names, "version"]) assertEquals(written({ [name]: 1 }), `{"${name}":1}`);
  assertEquals(
    written({ beta: 1, x: [[0, -0, 1e21, 0.1]], columns: [0, 2] }),
    '{"beta":1.0,"x":[[0.0,-0.0,1e+21,0.1]],"columns":[0,2]}',
  );
  const given = { network: [], z: [[1]], beta: 2, seed: 3, decoder: () => 0 };
  assertEquals(written(given), '{"network":[],"z":[[1.0]],"beta":2.0,"seed":3}');
});

Deno.test("every number comes back with its bits: 17 digits, the sign of zero, NaN and infinities", () => {
  fc.assert(fc.property(fc.array(fc.double()), (x) => {
    assertEquals(numbersOf(JSON.parse(written({ x }))), { x });
  }));
  assertEquals(written([NaN, Infinity, -Infinity]), '["NaN","Infinity","-Infinity"]');
});

const call = callOf("kl", [{ kind: "mean-field" }, [[1, 2], [3, 4], [5, 6]], [[0, 0], [0, 0], [0, 0]]]);

Deno.test("messages have the schema, and what has not is told", () => {
  const right = [
    ["start", { cmd: "start", version: 1 }],
    ["ask", { cmd: "ask", id: 1, calls: [call, callOf("gram", [[], [[1]], undefined])] }],
    ["stop", { cmd: "stop" }],
    ["started", {
      version: 1,
      name: "mine",
      epsilon: 2 ** -53,
      capabilities: ["kl"],
      offers: { families: ["full"] },
    }],
    ["answered", { id: 1, answers: [{ kl: [1, "NaN", 3] }, { error: { kind: "value", message: "β" } }] }],
  ] as const;
  for (const [name, message] of right) {
    assertEquals(problem(name, JSON.parse(written(message))), undefined, name);
  }
  assertEquals(problem("started", { version: 2 }), "it must have required property 'name'");
  assertEquals(problem("ask", { cmd: "ask", id: 1, calls: [] }), "calls must NOT have fewer than 1 items");
  assertEquals(problem("answered", { id: "1", answers: [] }), "id must be integer");
});

Deno.test("an answer of another kind or size is told by its axis", () => {
  const wrong: readonly [Capability, readonly unknown[], unknown, string][] = [
    ["kl", Object.values(call.kl as object), [1, 2], "kl must have batch = 3, but it has 2"],
    ["kl", Object.values(call.kl as object), 1, "kl must be array"],
    ["kl", Object.values(call.kl as object), ["one", 2, 3], "kl.0 must be number"],
    ["gram", [[], [[1, 2]]], [[[1, 2], [3]]], "gram must have latent = 2, but it has 1"],
    ["apply", [[], [[1], [2]]], [[1, 2], [3]], "apply must have data = 2, but it has 1"],
    ["volume.grae", [[[1]], 1], [1], "volume.grae must be number"],
    ["objectives.grae", [{ x: [[1], [1]] }], { loss: 1, terms: { kl: [1] } }, "must have batch = 2"],
    ["symmetry.transformGaussian", [[[1]], { mean: [1], covariance: [[1]] }], {
      mean: [1],
      covariance: [[1, 2]],
    }, "latent = 1"],
  ];
  for (const [capability, given, value, expected] of wrong) {
    assertStringIncludes(answerProblem(callOf(capability, given), { [capability]: value }) ?? "", expected);
  }
  assertEquals(answerProblem(call, { kl: [1, 2, 3] }), undefined);
  assertEquals(answerProblem(call, { gram: [] }), "it must answer kl, but answers gram");
  // Two sizes of one axis are for the subject to refuse.
  assertEquals(
    answerProblem(callOf("cholesky", [[[[1]], [[1, 0], [0, 1]]]]), { cholesky: [[[1]], [[1, 0], [0, 1]]] }),
    undefined,
  );
});
