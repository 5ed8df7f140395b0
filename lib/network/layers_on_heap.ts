/**
 * Piecewise linear layers on the heap of the wasm engine: jets through them, and the reverse pass.
 *
 * @module
 */

import { rowsPerChunk } from "../engine/kernels/elementwise.ts";
import { copyNumbers, type Few, type Heap, makeAll, multiply } from "../engine/mod.ts";
import { count, type JetSettings, layerSizes, type Rows } from "./jet.ts";
import { finishRows, slopeRows, sumSlopedRows } from "./layer_rows.ts";
import type { ConvolutionSizes, LayerSizes } from "./linear_map.ts";
import { multiplyPatches, overlapPatches, patchGradients } from "./patch_products.ts";

/** Where the values and the tangents of a jet are on the heap. */
export type Place = readonly [value: number, tangents: number];

/** The place of a jet whose rows follow each other. */
export const whole = (
  at: number,
  { batch }: Rows,
  width: number,
): Place => [at, at + 4 * batch * width];

/** Layers on the heap, each with its sizes: W at `weight`. */
export interface LayerOnHeap extends LayerSizes {
  readonly weight: number;
  readonly slope: number;
  readonly convolution: ConvolutionSizes | null;
}

/** Each layer on the heap. */
export const layersOnHeap = (
  settings: JetSettings,
  weights: readonly number[],
  shapes: readonly Few<number>[],
): LayerOnHeap[] =>
  layerSizes(settings, shapes).map((sizes, i) => ({
    ...sizes,
    weight: weights[i]!,
    slope: settings.slopes[i]!,
    convolution: settings.convolutions[i]!,
  }));

/** Columns of W of a convolution: the channels of what lies on its grid. */
const filtersOf = (
  { inputs, outputs }: LayerOnHeap,
  { patches: { grid }, transposed }: ConvolutionSizes,
): number => (transposed ? inputs : outputs) / (grid[0] * grid[1]);

/** The linear part of a layer, x ↦ y, or its adjoint, for the values and tangents of a jet: at once where they follow each other. */
export function mapJet(
  heap: Heap,
  layer: LayerOnHeap,
  [x, y]: readonly [x: Place, y: Place],
  { batch, tangents }: Rows,
  adjoint = false,
): void {
  const { weight, convolution } = layer;
  const [inputs, outputs] = adjoint ? [layer.outputs, layer.inputs] : [layer.inputs, layer.outputs];
  const map = (rows: number, from: number, to: number): void => {
    if (!convolution) {
      multiply(heap, { m: rows, n: outputs, k: inputs, transposeB: adjoint, a: from, b: weight, c: to });
      return;
    }
    const { patches: sizes, transposed } = convolution;
    const product = { sizes, images: rows, filters: filtersOf(layer, convolution) };
    (transposed === adjoint ? multiplyPatches : overlapPatches)(heap, product, [from, weight, to]);
  };
  if (x[1] === x[0] + 4 * batch * inputs && y[1] === y[0] + 4 * batch * outputs) {
    map(batch * (1 + tangents), x[0], y[0]);
  } else {
    map(batch, x[0], y[0]);
    if (tangents > 0) map(batch * tangents, x[1], y[1]);
  }
}

/** The gradient in W of so many rows x, and u in what the linear part gives. */
function gradientInWeight(
  heap: Heap,
  layer: LayerOnHeap,
  [x, u, dw]: readonly [x: number, u: number, dw: number],
  rows: number,
): void {
  const { inputs, outputs, convolution } = layer;
  if (!convolution) {
    multiply(heap, { m: inputs, n: outputs, k: rows, transposeA: true, a: x, b: u, c: dw });
    return;
  }
  const { patches: sizes, transposed } = convolution;
  const product = { sizes, images: rows, filters: filtersOf(layer, convolution) };
  patchGradients(heap, product, transposed ? [u, x, dw] : [x, u, dw]);
}

const greatestCommonDivisor = (a: number, b: number): number => b === 0 ? a : greatestCommonDivisor(b, a % b);

/** du = dy φ′, and the sums of its channels, over the values of a batch. */
function sumSlopedChannels(
  heap: Heap,
  at: Readonly<Record<"dy" | "y" | "du" | "sums", number>>,
  batch: number,
  { outputs, channels, slope, convolution }: LayerOnHeap,
): void {
  if (!convolution) return sumSlopedRows(heap, at, [batch, outputs], slope);
  // So many pixels together that their channels fill vectors, where the image has them.
  const pixels = greatestCommonDivisor(outputs / channels, 16 / greatestCommonDivisor(channels, 16));
  const columns = pixels * channels, rows = batch * outputs / columns, height = rowsPerChunk(columns);
  const blocks = Math.ceil(rows / height);
  const [each] = makeAll(heap, [[blocks, columns]]);
  try {
    const sums = heap.offset(each!);
    sumSlopedRows(heap, { ...at, sums }, [rows, columns], slope, height);
    sumSlopedRows(heap, { dy: sums, y: sums, du: sums, sums: at.sums }, [blocks * pixels, channels], 1);
  } finally {
    heap.release(each!);
  }
}

/** Jets through layers: `jets[i]` enters layer i, and the last leaves. */
export function pushOnHeap(
  heap: Heap,
  rows: Rows,
  layers: readonly LayerOnHeap[],
  biases: readonly number[],
  jets: readonly Place[],
): void {
  const { batch, tangents } = rows;
  layers.forEach((layer, i) => {
    const { outputs, channels, slope } = layer;
    const [x, y] = [jets[i]!, jets[i + 1]!];
    mapJet(heap, layer, [x, y], rows);
    finishRows(heap, y[0], biases[i]!, [batch * outputs / channels, channels], slope);
    if (slope !== 1 && tangents > 0) slopeRows(heap, y[1], y[0], y[1], [batch, tangents, outputs], slope);
  });
}

/** What a reverse pass through layers takes, and where it puts what it makes. */
export interface ReverseOnHeap {
  /** The gradient in what leaves the last. */
  readonly dy: Place;
  /** The values that leave the last. */
  readonly y: number;
  /** What enters each layer, its rows after each other. */
  readonly jets: readonly number[];
  /** The gradients in each W. */
  readonly inWeights: readonly number[];
  /** The gradients in each b. */
  readonly inBiases: readonly number[];
  /** Where du of a layer may be. */
  readonly place: (layer: number) => Place;
}

/** The reverse pass through layers; returns du of the first. */
export function reverseOnHeap(
  heap: Heap,
  rows: Rows,
  layers: readonly LayerOnHeap[],
  { dy: given, y, jets, inWeights, inBiases, place }: ReverseOnHeap,
): Place {
  const { batch, tangents } = rows;
  let dy = given;
  for (let i = layers.length - 1;; i--) {
    const layer = layers[i]!, { outputs, slope } = layer;
    const values = jets[i + 1] ?? y;
    // What this makes is in its place already. What was given stays where it is if it is du itself, or may be written over.
    const stays = dy !== given || (tangents === 0 && (slope === 1 || i > 0 && heap.donated(dy[0])));
    const du = stays ? dy : place(i);
    sumSlopedChannels(heap, { dy: dy[0], y: values, du: du[0], sums: inBiases[i]! }, batch, layer);
    if (slope !== 1) {
      if (tangents > 0) slopeRows(heap, dy[1], values, du[1], [batch, tangents, outputs], slope);
    } else if (du[0] !== dy[0]) {
      copyNumbers(heap, dy[0], du[0], batch * outputs);
      copyNumbers(heap, dy[1], du[1], batch * tangents * outputs);
    }
    gradientInWeight(heap, layer, [jets[i]!, du[0], inWeights[i]!], count(rows));
    if (i === 0) return du;
    dy = place(i - 1);
    mapJet(heap, layer, [du, dy], rows, true);
  }
}

/**
 * Calls with places for du of each layer: of the first `du`, of the others scratch memory, where two do, since du of one layer
 * is made from that of the next.
 */
export function withPlaces(
  heap: Heap,
  rows: Rows,
  layers: readonly LayerOnHeap[],
  du: number | undefined,
  f: (place: (layer: number) => Place) => void,
): void {
  const places = Math.min(2, layers.length - 1);
  const widest = (place: number): number =>
    Math.max(...layers.map(({ outputs }, i) => i > 0 && i % places === place ? outputs : 0));
  const scratch = makeAll(heap, Array.from({ length: places }, (_, place) => [count(rows), widest(place)]));
  try {
    f((i) => whole(i === 0 ? du! : heap.offset(scratch[i % places]!), rows, layers[i]!.outputs));
  } finally {
    scratch.forEach(heap.release);
  }
}
