/**
 * Random keys: randomness as an explicit argument.
 *
 * A key is two 32-bit words of the counter-based generator Threefry-2x32 (20 rounds). All numbers are made by
 * the same scalar code, so every engine sees the same ones, and a saved key replays a run bit for bit.
 *
 * Source: Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011.
 *
 * @module
 */

import { derivedFrom, drawnFrom } from "./key_use.ts";
import { currentTracer } from "./program/tracer.ts";

/** A random key: two 32-bit words. */
export type Key = readonly [number, number];

const PARITY = 0x1bd11bda;

/** x, rotated to the left by so many bits. */
const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** One block of Threefry-2x32-20: key (k0, k1), counter (c0, c1) ↦ two 32-bit words. */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number): [number, number] {
  // The two words of the key and a third one, in the order in which they are added.
  let [now, next, last] = [k1 | 0, (PARITY ^ k0 ^ k1) | 0, k0 | 0];
  let x0 = (c0 + k0) | 0, x1 = (c1 + k1) | 0;
  for (let group = 1; group <= 5; group++) {
    const odd = group % 2 === 1;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, odd ? 13 : 17) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, odd ? 15 : 29) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, odd ? 26 : 16) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, odd ? 6 : 24) ^ x0;
    x0 = (x0 + now) | 0;
    x1 = (x1 + next + group) | 0;
    [now, next, last] = [next, last, now];
  }
  return [x0, x1];
}

/**
 * The key of a seed.
 *
 * @param seed a whole number in [0, 2⁵³)
 * @throws RangeError if the seed is not such a number
 */
export function key(seed: number): Key {
  return wordsOf("key: seed", seed);
}

/** The two words of a whole number. */
function wordsOf(what: string, value: number): Key {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${what} must be a whole number from 0 to 2^53 - 1, but it is ${value}`);
  }
  return [Math.floor(value / 2 ** 32) | 0, value | 0];
}

/**
 * The key of part `index` (an epoch, a step, a tensor) of the whole that has the key `parent`.
 *
 * @param index a whole number in [0, 2⁵³)
 * @throws RangeError if the index is not such a number
 */
export function foldIn(parent: Key, index: number): Key {
  const [hi, lo] = wordsOf("foldIn: index", index);
  const inner = threefry2x32(parent[0], parent[1], hi, lo);
  // A second block keeps folded keys apart from the words that `parent` itself would draw.
  const child = threefry2x32(inner[0], inner[1], 0x666f6c64, 0);
  derivedFrom(parent, child, String(index));
  currentTracer()?.derived(child, parent, (other) => foldIn(other, index));
  return child;
}

/** `count` keys that are independent of each other; the parent should not be used again. */
export function split(parent: Key, count = 2): Key[] {
  return Array.from({ length: count }, (_, i) => {
    const child = threefry2x32(parent[0], parent[1], i, 0x73706c74);
    derivedFrom(parent, child, `split ${i}`);
    currentTracer()?.derived(child, parent, (other) => split(other, count)[i]!);
    return child;
  });
}

/**
 * The same key once more, where the same numbers are wanted again: two losses of the same noise, say. It is another object, so
 * that the check of keys takes it for a new one.
 */
export function cloneKey(parent: Key): Key {
  const [high, low] = parent;
  const same: Key = [high, low];
  currentTracer()?.derived(same, parent, cloneKey);
  return same;
}

/** Fills `words` with the key's stream of 32-bit words. */
function fillWords(k: Key, words: Uint32Array): Uint32Array {
  drawnFrom(k);
  currentTracer()?.read(k);
  for (let i = 0; i < words.length; i += 2) {
    const block = threefry2x32(k[0], k[1], i / 2, 0);
    words[i] = block[0];
    if (i + 1 < words.length) words[i + 1] = block[1];
  }
  return words;
}

/** `count` numbers uniform on [0, 1), multiples of 2⁻²⁴ (so that float32 holds them exactly). */
export function uniform(k: Key, count: number): Float32Array {
  const words = fillWords(k, new Uint32Array(count));
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = (words[i]! >>> 8) * 2 ** -24;
  return out;
}

/** `count` numbers from N(0, 1), by the Box–Muller transform in double precision. */
export function normal(k: Key, count: number): Float32Array {
  const pairs = Math.ceil(count / 2);
  const words = fillWords(k, new Uint32Array(2 * pairs));
  const out = new Float32Array(count);
  for (let i = 0; i < pairs; i++) {
    const radius = Math.sqrt(-2 * Math.log((words[2 * i]! + 1) * 2 ** -32));
    const angle = 2 * Math.PI * words[2 * i + 1]! * 2 ** -32;
    out[2 * i] = radius * Math.cos(angle);
    if (2 * i + 1 < count) out[2 * i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** `count` whole numbers uniform on 0 … `below` − 1 (the bias is under below / 2³²). */
export function integers(k: Key, count: number, below: number): Int32Array {
  if (!Number.isSafeInteger(below) || below < 1 || below > 2 ** 31) {
    throw new RangeError(`integers: below must be a whole number from 1 to 2^31, but it is ${below}`);
  }
  const words = fillWords(k, new Uint32Array(count));
  return Int32Array.from(words, (w) => Math.floor(w * 2 ** -32 * below));
}

/** A uniformly random order of 0 … `count` − 1 (Fisher–Yates). */
export function permutation(k: Key, count: number): Uint32Array {
  const words = fillWords(k, new Uint32Array(count));
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(words[i]! * 2 ** -32 * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
