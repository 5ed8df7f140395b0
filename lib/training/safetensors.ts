/**
 * Safetensors files of float32: the length of the header (64 bits, little-endian), the header (JSON: for each
 * tensor its type, shape and place in the data, and under `__metadata__` strings), and the data, little-endian,
 * one tensor after the other without holes. Here as in Python's package the header is padded with spaces so that
 * the data begin at a multiple of 8 bytes.
 *
 * Source: Hugging Face, *Safetensors* ("Format").
 *
 * @module
 */

import { CheckpointError } from "./checkpoint_error.ts";
import { MAX_HEADER, METADATA, type NumberType, parseHeader, quoted, sizeOf } from "./safetensors_header.ts";

/** A tensor's shape and its values in row-major order. */
export interface TensorValues {
  /** The size of each axis; empty for a single number. */
  readonly shape: readonly number[];
  /** As many values as the sizes multiply to. */
  readonly values: Float32Array;
}

/** A tensor with the name under which a file holds it: any text but "__metadata__". */
export interface NamedTensor extends TensorValues {
  /** The name, different from that of any other tensor in the file. */
  readonly name: string;
}

/** What a file holds. */
export interface Safetensors {
  /** The tensors by name, in the order of their data. */
  readonly tensors: Map<string, TensorValues>;
  /** Texts by name. */
  readonly metadata: Record<string, string>;
}

const invalid = (why: string): never => {
  throw new TypeError(`encodeSafetensors: ${why}`);
};

/** Numbers of a type as float32. All platforms of Deno are little-endian. */
const READ: Readonly<Record<NumberType, (buffer: ArrayBuffer) => Float32Array>> = {
  F32: (buffer) => new Float32Array(buffer),
  F64: (buffer) => Float32Array.from(new Float64Array(buffer)),
  F16: (buffer) => Float32Array.from(new Float16Array(buffer)),
  // The upper half of a float32.
  BF16: (buffer) => new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer),
};

/** Requires what the format requires of names, shapes and texts. */
function check(tensors: readonly NamedTensor[], metadata: Record<string, string>): void {
  const names = new Set<string>();
  for (const { name, shape, values } of tensors) {
    if (name === METADATA) invalid(`a tensor cannot be named ${quoted(METADATA)}`);
    if (names.has(name)) invalid(`names must differ, but ${quoted(name)} is there twice`);
    names.add(name);
    const size = sizeOf(shape);
    if (size === null) {
      return invalid(
        `the shape of tensor ${quoted(name)} must be a list of whole numbers, but it is ${quoted(shape)}`,
      );
    }
    if (size !== values.length) {
      invalid(
        `tensor ${quoted(name)} of shape ${
          quoted(shape)
        } must have ${size} values, but it has ${values.length}`,
      );
    }
  }
  for (const text of [...names, ...Object.entries(metadata).flat()]) {
    // A lone surrogate is no character, and other readers of JSON refuse it.
    if (!text.isWellFormed()) {
      invalid(`names and metadata must be well-formed text, but ${quoted(text)} is not`);
    }
  }
}

/**
 * The bytes of a safetensors file.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
 *
 * const bias = { name: "bias", shape: [2], values: Float32Array.of(1, -0) };
 * const bytes = encodeSafetensors([bias], { step: "7" });
 * const { tensors, metadata } = decodeSafetensors(bytes, "w.safetensors");
 * assertEquals(tensors.get("bias"), { shape: bias.shape, values: bias.values });
 * assertEquals(metadata, { step: "7" });
 * ```
 *
 * @param tensors in the order in which their data are written; every bit of a value is kept, a NaN's payload too
 * @param metadata texts by name
 * @throws TypeError if two names are equal, a name is "__metadata__", a shape is not one of the values' size, or a
 * text is not well-formed
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  check(tensors, metadata);
  let end = 0;
  const places = tensors.map(({ name, shape, values }) => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const text = JSON.stringify(Object.fromEntries([[METADATA, metadata], ...places]));
  const header = new TextEncoder().encode(text);
  const dataAt = 8 + 8 * Math.ceil(header.length / 8);

  const bytes = new Uint8Array(dataAt + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataAt - 8), true);
  bytes.set(header, 8);
  bytes.fill(0x20, 8 + header.length, dataAt);
  tensors.forEach(({ values }, i) => {
    // As bytes, since a copy by values may change a NaN. All platforms of Deno are little-endian.
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    bytes.set(raw, dataAt + places[i]![1].data_offsets[0]!);
  });
  return bytes;
}

/**
 * What the bytes of a safetensors file hold.
 *
 * @param bytes the whole file; what is returned are copies
 * @param file the file's name, for the message
 * @param convert whether F64, F16 and BF16 are read too, as float32
 * @throws CheckpointError if the bytes are not one whole file of such tensors: cut short, with trailing bytes,
 * a header that is not as the format says, names given twice, or data that overlap or leave a hole
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  file: string,
  { convert = false }: { readonly convert?: boolean } = {},
): Safetensors {
  const fail = (why: string): never => {
    throw new CheckpointError(file, why);
  };
  if (bytes.length < 8) {
    fail(
      `must begin with the length of its header in 8 bytes, but the file has ${bytes.length} bytes: it is cut short`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > MAX_HEADER) {
    fail(`its header must have at most ${MAX_HEADER} bytes, but it says ${length}: no safetensors file`);
  }
  const dataAt = 8 + Number(length);
  if (dataAt > bytes.length) {
    fail(
      `its header must have the ${length} bytes that it says, but ${bytes.length - 8} bytes follow: ` +
        "it is cut short, or no safetensors file",
    );
  }
  const data = bytes.subarray(dataAt);
  const { places, metadata } = parseHeader(
    bytes.subarray(8, dataAt),
    data.length,
    convert ? ["F32", "F64", "F16", "BF16"] : ["F32"],
    fail,
  );
  const tensors = places.map(({ name, type, shape, begin, end }): [string, TensorValues] => {
    // A copy, because an array of numbers begins at a multiple of their bytes in its buffer.
    const { buffer } = data.slice(begin, end);
    const values = READ[type](buffer);
    if (type === "F64") {
      const at = new Float64Array(buffer).findIndex((value, i) =>
        Number.isFinite(value) && !Number.isFinite(values[i])
      );
      if (at >= 0) {
        fail(
          `tensor ${quoted(name)} has ${new Float64Array(buffer)[at]} at ${at}, which float32 cannot hold`,
        );
      }
    }
    return [name, { shape, values }];
  });
  return { tensors: new Map(tensors), metadata };
}
