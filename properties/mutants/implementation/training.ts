/**
 * Faults in training runs.
 *
 * @module
 */

import type { Subject, Trained, TrainingCase } from "../../laws/subject.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Mutant, mutant } from "../mutant.ts";
import { counter } from "./algebra.ts";

const { train } = oracle;
const calls = counter();

function withTraining(faulty: (run: TrainingCase) => Trained): Subject {
  return { ...oracle, train: faulty };
}

/** Mistakes in training. */
export const trainingMutants: readonly Mutant[] = [
  mutant(
    "training-seed-from-the-clock",
    "the seed is taken from the clock (here a counter of calls)",
    ["A8"],
    withTraining((run) => train({ ...run, seed: calls() })),
  ),
  mutant(
    "training-seed-ignored",
    "every run draws the same noise, whatever the seed",
    ["A8"],
    withTraining((run) => train({ ...run, seed: 0 })),
  ),
  mutant(
    "training-leaks-a-moment",
    "each step leaves Adam's old moment behind",
    ["A8"],
    withTraining((run) => ({ ...train(run), leaked: run.steps })),
  ),
  mutant(
    "training-one-step-too-many",
    "the loop runs once before it looks at the number of steps",
    ["A8"],
    withTraining((run) => train({ ...run, steps: run.steps + 1 })),
  ),
  mutant(
    "training-state-kept",
    "something is kept from one run to the next",
    ["A8"],
    withTraining((run) => {
      const { weights, leaked } = train(run);
      const kept = 1 + calls() * 1e-12;
      return { weights: weights.map((weight) => weight * kept), leaked };
    }),
  ),
  mutant(
    "training-dropout",
    "a dropout from the seed hides in every objective",
    ["A8"],
    withTraining((run) => {
      const { weights, leaked } = train(run);
      return {
        weights: weights.map((weight, i) => ((run.seed + i) % 7 === 0 ? weight * 0.9 : weight)),
        leaked,
      };
    }),
  ),
  mutant(
    "training-without-bias-correction",
    "Adam's moments are corrected for their start by the square: the first step is ten times too long",
    ["A8"],
    withTraining((run) => train({ ...run, learningRate: run.learningRate * (run.steps > 0 ? 10 : 1) })),
  ),
  mutant(
    "training-replay-keeps-the-noise",
    "a replayed step takes its noise from the recording, and not from its own key",
    ["A8"],
    withTraining((run) => train(run.replay ? { ...run, seed: 0 } : run)),
  ),
  mutant(
    "training-replay-skips-its-check",
    "the step at which the recording is checked does not update",
    ["A8"],
    withTraining((run) => train(run.replay ? { ...run, steps: run.steps - 1 } : run)),
  ),
  mutant(
    "training-recording-leaks",
    "what the recording holds is not given back",
    ["A8"],
    withTraining((run) => ({ ...train(run), leaked: run.replay ? 3 : 0 })),
  ),
];
