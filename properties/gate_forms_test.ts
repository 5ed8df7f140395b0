/**
 * Whatever comes of a gate, its exit status, what it prints and its five files say the same: each is read back, and held to what
 * the runners and the faults answered.
 *
 * @module
 */

import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { toyCandidate, toyGate, toyLaw, toyMutants, toySubject } from "../fixtures/laws/toy_gate.ts";
import { clause } from "./contract/clause.ts";
import { exact } from "./contract/tolerance.ts";
import { type LawResult, type LawRunner, type Plan } from "./gate/candidates.ts";
import type { FaultEvidence, FaultOutcome } from "./gate/evidence.ts";
import { gate } from "./gate/gate.ts";
import type { RunGateOptions } from "./gate/run_gate.ts";
import { NO_RUNS } from "./gate/runs_folder.ts";
import { mutant } from "./mutants/mutant.ts";

/** v(J) = J within 1. */
const nearly = clause({
  says: "v(J) = J, nearly",
  needs: ["volume.grae"],
  given: fc.integer({ min: 0, max: 1000 }),
  examine: async ({ volume }, given, expect) =>
    expect.close("v(J)", await volume.grae([[given]], 1), given, { value: 1, because: "1", resolved: true }),
});
const unasked = clause({ says: "needs more", needs: ["inverse"], given: fc.constant(0), examine: () => {} });
const coarse = clause({
  says: "nothing is resolved",
  needs: ["volume.grae"],
  given: fc.constant(0),
  examine: (_, __, expect) => expect.close("1", 1, 1, { value: 0, because: "coarse", resolved: false }),
});
/** v(J) = J, of which nothing is resolved on one engine. */
const coarselyOn = (engine: string) => {
  const one = clause({
    says: "v(J) = J, if it is told",
    needs: ["volume.grae"],
    given: fc.constant(1),
    examine: async ({ volume }, given, expect) =>
      expect.close("v(J)", await volume.grae([[given]], 1), given, exact("integers")),
  });
  const run: typeof one.run = async (subject, seed, asked) => {
    const found = await one.run(subject, seed, asked);
    return asked.engine === engine ? { ...found, unresolved: found.comparisons } : found;
  };
  return { ...one, run };
};
/** A candidate that is off by so much of the tolerance in every case, or in the first ones alone. */
const off = (name: string, by: number, until = Infinity) => {
  let asked = 0;
  return toyCandidate(name, (entry) => entry + (asked++ < until ? by : 0));
};
const nearLaws = [toyLaw("Z1", {}, [nearly]), toyLaw("Z2", {}, [nearly])];
const farMutants = [-2, 3].map((by) =>
  mutant(`by ${by}`, `off by ${by}`, ["Z1", "Z2"], toySubject((entry) => entry + by))
);
const near = { laws: nearLaws, mutants: farMutants };
const failsToStart = () => Promise.reject(new Error("no adapter"));
const oracle = toyCandidate("oracle"), wrong = toyCandidate("wasm", (entry) => entry > 20 ? 0 : entry);

type Changes = Parameters<typeof toyGate>[0];

/** What may come of a gate, and whether it may accept that. */
const OUTCOMES: Readonly<Record<string, readonly [accepted: boolean, changes: Changes]>> = {
  "all holds": [true, { candidates: [oracle, toyCandidate("wasm")] }],
  "the first engine has the largest error": [true, {
    ...near,
    candidates: [off("oracle", 0.75), off("wasm", 0.25)],
  }],
  "the last engine has the largest error": [true, {
    ...near,
    candidates: [off("oracle", 0.25), off("wasm", 0.75)],
  }],
  "the first case has the largest error": [true, { ...near, candidates: [off("oracle", 0.375, 1)] }],
  "errors are small": [true, { ...near, candidates: [off("oracle", 2 ** -10), off("wasm", 0)] }],
  "a law fails on the last engine": [false, { candidates: [oracle, wrong] }],
  "a law fails on the first engine": [false, { candidates: [wrong, toyCandidate("native")] }],
  "a law fails on all": [false, { candidates: [wrong] }],
  "nothing is resolved": [false, { laws: [toyLaw("Z1"), toyLaw("Z2", {}, [coarse])] }],
  "nothing of one clause is resolved": [false, { laws: [toyLaw("Z1"), toyLaw("Z2", {}, [nearly, coarse])] }],
  "a clause is asked of nobody": [false, { laws: [toyLaw("Z1"), toyLaw("Z2", {}, [nearly, unasked])] }],
  "a law applies to nobody": [false, { laws: [toyLaw("Z1"), toyLaw("Z2", {}, [unasked])] }],
  "an engine that need not start does not": [true, {
    candidates: [oracle, { name: "webgpu", required: false, start: failsToStart }],
  }],
  "an engine that must start does not": [false, {
    candidates: [oracle, { name: "cpu", required: true, start: failsToStart }],
  }],
  "a law does not apply to an engine": [true, {
    candidates: [oracle, toyCandidate("wasm"), {
      name: "empty",
      required: true,
      start: () => Promise.resolve({ subject: { name: "empty", epsilon: 1 }, description: "nothing" }),
    }],
  }],
  "a fault is let pass": [false, {
    mutants: [...toyMutants, mutant("right", "nothing is wrong", ["Z1"], toySubject((entry) => entry))],
  }],
  "a fault throws": [false, {
    mutants: [
      ...toyMutants,
      mutant("thrown", "it throws", ["Z2"], toySubject(() => JSON.parse("no"))),
    ],
  }],
  "nothing of a fault is resolved": [false, {
    laws: [toyLaw("Z1"), toyLaw("Z2", {}, [coarse])],
    mutants: toyMutants,
  }],
  "no fault is run": [false, { faults: () => Promise.resolve([]) }],
  "a fault is run by one of its laws": [false, {
    faults: () =>
      Promise.resolve(
        toyMutants.map(({ id, description }) => ({ id, description, laws: { Z1: "rejected" } as const })),
      ),
  }],
  "faults are not run": [false, {
    faults: () =>
      Promise.resolve(toyMutants.map(({ id, description }) => (
        { id, description, laws: { Z1: "not run", Z2: "rejected" } as const }
      ))),
  }],
  "two laws are statistical": [true, {
    candidates: [oracle, toyCandidate("wasm")],
    laws: [1e-7, 2e-7].map((falseAlarm, i) =>
      toyLaw(`Z${i + 1}`, { kind: "statistical", chance: { falseAlarm, miss: 0.01 } })
    ),
  }],
  "nothing is resolved on the last engine": [false, {
    laws: [toyLaw("Z1"), toyLaw("Z2", {}, [coarselyOn("wasm")])],
    candidates: [oracle, toyCandidate("wasm")],
  }],
  "a law is lost": [false, { catalogue: { Z1: "holds", Z2: "holds", Z3: "holds" } }],
};

/** What runners and faults answered, and what the gate made of it. */
async function gateOf(changes: Changes) {
  const results: LawResult[] = [], endings: Record<string, string> = {};
  let faults: readonly FaultEvidence[] = [];
  const options: RunGateOptions = toyGate(changes);
  const heard = (runner: LawRunner): LawRunner => ({
    ...runner,
    run: async (laws, plan, tell) => {
      const ending = await runner.run(laws, plan, (result) => {
        results.push(result);
        tell(result);
      });
      if ("skipped" in ending) endings[runner.name] = ending.skipped;
      return ending;
    },
  });
  let files: ReadonlyMap<string, string> = new Map(), printed = "";
  const code = await gate({
    laws: options.laws.map(({ id }) => id),
    engines: options.runners.map(({ name }) => name),
    complete: true,
    seed: 1,
    cases: 20,
    ...{ runs: null, replay: null, format: "text", threads: null, out: "" },
  }, {
    ...options,
    runners: options.runners.map(heard),
    faults: async (laws, plan: Plan) => faults = await options.faults(laws, plan),
    atOnce: 1,
    print: (text) => printed += text,
    remark: () => {},
    findRuns: () => Promise.resolve(NO_RUNS),
    open: () =>
      Promise.resolve({
        write: (all) => Promise.resolve(void (files = all)),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  });
  return { code, printed, files, results, faults, endings, options };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const shareText = (worst: number): string => worst === 0 ? "none" : worst < 0.005 ? "<.01" : worst.toFixed(2);

/** What each law must be said to have seen. */
function expectedRows({ results, faults, options }: Awaited<ReturnType<typeof gateOf>>) {
  return options.laws.map(({ id, expected }) => {
    const runs = results.flatMap((one) => "evidence" in one && one.evidence.law === id ? [one.evidence] : []);
    const outcomes = faults.flatMap(({ laws }) => laws[id] ?? []);
    return {
      id,
      verdict: runs.length > 0 && runs.every(({ verdict }) => verdict === expected) ? expected : "failed",
      cases: sumOf(runs.map(({ cases }) => cases)),
      share: shareText(
        runs.flatMap(({ clauses }) => clauses).reduce((most, { worst }) => Math.max(most, worst), 0),
      ),
      faults: `${outcomes.filter((one) => one === "rejected").length} of ${outcomes.length}`,
      engines: runs.map(({ engine }) => engine),
      bad: runs.filter(({ verdict }) => verdict === "failed" || verdict === "unverified").map((
        { engine },
      ) => engine),
    };
  });
}

const cellsOf = (line: string): string[] => line.split("|").slice(1, -1).map((cell) => cell.trim());
const outcomesOf = (fault: FaultEvidence): [string, FaultOutcome][] => Object.entries(fault.laws);

for (const [says, [accepted, changes]] of Object.entries(OUTCOMES)) {
  Deno.test(`all that a gate leaves says what came of it: ${says}`, async () => {
    const found = await gateOf(changes);
    const { code, printed, files, results, faults, endings, options } = found;
    const rows = expectedRows(found), outcomes = faults.flatMap(outcomesOf);
    const file = (name: string): string => files.get(name)!;
    const { ok, problems } = JSON.parse(file("evidence.json"));
    assertEquals([code, ok, problems.length === 0], [accepted ? 0 : 1, accepted, accepted]);
    const all = /^Accepted\.|\. Accepted\.|Rejected: \d+ problems?\./;
    for (const text of [printed, file("evidence.md"), file("index.html")]) {
      const count = problems.length;
      const must = accepted ? "Accepted." : `Rejected: ${count} problem${count === 1 ? "" : "s"}.`;
      assertEquals(all.exec(text)?.[0].replace(/^\. /, ""), must);
    }

    // Of a law that did not do as expected, the problem names the engines.
    for (const { id, bad } of rows.filter((row) => row.bad.length > 0)) {
      const start = `${id} failed on ${bad.join(", ")}; the catalogue says: `;
      assertEquals(problems.filter((problem: string) => problem.startsWith(start)).length, 1, start);
    }
    const { falseAlarm } = JSON.parse(file("evidence.json"));
    assertEquals(falseAlarm, sumOf(options.laws.map(({ chance }) => chance?.falseAlarm ?? 0)));

    const failed = rows.filter(({ verdict }) => verdict === "failed").length, n = rows.length;
    const badge = accepted ? `verified by ${n}` : failed > 0 ? `${failed} of ${n} failed` : "unverified";
    assertEquals(/<title>β-VAE laws: (.*)<\/title>/.exec(file("badge.svg"))![1], badge);

    const lines = [...printed.matchAll(
      /^(Z\d) +(\D+?) +([\d,]+) cases? +(\S+) of tolerance +(\d+ of \d+) faults +[\d.]+ s +(.*)$/gm,
    )].map(([, id, verdict, cases, share, faults, engines]) => (
      { id, verdict, cases: Number(cases!.replaceAll(",", "")), share, faults, engines }
    ));
    assertEquals(
      lines,
      rows.map(({ bad: _, engines, ...row }) => ({ ...row, engines: engines.join(" ") })),
    );

    const inMarkdown = file("evidence.md").split("\n");
    assertEquals(
      inMarkdown.filter((line) => /^\| Z\d /.test(line) && cellsOf(line).length === 8)
        .map((line) => cellsOf(line).filter((_, i) => i !== 1 && i !== 7)),
      rows.map(({ id, verdict, cases, share, faults, engines, bad }) => [
        id,
        verdict === "failed" ? "**failed**" : verdict,
        engines.map((engine) => bad.includes(engine) ? `**${engine}**` : engine).join(" "),
        String(cases),
        share,
        faults,
      ]),
    );
    const named = (fault: FaultEvidence, kept: (outcome: FaultOutcome) => boolean): string =>
      outcomesOf(fault).filter(([, outcome]) => kept(outcome)).map(([law]) => law).join(" ");
    assertEquals(
      inMarkdown.slice(inMarkdown.indexOf("## Planted faults")).filter((line) => line.startsWith("| ")).slice(
        2,
      )
        .map(cellsOf),
      faults.map((fault) => [
        ...[fault.id, fault.description],
        named(fault, (outcome) => outcome === "rejected"),
        named(fault, (outcome) => outcome !== "rejected"),
      ]),
    );

    const cases = sumOf(rows.map((row) => row.cases));
    for (const text of [printed, file("evidence.md"), file("index.html")]) {
      assertStringIncludes(text, `${cases} case${cases === 1 ? "" : "s"} on `);
    }

    const xml = file("junit.xml");
    const suites = [...xml.matchAll(/<testsuite (.*?)>(.*?)<\/testsuite>/gs)].map(([, head, cases]) => {
      const count = (pattern: RegExp): number => [...cases!.matchAll(pattern)].length;
      const said = ["tests", "failures", "skipped"].map((name) =>
        Number(new RegExp(` ${name}="(\\d+)"`).exec(head!)![1])
      );
      assertEquals(said, [count(/<testcase /g), count(/<failure /g), count(/<skipped /g)], head);
      const engine = /name="([^"]*)"/.exec(head!)![1], parts = [...cases!.matchAll(/ time="([\d.]+)"/g)];
      const took = sumOf(
        results.map((one) => "evidence" in one && one.evidence.engine === engine ? one.evidence.seconds : 0),
      );
      // Seconds in thousandths.
      assertAlmostEquals(Number(/ time="([\d.]+)"/.exec(head!)![1]), took, 6e-4);
      assertAlmostEquals(sumOf(parts.map(([, time]) => Number(time))), took, 6e-4 * (1 + parts.length));
      return [/name="([^"]*)"/.exec(head!)![1], ...said];
    });
    const suiteOf = (name: string): readonly (string | number)[] => {
      if (name in endings) return [name, 1, 0, 1];
      const runs = results.flatMap((one) =>
        "evidence" in one && one.evidence.engine === name ? [one.evidence] : []
      );
      const idle = results.filter((one) => "because" in one && one.engine === name).length;
      const bad = runs.filter(({ verdict }) => verdict === "failed" || verdict === "unverified").length;
      return [name, runs.length + idle, bad, idle];
    };
    assertEquals(suites, [
      ...options.runners.map(({ name }) => suiteOf(name)),
      ["planted faults", outcomes.length, outcomes.filter(([, one]) => one !== "rejected").length, 0],
      ["gate", 1, Number(!accepted), 0],
    ]);

    const page = file("index.html");
    assertEquals(/>(accepted|rejected)<\/span>/.exec(page)?.[1], accepted ? "accepted" : "rejected");
    const marks = (kind: string): number => page.split(`class="${kind}"`).length - 1;
    assertEquals(
      [marks("caught"), marks("missed")],
      [true, false].map((is) => outcomes.filter(([, one]) => (one === "rejected") === is).length),
    );
    // A verdict is on the page once for each law on its card.
    for (const { id, verdict } of rows) {
      const [card] = page.split(`<article id="${id}"`).slice(1);
      assertEquals(/<span class="badge[^>]*>([^<]*)<\/span>/.exec(card!)?.[1], verdict);
      const clauses = results.flatMap((one) =>
        "evidence" in one && one.evidence.law === id ? one.evidence.clauses : []
      );
      for (const [says, same] of Map.groupBy(clauses, (clause) => clause.says)) {
        const count = sumOf(same.map(({ cases }) => cases));
        assertStringIncludes(card!, `<li>${says}: ${count} case${count === 1 ? "" : "s"}</li>`);
      }
      const cells = [...card!.split("</article>")[0]!.matchAll(/<td>([\d,]+)<\/td>/g)].map(([, cell]) =>
        Number(cell)
      );
      const runs = results.flatMap((one) =>
        "evidence" in one && one.evidence.law === id ? [one.evidence] : []
      );
      // Cases, comparisons, those beyond precision, and the seed, engine by engine.
      assertEquals(cells, runs.flatMap((run) => [run.cases, run.comparisons, run.unresolved, run.seed]));
    }
  });
}
