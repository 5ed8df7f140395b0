import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  foldIn,
  integers,
  key as keyOf,
  read,
  startEngine,
  tf,
  valueAndGradients,
} from "../../lib/engine/mod.ts";
import { DataError, loadDigits, take } from "../../lib/data/mod.ts";
import { bindModel, initialModelParameters, modelParameterShapes } from "../../lib/model/mod.ts";
import { graeLoss, graeStarLoss } from "../../lib/objective/mod.ts";
import {
  adam,
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
  initialAdamState,
  lossAt,
  NonFiniteLossError,
  tensorsOf,
} from "../../lib/training/mod.ts";
import { decodeSafetensors } from "../../lib/training/safetensors.ts";
import { fitDigits, INITIAL, NOISE, ORDER, PIXELS } from "../digits/fit.ts";
import { batchesOf, imagesOf } from "../digits/images.ts";
import { setUp } from "../digits/setup.ts";
import { standardOf, UsageError } from "../runner/options.ts";
import { digestOf } from "../runner/part_file.ts";
import type { CommonOptions, PartFiles } from "../runner/study.ts";
import type { MnistResult } from "./metrics.ts";
import { type MnistOptions, mnistStudy } from "./study.ts";
import { prepare } from "./training.ts";

await startEngine("wasm");

type Options = MnistOptions & CommonOptions;
/** A run of 4 epochs of 10 steps, in about a second. */
const optionsOf = (given: Partial<Options> = {}): Options => ({
  ...standardOf(mnistStudy.options),
  hidden: [12],
  latent: 2,
  limit: 300,
  batch: 30,
  epochs: 4,
  quick: false,
  seed: 0,
  ...given,
});
const [CHECKPOINT, METRICS] = ["checkpoint.safetensors", "metrics.jsonl"];
type Kept = Map<string, Uint8Array<ArrayBuffer>>;
const filesIn = (kept: Kept): PartFiles => ({
  read: (name) => Promise.resolve(kept.get(name) ?? null),
  write: (name, content) =>
    Promise.resolve(
      void kept.set(name, typeof content === "string" ? new TextEncoder().encode(content) : content.slice()),
    ),
  path: (name) => `run/${name}`,
});

interface Watch {
  readonly signal?: AbortSignal;
  readonly progress?: (share: number, now?: string) => void;
  readonly note?: (line: string) => void;
  readonly engine?: string;
  readonly audited?: boolean;
}
const prepared = new Map<string, ReturnType<typeof prepare>>();
/** A run, prepared once for all tests. */
function runOf(given: Partial<Options>): ReturnType<typeof prepare> {
  const options = optionsOf(given);
  const name = JSON.stringify(options);
  const run = prepared.get(name) ?? prepare(options);
  prepared.set(name, run);
  return run;
}
/** Trains a run, or goes on with one, whose files are these. */
async function trained(kept: Kept, given: Partial<Options> = {}, watch: Watch = {}): Promise<MnistResult> {
  const { parts } = await runOf(given);
  assertEquals(parts.map(({ name }) => name), ["training"]);
  return await parts[0]!.run({
    signal: new AbortController().signal,
    progress: () => {},
    note: () => {},
    keep: () => {},
    engine: "wasm",
    files: filesIn(kept),
    ...watch,
  });
}
async function concluded(
  kept: Kept,
  result: MnistResult,
  given: Partial<Options> = {},
  signal?: AbortSignal,
) {
  const { conclude } = await runOf(given);
  return await conclude([result], {
    files: filesIn(kept),
    signal: signal ?? new AbortController().signal,
  });
}
/** The step of a checkpoint and the bits of its tensors. */
function stateOf(kept: Kept): { step: number; bits: string } {
  const { tensors, metadata } = decodeSafetensors(kept.get(CHECKPOINT)!, CHECKPOINT);
  const bits = [...tensors].map(([name, { values }]) =>
    `${name} ${new Uint8Array(values.slice().buffer).toHex()}`
  );
  return { step: Number(metadata["step"]), bits: bits.join("\n") };
}
/** Aborts when a condition on the progress is met. */
function stopWhen(is: (share: number) => boolean): Required<Pick<Watch, "signal" | "progress">> {
  const stop = new AbortController();
  return { signal: stop.signal, progress: (share) => is(share) && stop.abort(new Error("stopped")) };
}
const stopped = async (kept: Kept, given: Partial<Options>, watch: Watch): Promise<void> => {
  const before = tf.memory().numTensors;
  await assertRejects(() => trained(kept, given, watch), Error, "stopped");
  assertEquals(tf.memory().numTensors, before);
};
const epochsIn = (kept: Kept): number =>
  new TextDecoder().decode(kept.get(METRICS) ?? new Uint8Array()).split("\n").length - 1;

const WHOLE: Kept = new Map();
const RESULT = await trained(WHOLE);

Deno.test("a run has the scores of every epoch, each a sum of its terms, shows them, and leaves no tensor", async () => {
  const before = tf.memory().numTensors;
  const kept: Kept = new Map();
  const [notes, shares]: [string[], number[]] = [[], []];
  const result = await trained(kept, {}, {
    note: (line) => notes.push(line),
    progress: (share) => shares.push(share),
  });
  assertEquals(tf.memory().numTensors, before);
  assertEquals(result, RESULT);
  assertEquals(stateOf(kept), stateOf(WHOLE));
  assertEquals([shares[0], shares.length, shares.at(-1)], [0, 41, 1]);
  assertEquals(result.epochs.map(({ epoch, step }) => [epoch, step]), [[1, 10], [2, 20], [3, 30], [4, 40]]);
  for (const { train, heldOut } of result.epochs) {
    assertEquals([train.images, heldOut.images], [300, 1000]);
    for (const { loss, terms, evaluation } of [train, heldOut]) {
      assertAlmostEquals(terms["reconstruction"]! + terms["kl"]!, loss.value!, 1e-9 * loss.value!);
      assert(evaluation["beta-vae"].standardError! > 0);
      assertEquals([evaluation.grae.standardError, evaluation["grae-star"].standardError], [null, null]);
      assert(evaluation["grae-star"].value! >= evaluation.grae.value!);
    }
  }
  assertEquals(notes.length, 4);
  for (const [i, note] of notes.entries()) {
    assertMatch(
      note,
      new RegExp(
        `^epoch ${
          i + 1
        } \\(\\d+(\\.\\d)? s\\): held-out loss \\d\\d\\.\\d\\d ± \\d\\.\\d\\d = reconstruction \\d\\d\\.\\d\\d \\+ β KL \\d`,
      ),
    );
  }
});

Deno.test("the last scores are the losses of the checkpoint at the run's β, on held-out images and on those it saw", async () => {
  const given: Partial<Options> = { objective: "grae", posterior: null, block: null, beta: 0.35, epochs: 1 };
  const kept: Kept = new Map();
  const { epochs } = await trained(kept, given);
  const setup = setUp(optionsOf(given), { height: 28, width: 28 });
  const { state } = await decodeCheckpoint(
    kept.get(CHECKPOINT)!,
    CHECKPOINT,
    modelParameterShapes(setup.description),
  );
  const model = bindModel(setup.description, state.parameters);
  const split = await loadDigits();
  const parts = { heldOut: split.heldOut, train: take(split.train, 300) };
  for (const [part, digits] of Object.entries(parts)) {
    const scores = epochs.at(-1)![part as "heldOut" | "train"];
    assertEquals(scores.images, digits.count, part);
    for (const [name, loss] of Object.entries({ grae: graeLoss, "grae-star": graeStarLoss } as const)) {
      const scope = tf.openScope();
      const [value] = await read(loss(model, imagesOf(digits, 0, digits.count), [0, 0], 0.35).loss);
      scope.close();
      const found = scores.evaluation[name as "grae" | "grae-star"].value!;
      // Sums over 784 pixels in float32, in other batches.
      assertAlmostEquals(found, value!, 1e-5 * value!, `${part} ${name}`);
      if (name === "grae") assertAlmostEquals(scores.loss.value!, value!, 1e-5 * value!, part);
    }
  }
});

Deno.test("the weights of a run, and of a study's fit, are those that gradient steps of its objective give, at its β, from its initial weights and batches", async () => {
  const runs: Partial<Options>[] = [
    { objective: "beta-vae", posterior: "full" },
    { objective: "taylor-hessian", posterior: "isotropic" },
    { objective: "taylor-jacobian", posterior: "full" },
    { objective: "profiled", posterior: "mean-field" },
    { objective: "grae", posterior: null },
    { objective: "grae-block", posterior: null, block: 1 },
    { objective: "grae-star", posterior: null },
    { objective: "grae-star-stochastic", posterior: null },
  ];
  const { train: digits, ...rest } = await loadDigits();
  const split = { ...rest, train: take(digits, 90) };
  for (const [i, run] of runs.entries()) {
    const beta = 0.35 + 0.2 * i;
    const options = optionsOf({
      block: null,
      limit: 90,
      epochs: 1,
      activation: "tanh",
      seed: 6,
      beta,
      ...run,
    });
    const setup = setUp(options, { height: 28, width: 28 });
    const kept: Kept = new Map();
    await trained(kept, options);
    const { state } = await decodeCheckpoint(
      kept.get(CHECKPOINT)!,
      CHECKPOINT,
      modelParameterShapes(setup.description),
    );
    const watch = { signal: new AbortController().signal, progress: () => {} };
    const { parameters: fitted } = await fitDigits(options, split, watch);
    const loss = lossAt(setup.loss, { beta });
    const key = keyOf(6);
    const batch = batchesOf(split.train, 30, foldIn(key, ORDER), foldIn(key, PIXELS));
    let own = initialAdamState(initialModelParameters(setup.description, foldIn(key, INITIAL)));
    for (let step = 0; step < 3; step++) {
      const { gradients } = valueAndGradients((parameters) => ({
        value:
          loss(bindModel(setup.description, parameters), batch(0, step), foldIn(foldIn(key, NOISE), step))
            .loss,
        info: {},
      }), own.parameters);
      own = adam(own, gradients, 1e-3);
    }
    for (const [k, tensor] of state.parameters.entries()) {
      const [found, expected] = [await read(tensor), await read(own.parameters[k]!)];
      assertEquals(await read(fitted[k]!), found, `${run.objective}: a study's fit`);
      // A step is 1e-3 at most; the same operations, but for β in float32 or double precision.
      found.forEach((v, at) => assertAlmostEquals(v, expected[at]!, 2e-6, `${run.objective}: ${k}[${at}]`));
    }
  }
});

Deno.test("stopped while it trains or scores, a run has saved its state, and goes on to the same bits and scores", async () => {
  // The step after which the signal comes, and the epochs that are scored by then.
  for (const [step, scored] of [[13, 1], [10, 0], [20, 1], [40, 3]] as const) {
    const kept: Kept = new Map();
    await stopped(kept, {}, stopWhen((share) => share === step / 40));
    assertEquals([stateOf(kept).step, epochsIn(kept)], [step, scored], `${step}`);
    const shares: number[] = [];
    assertEquals(await trained(kept, {}, { progress: (share) => shares.push(share) }), RESULT);
    assertEquals(shares[0], step / 40);
    assertEquals(stateOf(kept), stateOf(WHOLE));
  }
});

Deno.test("stopped again and again, also where it scores an epoch again, a run gets to the same end", async () => {
  const kept: Kept = new Map();
  await stopped(kept, {}, stopWhen((share) => share === 0.25));
  for (let i = 0; i < 2; i++) {
    // It begins with the scores that are missing.
    await stopped(kept, {}, stopWhen((share) => share === 0.25));
    assertEquals([stateOf(kept).step, epochsIn(kept)], [10, 0]);
  }
  assertEquals(await trained(kept), RESULT);
});

Deno.test("a complete run goes on to more epochs, with the bits of one that was to have so many", async () => {
  const [more, straight]: Kept[] = [new Map(WHOLE), new Map()];
  const result = await trained(more!, { epochs: 6 });
  assertEquals(result, await trained(straight!, { epochs: 6 }));
  assertEquals(stateOf(more!), stateOf(straight!));
  assertEquals(result.epochs.slice(0, 4), RESULT.epochs);
  // Nothing is left to do, and nothing changes.
  assertEquals(await trained(more!, { epochs: 6 }), result);
  const { message } = await assertRejects(() => trained(more!, { epochs: 5 }), DataError);
  assertEquals(
    message,
    "run/checkpoint.safetensors: --epochs must be at least 6, since the run has begun so many, but it is 5; start a new " +
      "run for another number",
  );
});

Deno.test("a run with schedules that is stopped goes on with them, keeps its number of epochs, and each of them matters", async () => {
  const schedules: Partial<Options> = {
    betaWarmup: 2.5,
    learningRateSchedule: "cosine",
    clipGradient: 5,
    weightDecay: 0.1,
  };
  const [whole, kept]: Kept[] = [new Map(), new Map()];
  const result = await trained(whole!, schedules);
  await stopped(kept!, schedules, stopWhen((share) => share === 0.55));
  const { message } = await assertRejects(() => trained(kept!, { ...schedules, epochs: 7 }), DataError);
  assertEquals(
    message,
    "run/checkpoint.safetensors: --epochs must be 4 beside --resume, since the run's learning rate follows a cosine " +
      "schedule over its 4 epochs, but it is 7; start a new run for another number",
  );
  assertEquals(await trained(kept!, schedules), result);
  assertEquals(stateOf(kept!), stateOf(whole!));
  for (const [name, value] of Object.entries(schedules)) {
    const standard = standardOf(mnistStudy.options)[name as keyof Options & "betaWarmup"];
    assert(standard !== value);
    const without: Kept = new Map();
    await trained(without, { ...schedules, [name]: standard });
    assert(stateOf(without).bits !== stateOf(whole!).bits, name);
  }
});

Deno.test("a checkpoint that is cut is refused, wherever that is, and the training is not begun anew", async () => {
  const bytes = WHOLE.get(CHECKPOINT)!;
  for (const length of [0, 1, 7, 8, 100, bytes.length >> 1, bytes.length - 1]) {
    const cut = bytes.slice(0, length), kept: Kept = new Map([...WHOLE, [CHECKPOINT, cut]]);
    for (const go of [() => trained(kept, { epochs: 5 }), () => concluded(kept, RESULT)]) {
      await assertRejects(go, CheckpointError, `run/${CHECKPOINT}`, `${length} bytes`);
    }
    assertEquals(kept.get(CHECKPOINT), cut);
  }
});

Deno.test("a checkpoint with a flipped bit or a zeroed page is refused, by the training and by the figures", async () => {
  const bytes = WHOLE.get(CHECKPOINT)!;
  const drawn = integers(keyOf(15), 40, 8 * bytes.length);
  const damages = [
    ...Array.from(drawn, (bit) => (to: Uint8Array) => void (to[bit >> 3]! ^= 1 << (bit & 7))),
    (to: Uint8Array) => void to.fill(0, 16_384, 20_480),
    (to: Uint8Array) => void to.fill(0, 0, 4096),
  ];
  for (const [i, damage] of damages.entries()) {
    const damaged = bytes.slice();
    damage(damaged);
    const kept: Kept = new Map([...WHOLE, [CHECKPOINT, damaged]]);
    for (const go of [() => trained(kept, { epochs: 5 }), () => concluded(kept, RESULT)]) {
      const { message } = await assertRejects(go, CheckpointError, `run/${CHECKPOINT}`, `damage ${i}`);
      assertEquals(message.split("\n").length, 1);
    }
    assertEquals(kept.get(CHECKPOINT), damaged);
  }
});

Deno.test("a checkpoint of another run is refused, and so is one without scores", async () => {
  const refused = async (
    kept: Kept,
    given: Partial<Options>,
    why: string,
    watch: Watch = {},
  ): Promise<void> => {
    const before = tf.memory().numTensors;
    const { message } = await assertRejects(() => trained(kept, given, watch), Error);
    assert(message.startsWith("run/") && message.includes(why), message);
    assertEquals(tf.memory().numTensors, before);
  };
  const differs = (name: string, is: string, was: string): string =>
    `the run has ${name} = ${is}, but the checkpoint is of ${name} = ${was}; put back the file that was there`;
  await refused(WHOLE, { beta: 0.3 }, differs("beta", "0.3", "0.2"));
  await refused(WHOLE, { seed: 1 }, differs("seed", "1", "0"));
  await refused(WHOLE, { limit: 301 }, differs("limit", "301", "300"));
  await refused(WHOLE, { hidden: [13] }, "encoder.0.weight must be [784, 13], but it is [784, 12]");
  await refused(WHOLE, {}, differs("engine", '"cpu"', '"wasm"'), { engine: "cpu" });
  const shapes = modelParameterShapes(setUp(optionsOf(), { height: 28, width: 28 }).description);
  const { state, key, options, engine } = await decodeCheckpoint(WHOLE.get(CHECKPOINT)!, CHECKPOINT, shapes);
  const [{ heldOut: _, ...half }] = RESULT.epochs as [MnistResult["epochs"][number]];
  for (const [scores, why] of [[[half], "its 0.heldOut is missing"], [null, "it must be Array"]] as const) {
    const bytes = await encodeCheckpoint({ state, key, options, engine, shapes, scores });
    await refused(new Map([[CHECKPOINT, Uint8Array.from(bytes)]]), {}, `of its scores ${why}`);
  }
  tf.dispose(tensorsOf(state));
});

Deno.test("a state that an audit reads must be there, of its step and of this run", async () => {
  const other: Kept = new Map();
  await trained(other, { seed: 1 });
  const states = ["first_step.safetensors", "before_last_step.safetensors"] as const;
  for (const [i, name] of states.entries()) {
    const step = [1, 39][i], state = `the state after step ${step}`;
    for (
      const [bytes, why] of [
        [undefined, `${state} is required, but there is none; put it back, or begin the run anew`],
        [other.get(name), "the run has seed = 0, but the checkpoint is of seed = 1; put back the file"],
        [WHOLE.get(states[1 - i]!), `${state} alone is required, but it is that after step ${[39, 1][i]}`],
        [WHOLE.get(CHECKPOINT), `${state} alone is required, but it is a checkpoint after step 40`],
      ] as const
    ) {
      const kept: Kept = new Map(WHOLE), before = tf.memory().numTensors;
      if (bytes) kept.set(name, bytes);
      else kept.delete(name);
      const { message } = await assertRejects(() => trained(kept), CheckpointError);
      assert(message.startsWith(`run/${name}: ${why}`), message);
      assertEquals(tf.memory().numTensors, before);
    }
  }
});

const EPOCHS = [1, 2, 3, 4].map((epoch) => `epoch_${epoch}.safetensors`);
/** The files of parameters among those of a run, with their bytes. */
const parametersIn = (kept: Kept): [string, string][] =>
  [...kept].filter(([name]) => name.startsWith("epoch")).map(([name, bytes]) => [name, bytes.toHex()]);

Deno.test("after each epoch a run keeps its parameters, of which the line of its scores has the SHA-256, however often it is stopped and however far it goes on", async () => {
  assertEquals(parametersIn(WHOLE).map(([name]) => name), EPOCHS);
  for (const [i, name] of EPOCHS.entries()) {
    const bytes = WHOLE.get(name)!, { tensors, metadata } = decodeSafetensors(bytes, name);
    assertEquals(await digestOf(bytes), RESULT.epochs[i]!.kept);
    assertEquals([metadata["step"], metadata["engine"]], [String(10 * (i + 1)), "wasm"]);
    assertEquals([...tensors.keys()].every((name) => /^(en|de)coder/.test(name)), true);
  }
  // Those of the last are the checkpoint's, and those of the second are what a run has that stops there.
  const stop: Kept = new Map();
  await stopped(stop, {}, stopWhen((share) => share === 0.5));
  for (const [name, kept] of [[EPOCHS[3]!, WHOLE], [EPOCHS[1]!, stop]] as const) {
    const [own, state] = [WHOLE.get(name)!, kept.get(CHECKPOINT)!].map((bytes) =>
      decodeSafetensors(bytes, name).tensors
    );
    assert(own!.size > 0);
    for (const [tensor, values] of own!) assertEquals(values, state!.get(tensor), tensor);
  }
  assertEquals(await trained(stop), RESULT);
  assertEquals(parametersIn(stop), parametersIn(WHOLE));
  const more: Kept = new Map();
  await trained(more, { epochs: 5 });
  assertEquals(parametersIn(more).slice(0, 4), parametersIn(WHOLE));
});

Deno.test("the parameters of an epoch must be there, as they were kept; a run that an older version began goes on without", async () => {
  const damaged = WHOLE.get(EPOCHS[1]!)!.with(-1, 1);
  const sha256 = RESULT.epochs[1]!.kept!;
  for (
    const [bytes, found] of [
      [undefined, "there is none"],
      [WHOLE.get(EPOCHS[2]!)!, `it is ${RESULT.epochs[2]!.kept}`],
      [damaged, `it is ${await digestOf(damaged)}`],
    ] as const
  ) {
    const kept: Kept = new Map(WHOLE);
    if (bytes) kept.set(EPOCHS[1]!, bytes);
    else kept.delete(EPOCHS[1]!);
    for (const go of [() => trained(kept, { epochs: 5 }), () => concluded(kept, RESULT)]) {
      const before = tf.memory().numTensors, { message } = await assertRejects(go, CheckpointError);
      assertEquals(
        message,
        `run/${
          EPOCHS[1]
        }: the parameters after epoch 2 are required, of SHA-256 ${sha256}, but ${found}; put back the file ` +
          "that was there, or begin the run anew",
      );
      assertEquals(tf.memory().numTensors, before);
    }
  }
  // As a sweep makes them, and as older versions did.
  const without: Kept = new Map();
  const half = await trained(without, { epochs: 2 }, { audited: false });
  assertEquals(half.epochs, RESULT.epochs.slice(0, 2).map(({ kept: _, ...scores }) => scores));
  assertEquals(parametersIn(without), []);
  const { epochs } = await trained(without);
  assertEquals(epochs, [...half.epochs, ...RESULT.epochs.slice(2)]);
  assertEquals(parametersIn(without).map(([name]) => name), EPOCHS.slice(2));
});

Deno.test("metrics.jsonl has the scores of every epoch, and is written anew and never read back", async () => {
  const lines = new TextDecoder().decode(WHOLE.get(METRICS)!).trimEnd().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line)), RESULT.epochs);
  for (const given of [{}, { epochs: 5 }]) {
    const kept: Kept = new Map([...WHOLE, [METRICS, new TextEncoder().encode("{half")]]);
    const result = await trained(kept, given);
    assertEquals(result.epochs.slice(0, 4), RESULT.epochs);
    await concluded(kept, result, given);
    assertEquals(epochsIn(kept), result.epochs.length);
  }
});

Deno.test("figures need the checkpoint of the last step, and stop when they are to", async () => {
  const early: Kept = new Map(WHOLE);
  const half: Kept = new Map();
  await stopped(half, {}, stopWhen((share) => share === 0.5));
  early.set(CHECKPOINT, half.get(CHECKPOINT)!);
  const { message } = await assertRejects(() => concluded(early, RESULT), CheckpointError);
  assertEquals(message, "run/checkpoint.safetensors: it must be of step 40, the last, but is of step 20");
  await assertRejects(() => concluded(new Map(), RESULT), CheckpointError, "there is none");
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  const before = tf.memory().numTensors;
  await assertRejects(() => concluded(WHOLE, RESULT, {}, stop.signal), Error, "stopped");
  assertEquals(tf.memory().numTensors, before);
  const { conclude } = await runOf({});
  await assertRejects(
    () => conclude([], { files: filesIn(WHOLE), signal: new AbortController().signal }),
    RangeError,
    "mnist: a training is needed, but it failed",
  );
});

Deno.test("a loss that turns non-finite fails the part with its step, and keeps the last checkpoint", async () => {
  const kept: Kept = new Map();
  const before = tf.memory().numTensors;
  const { message } = await assertRejects(() => trained(kept, { learningRate: 1e30 }), NonFiniteLossError);
  assertMatch(
    message,
    /^training: the loss must be finite, but at step \d+ it is (NaN|Infinity|-Infinity): /,
  );
  assertEquals([stateOf(kept).step, tf.memory().numTensors], [0, before]);
});

Deno.test("a run that cannot fit is refused before it begins, and one on grey pixels is told what they are read as", async () => {
  await assertRejects(
    () => prepare(optionsOf({ hidden: [20_000, 20_000] })),
    UsageError,
    "at least 12.4 GiB",
  );
  const notes = async (likelihood: Options["likelihood"]) => (await runOf({ likelihood })).notes;
  assertEquals(await notes("gaussian"), [
    "β-VAE, β = 0.2, 2 latents, on 300 images",
    "losses are in nats per image, less (n/2) log 2π = 720.448; ± is the standard error of the noise",
  ]);
  assertEquals(await notes("bernoulli"), [
    "β-VAE, β = 0.2, 2 latents, on 300 images",
    "losses are in nats per image; ± is the standard error of the noise",
    "the pixels are grey: the Bernoulli likelihood reads them as probabilities, and is no density of them",
  ]);
});
