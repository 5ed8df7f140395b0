import { assertEquals, assertRejects } from "@std/assert";
import { toFileUrl } from "@std/path";
import { changedWorker, powersWorker } from "../../fixtures/runs/queue_processes.ts";
import { denoCommand, inFolder, mayUseDisk } from "../../fixtures/temporary_folder.ts";
import { UsageError } from "../runner/options.ts";
import { workerStatus } from "./command.ts";

Deno.test("a worker must be given a queue", () =>
  assertRejects(
    () => workerStatus({}, ["--threads", "1"]),
    UsageError,
    "--queue must be given: the address of the queue to take parts from",
  ));

Deno.test({
  name: "a worker that is stopped before the queue answers ends at once, and says nothing " +
    "(needs --allow-read=. --allow-write=.test --allow-run=deno)",
  ignore: !mayUseDisk || denoCommand === undefined || Deno.build.os === "windows",
  fn: () =>
    inFolder(async (place) => {
      const file = `${place}/stopped.ts`;
      await Deno.writeTextFile(
        file,
        `const add = Deno.addSignalListener;
Deno.addSignalListener = (signal, listener) => {
  add(signal, listener);
  // As a signal does that comes at once.
  if (signal === "SIGHUP") listener();
};
await import(${JSON.stringify((await changedWorker(place, "{}")).href)});
`,
      );
      // Nobody listens at port 1.
      const worker = powersWorker({ port: 1, module: toFileUrl(file) }, "redis://127.0.0.1:1");
      const late = setTimeout(() => worker.kill("SIGKILL"), 60_000);
      const { code, signal } = await worker.ended;
      clearTimeout(late);
      assertEquals([code, signal, worker.said()], [0, null, ""]);
    }),
});
