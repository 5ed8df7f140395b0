import { assertEquals } from "@std/assert";
import { assertJobs, idleLibrary, jobsOf } from "../../fixtures/jobs.ts";
import { CORES } from "../engine/kernels/team.ts";
import { makeCongruences } from "./congruence.ts";
import { factorOnHeap } from "./factor_on_heap.ts";

const at = { t: 0, m: 0, mapped: 0, products: 0, squares: 0 };

Deno.test("congruences are made by rows from a width of 64 and 32 rows of each half of a core on, and 64 rows at a time at most", () => {
  const enough = 64 * CORES;
  for (
    const [batch, tangents, width, size] of [
      [enough, 1, 63, 0],
      [enough, 1, 64, 32],
      [enough - 1, 1, 64, 0],
      [2 * enough - 1, 1, 64, 63],
      [2 * enough, 1, 64, 64],
      [4 * enough, 1, 64, 64],
      [enough, 33, 64, 1],
      [enough, 32, 64, 2],
      [enough, 65, 64, 1],
    ] as const
  ) {
    const what = `${batch} of ${tangents} tangents, ${width} columns`;
    const call = (single: boolean) =>
      jobsOf((heap) => makeCongruences(heap, at, [batch, tangents, width], true), idleLibrary({ single }));
    const oneByOne = [["blas"], ["dots"], ["dots"]];
    if (size === 0) assertEquals(call(true).map(([kernel]) => [kernel]), oneByOne, what);
    else assertJobs(what, call(true), [["congruences", Math.ceil(batch / size), { size, diagonal: true }]]);
    assertEquals(call(false).map(([kernel]) => [kernel]), oneByOne, `${what}, threads of its own`);
  }
});

Deno.test("the threads factor blocks of at most 64, for which their memory has room", () => {
  for (const [block, wanted] of [[64, [["factor", 3, { block: 64 }]]], [65, []]] as const) {
    let factored: (example: number) => boolean = () => true;
    const jobs = jobsOf((heap) => {
      factored = factorOnHeap(heap, 0, [0, 0, 0, 0], { beta: 1, block }, [3, block], new Float32Array(3));
    });
    assertJobs(`${block}`, jobs, wanted);
    assertEquals(factored(0), block === 64);
  }
});
