import { assertEquals, assertThrows } from "@std/assert";
import { utf8 } from "../../fixtures/data_files.ts";
import { DataError } from "./error.ts";
import { assertNotForeign, listingOf } from "./reading.ts";
import { onDisk } from "../../fixtures/temporary_folder.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** The beginnings of what stands in the place of data, and what is said of it. */
const FOREIGN: readonly (readonly [Uint8Array, string])[] = [
  [new Uint8Array(0), "empty: download it again"],
  [
    utf8("<!DOCTYPE html>\n<html>"),
    "an HTML page (of an error or a login, it may be): download the file itself",
  ],
  [
    utf8("\ufeff\n  <html lang"),
    "an HTML page (of an error or a login, it may be): download the file itself",
  ],
  [
    utf8('<?xml version="1.0"?><Error>'),
    "an HTML page (of an error or a login, it may be): download the file itself",
  ],
  [
    utf8("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
    "a Git LFS pointer: fetch its content with `git lfs pull`",
  ],
  [
    utf8("/annex/objects/SHA256E-s9912422--440fcabf73cc546f.gz\n"),
    "a git-annex pointer: fetch its content with `git annex get`",
  ],
  [
    utf8("../.git/annex/objects/Xj/9q/SHA256E-s9912422--440f/SHA256E-s9912422--440f"),
    "a git-annex pointer: fetch its content with `git annex get`",
  ],
  [bytes("PK\x03\x04\x14\0"), "a zip archive: unpack it, and give the folder"],
  [bytes("\xfd7zXZ\0\0"), "an xz file: unpack it with `xz -d`"],
  [bytes("BZh91AY"), "a bzip2 file: unpack it with `bzip2 -d`"],
  [bytes("\x28\xb5\x2f\xfd\x04"), "a zstd file: unpack it with `zstd -d`"],
  [utf8("MATLAB 5.0 MAT-file, Platform"), "a MATLAB file: save its arrays as .npy files"],
  [
    bytes("\x89HDF\r\n\x1a\n"),
    'an HDF5 file: save its images with Python, numpy.savez_compressed("images.npz", images=h5py.File(…)["images"][()])',
  ],
  [utf8("PAR1"), "a Parquet file: save its images as .npy or PNG files"],
];

Deno.test("what often stands in the place of data is called by its name, with what to do", () => {
  for (const [head, is] of FOREIGN) {
    const { message } = assertThrows(() => assertNotForeign(head, "f", "an IDX file"), DataError);
    assertEquals(message, `f: must be an IDX file, but it is ${is}`);
  }
});

Deno.test("data are let through, and a zip archive where one is in its place", () => {
  for (
    const head of [
      Uint8Array.of(0, 0, 8, 3),
      Uint8Array.of(31, 139, 8),
      utf8("label,1,2"),
      bytes("\x89PNG"),
      // What a file of another kind begins with may stand anywhere else.
      ...FOREIGN.slice(7).map(([head]) => Uint8Array.of(0, ...head)),
    ]
  ) {
    assertNotForeign(head, "f", "data");
  }
  assertNotForeign(bytes("PK\x03\x04"), "f", "a .npz archive", "a zip archive");
});

onDisk("a listing is sorted, and names that begin with a dot are left out of it", async (folder) => {
  for (const name of ["b.png", ".DS_Store", "a.png", ".hidden.png", "..odd", "c."]) {
    await Deno.writeTextFile(`${folder}/${name}`, "");
  }
  for (const name of ["two", ".git", "one"]) await Deno.mkdir(`${folder}/${name}`);
  assertEquals(await listingOf(folder), { files: ["a.png", "b.png", "c."], folders: ["one", "two"] });
});
