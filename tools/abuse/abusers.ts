/**
 * Who abuses what: the studies, and how.
 *
 * @module
 */

import type { Abuser } from "../abuse.ts";
import { flip } from "./flips.ts";
import { double, kill, type Timed } from "./kills.ts";
import { fill, measured, starve } from "./limits.ts";
import { type Bench, benchOf, graeStar, mnist, small } from "./subject.ts";
import type { Kind } from "./verdict.ts";

/** A value that is made when it is asked for first. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}

/** Gives copies of undamaged runs, which it makes in a folder when they are needed, to what abuses them. */
export function abusers(place: string): Readonly<Record<Kind, Abuser>> {
  const digits = once(() => benchOf(mnist(), `${place}/mnist`));
  const others = once(() => benchOf(graeStar(), `${place}/grae-star`));
  const numbers = once(() => benchOf(small(), `${place}/powers`));
  const slow = once(async () => await measured(await digits(), `${place}/mnist-process`));
  const quick = once(async () => await measured(await numbers(), `${place}/powers-process`));
  type Makers<T> = readonly (() => Promise<T>)[];
  const on = <T extends Bench>(
    abuse: (bench: T, ...rest: Parameters<Abuser>) => ReturnType<Abuser>,
    made: Makers<T>,
  ) =>
  async (...[folder, draws]: Parameters<Abuser>) => await abuse(await draws.pick(made)(), folder, draws);
  // A process of the training takes five times as long as one of the small study.
  const processes: Makers<Timed> = [slow, quick, quick, quick, quick];
  return {
    flips: on(flip, [digits, digits, others, numbers, numbers]),
    kills: on(kill, processes),
    doubles: on(double, processes),
    fills: on(fill, processes),
    starves: on(starve, [slow, quick, quick]),
  };
}
