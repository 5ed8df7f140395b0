import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { cloneKey, foldIn, type Key, read, startEngine, tf } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { orthogonalMatrix } from "../../lib/linalg/mod.ts";
import { type Family, family } from "../../lib/model/mod.ts";
import { adamOptimiser, type DescentState, NonFiniteLossError } from "../../lib/training/mod.ts";
import {
  ensembleDescent,
  type EnsembleDescription,
  type EnsembleParameters,
  type EnsembleTraining,
  startEnsemble,
  trainEnsemble,
} from "./ensemble.ts";
import { observe, trueModel } from "./parts.ts";

await startEngine("wasm");

const [DATA, LATENT, EXAMPLES] = [6, 3, 64];
const keysOf = (): Key[] => [0, 1, 2].map((i) => foldIn(key(1), i));
const WATCH = { signal: new AbortController().signal, progress: () => {} };
const describe = (spread: Family | "factor", members: number): EnsembleDescription => ({
  members,
  data: DATA,
  latent: LATENT,
  activation: "leaky-relu",
  noise: 0.05,
  spread,
});
const examples = (keys: readonly Key[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from(keys.flatMap((k) => {
      const { weights } = trueModel("distinct", DATA, LATENT, foldIn(k, 1000));
      return [...observe(weights, "leaky-relu", 0.05, EXAMPLES, foldIn(k, 1001))];
    })),
    [keys.length, EXAMPLES, DATA],
  );

/** A training by some optimiser. */
interface How {
  readonly train: (
    start: EnsembleParameters,
    options: Omit<EnsembleTraining<DescentState>, "optimiser">,
  ) => Promise<EnsembleParameters>;
  readonly rate: number;
  readonly steps: number;
}
const DESCENT: How = {
  train: (start, options) => trainEnsemble(start, { ...options, optimiser: ensembleDescent(0.9) }),
  rate: 1e-3,
  steps: 20,
};
const ADAM: How = {
  train: (start, options) => trainEnsemble(start, { ...options, optimiser: adamOptimiser() }),
  rate: 1e-2,
  steps: 20,
};

interface Trained extends How {
  readonly keys: readonly Key[];
  readonly spread: Family | "factor";
  readonly context?: EnsembleTraining<DescentState>["context"];
  /** Turns the latents of the start; not at all if left out. */
  readonly rotation?: tf.Tensor;
}

/** The parameters' numbers after training, in the order of their list. */
async function trained(
  { keys: given, spread, train, rate, steps, rotation, context = WATCH }: Trained,
): Promise<Float32Array[]> {
  const [keys, ofStart] = [given.map(cloneKey), given.map(cloneKey)];
  const description = describe(spread, keys.length);
  let start = startEnsemble(description, ofStart);
  if (rotation) start = turn(start, rotation);
  const data = examples(keys);
  try {
    const end = await train(start, { description, data, batch: 16, steps, beta: 1, rate, keys, context });
    const values = await Promise.all(end.map(read));
    tf.dispose([...end]);
    return values;
  } finally {
    data.dispose();
  }
}

/** The same model with latents Rz: RA, b, CRᵀ, cRᵀ, RL, in the layout of an ensemble. */
function turn([a, b, c, d, spread]: EnsembleParameters, rotation: tf.Tensor): EnsembleParameters {
  const r = tf.tile(tf.reshape(rotation, [1, LATENT, LATENT]), [a.shape[0]!, 1, 1]);
  return [
    tf.matMul(r, a),
    b,
    tf.matMul(c, r, false, true),
    tf.matMul(d, r, false, true),
    tf.matMul(spread, r, false, true),
  ];
}

const randomRotation = (): tf.Tensor => tf.tensor(orthogonalMatrix(key(7), LATENT).flat(), [LATENT, LATENT]);
/** The largest difference of two lists of parameters, in units of the largest entry. */
const apart = (a: readonly Float32Array[], b: readonly Float32Array[]): number =>
  Math.max(...a.flatMap((values, i) => [...values].map((v, k) => Math.abs(v - b[i]![k]!)))) /
  Math.max(...a.flatMap((values) => [...values].map(Math.abs)));

async function rotatedEnd(how: How): Promise<{ first: Float32Array[]; again: Float32Array[] }> {
  const rotation = randomRotation();
  const end = await trained({ keys: keysOf(), spread: "factor", ...how });
  const shaped = startEnsemble(describe("factor", 3), keysOf()).map((t, i) => tf.tensor(end[i]!, t.shape));
  const first = await Promise.all(turn(shaped as unknown as EnsembleParameters, rotation).map(read));
  const again = await trained({ keys: keysOf(), spread: "factor", ...how, rotation });
  return { first, again };
}

Deno.test("gradient descent turns with the latents: from a rotated start it ends in the rotated end", async () => {
  const { first, again } = await rotatedEnd(DESCENT);
  // Rounding of 6e-8 a step, times 20 steps, times the momentum's 10; later the steep start pulls any two paths apart.
  assert(apart(first, again) < 1.2e-5, `${apart(first, again)}`);
});

Deno.test("Adam does not: from the rotated start it ends elsewhere", async () => {
  const { first, again } = await rotatedEnd(ADAM);
  assert(apart(first, again) > 0.01, `${apart(first, again)}`);
});

Deno.test("an ensemble of three ends where each of its members ends alone, under both optimisers", async () => {
  for (const how of [DESCENT, ADAM]) {
    for (const spread of ["factor", family("mean-field", LATENT)] as const) {
      const ensemble = await trained({ keys: keysOf(), spread, ...how });
      for (const [i, k] of keysOf().entries()) {
        const alone = await trained({ keys: [k], spread, ...how });
        const own = ensemble.map((values) =>
          values.subarray(i * values.length / 3, (i + 1) * values.length / 3)
        );
        assert(apart(alone, own) < 1e-4, `${apart(alone, own)}`);
      }
    }
  }
});

Deno.test("training twice gives the same numbers, bit for bit, and leaves no tensor behind", async () => {
  const before = tf.memory().numTensors;
  const once = await trained({ keys: keysOf(), spread: family("full", LATENT), ...DESCENT });
  const starts = startEnsemble(describe(family("full", LATENT), 3), keysOf()).length;
  assertEquals(await trained({ keys: keysOf(), spread: family("full", LATENT), ...DESCENT }), once);
  // What is still there are the starts, which these tests made and kept.
  assertEquals(tf.memory().numTensors - before, starts);
});

Deno.test("two steps of descent with momentum are those of the formula, on gradients no longer than 30", async () => {
  const optimiser = ensembleDescent(0.5);
  // Two members of two tensors: (1, −2, 2), and (40, 0, 30), which is 50 long and is shortened to (24, 0, 18).
  const gradients = [tf.tensor([1, -2, 40, 0], [2, 2]), tf.tensor([2, 30], [2, 1])];
  let at = optimiser.start([tf.zeros([2, 2]), tf.zeros([2, 1])]);
  at = optimiser.step(at, gradients, 0.1);
  at = optimiser.step(at, gradients, 0.1);
  // v₁ = g, v₂ = 1.5 g: −.1 (1 + 1.5) g.
  const found = (await Promise.all(at.parameters.map(read))).flatMap((values) => [...values]);
  [1, -2, 24, 0, 2, 18].forEach((g, i) => assertAlmostEquals(found[i]!, -0.25 * g, 1e-5));
});

Deno.test("an aborted ensemble throws the signal's reason and leaves no tensor of its own", async () => {
  const before = tf.memory().numTensors;
  const stop = new AbortController();
  const progress = (share: number): void => {
    if (share >= 1e-5) stop.abort(new Error("enough"));
  };
  const context = { signal: stop.signal, progress };
  await assertRejects(
    () => trained({ keys: keysOf(), spread: "factor", ...DESCENT, steps: 1e6, context }),
    Error,
    "enough",
  );
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("an ensemble that runs away is refused, with what to do, and leaves no tensor of its own", async () => {
  const before = tf.memory().numTensors;
  await assertRejects(
    () => trained({ keys: keysOf(), spread: family("mean-field", LATENT), ...DESCENT, rate: 1e4 }),
    NonFiniteLossError,
    "training: the loss must be finite, but after step 20 it is NaN: some parameters are not finite; lower the learning rate",
  );
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("the learning rate rises over a tenth of the steps, and falls to 0 over the last half", async () => {
  const keys = keysOf(),
    rates: number[] = [],
    steps = 20,
    description = describe(family("mean-field", LATENT), 3);
  const rule = ensembleDescent(0);
  const noting: typeof rule = {
    ...rule,
    step: (state, gradients, rate) => {
      rates.push(rate);
      return rule.step(state, gradients, rate);
    },
  };
  const start = startEnsemble(description, keys), data = examples(keysOf().map((k) => foldIn(k, 2)));
  const end = await trainEnsemble(start, {
    ...{ description, data, batch: 8, steps, beta: 1, optimiser: noting, rate: 0.01 },
    ...{ keys: keysOf().map((k) => foldIn(k, 3)), context: WATCH },
  });
  tf.dispose([...end, data]);
  const must = Array.from(
    { length: steps },
    (_, step) => step === 0 ? 0.005 : step <= 10 ? 0.01 : 0.01 * (20 - step) / 10,
  );
  assertEquals(rates.length, steps);
  rates.forEach((rate, step) => assertAlmostEquals(rate, must[step]!, 1e-12, `step ${step}`));
});
