/**
 * Numbers that change from step to step: functions of the step alone, so that a run that is taken up again has the same.
 *
 * @module
 */

/** A number; or one for each step, given how many steps were taken before it, 0 at the first. */
export type Schedule = number | ((step: number) => number);

/** The number of a step. */
export const numberAt = (schedule: Schedule, step: number): number =>
  typeof schedule === "number" ? schedule : schedule(step);

/**
 * A number that rises in equal parts and then stays:
 *
 * ```math
 * value · min(1, (step + 1)/steps)
 * ```
 *
 * The first step has a part of it, since
 * a β of 0 is none; the step that completes the warm-up has all of it.
 *
 * ```ts
 * import { warmUpSchedule } from "./schedule.ts";
 *
 * const beta = warmUpSchedule(0.2, 4);
 * console.assert([0, 1, 2, 3, 4].map(beta).join() === "0.05,0.1,0.15000000000000002,0.2,0.2");
 * ```
 *
 * @param steps of the warm-up, a number from 0; with 0 there is none
 * @throws RangeError for steps
 */
export function warmUpSchedule(value: number, steps: number): (step: number) => number {
  if (!(steps >= 0 && steps < Infinity)) {
    throw new RangeError(`warmUpSchedule: steps must be a number from 0, but it is ${steps}`);
  }
  return (step) => step + 1 < steps ? value * (step + 1) / steps : value;
}

/**
 * A number that falls along half a cosine, from the value at the first step to almost 0 at the last:
 *
 * ```math
 * value · ½(1 + cos(π step/steps))
 * ```
 *
 * Source: Loshchilov & Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017, without restarts.
 *
 * @param steps of the whole training, a whole number from 1
 * @throws RangeError for steps; when it is called, for a step beyond them
 */
export function cosineSchedule(value: number, steps: number): (step: number) => number {
  const share = within("cosineSchedule", steps);
  return (step) => value * (1 + Math.cos(Math.PI * share(step))) / 2;
}

/**
 * A number that falls in steps: the value, from half of the training on a tenth of it, and in the last quarter a hundredth.
 *
 * @param steps of the whole training, a whole number from 1
 * @throws RangeError for steps; when it is called, for a step beyond them
 */
export function stepSchedule(value: number, steps: number): (step: number) => number {
  const share = within("stepSchedule", steps);
  return (step) => {
    const done = share(step);
    return done < 1 / 2 ? value : done < 3 / 4 ? value / 10 : value / 100;
  };
}

/** How much of the steps lies before a step, in [0, 1). */
function within(doing: string, steps: number): (step: number) => number {
  if (!(Number.isSafeInteger(steps) && steps > 0)) {
    throw new RangeError(`${doing}: steps must be a whole number from 1, but it is ${steps}`);
  }
  return (step) => {
    if (step < steps) return step / steps;
    throw new RangeError(
      `${doing}: the schedule has ${steps} steps, but step ${
        step + 1
      } was asked for; give it the steps of the whole ` +
        "training",
    );
  };
}
