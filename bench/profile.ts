/**
 * Where the time of a step goes, workload by workload.
 *
 * @module
 */

import { UsageError } from "../experiments/runner/options.ts";
import { startChild } from "./child.ts";
import { startOf, type Surroundings } from "./implementation.ts";
import { log } from "./log.ts";
import type { PROFILED } from "./options.ts";
import { withProblem } from "./problem_files.ts";
import type { Profile } from "./results.ts";
import type { Shape } from "./shape.ts";
import { TITLES, type Workload } from "./workload.ts";

/** Steps that are profiled, but on the slow engine. */
const STEPS = 20;

/**
 * Profiles workloads on an engine of the library.
 *
 * @throws (rejects) UsageError if the engine cannot start here
 */
export async function profileWorkloads(
  engine: typeof PROFILED[number],
  workloads: readonly Workload[],
  threads: number,
  around: Surroundings,
  shape: Shape,
): Promise<Profile[]> {
  const child = await startChild(startOf(`grae-${engine}`, threads, around));
  if ("absent" in child) throw new UsageError(`--engine ${engine} cannot be profiled here: ${child.absent}`);
  const profiles: Profile[] = [];
  for (const workload of workloads) {
    log(`${TITLES[workload]}: kernels on ${engine}`);
    await withProblem(around.problems, shape, workload, async (file) => {
      await child.ask({ do: "prepare", id: workload, objective: workload, shape, file });
    });
    const count = engine === "cpu" ? 1 : STEPS;
    const { kernels, milliseconds } = await child.ask({ do: "profile", id: workload, count });
    profiles.push({ workload, engine, milliseconds, kernels });
    await child.ask({ do: "forget", id: workload });
  }
  await child.end();
  return profiles;
}
