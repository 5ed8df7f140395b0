import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../lib/data/error.ts";
import { inFolder, mayUseDisk } from "../fixtures/temporary_folder.ts";
import findings from "../docs/findings.json" with { type: "json" };
import text from "../docs/findings.md" with { type: "text" };
import { type Findings, findingsOf, problemOf, type Stated, statedIn, STUDIES } from "./findings.ts";

const MADE_UP = {
  format: "grae findings 1",
  runs: { metric: { numbers: { "after.a": 0.4949, "count": 12345, "below": -0.05 } } },
} as unknown as Findings;

Deno.test("numbers with a name are found in prose and in tables, by section", () => {
  const stated = statedIn(
    "# Findings\n7 (`no`)\n\n## Metric\nIt is 0.49 (`after.a`) of 12,345 (`count`).\n\n| below | -0.05 | `below` |\n\n## Compare\n1.0 (`x`)\n",
  );
  assertEquals(stated, [
    { text: "0.49", study: "metric", name: "after.a" },
    { text: "12345", study: "metric", name: "count" },
    { text: "-0.05", study: "metric", name: "below" },
    { text: "1.0", study: "compare", name: "x" },
  ]);
});

Deno.test("a number that is not the measured one to its digits, or has no measured one, is refused", () => {
  const stated = (text: string, name = "after.a", study = "metric"): Stated => ({ text, study, name });
  assertEquals(["0", "0.5", "0.49", "0.495", "0.4949"].map((one) => problemOf(stated(one), MADE_UP)), [
    null,
    null,
    null,
    null,
    null,
  ]);
  assertEquals(problemOf(stated("0.50"), MADE_UP), "metric: after.a is 0.49, but the text says 0.50");
  assertEquals(problemOf(stated("1", "before"), MADE_UP), "metric: there is no number before");
  assertEquals(problemOf(stated("1", "x", "mnist"), MADE_UP), "mnist: there is no number x");
});

Deno.test("every number that docs/findings.md states with a name is that of docs/findings.json", () => {
  const stated = statedIn(text);
  const problems = stated.map((one) => problemOf(one, findings as unknown as Findings)).filter((why) =>
    why !== null
  );
  assertEquals(problems, []);
  for (const study of STUDIES) {
    assert(stated.some((one) => one.study === study), `${study} states no number`);
  }
});

Deno.test("docs/findings.md states no number with a decimal point that has no name", () => {
  const sections = text.split(/^## /m).slice(1).join("\n");
  const named = sections.replace(/-?\d[\d,]*(?:\.\d+)?(?:\s*\(|\s*\|\s*)`[\w.=-]+`/g, "");
  // Code and links hold versions, file names and options; β is what was asked for, not found.
  const prose = named.replace(/```[\s\S]*?```|`[^`]*`|\]\([^)]*\)|β = [\d.]+/g, "");
  assertEquals([...prose.matchAll(/\d+\.\d+/g)].map(([number]) => number), []);
});

Deno.test({
  name:
    "a folder without a default run is refused with the command that makes it (needs --allow-read=. --allow-write=.test)",
  ignore: !mayUseDisk,
  fn: () =>
    inFolder(async (folder) => {
      const { message } = await assertRejects(() => findingsOf(folder), DataError);
      assert(/is not there: make it by npx --yes deno@\S+ task \w+$/.test(message), message);
    }),
});
