import { assert, assertEquals, assertRejects } from "@std/assert";
import { verify } from "../../laws.ts";
import { check, right, wrong } from "./check.ts";
import printed from "./printed.txt" with { type: "text" };

// As in somebody's own repository: each law that applies becomes a test.
await verify(right, { register: Deno.test });

Deno.test("a third-party GRAE* passes, one with a mean for a sum is rejected by G3, and both print what the file shows", async () => {
  const text = await check();
  assertEquals(
    `${text}\n`,
    printed,
    "if this is wanted: deno run properties/example/check.ts > properties/example/printed.txt",
  );
  assert(text.includes("my GRAE*: passes") && text.includes("my GRAE* with a mean: is rejected"));
});

Deno.test("the wrong one fails as a registered test, too, with a call that replays exactly its case", async () => {
  const tests = new Map<string, () => Promise<void>>();
  await verify(wrong, { register: (name, body) => tests.set(name, body) });
  const [[name, body]] = [...tests] as [[string, () => Promise<void>]];
  assert(name.startsWith("[G3] "), name);
  const { message } = await assertRejects(body, Error, "does not hold");
  const [, token] = /replay: "([^"]+)"/.exec(message)!;
  const again = await verify(wrong, { laws: ["G3"], replay: token! });
  assertEquals(again.evidence[0]!.failure?.message, message);
  assertEquals((await verify(right, { laws: ["G3"], replay: token! })).ok, true);
});
