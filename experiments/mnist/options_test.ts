import { assertEquals } from "@std/assert";
import { parseOptions, type TrainOptions } from "./options.ts";

const parse = (line: string) => parseOptions(line.split(" ").filter((word) => word !== ""));

/** The options of a line that starts a run. */
function train(line: string): TrainOptions {
  const parsed = parse(line);
  if (parsed.kind !== "train") throw new Error(`train expected, but ${parsed.kind}`);
  return parsed.options;
}

const DEFAULTS: TrainOptions = {
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
  seed: 0,
  engine: "auto",
  data: null,
  limit: null,
  out: "runs/mnist-beta-vae-block2-beta0.2-d8-seed0",
};

Deno.test("no options at all are panel (a) of the slide MNIST: β-VAE, block posterior, β = .2, d = 8, b = 2", () => {
  assertEquals(parseOptions([]), { kind: "train", options: DEFAULTS, quiet: false });
});

Deno.test("every option is read, after a space or an equals sign", () => {
  const pairs = {
    objective: "profiled",
    posterior: "isotropic",
    likelihood: "bernoulli",
    beta: "1e-3",
    latent: "12",
    hidden: "64,32,16",
    activation: "leaky-relu",
    epochs: "3",
    batch: "100",
    "learning-rate": ".01",
    "learning-rate-schedule": "cosine",
    "beta-warmup": "1.5",
    "clip-gradient": "10",
    "weight-decay": "1e-2",
    seed: "9007199254740991",
    engine: "cpu",
    data: "a=b/c",
    limit: "500",
    out: "elsewhere/run",
  };
  const expected: TrainOptions = {
    objective: "profiled",
    posterior: "isotropic",
    likelihood: "bernoulli",
    beta: 0.001,
    latent: 12,
    block: null,
    hidden: [64, 32, 16],
    activation: "leaky-relu",
    epochs: 3,
    batch: 100,
    learningRate: 0.01,
    learningRateSchedule: "cosine",
    betaWarmup: 1.5,
    clipGradient: 10,
    weightDecay: 0.01,
    seed: 9007199254740991,
    engine: "cpu",
    data: "a=b/c",
    limit: 500,
    out: "elsewhere/run",
  };
  const spaced = Object.entries(pairs).flatMap(([name, value]) => [`--${name}`, value]);
  const joined = Object.entries(pairs).map(([name, value]) => `--${name}=${value}`);
  for (const args of [spaced, joined]) {
    assertEquals(parseOptions(args), { kind: "train", options: expected, quiet: false });
    assertEquals(parseOptions([...args, "--quiet"]), { kind: "train", options: expected, quiet: true });
  }
  assertEquals(JSON.parse(JSON.stringify(expected)), expected);
});

Deno.test("posterior and block are null where they have no meaning, and have their defaults where they do", () => {
  const families = (line: string) => {
    const { posterior, block } = train(line);
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
    assertEquals(families(`--objective ${objective}`), [null, null]);
    assertEquals(train(`--objective ${objective} --latent 7`).latent, 7);
  }
  assertEquals(train("--posterior mean-field --latent 7").latent, 7);
});

Deno.test("help is asked for before anything is checked", () => {
  for (const line of ["--help", "-h", "--beta 0 --help", "--nonsense -h", "--resume x --beta --help"]) {
    assertEquals(parse(line), { kind: "help" });
  }
});

Deno.test("--resume takes a folder, and beside it only --data, --epochs and --quiet", () => {
  assertEquals(parse("--resume runs/a"), {
    kind: "resume",
    dir: "runs/a",
    data: null,
    epochs: null,
    quiet: false,
  });
  assertEquals(parse("--quiet --epochs 40 --data d --resume runs/a"), {
    kind: "resume",
    dir: "runs/a",
    data: "d",
    epochs: 40,
    quiet: true,
  });
});

Deno.test("the folder is named by all that differs from the defaults, and by nothing else", () => {
  const folder = (line: string): string => train(line).out.replace(/^runs\/mnist-/, "");
  assertEquals(folder("--beta 0.2 --hidden 500,500"), "beta-vae-block2-beta0.2-d8-seed0");
  assertEquals(folder("--posterior full --seed 3"), "beta-vae-full-beta0.2-d8-seed3");
  assertEquals(folder("--objective grae-block --block 4 --latent 12"), "grae-block4-beta0.2-d12-seed0");
  assertEquals(folder("--objective grae-star --beta 1e-7"), "grae-star-beta1e-7-d8-seed0");
  assertEquals(folder("--beta-warmup 0 --weight-decay 0.0"), "beta-vae-block2-beta0.2-d8-seed0");
  assertEquals(
    folder("--beta-warmup 2.5 --learning-rate-schedule step --clip-gradient 1 --weight-decay .1"),
    "beta-vae-block2-beta0.2-d8-seed0-beta-warmup2.5-learning-rate-schedule-step-clip-gradient1-weight-decay0.1",
  );
  assertEquals(
    folder(
      "--likelihood bernoulli --activation tanh --hidden 64,32 --epochs 2 --batch 64 --learning-rate 0.01 " +
        "--engine wasm --data /mnt/my.data --limit 100",
    ),
    "beta-vae-block2-beta0.2-d8-seed0-bernoulli-hidden64x32-tanh-epochs2-batch64-learning-rate0.01-wasm-data-limit100",
  );
});

Deno.test("the number of threads is of a sitting: it stands beside --resume, and is no option of a run", () => {
  const started = parse("--threads 1"), resumed = parse("--resume r --threads 1");
  assertEquals(started, { kind: "train", options: DEFAULTS, quiet: false, threads: 1 });
  assertEquals(resumed.kind === "resume" && resumed.threads, 1);
});
