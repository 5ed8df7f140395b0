/**
 * Starting the implementations, each with the number of threads at which it is fastest.
 *
 * @module
 */

import { type Child, RefusedError, startChild } from "./child.ts";
import { type ImplementationId, NAMES, settingsOf, startOf, type Surroundings } from "./implementation.ts";
import { log } from "./log.ts";
import { withProblem } from "./problem_files.ts";
import type { Participant } from "./results.ts";
import type { Shape } from "./shape.ts";
import { spreadOf } from "./statistics.ts";
import { takeTurns } from "./turns.ts";

/** An implementation that runs. */
export interface Running {
  readonly id: ImplementationId;
  readonly child: Child;
  readonly searched: Participant["searched"];
  /** Multiply-adds a second of a large product, measured now and then over the run. */
  readonly rates: number[];
}

/** Measures the rate of a large product once more: what the machine gives changes within a run. */
export async function measureRate({ child, rates }: Pick<Running, "child" | "rates">): Promise<void> {
  rates.push((await child.ask({ do: "rate" })).multiplyAddsPerSecond);
}

/** The workloads by which thread settings are compared: a light one and a heavy one. */
const SEARCHED = ["beta-vae", "grae"] as const;

/** Milliseconds of a step with a setting: the geometric mean of two workloads. */
async function millisecondsOf(
  child: Child,
  { problems, pace }: Surroundings,
  shape: Shape,
): Promise<number> {
  let product = 1;
  for (const objective of SEARCHED) {
    const times = await withProblem(problems, shape, objective, async (file) => {
      await child.ask({ do: "prepare", id: objective, objective, shape, file });
      return (await takeTurns([{ child, id: objective }], 2, pace))[0]!;
    });
    product *= spreadOf(times).median;
  }
  return Math.sqrt(product);
}

/** The settings with their times; one that cannot compute takes infinitely long. */
async function search(
  id: ImplementationId,
  settings: readonly number[],
  around: Surroundings,
  shape: Shape,
): Promise<Participant["searched"]> {
  const searched: { threads: number; milliseconds: number }[] = [];
  for (const threads of settings) {
    const child = await startChild(startOf(id, threads, around));
    if ("absent" in child) return [];
    try {
      searched.push({ threads, milliseconds: await millisecondsOf(child, around, shape) });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    } finally {
      await child.end();
    }
  }
  return searched;
}

/**
 * Starts an implementation with the best of some thread settings.
 *
 * @returns why it is absent if it is
 */
export async function startBest(
  id: ImplementationId,
  threads: readonly number[],
  around: Surroundings,
  shape: Shape,
): Promise<Running | { readonly absent: string }> {
  const settings = settingsOf(id, threads);
  const searched = settings.length > 1 ? await search(id, settings, around, shape) : [];
  const [best] = searched.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const child = await startChild(startOf(id, best?.threads ?? settings.at(-1)!, around));
  if ("absent" in child) {
    log(`${NAMES[id]}: left out: ${child.absent}`);
    return child;
  }
  const versions = Object.entries(child.versions).map(([name, version]) => `${name} ${version}`).join(", ");
  const tried = searched.map(({ threads, milliseconds }) => `${threads}: ${milliseconds.toFixed(1)} ms`);
  const tries = tried.length > 0 ? ` (best of ${tried.join(", ")})` : "";
  log(`${NAMES[id]}: ${versions}; threads ${child.threads}${tries}; ${child.blas}`);
  return { id, child, searched, rates: [] };
}
