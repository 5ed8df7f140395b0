/**
 * The files of a run, read without the library: JSON and safetensors that state their checksum.
 *
 * @module
 */

import type * as v from "valibot";
import { schemaProblem } from "../contract/run.ts";
import type { Tensors } from "../contract/study_run.ts";

/** A file that is missing, damaged, or of what an audit cannot compute again. */
export class UnreadableRun extends Error {
  /** Tells it from other errors. */
  override readonly name = "UnreadableRun";

  /** `why` says what is required, what was found and what to do. */
  constructor(readonly file: string, why: string) {
    super(`${file}: ${why}`);
  }
}

/** Gives the bytes of a file of the run; null if there is none. */
export type ReadFile = (name: string) => Promise<Uint8Array<ArrayBuffer> | null>;

/** The bytes of a file that a run must have. */
export async function required(read: ReadFile, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = await read(file);
  if (found !== null) return found;
  const older = "it was made by an older version, or is not complete";
  throw new UnreadableRun(file, `is required to compute the run again, but there is none: ${older}`);
}

/** A value of a schema. */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, file: string): T {
  const problem = schemaProblem(schema, value);
  if (problem !== null) throw new UnreadableRun(file, problem);
  return value as T;
}

/** The value of JSON. */
export function json(file: string, bytes: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes));
  } catch {
    throw new UnreadableRun(file, "must be JSON, but is not: it is damaged");
  }
}

/** SHA-256 in hexadecimal digits. */
export const digestOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Array.from(
    new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");

/** Requires that a file is the one of which another states the digest. */
export async function requireDigest(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  digest: string | undefined,
  by: string,
): Promise<void> {
  if (digest === undefined) throw new UnreadableRun(by, `must state the SHA-256 of ${file}, but does not`);
  const found = await digestOf(bytes);
  if (found === digest) return;
  throw new UnreadableRun(
    file,
    `its SHA-256 must be ${digest}, as ${by} says, but is ${found}: it is damaged, or of another run`,
  );
}

/**
 * Requires that a file has the SHA-256 that it states first, of itself with zeros in place of these digits.
 *
 * @returns the digits
 */
export async function requireSealed(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Latin letters have one byte each, so that places in the text are those in the file.
  const text = new TextDecoder("latin1").decode(bytes);
  const stated = /"sha256":"([0-9a-f]{64})"/.exec(text);
  if (stated === null) {
    throw new UnreadableRun(
      file,
      'must state its SHA-256 ("sha256"), but states none: it was made by an older version, or is damaged',
    );
  }
  const blank = bytes.slice(), start = stated.index + '"sha256":"'.length;
  blank.fill("0".charCodeAt(0), start, start + 64);
  const found = await digestOf(blank);
  if (found === stated[1]) return found;
  throw new UnreadableRun(
    file,
    `its SHA-256 must be ${stated[1]}, as it states, but is ${found}: it is damaged`,
  );
}

/** Texts by name and float32 tensors by name of a safetensors file that states its checksum. */
export async function tensorsOf(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ readonly metadata: Readonly<Record<string, string>>; readonly tensors: Tensors }> {
  const length = bytes.length < 8
    ? 0
    : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  let header: Record<string, { data_offsets: [number, number] }>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw new UnreadableRun(file, "must be a safetensors file, but its header is not JSON");
  }
  await requireSealed(file, bytes);
  const { __metadata__: metadata, ...places } = header;
  const tensors = Object.entries(places).map(([name, { data_offsets: [from, to] }]) => {
    const own = bytes.slice(8 + length + from, 8 + length + to);
    return [name, Array.from(new Float32Array(own.buffer))] as const;
  });
  return { metadata: metadata as unknown as Record<string, string>, tensors: Object.fromEntries(tensors) };
}
