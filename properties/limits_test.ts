import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Matrix, type Subject, verify, type VerifyOptions } from "./laws/mod.ts";
import { oracle } from "./oracle/mod.ts";

const name = "a subject", epsilon = 2 ** -53;

/** A subject with a covariance that does something before its seventh answer. */
function seventh(before: () => unknown): { readonly subject: Subject; readonly calls: () => number } {
  let calls = 0;
  const covariance: typeof oracle.covariance = (...given) => {
    const waiting = ++calls === 7 ? before() : undefined;
    const answer = (): ReturnType<typeof oracle.covariance> => oracle.covariance(...given);
    return waiting instanceof Promise ? waiting.then(answer) as never : answer();
  };
  return { subject: { name, epsilon, covariance }, calls: () => calls };
}

/** Computes for so many milliseconds. */
function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const [law] = (await verify({ name, epsilon, covariance: oracle.covariance }, { cases: 1 })).evidence;
const only: VerifyOptions = { laws: [law!.law] };

Deno.test("a call that never settles is given up at its limit: unverified, with its case, and no call follows it", async () => {
  let givenUp = 0;
  const { subject, calls } = seventh(() => new Promise(() => {}));
  const limits = { callSeconds: 0.25 };
  const report = await verify(subject, { ...only, limits, onGiveUp: () => givenUp++ });
  assertEquals([report.ok, report.verdict, calls(), givenUp], [false, "unverified", 7, 1]);
  const because = "covariance did not answer within 0.25 s";
  assertEquals(report.unverified.at(-1), { what: `law ${law!.law}`, because });
  const { message, token } = report.evidence[0]!.failure!;
  assertStringIncludes(message, "is unverified: ");
  assertStringIncludes(message, `\n  no answer ${because}\n  case      {"`);
  const again = await verify({ name, epsilon, covariance: () => new Promise<never>(() => {}) }, {
    ...only,
    limits,
    replay: token,
  });
  assertEquals(again.evidence[0]!.failure!.counterexample, report.evidence[0]!.failure!.counterexample);
});

Deno.test("an answer that comes after the limit of its call is none, although nothing could stop it", async () => {
  const { subject } = seventh(() => busy(300));
  const report = await verify(subject, { ...only, limits: { callSeconds: 0.25 } });
  assertEquals(report.verdict, "unverified");
  assert(
    /^covariance took 0\.\d+ s, but the limit of a call is 0\.25 s$/.test(
      report.unverified.at(-1)!.because,
    ),
    report.unverified.at(-1)!.because,
  );
});

Deno.test("a law has its time, of which each call takes some: when it is over, no case follows", async () => {
  const covariance: Subject["covariance"] = (...given) =>
    new Promise((resolve) => setTimeout(() => resolve(oracle.covariance(...given)), 10));
  const report = await verify({ name, epsilon, covariance }, { ...only, limits: { lawSeconds: 0.1 } });
  const [found] = report.evidence;
  assertEquals([report.verdict, found!.verdict], ["unverified", "unverified"]);
  assert(found!.cases < 20, `${found!.cases} cases`);
  assertStringIncludes(report.unverified.at(-1)!.because, "the 0.1 s of the law were over");
});

Deno.test("shrinking takes of the law's time too; what failed before its end has failed", async () => {
  let calls = 0, wrong = 0;
  const graeStar = (jacobian: Matrix, beta: number): number => {
    calls++;
    // Slow from the first failure on.
    if (wrong > 0) busy(20);
    const value = oracle.volume.graeStar(jacobian, beta);
    return Math.abs(jacobian[0]![0]!) > 1e-3 ? (wrong++, 1.01 * value) : value;
  };
  const subject = { name, epsilon, volume: { graeStar } };
  const unlimited = await verify(subject, { laws: ["G3"] });
  const all = calls;
  calls = wrong = 0;
  const report = await verify(subject, { laws: ["G3"], limits: { lawSeconds: 0.3 } });
  assertEquals([unlimited.verdict, report.verdict], ["failed", "failed"]);
  assert(calls < all, `${calls} of ${all} calls`);
});

Deno.test("limits that are none are refused before any law is asked", async () => {
  for (
    const limits of [{ callSeconds: 0 }, { callSeconds: NaN }, { lawSeconds: -1 }, { lawSeconds: Infinity }]
  ) {
    const [[key, value]] = Object.entries(limits) as [[string, number]];
    await assertRejects(
      () => verify({ name, epsilon, kl: oracle.kl }, { limits }),
      RangeError,
      `verify: ${key} must be a number of seconds above 0 and at most 2000000, but is ${value}`,
    );
  }
});

Deno.test("a capability of a law that was not examined to its end is unverified for that reason", async () => {
  const graeStar = (): Promise<number> => new Promise(() => {});
  const report = await verify(
    { name, epsilon, volume: { grae: oracle.volume.grae, graeStar } },
    { limits: { callSeconds: 0.02 }, cases: 5 },
  );
  const unverified = new Map(report.unverified.map(({ what, because }) => [what, because]));
  assertStringIncludes(
    unverified.get("volume.graeStar")!,
    "volume.graeStar did not answer within 0.02 s",
  );
});
