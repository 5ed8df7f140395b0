import { assert, assertEquals, assertThrows } from "@std/assert";
import { decode } from "fast-png";
import { contour, type ContourOptions, toPng, toSvg } from "./mod.ts";

/** A bowl around (1, 0): the squared distance at cell centres of [−2, 2] × [−1, 1]. */
const SIZE = [40, 20] as const;
const bowl: ContourOptions = {
  title: "A bowl",
  x: { title: "a", unit: "m", range: [-2, 2] },
  y: { title: "b", range: [-1, 1] },
  values: Array.from({ length: SIZE[1] }, (_, row) =>
    Array.from({ length: SIZE[0] }, (_, column) => {
      const [x, y] = [-2 + (column + 0.5) / 10, -1 + (row + 0.5) / 10];
      return (x - 1) ** 2 + y ** 2;
    })),
  quantity: "height",
  unit: "nats",
  levels: [0.25, 4],
};

/** The outlines of the regions above the levels, in pixels from the plot's upper left corner; below them is the plot. */
function outlines(svg: string): number[][][] {
  const [, ...regions] = [...svg.matchAll(/<path transform="translate\(0,0\)" d="(M[^"]*Z)" fill="rgb/g)].map(
    ([, d]) => [...d!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]),
  );
  return regions;
}

Deno.test("a contour picture has its title, axes with units, quantity and the bands between levels", async () => {
  const svg = await toSvg(contour({ ...bowl, points: { name: "fits", points: [{ x: 1, y: 0 }] } }));
  for (
    const text of ["A bowl", "a (m)", "b", "height (nats)", "below 0.25", "0.25 to 4", "above 4", "fits"]
  ) {
    assert(svg.includes(`>${text}<`), text);
  }
});

Deno.test("a contour lies where the function has its level", async () => {
  const svg = await toSvg(contour({ ...bowl, width: 400 }));
  const around = outlines(svg)[0] ?? [];
  assert(around.length > 20);
  // 100 pixels a unit; y grows upwards.
  const inside = around.map(([x, y]) => [x! / 100 - 2, 1 - y! / 100] as const)
    .filter(([x, y]) => Math.abs(x) < 1.94 && Math.abs(y) < 0.94);
  assert(inside.length > 10);
  // Interpolated between cells of .1, the circle of radius ½ is off by a curvature's .1²/8 at most, and a bit of rounding.
  inside.forEach(([x, y]) => assert(Math.abs(Math.hypot(x - 1, y) - 0.5) < 0.01, `${x} ${y}`));
});

Deno.test("points lie on the function's axes: one at its minimum is in the middle of the innermost contour", async () => {
  const options = {
    ...bowl,
    width: 400,
    points: { name: "fits", points: [{ x: 1, y: 0 }, { x: -1, y: 0.5 }] },
  };
  const svg = await toSvg(contour(options));
  const places = [
    ...svg.matchAll(/<path transform="translate\(([\d.]+),([\d.]+)\)" d="M[^"]*A[^"]*" fill="#d55e00"/g),
  ]
    .map(([, x, y]) => [Number(x), Number(y)]);
  assertEquals(places.slice(0, 2), [[300, 100], [100, 50]]);
});

Deno.test("in pixels, low is dark and high is light, to the edges of the plot", async () => {
  const { title: _, ...plain } = bowl;
  const image = decode(await toPng(await toSvg(contour({ ...plain, width: 400 })), { scale: 1 }));
  /** Brightness at a place in the plot, whose upper left corner is the first pixel that is not white. */
  const [left, top] = corner(image);
  const light = (x: number, y: number): number => {
    const at = 4 * ((top + y) * image.width + left + x);
    return 0.21 * image.data[at]! + 0.72 * image.data[at + 1]! + 0.07 * image.data[at + 2]!;
  };
  assert(light(300, 100) < light(200, 100) - 20, `${light(300, 100)} ${light(200, 100)}`);
  assert(light(200, 100) < light(40, 100) - 20, `${light(200, 100)} ${light(40, 100)}`);
  // (−2, ±1) and (2, ±1) are as high as their surroundings.
  for (const y of [3, 196]) {
    assertEquals(light(3, y), light(40, 100));
    assertEquals(light(396, y), light(200, 100));
  }
});

/** The first pixel of the first row and column in which most pixels are coloured. */
function corner(
  { width, height, data }: { width: number; height: number; data: ArrayLike<number> },
): [number, number] {
  const coloured = (x: number, y: number): boolean => {
    const at = 4 * (y * width + x);
    return Math.max(data[at]!, data[at + 1]!, data[at + 2]!) -
        Math.min(data[at]!, data[at + 1]!, data[at + 2]!) > 40;
  };
  const share = (length: number, holds: (i: number) => boolean): number =>
    Array.from({ length }, (_, i) => holds(i)).filter(Boolean).length / length;
  const all = (length: number): number[] => Array.from({ length }, (_, i) => i);
  return [
    all(width).findIndex((x) => share(height, (y) => coloured(x, y)) > 0.5),
    all(height).findIndex((y) => share(width, (x) => coloured(x, y)) > 0.5),
  ];
}

Deno.test("contour refuses what is no grid, levels that do not rise, and points beside the plot", () => {
  const refused: [Partial<ContourOptions>, typeof TypeError | typeof RangeError, string][] = [
    [
      { x: { title: "a", range: [-1000, 1000] }, width: 100 },
      RangeError,
      "contour: a height of at least 1 pixel is required, but with a width of 100 it is 0",
    ],
    [{ values: [] }, TypeError, "contour: values must be [rows, columns] with at least 2 of each"],
    [
      { values: [[1, 2], [3]] },
      TypeError,
      "contour: every row must have 2 values like row 0, but row 1 has 1",
    ],
    [{ values: [[1, 2], [3, NaN]] }, RangeError, "contour: value [1, 1] must be finite, but it is NaN"],
    [{ levels: [] }, RangeError, "contour: 1 to 8 levels are required"],
    [{ levels: [2, 1] }, RangeError, "contour: levels must rise, but 2 is followed by 1"],
    [
      { x: { title: "a", range: [1, 1] } },
      RangeError,
      "contour: the range of x must rise, but it is from 1 to 1",
    ],
    [
      { points: { name: "fits", points: [{ x: 3, y: 0 }] } },
      RangeError,
      'contour: point 0 of "fits" must lie within the axes, but it is at (3, 0)',
    ],
  ];
  for (const [options, kind, message] of refused) {
    assertThrows(() => contour({ ...bowl, ...options }), kind, message);
  }
});

Deno.test("a contour picture is upright: values that grow upwards and to the right do so in the picture", async () => {
  // A bowl around (1, 0.5), which is its own mirror image in neither direction.
  const values = bowl.values.map((row, i) =>
    row.map((_, j) => (-2 + (j + 0.5) / 10 - 1) ** 2 + (-1 + (i + 0.5) / 10 - 0.5) ** 2)
  );
  const svg = await toSvg(contour({ ...bowl, values, levels: [0.09, 9], width: 400 }));
  const around = outlines(svg)[0] ?? [];
  // The outline of what is above 0.09 holds the frame and the circle; 100 pixels a unit.
  const circle = around.map(([x, y]) => [x! / 100 - 2, 1 - y! / 100] as const)
    .filter(([x, y]) => Math.hypot(x - 1, y - 0.5) < 0.4);
  assert(circle.length > 10, `${circle.length} points of the circle around (1, 0.5)`);
  circle.forEach(([x, y]) => assert(Math.abs(Math.hypot(x - 1, y - 0.5) - 0.3) < 0.01, `${x} ${y}`));
});
