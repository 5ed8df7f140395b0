import { assert, assertEquals } from "@std/assert";
import { CheckpointError } from "./checkpoint_error.ts";

Deno.test("a CheckpointError is one line that begins with the file's name, and keeps its cause", () => {
  const cause = new Error("inner");
  const error = new CheckpointError("w.safetensors", "first\n  second\r\n\nthird", { cause });
  assertEquals(error.message, "w.safetensors: first second third");
  assertEquals([error.name, error.cause], ["CheckpointError", cause]);
  assert(error instanceof Error);
});
