/**
 * Runs jobs, at most `atOnce` of them at the same time, each begun in the order given.
 *
 * @throws what a job throws
 */
export async function inPool(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) await job();
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, atOnce), jobs.length) }, lane));
}
