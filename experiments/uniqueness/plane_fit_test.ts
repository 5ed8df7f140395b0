import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { key, uniform } from "../../lib/engine/mod.ts";
import { align, planeRotation } from "../../lib/symmetry/mod.ts";
import { planeFit } from "./plane_fit.ts";

const W = [[2, 1], [0, 1], [1, -2], [0, 0]];
const times = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
const SIGNED_PERMUTATIONS = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]].flatMap((p) =>
  [[1, 1], [1, -1], [-1, 1], [-1, -1]].map((signs) => p.map((row) => row.map((v, j) => v * signs[j]!)))
);

Deno.test("a decoder that is W turned has that angle, whatever the order and signs of its columns", () => {
  for (const u of uniform(key(1), 20)) {
    const angle = u * Math.PI / 2;
    for (const p of SIGNED_PERMUTATIONS) {
      const found = planeFit(times(times(W, planeRotation(2, 0, 1, angle)), p), W);
      // Angles are on a circle of π/2, so that 0 and just below π/2 are close.
      assertAlmostEquals(Math.sin(2 * (found.angle - angle)), 0, 1e-12);
      assert(found.angle >= 0 && found.angle < Math.PI / 2, `${found.angle}`);
      assertAlmostEquals(Math.hypot(found.along, found.across), 1, 1e-12);
    }
  }
});

Deno.test("the point of a decoder in the plane is the nearest: no other is closer", () => {
  const estimate = [[1, 2], [0.3, -1], [2, 2], [0.5, 0.1]];
  const distance = (a: number, b: number): number =>
    Math.hypot(...times(W, [[a, -b], [b, a]]).flatMap((row, i) => row.map((v, j) => v - estimate[i]![j]!)));
  const { along, across } = planeFit(estimate, W);
  const least = distance(along, across);
  for (let i = 0; i < 8; i++) {
    const [da, db] = [1e-3 * Math.cos(i * Math.PI / 4), 1e-3 * Math.sin(i * Math.PI / 4)];
    assert(distance(along + da, across + db) > least, `${i}`);
  }
});

Deno.test("an angle of 0 is an alignment of 1, and of π/4 one of √½ where the norms are equal", () => {
  const unit = [[1, 0], [0, 1]];
  for (const angle of [0, 0.2, Math.PI / 4]) {
    const turned = planeRotation(2, 0, 1, angle);
    assertAlmostEquals(align(turned, unit).mean, Math.cos(planeFit(turned, unit).angle), 1e-12);
  }
});

Deno.test("planeFit refuses anything but two latents", () => {
  assertThrows(() => planeFit([[1]], [[1]]), TypeError, "planeFit: truth must be [data, 2]");
  assertThrows(() => planeFit([[1, 2]], W), TypeError, "planeFit: estimate must be");
});
