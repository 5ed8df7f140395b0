import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DataError } from "./error.ts";
import { restoreBytes } from "./restore.ts";
import "../../fixtures/suite_seed.ts";

/** k/255 as text with three decimals, by whole numbers alone: 1000 k / 255 rounded. */
const printed = (k: number): number => Math.floor((2000 * k + 255) / 510) / 1000;

Deno.test("every one of the 256 bytes comes back from its printed form", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, k) => k);
  assertEquals(restoreBytes(Array.from(bytes, printed), "x"), bytes);
});

Deno.test("three decimals tell the 256 bytes apart: 255 · printed is within 0.1275 of one whole number", () => {
  for (let k = 0; k < 256; k++) {
    assertEquals(Math.abs(255 * printed(k) - k) <= 255 * 0.0005 + 1e-12, true, `byte ${k}`);
  }
  assertEquals(new Set(Array.from({ length: 256 }, (_, k) => printed(k))).size, 256);
});

Deno.test("a number that is no printed byte is refused with its place", () => {
  for (const bad of [0.001, 0.5, -0.004, 1.004, 2, NaN, Infinity]) {
    assertThrows(
      () => restoreBytes([0, 1, bad], "digit 3"),
      DataError,
      `digit 3: values must be k/255 to three decimals, but value 2 (from 0) is ${bad}`,
    );
  }
});

Deno.test("of all thousandths, exactly those of the 256 bytes are accepted", () => {
  const valid = new Set(Array.from({ length: 256 }, (_, k) => printed(k)));
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 1010 }), (thousandths) => {
      const value = thousandths / 1000;
      if (valid.has(value)) assertEquals(printed(restoreBytes([value], "x")[0]!), value);
      else assertThrows(() => restoreBytes([value], "x"), DataError);
    }),
    { numRuns: 1000 },
  );
});
