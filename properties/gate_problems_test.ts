import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { clause } from "./contract/clause.ts";
import type { Matrix } from "./contract/subject.ts";
import { exact } from "./contract/tolerance.ts";
import { mutant } from "./mutants/mutant.ts";
import { inProcess, type LawResult, type LawRunner, type Plan } from "./gate/candidates.ts";
import { evidencePage } from "./gate/page.tsx";
import { runGate } from "./gate/run_gate.ts";
import { isEntry, toyCandidate, toyGate, toyLaw, toyMutants, toySubject } from "../fixtures/laws/toy_gate.ts";
import "../fixtures/suite_seed.ts";

/** The problems of the gate that passes, with changes. */
async function problemsOf(changes: Parameters<typeof toyGate>[0]): Promise<readonly string[]> {
  const { ok, problems } = await runGate(toyGate(changes));
  assertEquals(ok, problems.length === 0);
  return problems;
}

/** A clause that no toy can be asked. */
const unasked = clause({ says: "needs more", needs: ["inverse"], given: fc.constant(0), examine: () => {} });

Deno.test("a gate passes where each law holds as the catalogue says and rejects its faults, and says what it saw", async () => {
  const heard: string[] = [];
  const evidence = await runGate(toyGate({
    candidates: [toyCandidate("oracle"), toyCandidate("wasm")],
    onResult: (seen) =>
      heard.push("evidence" in seen ? `${seen.evidence.law} ${seen.evidence.engine}` : "none"),
  }));
  assertEquals(evidence.problems, []);
  assertEquals(heard.toSorted(), ["Z1 oracle", "Z1 wasm", "Z2 oracle", "Z2 wasm"]);
  const [first] = evidence.laws;
  assertEquals([first!.verdict, first!.cases, first!.worst, first!.runs.length], ["holds", 40, 0, 2]);
  assertEquals(first!.faults, [{ id: "twice", outcome: "rejected" }, {
    id: "negative",
    outcome: "rejected",
  }]);
  assertEquals(evidence.engines.map(({ name, description }) => [name, description]), [
    ["oracle", "plain arithmetic"],
    ["wasm", "plain arithmetic"],
  ]);
  assertEquals(evidence.faults[0]!.laws, { Z1: "rejected", Z2: "rejected" });
});

Deno.test("a law that fails on one engine has failed, whatever the others say", async () => {
  const candidates = [toyCandidate("oracle"), toyCandidate("wasm", (entry) => entry > 3 ? 0 : entry)];
  assertEquals(await problemsOf({ candidates }), [
    "Z1 failed on wasm; the catalogue says: holds",
    "Z2 failed on wasm; the catalogue says: holds",
  ]);
});

Deno.test("a law that fails in its first case says no more than that", async () => {
  const candidates = [toyCandidate("oracle", () => NaN)];
  assertEquals((await problemsOf({ candidates })).length, 2);
});

Deno.test("a verdict other than the catalogue's is a problem, even where the law is content with it", async () => {
  const laws = [toyLaw("Z1"), toyLaw("Z2", { expected: "refuted as printed" })];
  assertEquals(await problemsOf({ laws }), [
    "Z2 is refuted as printed, but does not show what was printed and the counterexample",
    'Z2 has the verdict "refuted as printed"; the catalogue says: holds',
  ]);
  const refuted = { expected: "refuted as printed", printed: "v(J) = 2J", counterexample: "J = 1" } as const;
  assertEquals(
    await problemsOf({
      laws: [toyLaw("Z1"), toyLaw("Z2", refuted)],
      catalogue: { Z1: "holds", Z2: "refuted as printed" },
    }),
    [],
  );
});

Deno.test("a law without evidence, and evidence without a law", async () => {
  const laws = [toyLaw("Z1"), toyLaw("Z2", {}, [unasked])];
  const faults = () =>
    Promise.resolve(toyMutants.map(({ id, description }) => (
      { id, description, laws: { Z1: "rejected", Z2: "rejected" } as const }
    )));
  assertEquals(await problemsOf({ laws, faults }), [
    "Z2 has no evidence (oracle: it does not offer inverse)",
  ]);
  const stray = inProcess(toyCandidate("oracle"), [toyLaw("Z1"), toyLaw("Z2"), toyLaw("Z3")]);
  const more: LawRunner = { ...stray, run: (_, plan, tell) => stray.run(["Z1", "Z2", "Z3"], plan, tell) };
  assertEquals(await problemsOf({ runners: [more] }), ["there is evidence of Z3, which is not a law"]);
});

Deno.test("a law, or a clause of a law, that ran no case", async () => {
  const silent = {
    ...isEntry,
    run: (...[subject, seed, run]: Parameters<typeof isEntry.run>) =>
      isEntry.run(subject, seed, { ...run, cases: 0 }),
  };
  const problems = await problemsOf({ laws: [toyLaw("Z1"), toyLaw("Z2", {}, [silent])] });
  for (const expected of ["Z2 ran no case on oracle", "Z2 ran no case of one of its clauses: v(J) = J"]) {
    assert(problems.includes(expected), problems.join("\n"));
  }
  const partly = await problemsOf({ laws: [toyLaw("Z1"), toyLaw("Z2", {}, [isEntry, unasked])] });
  assertEquals(partly, ["Z2 ran no case of one of its clauses: needs more"]);
});

Deno.test("a clause that the oracle alone was asked", async () => {
  const own = clause({
    says: "A⁻¹ = A",
    needs: ["inverse"],
    given: fc.constant([[1]]),
    examine: async ({ inverse }, given, expect) => expect.is("A", (await inverse([given]))[0]![0]![0]!, 1),
  });
  const { start, ...oracle } = toyCandidate("oracle");
  const able = async (plan: Plan) => {
    const started = await start(plan);
    return { ...started, subject: { ...started.subject, inverse: (a: readonly Matrix[]) => a } };
  };
  const laws = [toyLaw("Z1"), toyLaw("Z2", {}, [isEntry, own])];
  const candidates = [{ ...oracle, start: able }];
  assertEquals(await problemsOf({ laws, candidates }), []);
  assertEquals(await problemsOf({ laws, candidates: [...candidates, toyCandidate("wasm")] }), [
    "Z2 ran one of its clauses on the oracle alone, not on the library: A⁻¹ = A",
  ]);
});

Deno.test("a case to replay is the only one that runs", async () => {
  const entries: number[] = [];
  const candidate = toyCandidate("oracle", (entry) => (entries.push(entry), entry));
  const replay = { clause: 0, seed: 5, path: "3", engine: "oracle" };
  const runner = inProcess(candidate, [toyLaw("Z1")]);
  const results: LawResult[] = [];
  await runner.run(["Z1"], { seed: 1, cases: 20, replay }, (one) => results.push(one));
  const [result] = results;
  assertEquals("evidence" in result! && result.evidence.cases, 1);
  assertEquals(new Set(entries).size, 1);
});

Deno.test("a gate and its engines are said to take the seconds that they take", async () => {
  const { name, required, start } = toyCandidate("oracle");
  const slow = {
    ...{ name, required },
    start: async (plan: Plan) => {
      const until = performance.now() + 50;
      while (performance.now() < until);
      return await start(plan);
    },
  };
  const began = performance.now();
  const { seconds, engines } = await runGate(toyGate({ candidates: [slow] }));
  const most = (performance.now() - began) / 1000;
  assert(0.05 <= engines[0]!.seconds && engines[0]!.seconds <= seconds && seconds <= most);
});

Deno.test("laws are listed in the order of the catalogue", async () => {
  const { laws } = await runGate(toyGate({ laws: [toyLaw("Z2"), toyLaw("Z1")] }));
  assertEquals(laws.map(({ id }) => id), ["Z1", "Z2"]);
});

Deno.test("a law that is lost, unknown to the catalogue, or there twice", async () => {
  assertEquals(await problemsOf({ catalogue: { Z1: "holds", Z2: "holds", Z3: "holds" } }), [
    "Z3 is in the catalogue, but there is no such law",
  ]);
  assertEquals(
    (await problemsOf({ catalogue: { Z1: "holds" } }))[0],
    "Z2 is a law, but the catalogue does not list it",
  );
  const [first] = await problemsOf({ laws: [toyLaw("Z1"), toyLaw("Z2"), toyLaw("Z2")] });
  assertEquals(first, "Z2 is the id of more than one law");
  assertEquals(await problemsOf({ laws: [toyLaw("Z1")], complete: false }), [], "a part is not a loss");
});

Deno.test("a fault that a law lets pass, or that breaks the law instead of failing a comparison", async () => {
  const right = mutant("right", "nothing is wrong", ["Z1"], toySubject((entry) => entry));
  const thrown = mutant(
    "thrown",
    "it throws",
    ["Z1"],
    toySubject(() => {
      throw new TypeError("no");
    }),
  );
  assertEquals(await problemsOf({ mutants: [...toyMutants, right, thrown] }), [
    "the fault right and Z1, which must reject it: not rejected",
    "the fault thrown and Z1, which must reject it: by an exception",
  ]);
});

Deno.test("a law with fewer than two faults, and faults that name no law or none that exists", async () => {
  const [first] = toyMutants;
  assertEquals(await problemsOf({ mutants: [first!] }), [
    "Z1 is held to 1 planted fault; at least 2 are required",
    "Z2 is held to 1 planted fault; at least 2 are required",
  ]);
  const stray = [mutant("stray", "", ["Z9"], first!.subject), mutant("free", "", [], first!.subject)];
  assertEquals(await problemsOf({ mutants: [...toyMutants, ...stray] }), [
    "the fault stray names Z9, which is not in the catalogue",
    "the fault free is rejected by no law: a law is missing",
  ]);
});

Deno.test("an engine that is required must start; another is skipped with its reason; none may stop early", async () => {
  const start = () => Promise.reject(new Error("no adapter\nat all"));
  const candidates = [toyCandidate("oracle"), { name: "webgpu", required: false, start }];
  const { problems, engines } = await runGate(toyGate({ candidates }));
  assertEquals([problems, engines[1]!.skipped], [[], "no adapter"]);
  assertEquals(await problemsOf({ candidates: [...candidates, { name: "cpu", required: true, start }] }), [
    "cpu is required, but: no adapter",
  ]);
  const broken = { name: "native", required: false, run: () => Promise.reject(new Error("out of memory")) };
  const runners = [...toyGate().runners, broken];
  assertEquals(await problemsOf({ runners }), ["native stopped early: out of memory"]);
});

Deno.test("statistical laws that together are noisy", async () => {
  const noisy = toyLaw("Z2", { kind: "statistical", chance: { falseAlarm: 2e-6, miss: 0.01 } });
  assertEquals(await problemsOf({ laws: [toyLaw("Z1"), noisy] }), [
    "statistical laws raise a false alarm in 0.000002 of all runs; less than 0.000001 is required",
  ]);
});

Deno.test("an engine may be held to fewer cases than the others, and says so", async () => {
  const { name, required, start } = toyCandidate("webgpu");
  const slow = { name, required, start: async (plan: Plan) => ({ ...await start(plan), atMost: 3 }) };
  const { laws, engines } = await runGate(toyGate({ candidates: [toyCandidate("oracle"), slow] }));
  assertEquals(laws[0]!.runs.map(({ cases }) => cases), [20, 3]);
  assertEquals(engines[1]!.description, "plain arithmetic; at most 3 cases a clause");
});

Deno.test("a formula that cannot be typeset, which the page shows as it is written", async () => {
  const laws = [toyLaw("Z1"), toyLaw("Z2", { tex: String.raw`\nothing{a<b}` })];
  const evidence = await runGate(toyGate({ laws }));
  assertEquals(evidence.problems.length, 1);
  assertStringIncludes(
    evidence.problems[0]!,
    "the formula of Z2 cannot be typeset: KaTeX parse error: Undefined control",
  );
  assertStringIncludes(evidencePage(evidence), String.raw`<code>\nothing{a&lt;b}</code>`);
});

Deno.test("few cases that show nothing are followed by more", async () => {
  const coarse = { value: 0, because: "coarse", resolved: false }, fine = exact("integers");
  let asked = 0;
  const late = clause({
    says: "only every tenth case is within the precision",
    needs: ["volume.grae"],
    given: fc.integer(),
    examine: (_, __, expect) => expect.close("1", 1, 1, ++asked % 10 === 0 ? fine : coarse),
  });
  const { name, required, start } = toyCandidate("webgpu");
  const slow = { name, required, start: async (plan: Plan) => ({ ...await start(plan), atMost: 2 }) };
  const laws = [toyLaw("Z1", {}, [late])];
  const evidence = await runGate(toyGate({ laws, candidates: [slow], complete: false }));
  assertEquals([evidence.laws[0]!.verdict, evidence.laws[0]!.cases], ["holds", 8]);
});
