import { assert, assertEquals } from "@std/assert";
import { redisObstacle, redisServer } from "../../fixtures/redis.ts";
import { begin, json, names, study } from "../../fixtures/runs/powers_run.ts";
import { powersRun, powersWorker } from "../../fixtures/runs/queue_processes.ts";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";

const ignore = !mayUseDisk || denoCommand === undefined || redisObstacle !== "";

/** A test with a folder, in which a server keeps what it holds. */
function withRedis(name: string, fn: (folder: string) => Promise<void>): void {
  const needs =
    "(needs --allow-read=. --allow-write=.test --allow-run=deno,redis-server,redis-cli, and redis-server)";
  Deno.test({ name: `${name} ${needs}`, ignore, fn: () => inFolder(fn) });
}

/** Requires that a run has the parts and results of another, byte for byte. */
async function assertSame(out: string, alone: string): Promise<void> {
  assertEquals(names(out), names(alone));
  assertEquals(names(`${out}/parts`), names(`${alone}/parts`));
  const files = names(alone).filter((name) => !["manifest.json", "report.html", "parts"].includes(name));
  for (const file of [...files, ...names(`${alone}/parts`).map((name) => `parts/${name}`)]) {
    assertEquals(await Deno.readFile(`${out}/${file}`), await Deno.readFile(`${alone}/${file}`), file);
  }
}

/** Requires that a server holds nothing of a run any more. */
async function assertEmpty(server: { ask(...command: string[]): Promise<string> }): Promise<void> {
  const keys = (await server.ask("keys", "grae:*")).split("\n").sort();
  assertEquals(keys.filter((key) => !/^grae:parts:(events|id|meta|stalled-check|marker)$/.test(key)), []);
}

withRedis(
  "a worker that is killed, one that is stopped, and a run that is killed: results are those of one process alone",
  async (place) => {
    const [alone, out] = [`${place}/alone`, `${place}/run`];
    await begin(alone, study(), { numbers: 8, pause: 600 });
    await using server = await redisServer(place);
    const { port, url } = server;
    const queue = ["--queue", url];
    const patient = ["--patience", "2"];
    const killed = powersWorker(port, url, ...patient), stopped = powersWorker(port, url, ...patient);
    const first = powersRun(port, out, ...queue, "--numbers", "8", "--pause", "600", "--out", out);
    await Promise.all([killed.seen(": done"), stopped.seen(": done")]);
    killed.kill("SIGKILL");
    first.kill("SIGKILL");
    const began = performance.now();
    stopped.kill("SIGTERM");
    assertEquals((await stopped.ended).code, 0, stopped.said());
    assert(performance.now() - began < 2000, `${performance.now() - began} ms`);
    await first.ended;
    assertEquals((await json(out, "manifest.json")).status, "running");
    const worker = powersWorker(port, url, ...patient);
    const again = powersRun(port, out, "--resume", out, ...queue);
    assertEquals((await again.ended).code, 0, again.said());
    worker.kill("SIGTERM");
    await worker.ended;
    await assertSame(out, alone);
    await assertEmpty(server);
    const { sittings } = await json(out, "manifest.json");
    const parts = sittings.flatMap(({ workers = [] }) =>
      workers.map(({ parts }: { parts: number }) => parts)
    );
    assertEquals(parts.reduce((a: number, b: number) => a + b), 8);
  },
);
