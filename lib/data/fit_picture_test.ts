import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../../fixtures/suite_seed.ts";
import { DataError } from "./error.ts";
import { fitPicture } from "./fit_picture.ts";
import type { Picture } from "./picture.ts";

const anyPicture: fc.Arbitrary<Picture> = fc.record({
  height: fc.integer({ min: 1, max: 12 }),
  width: fc.integer({ min: 1, max: 12 }),
  channels: fc.constantFrom<1 | 3>(1, 3),
}).chain((size) => {
  const length = size.height * size.width * size.channels;
  return fc.uint8Array({ minLength: length, maxLength: length })
    .map((pixels) => ({ ...size, pixels: Uint8Array.from(pixels) }));
});

type Fit = typeof fitPicture;

/**
 * Requires a picture's middle square as `size` × `size` means, by another route: each pixel repeated `size` times each way, and
 * means of blocks of `side` × `side` of these.
 */
function assertFits(fit: Fit, isFault = false): void {
  fc.assert(
    fc.property(
      isFault ? fc.noBias(anyPicture) : anyPicture,
      fc.integer({ min: 1, max: 9 }),
      (picture, size) => {
        const { height, width, channels, pixels } = picture, side = Math.min(height, width);
        const [top, left] = [height, width].map((n) => Math.floor((n - side) / 2));
        const found = fit(picture, { size, channels }, "p");
        assertEquals(found.length, size * size * channels);
        for (let row = 0; row < size; row++) {
          for (let column = 0; column < size; column++) {
            for (let c = 0; c < channels; c++) {
              let sum = 0;
              for (let i = 0; i < side * side; i++) {
                const y = top! + Math.floor((row * side + Math.floor(i / side)) / size);
                const x = left! + Math.floor((column * side + i % side) / size);
                sum += pixels[(y * width + x) * channels + c]!;
              }
              const error = Math.abs(found[(row * size + column) * channels + c]! - sum / (side * side));
              assert(error <= .5 + 1e-9, `${height} × ${width} to ${size}: ${error}`);
            }
          }
        }
      },
    ),
    { numRuns: 60, endOnFailure: isFault },
  );
}

Deno.test("a picture's middle square is averaged by area", () => {
  assertFits(fitPicture);
});

Deno.test("the check of fitting rejects faults", () => {
  const faults: Readonly<Record<string, Fit>> = {
    "the top left corner in place of the middle": (picture, options, file) => {
      const { height, width, channels, pixels } = picture, side = Math.min(height, width);
      const cut = new Uint8Array(side * side * channels);
      for (let row = 0; row < side; row++) {
        const from = row * width * channels;
        cut.set(pixels.subarray(from, from + side * channels), row * side * channels);
      }
      return fitPicture({ height: side, width: side, channels, pixels: cut }, options, file);
    },
    "stretched": ({ height, width, channels, pixels }, { size }) =>
      Uint8Array.from({ length: size * size * channels }, (_, at) => {
        const place = Math.floor(at / channels);
        const [row, column] = [Math.floor(place / size) * height / size, place % size * width / size];
        return pixels[(Math.floor(row) * width + Math.floor(column)) * channels + at % channels]!;
      }),
    "rounded down": (picture, options, file) =>
      fitPicture(picture, options, file).map((v) => Math.max(0, v - 1)),
    "mirrored": (picture, options, file) => {
      const out = fitPicture(picture, options, file), { size, channels } = options;
      return out.map((_, at) => {
        const [row, place] = [Math.floor(at / (size * channels)), at % (size * channels)];
        const column = size - 1 - Math.floor(place / channels);
        return out[(row * size + column) * channels + place % channels]!;
      });
    },
  };
  for (const [name, fit] of Object.entries(faults)) {
    assertThrows(() => assertFits(fit, true), Error, "", name);
  }
});

Deno.test("grey and colour become each other: the mean of the colours' grey, and the same grey three times", () => {
  const colour: Picture = { height: 1, width: 2, channels: 3, pixels: Uint8Array.of(200, 0, 0, 0, 0, 100) };
  // The middle square of 1 × 2 is the first pixel.
  assertEquals([...fitPicture(colour, { size: 1, channels: 1 }, "p")], [60]);
  const grey: Picture = { height: 2, width: 2, channels: 1, pixels: Uint8Array.of(10, 20, 30, 40) };
  assertEquals([...fitPicture(grey, { size: 1, channels: 3 }, "p")], [25, 25, 25]);
  assertEquals([...fitPicture(grey, { size: 4, channels: 1 }, "p")], [
    ...[10, 10, 20, 20],
    ...[10, 10, 20, 20],
    ...[30, 30, 40, 40],
    ...[30, 30, 40, 40],
  ]);
});

Deno.test("a crop of a given side is the middle, and a smaller picture is refused by name", () => {
  const picture: Picture = {
    ...{ height: 5, width: 4, channels: 1 },
    pixels: Uint8Array.from({ length: 20 }, (_, i) => 10 * i),
  };
  // Rows 1 and 2, columns 1 and 2.
  assertEquals([...fitPicture(picture, { size: 2, channels: 1, crop: 2 }, "p")], [50, 60, 90, 100]);
  assertThrows(
    () => fitPicture(picture, { size: 2, channels: 1, crop: 5 }, "DIR/p.jpg"),
    DataError,
    "DIR/p.jpg: a picture must have at least 5 rows and columns, but it is 5 × 4",
  );
});
