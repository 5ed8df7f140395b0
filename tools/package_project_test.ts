import { assertEquals, assertThrows } from "@std/assert";
import { judged } from "./package_project.ts";

const RIGHT = { engine: "wasm", losses: [2, 1], firstStep: 7, missing: ["needs a BLAS", "nowhere: no Deno"] };
const judge = (change: Partial<typeof RIGHT>): string =>
  judged(JSON.stringify({ ...RIGHT, ...change }), RIGHT);

Deno.test("losses that differ in the last bit, or in number, are refused", () => {
  assertEquals(judge({}), "wasm; first step 7 ms after the start");
  for (const [wrong, said] of [[[2, 1 + 2 ** -52], "2, 1.0000000000000002"], [[2], "2"]] as const) {
    assertThrows(() => judge({ losses: [...wrong] }), RangeError, `the losses must be 2, 1, but are ${said}`);
  }
});

Deno.test("a late first step is told, one that is far too late or never was refused", () => {
  assertEquals(
    judge({ firstStep: 1_001 }),
    "wasm; first step 1001 ms after the start, later than the 1000 ms that are wanted",
  );
  for (const firstStep of [5_000, NaN]) {
    assertThrows(() => judge({ firstStep }), RangeError, "the first step must be done after 5000 ms, but");
  }
});

Deno.test("what a platform lacks must be said, in words of ours", () => {
  for (
    const said of ["", "Deno is not defined", "Cannot read properties of undefined", "f is not a function"]
  ) {
    assertThrows(
      () => judge({ missing: ["needs a BLAS", said] }),
      RangeError,
      "what a platform lacks must be said",
    );
  }
});
