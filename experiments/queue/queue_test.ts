import { assert, assertEquals, assertMatch } from "@std/assert";
import { redisServer } from "../../fixtures/redis.ts";
import { begin, json, names, study } from "../../fixtures/runs/powers_run.ts";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import {
  assertEmpty,
  assertSame,
  changedWorker,
  powersRun,
  powersWorker,
  type Process,
  until,
  withRedis,
} from "../../fixtures/runs/queue_processes.ts";

withRedis(
  "a worker that is killed, one that is stopped, and a run that is killed: results are those of one process alone",
  async (place) => {
    const [alone, out] = [`${place}/alone`, `${place}/run`];
    await begin(alone, study(), { numbers: 8, pause: 600 });
    await using server = await redisServer(place);
    const { port, url } = server;
    const queue = ["--queue", url];
    const patient = ["--patience", "2"];
    const killed = powersWorker({ port }, url, ...patient), stopped = powersWorker({ port }, url, ...patient);
    const first = powersRun(
      { port, writes: out },
      ...queue,
      "--numbers",
      "8",
      "--pause",
      "600",
      "--out",
      out,
    );
    await Promise.all([killed.seen(": done"), stopped.seen(": done")]);
    killed.kill("SIGKILL");
    first.kill("SIGKILL");
    const began = performance.now();
    stopped.kill("SIGTERM");
    assertEquals((await stopped.ended).code, 0, stopped.said());
    assert(performance.now() - began < 2000, `${performance.now() - began} ms`);
    await first.ended;
    assertEquals((await json(out, "manifest.json")).status, "running");
    const worker = powersWorker({ port }, url, ...patient);
    const again = powersRun({ port, writes: out }, "--resume", out, ...queue);
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

withRedis(
  "a worker that is paused for longer than its part is kept for it drops the part, which another one has done",
  async (place) => {
    const [alone, out] = [`${place}/alone`, `${place}/run`];
    const sizes = { numbers: 3, pause: 2000 };
    await begin(alone, study({ waits: false }), sizes);
    await using server = await redisServer(place);
    const { port, url } = server;
    const [paused, other] = [1, 2].map(() => powersWorker({ port }, url, "--patience", "2")) as [
      Process,
      Process,
    ];
    await Promise.all([paused, other].map((worker) => worker.seen("takes parts")));
    const began = performance.now();
    const run = powersRun(
      { port, writes: out },
      ...["--numbers", "3", "--pause", "2000", "--out", out, "--queue", url],
    );
    // Each worker has a part by then.
    await until(async () => await server.ask("LLEN", "grae:parts:active") === "2");
    paused.kill("SIGSTOP");
    assertEquals((await run.ended).code, 0, run.said());
    // Progress is shown, and is sent at once and then twice a second at most.
    const most = 4 + 2 * (performance.now() - began) / 500;
    const events = (await server.ask("xrange", "grae:parts:events", "-", "+")).split("\n");
    const sent = events.filter((word) => word === "progress").length;
    assert(sent > 3 && sent <= most, `${sent} of ${most}`);
    assertMatch(
      run.said(),
      /^\d+% │ \d.* left │ [012] at work │ [\d.]+ parts\/min │ n\d waiting for \d$/m,
    );
    assertMatch(run.said(), /^n\d: its worker was not heard of any more; another one takes it$/m);
    paused.kill("SIGCONT");
    await paused.seen("this worker was not heard of for too long; another one has it");
    const [dropped, done] = [paused, other].map((worker) => worker.said().split(": done in").length - 1);
    assert(dropped === 0 && done! >= 3, other.said());
    for (const worker of [paused, other]) worker.kill("SIGTERM");
    for (const worker of [paused, other]) assertEquals((await worker.ended).code, 0, worker.said());
    await assertSame(out, alone);
    await assertEmpty(server);
  },
);

/** Why a part fails, in more than a line, and as it is shown. */
const NO_THIRD = `no third at redis://ann:pass-word@host: ${"x".repeat(1000)}\nmore`;
const SHOWN = `no third at redis://…@host: ${"x".repeat(1000)}`.slice(0, 1000);
/** A third part that fails three times, and gives no number from then on; each part says 101 lines. */
const FAILING = `{ lines: 101, third: (() => {
  let times = 0;
  return () => {
    if (++times <= 3) throw new Error(${JSON.stringify(NO_THIRD)});
    return "3";
  };
})() }`;

withRedis(
  "a part that fails, and a reply that is none, are tried three times; a reply that is damaged or lost is made again",
  async (place) => {
    const [alone, out] = [`${place}/alone`, `${place}/run`];
    await begin(alone);
    await using server = await redisServer(place);
    const { port, url } = server;
    const queue = ["--queue", url], started = { port, writes: out };
    const bad = powersWorker({ port, module: await changedWorker(place, FAILING) }, url);
    const first = powersRun(started, "--out", out, ...queue);
    assertEquals((await first.ended).code, 1);
    assertEquals(bad.said().split("powers: n3: fails: Error: no third").length, 1 + 3, bad.said());
    assert(first.said().includes(`n3 is tried again: ${SHOWN}\n`), first.said());
    const why = `parts have no result; the first, n3: ${SHOWN}; the others are kept: go on by --resume`;
    assertEquals(first.said().trim().split("\n").at(-1), `powers: 1 of 4 ${why}`);
    assertEquals(first.said().split("n1 in 1 turns\n").length, 1 + 100, first.said());
    assertEquals(names(`${out}/parts`), ["n1.json", "n2.json", "n4.json"]);
    const second = powersRun(started, "--resume", out, ...queue);
    assertEquals((await second.ended).code, 1);
    const none = 'the worker\'s reply: its result: it must be number, but it is "3"';
    assertEquals(second.said().split(`n3 is made again: ${none}\n`).length, 1 + 2, second.said());
    assert(second.said().includes(`powers: n3 has no result: ${none}\n`), second.said());
    // Parts are done while there is no run, and what the worker replies is damaged then.
    const written = await Deno.readFile(`${out}/parts/n1.json`);
    for (const name of ["n1", "n2"]) await Deno.remove(`${out}/parts/${name}.json`);
    bad.kill("SIGTERM");
    const third = powersRun(started, "--resume", out, ...queue);
    await third.seen("workers take them");
    await until(async () => await server.ask("LLEN", "grae:parts:wait") === "3");
    third.kill("SIGKILL");
    const good = powersWorker({ port }, url);
    await until(async () => await server.ask("ZCARD", "grae:parts:completed") === "3");
    const keys = (await server.ask("keys", "grae:files:*")).split("\n");
    await server.ask("set", keys.find((key) => key.includes(":n2:"))!, "2");
    await server.ask("del", keys.find((key) => key.includes(":n3:"))!);
    // The run was killed after it wrote a part, and before it removed its job; what is another run's stays.
    await Deno.writeFile(`${out}/parts/n1.json`, written);
    await server.ask("zadd", "grae:parts:completed", `${Date.now()}`, "other-n1");
    await server.ask("set", "grae:files:other:n1:0", "1");
    const last = powersRun(started, "--resume", out, ...queue);
    assertEquals((await last.ended).code, 0, last.said());
    const again = /^n2 is made again: the SHA-256 of \S+ must be [0-9a-f]{64}, but is [0-9a-f]{64}$/m;
    assert(again.test(last.said()), last.said());
    good.kill("SIGTERM");
    assertEquals([await good.ended, await bad.ended].map(({ code }) => code), [0, 0]);
    assertEquals(good.said().split(": done in").length, 1 + 5, good.said());
    await assertSame(out, alone);
    const others = [["zrange", "grae:parts:completed", "0", "-1"], ["keys", "grae:files:*"]];
    assertEquals(await Promise.all(others.map((command) => server.ask(...command))), [
      "other-n1",
      "grae:files:other:n1:0",
    ]);
    await server.ask("del", "grae:parts:completed", "grae:files:other:n1:0");
    await assertEmpty(server);
  },
);

withRedis(
  "a worker with other data gives the part back and ends; no password is written anywhere",
  async (place) => {
    const out = `${place}/run`;
    await Deno.mkdir(`${place}/server`);
    await using server = await redisServer(`${place}/server`, "--requirepass", "pass-word");
    const { port } = server;
    const url = `redis://default:pass-word@127.0.0.1:${port}`;
    const run = powersRun({ port, writes: out }, "--out", out, "--queue", url, "--pause", "50");
    await run.seen("workers take them");
    const other = powersWorker({ port, module: await changedWorker(place, '{ sha256: "1" }') }, url);
    assertEquals((await other.ended).code, 1);
    const refused =
      "worker: the run of powers in the queue is made from data with SHA-256 0, but the data here have 1\n";
    assertEquals(other.said(), `worker: takes parts from redis://127.0.0.1:${port}\n${refused}`);
    // Nor can those that lack the data or the engine, or what their options ask for.
    const lacking = ["DataError", "EngineError", "UsageError"].map(async (name) => {
      const prepares = `() => { throw Object.assign(new Error("not here"), { name: "${name}" }); }`;
      const module = await changedWorker(place, `{ prepares: ${prepares} }`);
      const one = powersWorker({ port, module }, url);
      assertEquals((await one.ended).code, 1);
      assertEquals(one.said(), `worker: takes parts from redis://127.0.0.1:${port}\nworker: not here\n`);
    });
    await Promise.all(lacking);
    const worker = powersWorker({ port }, url);
    assertEquals((await run.ended).code, 0, run.said());
    // Whoever gives a wrong password is refused in a line without it.
    const wrong = powersWorker({ port }, url.replace("pass-", "passed-"));
    assertEquals((await wrong.ended).code, 1);
    assert(
      /^worker: the queue redis:\/\/127.0.0.1:\d+ must answer .*WRONGPASS.*\n$/.test(wrong.said()),
      wrong.said(),
    );
    worker.kill("SIGINT");
    assertEquals((await worker.ended).code, 0);
    const texts = [run, other, worker, wrong].map((one) => one.said());
    for (const { name, isFile } of [...Deno.readDirSync(out), ...Deno.readDirSync(`${out}/parts`)]) {
      if (isFile) {
        texts.push(
          await Deno.readTextFile(names(out).includes(name) ? `${out}/${name}` : `${out}/parts/${name}`),
        );
      }
    }
    assert(texts.length > 10 && texts.every((text) => !/pass(ed)?-word/.test(text)));
  },
);

withRedis("of each outage of the server a line is said, and one when it is over", async (place) => {
  await using server = await redisServer(place);
  const { port, url } = server;
  const worker = powersWorker({ port }, url);
  const lines = (): string[] => worker.said().trimEnd().split("\n");
  // It waits for a part.
  await until(async () => (await server.ask("client", "list")).includes("cmd=bzpopmin"));
  for (const times of [1, 2]) {
    server.kill("SIGKILL");
    await until(() => lines().length === 2 * times);
    await server.killAndStart();
    await until(() => lines().length === 2 * times + 1);
  }
  const run = powersRun({ port, writes: `${place}/run` }, "--out", `${place}/run`, "--queue", url);
  assertEquals((await run.ended).code, 0, run.said());
  worker.kill("SIGTERM");
  assertEquals((await worker.ended).code, 0, worker.said());
  const said = lines().slice(1, 5).map((line) => line.replace(/answer: .+; waiting for it$/, "answer"));
  const outage = [`worker: ${url} does not answer`, `worker: ${url} answers again`];
  assertEquals(said, [...outage, ...outage]);
});

Deno.test({
  name:
    "an address that is none, a host that is not permitted and a server that is not there are refused in a line, " +
    "without a password (needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined,
  fn: () =>
    inFolder(async (place) => {
      const [port, address] = [1, "ann:pass-word@127.0.0.1"];
      const run = (...args: string[]) => powersRun({ port, writes: place }, "--out", `${place}/run`, ...args);
      const refused: readonly (readonly [ReturnType<typeof run>, status: number, says: RegExp])[] = [
        [
          run("--queue", `redis:/${address}`),
          2,
          /^powers: --queue must be redis\[s\]:\/\/\S+, but it is none, and may hold a password$/,
        ],
        [run("--queue", `redis://${address}/x`), 2, /^powers: --queue must be .*, but it is none/],
        [run(`--queues=redis://${address}`), 2, /unknown option '--queues=redis:\/\/…@127.0.0.1'/],
        [
          run("--queue", `redis://${address}:2`),
          2,
          /run .*--allow-net=127.0.0.1:2 .*--queue '?redis:\/\/…@127.0.0.1:2'?$/,
        ],
        [run("--queue", `redis://${address}:1`, "--part", "1/2"), 2, /are two ways to share the parts/],
        [
          run("--queue", `redis://${address}:1`, "--quiet"),
          1,
          /^powers: the queue redis:\/\/127.0.0.1:1 must answer within 10 s, but there is: .*ECONNREFUSED.*; start redis-server/,
        ],
        [powersWorker({ port }, `redis://${address}:2`), 2, /--allow-net=127.0.0.1:2 .*…@127.0.0.1:2'?$/],
      ];
      await Promise.all(refused.map(async ([process, status, says]) => {
        const { code } = await process.ended;
        const said = process.said().trim();
        assertEquals(code, status, said);
        assert(says.test(said) && !said.includes("\n") && !said.includes("pass-word"), said);
      }));
    }),
});
