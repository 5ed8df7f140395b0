import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../../fixtures/suite_seed.ts";
import { renderShape, SHAPE_NAMES, type ShapeFactors, SYMMETRIES } from "./render_shape.ts";

type Render = typeof renderShape;

/** Numbers in equal steps: those of fc.double are mostly tiny, and a shape that is turned by 1e-9 shows no fault. */
const steps = (least: number, most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 1000 }).map((k) => least + (most - least) * k / 1000);
const unit = steps(0, 1);
const anyShape: fc.Arbitrary<ShapeFactors> = fc.record({
  shape: fc.constantFrom(...SHAPE_NAMES),
  scale: steps(.5, 1),
  orientation: steps(-7, 7),
  x: unit,
  y: unit,
  hue: unit,
  background: fc.constant(0),
});

/** Every shape at scale 1 has the area of a square of this side, in sides of the image. */
const SIDE = .3;
/** The margin that centres keep from the image's edges. */
const MARGIN = .28;

/** Whether (u, v), v upwards, from the shape's centre and unrotated, in sides of the square of its area, is inside of it. */
const INSIDE: Readonly<Record<ShapeFactors["shape"], (u: number, v: number) => boolean>> = {
  square: (u, v) => Math.max(Math.abs(u), Math.abs(v)) < .5,
  // Half axes a = 2b with πab = 1.
  ellipse: (u, v) => Math.PI * (u * u / 2 + 2 * v * v) < 1,
  // A corner upwards; the distance to each side is a third of the height.
  triangle: (u, v) => {
    const third = Math.sqrt(Math.sqrt(3)) / 3;
    return [-90, 30, 150].every((angle) => {
      const a = angle * Math.PI / 180;
      return u * Math.cos(a) + v * Math.sin(a) < third;
    });
  },
  // (16 sin³ t, 13 cos t − 5 cos 2t − 2 cos 3t − cos 4t) has area 180π; a curve in t from 0 (above) to π (the tip).
  heart: (u, v) => {
    const side = Math.sqrt(180 * Math.PI), [x, y] = [Math.abs(u * side), v * side + HEART_CENTRE];
    if (x >= 16) return false;
    const t = Math.asin(Math.cbrt(x / 16));
    const at = (s: number): number =>
      13 * Math.cos(s) - 5 * Math.cos(2 * s) - 2 * Math.cos(3 * s) - Math.cos(4 * s);
    return y < at(t) && y > at(Math.PI - t);
  },
};
/** The height of the heart's centroid over the curve's origin: ∫ x y dy / area by Simpson's rule. */
const HEART_CENTRE = (() => {
  const n = 4000,
    [x, y] = [
      (t: number): number => 16 * Math.sin(t) ** 3,
      (t: number): number => 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t),
    ];
  const slope = (t: number): number =>
    -13 * Math.sin(t) + 10 * Math.sin(2 * t) + 6 * Math.sin(3 * t) + 4 * Math.sin(4 * t);
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const t = Math.PI * i / n, weight = i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * -2 * x(t) * y(t) * slope(t);
  }
  return sum * Math.PI / n / 3 / (180 * Math.PI);
})();

/** The share of a pixel that is inside, by FINE × FINE points. */
const FINE = 12;
/** The longest outline, the triangle's 3 · 2/⁴√3, in sides of the square of its area. */
const LONGEST = 6 / Math.sqrt(Math.sqrt(3));
function sampled({ shape, scale, orientation, x, y }: ShapeFactors, size: number): number[] {
  const place = (t: number): number => (MARGIN + t * (1 - 2 * MARGIN)) * size;
  const [cos, sin, side] = [Math.cos(orientation), Math.sin(orientation), SIDE * scale * size];
  return Array.from({ length: size * size }, (_, pixel) => {
    let inside = 0;
    for (let i = 0; i < FINE * FINE; i++) {
      const dx = pixel % size + (i % FINE + .5) / FINE - place(x);
      const dy = place(y) - Math.floor(pixel / size) - (Math.floor(i / FINE) + .5) / FINE;
      if (INSIDE[shape]((cos * dx + sin * dy) / side, (cos * dy - sin * dx) / side)) inside++;
    }
    return inside / FINE ** 2;
  });
}

/**
 * Requires white shapes on black to have the coverage that points say. A line through a pixel cuts each row of points at one
 * place, so that points miss its coverage by at most 1/FINE; where several curves meet in a pixel it is twice that, and more.
 * Along an edge that lies between two rows of points, all miss it by half of the rows' distance.
 */
function assertCovers(render: Render, isFault = false): void {
  // Every shape 6 times: the least visible fault, turning the other way, shows of a heart unless 2θ is within .2 of whole turns, with
  // probability .06; of 6 hearts at least one shows it but for a chance of 5e-8, without the other shapes.
  const all = fc.tuple(...SHAPE_NAMES.map((shape) => anyShape.map((factors) => ({ ...factors, shape }))));
  fc.assert(
    // Faults are looked for at numbers that are equally likely, not at the ends of their ranges.
    fc.property(isFault ? fc.noBias(all) : all, (shapes) =>
      shapes.forEach((factors) => {
        const size = 20, found = render(factors, { size, channels: 1 }), expected = sampled(factors, size);
        const errors = expected.map((value, i) => Math.abs(value - found[i]!));
        assert(Math.max(...errors) < 3 / FINE, `${factors.shape}: ${Math.max(...errors)}`);
        const area = SIDE ** 2 * factors.scale ** 2 * size ** 2;
        const error = errors.reduce((sum, one) => sum + one, 0);
        assert(error < LONGEST * Math.sqrt(area) / (2 * FINE), `${factors.shape}: ${error} in all`);
        const sum = found.reduce((total, value) => total + value, 0);
        assert(Math.abs(sum / area - 1) < 1e-5, `${factors.shape}: an area of ${sum} for ${area}`);
      })),
    { numRuns: 6, endOnFailure: isFault },
  );
}

Deno.test("a pixel's value is the share of it that the shape covers, and the area is that of its scale", () => {
  assertCovers(renderShape);
});

Deno.test("the check of coverage rejects renderers with a fault", () => {
  const changed = (change: (factors: ShapeFactors) => ShapeFactors): Render => (factors, options) =>
    renderShape(change(factors), options);
  const faults: Readonly<Record<string, Render>> = {
    "turned the other way": changed((f) => ({ ...f, orientation: -f.orientation })),
    "x and y exchanged": changed((f) => ({ ...f, x: f.y, y: f.x })),
    "y upwards": changed((f) => ({ ...f, y: 1 - f.y })),
    "half a pixel to the right": changed((f) => ({ ...f, x: Math.min(1, f.x + .5 / 20 / (1 - 2 * MARGIN)) })),
    "area in place of scale": changed((f) => ({ ...f, scale: f.scale ** 2 })),
    "squares for ellipses": changed((f) => ({ ...f, shape: f.shape === "ellipse" ? "square" : f.shape })),
    "hearts for triangles": changed((f) => ({ ...f, shape: f.shape === "triangle" ? "heart" : f.shape })),
    "aliased": (factors, options) => renderShape(factors, options).map(Math.round),
    "gamma": (factors, options) => renderShape(factors, options).map(Math.sqrt),
    "degrees": changed((f) => ({ ...f, orientation: f.orientation * Math.PI / 180 })),
  };
  for (const [fault, render] of Object.entries(faults)) {
    assertThrows(() => assertCovers(render, true), Error, "", fault);
  }
});

Deno.test("a shape turned by its symmetry is the same, by a smaller angle another", () => {
  fc.assert(fc.property(anyShape, fc.integer({ min: 1, max: 3 }), (factors, times) => {
    const options = { size: 32, channels: 1 } as const;
    const turned = (angle: number): number => {
      const other = renderShape({ ...factors, orientation: factors.orientation + angle }, options);
      return renderShape(factors, options).reduce((most, v, i) => Math.max(most, Math.abs(v - other[i]!)), 0);
    };
    const symmetry = 2 * Math.PI / SYMMETRIES[factors.shape];
    assert(turned(times * symmetry) < 1e-6);
    assert(turned(symmetry / 2) > .05);
  }));
});

Deno.test("a small change of place changes the image by at most its way times the shape's height", () => {
  fc.assert(fc.property(anyShape, fc.double({ min: 1e-6, max: .01, noNaN: true }), (factors, step) => {
    const [size, from] = [32, { ...factors, x: factors.x * .98 }];
    const [a, b] = [from, { ...from, x: from.x + step }].map((f) => renderShape(f, { size, channels: 1 }));
    const change = a!.reduce((sum, value, i) => sum + Math.abs(value - b![i]!), 0);
    const way = step * (1 - 2 * MARGIN) * size;
    // Each line across the shape, at most 2 · MARGIN long in all, loses and wins no more than the way; the heart's may be two.
    assert(change <= 4 * way * 2 * MARGIN * size + 1e-4, `${change} for ${way}`);
    assert(change > 0);
  }));
});

Deno.test("colours are of the hue, on a grey background, mixed by coverage", () => {
  const factors: ShapeFactors = {
    ...{ shape: "heart", scale: .9, orientation: .3, x: .4, y: .7 },
    ...{ hue: 0, background: 0 },
  };
  const coverage = renderShape(factors, { size: 20, channels: 1 });
  const hues: readonly (readonly [number, readonly number[]])[] = [
    [0, [1, 0, 0]],
    [1 / 12, [1, .5, 0]],
    [1 / 6, [1, 1, 0]],
    [1 / 3, [0, 1, 0]],
    [1 / 2, [0, 1, 1]],
    [2 / 3, [0, 0, 1]],
    [5 / 6, [1, 0, 1]],
    [11 / 12, [1, 0, .5]],
  ];
  for (const [hue, colour] of hues) {
    for (const background of [0, .25]) {
      const found = renderShape({ ...factors, hue, background }, { size: 20, channels: 3 });
      assertEquals(found.length, 1200);
      found.forEach((value, i) => {
        const share = coverage[Math.floor(i / 3)]!;
        const expected = background + share * (colour[i % 3]! - background);
        assert(Math.abs(value - expected) < 1e-6, `hue ${hue}, ${background}: ${value} for ${expected}`);
      });
    }
  }
});

Deno.test("what cannot be drawn is refused in one line", () => {
  const factors: ShapeFactors = {
    ...{ shape: "square", scale: 1, orientation: 0, x: .5, y: .5, hue: 0, background: 0 },
  };
  const refused = (change: Partial<ShapeFactors>, text: string): void =>
    void assertThrows(() => renderShape({ ...factors, ...change }), RangeError, text);
  refused({ scale: 0 }, "renderShape: scale must be greater than 0 and at most 1, but it is 0");
  refused({ x: 1.01 }, "renderShape: x must be from 0 to 1, but it is 1.01");
  refused({ y: -1 }, "renderShape: y must be from 0 to 1, but it is -1");
  refused({ hue: NaN }, "renderShape: hue must be from 0 to 1, but it is NaN");
  refused({ background: 2 }, "renderShape: background must be from 0 to 1, but it is 2");
  refused({ orientation: Infinity }, "renderShape: orientation must be a finite angle, but it is Infinity");
  refused(
    { shape: "star" as "square" },
    "renderShape: shape must be square, ellipse, heart or triangle, but it is star",
  );
  assertThrows(
    () => renderShape(factors, { size: 0 }),
    RangeError,
    "renderShape: size must be a whole number from 4 to 1024, but it is 0",
  );
});
