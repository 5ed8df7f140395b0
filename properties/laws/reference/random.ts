/**
 * Random numbers of a law: fast-check draws a seed, and this expands it, so that samples are never shrunken.
 *
 * Source: G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators, 2014 (SplitMix, 32-bit variant).
 *
 * @module
 */

/** Uniform numbers in the open interval (0, 1). */
export function uniformSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (((word ^ (word >>> 15)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/** Standard normal numbers (Box and Muller 1958). */
export function normalSource(seed: number): () => number {
  const uniform = uniformSource(seed);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
