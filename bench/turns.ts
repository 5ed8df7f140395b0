/**
 * Implementations in turn: one at a time, so that what the machine does meanwhile falls on all of them.
 *
 * @module
 */

import type { Child } from "./child.ts";

/** Milliseconds between turns: threads of the one before may spin a while before they sleep, 0.2 s with some runtimes. */
export const PAUSE = 250;
/** About how long one turn lasts, in milliseconds: so long that what sleeps in a pause is awake for most of it. */
const TURN = 500;
/** About how long an implementation runs before it is timed: what compiles on the way has done so, as in a training. */
const WARM = 1500;

/** A child and the steps that are asked of it. */
export interface Turn {
  readonly child: Pick<Child, "ask">;
  /** The id under which its problem was prepared. */
  readonly id: string;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Milliseconds of the steps of each, over some rounds in which each has its turn, in the other order each time. Two
 * rounds before them are not counted: one step, which shows how many fill a turn, and as many as warm it up.
 */
export async function takeTurns(
  turns: readonly Turn[],
  rounds: number,
  between: number,
): Promise<number[][]> {
  const times: number[][] = turns.map(() => []);
  const steps = turns.map(() => 1);
  const order = turns.map((_, i) => i);
  const filling = (time: number, step: number): number => Math.max(1, Math.floor(time / step));
  for (let round = -1; round <= rounds; round++) {
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      const { child, id } = turns[i]!;
      await pause(between);
      const { milliseconds } = await child.ask({ do: "steps", id, count: steps[i]! });
      const last = milliseconds.at(-1)!;
      if (round === -1) steps[i] = filling(WARM, last);
      else if (round === 0) steps[i] = filling(TURN, last);
      else times[i]!.push(...milliseconds);
    }
  }
  return times;
}
