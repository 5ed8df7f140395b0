import { evidence } from "../fixtures/runs/made_up.ts";
import { keptTexts, pageText } from "../fixtures/texts.ts";
import type { GateEvidence } from "./gate/evidence.ts";
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
