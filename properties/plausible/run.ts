/**
 * Made-up runs of `mnist` on made-up images, trained by the oracle; any choice of a run may be replaced.
 *
 * @module
 */

import type {
  DigitsImages,
  DigitsOptions,
  DigitsParameters,
  DigitsRun,
  DigitsState,
} from "../contract/digits_run.ts";
import type { Subject } from "../contract/subject.ts";
import { DigitsOracle } from "../oracle/digits_run.ts";
import { type Wiring, wiring } from "../oracle/digits_wiring.ts";
import { oracle } from "../oracle/mod.ts";
import { tabulate } from "../oracle/dense.ts";
import { uniform } from "../oracle/random.ts";

/** Pixels, images to train on, and images held out. */
const [DATA, TRAIN, HELD_OUT] = [6, 22, 12];

/** Options of a run of seconds: two epochs of three steps, the last of them with fewer images. */
const OPTIONS: DigitsOptions = {
  objective: "beta-vae",
  posterior: "block",
  likelihood: "gaussian",
  beta: 0.2,
  latent: 4,
  block: 2,
  hidden: [5],
  activation: "tanh",
  epochs: 2,
  batch: 8,
  learningRate: 0.02,
  learningRateSchedule: "constant",
  betaWarmup: 0,
  clipGradient: null,
  weightDecay: 0,
  binarise: "none",
  limit: null,
  seed: 3,
};

/** Images of three kinds, in grey levels. */
function imagesOf(heldOut: number): DigitsImages {
  const next = uniform(5);
  const some = (count: number): number[][] =>
    tabulate(
      count,
      DATA,
      (image, pixel) => Math.round(255 * Math.min(1, next() * ((image + pixel) % 3 + 1) / 2)),
    );
  return { train: some(TRAIN), heldOut: some(heldOut) };
}

/** A mistake in a run: options under which it shows, choices that are not right, and what is reported in place of what was found. */
export interface Mistake {
  readonly options?: Partial<DigitsOptions>;
  readonly wires?: Partial<Wiring>;
  /** Choices in the scores of epochs but the last. */
  readonly earlier?: Partial<Wiring>;
  readonly report?: (run: DigitsRun) => DigitsRun;
  /** How many images are held out; 12 if left out. */
  readonly heldOut?: number;
}

/** A run with a mistake, or without. */
export function madeUpRun(
  { options: given, wires, earlier: scored, report, heldOut = HELD_OUT }: Mistake = {},
): DigitsRun {
  const options = { ...OPTIONS, ...given }, images = imagesOf(heldOut);
  const wired = (more?: Partial<Wiring>): DigitsOracle =>
    new DigitsOracle(options, images, oracle.objectives, { ...wiring, ...wires, ...more });
  const run = wired(), before = wired(scored);
  const all = run.perEpoch * options.epochs;
  const states: DigitsState[] = [];
  const epochs: DigitsRun["epochs"][number][] = [], earlier: DigitsParameters[] = [];
  let state = run.initial();
  while (state.step < all) {
    const examples = [...run.examples(state)];
    const mean = state.parameters.map((_, i) =>
      examples.reduce((sum, { gradient }) => sum + gradient[i]!, 0) / examples.length
    );
    state = run.next(state, run.clipped(mean));
    if ([1, all - 1, all].includes(state.step)) states.push(state);
    if (state.step === all) epochs.push(run.epoch(state));
    else if (state.step % run.perEpoch === 0) {
      epochs.push(before.epoch(state));
      earlier.push(state);
    }
  }
  const pictures = Object.entries(run.pictures(state)).map(([name, tiles]) =>
    [name, tiles.map((tile) => tile.map(Math.round))] as const
  );
  const made: DigitsRun = {
    ...{ options, images, states, epochs, earlier, epsilon: 2 ** -24, metric: run.metric(state) },
    numbers: run.numbers(epochs.at(-1)!, state),
    pictures: Object.fromEntries(pictures) as unknown as DigitsRun["pictures"],
  };
  return report ? report(made) : made;
}

/** A subject that offers one such run, made when it is asked for. */
export function plausibleRun(mistake: Mistake = {}): Subject {
  let run: DigitsRun | undefined;
  return {
    name: "a plausible run",
    epsilon: 2 ** -24,
    trained: { runs: () => [{ source: "made up", short: true, results: run ??= madeUpRun(mistake) }] },
  };
}
