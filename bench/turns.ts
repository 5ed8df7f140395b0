/**
 * Implementations in turn: one at a time, so that what the machine does meanwhile falls on all of them.
 *
 * @module
 */

import type { Child } from "./child.ts";

/** How long things last, in milliseconds. */
export interface Pace {
  /** Between turns: threads of the one before may spin a while before they sleep, 0.2 s with some runtimes. */
  readonly pause: number;
  /** About one turn: so long that what sleeps in a pause is awake for most of it. */
  readonly turn: number;
  /** About how long an implementation runs before it is timed: what compiles on the way has done so, as in a training. */
  readonly warm: number;
}

/** The pace at which times are told. */
export const PACE: Pace = { pause: 250, turn: 500, warm: 1500 };

/** A child and the steps that are asked of it. */
interface Turn {
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
  pace: Pace,
): Promise<number[][]> {
  const times: number[][] = turns.map(() => []);
  const steps = turns.map(() => 1);
  const order = turns.map((_, i) => i);
  const filling = (time: number, step: number): number => Math.max(1, Math.floor(time / step));
  for (let round = -1; round <= rounds; round++) {
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      const { child, id } = turns[i]!;
      await pause(pace.pause);
      const { milliseconds } = await child.ask({ do: "steps", id, count: steps[i]! });
      const last = milliseconds.at(-1)!;
      if (round === -1) steps[i] = filling(pace.warm, last);
      else if (round === 0) steps[i] = filling(pace.turn, last);
      else times[i]!.push(...milliseconds);
    }
  }
  return times;
}
