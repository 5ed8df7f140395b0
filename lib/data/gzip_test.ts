import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { DataError } from "./error.ts";
import { gunzip } from "./gzip.ts";
import "../../fixtures/suite_seed.ts";

const ANY = (): number => 2 ** 31;
const read = (bytes: Uint8Array): Uint8Array | null => gunzip(bytes, "f.gz", ANY);
const join = (...parts: ArrayLike<number>[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => Array.from(part)));
const little = (word: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => (word >>> (8 * i)) & 255);
const text = (letters: string): Uint8Array => new TextEncoder().encode(letters);

/** A member by hand, with these flags and what they announce. */
function member(content: Uint8Array, flags = 0, extra: number[] = []): Uint8Array {
  const data = deflateRawSync(content);
  return join(
    [31, 139, 8, flags, 0, 0, 0, 0, 0, 255],
    extra,
    data,
    little(crc32(content), 4),
    little(content.length, 4),
  );
}

/** A member as bgzip writes it: its size less one in the extra field BC. */
function bgzipMember(content: Uint8Array): Uint8Array {
  const extra = (size: number): number[] => [6, 0, 66, 67, 2, 0, ...little(size - 1, 2)];
  return member(content, 4, extra(member(content, 4, extra(0)).length));
}

/** The empty member that ends a file of bgzip, as its description (SAM, section 4.1.2) has it. */
const BGZIP_END = Uint8Array.from(
  "1f8b08040000000000ff0600424302001b0003000000000000000000".match(/../g)!.map((byte) => parseInt(byte, 16)),
);

const refused = (bytes: Uint8Array): string => {
  const { message } = assertThrows(() => read(bytes), DataError);
  assertMatch(message, /^f\.gz: must be one whole gzip file, but [^\n]+$/);
  return message.slice("f.gz: must be one whole gzip file, but ".length);
};

Deno.test("what is no gzip is given back, and one member is decompressed", () => {
  assertEquals(read(text("plain")), text("plain"));
  assertEquals(read(gzipSync(text("content"))), text("content"));
  assertEquals(read(gzipSync(new Uint8Array(0))), new Uint8Array(0));
});

Deno.test("members one after the other are one content, whatever their headers carry", () => {
  const flags: [number, number[]][] = [
    [0, []],
    [4, [3, 0, 1, 2, 3]],
    [8, [...text("name"), 0]],
    [16, [...text("comment"), 0]],
    [2, [1, 2]],
    // That the content is a text says nothing of the header.
    [1, []],
    [31, [1, 0, 0, ...text("n"), 0, ...text("c"), 0, 1, 2]],
  ];
  const members = flags.map(([flag, extra], i) => member(text(`part ${i};`), flag, extra));
  assertEquals(read(join(...members)), text(flags.map((_, i) => `part ${i};`).join("")));
});

Deno.test("a file of bgzip is read: blocks with a field of their own, and an empty last member", () => {
  assertEquals(bgzipMember(new Uint8Array(0)), BGZIP_END);
  const file = join(bgzipMember(text("first ")), bgzipMember(text("second")), BGZIP_END);
  assertEquals(read(file), text("first second"));
});

Deno.test("zeros after the last member are ignored, and other bytes are refused", () => {
  const whole = gzipSync(text("content"));
  assertEquals(read(join(whole, new Uint8Array(1000))), text("content"));
  assertEquals(refused(join(whole, [0, 0, 7])), "3 bytes that are none trail it");
  assertEquals(refused(join(whole, text("garbage"))), "7 bytes that are none trail it");
  assertEquals(
    refused(join(whole, new Uint8Array(9), whole)),
    `${9 + whole.length} bytes that are none trail it`,
  );
});

Deno.test("every truncation, in whatever member, is called cut short", () => {
  const [one, two] = [bgzipMember(text("first")), member(text("second"), 31, [1, 0, 0, 65, 0, 66, 0, 1, 2])];
  const file = join(one, two);
  for (let length = 2; length < file.length; length++) {
    if (length === one.length) continue;
    assertEquals(refused(file.subarray(0, length)), "it is cut short: download it again", `${length} bytes`);
  }
});

Deno.test("a flipped bit in the data or the trailer is found, or is one that fills up a byte", () => {
  const content = text("some content that is compressed, compressed, compressed");
  const file = gzipSync(content);
  let fill = 0;
  for (let bit = 80; bit < 8 * file.length; bit++) {
    const flipped = Uint8Array.from(file);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    try {
      assertEquals(read(flipped), content);
      fill++;
    } catch (error) {
      assertEquals(error instanceof DataError, true, String(error));
    }
  }
  assertEquals(fill < 8, true, `${fill} bits`);
});

Deno.test("corrupt data and another checksum are told apart", () => {
  const file = Uint8Array.from(gzipSync(text("content")));
  const [data, sum] = [file.slice(), file.slice()];
  data[10] = 7;
  sum[sum.length - 8]! ^= 1;
  assertEquals(refused(data), "its data are corrupt: download it again");
  assertEquals(refused(sum), "its checksum is that of other data, so it is corrupt: download it again");
});

Deno.test("a header of another method, or with flags that nobody knows, is corrupt", () => {
  for (const [at, byte] of [[2, 7], [3, 32]] as const) {
    const file = Uint8Array.from(gzipSync(text("content")));
    file[at] = byte;
    assertEquals(refused(file), "its header is corrupt: download it again");
  }
});

Deno.test("any content cut into any members comes back", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array(), { minLength: 1, maxLength: 5 }), (parts) => {
    assertEquals(read(join(...parts.map((part) => gzipSync(part)))), join(...parts));
  }));
});

Deno.test("the bound is asked for the first 1024 bytes of all members, and holds for all of them together", () => {
  const heads: number[][] = [];
  const half = new Uint8Array(2 ** 23).fill(1);
  const file = join(gzipSync(text("ab")), gzipSync(half), gzipSync(half), gzipSync(text("end")));
  const length = 2 + 2 ** 24 + 3;
  const most = (bound: number) => (head: Uint8Array): number => {
    heads.push([...head.subarray(0, 4), head.length]);
    return bound;
  };
  assertEquals(gunzip(file, "f.gz", most(length))!.length, length);
  assertEquals(gunzip(file, "f.gz", most(length - 1)), null);
  assertEquals(heads.at(-1), [97, 98, 1, 1, 1024]);
  assertThrows(
    () =>
      gunzip(file, "f.gz", () => {
        throw new DataError("f.gz", "no such header");
      }),
    DataError,
    "no such header",
  );
});

Deno.test("16 MiB come out whatever the bound, in one member or in two, and a byte more does not", () => {
  const zeros = (length: number): Uint8Array => gzipSync(new Uint8Array(length));
  const lengthOf = (...members: Uint8Array[]): number | undefined =>
    gunzip(join(...members), "f.gz", () => 0)?.length;
  assertEquals([2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1].map((length) => lengthOf(zeros(length))), [
    2 ** 24 - 1,
    2 ** 24,
    undefined,
  ]);
  const half = zeros(2 ** 23);
  assertEquals([2 ** 23 - 1, 2 ** 23, 2 ** 23 + 1].map((length) => lengthOf(half, zeros(length))), [
    2 ** 24 - 1,
    2 ** 24,
    undefined,
  ]);
});
