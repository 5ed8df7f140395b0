import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { utf8 } from "../../fixtures/data_files.ts";
import { parseCsv } from "./csv.ts";
import { DataError } from "./error.ts";
import "../../fixtures/suite_seed.ts";

function read(text: string): { pixels: number[][]; labels: unknown[] | null; side: number; layout: string } {
  const { images, labels, layout } = parseCsv(utf8(text), "t.csv");
  assertEquals([images.count, images.width], [images.rows.length, images.height]);
  return {
    pixels: images.rows.map((row) => Array.from(row)),
    labels: labels && Array.from(labels as string[]),
    side: images.height,
    layout,
  };
}

const refused = (text: string): string => {
  const { message } = assertThrows(() => parseCsv(utf8(text), "t.csv"), DataError);
  return message.slice("t.csv: ".length);
};

const first = {
  pixels: [[1, 2, 3, 4], [5, 6, 7, 255]],
  labels: ["7", "9"],
  side: 2,
  layout: "labels in the first column",
};

Deno.test("a table as Kaggle has it: names, and the label first", () => {
  assertEquals(read("label,pixel0,pixel1,pixel2,pixel3\n7,1,2,3,4\n9,5,6,7,255\n"), first);
  assertEquals(read("label,1x1,1x2,2x1,2x2\r\n7,1,2,3,4\r\n9,5,6,7,255"), first);
});

Deno.test("without names, the label is the first column", () => {
  assertEquals(read("7,1,2,3,4\n9,5,6,7,255\n"), first);
  assertEquals(read("\ufeff7,1,2,3,4\n\n9,5,6,7,255\n\n"), first);
});

Deno.test("names that count are names, with a name for the label or without", () => {
  const nine = [0, 0, 3, 4, 5, 6, 7, 8, 9];
  assertEquals(read(`label,0,1,2,3,4,5,6,7,8\n2,${nine}\n`).labels, ["2"]);
  assertEquals(read(`1,2,3,4,5,6,7,8,9\n${nine}\n`).pixels, [nine]);
});

Deno.test("the label may be last: by its name, as a text, or beside a corner that is always the same", () => {
  const last = { ...first, layout: "labels in the last column" };
  assertEquals(read("a,b,c,d,class\n1,2,3,4,7\n5,6,7,255,9\n"), last);
  assertEquals(read("1,2,3,4,cat\n5,6,7,255,dog\n"), { ...last, labels: ["cat", "dog"] });
  assertEquals(read("1,2,3,4,cat\r\n5,6,7,255,dog\r\n"), { ...last, labels: ["cat", "dog"] });
  assertEquals(read("0,2,3,4,7\n0,6,7,255,9\n"), { ...last, pixels: [[0, 2, 3, 4], [0, 6, 7, 255]] });
});

Deno.test("a square number of fields has no label", () => {
  const none = { ...first, labels: null, layout: "without labels" };
  assertEquals(read("p0,p1,p2,p3\n1,2,3,4\n5,6,7,255\n"), none);
  assertEquals(read("1,2,3,4\n5,6,7,255\n"), none);
});

Deno.test("names, fractions, spaces and quotes are read", () => {
  assertEquals(read('"label",a,b,c,d\n"a, b", 0.5,1e2,3.25,4\nc,"5",6,7,8\n'), {
    pixels: [[0.5, 100, 3.25, 4], [5, 6, 7, 8]],
    labels: ["a, b", "c"],
    side: 2,
    layout: "labels in the first column",
  });
});

Deno.test("whole numbers are read without strings, and as they would be with them", () => {
  const anyRow = fc.array(fc.nat({ max: 999_999_999 }), { minLength: 5, maxLength: 5 });
  fc.assert(fc.property(fc.array(anyRow, { minLength: 1, maxLength: 4 }), (rows) => {
    const plain = read(rows.map((row) => row.join()).join("\n"));
    const fractions = read(rows.map((row) => row.map((n) => `${n}.0`).join()).join("\n"));
    // Rows with numbers that are no bytes are float32.
    assertEquals(plain.pixels, fractions.pixels);
  }));
});

Deno.test("lines that differ in length, a cut last line, and what is no number are named by line and field", () => {
  assertEquals(
    refused("7,1,2,3,4\n9,5,6\n7,1,2,3,4\n"),
    "line 2 must have 5 fields as the first line, but it has 3",
  );
  assertEquals(
    refused("7,1,2,3,4\n9,5,6"),
    "line 2 must have 5 fields as the first line, but it has 3: it is cut short, so download it again",
  );
  assertEquals(
    refused("7,1,2,3,4\n9,5,6,7,8,9\n"),
    "line 2 must have 5 fields as the first line, but it has 6",
  );
  assertEquals(refused("7,1,2,3,4\n9,5,,7,8\n"), 'line 2: pixels must be numbers, but field 3 is ""');
  assertEquals(refused("7,1,2,3,4\n9,5,x,7,8\n"), 'line 2: pixels must be numbers, but field 3 is "x"');
  assertEquals(refused('7,1,2,3,4\n9,"5,6,7,8\n'), "line 2: quotes are not closed on it");
});

Deno.test("tables without commas, images that are not square, and labels in the middle are refused", () => {
  assertEquals(
    refused("1;2;3;4\n"),
    "must have fields with commas between them, but its first line has no comma",
  );
  assertEquals(refused(""), "must hold images, but it has no line of numbers");
  assertEquals(refused("label,a,b,c,d\n"), "must hold images, but it has no line of numbers");
  assertEquals(
    refused("1,2,3,4,5,6\n"),
    "lines must have the pixels of a square image, and one field more for a label, such as 784 or 785, but they have 6",
  );
  assertEquals(
    refused("a,b,label,c,d\n1,2,3,4,5\n"),
    "the label must be the first or the last column, but label is column 3",
  );
});

Deno.test("a table may be longer than the longest line", () => {
  const line = `${Array(32 * 32).fill(255)}\n`, count = Math.ceil(2 ** 22 / line.length) + 1;
  const { images } = parseCsv(utf8(line.repeat(count)), "t.csv");
  assertEquals([images.count, images.width, images.rows.at(-1)![1023]], [count, 32, 255]);
});

Deno.test("a line that does not end is refused before a string is made of it", () => {
  const bytes = new Uint8Array(2 ** 23).fill(49);
  const { message } = assertThrows(() => parseCsv(bytes, "t.csv"), DataError);
  assertEquals(
    message,
    "t.csv: must be a table with an image a line, but line 1 has more than 4194304 bytes",
  );
});
