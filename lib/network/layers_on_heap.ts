/**
 * Piecewise linear layers on the heap of the wasm engine: jets through them, and the reverse pass.
 *
 * @module
 */

import { copyNumbers, type Few, type Heap, makeAll, multiply } from "../engine/mod.ts";
import { count, type JetSettings, type Rows } from "./jet.ts";
import { finishRows, slopeRows, sumSlopedRows } from "./layer_rows.ts";

/** Where the values and the tangents of a jet are on the heap. */
export type Place = readonly [value: number, tangents: number];

/** The place of a jet whose rows follow each other. */
export const whole = (
  at: number,
  { batch }: Rows,
  width: number,
): Place => [at, at + 4 * batch * width];

/** y = x W, or x Wᵀ, for the values and tangents of a jet: one product where they follow each other. */
export function multiplyJet(
  heap: Heap,
  [x, w, y]: readonly [x: Place, w: number, y: Place],
  { batch, tangents }: Rows,
  [inputs, outputs]: readonly [number, number],
  transposeB = false,
): void {
  const sizes = { n: outputs, k: inputs, b: w, transposeB };
  if (x[1] === x[0] + 4 * batch * inputs && y[1] === y[0] + 4 * batch * outputs) {
    multiply(heap, { ...sizes, m: batch * (1 + tangents), a: x[0], c: y[0] });
  } else {
    multiply(heap, { ...sizes, m: batch, a: x[0], c: y[0] });
    if (tangents > 0) multiply(heap, { ...sizes, m: batch * tangents, a: x[1], c: y[1] });
  }
}

/** Layers on the heap, each with its sizes: W at `weight`, and b or the gradients in both where they are needed. */
export interface LayerOnHeap {
  readonly weight: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly slope: number;
}

/** Each layer on the heap. */
export const layersOnHeap = (
  { slopes }: JetSettings,
  weights: readonly number[],
  shapes: readonly Few<number>[],
): LayerOnHeap[] =>
  slopes.map((slope, i) => {
    const [inputs, outputs] = shapes[i]!;
    return { weight: weights[i]!, inputs, outputs, slope };
  });

/** Jets through layers: `jets[i]` enters layer i, and the last leaves. */
export function pushOnHeap(
  heap: Heap,
  rows: Rows,
  layers: readonly LayerOnHeap[],
  biases: readonly number[],
  jets: readonly Place[],
): void {
  const { batch, tangents } = rows;
  layers.forEach(({ weight, inputs, outputs, slope }, i) => {
    const [x, y] = [jets[i]!, jets[i + 1]!];
    multiplyJet(heap, [x, weight, y], rows, [inputs, outputs]);
    finishRows(heap, y[0], biases[i]!, [batch, outputs], slope);
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
    const { weight, inputs, outputs, slope } = layers[i]!;
    const values = jets[i + 1] ?? y;
    // What this makes is in its place already. What was given stays where it is if it is du itself, or may be written over.
    const stays = dy !== given || (tangents === 0 && (slope === 1 || i > 0 && heap.donated(dy[0])));
    const du = stays ? dy : place(i);
    sumSlopedRows(heap, { dy: dy[0], y: values, du: du[0], sums: inBiases[i]! }, [batch, outputs], slope);
    if (slope !== 1) {
      if (tangents > 0) slopeRows(heap, dy[1], values, du[1], [batch, tangents, outputs], slope);
    } else if (du[0] !== dy[0]) {
      copyNumbers(heap, dy[0], du[0], batch * outputs);
      copyNumbers(heap, dy[1], du[1], batch * tangents * outputs);
    }
    const sizes = { m: inputs, n: outputs, k: count(rows), transposeA: true };
    multiply(heap, { ...sizes, a: jets[i]!, b: du[0], c: inWeights[i]! });
    if (i === 0) return du;
    dy = place(i - 1);
    multiplyJet(heap, [du, weight, dy], rows, [outputs, inputs], true);
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
  const largest = Math.max(0, ...layers.slice(1).map(({ outputs }) => outputs));
  const scratch = makeAll(heap, layers.slice(1, 3).map(() => [count(rows), largest]));
  try {
    f((i) => whole(i === 0 ? du! : heap.offset(scratch[i % scratch.length]!), rows, layers[i]!.outputs));
  } finally {
    scratch.forEach(heap.release);
  }
}
