/**
 * Who abuses what: the studies, and how.
 *
 * @module
 */

import type { Abuser } from "../abuse.ts";
import { flip } from "./flips.ts";
import { double, kill } from "./kills.ts";
import { fill, measured, starve } from "./limits.ts";
import { type Bench, benchOf, graeStar, mnist, small, type Subject } from "./subject.ts";
import type { Kind } from "./verdict.ts";

/** Makes undamaged runs in a folder, and gives what abuses copies of them. */
export async function abusers(place: string): Promise<Readonly<Record<Kind, Abuser>>> {
  const bench = (subject: Subject, name: string): Promise<Bench> => benchOf(subject, `${place}/${name}`);
  const [digits, others, numbers] = [
    await bench(mnist(), "mnist"),
    await bench(graeStar(), "grae-star"),
    await bench(small(), "powers"),
  ];
  const slow = await measured(digits, `${place}/mnist-process`);
  const quick = await measured(numbers, `${place}/powers-process`);
  // A process of the training takes five times as long as one of the small study.
  const processes = [slow, quick, quick, quick, quick];
  return {
    flips: (folder, draws) => flip([digits, digits, others, numbers, numbers], folder, draws),
    kills: (folder, draws) => kill(processes, folder, draws),
    doubles: (folder, draws) => double(processes, folder, draws),
    fills: (folder, draws) => fill(processes, folder, draws),
    starves: (folder, draws) => starve([slow, quick, quick], folder, draws),
  };
}
