/**
 * Steps of all implementations in turn.
 *
 * @module
 */

import type { Surroundings } from "./implementation.ts";
import { log } from "./log.ts";
import { measureRate, type Running } from "./participants.ts";
import { prepareAll } from "./prepared.ts";
import type { Different, StepTime } from "./results.ts";
import { type Shape, sizes } from "./shape.ts";
import { spreadOf } from "./statistics.ts";
import { takeTurns } from "./turns.ts";
import { TITLES, type Workload } from "./workload.ts";

/** Times, and those that compute something else. */
interface Steps {
  readonly steps: readonly StepTime[];
  readonly different: readonly Different[];
}

/** Times each workload in all implementations. */
export async function timeSteps(
  { problems, pace }: Surroundings,
  running: readonly Pick<Running, "id" | "child" | "rates">[],
  workloads: readonly Workload[],
  shape: Shape,
  rounds: number,
): Promise<Steps> {
  const steps: StepTime[] = [];
  const different: Different[] = [];
  for (const workload of workloads) {
    log(`${TITLES[workload]}: ${sizes(shape)}`);
    const prepared = await prepareAll(problems, running, shape, workload);
    different.push(...prepared.different);
    const turns = prepared.ready.map(({ running, id }) => ({ child: running.child, id }));
    const times = await takeTurns(turns, rounds, pace);
    for (const [i, { running, id, chosen }] of prepared.ready.entries()) {
      const milliseconds = spreadOf(times[i]!);
      steps.push({ workload, id: running.id, chosen, milliseconds });
      log(`  ${running.id.padEnd(19)} ${milliseconds.median.toFixed(1)} ms  ${chosen}`);
      await running.child.ask({ do: "forget", id });
    }
    for (const each of running) await measureRate(each);
  }
  return { steps, different };
}
