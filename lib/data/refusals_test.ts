import { assertRejects } from "@std/assert";
import { cloneKey } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { type Refusals, testRefusals } from "../../fixtures/refusals.ts";
import {
  batches,
  DataError,
  type Dataset,
  encodeIdxImages,
  gatherBatch,
  gridClasses,
  gridFactors,
  gridIndex,
  loadFaces,
  loadFixture,
  loadImageData,
  loadShapes,
  renderShape,
  samplePairs,
  sampleSame,
  select,
  type ShapeFactors,
  shapeGrid,
  type ShapeSizes,
  stratifiedSplit,
  take,
} from "./mod.ts";

const digits = await loadFixture();
const grid = gridFactors(["shape", "scale"], [["square", "heart", "triangle"], [0.5, 1]]);
const shapes = shapeGrid({ size: 4, channels: 1, sizes: { orientation: 2, x: 1, y: 1 } });
/** Read by index, of another number of bytes. */
const short: Dataset = { ...digits, images: { read: () => new Uint8Array(3) } };

/** Numbers that are no whole ones from `least` to `most`, and the ends. */
const whole = (
  call: (value: number) => unknown,
  least: number,
  most: number,
  message: (value: number) => string,
): Refusals => ({
  refused: [least - 1, least + 0.5, NaN, Infinity, ...(most < Infinity ? [most + 1] : [])].map((value) =>
    [() => call(value), RangeError, message(value)] as const
  ),
  taken: [least, ...(most < Infinity ? [most] : [])].map((value) => () => call(value)),
});
const together = (...all: readonly Refusals[]): Refusals => ({
  refused: all.flatMap(({ refused }) => refused),
  taken: all.flatMap(({ taken }) => (taken === "nothing" ? [] : taken)),
});
const also = (refused: Refusals["refused"]): Refusals => ({ refused, taken: [] });

/** Indices of the 300 digits. */
const indices = (doing: string, call: (indices: number[]) => unknown): Refusals =>
  whole(
    (index) => call([0, index]),
    0,
    299,
    (index) => `${doing}: indices must be whole numbers from 0 to 299, but indices[1] is ${index}`,
  );
const factor = (doing: string, call: (dataset: Dataset, factor: number) => unknown): Refusals =>
  together(
    whole(
      (factor) => call(shapes, factor),
      0,
      2,
      (factor) => `${doing}: the factor must be 0 to 2 (shape, scale, orientation), but it is ${factor}`,
    ),
    also([[
      () => call(digits, 0),
      TypeError,
      `${doing}: images with known factors are required, but 300 digits has none`,
    ]]),
  );

const middle: ShapeFactors = {
  ...{ shape: "heart", scale: 1, orientation: 0, x: 0.5, y: 0.5 },
  ...{ hue: 0, background: 0 },
};
const render = (factors: Partial<ShapeFactors>) => renderShape({ ...middle, ...factors }, { size: 4 });
const share = (name: "x" | "y" | "hue" | "background"): Refusals => ({
  refused: [-1e-9, 1 + 1e-9, NaN].map((value) =>
    [
      () => render({ [name]: value }),
      RangeError,
      `renderShape: ${name} must be from 0 to 1, but it is ${value}`,
    ] as const
  ),
  taken: [0, 1].map((value) => () => render({ [name]: value })),
});
const gridOf = (sizes: ShapeSizes, channels: 1 | 3 = 3) => shapeGrid({ size: 4, channels, sizes });
const sizesOf = (name: keyof ShapeSizes, most: number): Refusals =>
  whole(
    (size) =>
      gridOf({ ...{ shape: 1, scale: 1, orientation: 1, x: 1, y: 1, hue: 1, background: 1 }, [name]: size }),
    1,
    most,
    (size) =>
      `shapes: the number of ${
        name === "shape" ? "shapes" : name
      } must be a whole number from 1 to ${most}, but it is ${size}`,
  );
/** 8 pictures, of which a square's turns by a quarter are one. */
const few = (count: number, orientation = 4) =>
  loadShapes({
    count,
    ...{ key: key(9), size: 4, channels: 1 },
    sizes: { shape: 2, scale: 2, orientation, x: 1, y: 1 },
  });

testRefusals("lib/data", {
  batches: together(
    whole(
      (n) => batches(n, 1, key(1), 0),
      1,
      Infinity,
      (n) => `batches: count must be a whole number of at least 1, but it is ${n}`,
    ),
    whole(
      (n) => batches(5, n, key(2), 0),
      1,
      Infinity,
      (n) => `batches: batchSize must be a whole number of at least 1, but it is ${n}`,
    ),
    whole(
      (n) => batches(5, 2, key(3), n),
      0,
      Infinity,
      (n) => `batches: epoch must be a whole number of at least 0, but it is ${n}`,
    ),
    whole(
      (n) => batches(5, 2, key(4), 0).at(n),
      0,
      2,
      (n) => `batches: there are batches 0 to 2, but batch ${n} was asked for`,
    ),
  ),
  loadFaces: together(
    {
      refused: [1, 2.5, 100_001, NaN].map((count) =>
        [
          () => loadFaces({ count, size: 16 }),
          RangeError,
          `loadFaces: count must be a whole number from 2 to 100000, but it is ${count}`,
        ] as const
      ),
      taken: [
        () => loadFaces({ count: 2, size: 16 }),
        // Faces are drawn after their folder was looked at, and this one is a file.
        () => assertRejects(() => loadFaces({ count: 100_000, size: 16, cache: "deno.json" }), DataError),
      ],
    },
    {
      refused: [0, 8, 15, 17, 272, NaN].map((size) =>
        [
          () => loadFaces({ count: 2, size }),
          RangeError,
          `loadFaces: size must be a multiple of 16 from 16 to 256, the faces being of 16 × 16, but it is ${size}`,
        ] as const
      ),
      taken: [16, 256].map((size) => () => loadFaces({ count: 2, size })),
    },
  ),
  gridClasses: whole(
    (index) => gridClasses(grid, index),
    0,
    5,
    (index) => `gridClasses: the index must be a whole number from 0 to 5, but it is ${index}`,
  ),
  gridIndex: together(
    whole(
      (own) => gridIndex(grid, [own, 0]),
      0,
      2,
      (own) => `gridIndex: the class of shape must be a whole number from 0 to 2, but it is ${own}`,
    ),
    whole(
      (own) => gridIndex(grid, [0, own]),
      0,
      1,
      (own) => `gridIndex: the class of scale must be a whole number from 0 to 1, but it is ${own}`,
    ),
    also([[0], [0, 0, 0]].map((classes) =>
      [
        () => gridIndex(grid, classes),
        RangeError,
        `gridIndex: 2 classes are required, but there are ${classes.length}`,
      ] as const
    )),
  ),
  samplePairs: factor("samplePairs", (dataset, factor) => samplePairs(dataset, key(5), 4, factor)),
  sampleSame: factor("sampleSame", (dataset, factor) => sampleSame(dataset, key(6), 4, factor)),
  gatherBatch: together(
    indices("gatherBatch", (own) => gatherBatch(digits, own)),
    indices("gatherBatch", (own) => {
      const grey = { images: digits.images, ids: Uint32Array.from({ length: 300 }, (_, i) => i) };
      return gatherBatch({ ...digits, grey }, own, { key: cloneKey(key(7)), epoch: 0 });
    }),
    also([[
      () => gatherBatch(short, [0, 1]),
      RangeError,
      "gatherBatch: 2 images of 28 × 28 × 1 must have 1568 bytes, but 300 digits gave 3",
    ]]),
  ),
  encodeIdxImages: {
    refused: [3, 5].map((length) =>
      [
        () => encodeIdxImages({ images: new Uint8Array(length), count: 2, height: 1, width: 2 }),
        RangeError,
        `encodeIdxImages: 2 images of 1 × 2 must have 4 pixels, but there are ${length}`,
      ] as const
    ),
    taken: [() => encodeIdxImages({ images: new Uint8Array(4), count: 2, height: 1, width: 2 })],
  },
  renderShape: together(
    share("x"),
    share("y"),
    share("hue"),
    share("background"),
    {
      refused: [
        ...[0, 1 + 1e-9, NaN].map((scale) =>
          [
            () => render({ scale }),
            RangeError,
            `renderShape: scale must be greater than 0 and at most 1, but it is ${scale}`,
          ] as const
        ),
        [
          () => render({ orientation: Infinity }),
          RangeError,
          "orientation must be a finite angle, but it is Infinity",
        ],
        [
          () => render({ shape: "circle" as "heart" }),
          RangeError,
          "shape must be square, ellipse, heart or triangle, but it is circle",
        ],
      ],
      taken: [() => render({ scale: 1e-9 }), () => render({ orientation: -1e6 })],
    },
    whole(
      (size) => renderShape(middle, { size, channels: 1 }),
      4,
      1024,
      (size) => `renderShape: size must be a whole number from 4 to 1024, but it is ${size}`,
    ),
  ),
  select: indices("select", (own) => select(digits, own, "some")),
  take: whole(
    (limit) => take(digits, limit),
    1,
    Infinity,
    (limit) => `take: limit must be a whole number of at least 1, but it is ${limit}`,
  ),
  loadShapes: together(
    // Two scales, of a square that is one picture and an ellipse that is two.
    whole(
      (count) => few(count),
      2,
      6,
      (count) => `loadShapes: count must be 2 to 6, the number of pictures that differ, but it is ${count}`,
    ),
    // No divisor of 5 but itself and 1: all differ.
    whole(
      (count) => few(count, 5),
      2,
      20,
      (count) => `loadShapes: count must be 2 to 20, the number of pictures that differ, but it is ${count}`,
    ),
    also([[
      () => loadShapes({ size: 3 }),
      RangeError,
      "shapes: size must be a whole number from 4 to 1024, but it is 3",
    ]]),
  ),
  shapeGrid: together(
    whole(
      (size) => shapeGrid({ size }),
      4,
      1024,
      (size) => `shapes: size must be a whole number from 4 to 1024, but it is ${size}`,
    ),
    sizesOf("shape", 4),
    ...(["scale", "orientation", "x", "y", "hue", "background"] as const).map((name) =>
      sizesOf(name, 65_536)
    ),
    {
      refused: [
        [
          () => gridOf({ hue: 2 }, 1),
          RangeError,
          "shapes: grey images have no hue, but 2 hues are asked for; leave them out, or take 3 channels",
        ],
        [
          () => gridOf({ shape: 1, scale: 1, orientation: 1, x: 65_536, y: 32_769, hue: 1, background: 1 }),
          RangeError,
          "shapes: a grid must have at most 2^31 pictures, but it has 2147549184; take fewer values",
        ],
      ],
      taken: [
        () => gridOf({ hue: 1 }, 1),
        () => gridOf({ shape: 1, scale: 1, orientation: 1, x: 65_536, y: 32_768, hue: 1, background: 1 }),
      ],
    },
  ),
  stratifiedSplit: together(
    whole(
      (held) => stratifiedSplit([0, 0, 1, 1, 2], held),
      1,
      4,
      (held) => `stratifiedSplit: heldOut must be a whole number from 1 to 4, but it is ${held}`,
    ),
    {
      refused: [
        [() => stratifiedSplit([], 1), RangeError, "a split needs at least 2 labels, but there are none"],
        [() => stratifiedSplit([3], 1), RangeError, "a split needs at least 2 labels, but there is 1"],
      ],
      taken: [() => stratifiedSplit([3, 3], 1)],
    },
  ),
  loadImageData: {
    refused: [
      ...[0, 1.5, 1025, NaN].map((size) =>
        [
          () => loadImageData("no such folder", { size }),
          RangeError,
          `loadImageData: size must be a whole number from 1 to 1024, but it is ${size}`,
        ] as const
      ),
      ...[0, 2, 4].map((channels) =>
        [
          () => loadImageData("no such folder", { channels: channels as 1 }),
          RangeError,
          `loadImageData: channels must be 1 or 3, but they are ${channels}`,
        ] as const
      ),
    ],
    // What follows is that there is no such folder.
    taken: [{ size: 1 }, { size: 1024 }, { channels: 1 }, { channels: 3 }].map((options) => () =>
      assertRejects(() => loadImageData("no such folder", options as { size: number }), DataError)
    ),
  },
});
