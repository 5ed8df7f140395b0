/**
 * The header of a safetensors file.
 *
 * @module
 */

/** The most bytes that a header may have, as in Python's package. */
export const MAX_HEADER = 100_000_000;

/** The name under which a header holds its texts. */
export const METADATA = "__metadata__";

/** The bytes of a number by its type. */
export const BYTES = { F32: 4, F64: 8, F16: 2, BF16: 2 } as const;

/** A type of numbers. */
export type NumberType = keyof typeof BYTES;

/** Where in the data a tensor is. */
export interface Place {
  /** The tensor's name. */
  readonly name: string;
  /** The type of its numbers. */
  readonly type: NumberType;
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** Its first byte of the data. */
  readonly begin: number;
  /** The byte after its last. */
  readonly end: number;
}

/** Throws an error that says why. */
export type Fail = (why: string) => never;

/** A value as JSON on one line, of at most 60 characters, for a message. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isWholes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isWhole);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How many values a tensor of this shape has; null if it is no shape. */
export function sizeOf(shape: unknown): number | null {
  return isWholes(shape) ? shape.reduce((product, axis) => product * axis, 1) : null;
}

/** The place of the quote that ends the string which begins at `begin` of a valid JSON text. */
function endOfString(json: string, begin: number): number {
  for (let end = begin;;) {
    end = json.indexOf('"', end + 1);
    let backslashes = 0;
    while (json[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

/**
 * The first name that an object in this valid JSON text holds twice, which `JSON.parse` would not tell. Not by a
 * regular expression, whose stack overflows on a long string.
 */
function nameTwice(json: string): string | null {
  const open: Set<string>[] = [];
  let last = "";
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{") open.push(new Set());
    else if (character === "}") open.pop();
    else if (character === '"') {
      const end = endOfString(json, at);
      last = json.slice(at, end + 1);
      at = end;
    } else if (character === ":") {
      const name: string = JSON.parse(last);
      if (open.at(-1)!.has(name)) return name;
      open.at(-1)!.add(name);
    }
  }
  return null;
}

/** The header as an object. */
function parseObject(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("its header must be UTF-8, but it is not");
  }
  if (!text.startsWith("{")) {
    const begins = text === "" ? "is empty" : `begins with ${quoted(text[0])}`;
    fail(`its header must be a JSON object that begins with "{", but it ${begins}`);
  }
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(text);
  } catch (error) {
    return fail(`its header must be JSON, but it is not: ${(error as Error).message}`);
  }
  const twice = nameTwice(text);
  if (twice !== null) fail(`names must differ, but ${quoted(twice)} is there twice`);
  return header;
}

function parseMetadata(value: unknown, fail: Fail): Record<string, string> {
  if (!isObject(value)) return fail(`metadata must be an object of strings, but it is ${quoted(value)}`);
  const wrong = Object.entries(value).find(([, text]) => typeof text !== "string");
  if (wrong) fail(`metadata must be strings, but ${quoted(wrong[0])} is ${quoted(wrong[1])}`);
  return value as Record<string, string>;
}

function parsePlace(name: string, value: unknown, types: readonly NumberType[], fail: Fail): Place {
  const tensor = `tensor ${quoted(name)}`;
  if (!isObject(value)) return fail(`${tensor} must be an object, but it is ${quoted(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  const has = (given: unknown): string => given === undefined ? "none" : quoted(given);
  const type = types.find((known) => known === dtype);
  if (type === undefined) {
    const known = types.map(quoted).join(", ").replace(/, ([^,]*)$/, " or $1");
    return fail(`${tensor} must have dtype ${known}, but it has ${has(dtype)}`);
  }
  if (!isWholes(shape)) {
    return fail(`the shape of ${tensor} must be a list of whole numbers, but it is ${has(shape)}`);
  }
  if (!isWholes(offsets) || offsets.length !== 2) {
    return fail(`the data_offsets of ${tensor} must be two whole numbers, but it is ${has(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  return { name, type, shape, begin, end };
}

/**
 * What a header says: the tensors' places in the order of their data, and the texts.
 *
 * @param bytes the header
 * @param dataBytes how many bytes of data follow it
 * @param types the types of numbers that it may have
 * @param fail called with what is wrong, if anything
 */
export function parseHeader(
  bytes: Uint8Array,
  dataBytes: number,
  types: readonly NumberType[],
  fail: Fail,
): { places: Place[]; metadata: Record<string, string> } {
  const { [METADATA]: metadata = {}, ...entries } = parseObject(bytes, fail);
  const texts = parseMetadata(metadata, fail);
  const places = Object.entries(entries).map(([name, value]) => parsePlace(name, value, types, fail));
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, type, shape, begin, end } of places) {
    const tensor = `tensor ${quoted(name)}`;
    if (begin !== covered) {
      fail(
        `the data of ${tensor} must begin where those before end, at byte ${covered}, but begin at byte ${begin}`,
      );
    }
    const need = BYTES[type] * sizeOf(shape)!;
    if (end - begin !== need) {
      fail(`${tensor} of shape ${quoted(shape)} must have ${need} bytes, but it has ${end - begin}`);
    }
    if (end > dataBytes) {
      fail(
        `${tensor} needs bytes ${begin} to ${end} of the data, but the data have ${dataBytes} bytes: ` +
          "the file is cut short",
      );
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    fail(`the tensors have ${covered} bytes of data, but ${dataBytes} follow the header`);
  }
  return { places, metadata: texts };
}
