import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Child, RefusedError, startChild } from "./child.ts";
import { SMALL } from "./shape.ts";
import type { Objective } from "./workload.ts";

const mayRun = Deno.permissions.querySync({ name: "run", command: "deno" }).state === "granted";
const MADE_UP = new URL("./made_up_child.ts", import.meta.url).href;
const NEEDS = "(needs --allow-run=deno)";

const start = (how: string) =>
  startChild({ program: "deno", args: ["run", "--no-prompt", MADE_UP, how], env: {} });
/** One that is there. */
async function started(): Promise<Child> {
  const child = await start("there");
  if ("absent" in child) throw new Error(child.absent);
  return child;
}
const prepare = (child: Child, objective: Objective) =>
  child.ask({ do: "prepare", id: objective, objective, shape: SMALL, file: "none" });

Deno.test({
  name: `a child says what it is, answers each request in turn, and ends when it is let ${NEEDS}`,
  ignore: !mayRun,
  fn: async () => {
    const child = await started();
    assertEquals([child.versions, child.threads, child.blas], [{ made: "up" }, 3, "none"]);
    assertEquals(await prepare(child, "beta-vae"), { losses: [4, 3, 2, 1], chosen: "" });
    const { milliseconds } = await child.ask({ do: "steps", id: "beta-vae", count: 4 });
    assertEquals(milliseconds.length, 4);
    assert((await child.ask({ do: "rate" })).multiplyAddsPerSecond > 0);
    const { peakBytes } = await child.ask({ do: "memory" });
    assert(peakBytes === null || peakBytes > 1e7);
    assertEquals(await child.ask({ do: "forget", id: "beta-vae" }), {});
    await child.end();
  },
});

Deno.test({
  name:
    `what a child cannot do it says in one line, and goes on; when it ends, its last words are told ${NEEDS}`,
  ignore: !mayRun,
  fn: async () => {
    const child = await started();
    const error = await assertRejects(() => prepare(child, "taylor-hessian"), RefusedError);
    assertEquals(error.message, "no second derivatives here");
    await assertRejects(
      () => child.ask({ do: "steps", id: "other", count: 1 }),
      RefusedError,
      'steps of "other" need a problem that was prepared',
    );
    await prepare(child, "grae");
    await assertRejects(
      () => child.ask({ do: "steps", id: "grae", count: 1 }),
      RefusedError,
      "the process has ended",
    );
    await child.end();
  },
});

Deno.test({
  name:
    `an implementation that is not here says why: by itself, by its last words, or by not starting ${NEEDS}`,
  ignore: !mayRun,
  fn: async () => {
    assertEquals(await start("absent"), { absent: "it is made up" });
    assertEquals(await start("ends"), { absent: "the process has ended: last words" });
    const none = { program: "no-such-program", args: [], env: {} };
    assertEquals(await startChild(none), {
      absent:
        "it cannot be started: no-such-program must be on PATH, and granted with --allow-run=no-such-program",
    });
  },
});
