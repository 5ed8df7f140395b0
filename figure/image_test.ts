import { assertEquals, assertThrows } from "@std/assert";
import { toRaster } from "./image.ts";

Deno.test("floats in [0, 1] become the nearest of 256 levels, bytes stay as they are", () => {
  const floats = toRaster("test", { width: 4, height: 1, pixels: new Float32Array([0, 1, 0.5, 3 / 255]) });
  assertEquals([...floats.pixels], [0, 255, 128, 3]);
  const bytes = new Uint8Array([0, 255, 17]);
  assertEquals(toRaster("test", { width: 1, height: 1, channels: 3, pixels: bytes }).pixels, bytes);
});

Deno.test("a value outside [0, 1] is refused, and clamped only if asked", () => {
  const image = { width: 2, height: 2, pixels: new Float32Array([0, 1, -0.25, 1.5]) };
  assertThrows(
    () => toRaster("encodePng", image),
    RangeError,
    "encodePng: pixel 2 (row 1, column 0) must be in [0, 1], but it is -0.25; pass clamp: true to cut off",
  );
  assertEquals([...toRaster("encodePng", image, true).pixels], [0, 255, 0, 255]);
});

Deno.test("a pixel that is not a number is refused even when clamping", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const image = { width: 1, height: 2, channels: 3 as const, pixels: new Float32Array(6) };
    image.pixels[4] = value;
    for (const clamp of [false, true]) {
      assertThrows(
        () => toRaster("encodePng", image, clamp),
        RangeError,
        `encodePng: pixel 1 (row 1, column 0), channel 1 must be a finite number, but it is ${value}`,
      );
    }
  }
});

Deno.test("an image whose sizes do not agree with its pixels is refused", () => {
  assertThrows(
    () => toRaster("encodePng", { width: 2, height: 2, pixels: new Uint8Array(5) }),
    TypeError,
    "encodePng: a 2×2 image with 1 channel needs 4 pixel values, but 5 were given",
  );
  assertThrows(
    () => toRaster("encodePng", { width: 0, height: 2, pixels: new Uint8Array(0) }),
    RangeError,
    "encodePng: width must be a whole number of at least 1, but it is 0",
  );
  assertThrows(
    () => toRaster("encodePng", { width: 1, height: 1, channels: 2 as 3, pixels: new Uint8Array(2) }),
    RangeError,
    "encodePng: channels must be 1 (gray) or 3 (red, green, blue), but it is 2",
  );
  assertThrows(
    () => toRaster("encodePng", { width: 1, height: 1, pixels: [0.5] as unknown as Float32Array }),
    TypeError,
    "encodePng: pixels must be a Float32Array in [0, 1] or a Uint8Array, but they are Array",
  );
});
