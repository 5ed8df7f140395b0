import { assertEquals } from "@std/assert";
import { resumeCommand } from "./shell.ts";

Deno.test("the command that goes on can be copied into a shell, whatever the folders are called", () => {
  const begin = "deno task mnist --resume ";
  assertEquals(resumeCommand("mnist", "runs/a-1.5_b", null), `${begin}runs/a-1.5_b`);
  assertEquals(resumeCommand("mnist", "my runs/$a", "d"), `${begin}'my runs/$a' --data d`);
  assertEquals(resumeCommand("mnist", "~", "it's"), `${begin}'~' --data 'it'\\''s'`);
  assertEquals(resumeCommand("mnist", "ä", null), `${begin}'ä'`);
});
