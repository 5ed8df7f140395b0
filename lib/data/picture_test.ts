import { assert, assertEquals, assertThrows } from "@std/assert";
import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { crc32, deflateSync } from "node:zlib";
import { join, utf8 } from "../../fixtures/data_files.ts";
import { DataError } from "./error.ts";
import { greyPicture, MOST_PIXELS_RESIZED, parsePicture } from "./picture.ts";

const big = (word: number): number[] => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255);

function chunk(type: string, data: ArrayLike<number>): Uint8Array {
  const body = join(utf8(type), data);
  return join(big(data.length), body, big(crc32(body)));
}

/** A PNG by hand; the rows have their filter bytes. */
function png(
  {
    width = 2,
    height = 1,
    depth = 8,
    colour = 0,
    interlace = 0,
    rows = [0, 10, 20] as ArrayLike<number>,
    more = [] as Uint8Array[],
  },
): Uint8Array {
  const header = [...big(width), ...big(height), depth, colour, 0, 0, interlace];
  return join(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk("IHDR", header),
    ...more,
    chunk("IDAT", deflateSync(Uint8Array.from(rows))),
    chunk("IEND", []),
  );
}

const inGrey = (bytes: Uint8Array) => greyPicture(parsePicture(bytes, "p"));
const grey = (bytes: Uint8Array): number[] => [...inGrey(bytes).grey];
const refused = (bytes: Uint8Array): string => {
  const { message } = assertThrows(() => parsePicture(bytes, "p"), DataError);
  return message.slice("p: ".length);
};

Deno.test("grey PNGs of every depth are read as 256 levels", () => {
  assertEquals(parsePicture(png({}), "p"), {
    width: 2,
    height: 1,
    channels: 1,
    pixels: Uint8Array.of(10, 20),
  });
  assertEquals(grey(png({ width: 9, depth: 1, rows: [0, 0b10100000, 0b10000000] })), [
    255,
    0,
    255,
    0,
    0,
    0,
    0,
    0,
    255,
  ]);
  assertEquals(grey(png({ width: 3, depth: 2, rows: [0, 0b00011100] })), [0, 85, 255]);
  assertEquals(grey(png({ width: 3, height: 2, depth: 4, rows: [0, 0x0f, 0x10, 0, 0x23, 0x40] })), [
    0,
    255,
    17,
    34,
    51,
    68,
  ]);
  assertEquals(grey(png({ depth: 16, rows: [0, 0xff, 0xff, 0x80, 0x00] })), [255, 128]);
});

Deno.test("colours become 0.299 R + 0.587 G + 0.114 B, and grey colours stay", () => {
  const colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [77, 77, 77], [12, 200, 34]];
  const file = png({ width: 6, colour: 2, rows: [0, ...colours.flat()] });
  assertEquals([...parsePicture(file, "p").pixels], colours.flat());
  const picture = inGrey(file);
  assertEquals(
    [...picture.grey],
    colours.map(([r, g, b]) => Math.round(0.299 * r! + 0.587 * g! + 0.114 * b!)),
  );
  assertEquals(picture.isColour, true);
  for (let k = 0; k < 256; k++) {
    const one = inGrey(png({ width: 1, colour: 2, rows: [0, k, k, k] }));
    assertEquals([one.grey[0], one.isColour], [k, false]);
  }
});

Deno.test("a palette is read, also of fewer bits", () => {
  const more = [chunk("PLTE", [1, 1, 1, 2, 2, 2, 255, 0, 0])];
  assertEquals(grey(png({ width: 3, colour: 3, rows: [0, 2, 0, 1], more })), [76, 1, 2]);
  assertEquals(grey(png({ width: 3, colour: 3, depth: 2, rows: [0, 0b10000100], more })), [76, 1, 2]);
  assertEquals(
    refused(png({ width: 1, colour: 3, rows: [0, 5], more })),
    "must be a whole PNG picture, but pixel 0 (from 0) has a colour that its palette lacks",
  );
});

Deno.test("an alpha channel that is opaque is left out, and one that is not is refused with what to do", () => {
  const TODO =
    "a picture must not be transparent anywhere, but it is: put it on a background, black for digits that are " +
    "white (`magick IN -background black -flatten OUT`)";
  assertEquals(grey(png({ colour: 4, rows: [0, 10, 255, 20, 255] })), [10, 20]);
  assertEquals(grey(png({ width: 1, colour: 6, rows: [0, 9, 9, 9, 255] })), [9]);
  const palette = [chunk("PLTE", [1, 1, 1, 2, 2, 2]), chunk("tRNS", [255, 0])];
  assertEquals(grey(png({ colour: 3, rows: [0, 0, 0], more: palette })), [1, 1]);
  for (
    const clear of [
      png({ colour: 4, rows: [0, 10, 255, 20, 254] }),
      png({ width: 1, colour: 6, rows: [0, 9, 9, 9, 0] }),
      png({ colour: 3, rows: [0, 0, 1], more: palette }),
      png({ more: [chunk("tRNS", [0, 10])] }),
    ]
  ) assertEquals(refused(clear), TODO);
});

Deno.test("what fast-png writes is read, all filters and interlaced pictures too", () => {
  const data = Uint8Array.from({ length: 40 * 30 }, (_, i) => (i * i * 7 + i) % 256);
  for (const interlace of ["null", "Adam7"] as const) {
    const bytes = encodePng({ width: 40, height: 30, channels: 1, data }, { interlace });
    assertEquals(parsePicture(bytes, "p").pixels, data, interlace);
  }
});

Deno.test("a JPEG is read in grey, in colour turned to grey", () => {
  const flat = (r: number, g: number, b: number): Uint8Array =>
    encodeJpeg({
      width: 16,
      height: 8,
      data: Uint8Array.from({ length: 512 }, (_, i) => [r, g, b, 255][i % 4]!),
    }, 100).data;
  for (const [r, g, b] of [[0, 0, 0], [200, 200, 200], [255, 0, 0], [10, 200, 90]] as const) {
    const { width, height } = parsePicture(flat(r, g, b), "p");
    const { grey, isColour } = inGrey(flat(r, g, b));
    assertEquals([width, height, isColour], [16, 8, r !== g]);
    // JPEG rounds its transform at quality 100 by a level or two.
    for (const value of grey) assert(Math.abs(value - (0.299 * r + 0.587 * g + 0.114 * b)) <= 2, `${value}`);
  }
});

Deno.test("every truncation of a PNG is refused, and so is every flipped bit that changes a pixel", () => {
  const bytes = png({ width: 5, rows: [0, 10, 20, 30, 40, 50] });
  for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length));
  assertEquals(
    refused(bytes.subarray(0, 60)),
    "must be a whole PNG picture, but it is cut short: make or download it again",
  );
  for (let bit = 64; bit < 8 * bytes.length; bit++) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    refused(flipped);
  }
});

Deno.test("the parts of a PNG that are wrong are named", () => {
  const patched = (at: number, byte: number): Uint8Array => {
    const bytes = png({});
    bytes[at] = byte;
    return bytes;
  };
  const again = ": make or download it again";
  assertEquals(
    refused(patched(19, 9)),
    `must be a whole PNG picture, but the checksum of its part IHDR is that of other data${again}`,
  );
  const start = png({}).subarray(0, 8);
  assertEquals(
    refused(join(start, chunk("IEND", []))),
    `must be a whole PNG picture, but it does not begin with its size${again}`,
  );
  const header = png({}).subarray(8, 33);
  assertEquals(
    refused(join(start, header, chunk("IDAT", [0x78, 0x9c, 7, 7]), chunk("IEND", []))),
    `must be a whole PNG picture, but its data are corrupt${again}`,
  );
  assertEquals(
    refused(png({ rows: [9, 10, 20] })),
    "must be a whole PNG picture, but: Unsupported filter: 9",
  );
});

Deno.test("a JPEG that is cut short is refused", () => {
  const data = Uint8Array.from({ length: 4 * 32 * 32 }, (_, i) => (i * 37) % 256);
  const { data: bytes } = encodeJpeg({ width: 32, height: 32, data }, 90);
  for (const length of [3, 20, 300, bytes.length >> 1, bytes.length - 40]) {
    const message = refused(bytes.subarray(0, length));
    assert(
      message.startsWith("must be a whole JPEG picture of at most 1048576 pixels, but: "),
      `${length}: ${message}`,
    );
  }
});

Deno.test("pictures of too many pixels, and with more or fewer data than pixels, are refused before they are decoded", () => {
  assertEquals(
    refused(png({ width: 5000, height: 5000 })),
    "a picture must have 1 to 1048576 pixels, but it is 5000 × 5000",
  );
  for (const [most, side] of [[undefined, 1024], [MOST_PIXELS_RESIZED, 4096]] as const) {
    const why = (height: number): string =>
      assertThrows(() => parsePicture(png({ width: side, height }), "p", most), DataError).message;
    assertEquals([side, side + 1].map((height) => why(height).includes("must have 1 to")), [false, true]);
  }
  assertEquals(refused(png({ width: 0 })), "a picture must have 1 to 1048576 pixels, but it is 1 × 0");
  assertEquals(
    refused(png({ rows: [0, 1] })),
    "must be a whole PNG picture, but its data are cut short: make or download it again",
  );
  // 4 MB that become 4 GB, as pixels and as a colour profile.
  const before = Deno.memoryUsage().rss;
  const zeros = deflateSync(new Uint8Array(2 ** 28));
  const bomb = join(png({}).subarray(0, 33), chunk("IDAT", zeros), chunk("IEND", []));
  assertEquals(
    refused(bomb),
    "must be a whole PNG picture, but it has more data than its 1 × 2 pixels need: make or download it again",
  );
  assertEquals(grey(png({ more: [chunk("iCCP", join(utf8("p\0\0"), zeros))] })), [10, 20]);
  const growth = (Deno.memoryUsage().rss - before) / 1e6;
  // The zeros themselves are 268 MB until they are compressed.
  assert(growth < 200 + 268, `${growth} MB`);
});

Deno.test("pictures of 1024 × 1024 pixels are read, and those of a row more are refused", () => {
  const white = (pixels: number): Uint8Array => new Uint8Array(4 * pixels).fill(255);
  const made = [
    (height: number) => encodePng({ width: 1024, height, channels: 1, data: white(256 * height) }),
    (height: number) => encodeJpeg({ width: 1024, height, data: white(1024 * height) }, 50).data,
  ];
  for (const encode of made) {
    const { width, height, pixels } = parsePicture(encode(1024), "p");
    assertEquals([width, height, pixels.every((v) => v >= 254)], [1024, 1024, true]);
    assert(refused(encode(1025)).includes(" 1048576 pixels, but"));
    // Those that are made smaller may have more.
    assertEquals(parsePicture(encode(1025), "p", 2 ** 21).height, 1025);
  }
});

Deno.test("another file is neither", () => {
  assertEquals(refused(utf8("GIF89a")), "must be a PNG or JPEG picture, but it begins like neither");
});

Deno.test("no bytes at all make it end otherwise than with a picture or a DataError", () => {
  const { data } = encodeJpeg({ width: 8, height: 8, data: new Uint8Array(256).fill(99) }, 50);
  for (const whole of [png({ width: 5, rows: [0, 10, 20, 30, 40, 50] }), data]) {
    for (let at = 2; at < whole.length; at++) {
      for (const byte of [0, 1, 127, 255]) {
        const damaged = Uint8Array.from(whole);
        damaged[at] = byte;
        try {
          parsePicture(damaged, "p");
        } catch (error) {
          assert(error instanceof DataError, `byte ${at} is ${byte}: ${error}`);
        }
      }
    }
  }
});

/** A JPEG of 16 × 8, dark but for its first 8 × 8 block, which is white, with an EXIF orientation. */
function jpegTurned(orientation: number, order: "II" | "MM" = "MM"): Uint8Array {
  const data = Uint8Array.from({ length: 512 }, (_, i) => i % 64 < 32 ? 255 : 0);
  const { data: plain } = encodeJpeg({ width: 16, height: 8, data }, 100);
  const word = (value: number, bytes: number): number[] => {
    const high = Array.from({ length: bytes }, (_, i) => (value >>> 8 * (bytes - 1 - i)) & 255);
    return order === "MM" ? high : high.reverse();
  };
  // The file's byte order, 42, the place of the first directory; one entry: tag, type, count, value; no more directories.
  const tiff = [
    ...utf8(order),
    ...word(42, 2),
    ...word(8, 4),
    ...word(1, 2),
    ...[...word(0x112, 2), ...word(3, 2), ...word(1, 4), ...word(orientation, 2), 0, 0],
    ...word(0, 4),
  ];
  const body = [...utf8("Exif"), 0, 0, ...tiff];
  return join(plain.slice(0, 2), [0xff, 0xe1, 0, body.length + 2], body, plain.slice(2));
}

Deno.test("an EXIF orientation is applied: the white half lies where the camera's top left is to be", () => {
  // Of each orientation: the sizes, and where the white half is.
  const expected: Readonly<Record<number, [number, number, (row: number, column: number) => boolean]>> = {
    1: [8, 16, (_, column) => column < 8],
    2: [8, 16, (_, column) => column >= 8],
    3: [8, 16, (_, column) => column >= 8],
    4: [8, 16, (_, column) => column < 8],
    5: [16, 8, (row) => row < 8],
    6: [16, 8, (row) => row < 8],
    7: [16, 8, (row) => row >= 8],
    8: [16, 8, (row) => row >= 8],
  };
  for (const [orientation, [height, width, isWhite]] of Object.entries(expected)) {
    for (const order of ["II", "MM"] as const) {
      const picture = parsePicture(jpegTurned(Number(orientation), order), "p");
      assertEquals([picture.height, picture.width], [height, width], orientation);
      picture.pixels.forEach((byte, at) => {
        const place = Math.floor(at / 3);
        const white = isWhite(Math.floor(place / width), place % width);
        assert(Math.abs(byte - (white ? 255 : 0)) < 8, `orientation ${orientation}, pixel ${place}: ${byte}`);
      });
    }
  }
});

Deno.test("orientations that mirror are told from those that turn, in a PNG's own EXIF as well", () => {
  const rows = [0, 1, 2, 3, 0, 4, 5, 6];
  const turned = (orientation: number): number[][] => {
    const tiff = [
      0x4d,
      0x4d,
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      orientation,
      0,
      0,
      0,
      0,
      0,
      0,
    ];
    const { width, pixels } = parsePicture(
      png({ width: 3, height: 2, rows, more: [chunk("eXIf", tiff)] }),
      "p",
    );
    return Array.from(
      { length: 6 / width },
      (_, row) => [...pixels.subarray(row * width, (row + 1) * width)],
    );
  };
  assertEquals([1, 2, 3, 4, 5, 6, 7, 8].map(turned), [
    [[1, 2, 3], [4, 5, 6]],
    [[3, 2, 1], [6, 5, 4]],
    [[6, 5, 4], [3, 2, 1]],
    [[4, 5, 6], [1, 2, 3]],
    [[1, 4], [2, 5], [3, 6]],
    [[4, 1], [5, 2], [6, 3]],
    [[6, 3], [5, 2], [4, 1]],
    [[3, 6], [2, 5], [1, 4]],
  ]);
  assertEquals(turned(0), turned(1));
  assertEquals(turned(9), turned(1));
});

Deno.test("a JPEG in CMYK, or of 12 bits, is refused with what to do", () => {
  const { data } = encodeJpeg({ width: 8, height: 8, data: new Uint8Array(256).fill(99) }, 50);
  const frame = data.findIndex((byte, i) => byte === 0xff && data[i + 1] === 0xc0);
  const changed = (at: number, byte: number): Uint8Array => {
    const out = Uint8Array.from(data);
    out[frame + at] = byte;
    return out;
  };
  const todo = "convert it (`magick IN -colorspace sRGB -depth 8 OUT`)";
  assertEquals(
    refused(changed(9, 4)),
    `a JPEG must be grey or of red, green and blue, but it has 4 components, as CMYK has: ${todo}`,
  );
  assertEquals(refused(changed(4, 12)), `a JPEG must have 8 bits, but it has 12: ${todo}`);
});
