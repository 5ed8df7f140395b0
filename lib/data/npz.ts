/**
 * NumPy's archives of arrays: zip files of .npy files, stored or deflated.
 *
 * The directory of the archive is read here because fflate, a library for it, neither compares checksums nor stops where
 * more comes out than an array's header tells of.
 *
 * Source: PKWARE, *.ZIP File Format Specification* (APPNOTE.TXT), sections 4.3.7, 4.3.12, 4.3.16 and 4.5.3.
 *
 * @module
 */

import { HEAD } from "./bounded_file.ts";
import { DataError } from "./error.ts";
import { inflate, inflateStart, zlib } from "./inflate.ts";
import { assertWholeNpy, type NpyArray, npyHeader, parseNpy } from "./npy.ts";

/** A file of the archive, as its directory has it. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header is. */
  readonly at: number;
}

/** Signatures of the end of the directory, of an entry, and of a file's own header; little-endian. */
const [END, ENTRY, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
const [STORED, DEFLATED] = [0, 8];
/** The end of the directory has 22 bytes, and a comment of at most 64 KiB after it. */
const END_LENGTH = 22;

/** The numbers of an entry's zip64 field, of 64 bits each; none where it has no such field. */
function zip64Field(view: DataView, start: number, length: number): number[] {
  for (let at = start; at + 4 <= start + length;) {
    const [id, own] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (id === 1 && at + 4 + own <= start + length) {
      return Array.from(
        { length: Math.floor(own / 8) },
        (_, i) => Number(view.getBigUint64(at + 4 + 8 * i, true)),
      );
    }
    at += 4 + own;
  }
  return [];
}

/** The archive's files. */
function directoryOf(bytes: Uint8Array, file: string): Entry[] {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 4 || view.getUint16(0, true) !== 0x4b50) {
    fail("must be a .npz archive, but it does not begin with PK");
  }
  let end = bytes.length - END_LENGTH;
  const first = Math.max(0, end - 0xffff);
  while (end >= first && view.getUint32(end, true) !== END) end--;
  if (end < first) {
    fail(
      "must be a whole .npz archive, but it has no directory at its end: it is cut short, so download it again",
    );
  }
  const corrupt = (): never =>
    fail("must be a whole .npz archive, but its directory is corrupt: download it again");
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY) corrupt();
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength!));
    // A number that 32 bits do not hold is in the zip64 field, in this order; Python puts those of more than 2 GiB there.
    const wide = zip64Field(view, at + 46 + nameLength!, Math.min(extra!, end - at - 46 - nameLength!));
    const [size, packed, local] = [24, 20, 42].map((field) => {
      const value = view.getUint32(at + field, true);
      return value < 0xffffffff ? value : wide.shift() ?? corrupt();
    });
    if (view.getUint16(at + 8, true) & 1) fail(`${name} must not be encrypted`);
    entries.push({
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: packed!,
      size: size!,
      at: local!,
    });
    at += 46 + nameLength! + extra! + comment!;
  }
  return entries;
}

/** The bytes of a file of the archive as they are in it, which may be deflated. */
function dataOf(bytes: Uint8Array, { method, packed, at }: Entry, file: string): Uint8Array {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isThere = at + 30 <= bytes.length && view.getUint32(at, true) === LOCAL;
  const start = isThere ? at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true) : Infinity;
  if (start + packed > bytes.length) fail("its place in the archive is corrupt: download it again");
  const data = bytes.subarray(start, start + packed);
  if (method !== STORED && method !== DEFLATED) {
    fail(
      `must be stored or deflated, but its method is ${method}: save it with np.savez or np.savez_compressed`,
    );
  }
  return data;
}

/** The content of a .npy file of the archive, whose header says how long it is. */
function contentOf(bytes: Uint8Array, entry: Entry, file: string): Uint8Array {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  const { method, crc, size } = entry, data = dataOf(bytes, entry, file);
  const header = npyHeader((method === STORED ? data : inflateStart(data)).subarray(0, HEAD), file);
  assertWholeNpy(header, size, file);
  const content = method === STORED ? data : inflate(data, header.whole);
  if (content === "too long") assertWholeNpy(header, null, file);
  if (content === "too long" || content === "cut short" || content === "corrupt") {
    return fail(`its data are ${content}: download the archive again`);
  }
  const values = content instanceof Uint8Array ? content : content.bytes;
  assertWholeNpy(header, values.length, file);
  if (zlib().crc32(values) !== crc) {
    fail("its checksum is that of other data, so it is corrupt: download the archive again");
  }
  return values;
}

/** A file of an archive as it is in it. */
export interface NpzEntry {
  readonly data: Uint8Array;
  readonly deflated: boolean;
  /** The CRC-32 of its content. */
  readonly crc: number;
  /** The first bytes of its content, as far as they can be had. */
  readonly head: Uint8Array;
}

/**
 * A .npy file of an archive, not decompressed.
 *
 * @param name the array's name, without `.npy`
 * @throws DataError if the archive or the file's place in it is damaged
 */
export function npzEntry(bytes: Uint8Array, name: string, file: string): NpzEntry {
  const entry = directoryOf(bytes, file).find((one) => one.name === `${name}.npy`)!;
  const data = dataOf(bytes, entry, `${file}, ${entry.name}`), deflated = entry.method === DEFLATED;
  return { data, deflated, crc: entry.crc, head: (deflated ? inflateStart(data) : data).subarray(0, HEAD) };
}

/**
 * The arrays of a .npz archive by name, without `.npy`; each is decompressed when it is called for.
 *
 * @param bytes the archive
 * @param file its name, for messages
 * @throws DataError if it is no whole archive; an array's call throws it if that is corrupt or of a type that is not read
 */
export function npzArrays(bytes: Uint8Array, file: string): ReadonlyMap<string, () => NpyArray> {
  const entries = directoryOf(bytes, file).filter(({ name }) => name.endsWith(".npy"));
  return new Map(entries.map((entry) => {
    const place = `${file}, ${entry.name}`;
    return [entry.name.slice(0, -".npy".length), () => parseNpy(contentOf(bytes, entry, place), place)];
  }));
}
