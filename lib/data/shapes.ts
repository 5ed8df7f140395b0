/**
 * Pictures of shapes whose factors are known: the ground truth of what models should find.
 *
 * @module
 */

import { cloneKey, type Key } from "../engine/key.ts";
import type { Dataset, PixelReader, Split } from "./dataset.ts";
import { drawDistinct, factorsAt, gridCount, type GridFactors, gridFactors } from "./factors.ts";
import { fingerprint } from "./fingerprint.ts";
import { held, MOST_HELD } from "./held.ts";
import { holdOut } from "./hold_out.ts";
import {
  assertPictureSize,
  type PictureSize,
  SHAPE_NAMES,
  type ShapeFactors,
  shapeRenderer,
  SYMMETRIES,
} from "./render_shape.ts";

/** How many values each factor of a grid has; of those left out, the default number. */
export type ShapeSizes = Readonly<Partial<Record<keyof ShapeFactors, number>>>;

/** A grid of shapes. */
export interface ShapeGridOptions extends PictureSize {
  /**
   * How many values each factor has; by default 4 shapes, 6 scales, 40 orientations, 32 places x, 32 y, and in colour 8 hues and 4
   * backgrounds.
   */
  readonly sizes?: ShapeSizes;
}

/** A data set drawn from a grid of shapes. */
export interface ShapesOptions extends ShapeGridOptions {
  /** The key of the draws; one that is the same for all if left out. */
  readonly key?: Key;
  /** How many pictures, 10,000 if left out. */
  readonly count?: number;
  /** How many bytes of pixels are held in memory; 256 MiB if left out. */
  readonly most?: number;
}

/** The key of the pictures that come without one: the letters of "shapes". */
const SHAPES: Key = [0x73686170, 0x65730000];

type Factor = keyof ShapeFactors;
type Value = number | string;

/** The k-th of n values of each factor. */
const VALUES: Readonly<Record<Factor, (k: number, n: number) => Value>> = {
  shape: (k) => SHAPE_NAMES[k]!,
  scale: (k, n) => n === 1 ? 1 : 0.5 + 0.5 * k / (n - 1),
  orientation: (k, n) => 2 * Math.PI * k / n,
  x: (k, n) => n === 1 ? 0.5 : k / (n - 1),
  y: (k, n) => n === 1 ? 0.5 : k / (n - 1),
  hue: (k, n) => k / n,
  background: (k, n) => n === 1 ? 0 : 0.5 * k / (n - 1),
};
const NAMES = Object.keys(VALUES) as Factor[];

/** The number of values of each factor. @throws RangeError if there cannot be so many */
function sizesOf(channels: 1 | 3, sizes: ShapeSizes): Record<Factor, number> {
  const colour = channels === 1 ? { hue: 1, background: 1 } : { hue: 8, background: 4 };
  const all = { ...{ shape: 4, scale: 6, orientation: 40, x: 32, y: 32 }, ...colour, ...sizes };
  for (const name of NAMES) {
    const most = name === "shape" ? SHAPE_NAMES.length : 2 ** 16;
    if (Number.isInteger(all[name]) && all[name] >= 1 && all[name] <= most) continue;
    throw new RangeError(
      `shapes: the number of ${
        name === "shape" ? "shapes" : name
      } must be a whole number from 1 to ${most}, but it is ${all[name]}`,
    );
  }
  if (channels === 1 && all.hue > 1) {
    throw new RangeError(
      `shapes: grey images have no hue, but ${all.hue} hues are asked for; leave them out, or take 3 channels`,
    );
  }
  const count = NAMES.reduce((product, name) => product * all[name], 1);
  if (count <= 2 ** 31) return all;
  throw new RangeError(
    `shapes: a grid must have at most 2^31 pictures, but it has ${count}; take fewer values`,
  );
}

/** A grid, with what draws from it need. */
interface Grid {
  readonly dataset: Dataset<PixelReader> & { readonly factors: GridFactors };
  readonly sizes: Readonly<Record<Factor, number>>;
}

function gridOf({ size = 64, channels = 3, sizes: given = {} }: ShapeGridOptions): Grid {
  assertPictureSize("shapes", size);
  const sizes = sizesOf(channels, given);
  const valuesOf = (name: Factor): Value[] =>
    Array.from({ length: sizes[name] }, (_, k) => VALUES[name](k, sizes[name]));
  const constant = Object.fromEntries(NAMES.map((name) => [name, valuesOf(name)[0]!]));
  const varied = NAMES.filter((name) => sizes[name] > 1);
  const factors = gridFactors(varied, varied.map(valuesOf));
  const bytes = size * size * channels, renderer = shapeRenderer(size, channels);
  const read = (indices: ArrayLike<number>): Uint8Array => {
    const out = new Uint8Array(indices.length * bytes), classes = factors.classes(indices);
    for (let i = 0; i < indices.length; i++) {
      const own = { ...constant } as Record<Factor, Value>;
      varied.forEach((name, f) => own[name] = factors.values[f]![classes[i * varied.length + f]!]!);
      renderer.write(own as unknown as ShapeFactors, out, i * bytes);
    }
    return out;
  };
  return {
    sizes,
    dataset: {
      name: `shapes of ${size} × ${size}`,
      ...{ images: { read }, labels: null, height: size, width: size, channels, factors },
      count: gridCount(factors),
    },
  };
}

/**
 * All pictures of a grid of shapes, drawn when they are asked for: image i has the classes that are the digits of i, the last
 * factor's changing first. Values lie evenly: scales from ½ to 1, orientations 2πk/n, places from 0 to 1, hues k/n, backgrounds from
 * 0 to ½. A factor of one value is left out of `factors`.
 *
 * Pictures that differ by a symmetry of their shape (see {@link SYMMETRIES}) are the same: of 40 orientations, a square shows 10, an
 * ellipse 20, and of a triangle and a heart all 40 differ (40 has no divisor 3).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shapeGrid } from "./shapes.ts";
 *
 * const { count, factors } = shapeGrid({ size: 32, channels: 1 });
 * assertEquals(count, 4 * 6 * 40 * 32 * 32);
 * assertEquals(factors?.names, ["shape", "scale", "orientation", "x", "y"]);
 * ```
 *
 * @throws RangeError if a number of values or the size is out of its range
 */
export const shapeGrid = (options: ShapeGridOptions = {}): Dataset => gridOf(options).dataset;

const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b);

/**
 * Pictures drawn from a grid of shapes, none of them twice, nor by a symmetry: their labels are their shapes, and their factors are
 * known. One in ten is held out, by shape.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { key } from "../engine/key.ts";
 * import { loadShapes } from "./shapes.ts";
 *
 * const { train, heldOut } = await loadShapes({ key: key(1), count: 100, size: 16 });
 * assertEquals([train.count, heldOut.count, train.classNames?.length], [90, 10, 4]);
 * ```
 *
 * @throws (rejects) RangeError if the grid has fewer pictures that differ, or an option is out of its range
 */
export async function loadShapes(options: ShapesOptions = {}): Promise<Split> {
  const { key = cloneKey(SHAPES), count = 10_000, most = MOST_HELD } = options;
  const { dataset, sizes } = gridOf(options), { factors } = dataset;
  const differ = SHAPE_NAMES.slice(0, sizes.shape)
    .map((shape) => sizes.orientation / divisor(sizes.orientation, SYMMETRIES[shape]));
  const different = dataset.count / (sizes.shape * sizes.orientation) * differ.reduce((sum, n) => sum + n, 0);
  if (!Number.isInteger(count) || count < 2 || count > different) {
    throw new RangeError(
      `loadShapes: count must be 2 to ${different}, the number of pictures that differ, but it is ${count}`,
    );
  }
  const [shape, orientation] = [factors.names.indexOf("shape"), factors.names.indexOf("orientation")];
  const shapes = (classes: Uint16Array): number => shape < 0 ? 0 : classes[shape]!;
  const same = (index: number): number => {
    if (orientation < 0) return index;
    const classes = factors.classes([index]), own = classes[orientation]!;
    return index - (own - own % differ[shapes(classes)]!) * factors.strides[orientation]!;
  };
  const drawn = drawDistinct(key, count, dataset.count, same);
  const { read } = dataset.images;
  const all = held({
    ...dataset,
    count,
    images: { read: (indices) => read(Uint32Array.from(indices, (i) => drawn[i]!)) },
    factors: factorsAt(factors, drawn),
    ...(shape >= 0 && {
      labels: Int32Array.from(drawn, (index) => shapes(factors.classes([index]))),
      classNames: SHAPE_NAMES.slice(0, sizes.shape),
    }),
  }, most);
  const { train, heldOut, how } = holdOut(all);
  return {
    train,
    heldOut,
    source: `${dataset.name}: ${count} drawn from ${dataset.count}, no picture twice; ${how}`,
    notes: [],
    sha256: await fingerprint(train, heldOut),
  };
}
