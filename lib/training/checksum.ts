/**
 * Files that state their own checksum: somewhere in them stands `"sha256":"…"` with 64 hexadecimal digits, the SHA-256
 * of the whole file with zeros in place of these digits. Every byte of the file is covered, names and metadata too.
 *
 * @module
 */

const DIGITS = 64;
const BEFORE = new TextEncoder().encode('"sha256":"');
const isDigit = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);

/** The digits before a file is sealed. */
export const HOLE = "0".repeat(DIGITS);

/** Where the digits of the first statement begin; −1 where there is none. */
function placeOf(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(BEFORE[0]!); at >= 0; at = bytes.indexOf(BEFORE[0]!, at + 1)) {
    const digits = bytes.subarray(at + BEFORE.length, at + BEFORE.length + DIGITS);
    if (
      BEFORE.every((byte, i) => bytes[at + i] === byte) && digits.length === DIGITS && digits.every(isDigit)
    ) {
      return at + BEFORE.length;
    }
  }
  return -1;
}

/** The digits that the file must state. */
async function digestOf(bytes: Uint8Array, place: number): Promise<string> {
  const blank = bytes.slice();
  blank.fill(0x30, place, place + DIGITS);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", blank)).toHex();
}

/**
 * The file with its checksum filled in.
 *
 * @param bytes the file, which must hold `"sha256":"` and {@link HOLE}; the first place counts
 * @throws (rejects) TypeError if it does not
 */
export async function sealed(bytes: Uint8Array): Promise<Uint8Array> {
  const place = placeOf(bytes);
  if (place < 0) throw new TypeError('sealed: the file must have a place for its "sha256", but has none');
  const whole = bytes.slice();
  whole.set(new TextEncoder().encode(await digestOf(bytes, place)), place);
  return whole;
}

/** What is wrong with the checksum of a file, as in "its SHA-256 must be 0a…, but is 7f…"; null if it is right. */
export async function checksumProblem(bytes: Uint8Array): Promise<string | null> {
  const place = placeOf(bytes);
  if (place < 0) return 'it must state its SHA-256 ("sha256"), but states none';
  const stated = new TextDecoder().decode(bytes.subarray(place, place + DIGITS));
  const found = await digestOf(bytes, place);
  return stated === found ? null : `its SHA-256 must be ${stated}, as it states, but is ${found}`;
}

/**
 * The value of JSON.
 *
 * @param problemOf what is wrong with the value, by its schema; null if nothing
 * @param fail throws, with what is wrong
 */
export function fromJson(
  bytes: Uint8Array,
  problemOf: (json: unknown) => string | null,
  fail: (why: string) => never,
): unknown {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return fail("must be JSON, but is not");
  }
  const problem = problemOf(json);
  return problem === null ? json : fail(problem);
}

/** The value of JSON that states its own checksum; see {@link fromJson}. */
export async function unsealed(...given: Parameters<typeof fromJson>): Promise<unknown> {
  const [bytes, , fail] = given;
  const json = fromJson(...given);
  const damage = await checksumProblem(bytes);
  return damage === null ? json : fail(`${damage}: it is damaged`);
}
