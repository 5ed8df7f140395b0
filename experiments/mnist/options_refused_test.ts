import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseOptions, UsageError } from "./options.ts";

/** What a line is refused with: one line. */
function refusal(args: string | string[]): string {
  const { message } = assertThrows(
    () => typeof args === "string" ? parseOptions(args.split(" ")) : parseOptions(args),
    UsageError,
  );
  assertMatch(message, /^[^\n\r]+$/);
  return message;
}

const ALL =
  "--objective, --posterior, --likelihood, --beta, --latent, --block, --hidden, --activation, --epochs, " +
  "--batch, --learning-rate, --learning-rate-schedule, --beta-warmup, --clip-gradient, --weight-decay, --seed, --engine, --data, --limit, --out, --resume, --threads, --quiet, --help";
const OBJECTIVES =
  "beta-vae, taylor-hessian, taylor-jacobian, profiled, grae, grae-block, grae-star, grae-star-stochastic";
const POSTERIORS = "isotropic, mean-field, block, full";
const OUT_OF = (objective: string, family: string) =>
  `--posterior has no meaning with --objective ${objective}, which has no learned posterior: Σ is already ` +
  `optimised out; its family is ${family}`;
const NO_BLOCKS = (of: string) =>
  `--block has no meaning with ${of}: only --posterior block and --objective grae-block divide the latents into blocks`;
const RESUMED =
  "--resume continues a run with the options in its manifest, and beside it only --data (where its data are), --epochs, --threads and --quiet have a meaning: ";

const REFUSED: readonly (readonly [string | string[], string])[] = [
  // Options.
  ["--betta 1", `unknown option --betta; did you mean --beta? The options are ${ALL}`],
  ["--lerning-rate=1", `unknown option --lerning-rate; did you mean --learning-rate? The options are ${ALL}`],
  ["-beta 1", `unknown option -beta; did you mean --beta? The options are ${ALL}`],
  ["--no-quiet", `unknown option --no-quiet; did you mean --quiet? The options are ${ALL}`],
  ["--zzzzzz", `unknown option --zzzzzz; the options are ${ALL}`],
  ["--__proto__ 1", `unknown option --__proto__; the options are ${ALL}`],
  ["--beta.x 1", `unknown option --beta.x; did you mean --beta? The options are ${ALL}`],
  ["--learningRate 1", `unknown option --learningRate; did you mean --learning-rate? The options are ${ALL}`],
  ["beta 1", `"beta" is not an option; did you mean --beta? The options are ${ALL}`],
  ["--beta 1 runs/a", `"runs/a" is not an option; the options are ${ALL}`],
  ["--beta 1 -- 7", `"7" is not an option; the options are ${ALL}`],
  ["-", `"-" is not an option; the options are ${ALL}`],
  [["a\nb"], `"a\\nb" is not an option; the options are ${ALL}`],
  [["--a\nb"], `unknown option --a\\nb; the options are ${ALL}`],
  ["--beta 1 --beta=1", "--beta is given 2 times; give it once"],
  ["--quiet --quiet", "--quiet is given 2 times; give it once"],
  ["--beta --latent 8", "--beta needs a value: a number above 0"],
  ["--latent 8 --beta", "--beta needs a value: a number above 0"],
  ["--hidden=", "--hidden needs a value: whole numbers from 1, with commas between them"],
  ["--out", "--out needs a value: a folder"],
  [["--out", ""], "--out needs a value: a folder"],
  [["--hidden", ""], "--hidden needs a value: whole numbers from 1, with commas between them"],
  [["--quiet", ""], `"" is not an option; the options are ${ALL}`],
  ["-- --out x", '"--out" comes after --, where there are no options: leave out --'],
  ["--posterior --seed 1", `--posterior needs a value: one of ${POSTERIORS}`],
  ["--quiet=no", '--quiet takes no value, but it is given "no"'],
  ["--quiet false", '--quiet takes no value, but it is given "false"'],
  ["--quiet no", `"no" is not an option; the options are ${ALL}`],
  ["--help=3", '--help takes no value, but it is given "3"'],
  // Names.
  ["--objective grea", `--objective must be one of ${OBJECTIVES}, but it is "grea"; did you mean grae?`],
  ["--objective vae-gan", `--objective must be one of ${OBJECTIVES}, but it is "vae-gan"`],
  ["--objective GRAE*", `--objective must be one of ${OBJECTIVES}, but it is "GRAE*"; did you mean grae?`],
  [
    "--posterior meanfield",
    `--posterior must be one of ${POSTERIORS}, but it is "meanfield"; did you mean mean-field?`,
  ],
  [
    "--likelihood gauss",
    '--likelihood must be one of gaussian, bernoulli, but it is "gauss"; did you mean gaussian?',
  ],
  [
    "--activation ReLU",
    "--activation must be one of identity, relu, leaky-relu, tanh, sigmoid, softplus, elu, gelu, " +
    'but it is "ReLU"; did you mean relu?',
  ],
  ["--engine cuda", '--engine must be one of auto, wasm, native, cpu, webgpu, but it is "cuda"'],
  [
    "--engine constructor",
    '--engine must be one of auto, wasm, native, cpu, webgpu, but it is "constructor"',
  ],
  // Numbers.
  ...["0", "-1", "-0.2", "-.5", "NaN", "Infinity", "-Infinity", "0x10", "1e400", "1_000", "1,5", ".", "half"]
    .map((
      text,
    ): [string, string] => [`--beta ${text}`, `--beta must be a number above 0, but it is "${text}"`]),
  ["--beta 1e-50", '--beta must be a number above 0, but it is "1e-50", which is 0 in float32'],
  [
    "--beta 2.9e-39",
    '--beta must be a number above 0, but it is "2.9e-39", whose inverse is infinite in float32',
  ],
  ["--beta 1e39", '--beta must be a number above 0, but it is "1e39", which is infinite in float32'],
  [["--beta", " "], '--beta must be a number above 0, but it is " "'],
  ["--learning-rate 0", '--learning-rate must be a number above 0, but it is "0"'],
  ...["-1", "NaN", "1e400", "half"].flatMap((text): [string, string][] => [
    [`--beta-warmup ${text}`, `--beta-warmup must be a number from 0, but it is "${text}"`],
    [`--weight-decay ${text}`, `--weight-decay must be a number from 0, but it is "${text}"`],
  ]),
  ["--clip-gradient 0", '--clip-gradient must be a number above 0, but it is "0"'],
  [
    "--learning-rate-schedule linear",
    '--learning-rate-schedule must be one of constant, cosine, step, but it is "linear"',
  ],
  ["--latent 0", '--latent must be a whole number from 1, but it is "0"'],
  ["--latent -8", '--latent must be a whole number from 1, but it is "-8"'],
  ["--latent 8.0", '--latent must be a whole number from 1, but it is "8.0"'],
  ["--block 1e1", '--block must be a whole number from 1, but it is "1e1"'],
  ["--epochs 0", '--epochs must be a whole number from 1, but it is "0"'],
  ["--batch half", '--batch must be a whole number from 1, but it is "half"'],
  ["--limit 0", '--limit must be a whole number from 1, but it is "0"'],
  ["--seed -1", '--seed must be a whole number from 0, but it is "-1"'],
  [
    "--seed 9007199254740992",
    '--seed must be a whole number from 0 to 9007199254740991, but it is "9007199254740992"',
  ],
  ["--hidden 500,", '--hidden must be whole numbers from 1, with commas between them, but it is "500,"'],
  ["--hidden 500,0", '--hidden must be whole numbers from 1, with commas between them, but it is "500,0"'],
  [
    "--hidden 500x500",
    '--hidden must be whole numbers from 1, with commas between them, but it is "500x500"',
  ],
  // Folders.
  ...["out", "data", "resume"].flatMap((flag): [string[], string][] => {
    const what = flag === "resume" ? "the folder of a run" : "a folder";
    const comma =
      `--${flag} must be ${what} without a comma in its path from here, which no permission can be given for, but it is "a,b"`;
    const control = `--${flag} must be ${what} without control characters in its name, but it is "a\\nb"`;
    return [[[`--${flag}`, "a,b"], comma], [[`--${flag}`, "a\nb"], control]];
  }),
  // Combinations.
  ["--latent 7", "--latent 7 is not divisible by --block 2 (its default)"],
  ["--block 3", "--latent 8 (its default) is not divisible by --block 3"],
  ["--latent 9 --block 2", "--latent 9 is not divisible by --block 2"],
  ["--block 16", "--latent 8 (its default) is not divisible by --block 16"],
  ["--objective grae-block --latent 7", "--latent 7 is not divisible by --block 2 (its default)"],
  ["--objective grae --posterior full", OUT_OF("grae", "full")],
  ["--objective grae-block --posterior block", OUT_OF("grae-block", "block")],
  ["--objective grae-star --posterior full", OUT_OF("grae-star", "mean-field")],
  ["--objective grae-star-stochastic --posterior mean-field", OUT_OF("grae-star-stochastic", "mean-field")],
  ["--block 2 --posterior full", NO_BLOCKS("--posterior full")],
  ["--block 1 --posterior mean-field", NO_BLOCKS("--posterior mean-field")],
  ["--objective grae-star --block 2", NO_BLOCKS("--objective grae-star")],
  ["--objective grae --block 2", NO_BLOCKS("--objective grae")],
  [
    "--beta-warmup 20",
    "--beta-warmup 20 is longer than --epochs 15 (its default): no step would have the β of --beta",
  ],
  [
    "--epochs 2 --beta-warmup 2.5",
    "--beta-warmup 2.5 is longer than --epochs 2: no step would have the β of --beta",
  ],
  ["--resume runs/a --beta 1", `${RESUMED}leave out --beta`],
  ["--resume runs/a --latent 8 --beta 1 --quiet", `${RESUMED}leave out --beta, --latent`],
  ["--resume runs/a --out b", `${RESUMED}leave out --out (a run goes on in its own folder)`],
  [
    "--resume runs/a --engine cpu",
    `${RESUMED}leave out --engine (only the same engine ends with the same weights, bit for bit)`,
  ],
  ["--resume --quiet", "--resume needs a value: the folder of a run"],
  ["--resume runs/a --epochs 0", '--epochs must be a whole number from 1, but it is "0"'],
];
for (const [args, message] of REFUSED) {
  Deno.test(`refused: ${JSON.stringify(args)}`, () => assertEquals(refusal(args), message));
}

Deno.test("whatever the arguments, the outcome is options or one line of UsageError", () => {
  const word = fc.oneof(
    fc.constantFrom(...ALL.split(", "), "8", "-1", "block", "grae", "--", "-h", "--beta=", "--__proto__=1"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (args) => {
      try {
        parseOptions(args);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        assertMatch(error.message, /^[^\n\r]+$/);
      }
    }),
    { numRuns: 500 },
  );
});
