import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { denoCommand } from "../../fixtures/temporary_folder.ts";
import { DataError } from "../../lib/data/error.ts";
import { denoOutput } from "./deno.ts";

const HERE = new URL(".", import.meta.url);

Deno.test("a command that cannot be started is named, with what it needs", async () => {
  const { message, cause } = await assertRejects(
    () => denoOutput(HERE, ["doc"], { deno: "no-such-program" }),
    DataError,
  );
  assertEquals(
    message,
    "deno doc: cannot be started: no-such-program must be on PATH, and granted with --allow-run=no-such-program",
  );
  assertEquals(cause instanceof Error, true);
});

Deno.test({
  name: `what deno prints is returned; what it says when it fails is told${
    denoCommand === undefined ? " (ignored: needs --allow-run=deno)" : ""
  }`,
  ignore: denoCommand === undefined,
  fn: async () => {
    const deno = denoCommand!;
    assertStringIncludes(await denoOutput(HERE, ["--version"], { deno }), Deno.version.deno);
    const { message } = await assertRejects(
      () => denoOutput(HERE, ["doc", "--nonsense"], { deno }),
      DataError,
    );
    assertStringIncludes(message, "deno doc: fails: error: unexpected argument '--nonsense'");
    // As it is told in a shell with colours and traces, as CI's is, too.
    assertEquals(message.includes("\x1b"), false, message);
    assertEquals(message.includes("backtrace"), false, message);
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(() => denoOutput(HERE, ["--version"], { deno, signal }), Error, "enough");
  },
});
