/**
 * Who abuses what: the studies, and how.
 *
 * @module
 */

import { UsageError } from "../../experiments/runner/options.ts";
import type { Abuser } from "../abuse.ts";
import { flip } from "./flips.ts";
import { double, kill, type Timed } from "./kills.ts";
import { fill, measured, starve } from "./limits.ts";
import {
  type Bench,
  benchOf,
  bitsOf,
  copyFolder,
  graeStar,
  leaveEvidence,
  mnist,
  reports,
  small as powers,
} from "./subject.ts";
import { type Kind, type SubjectName, SUBJECTS } from "./verdict.ts";

/** A value that is made when it is asked for first. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}

const NOTHING = { whole: new Map(), further: new Map(), other: new Map() };

/** Gives copies of undamaged runs, which it makes in a folder when they are needed, to what abuses them. */
export function abusers(
  place: string,
  subjects: readonly SubjectName[] = SUBJECTS,
): Readonly<Record<Kind, Abuser>> {
  const digits = once(() => benchOf(mnist(), `${place}/mnist`));
  const others = once(() => benchOf(graeStar(), `${place}/grae-star`));
  const numbers = once(() => benchOf(powers(), `${place}/powers`));
  const slow = once(async () => await measured(await digits(), `${place}/mnist-process`));
  const quick = once(async () => await measured(await numbers(), `${place}/powers-process`));
  const site = once(async () => {
    const [runs, out] = [`${place}/site-runs`, `${place}/site`];
    for (const one of [await digits(), await numbers()]) {
      await copyFolder(one.whole, `${runs}/${one.subject.name}`);
      await copyFolder(one.half, `${runs}/${one.subject.name}-half`);
    }
    await leaveEvidence(runs);
    await Deno.mkdir(out);
    const bench = { subject: reports(runs), whole: out, half: out, other: out, seen: "" };
    const timed = await measured({ ...bench, bits: NOTHING }, out);
    const bits = await bitsOf(out);
    return { ...timed, bits: { whole: bits, further: bits, other: bits } };
  });
  type Makers<T> = readonly (readonly [SubjectName, () => Promise<T>])[];
  const on = <T extends Bench>(
    abuse: (bench: T, ...rest: Parameters<Abuser>) => ReturnType<Abuser>,
    makers: Makers<T>,
  ) => {
    const made = makers.filter(([name]) => subjects.includes(name));
    return async (...[folder, draws]: Parameters<Abuser>) => {
      if (made.length === 0) {
        throw new UsageError(
          `--on ${subjects.join(",")} can have no ${abuse.name}s: only ${names(makers)} can`,
        );
      }
      return await abuse(await draws.pick(made)[1](), folder, draws);
    };
  };
  const small = [["powers", quick], ["powers", quick], ["powers", quick]] as const;
  // A process of the training takes five times as long as one of the small study.
  const processes: Makers<Timed> = [["mnist", slow], ["report", site], ...small, ["powers", quick]];
  return {
    flips: on(flip, [["mnist", digits], ["mnist", digits], ["mnist", others], ["powers", numbers], [
      "powers",
      numbers,
    ]]),
    kills: on(kill, processes),
    doubles: on(double, processes),
    fills: on(fill, processes),
    starves: on(starve, [["mnist", slow], ...small]),
  };
}

const names = (makers: readonly (readonly [SubjectName, unknown])[]): string =>
  [...new Set(makers.map(([name]) => name))].join(" and ");
