import { assertEquals } from "@std/assert";
import { DataError } from "./error.ts";

Deno.test("a DataError is one line that begins with the file's name, and keeps its cause", () => {
  const cause = new Error("inner");
  const error = new DataError("x.gz", "first\n  second", { cause });
  assertEquals(error.message, "x.gz: first second");
  assertEquals(error.name, "DataError");
  assertEquals(error.cause, cause);
  assertEquals(error instanceof Error, true);
});
