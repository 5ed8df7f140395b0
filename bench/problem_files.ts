/**
 * Problems on the disk, for as long as they are needed.
 *
 * @module
 */

import { writeAtomically } from "../lib/training/mod.ts";
import { makeProblem } from "./make_problem.ts";
import { encodeProblem } from "./problem.ts";
import type { Shape } from "./shape.ts";
import type { Objective } from "./workload.ts";

/**
 * Does something with a problem's file in a folder, and removes the file.
 *
 * @param act takes the file's path
 */
export async function withProblem<T>(
  folder: string,
  shape: Shape,
  objective: Objective,
  act: (file: string) => Promise<T>,
): Promise<T> {
  const file = `${folder}/problem.bin`;
  await writeAtomically(file, encodeProblem(await makeProblem(shape, objective)));
  try {
    return await act(file);
  } finally {
    await Deno.remove(file);
  }
}
