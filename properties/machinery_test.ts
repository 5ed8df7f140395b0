import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { clause } from "./contract/clause.ts";
import { examine } from "./contract/evidence.ts";
import { law } from "./contract/law.ts";
import { NotOffered } from "./contract/ledger.ts";
import { parseReplay, replayToken, type Run } from "./contract/replay.ts";
import type { Matrix, Subject } from "./contract/subject.ts";
import { tolerance } from "./contract/tolerance.ts";
import { verify } from "./laws/verify.ts";
import "../fixtures/suite_seed.ts";

const description = {
  id: "Z1",
  title: "squares",
  statement: "the volume of a 1 × 1 Jacobian is its entry",
  tex: "v(J) = J",
  source: "a stand-in",
  kind: "identity",
  assumptions: [],
  expected: "holds",
} as const;

const entry = clause({
  says: "v(J) = J",
  needs: ["volume.grae"],
  given: fc.integer({ min: 0, max: 1000 }),
  examine: async ({ volume }, given, expect) => {
    const exact = tolerance("integers", { c: 0, epsilon: expect.epsilon });
    expect.close("v(J)", await volume.grae([[given]], 1), given, exact);
  },
});

const standIn = law({ ...description, clauses: [entry] });
const run: Run = { seed: 7, cases: 100, engine: "plain" };

function volume(grae: (entry: number) => number | Promise<number>): Subject {
  return { name: "stand-in", epsilon: 2 ** -53, volume: { grae: (j) => grae(j[0]![0]!) } };
}

Deno.test("a law that holds gives evidence: its verdict, the cases and the worst error", async () => {
  const evidence = await examine(standIn, volume((value) => value), run);
  assertEquals(
    [evidence.verdict, evidence.cases, evidence.comparisons, evidence.worst, evidence.failure],
    ["holds", 100, 100, 0, undefined],
  );
});

/** Clauses whose cases have these comparisons: the error in units of the tolerance, or null for one that is not resolved. */
const made = (clauses: readonly (readonly (readonly (number | null)[])[])[]) =>
  law({
    ...description,
    clauses: clauses.map((cases, i) => {
      let next = 0;
      return clause({
        says: `clause ${i}`,
        needs: ["volume.grae"],
        given: fc.constant(0),
        atMost: cases.length,
        examine: (_, __, expect) =>
          cases[next++]!.forEach((share) =>
            expect.close("0", share ?? 0, 0, { value: 1, because: "a unit", resolved: share !== null })
          ),
      });
    }),
  });

Deno.test("the worst error of a law is the largest, in whichever comparison, case and clause it is, and all are counted", async () => {
  const shape = [[2, 3], [1, 1, 2], [4]];
  const places = shape.flatMap((cases, i) =>
    cases.flatMap((count, j) => Array.from({ length: count }, (_, k) => `${i} ${j} ${k}`))
  );
  for (const place of places) {
    const errors = shape.map((cases, i) =>
      cases.map((count, j) =>
        Array.from({ length: count }, (_, k) => place === `${i} ${j} ${k}` ? 0.75 : 0.25)
      )
    );
    const { worst, cases, comparisons, clauses } = await examine(made(errors), volume((v) => v), run);
    assertEquals([worst, cases, comparisons], [0.75, 6, 13], place);
    const [at] = place.split(" ").map(Number);
    assertEquals(clauses.map((found) => found.worst), [0, 1, 2].map((i) => i === at ? 0.75 : 0.25));
  }
});

Deno.test("comparisons beyond the precision are counted among all, and beside them", async () => {
  const { cases, comparisons, unresolved } = await examine(
    made([[[0.5, null]], [[null, 0.25], [0.25]]]),
    volume((v) => v),
    run,
  );
  assertEquals([cases, comparisons, unresolved], [3, 5, 2]);
});

Deno.test("every clause of a law is run, whatever came of those before it, unless the first failure is enough", async () => {
  const fails = made([[[0.5]], [[2]], [[0.5]], [[3]]]);
  const seen = async (more: Partial<Run>): Promise<boolean[]> =>
    (await examine(fails, volume((v) => v), { ...run, ...more })).clauses.map(({ failure }) => !failure);
  assertEquals(await seen({}), [true, false, true, false]);
  const first = made([[[0.5]], [[2]], [[0.5]]]);
  const { clauses } = await examine(first, volume((v) => v), { ...run, firstFailure: true });
  assertEquals(clauses.map(({ failure }) => !failure), [true, false]);
});

Deno.test("a subject is not verified by laws that resolved nothing, in all their clauses or in one", async () => {
  const verdictOf = async (clauses: Parameters<typeof made>[0]): Promise<string> =>
    (await verify(volume((v) => v), { laws: [made(clauses)], cases: 4 })).verdict;
  assertEquals(await verdictOf([[[0.5]], [[0.5, null]]]), "verified");
  assertEquals(await verdictOf([[[null]]]), "unverified");
  const { unverified } = await verify(volume((v) => v), { laws: [made([[[null]]])], cases: 4 });
  assertEquals(unverified, [
    { what: "volume.grae", because: "no comparison was within its precision" },
    { what: "law Z1", because: "no comparison was within the precision of the subject: clause 0" },
  ]);
  assertEquals(await verdictOf([[[0.5]], [[null, null]]]), "unverified");
});

Deno.test("a law that fails gives its sentence, the smallest case, both numbers and one command for exactly it", async () => {
  const wrong = volume((value) => (value > 20 ? value + 1 : value));
  const { failure, verdict } = await examine(standIn, wrong, run);
  assertEquals(verdict, "failed");
  if (!failure) throw new Error("a law that failed gave no failure");
  assertEquals(
    [failure.kind, failure.counterexample, failure.actual, failure.expected],
    ["violation", "21", "22", "21"],
  );
  for (const part of [description.statement, "found     22", "expected  21", "tolerance 0", "case      21"]) {
    assert(failure.message.includes(part), failure.message);
  }
  assertEquals(failure.replay, `deno task gate --law Z1 --replay ${failure.token}`);
  const again = await examine(standIn, wrong, { ...run, seed: 99, replay: parseReplay(failure.token) });
  assertEquals([again.failure?.counterexample, again.failure?.token], ["21", failure.token]);
  const repaired = await examine(standIn, volume((value) => value), {
    ...run,
    replay: parseReplay(failure.token),
  });
  assertEquals([repaired.verdict, repaired.cases], ["holds", 1]);
});

Deno.test("NaN, a thrown error and a rejected promise are failures", async () => {
  for (
    const broken of [
      () => NaN,
      () => Infinity,
      () => Promise.reject(new Error("lost")),
      (): number => {
        throw new TypeError("no");
      },
    ]
  ) {
    assertEquals((await examine(standIn, volume(broken), run)).verdict, "failed");
  }
});

Deno.test("a law that examined nothing has not been shown", async () => {
  const silent = law({
    ...description,
    clauses: [{ ...entry, run: (s, seed) => entry.run(s, seed, { ...run, cases: 0 }) }],
  });
  assertEquals((await examine(silent, volume((v) => v), run)).verdict, "unverified");
  const partial = clause({
    says: "an objective without gradients",
    needs: ["volume.grae"],
    given: fc.constant(0),
    examine: () => {
      throw new NotOffered("the gradient");
    },
  });
  const { verdict, clauses } = await examine(
    law({ ...description, clauses: [partial] }),
    volume((v) => v),
    run,
  );
  assertEquals([verdict, clauses[0]?.skipped], ["unverified", "stand-in does not offer the gradient"]);
  assertThrows(() => law({ ...description, clauses: [] }), RangeError, "law Z1 has no clause");
});

Deno.test("a clause whose every comparison is beyond the precision has shown nothing, whatever the other clauses show", async () => {
  const beyond = clause({
    says: "v(J) = 0, as far as can be told",
    needs: ["volume.grae"],
    given: fc.constant(1),
    examine: async ({ volume }, given, expect) => {
      const hopeless = tolerance("t", { c: 1, kappa: 1e30, epsilon: expect.epsilon });
      expect.close("v(J)", await volume.grae([[given]], 1), 0, hopeless);
    },
  });
  const both = law({ ...description, clauses: [entry, beyond] });
  const { verdict, failure } = await examine(both, volume((v) => v), run);
  assertEquals([verdict, failure?.says], ["unverified", "v(J) = 0, as far as can be told"]);
});

Deno.test("a RangeError is a refusal only where the precision cannot resolve the case", async () => {
  const refusing: Subject = {
    name: "refusing",
    epsilon: 2 ** -24,
    inverse: () => {
      throw new RangeError("not positive definite");
    },
  };
  const at = (kappa: number): typeof standIn =>
    law({
      ...description,
      clauses: [clause({
        says: "A⁻¹",
        needs: ["inverse"],
        given: fc.constant([[1]]),
        examine: async ({ inverse }, given, expect) => {
          expect.mayRefuse(tolerance("t", { c: 1, kappa, epsilon: expect.epsilon }));
          await inverse([given]);
        },
      })],
    });
  assertEquals((await examine(at(1e3), refusing, run)).clauses[0]?.failure?.kind, "exception");
  const [refused] = (await examine(at(1e9), refusing, run)).clauses;
  assertEquals([refused?.failure, refused?.unresolved], [undefined, 100]);
});

Deno.test("verify runs the laws that apply, says why others do not, and can register tests instead", async () => {
  const subject = volume((value) => value);
  const report = await verify(subject, { laws: [standIn] });
  assertEquals([report.ok, report.evidence.length, report.doesNotApply], [true, 1, []]);
  const other = await verify({ name: "nothing", epsilon: 1 }, { laws: [standIn] });
  assertEquals(other.doesNotApply, [{ law: "Z1", because: "it does not offer volume.grae" }]);
  const tests = new Map<string, () => Promise<void>>();
  const wrong = volume((value) => value + 1);
  const { registered } = await verify(wrong, {
    laws: [standIn],
    register: (name, body) => tests.set(name, body),
  });
  assertEquals(registered, ["Z1"]);
  assertEquals([...tests.keys()], [
    `[Z1] ${description.statement} (stand-in)`,
    "every capability is examined (stand-in)",
  ]);
  const error = await assertRejects([...tests.values()][0]!, Error, "does not hold");
  assert(error.message.includes('verify(subject, { laws: ["Z1"], replay: "'), error.message);
  await assertRejects(() => verify(subject, { laws: ["Z9"] }), RangeError, "there is no law Z9");
});

Deno.test("a law uses only what it lists, and capabilities keep their this", async () => {
  class Stateful {
    readonly name = "stateful";
    readonly epsilon = 2 ** -53;
    readonly offset = 0;
    readonly volume = {
      zero: 0,
      grae(jacobian: Matrix): number {
        return jacobian[0]![0]! + this.zero;
      },
    };
  }
  assertEquals((await examine(standIn, new Stateful(), run)).verdict, "holds");
  const greedy = clause({
    says: "uses more",
    needs: ["volume.grae"],
    given: fc.constant(0),
    examine: (subject) => {
      void Reflect.get(subject, "jacobian");
    },
  });
  const { failure } = await examine(law({ ...description, clauses: [greedy] }), volume((v) => v), run);
  assert(failure?.actual.includes("a law uses jacobian without listing it"));
});

Deno.test("a replay token survives the way through a command line", () => {
  const replay = { clause: 2, seed: -123, path: "17:0:3", engine: "wasm-1.2" };
  assertEquals(replayToken(replay), "2.-123.17:0:3.wasm-1.2");
  assertEquals(parseReplay(replayToken(replay)), replay);
  assertThrows(
    () => parseReplay("nonsense"),
    RangeError,
    'clause.seed.path.engine, as a failure prints it, but this is "nonsense"',
  );
});

Deno.test("where derivatives are difference quotients, precision allows for their step, and for rounding over it", async () => {
  const seen: number[] = [];
  const note = (needs: readonly ("jacobian" | "apply")[], stepped?: true) =>
    clause({
      ...{ says: needs.join(), needs, given: fc.constant(0), atMost: 1, ...(stepped && { stepped }) },
      examine: (_, __, expect) => {
        seen.push(expect.epsilon);
        expect.is("1", 1, 1);
      },
    });
  const [epsilon, differenceStep] = [2 ** -53, 2 ** -20];
  const subject: Subject = {
    name: "by differences",
    epsilon,
    differenceStep,
    apply: () => [],
    jacobian: () => [],
  };
  const clauses = [note(["apply"]), note(["jacobian"]), note(["jacobian"], true)];
  await examine(law({ ...description, clauses }), subject, run);
  assertEquals(seen, [epsilon, epsilon + differenceStep + epsilon / differenceStep, epsilon]);
});

Deno.test("registered tests of which a filter runs some do not ask what the others would have examined", async () => {
  const tests: (() => Promise<void>)[] = [];
  const twice = { ...volume((v) => v), kl: () => [0] } as Subject;
  const ofKl = clause({
    says: "KL",
    needs: ["kl"],
    given: fc.constant(0),
    examine: (_, __, expect) => expect.is("1", 1, 1),
  });
  const laws = [standIn, law({ ...description, id: "Z2", clauses: [ofKl] })];
  await verify(twice, { laws, register: (_, body) => tests.push(body) });
  const [first, second, last] = tests;
  await first!();
  await last!();
  await second!();
  await last!();
  const none: (() => Promise<void>)[] = [];
  await verify({ ...twice, inverse: (a) => a }, {
    laws: [laws[1]!, made([[[null]]])],
    register: (_, body) => none.push(body),
  });
  for (const body of none.slice(0, -1)) await body().catch(() => {});
  await assertRejects(none.at(-1)!, Error, "volume.grae: no comparison was within its precision");
});
