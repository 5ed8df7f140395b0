/**
 * The task `queue-faults`: kills, pauses and fills what takes part in a queue while a run is at work, and requires that the run
 * ends with each part's result once, and with the bytes of a process alone.
 *
 * @module
 */

import { begin, study } from "../fixtures/runs/powers_run.ts";
import { powersRun, powersWorker, type Process } from "../fixtures/runs/queue_processes.ts";
import { redisObstacle, type RedisServer, redisServer } from "../fixtures/redis.ts";
import { inFolder } from "../fixtures/temporary_folder.ts";
import { exitStatus } from "../experiments/runner/command.ts";
import { option, parseCommand, type Values, whole } from "../experiments/runner/options.ts";
import { writeErr, writeOut } from "../experiments/runner/progress.ts";
import { foldIn, key as keyOf } from "../lib/engine/key.ts";
import { Draws } from "./abuse/verdict.ts";

const OPTIONS = {
  parts: option("Run", whole(1), 100, "how many parts"),
  pause: option("Run", whole(0), 10_000, "milliseconds that a part takes"),
  workers: option("Run", whole(1), 4, "how many workers; the clock of the first is an hour ahead"),
  patience: option("Run", whole(1), 2, "seconds after which a part is given to another worker"),
  kills: option("Faults", whole(0), 30, "how often a worker is killed by SIGKILL"),
  runKills: option("Faults", whole(0), 5, "how often the run is"),
  serverKills: option(
    "Faults",
    whole(0),
    3,
    "how often the server is, which then starts on its append-only file",
  ),
  pauses: option(
    "Faults",
    whole(0),
    1,
    "how often a worker, the run and the server are stopped for a while each",
  ),
  stopped: option("Faults", whole(1), 30, "seconds for which they are"),
  full: option("Faults", whole(0), 1, "how often the run has no room on its disk"),
  seed: option("Faults", whole(0), 0, "what the order and the moments of the faults follow from"),
} as const;
/** What happens to a run. */
type Faults = Values<typeof OPTIONS>;

/** What can happen. */
type Fault =
  | "kill"
  | "kill the run"
  | "kill the server"
  | "stop"
  | "stop the run"
  | "stop the server"
  | "fill";

/** The faults, in an order that follows from the seed. */
function planOf(options: Faults, draws: Draws): Fault[] {
  const { kills, runKills, serverKills, pauses, full } = options;
  const all = ([
    ["kill", kills],
    ["kill the run", runKills],
    ["kill the server", serverKills],
    ["stop", pauses],
    ["stop the run", pauses],
    ["stop the server", pauses],
    ["fill", full],
  ] as const).flatMap(([fault, times]) => Array.from({ length: times }, (): Fault => fault));
  for (let i = all.length - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a process ended since the server, which was stopped, did not answer when it began. */
const isUnanswered = (process: Process): boolean =>
  /^\w+: the queue \S+ must answer within/m.test(process.said());

/** A run with its queue and workers, in which what dies is started again. */
class Scene {
  readonly #workers: Process[] = [];
  #run: Process | undefined;
  #isOver = false;
  /** Whether the run's next process has no room on its disk. */
  #full = false;

  constructor(
    readonly options: Faults,
    readonly place: string,
    readonly server: RedisServer,
  ) {}

  get out(): string {
    return `${this.place}/run`;
  }

  /** Keeps a worker at work until the run is over. @throws (rejects) Error if it ends by itself */
  async keepWorker(index: number): Promise<void> {
    const { port, url } = this.server;
    const flags = index === 0 ? [`--preload=${this.place}/ahead.js`] : [];
    while (!this.#isOver) {
      const worker = powersWorker({ port, flags }, url, "--patience", `${this.options.patience}`);
      this.#workers[index] = worker;
      const { signal, code } = await worker.ended;
      if (this.#isOver && signal === null && code === 0) return;
      if (signal === "SIGKILL" || isUnanswered(worker)) continue;
      throw new Error(`a worker ended with ${code}: ${worker.said()}`);
    }
  }

  /** Keeps the run going on until it is complete. @throws (rejects) Error if it is refused, but for lack of room */
  async keepRun(): Promise<void> {
    const { options: { parts, pause }, out, place, server: { port, url } } = this;
    for (;;) {
      const begun = await Deno.stat(`${out}/manifest.json`).then(() => true, () => false);
      const args = begun ? ["--resume", out] : ["--numbers", `${parts}`, "--pause", `${pause}`, "--out", out];
      const full = this.#full;
      this.#full = false;
      this.#run = powersRun({ port, writes: place, full }, ...args, "--queue", url, "--quiet");
      const { code, signal } = await this.#run.ended;
      if (code === 0) return;
      if (signal === "SIGKILL" || isUnanswered(this.#run)) continue;
      const said = this.#run.said().trim();
      if (!full || said.split("\n").length !== 1) throw new Error(`the run ended with ${code}: ${said}`);
    }
  }

  /** Ends the workers. @throws (rejects) Error if one of them does not end with 0 */
  async end(workers: readonly Promise<void>[]): Promise<void> {
    this.#isOver = true;
    for (const worker of this.#workers) worker.kill("SIGTERM");
    await Promise.all(workers);
  }

  /** Ends all at once. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const one of [...this.#workers, this.#run]) one?.kill("SIGKILL");
  }

  /** Lets something happen. */
  async do(fault: Fault, draws: Draws): Promise<void> {
    const worker = this.#workers[draws.below(this.#workers.length)]!;
    if (fault === "kill") worker.kill("SIGKILL");
    else if (fault === "kill the server") await this.server.killAndStart();
    else if (fault === "kill the run" || fault === "fill") {
      this.#full = fault === "fill";
      this.#run!.kill("SIGKILL");
    } else {
      const one = fault === "stop" ? worker : fault === "stop the run" ? this.#run! : this.server;
      one.kill("SIGSTOP");
      await after(1000 * this.options.stopped);
      one.kill("SIGCONT");
    }
  }
}

/**
 * Lets faults happen to a run.
 *
 * @param say shows a line
 * @returns what is wrong with how the run ended; null if nothing
 */
async function campaign(options: Faults, place: string, say: (line: string) => void): Promise<string | null> {
  const { parts, pause, workers } = options;
  const draws = new Draws(foldIn(keyOf(options.seed), 0));
  const alone = `${place}/alone`;
  await begin(alone, study({ waits: false }), { numbers: parts, pause });
  await Deno.writeTextFile(
    `${place}/ahead.js`,
    "const now = Date.now; Date.now = () => now() + 3_600_000;",
  );
  await Deno.mkdir(`${place}/server`);
  await using server = await redisServer(`${place}/server`);
  using scene = new Scene(options, place, server);
  const all = Array.from({ length: workers }, (_, i) => scene.keepWorker(i));
  let isComplete = false;
  const run = scene.keepRun().finally(() => isComplete = true);
  const faults = planOf(options, draws);
  const between = pause * parts / workers / Math.max(1, faults.length);
  const happen = async (): Promise<void> => {
    // Not before it is at work.
    while (!await Deno.stat(`${scene.out}/parts`).then(() => true, () => false)) await after(50);
    for (const [i, fault] of faults.entries()) {
      await after(between * draws.share());
      if (isComplete) {
        throw new Error(`the run was complete after ${i} of ${faults.length} faults: give it more parts`);
      }
      say(`${i + 1}/${faults.length}: ${fault}`);
      await scene.do(fault, draws);
    }
  };
  const workersFail = Promise.all(all).then(() => {});
  await Promise.race([Promise.all([run, happen()]), workersFail]);
  await scene.end(all);
  return await differenceOf(scene.out, alone, parts) ?? await leftIn(server);
}

/** What differs between the files of two runs of so many parts; null if nothing. */
async function differenceOf(out: string, alone: string, parts: number): Promise<string | null> {
  const names = ["results.json", "powers.csv", "line.svg", "line.csv"];
  for (let n = 1; n <= parts; n++) names.push(`parts/n${n}.json`, `turns${n}.txt`);
  for (const name of names) {
    const [is, must] = await Promise.all(
      [out, alone].map((folder) => Deno.readTextFile(`${folder}/${name}`)),
    );
    if (is !== must) return `${name} is ${is}, but must be ${must}`;
  }
  const left = Array.from(Deno.readDirSync(`${out}/parts`)).length;
  return left === parts ? null : `there are ${left} parts, but there must be ${parts}`;
}

/** What a server holds of a run that is over; null if nothing. */
async function leftIn(server: RedisServer): Promise<string | null> {
  for (const list of ["wait", "active", "failed", "delayed", "completed"]) {
    const size = await server.ask(["wait", "active"].includes(list) ? "LLEN" : "ZCARD", `grae:parts:${list}`);
    if (size !== "0") return `${size} jobs are ${list}`;
  }
  return null;
}

async function work(args: readonly string[]): Promise<number> {
  const asked = parseCommand({
    task: "queue-faults",
    about: "Kills, pauses and fills what takes part in a queue, and requires the results of a process alone.",
    options: OPTIONS,
    examples: [["", "100 parts, 4 workers, 42 faults: minutes"], ["--parts 20 --kills 3", "a look"]],
  }, args);
  if (asked.help !== null) {
    writeOut(asked.help);
    return 0;
  }
  if (redisObstacle !== "") throw new Error(`queue-faults: ${redisObstacle}`);
  const began = performance.now();
  let wrong: string | null = null;
  await inFolder(async (place) => {
    wrong = await campaign(asked.values, place, (line) => writeErr(`${line}\n`));
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  writeOut(`${wrong ?? "each part once, all bytes those of a process alone"}; ${seconds} s\n`);
  return wrong === null ? 0 : 1;
}

if (import.meta.main) Deno.exit(await exitStatus("queue-faults", () => work(Deno.args)));
