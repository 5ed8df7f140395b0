/**
 * Numbers, vectors, matrices and records. All numbers are built from integers, so that they shrink to round values and are spread evenly:
 * fast-check's own doubles are spread evenly over their bit patterns, and are nearly all tiny or huge.
 *
 * @module
 */

import fc from "fast-check";
import type { Matrix, Vector } from "../../contract/subject.ts";

/** Steps of a real interval. */
const steps = 2 ** 20;

/** A real in [−size, size], evenly; shrinks to 0. */
export function real(size = 1): fc.Arbitrary<number> {
  return fc.integer({ min: -steps, max: steps }).map((k) => (k / steps) * size);
}

/** A real in [low, high], evenly; shrinks to low. */
export function between(low: number, high: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: steps }).map((k) => low + (k / steps) * (high - low));
}

/** A real from low to high in size, evenly, of either sign. */
export function signed(low: number, high: number): fc.Arbitrary<number> {
  return fc.tuple(between(low, high), fc.constantFrom(1, -1)).map(([size, sign]) => size * sign);
}

/** A whole number from 1 to `most`, evenly. */
export function upTo(most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: most });
}

/** 10^u with u evenly in [low, high]; shrinks to the power nearest to 1. */
export function logUniform(low: number, high: number): fc.Arbitrary<number> {
  const scale = 2 ** 12;
  return fc.integer({ min: Math.ceil(low * scale), max: Math.floor(high * scale) }).map((k) =>
    10 ** (k / scale)
  );
}

/** β, log-uniform from 1e-4 to 1e4. */
export const beta: fc.Arbitrary<number> = logUniform(-4, 4);

/**
 * A size from `min` to `usual`, and one time in four beyond it, up to `most`: a fault that begins at `usual` + 1 is missed by 100
 * cases with probability 3e-13. A clause of 50 cases or fewer looks at examples of the largest sizes first.
 */
export function sizeUpTo(min: number, usual: number, most: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min, max: usual }) },
    fc.integer({ min: usual + 1, max: most }),
  );
}

/** Numbers of observed dimensions, of latents and of examples. */
export const dataSize: fc.Arbitrary<number> = sizeUpTo(1, 6, 12);
/** See {@link dataSize}. */
export const latentSize: fc.Arbitrary<number> = sizeUpTo(1, 4, 8);
/** See {@link dataSize}. */
export const batchSize: fc.Arbitrary<number> = sizeUpTo(1, 4, 9);

/** 2^-first and the halves after it, at which an order of convergence is fitted. */
export function halvings(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => 2 ** -(first + k));
}

/** A seed from which a law expands its random numbers. */
export const seed: fc.Arbitrary<number> = fc.integer();

/** `count` values of one kind. */
export function listOf<T>(count: number, value: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(value, { minLength: count, maxLength: count });
}

type Value<E> = E extends fc.Arbitrary<infer T> ? T : E;
/** The values of a record whose entries may be arbitraries. */
type Drawn<R> = { readonly [K in keyof R]: Value<R[K]> };

/** A record drawn once a value is known on which it depends; entries that are no arbitraries are taken as they are. */
export function recordGiven<T, const R extends Readonly<Record<string, unknown>>>(
  given: fc.Arbitrary<T>,
  record: (given: T) => R,
): fc.Arbitrary<Drawn<R>> {
  const arbitrary = (entry: unknown): fc.Arbitrary<unknown> =>
    entry instanceof fc.Arbitrary ? entry : fc.constant(entry);
  return given.chain((value) => {
    const entries = Object.entries(record(value)).map(([name, entry]) => [name, arbitrary(entry)]);
    return fc.record(Object.fromEntries(entries)) as fc.Arbitrary<Drawn<R>>;
  });
}

/** A vector of `n` reals in [−size, size]. */
export function vector(n: number, size = 1): fc.Arbitrary<Vector> {
  return listOf(n, real(size));
}

/** A matrix `[rows][columns]` of reals in [−size, size]. */
export function matrix(rows: number, columns: number, size = 1): fc.Arbitrary<Matrix> {
  return listOf(rows, vector(columns, size));
}
