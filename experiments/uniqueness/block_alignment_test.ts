import { assert, assertAlmostEquals } from "@std/assert";
import { key, normal } from "../../lib/engine/mod.ts";
import { orthogonalMatrix } from "../../lib/linalg/mod.ts";
import { planeRotation } from "../../lib/symmetry/mod.ts";
import { blockAlignment } from "./block_alignment.ts";

const [DATA, LATENT] = [10, 4];
const COLUMNS = orthogonalMatrix(key(1), DATA).slice(0, LATENT);
const AXES = Array.from({ length: DATA }, (_, i) => COLUMNS.map((column) => column[i]!));
/** The axes in another order, each times a number, mixed by a matrix. */
const mixed = (order: readonly number[], mix: readonly (readonly number[])[]): number[][] =>
  AXES.map((row) =>
    mix[0]!.map((_, k) => order.reduce((sum, from, j) => sum + row[from]! * (j + 1) * mix[j]![k]!, 0))
  );

Deno.test("blocks that span pairs of axes are at 1, whichever pairs, and however they are mixed within", () => {
  const mix = [[1, 2, 0, 0], [0.3, -1, 0, 0], [0, 0, 2, 1], [0, 0, -1, 0.1]];
  for (const order of [[0, 1, 2, 3], [0, 2, 1, 3], [3, 0, 2, 1]]) {
    assertAlmostEquals(blockAlignment(mixed(order, mix), AXES, 2), 1, 1e-12);
  }
});

Deno.test("a turn across blocks by θ takes sin²θ from one angle of each: the mean is (1 + cos²θ)/2", () => {
  for (const angle of [0.1, 0.5, Math.PI / 4]) {
    const r = planeRotation(LATENT, 0, 2, angle);
    const turned = AXES.map((row) => r[0]!.map((_, k) => row.reduce((sum, v, j) => sum + v * r[j]![k]!, 0)));
    assertAlmostEquals(blockAlignment(turned, AXES, 2), (1 + Math.cos(angle) ** 2) / 2, 1e-12);
  }
});

Deno.test("it is the best over all pairings, found by going through them", () => {
  for (let i = 0; i < 5; i++) {
    const estimate = Array.from({ length: DATA }, (_, row) => [...normal(key(10 + 100 * i + row), LATENT)]);
    // cos² of the angles between span B and axis u: |u|² less the least squares that no combination of B takes away.
    const share = (block: number, axis: number): number => {
      let residual = AXES.map((row) => row[axis]!);
      // Projections onto each column in turn converge to that onto both.
      for (let sweep = 0; sweep < 3000; sweep++) {
        for (const k of [2 * block, 2 * block + 1]) {
          const column = estimate.map((row) => row[k]!);
          const square = column.reduce((sum, v) => sum + v * v, 0);
          const along = column.reduce((sum, v, row) => sum + v * residual[row]!, 0) / square;
          residual = residual.map((v, row) => v - along * column[row]!);
        }
      }
      return 1 - residual.reduce((sum, v) => sum + v * v, 0);
    };
    const pairings = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]].map((first) =>
      [0, 1, 2, 3].reduce((sum, axis) => sum + share(first.includes(axis) ? 0 : 1, axis), 0) / LATENT
    );
    const found = blockAlignment(estimate, AXES, 2);
    assertAlmostEquals(found, Math.max(...pairings), 1e-9);
    assert(found < 0.9, "random columns lie anywhere");
  }
});
