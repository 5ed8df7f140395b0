import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { key as keyOf } from "../engine/key.ts";
import { gridIndex } from "./factors.ts";
import { gatherBatch } from "./gather.ts";
import { renderShape } from "./render_shape.ts";
import { loadShapes, shapeGrid } from "./shapes.ts";

Deno.test("an image of the grid is that of its factors' values, to half of a 255th", () => {
  const grid = shapeGrid({ size: 16 });
  const { names, values, classes } = grid.factors!;
  assertEquals(names, ["shape", "scale", "orientation", "x", "y", "hue", "background"]);
  assertEquals(values.map(({ length }) => length), [4, 6, 40, 32, 32, 8, 4]);
  assertEquals(grid.count, 4 * 6 * 40 * 32 * 32 * 8 * 4);
  const indices = [
    0,
    1,
    12_345_678,
    31_457_279,
    ...[0, 1, 2, 3, 4, 5, 6].map((f) => {
      const own = values.map(() => 0);
      own[f] = values[f]!.length - 1;
      return gridIndex(grid.factors!, own);
    }),
  ];
  const found = gatherBatch(grid, indices), own = classes(indices);
  indices.forEach((_, i) => {
    const value = (name: string): number | string => {
      const f = names.indexOf(name);
      return values[f]![own[7 * i + f]!]!;
    };
    const expected = renderShape({
      shape: value("shape") as "heart",
      scale: value("scale") as number,
      orientation: value("orientation") as number,
      x: value("x") as number,
      y: value("y") as number,
      hue: value("hue") as number,
      background: value("background") as number,
    }, { size: 16, channels: 3 });
    expected.forEach((v, p) => assert(Math.abs(v - found[768 * i + p]!) <= .5 / 255 + 1e-6, `image ${i}`));
  });
});

Deno.test("values lie evenly in their ranges, and a factor of one value is left out", () => {
  const { factors, channels, labels, count } = shapeGrid({
    size: 8,
    channels: 1,
    sizes: { shape: 3, scale: 1, orientation: 4, x: 3, y: 2 },
  });
  assertEquals(factors!.names, ["shape", "orientation", "x", "y"]);
  assertEquals(factors!.values, [
    ["square", "ellipse", "heart"],
    [0, Math.PI / 2, Math.PI, 3 * Math.PI / 2],
    [0, .5, 1],
    [0, 1],
  ]);
  assertEquals([channels, count], [1, 72]);
  assertEquals(labels, null);
  const colours = shapeGrid({ sizes: { hue: 4, background: 3, scale: 2 } }).factors!;
  assertEquals(colours.values.slice(-2), [[0, .25, .5, .75], [0, .25, .5]]);
  assertEquals(colours.values[1], [.5, 1]);
});

Deno.test("a factor of one value has the middle of its range, the largest scale and a black background", () => {
  const one = shapeGrid({
    size: 16,
    sizes: { shape: 1, scale: 1, orientation: 1, x: 1, y: 1, hue: 1, background: 1 },
  });
  const found = gatherBatch(one, [0]);
  const expected = renderShape(
    { shape: "square", scale: 1, orientation: 0, x: .5, y: .5, hue: 0, background: 0 },
    { size: 16, channels: 3 },
  );
  expected.forEach((v, p) => assert(Math.abs(v - found[p]!) <= .5 / 255 + 1e-6, `${p}`));
});

const SMALL = { size: 12, channels: 1, sizes: { shape: 2, scale: 2, orientation: 8, x: 4, y: 4 } } as const;

Deno.test("the data set is drawn from the grid by its key, labelled by shape, no picture twice, a tenth held out", async () => {
  // 2 shapes · 2 scales · 16 places · orientations: 2 of the square's 8 differ, and 4 of the ellipse's.
  const options = { ...SMALL, count: 192 };
  const { train, heldOut, source, sha256 } = await loadShapes({ ...options, key: key(1) });
  assertEquals([train.count, heldOut.count], [173, 19]);
  assertEquals(
    source,
    "shapes of 12 × 12: 192 drawn from 512, no picture twice; one in ten is held out, by class",
  );
  const pictures = new Set<string>();
  for (const part of [train, heldOut]) {
    const classes = part.factors!.classes(Uint32Array.from({ length: part.count }, (_, i) => i));
    for (let i = 0; i < part.count; i++) {
      pictures.add(gatherBatch(part, [i]).join());
      assertEquals(part.labels![i], classes[5 * i]);
    }
    assertEquals(part.classNames, ["square", "ellipse"]);
  }
  assertEquals(pictures.size, 192);
  assertEquals((await loadShapes({ ...options, key: key(1) })).sha256, sha256);
  const other = { ...options, count: 100 };
  assertNotEquals(
    (await loadShapes({ ...other, key: key(1) })).sha256,
    (await loadShapes({ ...other, key: key(2) })).sha256,
  );
  await assertRejects(
    () => loadShapes({ ...options, count: 193, key: key(1) }),
    RangeError,
    "loadShapes: count must be 2 to 192, the number of pictures that differ, but it is 193",
  );
});

Deno.test("the same pictures come on any machine: their fingerprint is known", async () => {
  const { sha256 } = await loadShapes({ count: 200, size: 32, key: keyOf(2020) });
  assertEquals(sha256, "4df9cfc1519090f3bcca59a7651a734ad6a5f5a44682a41d18ddd17d8af5de8e");
});

Deno.test("a set that is larger than a bound is rendered as it is asked for, the same pictures", async () => {
  const options = { ...SMALL, count: 60 };
  const [memory, read] = [
    await loadShapes({ ...options, key: key(3) }),
    await loadShapes({ ...options, key: key(3), most: 60 * 144 - 1 }),
  ];
  assert(memory.train.images instanceof Uint8Array);
  assert(!(read.train.images instanceof Uint8Array));
  assertEquals(gatherBatch(read.train, [50, 3]), gatherBatch(memory.train, [50, 3]));
  assertEquals(read.sha256, memory.sha256);
});

Deno.test("sizes of factors that there cannot be are refused", () => {
  assertThrows(
    () => shapeGrid({ sizes: { shape: 5 } }),
    RangeError,
    "shapes: the number of shapes must be a whole number from 1 to 4, but it is 5",
  );
  assertThrows(
    () => shapeGrid({ sizes: { x: 0 } }),
    RangeError,
    "shapes: the number of x must be a whole number from 1 to 65536, but it is 0",
  );
  assertThrows(
    () => shapeGrid({ channels: 1, sizes: { hue: 2 } }),
    RangeError,
    "shapes: grey images have no hue, but 2 hues are asked for; leave them out, or take 3 channels",
  );
});
