/**
 * Factors of images: grids of all their values, and draws with one of them fixed, as scores of disentanglement need them.
 *
 * @module
 */

import { foldIn, integers, type Key, split } from "../engine/key.ts";
import type { Dataset, Factors } from "./dataset.ts";

/** The factors of a full grid, which has one image for each choice of their values. */
export interface GridFactors extends Factors {
  /** How many indices the next class of each factor is away: 1 for the last. */
  readonly strides: readonly number[];
}

/**
 * The factors of a full grid: image i has the classes that are the digits of i, the last factor's changing first.
 *
 * @param names the names of the factors
 * @param values the values of each
 */
export function gridFactors(
  names: readonly string[],
  values: readonly (readonly (number | string)[])[],
): GridFactors {
  const strides = values.map((_, f) =>
    values.slice(f + 1).reduce((product, { length }) => product * length, 1)
  );
  return {
    names,
    values,
    strides,
    classes: (indices) => {
      const out = new Uint16Array(indices.length * names.length);
      for (let i = 0, at = 0; i < indices.length; i++) {
        for (let f = 0; f < names.length; f++) {
          out[at++] = Math.floor(indices[i]! / strides[f]!) % values[f]!.length;
        }
      }
      return out;
    },
  };
}

/** How many images a full grid of factors has. */
export const gridCount = ({ values }: Factors): number =>
  values.reduce((product, { length }) => product * length, 1);

/**
 * The index of the image with the given classes in a full grid.
 *
 * @param classes `[factor]`
 * @throws RangeError if a factor has no such class
 */
export function gridIndex({ names, values }: Factors, classes: ArrayLike<number>): number {
  if (classes.length !== names.length) {
    throw new RangeError(`gridIndex: ${names.length} classes are required, but there are ${classes.length}`);
  }
  return names.reduce((index, name, f) => {
    const [own, size] = [classes[f]!, values[f]!.length];
    if (Number.isInteger(own) && own >= 0 && own < size) return index * size + own;
    throw new RangeError(
      `gridIndex: the class of ${name} must be a whole number from 0 to ${size - 1}, but it is ${own}`,
    );
  }, 0);
}

/**
 * The classes `[factor]` of the image with the given index in a full grid.
 *
 * @throws RangeError if there is no such image
 */
export function gridClasses(factors: Factors, index: number): Uint16Array {
  const count = gridCount(factors);
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(
      `gridClasses: the index must be a whole number from 0 to ${count - 1}, but it is ${index}`,
    );
  }
  return gridFactors(factors.names, factors.values).classes([index]);
}

/**
 * Indices of images drawn uniformly, with repetition; of a grid, this draws every factor uniformly and independently.
 *
 * @param key of the draws
 * @param count how many
 * @returns `[count]`, whole numbers from 0 to `dataset.count` − 1
 */
export const sampleImages = (dataset: Pick<Dataset, "count">, key: Key, count: number): Uint32Array =>
  Uint32Array.from(integers(key, count, dataset.count));

/**
 * Indices drawn uniformly from 0 to below − 1, none twice.
 *
 * @param key of the draws
 * @param count how many; there must be so many that differ
 * @param same the least index whose image is the same; the index itself if left out
 */
export function drawDistinct(
  key: Key,
  count: number,
  below: number,
  same: (index: number) => number = (index) => index,
): Uint32Array {
  const [seen, drawn]: [Set<number>, number[]] = [new Set(), []];
  for (let round = 0; drawn.length < count; round++) {
    for (const index of integers(foldIn(key, round), count, below)) {
      const least = same(index);
      if (drawn.length === count || seen.has(least)) continue;
      seen.add(least);
      drawn.push(index);
    }
  }
  return Uint32Array.from(drawn);
}

/** The factors of the images with the given indices; of a full grid, they are no grid any more. */
export const factorsAt = ({ names, values, classes }: Factors, indices: ArrayLike<number>): Factors => ({
  names,
  values,
  classes: (places) => classes(Uint32Array.from(places, (place) => indices[place]!)),
});

/** Draws among the images that have the class of a given image in one factor. */
function drawerOf(
  doing: string,
  dataset: Dataset,
  factor: number,
): (image: number, uniform: number) => number {
  const { factors, count, name } = dataset;
  if (factors === undefined) {
    throw new TypeError(`${doing}: images with known factors are required, but ${name} has none`);
  }
  const { names, values } = factors, last = names.length - 1;
  if (!Number.isInteger(factor) || factor < 0 || factor > last) {
    throw new RangeError(
      `${doing}: the factor must be 0 to ${last} (${names.join(", ")}), but it is ${factor}`,
    );
  }
  if ("strides" in factors && gridCount(factors) === count) {
    const { strides } = factors as GridFactors, [stride, size] = [strides[factor]!, values[factor]!.length];
    return (image, uniform) => {
      const own = Math.floor(image / stride) % size;
      const rest = Math.floor(uniform * (count / size)), high = Math.floor(rest / stride);
      return (high * size + own) * stride + rest % stride;
    };
  }
  const classes = Uint16Array.from(
    { length: count },
    (_, i) => factors.classes([i])[factor]!,
  );
  const members = values[factor]!.map((): number[] => []);
  classes.forEach((own, i) => members[own]!.push(i));
  return (image, uniform) => {
    const own = members[classes[image]!]!;
    return own[Math.floor(uniform * own.length)]!;
  };
}

/** Words of 31 bits as numbers in [0, 1). */
const uniforms = (key: Key, count: number): Float64Array =>
  Float64Array.from(integers(key, count, 2 ** 31), (word) => word / 2 ** 31);

/**
 * Indices of images that agree in one factor and are else drawn uniformly: the class is that of an image drawn first. This is a
 * batch of the FactorVAE score.
 *
 * Source: H. Kim, A. Mnih, *Disentangling by factorising*, ICML 2018.
 *
 * @param key of the draws
 * @param count how many
 * @param factor which factor, from 0
 * @returns `[count]`
 * @throws TypeError if the images have no factors; RangeError if there is no such factor
 */
export function sampleSame(dataset: Dataset, key: Key, count: number, factor: number): Uint32Array {
  const draw = drawerOf("sampleSame", dataset, factor);
  const [first, rest] = split(key) as [Key, Key];
  const [image] = sampleImages(dataset, first, 1);
  return Uint32Array.from(uniforms(rest, count), (uniform) => draw(image!, uniform));
}

/**
 * Pairs of images that agree in one factor: the first ones are drawn uniformly, and each second one uniformly among the images
 * that have the first one's class. This is a batch of the β-VAE score.
 *
 * Source: I. Higgins et al., *β-VAE: learning basic visual concepts with a constrained variational framework*, ICLR 2017.
 *
 * @param key of the draws
 * @param count how many pairs
 * @param factor which factor, from 0
 * @returns indices `[count]` of the first and of the second images
 * @throws TypeError if the images have no factors; RangeError if there is no such factor
 */
export function samplePairs(
  dataset: Dataset,
  key: Key,
  count: number,
  factor: number,
): [first: Uint32Array, second: Uint32Array] {
  const draw = drawerOf("samplePairs", dataset, factor);
  const [one, other] = split(key) as [Key, Key];
  const first = sampleImages(dataset, one, count), second = uniforms(other, count);
  return [first, Uint32Array.from(first, (image, i) => draw(image, second[i]!))];
}
