import { assertEquals } from "@std/assert";
import { pixels } from "./pixels.ts";

Deno.test("every byte k becomes the float32 nearest to k/255, from 0 to 1", () => {
  const all = pixels({ images: Uint8Array.from({ length: 256 }, (_, k) => k) });
  assertEquals(all, Float32Array.from({ length: 256 }, (_, k) => k / 255));
  assertEquals([all[0], all[255]], [0, 1]);
});
