/**
 * How far a training is.
 *
 * @module
 */

import { type Display, type Meter, meter, timeLeft } from "./meter.ts";

export { type Display, stderrDisplay } from "./meter.ts";

/** What there is to do. */
export interface ProgressGoal {
  /** How many steps the whole run has, ≥ 1. */
  readonly total: number;
  /** How many epochs these are. */
  readonly epochs: number;
  /** How many steps had been made before this process; 0 by default. */
  readonly start?: number;
}

/** How far a run is. */
export interface ProgressState {
  /** How many steps have been made, those of earlier processes among them. */
  readonly step: number;
  /** The loss. */
  readonly loss: number;
  /** Its terms by name. */
  readonly terms: Readonly<Record<string, number>>;
  /** How many images a second are trained on. */
  readonly imagesPerSecond: number;
}

/** Progress that is shown. */
export type Progress = Meter<ProgressState>;

/** A number in 4 significant digits. */
function short(value: number): string {
  const size = Math.abs(value);
  const plain = value === 0 || (size >= 1e-3 && size < 1e6) || !Number.isFinite(value);
  return plain ? value.toPrecision(4) : value.toExponential(3);
}

/** The state as a line, what matters least last, where a narrow terminal cuts it. */
function describe(state: ProgressState, { total, epochs, start = 0 }: ProgressGoal, elapsed: number): string {
  const { step, loss, terms, imagesPerSecond } = state;
  const parts = [
    `${Math.floor(100 * step / total)}%`,
    `epoch ${Math.max(1, Math.ceil(step * epochs / total))}/${epochs}`,
    `loss ${short(loss)}`,
    `${Math.round(imagesPerSecond).toLocaleString("en")} images/s`,
    ...timeLeft(start, step, total, elapsed),
    Object.entries(terms).map(([name, value]) => `${name} ${short(value)}`).join(", "),
  ];
  return parts.join(" │ ");
}

/**
 * Shows the progress of a run: on a terminal a bar, at most 10 times a second, elsewhere a line for each tenth of
 * the way.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { progress } from "./progress.ts";
 *
 * let shown = "";
 * const display = { terminal: false, quiet: false, columns: () => 80, now: () => 0, write: (t: string) => void (shown += t) };
 * progress({ total: 2, epochs: 1 }, display).update({ step: 1, loss: 3, terms: { kl: 1 }, imagesPerSecond: 1e4 });
 * assertEquals(shown, "50% │ epoch 1/1 │ loss 3.000 │ 10,000 images/s │ 0s left │ kl 1.000\n");
 * ```
 *
 * @param goal what there is to do
 * @param display where to show it; `stderrDisplay` for this process
 */
export function progress(goal: ProgressGoal, display: Display): Progress {
  return meter(goal, display, (state, elapsed) => describe(state, goal, elapsed));
}
