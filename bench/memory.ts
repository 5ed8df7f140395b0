/**
 * The most memory that each implementation holds, in a process that does nothing else.
 *
 * @module
 */

import { RefusedError, startChild } from "./child.ts";
import { type ImplementationId, NAMES, offers, startOf, type Surroundings } from "./implementation.ts";
import { log } from "./log.ts";
import { withProblem } from "./problem_files.ts";
import type { MemoryPeak } from "./results.ts";
import type { Shape } from "./shape.ts";
import type { Workload } from "./workload.ts";

/** The number of steps: after the first few, all memory of a step is held. */
const STEPS = 10;
/** The objectives measured: with a Jacobian and without. */
const MEASURED = ["beta-vae", "grae"] as const;

/** What an implementation is to be measured with. */
interface Measured {
  readonly id: ImplementationId;
  readonly threads: number;
  /** The way to make a step that was fastest, by workload. */
  readonly chosen: Readonly<Partial<Record<Workload, string>>>;
}

/** The peaks of some implementations. */
export async function measureMemory(
  implementations: readonly Measured[],
  around: Surroundings,
  shape: Shape,
): Promise<MemoryPeak[]> {
  const peaks: MemoryPeak[] = [];
  for (const { id, threads, chosen } of implementations) {
    for (const workload of MEASURED.filter((workload) => offers(id, workload, shape))) {
      const child = await startChild(startOf(id, threads, around));
      if ("absent" in child) continue;
      try {
        await withProblem(around.problems, shape, workload, async (file) => {
          const candidate = chosen[workload];
          await child.ask({
            ...{ do: "prepare", id: "it", objective: workload, shape, file } as const,
            ...(candidate ? { candidate } : {}),
          });
        });
        await child.ask({ do: "steps", id: "it", count: STEPS });
        const { peakBytes: bytes } = await child.ask({ do: "memory" });
        peaks.push({ id, workload, bytes });
        log(`${NAMES[id]}, ${workload}: ${bytes === null ? "not known" : `${Math.round(bytes / 1e6)} MB`}`);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        log(`${NAMES[id]}, ${workload}: memory is not measured: ${error.message}`);
      } finally {
        await child.end();
      }
    }
  }
  return peaks;
}
