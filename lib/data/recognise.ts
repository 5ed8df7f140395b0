/**
 * Files that are no data but something that often stands in their place.
 *
 * @module
 */

import { DataError } from "./error.ts";

const DOWNLOAD = "download the file itself";

/** What a file is by its first bytes, as text of one byte a letter, and what to do about it. */
const FOREIGN: readonly (readonly [begins: RegExp, is: string, then: string])[] = [
  [
    /^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|head|body|!--)/i,
    "an HTML page (of an error or a login, it may be)",
    DOWNLOAD,
  ],
  [/^version https:\/\/git-lfs\./, "a Git LFS pointer", "fetch its content with `git lfs pull`"],
  [/^(\.\.\/)*(\.git)?\/annex\/objects\//, "a git-annex pointer", "fetch its content with `git annex get`"],
  // deno-lint-ignore no-control-regex
  [/^PK\x03\x04/, "a zip archive", "unpack it, and give the folder"],
  [/^\xfd7zXZ\0/, "an xz file", "unpack it with `xz -d`"],
  [/^BZh[1-9]/, "a bzip2 file", "unpack it with `bzip2 -d`"],
  [/^\x28\xb5\x2f\xfd/, "a zstd file", "unpack it with `zstd -d`"],
  [/^MATLAB 5\.0/, "a MATLAB file", "save its arrays as .npy files"],
  [/^\x89HDF/, "an HDF5 file", "save its arrays as .npy files"],
  [/^PAR1/, "a Parquet file", "save its images as .npy or PNG files"],
];

/**
 * Requires of a file's first bytes that they are not those of a page, a pointer or an archive.
 *
 * @param head the first bytes
 * @param file the file's name, for the message
 * @param required what it should be: "an IDX file"
 * @param except kinds that are in their place: "a zip archive"
 * @throws DataError that names what the file is, and what to do
 */
export function assertNotForeign(head: Uint8Array, file: string, required: string, except = ""): void {
  if (head.length === 0) throw new DataError(file, `must be ${required}, but it is empty: download it again`);
  const text = Array.from(head.subarray(0, 256), (byte) => String.fromCharCode(byte)).join("");
  const found = FOREIGN.find(([begins]) => begins.test(text));
  if (found === undefined || found[1] === except) return;
  throw new DataError(file, `must be ${required}, but it is ${found[1]}: ${found[2]}`);
}
