import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { join, npy, npyOf, utf8 } from "../../fixtures/data_files.ts";
import { DataError } from "./error.ts";
import { parseNpy } from "./npy.ts";
import "../../fixtures/suite_seed.ts";

const numbers = (bytes: Uint8Array): number[] => Array.from(parseNpy(bytes, "a.npy").values as Uint8Array);

const refused = (bytes: Uint8Array): string => {
  const { message } = assertThrows(() => parseNpy(bytes, "a.npy"), DataError);
  return message.slice("a.npy: ".length);
};

Deno.test("numbers of every type that is read come back, of either byte order", () => {
  const whole = [0, 1, 7, 100];
  for (const type of ["|u1", "|i1", "<i2", ">i4", "<u2", "<u4", "<i8", ">u8", "<f4", ">f4", "<f8"]) {
    assertEquals(numbers(npy(type, [4], whole)), whole, type);
  }
  for (const type of ["|i1", "<i2", ">i4", "<i8", "<f8"]) {
    assertEquals(numbers(npy(type, [2], [-1, -100])), [-1, -100]);
  }
  assertEquals(numbers(npy("|b1", [2], [0, 1])), [0, 1]);
  assertEquals(numbers(npy("<f4", [1], [0.1])), [Math.fround(0.1)]);
  assertEquals(numbers(npy("<f8", [1], [0.1])), [0.1]);
});

Deno.test("bytes and float32 keep their type", () => {
  assertEquals(parseNpy(npy("|u1", [2, 1], [3, 4]), "a").values, Uint8Array.of(3, 4));
  assertEquals(parseNpy(npy("<f4", [2], [3, 4]), "a").values, Float32Array.of(3, 4));
});

Deno.test("versions 1, 2 and 3 are read", () => {
  for (const version of [1, 2, 3] as const) {
    assertEquals(parseNpy(npy("|u1", [1, 2], [5, 6], { version }), "a"), {
      shape: [1, 2],
      values: Uint8Array.of(5, 6),
    });
  }
});

Deno.test("Fortran's order becomes C's", () => {
  // [[1, 2, 3], [4, 5, 6]], the first axis fastest.
  assertEquals(numbers(npy("|u1", [2, 3], [1, 4, 2, 5, 3, 6], { fortran: true })), [1, 2, 3, 4, 5, 6]);
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), (shape) => {
    const count = shape.reduce((a, b) => a * b, 1);
    // Places in Fortran's order, by the definition: i0 + n0 (i1 + n1 (i2 + …)).
    const places = Array.from({ length: count }, (_, c) => {
      let rest = c;
      const index = shape.toReversed().map((n) => {
        const i = rest % n;
        rest = Math.floor(rest / n);
        return i;
      }).toReversed();
      return index.reduceRight((place, i, axis) => i + shape[axis]! * place, 0);
    });
    const stored = new Array<number>(count);
    places.forEach((place, c) => stored[place] = c);
    assertEquals(numbers(npy("<i2", shape, stored, { fortran: true })), [...Array(count).keys()]);
  }));
});

Deno.test("texts are read, as bytes and as code points", () => {
  assertEquals(parseNpy(npyOf("|S3", [2], utf8("a\0\0bcd")), "a").values, ["a", "bcd"]);
  const points = new Uint32Array([97, 0, 0x1f600, 98]);
  assertEquals(parseNpy(npyOf("<U2", [2], new Uint8Array(points.buffer)), "a").values, ["a", "\u{1f600}b"]);
  // Zeros at the end alone are none of a text.
  assertEquals(parseNpy(npyOf("|S4", [2], utf8("a\0b\0\0c\0\0")), "a").values, ["a\0b", "\0c"]);
  // In Fortran's order, the first axis fastest.
  assertEquals(parseNpy(npyOf("|S1", [2, 2], utf8("acbd"), { fortran: true }), "a").values, [..."abcd"]);
});

Deno.test("a single value has no axes", () => {
  assertEquals(parseNpy(npy("|u1", [], [9]), "a"), { shape: [], values: Uint8Array.of(9) });
});

Deno.test("objects, complex numbers and structures are refused with what to do", () => {
  for (const type of ["|O", "<c8", "<f2", "<M8"]) {
    assertEquals(
      refused(npyOf(type, [1], new Uint8Array(8))),
      `its type must be of whole numbers, float32, float64 or texts, but it is '${type}': ` +
        'save it as .astype("float32") or .astype("uint8")',
    );
  }
  const file = npyOf("|u1", [1], new Uint8Array(1));
  // The type's text begins behind 10 bytes and "{'descr': ".
  file.set(utf8("[()] "), 20);
  const structured = refused(file);
  assertEquals(structured.includes("but it is a structured one"), true, structured);
  // As another writer may have it, without spaces.
  const tight = npyOf("|O", [1], new Uint8Array(8));
  tight.set(utf8(" {'descr':'|O',"), 10);
  assertStringIncludes(refused(tight), "but it is '|O': save it");
});

Deno.test("what is no such file, cut short, or longer than it says is named", () => {
  const file = npy("<f4", [2, 3], [1, 2, 3, 4, 5, 6]);
  assertEquals(
    refused(utf8("PK and so on")),
    "must be a NumPy file (.npy), but it does not begin with \\x93NUMPY",
  );
  for (let length = 6; length < 128; length++) {
    assertEquals(
      refused(file.subarray(0, length)),
      "its header is cut short, so download it again",
      `${length}`,
    );
  }
  assertEquals(
    refused(file.subarray(0, 151)),
    "an array of 2 × 3 needs 152 bytes, but the file has 151: it is cut short, so download it again",
  );
  assertEquals(
    refused(join(file, [0, 0])),
    "an array of 2 × 3 needs 152 bytes, but the file has 154: 2 bytes trail",
  );
  assertEquals(
    refused(npy("|u1", [2 ** 16, 2 ** 16], [])),
    "an array of 65536 × 65536 needs 4294967424 bytes, but at most 2147483648 are read",
  );
  const [version, long, corrupt] = [1, 2, 3].map(() => Uint8Array.from(file));
  version![6] = 4;
  assertEquals(refused(version!), "must be a NumPy file of version 1, 2 or 3, but its version is 4");
  long![9] = 255;
  assertEquals(refused(long!), "its header must have at most 1024 bytes, but has 65408");
  corrupt!.fill(32, 10, 70);
  assertEquals(refused(corrupt!), "its header is corrupt: download it again");
});

Deno.test("no bytes at all make it end otherwise than with an array or a DataError", () => {
  const file = npy("<f4", [2, 3], [1, 2, 3, 4, 5, 6]);
  const damaged = fc.tuple(fc.nat(file.length - 1), fc.nat(255)).map(([at, byte]) => {
    const copy = Uint8Array.from(file);
    copy[at] = byte;
    return copy;
  });
  const any = fc.uint8Array({ maxLength: 300 }).map((rest) => join(file.subarray(0, 8), rest));
  fc.assert(
    fc.property(fc.oneof(damaged, any), (bytes) => {
      try {
        parseNpy(bytes, "a");
      } catch (error) {
        assertEquals(error instanceof DataError, true, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
