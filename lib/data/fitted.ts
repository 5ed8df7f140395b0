/**
 * Data sets made to another size, or to colours.
 *
 * @module
 */

import { type Dataset, sizeOf } from "./dataset.ts";
import { type Fit, fitPicture } from "./fit_picture.ts";
import { eachRead } from "./rows.ts";

/** A data set whose images are made to a size and to channels, each left as it is where it is left out. */
export function fitted(dataset: Dataset, fit: Pick<Partial<Fit>, "size" | "channels">): Dataset {
  const { height, width, channels: own = 1, name } = dataset;
  const { size, channels = own } = fit;
  if ((size === undefined || size === height && size === width) && channels === own) return dataset;
  const length = sizeOf(dataset);
  const side = size ?? Math.min(height, width);
  const made: Dataset = { ...dataset, height: side, width: side, channels };
  return {
    ...made,
    images: eachRead(dataset.images, (bytes) => {
      const count = bytes.length / length, out = new Uint8Array(count * sizeOf(made));
      for (let i = 0; i < count; i++) {
        const pixels = Uint8Array.from(bytes.subarray(i * length, (i + 1) * length));
        out.set(
          fitPicture({ height, width, channels: own, pixels }, { size: side, channels }, name),
          i * sizeOf(made),
        );
      }
      return out;
    }),
  };
}
