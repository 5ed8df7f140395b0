import { assertEquals, assertThrows } from "@std/assert";
import { decode } from "fast-png";
import { encodePng } from "./png.ts";

Deno.test("a gray image survives PNG pixel by pixel", () => {
  const pixels = Uint8Array.from({ length: 7 * 5 }, (_, i) => (i * 37) % 256);
  const read = decode(encodePng({ width: 7, height: 5, pixels }));
  assertEquals([read.width, read.height, read.channels, read.depth], [7, 5, 1, 8]);
  assertEquals([...read.data], [...pixels]);
});

Deno.test("a colour image survives PNG pixel by pixel, floats as the nearest level", () => {
  const pixels = Float32Array.from({ length: 3 * 2 * 3 }, (_, i) => i / 17);
  const read = decode(encodePng({ width: 3, height: 2, channels: 3, pixels }));
  assertEquals([read.width, read.height, read.channels], [3, 2, 3]);
  assertEquals([...read.data], [...pixels].map((value) => Math.round(255 * value)));
});

Deno.test("encodePng clamps only if asked", () => {
  const over = { width: 1, height: 1, pixels: new Float32Array([1.01]) };
  assertThrows(() => encodePng(over), RangeError, "encodePng: pixel 0 (row 0, column 0) must be in [0, 1]");
  assertEquals([...decode(encodePng(over, { clamp: true })).data], [255]);
});
