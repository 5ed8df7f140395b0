import { assertEquals, assertThrows } from "@std/assert";
import { gridImage } from "./grid_image.ts";

const tile = (value: number): { width: number; height: number; pixels: Uint8Array } => ({
  width: 2,
  height: 1,
  pixels: new Uint8Array([value, value + 1]),
});

Deno.test("a grid is filled row by row, with gaps between tiles and the background in the empty cells", () => {
  const grid = gridImage([tile(10), tile(20), tile(30)], { columns: 2, gap: 1, background: 7 });
  assertEquals([grid.width, grid.height, grid.channels], [5, 3, 1]);
  assertEquals(
    [...grid.pixels],
    [
      [10, 11, 7, 20, 21],
      [7, 7, 7, 7, 7],
      [30, 31, 7, 7, 7],
    ].flat(),
  );
});

Deno.test("scale repeats every pixel and leaves the gap alone", () => {
  const grid = gridImage([tile(10), tile(20)], { columns: 2, gap: 1, scale: 2, background: 0 });
  const row = [10, 10, 11, 11, 0, 20, 20, 21, 21];
  assertEquals([grid.width, grid.height], [9, 2]);
  assertEquals([...grid.pixels], [...row, ...row]);
});

Deno.test("fewer tiles than columns make a grid no wider than the tiles", () => {
  assertEquals(gridImage([tile(1)], { columns: 4, gap: 3 }).width, 2);
});

Deno.test("colour stays with its pixel", () => {
  const rgb = { width: 1, height: 2, channels: 3 as const, pixels: new Float32Array([1, 0, 0, 0, 0, 1]) };
  const grid = gridImage([rgb, rgb], { columns: 2, gap: 0 });
  assertEquals([...grid.pixels], [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255]);
});

Deno.test("a grid is an image again, so that grids nest", () => {
  const row = gridImage([tile(10), tile(20)], { columns: 2, gap: 0 });
  assertEquals([...gridImage([row, row], { columns: 1, gap: 0 }).pixels], [10, 11, 20, 21, 10, 11, 20, 21]);
});

Deno.test("gridImage says which tile is wrong, and what is required of it", () => {
  const wide = { width: 3, height: 1, pixels: new Uint8Array(3) };
  const over = { width: 2, height: 1, pixels: new Float32Array([0.5, 1.25]) };
  assertThrows(() => gridImage([], { columns: 2 }), RangeError, "gridImage: at least one image");
  assertThrows(
    () => gridImage([tile(1), wide], { columns: 2 }),
    TypeError,
    "gridImage: image 1 must be 2×1 with 1 channel like image 0, but it is 3×1 with 1 channel",
  );
  assertThrows(() => gridImage([tile(1), over], { columns: 2 }), RangeError, "gridImage: image 1: pixel 1");
  assertEquals([...gridImage([over], { columns: 1, clamp: true }).pixels], [128, 255]);
});

Deno.test("gridImage refuses a layout that is not whole numbers in range", () => {
  const refused: [Parameters<typeof gridImage>[1], string][] = [
    [{ columns: 0 }, "columns must be a whole number of at least 1, but it is 0"],
    [{ columns: 1.5 }, "columns must be a whole number of at least 1, but it is 1.5"],
    [{ columns: 1, gap: -1 }, "gap must be a whole number of at least 0, but it is -1"],
    [{ columns: 1, scale: 0 }, "scale must be a whole number of at least 1, but it is 0"],
    [{ columns: 1, background: 256 }, "background must be a whole number from 0 to 255, but it is 256"],
  ];
  for (const [layout, text] of refused) assertThrows(() => gridImage([tile(1)], layout), RangeError, text);
});
