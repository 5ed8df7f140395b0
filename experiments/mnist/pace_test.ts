import { assertEquals } from "@std/assert";
import { Pace } from "./pace.ts";

Deno.test("true images are counted, and the time between epochs is not", () => {
  let time = 0;
  // Epochs of 30, 30 and 10 images; the first step of the first is already made.
  const pace = new Pace(70, 30, 1, () => time);
  const after = (milliseconds: number, step: number): number => {
    time += milliseconds;
    return pace.after(step);
  };
  assertEquals(after(1000, 2), 30);
  assertEquals(after(1000, 3), 20);
  time += 60_000;
  pace.goOn();
  assertEquals(after(2000, 4), 70 / 4);
});
