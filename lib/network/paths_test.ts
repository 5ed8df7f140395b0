import { assertJobs, jobsOf } from "../../fixtures/jobs.ts";
import { CORES } from "../engine/kernels/team.ts";
import { sumSlopedRows } from "./layer_rows.ts";
import { multiplyPatches, patchGradients, type PatchProduct } from "./patch_products.ts";
import { addUnitGradients, pushUnitTangents } from "./unit_tangents.ts";

const layers = { y: 0, first: 0, second: 0, du: 0, inFirst: 0, inSecond: 0, dy: 0, sums: 0 };

Deno.test("columns are added up 64 at a time, and rows of each block by themselves", () => {
  for (
    const [columns, rows, height, chunks] of [[64, 5, 5, 1], [65, 5, 5, 2], [64, 6, 5, 2], [
      129,
      10,
      5,
      6,
    ]] as const
  ) {
    const jobs = jobsOf((heap) => sumSlopedRows(heap, layers, [rows, columns], 0, height));
    assertJobs(`${rows} × ${columns}`, jobs, [["slopesAndSums", chunks, { size: 64, height }]]);
  }
});

Deno.test("unit tangents are pushed 64 rows at a time, and their gradients made in groups of four that fill 1 MiB", () => {
  for (const [tangents, size] of [[1, 64], [32, 2], [33, 1], [64, 1], [65, 1]] as const) {
    const jobs = jobsOf((heap) => pushUnitTangents(heap, layers, [0, 0], [10, tangents, 3, 4], [0, 0]));
    assertJobs(`${tangents} tangents`, jobs, [["pushUnits", Math.ceil(10 / size), { size }]]);
  }
  for (
    const [tangents, hidden, columns, group] of [
      [100, 64, 128, 32],
      [100, 65, 129, 28],
      [3, 64, 128, 3],
      [100, 32, 1024, 4],
      [100, 33, 1025, 4],
      [100, 33, 512, 8],
    ] as const
  ) {
    const jobs = jobsOf((heap) => addUnitGradients(heap, layers, [10, tangents, hidden, columns], 0));
    assertJobs(`${tangents} tangents, ${hidden} units, ${columns} columns`, jobs, [
      ["transposedSlopes", Math.ceil(hidden / 32), { size: 32 }],
      ["unitGradients", Math.ceil(hidden / 64), { size: 64, group }],
    ]);
  }
});

/** Images `[rows, 64, channels]` whose patches are their pixels: a row of them has 64 · channels numbers. */
const pixels = (rows: number, channels: number, images: number): PatchProduct => ({
  sizes: { image: [rows, 64, channels], grid: [rows, 64], kernel: [1, 1], stride: [1, 1], before: [0, 0] },
  images,
  filters: 2,
});

Deno.test("strips of patches have at most 2¹⁶ numbers but one row at least, and as many images as fill one", () => {
  for (
    const [rows, channels, images, strip, size] of [
      [4, 64, 20, 16, 4],
      [4, 65, 20, 15, 4],
      [3, 64, 20, 16, 6],
      [4, 1024, 20, 1, 1],
      [4, 1025, 20, 1, 1],
      [20, 64, 20, 16, 1],
      [4, 64, 2, 8, 2],
    ] as const
  ) {
    const jobs = jobsOf((heap) => multiplyPatches(heap, pixels(rows, channels, images), [0, 0, 0]));
    assertJobs(`${rows} rows of ${channels}`, jobs, [["patchProducts", Math.ceil(images / size), {
      strip,
      size,
    }]]);
  }
});

Deno.test("the gradient of patches is added up in four sums for each core, if there are so many images", () => {
  for (const [images, size] of [[1, 1], [4 * CORES, 1], [4 * CORES + 1, 2], [8 * CORES, 2]] as const) {
    const chunks = Math.ceil(images / size), sums = { rows: chunks, slope: 1 };
    const jobs = jobsOf((heap) => patchGradients(heap, pixels(4, 64, images), [0, 0, 0]));
    assertJobs(`${images}`, jobs, [["patchGradients", chunks, { size }], ["slopesAndSums", 2, sums]]);
  }
});
