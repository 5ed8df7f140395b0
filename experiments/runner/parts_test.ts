import { assertEquals, assertRejects } from "@std/assert";
import { concluded, type Failure } from "./parts.ts";
import type { PartFiles } from "./study.ts";

const files: PartFiles = {
  read: () => Promise.resolve(null),
  write: () => Promise.resolve(),
  path: (name) => name,
};
const conclusion = { results: [], numbers: {}, answer: "", caveat: "", figures: [], tables: [] };
/** The conclusion of a study with three parts, and all that failed. */
async function conclusionOf(results: number, failed: Failure[], fails: Error | null, signal: AbortSignal) {
  const parts = ["a", "b", "c"].map((name) => ({ name, weight: 1, run: () => Promise.resolve(0) }));
  const conclude = () => fails === null ? Promise.resolve(conclusion) : Promise.reject(fails);
  const found = await concluded({ parts, conclude }, Array(results).fill(0), failed, { signal, files });
  return { found, failed };
}

Deno.test("a conclusion from too few parts is one more failure; without a failed part, or when it is to stop, it is an error", async () => {
  const { signal } = new AbortController(), few = new RangeError("at least 3 are required");
  const lost = { name: "c", reason: "diverged" };
  assertEquals(await conclusionOf(2, [lost], null, signal), { found: conclusion, failed: [lost] });
  assertEquals(await conclusionOf(0, [lost], few, signal), { found: null, failed: [lost] });
  assertEquals(await conclusionOf(2, [lost], few, signal), {
    found: null,
    failed: [lost, { name: "conclusion", reason: "2 of 3 parts are too few: at least 3 are required" }],
  });
  await assertRejects(() => conclusionOf(3, [], few, signal), RangeError, "at least 3");
  await assertRejects(() => conclusionOf(2, [lost], few, AbortSignal.abort()), RangeError, "at least 3");
});
