import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/mod.ts";
import { askedOf, defaultFolder } from "../runner/command.ts";
import { parseCommand, toggle, UsageError } from "../runner/options.ts";
import { resolved, type RunOptions, savedOptions } from "../runner/study.ts";
import { mnistStudy } from "./study.ts";
import "../../fixtures/suite_seed.ts";

/** The options of a line that starts a run. */
function optionsOf(line: string): RunOptions {
  const options = { ...mnistStudy.options, quick: toggle("Run", "") };
  const args = line.split(" ").filter((word) => word !== "");
  const parsed = parseCommand({ task: "mnist", about: "", options, examples: [] }, args);
  if (parsed.help !== null) throw new Error("help was asked for");
  return resolved(mnistStudy, { ...parsed.values, quick: parsed.given.has("quick"), seed: 0 }, parsed.given);
}
/** The same options through a manifest. */
const saved = (options: unknown, extended = {}): RunOptions =>
  savedOptions(mnistStudy, JSON.parse(JSON.stringify(options)), "manifest.json", extended);

const DEFAULTS = {
  objective: "beta-vae",
  posterior: "block",
  likelihood: "gaussian",
  beta: 0.2,
  latent: 8,
  block: 2,
  hidden: [500, 500],
  activation: "relu",
  epochs: 15,
  batch: 128,
  learningRate: 0.001,
  learningRateSchedule: "constant",
  betaWarmup: 0,
  clipGradient: null,
  weightDecay: 0,
  data: null,
  limit: null,
};

Deno.test("no options at all are panel (a) of the slide MNIST: β-VAE, block posterior, β = .2, d = 8, b = 2", () => {
  const options = optionsOf("");
  for (const [name, value] of Object.entries(DEFAULTS)) assertEquals(options[name], value, name);
});

Deno.test("posterior and block are null where they have no meaning, and have their defaults where they do", () => {
  const families = (line: string): unknown[] => {
    const { posterior, block } = optionsOf(line);
    return [posterior, block];
  };
  for (const objective of ["beta-vae", "taylor-hessian", "taylor-jacobian", "profiled"]) {
    assertEquals(families(`--objective ${objective}`), ["block", 2]);
    assertEquals(families(`--objective ${objective} --block 4`), ["block", 4]);
    for (const posterior of ["isotropic", "mean-field", "full"]) {
      assertEquals(families(`--objective ${objective} --posterior ${posterior}`), [posterior, null]);
    }
  }
  assertEquals(families("--objective grae-block"), [null, 2]);
  assertEquals(families("--objective grae-block --block 8"), [null, 8]);
  for (const objective of ["grae", "grae-star", "grae-star-stochastic"]) {
    assertEquals(families(`--objective ${objective} --latent 7`), [null, null]);
  }
  assertEquals(optionsOf("--posterior mean-field --latent 7")["latent"], 7);
});

const OUT_OF = (objective: string, family: string): string =>
  `--posterior has no meaning with --objective ${objective}, which has no learned posterior: Σ is already ` +
  `optimised out; its family is ${family}`;
const NO_BLOCKS = (given: string): string =>
  `--block has no meaning with ${given}: only --posterior block and --objective grae-block divide the latents into blocks`;
const REFUSED: readonly (readonly [line: string, message: string])[] = [
  ["--latent 7", "--latent 7 is not divisible by --block 2 (its default)"],
  ["--block 3", "--latent 8 (its default) is not divisible by --block 3"],
  ["--latent 9 --block 2", "--latent 9 is not divisible by --block 2"],
  ["--objective grae-block --latent 7", "--latent 7 is not divisible by --block 2 (its default)"],
  ["--objective grae --posterior full", OUT_OF("grae", "full")],
  ["--objective grae-block --posterior block", OUT_OF("grae-block", "block")],
  ["--objective grae-star --posterior full", OUT_OF("grae-star", "mean-field")],
  ["--objective grae-star-stochastic --posterior mean-field", OUT_OF("grae-star-stochastic", "mean-field")],
  ["--block 2 --posterior full", NO_BLOCKS("--posterior full")],
  ["--objective grae-star --block 2", NO_BLOCKS("--objective grae-star")],
  [
    "--epochs 50001",
    '--epochs must be a whole number from 1 to 50000, but it is "50001", which is above 50000',
  ],
  [
    "--likelihood continuous-bernoulli --binarise fixed",
    "--likelihood continuous-bernoulli is a density of pixels between 0 and 1, but --binarise fixed makes them 0 or 1: take " +
    "--likelihood bernoulli",
  ],
  [
    "--beta-warmup 20",
    "--beta-warmup 20 is longer than --epochs 15 (its default): no step would have the β of --beta",
  ],
  [
    "--epochs 2 --beta-warmup 2.5",
    "--beta-warmup 2.5 is longer than --epochs 2: no step would have the β of --beta",
  ],
];
for (const [line, message] of REFUSED) {
  Deno.test(`refused: ${line}`, () => {
    assertEquals(assertThrows(() => optionsOf(line), UsageError).message, message);
  });
}

Deno.test("options come back from a manifest as they were, and only the number of epochs may be another", () => {
  const lines = [
    "",
    "--quick",
    "--objective grae",
    "--objective grae-block --block 4 --quick",
    "--posterior full --data d --limit 7 --beta 1e21 --learning-rate 1e-7",
    "--beta-warmup 2.5 --learning-rate-schedule step --clip-gradient 1e-3 --weight-decay .1",
  ];
  for (const line of lines) {
    const options = optionsOf(line);
    assertEquals(saved(options), options, line);
    assertEquals(saved(options, { epochs: 40 }), { ...options, epochs: 40 }, line);
  }
  assertEquals(mnistStudy.extendable, ["epochs"]);
  assertThrows(
    () => saved(optionsOf("--beta-warmup 5"), { epochs: 4 }),
    UsageError,
    "--beta-warmup 5 is longer than --epochs 4: no step would have the β of --beta",
  );
});

Deno.test("whatever a manifest holds, the outcome is its options or one line of DataError", () => {
  const options = optionsOf("");
  const changed = fc.tuple(fc.constantFrom(...Object.keys(options)), fc.jsonValue())
    .map(([key, value]) => ({ ...options, [key]: value }));
  fc.assert(fc.property(changed, (json) => {
    try {
      assertEquals(saved(json), JSON.parse(JSON.stringify(json)));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      assertMatch(
        error.message,
        /^manifest\.json: its options must be those of a run of mnist, but [^\n\r]+$/,
      );
    }
  }));
  for (
    const [change, why] of Object.entries({ posterior: null, block: null, betaWarmup: 16, latent: 9 })
      .entries()
  ) {
    assertThrows(() => saved({ ...options, [why[0]]: why[1] }), DataError, undefined, `${change}`);
  }
});

Deno.test("the folder of a run is named by what differs from the defaults", () => {
  const folder = (line: string): string =>
    defaultFolder("mnist", mnistStudy.options, optionsOf(line), "auto");
  assertEquals(folder(""), "runs/mnist-seed0");
  assertEquals(folder("--quick"), "runs/mnist-quick-seed0");
  assert(
    folder("--objective grae-star --beta 0.1 --data d").startsWith(
      "runs/mnist-seed0-objective-grae-star-beta-0.1",
    ),
  );
});

Deno.test("the examples of the help are lines that work", () => {
  for (const [args] of mnistStudy.examples) {
    const asked = askedOf(mnistStudy, args.split(" ").filter((word) => word !== ""));
    assertEquals(asked.help, null, args);
  }
});

Deno.test({
  name: `what help needs does not load the engine${
    mayUseDisk ? "" : " (needs --allow-read=. --allow-write=.test)"
  }`,
  ignore: !mayUseDisk,
  fn: async () => {
    const seen = new Set<string>();
    const follow = async (module: URL): Promise<void> => {
      if (seen.has(module.href)) return;
      seen.add(module.href);
      const text = await Deno.readTextFile(module);
      const imports = text.matchAll(
        /^(?:import|export)(?! type)[^;]*? from "(\.[^"]+)";|^import "(\.[^"]+)";/gm,
      );
      for (const [, from, alone] of imports) await follow(new URL((from ?? alone)!, module));
      const packages = [...text.matchAll(/^(?:import|export)(?! type)[^;]*? from "(@tensorflow[^"]*)"/gm)];
      assertEquals(packages.map(([, name]) => name), [], module.pathname);
    };
    await follow(new URL("./study.ts", import.meta.url));
    assert(seen.size > 5);
  },
});
