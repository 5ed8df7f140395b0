import { assertEquals, assertThrows } from "@std/assert";
import { type RawImages, toBytes, toLabels } from "./convert.ts";
import { DataError } from "./error.ts";

const raw = (values: ArrayLike<number>, isByte = false): RawImages => ({
  file: "f",
  rows: [values],
  count: values.length,
  height: 1,
  width: 1,
  isByte,
});

Deno.test("numbers from 0 to 255 are bytes as they are, and those of 0 to 1 are multiplied by 255", () => {
  assertEquals(toBytes([raw([0, 128, 255])]), { bytes: [Uint8Array.of(0, 128, 255)], notes: [] });
  const unit = Float32Array.from({ length: 256 }, (_, k) => k / 255);
  assertEquals(toBytes([raw(unit)]), {
    bytes: [Uint8Array.from({ length: 256 }, (_, k) => k)],
    notes: ["No pixel is above 1, so pixels are read as numbers from 0 to 1."],
  });
  assertEquals(toBytes([raw(Uint8Array.of(0, 1))]).bytes, [Uint8Array.of(0, 255)]);
});

Deno.test("one rule holds for all parts: a dark part beside a bright one is not made brighter", () => {
  assertEquals(toBytes([raw(Uint8Array.of(0, 200)), raw(Uint8Array.of(0, 1))]).bytes, [
    Uint8Array.of(0, 200),
    Uint8Array.of(0, 1),
  ]);
});

Deno.test("bytes of an IDX file or a picture are bytes, even if none is above 1", () => {
  assertEquals(toBytes([raw(Uint8Array.of(0, 1), true)]), { bytes: [Uint8Array.of(0, 1)], notes: [] });
});

Deno.test("rounding, and a scale that ends early, are said", () => {
  assertEquals(toBytes([raw([0.25, 1])]).notes, [
    "No pixel is above 1, so pixels are read as numbers from 0 to 1.",
    "Pixels are rounded to 256 grey levels.",
  ]);
  assertEquals(toBytes([raw([0, 16])]).notes, ["The greatest pixel is 16; pixels are read as being of 255."]);
  assertEquals(toBytes([raw([0.4, 200.6])]).bytes, [Uint8Array.of(0, 201)]);
});

Deno.test("pixels below 0, above 255, or that are no number are refused", () => {
  const refused = (values: number[], text: string): void =>
    void assertThrows(() => toBytes([raw([0]), raw(values)]), DataError, `f: ${text}`);
  refused(
    [0, -1],
    "pixels must be from 0 to 1 or from 0 to 255, but one is -1: undo what was subtracted from them",
  );
  refused([0, 65535], "pixels must be from 0 to 1 or from 0 to 255, but one is 65535: divide them");
  refused([0, NaN], "pixels must be numbers, but pixel 1 (from 0) is NaN");
});

Deno.test("1, 127, 255 and a ten-thousandth are where one rule ends and another begins", () => {
  const RANGE = (most: number): string => `The greatest pixel is ${most}; pixels are read as being of 255.`;
  assertEquals(toBytes([raw([0, 1])]).bytes, [Uint8Array.of(0, 255)]);
  assertEquals(toBytes([raw([0, 1.001])]), {
    bytes: [Uint8Array.of(0, 1)],
    notes: [RANGE(1.001), "Pixels are rounded to 256 grey levels."],
  });
  assertEquals(toBytes([raw([0, 127])]).notes, [RANGE(127)]);
  assertEquals(toBytes([raw([0, 128])]).notes, []);
  assertEquals(toBytes([raw([0, 255])]).notes, []);
  assertThrows(() => toBytes([raw([0, 255.001])]), DataError, "but one is 255.001: divide them");
  assertEquals(toBytes([raw([0, 200 + 0.9e-4])]).notes, []);
  assertEquals(toBytes([raw([0, 200 + 1.1e-4])]).notes, ["Pixels are rounded to 256 grey levels."]);
});

Deno.test("labels that are whole numbers stay, as numbers or as texts", () => {
  assertEquals(toLabels([[1, 26], null, Float64Array.of(-3, 70000)], "f"), {
    labels: [Int32Array.of(1, 26), null, Int32Array.of(-3, 70000)],
  });
  assertEquals(toLabels([["1", " 26", "3.0"]], "f"), { labels: [Int32Array.of(1, 26, 3)] });
});

Deno.test("names become their places among the sorted names of all parts", () => {
  assertEquals(toLabels([["dog", "cat"], ["eel", "cat"]], "f"), {
    labels: [Int32Array.of(1, 0), Int32Array.of(2, 0)],
    classNames: ["cat", "dog", "eel"],
  });
  assertEquals(toLabels([["1", "a"]], "f").classNames, ["1", "a"]);
});

Deno.test("labels with a fraction are refused", () => {
  for (const labels of [[1, 2.5], ["1", "2.5"]]) {
    assertThrows(
      () => toLabels([labels as string[]], "f"),
      DataError,
      "f: labels must be whole numbers or names, but label 1 (from 0) is 2.5",
    );
  }
});

Deno.test("whole labels are those of 32 bits: one beyond is refused, and none wraps", () => {
  const ends = [-(2 ** 31), 2 ** 31 - 1];
  assertEquals(toLabels([ends], "f"), { labels: [Int32Array.from(ends)] });
  for (const label of [2 ** 31, -(2 ** 31) - 1, 2 ** 32, 0.5]) {
    assertThrows(
      () => toLabels([[0, label]], "f"),
      DataError,
      `labels must be whole numbers or names, but label 1 (from 0) is ${label}`,
    );
  }
});
