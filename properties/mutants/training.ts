/**
 * Faults in training runs.
 *
 * @module
 */

import type {
  NetworkGradient,
  NetworkSpec,
  ObjectiveName,
  ScheduledCase,
  Trained,
} from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { trainer } from "../oracle/training.ts";
import { counter } from "./algebra.ts";
import { type Mutant, planted, replacing } from "./mutant.ts";

const { train, trainScheduled } = oracle;
const calls = counter();

const withTraining = replacing("train"), withSchedules = replacing("trainScheduled");

/** A run whose gradients are others: each entry of an entry of the gradient and the weight. */
function withSlopes(run: ScheduledCase, altered: (slope: number, weight: number) => number): Trained {
  const network = (gradient: readonly NetworkGradient[], weights: NetworkSpec): NetworkGradient[] =>
    gradient.map(({ weight, bias }, layer) => ({
      weight: weight.map((row, i) => row.map((slope, j) => altered(slope, weights[layer]!.weight[i]![j]!))),
      bias: bias.map((slope, i) => altered(slope, weights[layer]!.bias[i]!)),
    }));
  const objective: Parameters<typeof trainer>[0][ObjectiveName] = (given) => {
    const value = oracle.objectives[run.objective](given);
    const { encoder, decoder } = value.gradient;
    const gradient = {
      encoder: network(encoder, given.model.encoder),
      decoder: network(decoder, given.model.decoder),
    };
    return { ...value, gradient };
  };
  return trainer({ ...oracle.objectives, [run.objective]: objective })(run);
}

/** Mistakes in training. */
export const trainingMutants: readonly Mutant[] = planted({
  "A8": {
    "training-seed-from-the-clock: the seed is taken from the clock (here a counter of calls)": withTraining(
      (run) => train({ ...run, seed: calls() }),
    ),
    "training-seed-ignored: every run draws the same noise, whatever the seed": withTraining((run) =>
      train({ ...run, seed: 0 })
    ),
    "training-leaks-a-moment: each step leaves Adam's old moment behind": withTraining((run) => ({
      ...train(run),
      leaked: run.steps,
    })),
    "training-one-step-too-many: the loop runs once before it looks at the number of steps": withTraining(
      (run) => train({ ...run, steps: run.steps + 1 }),
    ),
    "training-one-step: it ends after the first step, however many are asked for": withTraining((run) =>
      train({ ...run, steps: Math.min(1, run.steps) })
    ),
    "training-state-kept: something is kept from one run to the next": withTraining((run) => {
      const { weights, leaked } = train(run);
      const kept = 1 + calls() * 1e-12;
      return { weights: weights.map((weight) => weight * kept), leaked };
    }),
    "training-dropout: a dropout from the seed hides in every objective": withTraining((run) => {
      const { weights, leaked } = train(run);
      return {
        weights: weights.map((weight, i) => ((run.seed + i) % 7 === 0 ? weight * 0.9 : weight)),
        leaked,
      };
    }),
    "training-without-bias-correction: Adam's moments are corrected for their start by the square: the first step is ten times too long":
      withTraining((run) => train({ ...run, learningRate: run.learningRate * (run.steps > 0 ? 10 : 1) })),
    "training-goes-uphill: the step is added where it should be taken away": withTraining((run) =>
      train({ ...run, learningRate: -run.learningRate })
    ),
    "training-replay-keeps-the-noise: a replayed step takes its noise from the recording, and not from its own key":
      withTraining((run) => train(run.replay ? { ...run, seed: 0 } : run)),
    "training-replay-skips-its-check: the step at which the recording is checked does not update":
      withTraining((run) => train(run.replay ? { ...run, steps: run.steps - 1 } : run)),
    "training-recording-leaks: what the recording holds is not given back": withTraining((run) => ({
      ...train(run),
      leaked: run.replay ? 3 : 0,
    })),
    "training-replay-freezes-a-schedule: a replayed step has the β of the step that was recorded":
      withSchedules((run) => {
        const { given, warmUp, replay } = run;
        const first = { ...given, beta: given.beta / warmUp };
        return trainScheduled(replay && warmUp > 0 ? { ...run, given: first, warmUp: 0 } : run);
      }),
    "training-warm-up-a-step-short: a warm-up of N steps has reached its value in step N − 1": withSchedules(
      (run) => trainScheduled({ ...run, warmUp: Math.max(0, run.warmUp - 1) }),
    ),
    "training-cosine-in-steps: a learning rate that is to follow a cosine falls in steps": withSchedules(
      (run) => trainScheduled(run.rates === "cosine" ? { ...run, rates: "step" } : run),
    ),
    "training-weight-decay-coupled: weight decay is added to the gradient, and goes through Adam's moments":
      withSchedules((run) =>
        withSlopes({ ...run, weightDecay: 0 }, (slope, w) => slope + run.weightDecay * w)
      ),
    "training-clips-nothing: gradients are not clipped": withSchedules((run) =>
      trainScheduled({ ...run, clip: null })
    ),
    "training-clips-by-element: each entry of the gradient is cut to the bound, not its norm": withSchedules(
      (run) => {
        const most = run.clip ?? Infinity;
        return withSlopes({ ...run, clip: null }, (slope) => Math.max(-most, Math.min(most, slope)));
      },
    ),
  },
});
