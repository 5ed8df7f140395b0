import { assertEquals } from "@std/assert";
import { denoCommand, ROOT } from "../fixtures/temporary_folder.ts";
import { type Graph, importGraph, LEAVES, partOf } from "./import_graph.ts";

const LIB = [
  "lib/engine",
  "lib/linalg",
  "lib/network",
  "lib/model",
  "lib/objective",
  "lib/training",
  "lib/symmetry",
  "lib/scores",
  "lib/data",
];

/**
 * What each part may import besides itself; of parts after "types of", types alone. Read from the first: engine is used
 * by linalg, and so on, one way. Programs in tools/ put the rooms together, and may import everything.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "lib/embedded": [],
  "lib/engine": ["lib/embedded"],
  "lib/linalg": ["lib/engine"],
  "lib/network": ["lib/engine", "lib/linalg"],
  "lib/model": ["lib/engine", "lib/linalg", "lib/network"],
  "lib/objective": ["lib/engine", "lib/linalg", "lib/network", "lib/model"],
  "lib/training": ["lib/engine", "lib/linalg", "lib/network", "lib/model", "lib/objective", "lib/data"],
  "lib/symmetry": ["lib/engine", "lib/linalg"],
  "lib/scores": ["lib/engine", "lib/linalg", "lib/model", "lib/objective", "lib/symmetry"],
  "lib/data": ["lib/embedded", "lib/engine", "lib/linalg"],
  // Audits are arithmetic on plain numbers.
  // What it audits is of the kinds that laws ask for.
  "audit": ["types of properties/contract"],
  "figure": ["lib/embedded"],
  // The entries of the package.
  "mod.ts": LIB,
  "audit.ts": ["audit", "types of properties/contract"],
  "data.ts": ["lib/data"],
  "engine.ts": ["lib/engine"],
  "linalg.ts": ["lib/engine", "lib/linalg"],
  "network.ts": ["lib/engine", "lib/network"],
  "scores.ts": ["lib/engine", "lib/model", "lib/network", "lib/objective", "lib/scores"],
  "symmetry.ts": ["lib/symmetry"],
  "training.ts": LIB,
  // The program that made the digits takes them from the package.
  "fixtures": ["lib/engine", "lib/data", "audit", "types of properties/contract", "tools/process.ts"],
  // What strangers write.
  "fixtures/package": ["mod.ts", "data.ts", "laws.ts"],
  "properties/contract": [],
  // Laws compare with exact values from the oracle, but are handed every objective.
  "properties/laws": ["properties/contract", "properties/oracle", "fixtures"],
  // The types of a subject, and values that somebody else computed.
  "properties/oracle": ["properties/contract", "fixtures"],
  // Results that are made up are made without what they stand in for, and faults are planted in these and in the oracle.
  "properties/plausible": ["properties/contract", "properties/laws", "properties/oracle"],
  "properties/mutants": [
    "properties/contract",
    "properties/laws",
    "properties/oracle",
    "properties/plausible",
  ],
  "properties/gate": [
    "lib/engine",
    "lib/training",
    "lib/data",
    "properties/contract",
    "properties/laws",
    "properties/oracle",
    "properties/mutants",
    "properties",
    "tools/shell.ts",
    "tools/versions.ts",
  ],
  "properties/example": ["laws.ts"],
  "properties/packages": ["laws.ts"],
  "properties/vectors": ["properties/contract", "properties/laws", "properties/oracle", "properties/stdio"],
  // Subjects in other processes.
  "properties/stdio": ["properties/contract", "tools/lines.ts", "tools/process.ts"],
  // Runs, read without the library.
  "properties/runs": ["properties/contract", "properties/laws"],
  // The library and trained models as subjects.
  "properties": [...LIB, "properties/contract", "properties/laws", "types of properties/gate"],
  "laws.ts": ["properties/laws"],
  // The site shows the gate's evidence by the gate's own page.
  "experiments": [...LIB, "figure", "properties/contract", "properties/gate", ...LEAVES, "deno.json"],
  // Toy laws and models, for tests of the gate and of the oracle.
  "fixtures/laws": ["properties/contract", "properties/oracle", "properties/mutants", "properties/gate"],
  // Runs that nobody ran, for tests of the runner and the site, and processes of runs.
  "fixtures/runs": [
    "lib/training",
    "properties/contract",
    "types of properties/gate",
    "experiments",
    "fixtures",
    "tools/process.ts",
  ],
  "bench": [...LIB, "figure", "experiments", "fixtures", ...LEAVES],
  "tools/lines.ts": [],
  "tools/process.ts": [],
  "tools/shell.ts": ["deno.json"],
  "tools/versions.ts": ["deno.json"],
};

/** Objectives are compared with each other, so none may be made of another. */
const OBJECTIVE = /^(lib\/objective|properties\/oracle)\/(?!mod\.ts|objective\.ts)/;
const TFJS = /^npm:\/?@tensorflow\//;

/** Every arrow that the design forbids, as a sentence. */
function forbidden(graph: Graph): string[] {
  const found: string[] = [];
  for (const [from, imports] of graph) {
    const part = partOf(from);
    for (const { to, types } of imports) {
      const refuse = (why: string): number => found.push(`${from} imports ${to}: ${why}`);
      if (TFJS.test(to)) {
        // The benchmark measures stock tfjs; tests in lib/engine hold the engine to it; one fault is tfjs's own; one tool
        // embeds its binary; a layer's function may be of tfjs's operations, models of tfjs are read: their tests have some.
        const stock = [
          "properties/mutants/nested_gradient.ts",
          "tools/embed.ts",
          "lib/network/from_layers_model_test.ts",
          "lib/network/function_layer_test.ts",
        ].includes(from);
        if (part !== "lib/engine" && part !== "bench" && !stock) refuse("only lib/engine imports tfjs");
      } else if (to.startsWith("node:")) {
        if (to === "node:worker_threads" && part !== "lib/engine") refuse("only lib/engine has threads");
      } else if (to.startsWith("experiments/") && from.startsWith("properties/")) {
        refuse("properties/ knows of runs only what contract/ says");
      } else if (!to.startsWith("npm:") && !/_test\.tsx?$/.test(from)) {
        const target = partOf(to), allowed = MAY_IMPORT[part];
        if (/_test\.tsx?$/.test(to)) refuse("tests are imported by nothing");
        const may = target === part || !allowed || allowed.includes(target) ||
          (types && allowed.includes(`types of ${target}`));
        if (!may) refuse(`${part} may import ${["itself", ...allowed].join(", ")}`);
        if (part === "lib/objective" && OBJECTIVE.test(from) && OBJECTIVE.test(to)) {
          refuse("objectives do not import each other");
        }
        if (part === "properties/laws" && /^properties\/oracle\/(objectives?|volume)\.ts$/.test(to)) {
          refuse("laws are handed what they check");
        }
      }
    }
  }
  return found;
}

/** An arrow is an import; a broken one (⇢) is of types alone. */
Deno.test("the checker accepts arrows that go one way, and refuses each kind that does not", () => {
  const arrows: Readonly<Record<string, string | undefined>> = {
    "lib/model/model.ts → lib/engine/mod.ts": undefined,
    "lib/objective/grae.ts → lib/objective/objective.ts": undefined,
    "lib/objective/mod.ts → lib/objective/grae.ts": undefined,
    "lib/engine/engine_test.ts → lib/training/mod.ts": undefined,
    "lib/engine/ops.ts → npm:/@tensorflow/tfjs-core@4.22.0": undefined,
    "lib/engine/kernels/thread.ts → node:worker_threads": undefined,
    "lib/network/dense.ts → node:worker_threads": "only lib/engine has threads",
    "properties/laws/grae/limits.ts → properties/oracle/mod.ts": undefined,
    "properties/library_subject.ts → lib/objective/mod.ts": undefined,
    "properties/trained_subject.ts ⇢ properties/gate/runs_folder.ts": undefined,
    "properties/trained_subject.ts → properties/gate/runs_folder.ts": `properties may import itself, ${
      LIB.join(", ")
    }, properties/contract, properties/laws, types of properties/gate`,
    "mod.ts → lib/objective/mod.ts": undefined,
    "tools/short_training.ts → experiments/metric/study.ts": undefined,
    "tools/gate.ts → properties/gate/gate.ts": undefined,
    "bench/options.ts → experiments/runner/options.ts": undefined,
    "experiments/runner/folder.ts → properties/contract/run.ts": undefined,
    "experiments/metric/measures.ts ⇢ properties/contract/trained.ts": undefined,
    "experiments/metric/measures.ts → properties/laws/mod.ts": `experiments may import itself, ${
      LIB.join(", ")
    }, figure, properties/contract, properties/gate, ${LEAVES.join(", ")}, deno.json`,
    "properties/gate/runs_folder.ts → experiments/runner/folder.ts":
      "properties/ knows of runs only what contract/ says",
    "properties/gate_runs_test.ts → experiments/runner/folder.ts":
      "properties/ knows of runs only what contract/ says",
    "properties/laws/trained_models/blocks.ts ⇢ experiments/metric/measures.ts":
      "properties/ knows of runs only what contract/ says",
    "properties/contract/results.ts ⇢ properties/laws/verify.ts": "properties/contract may import itself",
    "properties/contract/results_test.ts → properties/plausible/metric.ts": undefined,
    "properties/gate/gate.ts → tools/gate.ts":
      `properties/gate may import itself, lib/engine, lib/training, lib/data, ${"properties/contract, properties/laws, properties/oracle, properties/mutants, properties, "}tools/shell.ts, tools/versions.ts`,
    "tools/shell.ts → tools/process.ts": "tools/shell.ts may import itself, deno.json",
    "bench/main.ts → tools/gate.ts": `bench may import itself, ${
      LIB.join(", ")
    }, figure, experiments, fixtures, ${LEAVES.join(", ")}`,
    "lib/linalg/masks.ts → lib/model/mod.ts": "lib/linalg may import itself, lib/engine",
    "lib/engine/key.ts → lib/linalg/mod.ts": "lib/engine may import itself, lib/embedded",
    "lib/model/model.ts → lib/objective/mod.ts":
      "lib/model may import itself, lib/engine, lib/linalg, lib/network",
    "lib/symmetry/latent.ts → lib/model/mod.ts": "lib/symmetry may import itself, lib/engine, lib/linalg",
    "lib/data/idx.ts → lib/training/mod.ts":
      "lib/data may import itself, lib/embedded, lib/engine, lib/linalg",
    "figure/chart.ts → lib/engine/mod.ts": "figure may import itself, lib/embedded",
    "lib/network/dense.ts → mod.ts": "lib/network may import itself, lib/engine, lib/linalg",
    "lib/network/dense.ts → npm:@tensorflow/tfjs-core@4.22.0": "only lib/engine imports tfjs",
    "lib/network/network_test.ts → npm:@tensorflow/tfjs-core@4.22.0": "only lib/engine imports tfjs",
    "lib/objective/grae_star.ts → lib/objective/grae.ts": "objectives do not import each other",
    "lib/engine/key.ts → lib/engine/key_test.ts": "tests are imported by nothing",
    "properties/laws/verify.ts → lib/objective/mod.ts":
      "properties/laws may import itself, properties/contract, properties/oracle, fixtures",
    "properties/laws/verify.ts → properties/oracle/objectives.ts": "laws are handed what they check",
    "properties/oracle/mod.ts → lib/engine/mod.ts":
      "properties/oracle may import itself, properties/contract, fixtures",
  };
  for (const [arrow, why] of Object.entries(arrows)) {
    const [from, kind, to] = arrow.split(" ") as [string, "→" | "⇢", string];
    const expected = why === undefined ? [] : [`${from} imports ${to}: ${why}`];
    assertEquals(forbidden(new Map([[from, [{ to, types: kind === "⇢" }]]])), expected);
  }
});

const mayRead = Deno.permissions.querySync({ name: "read", path: ROOT }).state === "granted";
const obstacle = !mayRead
  ? "needs --allow-read=."
  : denoCommand === undefined
  ? "needs --allow-run=deno"
  : "";

Deno.test({
  name: `imports run one way, as the design draws them${obstacle && ` (ignored: ${obstacle})`}`,
  ignore: obstacle !== "",
  fn: async () => {
    const graph = await importGraph(denoCommand!);
    for (
      const expected of [
        "lib/engine/blas/blas.ts",
        "properties/laws/verify.ts",
        "experiments/metric/study.ts",
        "experiments/site/page.tsx",
        "bench/main.ts",
        "tools/gate_worker.ts",
        "mod.ts",
      ]
    ) {
      assertEquals(graph.has(expected), true, `${expected} was not read`);
    }
    const parts = new Set([...graph.keys()].filter((path) => /(?<!_test)\.tsx?$/.test(path)).map(partOf));
    const unruled = [...parts].filter((part) => !(part in MAY_IMPORT) && part !== "tools");
    assertEquals(unruled, [], "every part must have its row in MAY_IMPORT");
    const ofGrae = graph.get("lib/objective/grae.ts")!;
    assertEquals(ofGrae.find(({ to }) => to === "lib/objective/objective.ts")?.types, false);
    assertEquals(forbidden(graph), []);
  },
});
