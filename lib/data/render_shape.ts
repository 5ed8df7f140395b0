/**
 * Pictures of one shape at given factors: shape, scale, orientation, place, hue and background.
 *
 * A pixel mixes the shape's colour and the background's by the share of it that the shape covers. This share is exact, by the
 * areas under the edges of a polygon: the corners of a square and a triangle; 128 points, stretched to the curve's area, for
 * an ellipse and a heart, whose curves they follow within 0.0004 of the image's side.
 *
 * @module
 */

/** The shapes, in the order of their classes. */
export const SHAPE_NAMES = ["square", "ellipse", "heart", "triangle"] as const;
/** The name of a shape. */
export type ShapeName = typeof SHAPE_NAMES[number];

/**
 * How often a shape comes back to itself in a turn of 2π: a square turned by π/2 is the same picture, an ellipse by π, a triangle
 * by 2π/3, and a heart by 2π alone.
 */
export const SYMMETRIES: Readonly<Record<ShapeName, number>> = {
  square: 4,
  ellipse: 2,
  heart: 1,
  triangle: 3,
};

/** The factors of a picture. */
export interface ShapeFactors {
  /** The shape: all have the same area at the same scale. */
  readonly shape: ShapeName;
  /** Lengths, as shares of the greatest: (0, 1]. At 1 the area is 0.09 of the image's. */
  readonly scale: number;
  /** The angle by which it is turned, counter-clockwise, in radians. */
  readonly orientation: number;
  /** The place of its centroid from left (0) to right (1); at both it stays inside the image. */
  readonly x: number;
  /** The place of its centroid from top (0) to bottom (1). */
  readonly y: number;
  /** The hue of its colour, of full saturation: from 0 (red) by 1/3 (green) and 2/3 (blue) to 1 (red). White in grey images. */
  readonly hue: number;
  /** The grey of what is around it: from 0 (black) to 1 (white). */
  readonly background: number;
}

/** The size of a picture. */
export interface PictureSize {
  /** Rows and columns, 4 to 1024; 64 if left out. */
  readonly size?: number;
  /** 1 (grey) or 3 (red, green, blue); 3 if left out. */
  readonly channels?: 1 | 3;
}

/** The side of the square whose area all shapes have at scale 1, and the margin of centres, in sides of the image. */
const [SIDE, MARGIN] = [0.3, 0.28];
/** Points of a curve. */
const POINTS = 128;

/** Points x, y, x, y, … of a shape's outline, y upwards. */
type Outline = Float64Array;

/** Twice the area inside of points, counter-clockwise, and their centroid. */
function momentsOf(points: Outline): { area: number; x: number; y: number } {
  let [twice, mx, my] = [0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    const [nextX, nextY] = [points[(i + 2) % points.length]!, points[(i + 3) % points.length]!];
    const cross = x * nextY - nextX * y;
    twice += cross;
    mx += cross * (x + nextX);
    my += cross * (y + nextY);
  }
  return { area: twice / 2, x: mx / (3 * twice), y: my / (3 * twice) };
}

/** Points with their centroid at 0 and an area of 1. */
function normalised(points: readonly (readonly [number, number])[]): Outline {
  const outline = Float64Array.from(points.flat());
  const { area, x, y } = momentsOf(outline);
  const side = Math.sqrt(area);
  return outline.map((value, i) => (value - (i % 2 === 0 ? x : y)) / side);
}

const curve = (at: (t: number) => readonly [number, number]): Outline =>
  normalised(Array.from({ length: POINTS }, (_, i) => at(2 * Math.PI * i / POINTS)));
const corners = (count: number, first: number): Outline =>
  normalised(Array.from({ length: count }, (_, i) => {
    const angle = first + 2 * Math.PI * i / count;
    return [Math.cos(angle), Math.sin(angle)];
  }));

/** The outlines, upright, counter-clockwise. */
const OUTLINES: Readonly<Record<ShapeName, Outline>> = {
  square: corners(4, Math.PI / 4),
  ellipse: curve((t) => [2 * Math.cos(t), Math.sin(t)]),
  heart: curve((t) => [
    -16 * Math.sin(t) ** 3,
    13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t),
  ]),
  triangle: corners(3, Math.PI / 2),
};

/**
 * Adds what an edge says of coverage. For each pixel that it crosses, `changes` gets the height that it has there, of which the
 * part to the right of the edge counts in this pixel and the rest from the next one on: the sums along a row are coverage.
 */
function addEdge(changes: Float64Array, width: number, x0: number, y0: number, x1: number, y1: number): void {
  if (y0 === y1) return;
  const sign = y0 < y1 ? 1 : -1;
  const [xTop, yTop, xEnd, yEnd] = y0 < y1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
  const slope = (xEnd - xTop) / (yEnd - yTop);
  for (let row = Math.floor(yTop); row < yEnd; row++) {
    const [from, to] = [Math.max(row, yTop), Math.min(row + 1, yEnd)];
    const [xFrom, xTo] = [xTop + slope * (from - yTop), xTop + slope * (to - yTop)];
    const [left, right] = xFrom < xTo ? [xFrom, xTo] : [xTo, xFrom];
    const perX = (to - from) / (right - left);
    for (let column = Math.floor(left); column <= right; column++) {
      const [a, b] = [Math.max(left, column), Math.min(right, column + 1)];
      // An upright edge is in one column.
      const height = sign * (right === left ? to - from : (b - a) * perX);
      const at = row * width + column, passed = height * ((a + b) / 2 - column);
      changes[at]! += height - passed;
      changes[at + 1]! += passed;
      if (right === left) break;
    }
  }
}

/** The share of each pixel that a shape covers: `[size · (size + 2)]`, two columns longer than the image. */
function coverageOf(
  { shape, scale, orientation, x, y }: ShapeFactors,
  size: number,
  out: Float64Array,
): void {
  const outline = OUTLINES[shape], side = SIDE * scale * size;
  const [cos, sin] = [side * Math.cos(orientation), side * Math.sin(orientation)];
  const place = (t: number): number => (MARGIN + t * (1 - 2 * MARGIN)) * size;
  const [centreX, centreY, last] = [place(x), place(y), outline.length - 2];
  const width = size + 2;
  out.fill(0);
  let fromX = centreX + cos * outline[last]! - sin * outline[last + 1]!;
  let fromY = centreY - sin * outline[last]! - cos * outline[last + 1]!;
  for (let i = 0; i <= last; i += 2) {
    const toX = centreX + cos * outline[i]! - sin * outline[i + 1]!;
    const toY = centreY - sin * outline[i]! - cos * outline[i + 1]!;
    addEdge(out, width, fromX, fromY, toX, toY);
    [fromX, fromY] = [toX, toY];
  }
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at++) {
      out[at] = Math.min(1, Math.max(0, sum += out[at]!));
    }
  }
}

/** The colour of a hue h: red |6h − 3| − 1, green 2 − |6h − 2|, blue 2 − |6h − 4|, each cut to [0, 1]. */
const colourOf = (hue: number): readonly number[] =>
  [Math.abs(6 * hue - 3) - 1, 2 - Math.abs(6 * hue - 2), 2 - Math.abs(6 * hue - 4)]
    .map((value) => Math.min(1, Math.max(0, value)));

/** Requires that factors can be drawn. */
function assertFactors({ shape, scale, orientation, x, y, hue, background }: ShapeFactors): void {
  const refuse = (required: string, found: number | string): never => {
    throw new RangeError(`renderShape: ${required}, but it is ${found}`);
  };
  if (!SHAPE_NAMES.includes(shape)) refuse("shape must be square, ellipse, heart or triangle", shape);
  if (!(scale > 0 && scale <= 1)) refuse("scale must be greater than 0 and at most 1", scale);
  if (!Number.isFinite(orientation)) refuse("orientation must be a finite angle", orientation);
  for (const [name, value] of Object.entries({ x, y, hue, background })) {
    if (!(value >= 0 && value <= 1)) refuse(`${name} must be from 0 to 1`, value);
  }
}

/** Requires that a picture can have a size. @throws RangeError if it is no whole number from 4 to 1024 */
export function assertPictureSize(doing: string, size: number): void {
  if (Number.isInteger(size) && size >= 4 && size <= 1024) return;
  throw new RangeError(`${doing}: size must be a whole number from 4 to 1024, but it is ${size}`);
}

/** Draws pictures of one size: `write` puts one into `out` from place `at` on, its numbers times `most`. */
export function shapeRenderer(size: number, channels: 1 | 3): {
  readonly write: (factors: ShapeFactors, out: Float32Array | Uint8Array, at: number) => void;
} {
  const coverage = new Float64Array(size * (size + 2));
  return {
    write: (factors, out, at) => {
      coverageOf(factors, size, coverage);
      const { background, hue } = factors;
      const colour = channels === 1 ? [1] : colourOf(hue);
      // Bytes are rounded; 255 of them are 1.
      const isByte = out instanceof Uint8Array, most = isByte ? 255 : 1, half = isByte ? .5 : 0;
      const [base, range] = [most * background + half, colour.map((value) => most * (value - background))];
      for (let row = 0, to = at; row < size; row++) {
        for (let column = 0, from = row * (size + 2); column < size; column++, from++) {
          const share = coverage[from]!;
          for (let c = 0; c < channels; c++) out[to++] = base + share * range[c]!;
        }
      }
    },
  };
}

/**
 * A picture of a shape at given factors: each pixel is background + c (colour − background), where c is the share of it that the
 * shape covers.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { renderShape, type ShapeFactors } from "./render_shape.ts";
 *
 * const factors: ShapeFactors = {
 *   ...{ shape: "square", scale: 1, orientation: 0, x: 0.5, y: 0.5 },
 *   ...{ hue: 2 / 3, background: 0 },
 * };
 * const picture = renderShape(factors, { size: 8, channels: 3 });
 * assertEquals([...picture.subarray(3 * (4 * 8 + 4), 3 * (4 * 8 + 5))], [0, 0, 1]); // the middle is blue
 * ```
 *
 * @param factors the factors, any values in their ranges, of which data sets have a grid
 * @param options rows, columns and channels
 * @returns `[size · size · channels]`, numbers in [0, 1]
 * @throws RangeError if a factor or the size is out of its range
 */
export function renderShape(factors: ShapeFactors, options: PictureSize = {}): Float32Array<ArrayBuffer> {
  const { size = 64, channels = 3 } = options;
  assertPictureSize("renderShape", size);
  assertFactors(factors);
  const out = new Float32Array(size * size * channels);
  shapeRenderer(size, channels).write(factors, out, 0);
  return out;
}
