import { assert, assertEquals, assertRejects } from "@std/assert";
import { startEngine } from "../lib/engine/mod.ts";
import { ROOT } from "../fixtures/temporary_folder.ts";
import { clause } from "./contract/clause.ts";
import { runInWorkers, runSeed, type SeedFindings } from "./gate/flakes.ts";
import type { LawResult } from "./gate/candidates.ts";
import { faultsInWorker, inWorker } from "./gate/worker.ts";
import { laws } from "./laws/mod.ts";
import { librarySubject } from "./library_subject.ts";
import { oracle } from "./oracle/mod.ts";
import { isEntry, toyLaw, toySubject } from "../fixtures/laws/toy_gate.ts";
import fc from "fast-check";

const ignore = Deno.permissions.querySync({ name: "read", path: ROOT }).state !== "granted";
const workerTest = (sentence: string, fn: () => Promise<void>): void =>
  Deno.test({ name: `${sentence} (needs --allow-read=.)`, ignore, fn });

const MODULE = new URL("../fixtures/laws/toy_worker.ts", import.meta.url);
const PLAN = { seed: 1, cases: 3 };
/** G3 can be asked of the toy's volumes. */
const ran = async (name: string): Promise<{ ending: unknown; results: readonly LawResult[] }> => {
  const results: LawResult[] = [];
  const ending = await inWorker(MODULE, { name, required: true })
    .run(["G3", "U1"], PLAN, (one) => results.push(one));
  return { ending, results };
};

workerTest("a worker tells each law as soon as it is done, and how its candidate ended", async () => {
  const { ending, results } = await ran("right");
  assertEquals(ending, { description: "plain arithmetic" });
  assertEquals(
    results.map((one) => "evidence" in one ? [one.evidence.law, one.evidence.engine] : [one.law, one.engine]),
    [["U1", "right"], ["G3", "right"]],
  );
});

workerTest(
  "an error in a worker is told in a line, and so is a worker that has no such candidate",
  async () => {
    const { message } = await assertRejects(() => ran("broken"), Error);
    assertEquals(message, "no subject");
    const other = inWorker(MODULE, { name: "other", required: true });
    await assertRejects(() => other.run([], PLAN, () => {}), Error, "the worker of other ran something else");
  },
);

workerTest("a worker without a name runs the planted faults; a worker that cannot says so", async () => {
  const faults = await faultsInWorker(MODULE)(["X5"], PLAN);
  assert(faults.length > 1 && faults.every(({ laws }) => Object.keys(laws).join() === "X5"));
  const { message } = await assertRejects(() => faultsInWorker(MODULE)(null as never, PLAN), Error);
  assert(message.startsWith("the planted faults stopped early: Cannot read properties of null"), message);
});

workerTest("workers run every seed once, on the oracle and on wasm, as they are run here", async () => {
  await startEngine("wasm");
  const chosen = laws.filter(({ id }) => id === "H1");
  const subjects = [{ engine: "oracle", subject: oracle }, { engine: "wasm", subject: librarySubject }];
  const found: SeedFindings[] = [];
  await runInWorkers(["H1"], 5, 8, (one) => found.push(one), 2);
  found.sort((a, b) => a.seed - b.seed);
  const expected: SeedFindings[] = [];
  // One engine computes one thing at a time.
  for (const seed of [5, 6, 7]) expected.push(await runSeed(seed, chosen, subjects));
  assertEquals(found, expected);
  assert(expected.every(({ cases, comparisons }) => cases["H1"]! > 1 && comparisons > 0));
});

Deno.test("a seed asks no clause of a subject that lacks what it needs", async () => {
  let asked = 0;
  const beyond = clause({
    says: "needs more",
    needs: ["inverse"],
    given: fc.constant(0),
    examine: () => void asked++,
  });
  const subjects = [{ engine: "oracle", subject: toySubject((entry) => entry) }];
  const { cases, failures } = await runSeed(0, [toyLaw("Z1", {}, [isEntry, beyond])], subjects);
  assertEquals([cases, failures, asked], [{ Z1: 1 }, [], 0]);
});
