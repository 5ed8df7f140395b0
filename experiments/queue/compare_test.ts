import { assertEquals } from "@std/assert";
import { redisServer } from "../../fixtures/redis.ts";
import { assertEmpty, assertSame, moduleProcess, withRedis } from "../../fixtures/runs/queue_processes.ts";

const [COMPARE, WORKER] = ["../compare/study.ts", "./main.ts"].map((path) => new URL(path, import.meta.url));
const SMALL = ["--quick", "--betas", "0.2", "--seeds", "1", "--engine", "wasm"];

withRedis(
  "compare --quick on three worker processes, one of which is killed, leaves what it leaves alone",
  async (place) => {
    const [alone, out] = [`${place}/alone`, `${place}/run`];
    await using server = await redisServer(place);
    const { port, url } = server;
    const one = moduleProcess(COMPARE!, { port, writes: alone }, [...SMALL, "--out", alone]);
    assertEquals((await one.ended).code, 0, one.said());
    const workers = [1, 2, 3].map(() =>
      moduleProcess(WORKER!, { port }, ["--queue", url, "--patience", "5", "--threads", "1"])
    );
    const run = moduleProcess(COMPARE!, { port, writes: out }, [...SMALL, "--out", out, "--queue", url]);
    // Whoever is done with a part is at the next one.
    const killed = await Promise.any(workers.map((worker) => worker.seen(": done").then(() => worker)));
    killed.kill("SIGKILL");
    assertEquals((await run.ended).code, 0, run.said());
    for (const worker of workers) worker.kill("SIGTERM");
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    assertEquals(ends.map(({ code, signal }) => signal ?? code).sort(), [0, 0, "SIGKILL"]);
    await assertSame(out, alone);
    await assertEmpty(server);
  },
);
