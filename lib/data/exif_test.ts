import { assertEquals } from "@std/assert";
import { little, utf8 } from "../../fixtures/data_files.ts";
import { orientationOf } from "./exif.ts";

const entry = (tag: number, value: number): number[] => [
  ...little(tag, 2),
  ...little(3, 2),
  ...little(1, 4),
  ...little(value, 4),
];

/** A TIFF file whose first directory says that it has so many entries. */
const tiff = (count: number, entries: readonly (readonly [tag: number, value: number])[]): Uint8Array =>
  Uint8Array.from([
    ...utf8("II"),
    ...little(42, 2),
    ...little(8, 4),
    ...little(count, 2),
    ...entries.flatMap(([tag, value]) => entry(tag, value)),
  ]);

Deno.test("an orientation is in one of the directory's entries, as many as it says and as there are; else it is 1", () => {
  const before = [0x10f, 5] as const, own = [0x112, 6] as const;
  assertEquals(orientationOf(tiff(1, [own])), 6);
  assertEquals(orientationOf(tiff(2, [before, own])), 6);
  assertEquals(orientationOf(tiff(9, [before, own])), 6);
  assertEquals(orientationOf(tiff(1, [before, own])), 1);
  assertEquals(orientationOf(tiff(0, [own])), 1);
  const whole = tiff(1, [own]);
  for (let length = 0; length < whole.length; length++) {
    assertEquals(orientationOf(whole.subarray(0, length)), 1);
  }
  for (const [value, says] of [[0, 1], [1, 1], [8, 8], [9, 1]] as const) {
    assertEquals(orientationOf(tiff(1, [[0x112, value]])), says);
  }
});
