/**
 * A8: a training run is a function of its seed, and leaves nothing behind.
 *
 * @module
 */

import fc from "fast-check";
import { adam, deterministic, downhill, runs, start, still } from "./first_step.ts";
import { clause, law, type Ledger, objectiveNames, tex } from "../../contract/mod.ts";
import type { ScheduledCase, Trained, TrainingCase } from "../../contract/subject.ts";
import { linearCase } from "../reference/linear_model.ts";

/** Adam's ε: a gradient of this size makes half of the longest move. */
const ADAM_EPSILON = 1e-8;

/** Two runs end in the same weights, bit for bit, and leave nothing behind. */
function same(expect: Ledger, one: Trained, other: Trained): void {
  expect.is("number of weights", other.weights.length, one.weights.length);
  one.weights.forEach((weight, i) =>
    expect.is(`weight ${i}, bit for bit`, Object.is(other.weights[i], weight), true)
  );
  expect.is("leaked by the first run", one.leaked, 0);
  expect.is("leaked by the second run", other.leaked, 0);
}

const repeated = clause({
  says:
    "the same seed gives the same weights, bit for bit, and no tensor is left behind, for every objective",
  needs: ["train"],
  given: runs(objectiveNames),
  // Two runs a case, of up to three steps each.
  atMost: 50,
  examine: async ({ train }, run, expect) => same(expect, await train(run), await train(run)),
});

const seedless = clause({
  says: "where the objective draws nothing the seed does not matter",
  needs: ["train"],
  given: fc.record({ run: runs(deterministic), other: fc.nat() }),
  atMost: 30,
  examine: async ({ train }, { run, other }, expect) =>
    same(expect, await train(run), await train({ ...run, seed: other })),
});

/** g(z) = z, x = 1, q = N(0, 1): the gradient is a function of ε. */
const sampled: Omit<TrainingCase, "seed"> = {
  objective: "beta-vae",
  given: linearCase({ jacobian: [[1]], beta: 1 }, { x: [[1]] }),
  // Adam's first step is the sign of the gradient, the second is not.
  steps: 3,
  learningRate: 1e-2,
};

const seeded = clause({
  says: "another seed gives other weights where the objective samples",
  needs: ["train"],
  given: fc.record({ seed: fc.nat(), step: fc.integer({ min: 1, max: 1000 }) }),
  atMost: 20,
  examine: async ({ train }, { seed, step }, expect) => {
    const one = await train({ ...sampled, seed }),
      other = await train({ ...sampled, seed: seed + step });
    expect.is("the same weights", other.weights.every((weight, i) => weight === one.weights[i]), false);
  },
});

const further = clause({
  says: "one step more leads to other weights",
  needs: ["train"],
  given: fc.record({ seed: fc.nat(), steps: fc.integer({ min: 0, max: 4 }) }),
  atMost: 20,
  examine: async ({ train }, { seed, steps }, expect) => {
    const one = await train({ ...sampled, seed, steps }),
      other = await train({ ...sampled, seed, steps: steps + 1 });
    expect.is("the same weights", other.weights.every((weight, i) => weight === one.weights[i]), false);
  },
});

const replayed = clause({
  says: "steps replayed from a recording lead to the weights of steps that are not, bit for bit",
  needs: ["train"],
  given: runs(objectiveNames, { min: 3, max: 6 }),
  // Two runs a case.
  atMost: 40,
  examine: async ({ train }, run, expect) =>
    same(expect, await train(run), await train({ ...run, replay: true })),
});

/** Runs without a schedule, to be given one. */
const plain: Pick<ScheduledCase, "warmUp" | "rates" | "weightDecay" | "clip"> = {
  warmUp: 0,
  rates: "constant",
  weightDecay: 0,
  clip: null,
};

const scheduledReplays = clause({
  says:
    "so do replayed steps whose β and learning rate are scheduled, with weight decay and clipped gradients",
  needs: ["trainScheduled"],
  given: fc.record({
    run: runs(objectiveNames, { min: 3, max: 6 }),
    warmUp: fc.integer({ min: 2, max: 8 }),
    rates: fc.constantFrom("constant" as const, "cosine" as const, "step" as const),
    weightDecay: fc.constantFrom(0, 0.1),
    clip: fc.constantFrom(null, 1e-3, 1),
  }),
  // Two runs a case.
  atMost: 40,
  examine: async ({ trainScheduled }, { run, ...schedules }, expect) => {
    const scheduled = { ...run, ...schedules };
    same(expect, await trainScheduled(scheduled), await trainScheduled({ ...scheduled, replay: true }));
  },
});

const warmedUp = clause({
  says: "the first of N steps of a warm-up is a step at β/N, and a warm-up of one step is none",
  needs: ["trainScheduled"],
  // Powers of 2, so that β/N is the same number however it is made.
  given: fc.record({ run: runs(objectiveNames, { min: 1, max: 1 }), steps: fc.constantFrom(1, 2, 4, 8) }),
  atMost: 30,
  examine: async ({ trainScheduled }, { run, steps }, expect) => {
    const part = { ...run.given, beta: run.given.beta / steps };
    same(
      expect,
      await trainScheduled({ ...run, ...plain, warmUp: steps }),
      await trainScheduled({ ...run, ...plain, given: part }),
    );
  },
});

const slower = clause({
  says: "the second of two steps is half as long by a cosine, and a tenth as long by steps",
  needs: ["trainScheduled"],
  given: runs(deterministic, { min: 2, max: 2 }),
  atMost: 30,
  examine: async ({ trainScheduled }, run, expect) => {
    const [one, two, cosine, step] = [
      await trainScheduled({ ...run, ...plain, steps: 1 }),
      await trainScheduled({ ...run, ...plain }),
      await trainScheduled({ ...run, ...plain, rates: "cosine" }),
      await trainScheduled({ ...run, ...plain, rates: "step" }),
    ].map(({ weights }) => weights);
    for (const [share, slowed] of [[1 / 2, cosine!], [1 / 10, step!]] as const) {
      one!.forEach((from, i) => {
        // Each of the three weights is rounded.
        const slack = expect.rounding("rounding of weights", { c: 8, scale: 1 + Math.abs(from) });
        expect.close(`weight ${i} at ${share}`, slowed[i]!, from + share * (two![i]! - from), slack);
      });
    }
  },
});

const decayed = clause({
  says: "weight decay λ takes ηλ of each weight away in a step, and leaves alone what Adam does",
  needs: ["trainScheduled"],
  given: fc.record({ run: runs(objectiveNames, { min: 1, max: 1 }), weightDecay: fc.constantFrom(0.1, 1) }),
  atMost: 30,
  examine: async ({ trainScheduled }, { run, weightDecay }, expect) => {
    const given = start(run);
    const without = (await trainScheduled({ ...run, ...plain })).weights;
    const { weights } = await trainScheduled({ ...run, ...plain, weightDecay });
    weights.forEach((weight, i) => {
      const scale = Math.abs(given[i]!) + run.learningRate;
      const slack = expect.rounding("rounding of weights", { c: 8, scale });
      expect.close(`weight ${i}`, weight, without[i]! - run.learningRate * weightDecay * given[i]!, slack);
    });
  },
});

const clipFelt = clause({
  says: "steps whose gradients are clipped to a thousandth lead to other weights",
  needs: ["trainScheduled"],
  given: fc.nat(),
  atMost: 20,
  examine: async ({ trainScheduled }, seed, expect) => {
    // Their norms differ from step to step, and are then all the same.
    const run = { ...sampled, ...plain, seed };
    const one = await trainScheduled(run), other = await trainScheduled({ ...run, clip: 1e-3 });
    expect.is("the same weights", other.weights.every((weight, i) => weight === one.weights[i]), false);
  },
});

const clipped = clause({
  says:
    "a clipped gradient has at most the norm c that is asked for: with u of Adam's first move η u/(1 + u), ε u is its entry",
  needs: ["trainScheduled"],
  promised: "Adam",
  given: runs(objectiveNames, { min: 1, max: 1 }),
  atMost: 30,
  examine: async ({ trainScheduled }, run, expect) => {
    const given = start(run);
    const { weights } = await trainScheduled({ ...run, ...plain, clip: ADAM_EPSILON });
    const moves = weights.map((weight, i) => Math.abs(weight - given[i]!) / run.learningRate);
    // A move is off by δ, the rounding of two weights; at most 1/2, its u is off by at most 4δ, and the sum of n squares of
    // norm 1 by 2 √n · 4δ and n (4δ)².
    const size = given.reduce((most, weight) => Math.max(most, Math.abs(weight)), run.learningRate);
    const off = 4 * expect.rounding("", { c: 4, scale: size / run.learningRate }).value;
    const slack = expect.rounding("rounding of weights, as a share of the move", {
      c: 0,
      floor: 2 * Math.sqrt(given.length) * off + given.length * off ** 2,
    });
    expect.atMost("‖u‖²", moves.reduce((sum, m) => sum + (m / (1 - m)) ** 2, 0), 1, slack);
  },
});

export const A8 = law({
  id: "A8",
  title: "Training repeats itself",
  statement:
    "a training step leaks no tensor and goes downhill, and the same seed on the same engine gives the same weights, bit for bit",
  tex: tex`\theta_T=F(\theta_0,\,x,\,\text{seed}),\qquad\text{tensors after}=\text{tensors before}`,
  source: "the implementation",
  kind: "identity",
  assumptions: [
    "a step of SGD, RMSprop, Adagrad, Adam or AdamW",
    "where Adam is promised, with ε = 1e-8, for the length of the first step",
  ],
  clauses: [
    repeated,
    seedless,
    still,
    adam,
    seeded,
    further,
    replayed,
    scheduledReplays,
    warmedUp,
    slower,
    decayed,
    clipFelt,
    clipped,
    downhill,
  ],
});
