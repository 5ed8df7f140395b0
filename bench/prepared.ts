/**
 * Problems made ready in all implementations, and held to the library's losses.
 *
 * @module
 */

import { RefusedError } from "./child.ts";
import { difference } from "./equality.ts";
import { type ImplementationId, isPeer, NAMES, offers } from "./implementation.ts";
import { log } from "./log.ts";
import type { Running } from "./participants.ts";
import { withProblem } from "./problem_files.ts";
import type { Different } from "./results.ts";
import type { Shape } from "./shape.ts";
import { type Objective, TITLES } from "./workload.ts";

/** One that is ready to be timed. */
interface Ready {
  readonly running: Pick<Running, "id" | "child">;
  /** The id of its steps. */
  readonly id: string;
  readonly chosen: string;
}

/** Who is ready, and who computes something else. */
interface Preparation {
  readonly ready: readonly Ready[];
  readonly different: readonly Different[];
}

/** Whether an implementation can be asked for an objective. */
function canDo(id: ImplementationId, objective: Objective, shape: Shape): boolean {
  return objective === "grae-formed" ? !isPeer(id) : offers(id, objective, shape);
}

/**
 * Makes a problem ready in each implementation that has it. The first of the library's own that succeeds says what the
 * losses must be.
 *
 * @param folder where the problem's file may be for a moment
 */
export async function prepareAll(
  folder: string,
  running: readonly Pick<Running, "id" | "child">[],
  shape: Shape,
  objective: Objective,
): Promise<Preparation> {
  const ready: Ready[] = [];
  const different: Different[] = [];
  const add = (id: ImplementationId, how: string, computed: boolean): void => {
    log(`${NAMES[id]}: ${TITLES[objective]} is not timed: ${how}`);
    different.push({ id, workload: objective, how, computed });
  };
  let expected: readonly number[] | null = null;
  // The library's own first, since the others are held to them.
  const inOrder = running.toSorted((a, b) => Number(isPeer(a.id)) - Number(isPeer(b.id)));
  await withProblem(folder, shape, objective, async (file) => {
    for (const each of inOrder.filter(({ id }) => canDo(id, objective, shape))) {
      const id = `${objective} ${JSON.stringify(shape)}`;
      try {
        const { losses, chosen } = await each.child.ask({ do: "prepare", id, objective, shape, file });
        expected ??= losses;
        const how = difference(losses, expected);
        if (how === null) ready.push({ running: each, id, chosen });
        else {
          add(each.id, how, true);
          await each.child.ask({ do: "forget", id });
        }
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        add(each.id, error.message, false);
      }
    }
  });
  return { ready: running.flatMap(({ id }) => ready.filter((r) => r.running.id === id)), different };
}
