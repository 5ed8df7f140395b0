import { assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import { evidence } from "../fixtures/runs/made_up.ts";
import { keptTexts, pageText } from "../fixtures/texts.ts";
import type { Verdict } from "./contract/evidence.ts";
import type { KnownOutcome } from "./contract/known_failures.ts";
import { evidenceJson, evidenceSchema, type FaultOutcome, type GateEvidence } from "./gate/evidence.ts";
import { evidenceFiles } from "./gate/files.ts";
import { evidenceText } from "./gate/text.ts";

const [first, second] = evidence.laws;
const [run] = first!.runs;
const problems = ["G1 failed on wasm; the catalogue says: holds", "the fault twice: not run"];
const failing: GateEvidence["laws"] = [
  {
    ...first!,
    verdict: "failed",
    chance: { falseAlarm: 1e-9, miss: 0.01 },
    runs: [
      { ...run!, verdict: "failed", worst: 1.5, failure: { token: "t", message: "[G1] 2 ≤ 1\nreplay: t" } },
      { ...run!, engine: "cpu", verdict: "unverified", worst: 0, unresolved: 20 },
      {
        ...run!,
        ...{ engine: "native", cases: 1600, worst: 0.001 },
        clauses: [{
          says: "it is",
          cases: 1600,
          measured: { what: "a rate", value: 0.12345, allowed: "0.2" },
        }],
      },
    ],
    faults: [{ id: "sign", outcome: "by an exception" }, { id: "twice", outcome: "not run" }],
  },
  { ...second!, tex: String.raw`\nothing{a<b}` },
  { ...first!, id: "Z1", verdict: "unverified", runs: [], faults: [], assumptions: [] },
];
const VERDICTS: readonly Verdict[] = [
  "holds",
  "holds under stated assumptions",
  "refuted as printed",
  "failed",
  "unverified",
];
const OUTCOMES: readonly FaultOutcome[] = ["rejected", "by an exception", "not rejected", "not run"];
const KNOWN: readonly KnownOutcome["outcome"][] = ["fails as known", "passes", "expired", "not examined"];
/** Whatever evidence there may be: all that holds, all that may go wrong, and somebody's own subjects. */
const EVIDENCE: readonly GateEvidence[] = [
  evidence,
  {
    ...evidence,
    ...{ ok: false, complete: false, problems, falseAlarm: 1e-9, laws: failing },
    engines: [...evidence.engines, { name: "native", stopped: "out of memory", seconds: 2 }],
    faults: [
      ...evidence.faults,
      { id: "twice", description: "all is doubled", laws: { G1: "not run", X1: "by an exception" } },
    ],
  },
  {
    ...evidence,
    ...{ ok: false, problems, faults: [], laws: failing.map((law) => ({ ...law, faults: [] })) },
    engines: [{ name: "wasm", description: "my own", seconds: 1 }],
    subjects: {
      known: [{
        ...{ subject: "wasm", law: "G1", clause: "it is below", reason: "a bound is loose" },
        ...{ until: "2027-01-01", outcome: "fails as known" },
      }],
    },
  },
];

Deno.test("whatever evidence there may be, evidence.json is read back as it was written, with every word that it may hold", () => {
  const readBack = (one: GateEvidence): void =>
    assertEquals(v.parse(evidenceSchema, JSON.parse(evidenceJson(one))), {
      schema: "grae-evidence/5" as const,
      ...one,
    });
  EVIDENCE.forEach(readBack);
  const known = EVIDENCE[2]!.subjects!.known[0]!;
  for (const verdict of VERDICTS) readBack({ ...evidence, laws: [{ ...first!, verdict }] });
  for (const outcome of OUTCOMES) {
    readBack({ ...evidence, faults: [{ id: "a", description: "b", laws: { G1: outcome } }] });
    readBack({ ...evidence, laws: [{ ...first!, faults: [{ id: "a", outcome }] }] });
  }
  for (const outcome of KNOWN) readBack({ ...evidence, subjects: { known: [{ ...known, outcome }] } });
  for (
    const wrong of [
      { ...evidence, laws: [{ ...first!, verdict: "" }] },
      { ...evidence, laws: [{ ...first!, faults: [{ id: "a", outcome: "" }] }] },
      { ...evidence, subjects: { known: [{ ...known, outcome: "" }] } },
    ]
  ) assertThrows(() => v.parse(evidenceSchema, wrong), v.ValiError);
});

keptTexts(
  "every text of the evidence is the one that is kept: on a terminal, on its page, in Markdown, in JUnit XML, as a badge",
  "evidence",
  () =>
    EVIDENCE.flatMap((one, i) => {
      const files = evidenceFiles(one);
      const text = (name: string): string => files.get(name)!;
      // The slides once.
      const page = text("index.html").replace(i === 0 ? "" : /<h2>The slides[^]*?(?=<h2>)/, "");
      return [evidenceText(one), pageText(page), text("evidence.md"), text("junit.xml"), text("badge.svg")];
    }),
);
