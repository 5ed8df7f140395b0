import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Ledger, Unanswered } from "./contract/ledger.ts";
import { type Report, type Subject, verify } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";

const name = "a subject", epsilon = 2 ** -53;

Deno.test("a subject that gives no answer is unverified, with the case and the reason, and is not asked again", async () => {
  let calls = 0;
  const report = await verify({
    name,
    epsilon,
    kl: (family, mean, raw) => {
      if (++calls === 7) throw new Unanswered("its process has ended");
      return oracle.kl(family, mean, raw);
    },
  }, { laws: ["A6"] });
  const [a6] = report.evidence;
  assertEquals([report.verdict, a6!.verdict, calls], ["unverified", "unverified", 7]);
  assertEquals(report.unverified.at(-1), { what: "law A6", because: "its process has ended" });
  const { message, token } = a6!.failure!;
  assertStringIncludes(message, "is unverified: KL(q‖p) is E_q[log q − log p]");
  assertStringIncludes(message, '\n  no answer its process has ended\n  case      {"first":{"family":');
  const again = await verify(
    { name, epsilon, kl: () => Promise.reject(new Unanswered("again")) },
    { laws: ["A6"], replay: token },
  );
  assertEquals(again.evidence[0]!.failure!.counterexample, a6!.failure!.counterexample);
});

Deno.test("a law that failed has failed, although no answer comes while a smaller case is looked for", async () => {
  let failed = false;
  const report = await verify({
    name,
    epsilon,
    kl: (family, mean, raw) => {
      if (failed) throw new Unanswered("its process has ended");
      failed = mean.length === 2;
      return oracle.kl(family, mean, raw).map((value) => value + Number(failed));
    },
  }, { laws: ["A6"] });
  assertEquals([report.verdict, report.evidence[0]!.clauses[0]!.unanswered], ["failed", undefined]);
});

Deno.test("no answer is not the error that a law asks for", async () => {
  for (const throws of ["throwsRangeError", "throwsTypeError"] as const) {
    await assertRejects(
      () => new Ledger(epsilon)[throws]("a singular matrix", () => Promise.reject(new Unanswered("gone"))),
      Unanswered,
      "gone",
    );
  }
});

/** A report without times. */
const timeless = (report: Report): unknown =>
  JSON.parse(JSON.stringify(report, (key, value) => key === "seconds" ? 0 : value));

/** KL to which one call in many has something added, and which refuses blocks. */
const faulty = (added: number, calls: string[]): Subject => ({
  name,
  epsilon,
  kl: async (family, mean, raw) => {
    calls.push("in");
    await Promise.resolve();
    calls.push("out");
    if (family.kind === "block") throw new RangeError("block is not offered");
    return oracle.kl(family, mean, raw).map((value) => value + (mean.length === 3 ? added : 0));
  },
});

Deno.test("cases that are examined together give the evidence that they give one by one", async () => {
  for (const added of [0, 1]) {
    const options = { cases: 32, laws: ["A6"] };
    const alone: string[] = [], together: string[] = [];
    const expected = timeless(await verify(faulty(added, alone), options));
    assertEquals(timeless(await verify(faulty(added, together), { ...options, atOnce: 16 })), expected);
    assert(!alone.join(" ").includes("in in"));
    assertStringIncludes(together.join(" "), Array.from({ length: 16 }, () => "in").join(" "));
  }
  const objectives: Subject = {
    name,
    epsilon,
    promises: oracle.promises,
    volume: oracle.volume,
    objectives: { grae: (given) => Promise.resolve(oracle.objectives.grae(given)) },
    logDensity: (...given) => Promise.resolve(oracle.logDensity(...given)),
  };
  const options = { cases: 4, laws: ["A2", "G1", "G3", "H1"] };
  assertEquals(
    timeless(await verify(objectives, { ...options, atOnce: 7 })),
    timeless(await verify(objectives, options)),
  );
});
