/**
 * The factors of images in a .npz archive, as dSprites has them: `latents_classes` `[count, factors]`, and perhaps `latents_values`.
 *
 * Source: L. Matthey, I. Higgins, D. Hassabis, A. Lerchner, *dSprites: disentanglement testing sprites dataset*, 2017.
 *
 * @module
 */

import type { Factors } from "./dataset.ts";
import { DataError } from "./error.ts";
import type { NpyArray } from "./npy.ts";

/** The names of dSprites' six latents, which its archive has in a pickle alone. */
const DSPRITES = ["color", "shape", "scale", "orientation", "posX", "posY"];

/** The numbers of an array `[rows, columns]`. */
function tableOf(
  { shape, values }: NpyArray,
  required: string,
  fits: boolean,
  file: string,
): ArrayLike<number> {
  if (fits && shape.length === 2 && typeof values[0] === "number") return values as ArrayLike<number>;
  throw new DataError(file, `must be ${required}, but it is [${shape.join(", ")}]`);
}

/**
 * The factors of images. A factor that has one value is left out.
 *
 * @param classes `[count, factors]`, whole numbers from 0 to 65,535
 * @param values `[count, factors]`, one for each class of a factor; null where there are none, so that classes stand for themselves
 * @param file the archive, for messages
 * @throws DataError if the arrays do not fit the images or each other
 */
export function factorsOf(classes: NpyArray, values: NpyArray | null, count: number, file: string): Factors {
  const places = [`${file}, latents_classes.npy`, `${file}, latents_values.npy`] as const;
  const [rows, columns = 0] = classes.shape;
  const own = tableOf(classes, `[${count}, factors], a row for each image`, rows === count, places[0]);
  const ownValues = values && tableOf(
    values,
    `[${count}, ${columns}] as latents_classes`,
    values.shape[0] === count && values.shape[1] === columns,
    places[1],
  );
  const found: (number | undefined)[][] = Array.from({ length: columns }, () => []);
  for (let at = 0; at < count * columns; at++) {
    const [k, f] = [own[at]!, at % columns];
    if (!Number.isInteger(k) || k < 0 || k > 0xffff) {
      throw new DataError(places[0], `classes must be whole numbers from 0 to 65535, but one is ${k}`);
    }
    const [value, before] = [ownValues ? ownValues[at]! : k, found[f]![k]];
    if (before !== undefined && before !== value) {
      throw new DataError(
        places[1],
        `each class must have one value, but class ${k} of factor ${f + 1} has ${before} and ${value}`,
      );
    }
    found[f]![k] = value;
  }
  const names = columns === DSPRITES.length ? DSPRITES : found.map((_, f) => `factor ${f + 1}`);
  const varied = [...found.keys()].filter((f) => found[f]!.length > 1);
  const table = new Uint16Array(count * varied.length).map((_, at) =>
    own[Math.floor(at / varied.length) * columns + varied[at % varied.length]!]!
  );
  return {
    names: varied.map((f) => names[f]!),
    // A class that no image has stands for itself.
    values: varied.map((f) => Array.from(found[f]!, (value, k) => value ?? k)),
    classes: (indices) => {
      const out = new Uint16Array(indices.length * varied.length);
      for (let i = 0; i < indices.length; i++) {
        const from = indices[i]! * varied.length;
        out.set(table.subarray(from, from + varied.length), i * varied.length);
      }
      return out;
    },
  };
}
