/**
 * NumPy's files of one array.
 *
 * Source: NumPy Enhancement Proposal 1, *A simple file format for NumPy arrays*; versions 1.0, 2.0 and 3.0.
 *
 * @module
 */

import { HEAD, MOST } from "./bounded_file.ts";
import { DataError } from "./error.ts";

/** An array of numbers or texts in row-major order. */
export interface NpyArray {
  /** Its size along each axis. */
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float32Array | Float64Array | readonly string[];
}

/** What the header of a file says. */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly order: "C" | "Fortran";
  readonly bigEndian: boolean;
  /** The kind of a value: b (boolean), i, u, f (numbers), S, U (texts). */
  readonly kind: string;
  /** Bytes of a value. */
  readonly size: number;
  /** Bytes before the values. */
  readonly start: number;
  /** Bytes of the whole file. */
  readonly whole: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Types that are read, with their sizes in bytes. */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [4, 8],
};

/** Whether bytes begin as a file of one array does. */
const isNpy = (head: Uint8Array): boolean => MAGIC.every((byte, i) => head[i] === byte);

/**
 * What the header of a file says.
 *
 * @param head its first bytes, 1024 where it has so many
 * @param most how many bytes the whole file may have
 * @throws DataError if it is no such file, or one of a type that is not read
 */
export function npyHeader(head: Uint8Array, file: string, most = MOST): NpyHeader {
  const fail = (why: string): never => {
    throw new DataError(file, why);
  };
  if (!isNpy(head)) fail("must be a NumPy file (.npy), but it does not begin with \\x93NUMPY");
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const version = head[6] ?? 1;
  if (version < 1 || version > 3) {
    fail(`must be a NumPy file of version 1, 2 or 3, but its version is ${version}`);
  }
  const field = version === 1 ? 10 : 12;
  if (head.length < field) fail("its header is cut short, so download it again");
  const start = field + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > HEAD) fail(`its header must have at most ${HEAD} bytes, but has ${start}`);
  if (head.length < start) fail("its header is cut short, so download it again");
  const text = new TextDecoder().decode(head.subarray(field, start));
  const type = /'descr'\s*:\s*'([<>|=]?)([A-Za-z])(\d*)'/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1]!;
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  if (shape === undefined || fortran === undefined || !text.includes("'descr'")) {
    fail("its header is corrupt: download it again");
  }
  const kind = type?.[2] ?? "", size = Number(type?.[3]) * (kind === "U" ? 4 : 1);
  if (!(SIZES[kind]?.includes(size) || (kind === "S" || kind === "U") && size > 0)) {
    const found = /'descr'\s*:\s*('[^']*'|\[)/.exec(text)?.[1]?.replace("[", "a structured one") ?? "unknown";
    fail(
      "its type must be of whole numbers, float32, float64 or texts, but it is " +
        `${found}: save it as .astype("float32") or .astype("uint8")`,
    );
  }
  const sizes = shape.split(",").map((axis) => axis.trim()).filter((axis) => axis !== "").map(Number);
  const whole = sizes.reduce((product, n) => product * n, size) + start;
  if (whole > most) {
    fail(`an array of ${sizes.join(" × ")} needs ${whole} bytes, but at most ${most} are read`);
  }
  return {
    shape: sizes,
    order: fortran === "True" ? "Fortran" : "C",
    bigEndian: type![1] === ">",
    kind,
    size,
    start,
    whole,
  };
}

/** Requires that a file has as many bytes as its header says. @throws DataError if it has another number */
export function assertWholeNpy({ shape, whole }: NpyHeader, length: number | null, file: string): void {
  if (length === whole) return;
  const found = length === null
    ? "more: bytes trail"
    : length < whole
    ? `${length}: it is cut short, so download it again`
    : `${length}: ${length - whole} bytes trail`;
  throw new DataError(
    file,
    `an array of ${shape.join(" × ") || "one value"} needs ${whole} bytes, but the file has ${found}`,
  );
}

/** Numbers of a type, one a place of the file. */
function numbersOf(
  data: Uint8Array,
  { kind, size, bigEndian }: NpyHeader,
): Uint8Array | Float32Array | Float64Array {
  if (size === 1 && kind !== "i") return data;
  // The machines that Deno runs on have the low byte first, as nearly all files have.
  if (kind === "f" && !bigEndian) {
    const { buffer } = data.slice();
    return size === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const count = data.length / size;
  const little = !bigEndian;
  const read: Readonly<Record<string, (at: number) => number>> = {
    i1: (at) => view.getInt8(at),
    i2: (at) => view.getInt16(at, little),
    i4: (at) => view.getInt32(at, little),
    i8: (at) => Number(view.getBigInt64(at, little)),
    u2: (at) => view.getUint16(at, little),
    u4: (at) => view.getUint32(at, little),
    u8: (at) => Number(view.getBigUint64(at, little)),
    f4: (at) => view.getFloat32(at),
    f8: (at) => view.getFloat64(at),
  };
  const one = read[kind + size]!;
  const out = kind + size === "f4" ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = one(size * i);
  return out;
}

/** Texts of a type: S are bytes, U are code points of 32 bits; zeros at the end are none of a text. */
function textsOf(data: Uint8Array, { kind, size, bigEndian }: NpyHeader): string[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const unit = kind === "U" ? 4 : 1;
  return Array.from({ length: data.length / size }, (_, i) => {
    const letters = Array.from({ length: size / unit }, (_, j) => {
      const at = size * i + unit * j;
      const point = unit === 4 ? view.getUint32(at, !bigEndian) : view.getUint8(at);
      return point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
    });
    return letters.join("").replace(/\0+$/, "");
  });
}

/** Values of an array in Fortran's order (the first axis fastest) in C's order (the last axis fastest). */
function toRowMajor<T extends Uint8Array | Float32Array | Float64Array | string[]>(
  values: T,
  shape: readonly number[],
): T {
  const out = values.slice() as T;
  const place = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, n) => product * n, 1));
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    out[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++place[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      place[axis] = 0;
    }
  }
  return out;
}

/**
 * The array of a NumPy file.
 *
 * @param bytes the file's bytes, decompressed
 * @param file the file's name, for the message
 * @throws DataError if it is no such file, of a type that is not read, or longer or shorter than its header says
 */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const header = npyHeader(bytes.subarray(0, HEAD), file);
  assertWholeNpy(header, bytes.length, file);
  const data = bytes.subarray(header.start);
  const { shape, order } = header;
  const values = header.kind === "S" || header.kind === "U" ? textsOf(data, header) : numbersOf(data, header);
  return { shape, values: order === "Fortran" && shape.length > 1 ? toRowMajor(values, shape) : values };
}
