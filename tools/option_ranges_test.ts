import { OPTIONS as benchOptions } from "../bench/options.ts";
import { COMMAND as serve } from "../experiments/site/serve.ts";
import type { OptionTable } from "../experiments/runner/options.ts";
import {
  assertChoices,
  assertNumbers,
  between,
  type Choice,
  from,
  list,
  type Numbers,
  POSITIVE,
} from "../experiments/runner/option_ranges.ts";
import { OPTIONS as abuseOptions } from "./abuse.ts";
import { COMMAND as audit } from "./audit.ts";
import { COMMAND as auditRun } from "./audit_run.ts";
import { COMMAND as planted } from "./audit/planted.ts";
import { optionsOf as flakesOptions } from "./flakes.ts";
import { optionsOf as gateOptions } from "./gate.ts";
import { COMMAND as mutate } from "./mutate.ts";
import { OPTIONS as programOptions } from "./program.ts";
import { COMMAND as verify } from "./verify.ts";

const cores = between(1, navigator.hardwareConcurrency);
/** The ranges and the defaults of each task that is no study, written down again. */
const NUMBERS: Readonly<Record<string, readonly [OptionTable, Record<string, Numbers>]>> = {
  abuse: [abuseOptions, { count: [from(1), 500], seed: [from(0), 0], number: [from(0)] }],
  audit: [audit.options, {
    n: [from(1)],
    d: [from(1)],
    callSeconds: [POSITIVE, 30],
    expectBeta: [POSITIVE],
    tolerance: [POSITIVE],
  }],
  "audit-run": [auditRun.options, {}],
  planted: [planted.options, { logs: [from(1), 10_000], seed: [between(0, 2 ** 31), 0] }],
  bench: [benchOptions, { rounds: [from(1), 8, 2], threads: [list(from(1))] }],
  flakes: [flakesOptions(["G1"]), {
    seeds: [from(1), 1000],
    first: [from(0), 0],
    seconds: [from(1)],
    threads: [cores],
  }],
  gate: [gateOptions({ laws: ["G1"], engines: ["oracle"], trainedLaws: [] }), {
    cases: [from(1), 100],
    seed: [from(0), 20_200],
    threads: [cores],
  }],
  mutate: [mutate.options, {
    sample: [from(1), 20],
    seed: [from(0), 0],
    within: [from(1)],
    jobs: [cores, 1],
  }],
  program: [programOptions, {
    latent: [from(1), 8],
    hidden: [list(from(1)), [500, 500]],
    batch: [from(1), 128],
  }],
  serve: [serve.options, { port: [between(0, 65_535), 8000] }],
  verify: [verify.options, {
    cases: [from(1), 100],
    seed: [between(0, 2 ** 31 - 1), 0],
    callSeconds: [POSITIVE, 30],
    lawSeconds: [POSITIVE, 300],
  }],
};

for (const [task, [options, numbers]] of Object.entries(NUMBERS)) {
  Deno.test(`every number of ${task} is taken at the ends of its range and refused just beyond, and has its default within it`, () =>
    assertNumbers(options, numbers));
}

/** Defaults that are no numbers; a task that is left out has none. */
const CHOICES: Readonly<Record<string, Record<string, Choice>>> = {
  abuse: { only: ["all"], on: ["all"] },
  "audit-run": { steps: ["first"], epochs: ["all"] },
  bench: {
    only: [["steps", "growth", "start", "memory"]],
    network: ["dense"],
    ...{ workloads: ["all"], implementations: ["all"], axes: ["all"] },
    engine: ["native"],
    peers: ["python3"],
    out: ["bench-results"],
  },
  gate: { format: ["text"], out: ["evidence"] },
  mutate: { only: ["all"] },
  program: { objective: ["grae"], engine: ["wasm"] },
  serve: { site: ["site"], runs: ["runs"] },
  verify: { failures: [".grae/failures.json"] },
};

for (const [task, [options]] of Object.entries(NUMBERS)) {
  Deno.test(`what ${task} takes where nothing is asked for is as its help states`, () =>
    assertChoices(options, CHOICES[task] ?? {}));
}
