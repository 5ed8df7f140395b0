import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DataError } from "../lib/data/error.ts";
import type { Plan } from "../properties/gate/candidates.ts";
import type { GateContext } from "../properties/gate/gate.ts";
import { NO_RUNS } from "../properties/gate/runs_folder.ts";
import { toyCandidate, toyGate, toyLaw } from "../fixtures/laws/toy_gate.ts";
import { E4 } from "../properties/laws/trained_models/samples.ts";
import { gateStatus } from "./gate.ts";
import { taskCommand } from "./shell.ts";

/** A gate over toys, and what it printed, remarked and wrote. */
async function call(words: string, changes: Parameters<typeof toyGate>[0] = {}): Promise<{
  readonly code: number;
  readonly printed: string;
  readonly remarked: string;
  readonly written: Readonly<Record<string, readonly string[]>>;
}> {
  const printed: string[] = [], remarked: string[] = [], written: Record<string, string[]> = {};
  const context: GateContext = {
    ...toyGate({ candidates: [toyCandidate("oracle"), toyCandidate("wasm")], ...changes }),
    atOnce: 2,
    print: (text) => printed.push(text),
    remark: (text) => remarked.push(text),
    open: (folder) => {
      if (folder === "busy") return Promise.reject(new DataError("busy", "is being written by process 7"));
      written[folder] = [];
      return Promise.resolve({
        write: (files) => {
          if (folder === "full") return Promise.reject(new DataError("full", "cannot be written: no space"));
          written[folder] = [...files.keys()];
          return Promise.resolve();
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      });
    },
    findRuns: (folder) =>
      folder === "nowhere" ? Promise.reject(new DataError("nowhere", "does not exist")) : Promise.resolve({
        ...NO_RUNS,
        folder,
        leftOut: [`${folder}/cut: it is interrupted, not complete`],
      }),
  };
  const code = await gateStatus(words.split(" ").filter(Boolean), context);
  return { code, printed: printed.join("\n"), remarked: remarked.join("\n"), written };
}

Deno.test("gate refuses a folder that another gate writes before it runs a law", async () => {
  const { code, printed, remarked, written } = await call("--out busy");
  assertEquals([code, printed, written], [2, "", {}]);
  assertEquals(remarked, "gate: busy: is being written by process 7");
});

Deno.test("evidence that cannot be written in the end is printed all the same, and the gate rejects", async () => {
  const { code, printed, remarked, written } = await call("--out full");
  assertEquals([code, written], [1, { full: [] }]);
  assertStringIncludes(printed, "seed 20200, 100 cases a clause");
  assertStringIncludes(remarked, "problem: the evidence is not kept: full: cannot be written: no space");
});

/** The oracle is right, wasm is wrong from 21 on. */
const wrong = [toyCandidate("oracle"), toyCandidate("wasm", (entry) => entry > 20 ? entry + 1 : entry)];

Deno.test("gate exits 0, writes five files and prints a line for each law", async () => {
  const { code, printed, remarked, written } = await call("");
  assertEquals([code, written], [0, {
    evidence: ["evidence.json", "evidence.md", "junit.xml", "index.html", "badge.svg"],
  }]);
  for (
    const part of [
      "Z1",
      "Z2",
      "oracle wasm",
      "2 of 2 faults",
      "seed 20200, 100 cases a clause",
      "2 laws: 2 hold. Accepted.",
    ]
  ) {
    assertStringIncludes(printed, part);
  }
  assertStringIncludes(remarked, "wasm Z2 holds, 100 cases");
});

Deno.test("gate exits 1 with a line for each problem, the failure and its replay", async () => {
  const { code, printed, written } = await call("--out elsewhere --law Z1", { candidates: wrong });
  assertEquals([code, Object.keys(written)], [1, ["elsewhere"]]);
  assertStringIncludes(printed, "problem: Z1 failed on wasm; the catalogue says: holds");
  assertStringIncludes(printed, "found     22\n  expected  21\n  tolerance 0");
  assertStringIncludes(printed, `${taskCommand("gate")} --law Z1 --replay `);
});

Deno.test("--replay runs exactly the failing case again, and says what came of it", async () => {
  const first = await call("--law Z1", { candidates: wrong });
  const [, token] = /--replay (\S+)/.exec(first.printed)!;
  const again = await call(`--law Z1 --replay ${token}`, { candidates: wrong });
  assertEquals([again.code, again.written], [1, {}]);
  for (
    const part of ["Z1: the volume of a 1 × 1", "case      21", "found     22", "expected  21", "tolerance 0"]
  ) {
    assertStringIncludes(again.printed, part);
  }
  const mended = await call(`--law Z1 --replay ${token}`);
  assertEquals([mended.code, mended.written], [0, {}]);
  assertStringIncludes(mended.printed, "holds in this case: v(J) = J");
});

Deno.test("--law and --engine run a part, and the evidence says so", async () => {
  const { code, printed } = await call("--law Z2 --engine wasm --cases 7 --seed 3");
  assertEquals(code, 0);
  assertStringIncludes(printed, "7 cases on wasm; ");
  assertStringIncludes(printed, "seed 3, 7 cases a clause");
  assertStringIncludes(printed, "Only the laws and engines that were asked for.");
  assert(!printed.includes("Z1"));
});

Deno.test("--vary-seed draws a seed and prints it", async () => {
  const seeds = new Set<string>();
  for (let i = 0; i < 3; i++) seeds.add(/seed (\d+)/.exec((await call("--vary-seed")).printed)![1]!);
  assert(seeds.size > 1);
});

Deno.test("--format prints JSON or Markdown alone, with problems among the remarks", async () => {
  const json = await call("--format json", { candidates: wrong });
  assertEquals(JSON.parse(json.printed).problems.length, 2);
  assertStringIncludes(json.remarked, "problem: Z1 failed on wasm");
  assertStringIncludes((await call("--format markdown")).printed, "# Evidence");
});

Deno.test("--help says all options and exits 0", async () => {
  const { code, printed } = await call("--help");
  assertEquals(code, 0);
  for (const option of ["law", "engine", "cases", "seed", "runs", "vary-seed", "replay", "format", "out"]) {
    assertStringIncludes(printed, `--${option}`);
  }
});

/** A candidate that records how it was asked to run. */
function curious(plans: Plan[]): ReturnType<typeof toyCandidate> {
  const { start, ...entry } = toyCandidate("oracle");
  return {
    ...entry,
    start: (plan) => {
      plans.push(plan);
      return start(plan);
    },
  };
}

Deno.test("--runs names a folder, whose runs candidates are given, and what is left out of it is said line by line", async () => {
  const plans: Plan[] = [];
  const { code, remarked } = await call("--runs some/runs", { candidates: [curious(plans)] });
  assertEquals([code, plans.map(({ runs }) => runs?.folder)], [0, ["some/runs"]]);
  assertStringIncludes(remarked, "left out: some/runs/cut: it is interrupted, not complete");
  await call("", { candidates: [curious(plans)] });
  assertEquals(plans.length, 2);
  assertEquals("runs" in plans[1]!, false);
});

Deno.test("a failure on runs is replayed on the same runs", async () => {
  const { start, ...entry } = toyCandidate("oracle", () => 0);
  const candidates = [{
    ...entry,
    start: async (plan: Plan) => ({
      ...await start(plan),
      command: (law: string, token: string) => `again ${law} ${token}`,
    }),
  }];
  assertStringIncludes((await call("--runs runs", { candidates })).printed, "again     again Z1 0.");
});

Deno.test("where an engine is asked for, laws on trained models are run only if that is where they apply", async () => {
  const laws = [toyLaw("Z1"), E4];
  const catalogue = { Z1: "holds", E4: "holds under stated assumptions" } as const;
  const candidates = [toyCandidate("oracle"), toyCandidate("trained")];
  const seen = async (words: string) => {
    const { remarked, printed } = await call(words, { laws, catalogue, candidates });
    return { ran: remarked, printed };
  };
  const onOracle = await seen("--engine oracle");
  assert(onOracle.ran.includes("oracle Z1") && !/E4/.test(onOracle.ran + onOracle.printed.split("\n")[1]));
  const onTrained = await seen("--engine trained");
  assert(onTrained.ran.includes("trained E4") && !onTrained.ran.includes("Z1 "));
  assertStringIncludes(
    (await seen("--engine oracle --law E4")).printed,
    "E4 has no evidence (oracle: it does not offer",
  );
  assertStringIncludes((await seen("")).printed, "E4 has no evidence");
});

const mistakes: Readonly<Record<string, string>> = {
  "--engin wasm": "unknown option '--engin' (Did you mean --engine?)",
  "--law Z3":
    '--law must be different names among Z1, Z2, with commas between them, but it is "Z3"; did you mean Z1?',
  "--law Z1,Q": '--law must be different names among Z1, Z2, with commas between them, but it is "Z1,Q"',
  "--engine wasn": 'but it is "wasn"; did you mean wasm?',
  "--format xml": '--format must be one of text, json, markdown, but it is "xml"',
  "--seed x": '--seed must be a whole number from 0, but it is "x"',
  "--seed 1 --vary-seed": "give one of them",
  "--cases 0": '--cases must be a whole number from 1, but it is "0"',
  "--law": "argument missing",
  "--runs": "argument missing",
  "--runs nowhere": "nowhere: does not exist",
  "Z1": "too many arguments",
  "--replay 0.1.0.wasm": "--law ID --replay TOKEN",
  "--law Z1 --replay nonsense": "a token is clause.seed.path.engine",
  "--law Z1 --replay 9.1.0.wasm": "Z1 has clauses 0 to 0, but the token names clause 9",
  "--law Z1 --replay 0.1.0.gpu": "there is no engine gpu",
};

for (const [words, message] of Object.entries(mistakes)) {
  Deno.test(`gate ${words} is refused with exit code 2`, async () => {
    const { code, printed, remarked, written } = await call(words);
    assertEquals([code, printed, written], [2, "", {}]);
    assertStringIncludes(remarked, message);
  });
}

Deno.test("a replay on an engine that does not start here is refused with its reason", async () => {
  const start = () => Promise.reject(new Error("no adapter"));
  const { code, remarked } = await call("--law Z1 --replay 0.1.0.webgpu", {
    candidates: [toyCandidate("oracle"), { name: "webgpu", required: false, start }],
  });
  assertEquals(code, 2);
  assertStringIncludes(remarked, "webgpu does not run here: no adapter");
});

Deno.test("a candidate that stops early is a problem, and the others are still written down", async () => {
  const { runners } = toyGate();
  const { code, printed } = await call("", {
    runners: [{ ...runners[0]!, run: () => Promise.reject(new Error("out of memory")) }],
  });
  assertEquals(code, 1);
  assertStringIncludes(printed, "oracle: stopped early: out of memory");
});

Deno.test("gate gives its engines as many threads as it is told, and refuses more than there are cores", async () => {
  const plans: Plan[] = [];
  const candidates = [curious(plans)];
  assertEquals((await call("--threads 1", { candidates })).code, 0);
  assertEquals((await call("", { candidates })).code, 0);
  assertEquals(plans.map(({ threads }) => threads), [1, undefined]);
  const cores = navigator.hardwareConcurrency;
  for (const text of ["0", "all", String(cores + 1)]) {
    const { code, remarked } = await call(`--threads ${text}`);
    assertEquals(code, 2);
    const said = `gate: --threads must be a whole number from 1 to ${cores}, but it is "${text}"`;
    assertStringIncludes(remarked, said);
  }
});

Deno.test("gate runs as many engines at once as it has threads", async () => {
  for (const [words, atOnce] of [["--threads 1", 1], ["", 2]] as const) {
    let [now, most] = [0, 0];
    const slow = ["oracle", "wasm", "cpu"].map((name) => ({
      ...toyCandidate(name),
      start: async (plan: Plan) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 5));
        now--;
        return await toyCandidate(name).start(plan);
      },
    }));
    assertEquals((await call(words, { candidates: slow })).code, 0);
    assertEquals(most, atOnce, words);
  }
});

Deno.test("faults are run with a hundred cases a clause at least, since few may let them pass, or with as many as asked", async () => {
  for (const [cases, must] of [[1, 100], [100, 100], [250, 250]] as const) {
    const plans: Plan[] = [];
    const { faults } = toyGate();
    const noted: typeof faults = (laws, plan) => {
      plans.push(plan);
      return faults(laws, plan);
    };
    assertEquals((await call(`--cases ${cases}`, { faults: noted })).code, 0);
    assertEquals(plans.map((plan) => plan.cases), [must]);
  }
});
