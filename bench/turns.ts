/**
 * Implementations in turn: one at a time, so that what the machine does meanwhile falls on all of them.
 *
 * @module
 */

import type { Child } from "./child.ts";

/** Milliseconds between turns: threads of the one before may spin a while before they sleep, 0.2 s with some runtimes. */
export const PAUSE = 250;
/** About how long one turn lasts, in milliseconds. */
const TURN = 400;
/** The most steps to a turn. */
const MOST = 8;

/** A child and the steps that are asked of it. */
export interface Turn {
  readonly child: Pick<Child, "ask">;
  /** The id under which its problem was prepared. */
  readonly id: string;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Milliseconds of the steps of each, over some rounds in which each has its turn, in the other order each time. A round
 * before them is not counted: it compiles, and shows how many steps fill a turn.
 */
export async function takeTurns(
  turns: readonly Turn[],
  rounds: number,
  between: number,
): Promise<number[][]> {
  const times: number[][] = turns.map(() => []);
  const counts = turns.map(() => 1);
  const order = turns.map((_, i) => i);
  for (let round = 0; round <= rounds; round++) {
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      const { child, id } = turns[i]!;
      await pause(between);
      const { milliseconds } = await child.ask({ do: "steps", id, count: counts[i]! });
      if (round === 0) counts[i] = Math.max(1, Math.min(MOST, Math.floor(TURN / milliseconds[0]!)));
      else times[i]!.push(...milliseconds);
    }
  }
  return times;
}
