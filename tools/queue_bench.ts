/**
 * The task `queue-bench`: how long the queue takes for a part, and how the rate grows with the number of workers.
 *
 * The parts only wait, so that what is measured is the queue as long as there are cores for all processes.
 *
 * @module
 */

import { redisObstacle, type RedisServer, redisServer } from "../fixtures/redis.ts";
import { powersRun, powersWorker } from "../fixtures/runs/queue_processes.ts";
import { inFolder } from "../fixtures/temporary_folder.ts";
import { exitStatus } from "../experiments/runner/command.ts";
import { distinctWholes, option, parseCommand, whole } from "../experiments/runner/options.ts";
import { writeOut } from "../experiments/runner/progress.ts";

const OPTIONS = {
  parts: option("Parts", whole(1), 200, "how many"),
  pause: option("Parts", whole(0), 200, "milliseconds that each waits, where the rate is measured"),
  workers: option("Parts", distinctWholes, [1, 2, 4, 8], "numbers of workers"),
} as const;

/** Seconds from the first part's begin to the last one's end, for so many parts and workers that are ready. */
async function secondsOf(
  server: RedisServer,
  place: string,
  { parts, pause, workers }: { parts: number; pause: number; workers: number },
): Promise<number> {
  const { port, url } = server;
  const out = `${place}/${pause}-${workers}`;
  const all = Array.from({ length: workers }, () => powersWorker({ port }, url));
  // They load all that they need with parts of another run.
  await Promise.all(all.map((worker) => worker.seen("takes parts")));
  const first = powersRun(
    { port, writes: place },
    ...["--numbers", `${4 * workers}`, "--pause", "1000", "--out", `${out}-first`, "--queue", url],
  );
  await first.ended;
  const args = ["--numbers", `${parts}`, "--pause", `${pause}`, "--out", out, "--queue", url];
  const run = powersRun({ port, writes: place }, ...args);
  await run.seen("parts go through");
  const began = performance.now();
  await run.seen(`${parts} of ${parts} parts are done`);
  const seconds = (performance.now() - began) / 1000;
  for (const worker of all) worker.kill("SIGTERM");
  const ends = await Promise.all([run, ...all].map(({ ended }) => ended));
  const bad = ends.find(({ code }) => code !== 0);
  if (bad) throw new Error(`a process ended with ${bad.code}`);
  return seconds;
}

async function work(args: readonly string[]): Promise<number> {
  const asked = parseCommand({
    task: "queue-bench",
    about: "Measures how long the queue takes for a part, and how the rate grows with the number of workers.",
    options: OPTIONS,
    examples: [["", "200 parts; 1, 2, 4 and 8 workers"]],
  }, args);
  if (asked.help !== null) {
    writeOut(asked.help);
    return 0;
  }
  if (redisObstacle !== "") throw new Error(`queue-bench: ${redisObstacle}`);
  const { parts, pause, workers } = asked.values;
  await inFolder(async (place) => {
    await using server = await redisServer(place);
    const bare = await secondsOf(server, place, { parts, pause: 0, workers: 1 });
    const each = (1000 * bare / parts).toFixed(1);
    writeOut(`a part that does nothing, one worker: ${each} ms each\n`);
    let one: number | null = null;
    for (const count of workers) {
      const seconds = await secondsOf(server, place, { parts, pause, workers: count });
      const rate = parts / seconds;
      one ??= rate / count;
      const linear = (rate / (one * count)).toFixed(2);
      writeOut(
        `${pause} ms a part, ${count} workers: ${rate.toFixed(1)} parts/s, ${linear} of linear\n`,
      );
    }
  });
  return 0;
}

if (import.meta.main) Deno.exit(await exitStatus("queue-bench", () => work(Deno.args)));
