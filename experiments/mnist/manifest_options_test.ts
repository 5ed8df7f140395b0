import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DataError } from "../../lib/data/error.ts";
import { optionsOf, parseOptions, type TrainOptions } from "./options.ts";

/** The options of a run that these arguments start. */
function train(...args: string[]): TrainOptions {
  const parsed = parseOptions(args);
  if (parsed.kind !== "train") throw new Error(`train expected, but ${parsed.kind}`);
  return parsed.options;
}

/** What a manifest's options are refused with: one line, without the file's name. */
function refusal(json: unknown): string {
  const { message } = assertThrows(() => optionsOf(json, "r/manifest.json"), DataError);
  assertMatch(message, /^r\/manifest\.json: [^\n\r]+$/);
  return message.slice("r/manifest.json: ".length);
}

const defaults = train();

Deno.test("options come back from a manifest as they were", () => {
  for (
    const options of [
      defaults,
      train("--objective", "grae"),
      train(
        "--beta-warmup",
        "2.5",
        "--learning-rate-schedule",
        "step",
        "--clip-gradient",
        "1e-3",
        "--weight-decay",
        ".1",
      ),
      train("--objective", "grae-block", "--block", "4"),
      train(
        "--posterior",
        "full",
        "--data",
        "d",
        "--limit",
        "7",
        "--beta",
        "1e21",
        "--learning-rate",
        "1e-7",
      ),
    ]
  ) {
    assertEquals(optionsOf(JSON.parse(JSON.stringify(options)), "manifest.json"), options);
  }
});

Deno.test("a run from before there were schedules, clipping and weight decay has none", () => {
  const { betaWarmup: _1, learningRateSchedule: _2, clipGradient: _3, weightDecay: _4, ...before } = defaults;
  assertEquals(optionsOf(before, "manifest.json"), defaults);
});

Deno.test("every β and learning rate that can be given comes back from a manifest as the same number", () => {
  const rates = fc.float({ min: Math.fround(1e-44), max: Math.fround(3e38), noNaN: true });
  // The least β whose inverse is finite in float32.
  const betas = fc.float({ min: Math.fround(2.94e-39), max: Math.fround(3e38), noNaN: true });
  fc.assert(fc.property(betas, rates, fc.maxSafeNat(), (beta, rate, seed) => {
    const options = train(`--beta=${beta}`, `--learning-rate=${rate}`, `--seed=${seed}`);
    assertEquals([options.beta, options.learningRate, options.seed], [beta, rate, seed]);
    assertEquals(optionsOf(JSON.parse(JSON.stringify(options)), "manifest.json"), options);
  }));
});

const { beta: _, ...withoutBeta } = defaults;
const REFUSED: readonly (readonly [unknown, string])[] = [
  [null, "its options must be an object, but they are null"],
  [[], "its options must be an object, but they are []"],
  [withoutBeta, "its options must have beta, but they have none"],
  [{ ...defaults, layers: 3 }, 'its options must be those of this version, but "layers" is none of them'],
  [{ ...defaults, beta: 0 }, 'its options are of no use: --beta must be a number above 0, but it is "0"'],
  [{ ...defaults, beta: "0.2" }, 'its beta must be a number above 0, but it is "0.2"'],
  [
    { ...defaults, beta: null },
    "its beta must be a number above 0, but it is null",
  ],
  [
    { ...defaults, latent: 8.5 },
    'its options are of no use: --latent must be a whole number from 1, but it is "8.5"',
  ],
  [
    { ...defaults, betaWarmup: 16 },
    "its options are of no use: --beta-warmup 16 is longer than --epochs 15: no step would have the β of --beta",
  ],
  [{ ...defaults, weightDecay: null }, "its weightDecay must be a number from 0, but it is null"],
  [{ ...defaults, latent: 9 }, "its options are of no use: --latent 9 is not divisible by --block 2"],
  [
    { ...defaults, posterior: null },
    "its posterior must be one of isotropic, mean-field, block, full, but it is null",
  ],
  [{ ...defaults, block: null }, "its block must be a whole number from 1, but it is null"],
  [{ ...defaults, out: null }, "its out must be a folder, but it is null"],
  [
    { ...defaults, hidden: "500,500" },
    'its hidden must be whole numbers from 1, with commas between them, but it is "500,500"',
  ],
  [
    { ...defaults, hidden: [] },
    'its options are of no use: --hidden must be whole numbers from 1, with commas between them, but it is ""',
  ],
  [
    { ...defaults, posterior: "full" },
    "its options are of no use: --block has no meaning with --posterior full: only --posterior block and " +
    "--objective grae-block divide the latents into blocks",
  ],
  [
    { ...defaults, engine: {} },
    'its options are of no use: --engine must be one of auto, wasm, native, cpu, webgpu, but it is "{}"',
  ],
];
for (const [json, message] of REFUSED) {
  Deno.test(`a manifest is refused: ${message}`, () => assertEquals(refusal(json), message));
}

Deno.test("whatever a manifest holds, the outcome is options or a DataError", () => {
  const changed = fc.tuple(fc.constantFrom(...Object.keys(defaults)), fc.jsonValue())
    .map(([key, value]) => ({ ...defaults, [key]: value }));
  fc.assert(fc.property(fc.oneof(changed, fc.jsonValue()), (json) => {
    try {
      optionsOf(json, "manifest.json");
    } catch (error) {
      assert(error instanceof DataError, String(error));
    }
  }));
});
