import { assertEquals } from "@std/assert";
import { fromFileUrl, toFileUrl } from "@std/path";
import { childCommand } from "../tools/process.ts";
import { denoCommand, ROOT } from "../fixtures/temporary_folder.ts";

/** Imports by importer, as paths from the root of the repository; packages as `npm:…`. */
type Graph = ReadonlyMap<string, readonly string[]>;

/** What each part may import besides itself. Read from the first: engine is used by linalg, and so on, one way. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "lib/engine": [],
  "lib/linalg": ["lib/engine"],
  "lib/network": ["lib/engine", "lib/linalg"],
  "lib/model": ["lib/engine", "lib/linalg", "lib/network"],
  "lib/objective": ["lib/engine", "lib/linalg", "lib/network", "lib/model"],
  "lib/training": ["lib/engine", "lib/linalg", "lib/network", "lib/model", "lib/objective", "lib/data"],
  "lib/symmetry": ["lib/engine", "lib/linalg"],
  "lib/data": ["lib/engine", "lib/linalg", "fixtures"],
  "lib/figure": [],
  // Laws compare with exact values from the oracle, but are handed every objective.
  "properties/laws": ["properties/oracle", "fixtures"],
  // The types of a subject, and values that somebody else computed.
  "properties/oracle": ["properties/laws", "fixtures"],
  // Results that are made up are made without what they stand in for, and faults are planted in these and in the oracle.
  "properties/plausible": ["properties/laws", "properties/oracle"],
  "properties/mutants": ["properties/laws", "properties/oracle", "properties/plausible"],
  "experiments": [
    "lib/engine",
    "lib/linalg",
    "lib/network",
    "lib/model",
    "lib/objective",
    "lib/training",
    "lib/symmetry",
    "lib/data",
    "lib/figure",
    "properties/laws",
    "deno.json",
  ],
};

/** Objectives are compared with each other, so none may be made of another. */
const OBJECTIVE = /^(lib\/objective|properties\/oracle)\/(?!mod\.ts|objective\.ts)/;
const TFJS = /^npm:\/?@tensorflow\//;

/** Every arrow that the design forbids, as a sentence. */
function forbidden(graph: Graph): string[] {
  const found: string[] = [];
  for (const [from, imports] of graph) {
    const part = partOf(from);
    for (const to of imports) {
      const refuse = (why: string): number => found.push(`${from} imports ${to}: ${why}`);
      if (TFJS.test(to)) {
        // The benchmark measures stock tfjs; tests in lib/engine hold the engine to it; one fault is tfjs's own.
        const stock = from === "properties/mutants/implementation/nested_gradient.ts";
        if (part !== "lib/engine" && part !== "bench" && !stock) refuse("only lib/engine imports tfjs");
      } else if (to.startsWith("node:")) {
        if (to === "node:worker_threads" && part !== "lib/engine") refuse("only lib/engine has threads");
      } else if (!to.startsWith("npm:") && !from.endsWith("_test.ts")) {
        const target = partOf(to), allowed = MAY_IMPORT[part];
        if (to.endsWith("_test.ts")) refuse("tests are imported by nothing");
        if (allowed && target !== part && !allowed.includes(target)) {
          refuse(`${part} may import ${["itself", ...allowed].join(", ")}`);
        }
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

/** `lib/engine/key.ts` ↦ `lib/engine`, `experiments/mnist/main.ts` ↦ `experiments`, `mod.ts` ↦ `mod.ts`. */
function partOf(path: string): string {
  const [first, second] = path.split("/") as [string, string?];
  return first === "lib" || first === "properties" ? `${first}/${second}` : first;
}

Deno.test("the checker accepts arrows that go one way, and refuses each kind that does not", () => {
  const arrows: Readonly<Record<string, string | undefined>> = {
    "lib/model/model.ts → lib/engine/mod.ts": undefined,
    "lib/objective/grae.ts → lib/objective/objective.ts": undefined,
    "lib/objective/mod.ts → lib/objective/grae.ts": undefined,
    "lib/engine/engine_test.ts → lib/training/mod.ts": undefined,
    "lib/engine/ops.ts → npm:/@tensorflow/tfjs-core@4.22.0": undefined,
    "lib/engine/thread.ts → node:worker_threads": undefined,
    "lib/network/dense.ts → node:worker_threads": "only lib/engine has threads",
    "properties/laws/grae/limits.ts → properties/oracle/mod.ts": undefined,
    "properties/library_subject.ts → lib/objective/mod.ts": undefined,
    "mod.ts → lib/objective/mod.ts": undefined,
    "properties/short_training.ts → experiments/metric/study.ts": undefined,
    "properties/gate/runs_folder.ts → experiments/study/manifest.ts": undefined,
    "properties/laws/trained_models/blocks.ts → experiments/metric/ratio.ts":
      "properties/laws may import itself, properties/oracle, fixtures",
    "properties/plausible/samples.ts → experiments/samples/frechet.ts":
      "properties/plausible may import itself, properties/laws, properties/oracle",
    "properties/mutants/trained_models/samples.ts → experiments/samples/frechet.ts":
      "properties/mutants may import itself, properties/laws, properties/oracle, properties/plausible",
    "lib/linalg/masks.ts → lib/model/mod.ts": "lib/linalg may import itself, lib/engine",
    "lib/engine/key.ts → lib/linalg/mod.ts": "lib/engine may import itself",
    "lib/model/model.ts → lib/objective/mod.ts":
      "lib/model may import itself, lib/engine, lib/linalg, lib/network",
    "lib/symmetry/latent.ts → lib/model/mod.ts": "lib/symmetry may import itself, lib/engine, lib/linalg",
    "lib/data/idx.ts → lib/training/mod.ts": "lib/data may import itself, lib/engine, lib/linalg, fixtures",
    "lib/figure/chart.ts → lib/engine/mod.ts": "lib/figure may import itself",
    "lib/network/dense.ts → mod.ts": "lib/network may import itself, lib/engine, lib/linalg",
    "lib/network/dense.ts → npm:@tensorflow/tfjs-core@4.22.0": "only lib/engine imports tfjs",
    "lib/network/network_test.ts → npm:@tensorflow/tfjs-core@4.22.0": "only lib/engine imports tfjs",
    "lib/objective/grae_star.ts → lib/objective/grae.ts": "objectives do not import each other",
    "lib/engine/key.ts → lib/engine/key_test.ts": "tests are imported by nothing",
    "properties/laws/law.ts → lib/objective/mod.ts":
      "properties/laws may import itself, properties/oracle, fixtures",
    "properties/laws/law.ts → properties/oracle/objectives.ts": "laws are handed what they check",
    "properties/oracle/mod.ts → lib/engine/mod.ts":
      "properties/oracle may import itself, properties/laws, fixtures",
  };
  for (const [arrow, why] of Object.entries(arrows)) {
    const [from, to] = arrow.split(" → ") as [string, string];
    const expected = why === undefined ? [] : [`${from} imports ${to}: ${why}`];
    assertEquals(forbidden(new Map([[from, [to]]])), expected);
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
    const graph = await importGraph();
    for (
      const expected of ["lib/engine/blas.ts", "lib/objective/grae.ts", "properties/laws/law.ts", "mod.ts"]
    ) {
      assertEquals(graph.has(expected), true, `${expected} was not read`);
    }
    assertEquals(graph.get("lib/objective/grae.ts")!.includes("lib/objective/objective.ts"), true);
    assertEquals(forbidden(graph), []);
  },
});

/** All modules of the repository, by `deno info`, which reads them as deno does. */
async function importGraph(): Promise<Graph> {
  const graph = new Map<string, readonly string[]>();
  for (
    const root of ["mod.ts", "laws.ts", ...["lib", "properties", "experiments", "bench"].flatMap(modulesIn)]
  ) {
    if (!graph.has(root)) (await graphFrom(root)).forEach((imports, from) => graph.set(from, imports));
  }
  return graph;
}

function modulesIn(folder: string): string[] {
  return [...Deno.readDirSync(`${ROOT}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? modulesIn(path) : path.endsWith(".ts") ? [path] : [];
  });
}

/** The parts of `deno info --json` that are read here. */
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

async function graphFrom(root: string): Promise<Graph> {
  const { success, stdout, stderr } = await childCommand(denoCommand!, {
    args: ["info", "--json", root],
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(`deno info ${root}: ${new TextDecoder().decode(stderr)}`);
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Info;
  const here = toFileUrl(`${ROOT}/`).href;
  const path = (specifier: string): string =>
    specifier.startsWith(here) ? fromFileUrl(specifier).slice(ROOT.length + 1) : specifier;
  return new Map(
    modules.filter(({ specifier }) => specifier.startsWith(here)).map(({ specifier, dependencies = [] }) => [
      path(specifier),
      dependencies.flatMap(({ code, type }) => code?.specifier ?? type?.specifier ?? []).map(path),
    ]),
  );
}
