/**
 * How the time of a step grows with each size.
 *
 * @module
 */

import type { Surroundings } from "./implementation.ts";
import type { Axis } from "./axis.ts";
import { log } from "./log.ts";
import type { Running } from "./participants.ts";
import { prepareAll } from "./prepared.ts";
import type { Different, GrowthPoint } from "./results.ts";
import { SHAPE, type Shape } from "./shape.ts";
import { spreadOf } from "./statistics.ts";
import { takeTurns } from "./turns.ts";
import type { Objective } from "./workload.ts";

/** The sizes along each axis; the others are as elsewhere. */
const AXES: Readonly<Record<Axis, readonly number[]>> = {
  latent: [2, 4, 8, 16, 32, 64],
  data: [784, 3072, 12288],
  batch: [32, 64, 128, 256, 512, 1024],
  width: [128, 256, 512, 1024, 2048],
};

/** The computations that are timed: the plain products, exact GRAE, and the same with J formed. */
const GROWING: readonly Objective[] = ["beta-vae", "grae", "grae-formed"];

/**
 * The shapes of an axis: all of them, or the two ends.
 *
 * Where more inputs add up in a layer, or more examples in a gradient, the learning rate is smaller by as much: with 12,288
 * data three updates of 1e-3 throw the loss to 1e27, where no two implementations agree, and with 512 examples they take
 * JAX's loss 1.3e-4 away from what float64 gives.
 */
export function shapesOf(axis: Axis, quick: boolean): Shape[] {
  const all = AXES[axis];
  const some = quick ? [all[0]!, all.at(-1)!] : all;
  return some.map((size) => {
    const shape = { ...SHAPE, [axis]: size };
    const more = Math.max(
      1,
      shape.data / SHAPE.data,
      shape.width / SHAPE.width,
      shape.batch / SHAPE.batch,
    );
    return { ...shape, learningRate: SHAPE.learningRate / more };
  });
}

/** Times steps along some axes. */
export async function timeGrowth(
  { problems, pace }: Surroundings,
  running: readonly Running[],
  rounds: number,
  { axes, quick }: { readonly axes: readonly Axis[]; readonly quick: boolean },
): Promise<{ growth: GrowthPoint[]; different: Different[] }> {
  const growth: GrowthPoint[] = [];
  const different: Different[] = [];
  for (const axis of axes) {
    for (const shape of shapesOf(axis, quick)) {
      const shown: string[] = [];
      for (const objective of GROWING) {
        const prepared = await prepareAll(problems, running, shape, objective);
        different.push(...prepared.different);
        const turns = prepared.ready.map(({ running, id }) => ({ child: running.child, id }));
        const times = await takeTurns(turns, rounds, pace);
        for (const [i, { running, id }] of prepared.ready.entries()) {
          const milliseconds = spreadOf(times[i]!);
          growth.push({ axis, shape, objective, id: running.id, milliseconds });
          shown.push(`${running.id} ${objective} ${milliseconds.median.toFixed(1)}`);
          await running.child.ask({ do: "forget", id });
        }
      }
      log(`${axis} ${shape[axis]}: ${shown.join(", ")} ms`);
    }
  }
  return { growth, different };
}
