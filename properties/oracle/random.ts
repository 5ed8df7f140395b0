/**
 * Pseudo-random numbers in float64 from a seed.
 *
 * Source: D. Blackman, S. Vigna, Scrambled Linear Pseudorandom Number Generators, 2021 (xoshiro128**), seeded from
 * consecutive integers through the finalizer of MurmurHash3.
 *
 * @module
 */

/** A source of numbers uniform on (0, 1), each with 53 random bits. */
export function uniform(seed: number): () => number {
  const state = Uint32Array.from([1, 2, 3, 4], (word) => scramble(Math.imul(seed, 0x9e3779b9) + word));
  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(state[1]!, 5), 7), 9) >>> 0;
    const shifted = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    state[3] = rotate(state[3]!, 11);
    return result;
  };
  return () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6) + 0.5) * 2 ** -53;
}

/** A source of standard normal numbers (Box and Muller 1958), one from every two uniform ones. */
export function normal(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

function scramble(word: number): number {
  let hash = word | 0;
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
}

function rotate(word: number, by: number): number {
  return word << by | word >>> 32 - by;
}
