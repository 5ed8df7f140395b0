/**
 * The random numbers of a run from its seed, by the counter-based generator Threefry-2x32 with 20 rounds.
 *
 * Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011, section 3.3.
 *
 * @module
 */

/** Two words. */
export type Words = readonly [number, number];

/** Rotations of eight rounds, which then begin again. */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** A counter, encrypted by a key. */
export function threefry(key: Words, counter: Words): Words {
  const schedule = [key[0] >>> 0, key[1] >>> 0, (0x1bd11bda ^ key[0] ^ key[1]) >>> 0];
  const state = Uint32Array.of(counter[0] + schedule[0]!, counter[1] + schedule[1]!);
  for (let round = 0; round < 20; round++) {
    state[0]! += state[1]!;
    const by = ROTATIONS[round % 8]!;
    state[1] = (state[1]! << by | state[1]! >>> (32 - by)) ^ state[0]!;
    if (round % 4 < 3) continue;
    const injected = (round + 1) / 4;
    state[0]! += schedule[injected % 3]!;
    state[1]! += schedule[(injected + 1) % 3]! + injected;
  }
  return [state[0]!, state[1]!];
}

/** The high and the low word of a whole number. */
const wordsOf = (whole: number): Words => [Math.floor(whole / 2 ** 32), whole % 2 ** 32];

/** The key of a seed. */
export const seeded = wordsOf;

/** The key of part `index` of what has the key. */
export const folded = (key: Words, ...indices: readonly number[]): Words =>
  indices.reduce<Words>((k, index) => threefry(threefry(k, wordsOf(index)), [0x666f6c64, 0]), key);

/** The words of a key, in order. */
function words(key: Words, count: number): number[] {
  return Array.from({ length: Math.ceil(count / 2) }, (_, i) => threefry(key, [i, 0])).flat().slice(0, count);
}

/** Numbers from N(0, 1), two from every two words (Box and Muller 1958). */
export function normals(key: Words, count: number): number[] {
  const drawn = words(key, 2 * Math.ceil(count / 2));
  return Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log((drawn[i - i % 2]! + 1) / 2 ** 32));
    const angle = 2 * Math.PI * drawn[i - i % 2 + 1]! / 2 ** 32;
    return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
}

/** Whole numbers from 0 to `below` − 1. */
export const wholes = (key: Words, count: number, below: number): number[] =>
  words(key, count).map((word) => Math.floor(word / 2 ** 32 * below));

/** Numbers from [0, 1), multiples of 2⁻²⁴. */
export const uniforms = (key: Words, count: number): number[] =>
  words(key, count).map((word) => Math.floor(word / 2 ** 8) / 2 ** 24);

/** An order of 0 … `count` − 1: the last place is exchanged with one that is drawn, then the last but one, and so on. */
export function order(key: Words, count: number): number[] {
  const drawn = words(key, count), all = Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(drawn[last]! / 2 ** 32 * (last + 1));
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}
