/**
 * The kernels' numbers, and functions that write their arguments.
 *
 * Written by `deno task simd` from `interface.ts`: change that, and run it again.
 *
 * @module
 */

import type { Arguments, KernelName, TABLES, Values } from "./interface.ts";

/** The kernels' numbers. */
export const KERNEL = {
  product: 0,
  mirror: 1,
  symmetric: 2,
  blas: 3,
  mix: 4,
  innerProducts: 5,
  dots: 6,
  scaleRows: 7,
  squaredDistances: 8,
  differences: 9,
  copy: 10,
  binary: 11,
  sums: 12,
  copyRows: 13,
  elementary: 14,
  factor: 15,
  congruences: 16,
  bernoulliEnergies: 17,
  bernoulliSlopes: 18,
  addBiasAndActivate: 19,
  slopes: 20,
  slopesAndSums: 21,
  transposedSlopes: 22,
  pushUnits: 23,
  unitGradients: 24,
  sumsOfSquares: 25,
  adam: 26,
  patches: 27,
  overlap: 28,
  patchProducts: 29,
  overlapProducts: 30,
  patchGradients: 31,
} as const satisfies Readonly<Record<KernelName, number>>;

const doubles = new Float64Array(1);
const halves = new Int32Array(doubles.buffer);

/** Writes arguments from word `at` on; `words` and `floats` are the same memory. */
type Write<Args> = (args: Args, words: Int32Array, floats: Float32Array, at: number) => void;

/** Writes the arguments of each kernel. */
export const WRITE: { readonly [Name in KernelName]: Write<Arguments<Name>> } = {
  product: (args, words, _, at) => {
    words[at] = args.m;
    words[at + 1] = args.n;
    words[at + 2] = args.k;
    words[at + 3] = Number(args.transposeA);
    words[at + 4] = Number(args.transposeB);
    words[at + 5] = Number(args.symmetric);
    words[at + 6] = args.a;
    words[at + 7] = args.b;
    words[at + 8] = args.c;
    words[at + 9] = args.stepA;
    words[at + 10] = args.stepB;
    words[at + 11] = args.leadingB;
    words[at + 12] = Number(args.accumulate);
  },
  mirror: (args, words, _, at) => {
    words[at] = args.n;
    words[at + 1] = args.size;
    words[at + 2] = args.c;
  },
  symmetric: (args, words, _, at) => {
    words[at] = Number(args.transposed);
    words[at + 1] = args.n;
    words[at + 2] = args.k;
    words[at + 3] = args.size;
    words[at + 4] = args.a;
    words[at + 5] = args.b;
    words[at + 6] = args.c;
    words[at + 7] = args.path;
    words[at + 8] = args.pathBytes;
  },
  blas: (args, words, _, at) => {
    words[at] = Number(args.transposeA);
    words[at + 1] = Number(args.transposeB);
    words[at + 2] = args.m;
    words[at + 3] = args.n;
    words[at + 4] = args.k;
    words[at + 5] = args.a;
    words[at + 6] = args.b;
    words[at + 7] = args.c;
    words[at + 8] = args.leadingA;
    words[at + 9] = args.leadingB;
    words[at + 10] = args.leadingC;
    words[at + 11] = args.rowPieces;
    words[at + 12] = args.columnPieces;
    words[at + 13] = args.path;
    words[at + 14] = args.pathBytes;
    words[at + 15] = Number(args.accumulate);
  },
  mix: (args, words, _, at) => {
    words[at] = args.m;
    words[at + 1] = args.n;
    words[at + 2] = args.k;
    words[at + 3] = args.a;
    words[at + 4] = args.b;
    words[at + 5] = args.c;
  },
  innerProducts: (args, words, _, at) => {
    words[at] = args.m;
    words[at + 1] = args.n;
    words[at + 2] = args.k;
    words[at + 3] = args.a;
    words[at + 4] = args.b;
    words[at + 5] = args.c;
  },
  dots: (args, words, _, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    words[at + 3] = args.a;
    words[at + 4] = args.b;
    words[at + 5] = args.out;
  },
  scaleRows: (args, words, floats, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    floats[at + 3] = args.factor;
    words[at + 4] = args.a;
    words[at + 5] = args.c;
    words[at + 6] = args.out;
  },
  squaredDistances: (args, words, _, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    words[at + 3] = args.a;
    words[at + 4] = args.b;
    words[at + 5] = args.out;
  },
  differences: (args, words, floats, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    floats[at + 3] = args.factor;
    words[at + 4] = args.a;
    words[at + 5] = args.b;
    words[at + 6] = args.c;
    words[at + 7] = args.out;
  },
  copy: (args, words, _, at) => {
    words[at] = args.count;
    words[at + 1] = args.size;
    words[at + 2] = args.from;
    words[at + 3] = args.to;
  },
  binary: (args, words, _, at) => {
    words[at] = args.operation;
    words[at + 1] = args.count;
    words[at + 2] = args.size;
    words[at + 3] = args.middle;
    words[at + 4] = args.inner;
    words[at + 5] = args.a;
    words[at + 6] = args.outerA;
    words[at + 7] = args.middleA;
    words[at + 8] = args.innerA;
    words[at + 9] = args.b;
    words[at + 10] = args.outerB;
    words[at + 11] = args.middleB;
    words[at + 12] = args.innerB;
    words[at + 13] = args.out;
  },
  sums: (args, words, floats, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    floats[at + 3] = args.divisor;
    words[at + 4] = args.a;
    words[at + 5] = args.out;
  },
  copyRows: (args, words, _, at) => {
    words[at] = args.rows;
    words[at + 1] = args.width;
    words[at + 2] = args.size;
    words[at + 3] = args.from;
    words[at + 4] = args.step;
    words[at + 5] = args.to;
    words[at + 6] = args.toStep;
  },
  elementary: (args, words, _, at) => {
    words[at] = args.operation;
    words[at + 1] = args.count;
    words[at + 2] = args.size;
    words[at + 3] = args.x;
    words[at + 4] = args.out;
  },
  factor: (args, words, _, at) => {
    words[at] = args.latent;
    words[at + 1] = args.block;
    words[at + 2] = args.gram;
    words[at + 3] = args.pivots;
    words[at + 4] = args.inverse;
    words[at + 5] = args.root;
    doubles[0] = args.beta;
    words[at + 6] = halves[0]!;
    words[at + 7] = halves[1]!;
  },
  congruences: (args, words, _, at) => {
    words[at] = args.batch;
    words[at + 1] = args.tangents;
    words[at + 2] = args.width;
    words[at + 3] = args.size;
    words[at + 4] = Number(args.diagonal);
    words[at + 5] = args.path;
    words[at + 6] = args.pathBytes;
    words[at + 7] = args.t;
    words[at + 8] = args.m;
    words[at + 9] = args.mapped;
    words[at + 10] = args.products;
    words[at + 11] = args.squares;
  },
  bernoulliEnergies: (args, words, _, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    words[at + 3] = args.x;
    words[at + 4] = args.g;
    words[at + 5] = args.out;
  },
  bernoulliSlopes: (args, words, _, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    words[at + 3] = args.x;
    words[at + 4] = args.g;
    words[at + 5] = args.c;
    words[at + 6] = args.out;
  },
  addBiasAndActivate: (args, words, floats, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    floats[at + 3] = args.slope;
    words[at + 4] = args.y;
    words[at + 5] = args.bias;
  },
  slopes: (args, words, floats, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    floats[at + 3] = args.slope;
    words[at + 4] = args.t;
    words[at + 5] = args.y;
    words[at + 6] = args.out;
    words[at + 7] = args.per;
    words[at + 8] = Number(args.same);
  },
  slopesAndSums: (args, words, floats, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    words[at + 3] = args.height;
    floats[at + 4] = args.slope;
    words[at + 5] = args.dy;
    words[at + 6] = args.y;
    words[at + 7] = args.du;
    words[at + 8] = args.sums;
  },
  transposedSlopes: (args, words, floats, at) => {
    words[at] = args.rows;
    words[at + 1] = args.columns;
    words[at + 2] = args.size;
    floats[at + 3] = args.slope;
    words[at + 4] = args.y;
    words[at + 5] = args.out;
  },
  pushUnits: (args, words, floats, at) => {
    words[at] = args.batch;
    words[at + 1] = args.tangents;
    words[at + 2] = args.hidden;
    words[at + 3] = args.columns;
    words[at + 4] = args.size;
    words[at + 5] = args.path;
    words[at + 6] = args.pathBytes;
    floats[at + 7] = args.firstSlope;
    floats[at + 8] = args.secondSlope;
    words[at + 9] = args.y;
    words[at + 10] = args.w;
    words[at + 11] = args.v;
    words[at + 12] = args.z;
    words[at + 13] = args.out;
    words[at + 14] = args.space;
  },
  unitGradients: (args, words, _, at) => {
    words[at] = args.batch;
    words[at + 1] = args.tangents;
    words[at + 2] = args.hidden;
    words[at + 3] = args.columns;
    words[at + 4] = args.size;
    words[at + 5] = args.group;
    words[at + 6] = args.path;
    words[at + 7] = args.pathBytes;
    words[at + 8] = args.slopes;
    words[at + 9] = args.du;
    words[at + 10] = args.w;
    words[at + 11] = args.v;
    words[at + 12] = args.dw;
    words[at + 13] = args.dv;
    words[at + 14] = args.space;
  },
  sumsOfSquares: (args, words, _, at) => {
    words[at] = args.table;
    words[at + 1] = args.size;
    words[at + 2] = args.out;
  },
  adam: (args, words, floats, at) => {
    words[at] = args.table;
    words[at + 1] = args.size;
    floats[at + 2] = args.stepSize;
    floats[at + 3] = args.correction;
    floats[at + 4] = args.keepFirst;
    floats[at + 5] = args.takeFirst;
    floats[at + 6] = args.keepSecond;
    floats[at + 7] = args.takeSecond;
    floats[at + 8] = args.epsilon;
    floats[at + 9] = args.smallest;
    floats[at + 10] = args.smallestRoot;
    floats[at + 11] = args.scale;
    floats[at + 12] = args.decay;
  },
  patches: (args, words, _, at) => {
    words[at] = args.images;
    words[at + 1] = args.size;
    words[at + 2] = args.height;
    words[at + 3] = args.width;
    words[at + 4] = args.channels;
    words[at + 5] = args.rows;
    words[at + 6] = args.columns;
    words[at + 7] = args.kernelHeight;
    words[at + 8] = args.kernelWidth;
    words[at + 9] = args.strideHeight;
    words[at + 10] = args.strideWidth;
    words[at + 11] = args.top;
    words[at + 12] = args.left;
    words[at + 13] = args.x;
    words[at + 14] = args.out;
  },
  overlap: (args, words, _, at) => {
    words[at] = args.images;
    words[at + 1] = args.size;
    words[at + 2] = args.height;
    words[at + 3] = args.width;
    words[at + 4] = args.channels;
    words[at + 5] = args.rows;
    words[at + 6] = args.columns;
    words[at + 7] = args.kernelHeight;
    words[at + 8] = args.kernelWidth;
    words[at + 9] = args.strideHeight;
    words[at + 10] = args.strideWidth;
    words[at + 11] = args.top;
    words[at + 12] = args.left;
    words[at + 13] = args.x;
    words[at + 14] = args.out;
  },
  patchProducts: (args, words, _, at) => {
    words[at] = args.images;
    words[at + 1] = args.size;
    words[at + 2] = args.height;
    words[at + 3] = args.width;
    words[at + 4] = args.channels;
    words[at + 5] = args.rows;
    words[at + 6] = args.columns;
    words[at + 7] = args.kernelHeight;
    words[at + 8] = args.kernelWidth;
    words[at + 9] = args.strideHeight;
    words[at + 10] = args.strideWidth;
    words[at + 11] = args.top;
    words[at + 12] = args.left;
    words[at + 13] = args.x;
    words[at + 14] = args.out;
    words[at + 15] = args.strip;
    words[at + 16] = args.filters;
    words[at + 17] = args.w;
    words[at + 18] = args.path;
    words[at + 19] = args.pathBytes;
    words[at + 20] = args.space;
  },
  overlapProducts: (args, words, _, at) => {
    words[at] = args.images;
    words[at + 1] = args.size;
    words[at + 2] = args.height;
    words[at + 3] = args.width;
    words[at + 4] = args.channels;
    words[at + 5] = args.rows;
    words[at + 6] = args.columns;
    words[at + 7] = args.kernelHeight;
    words[at + 8] = args.kernelWidth;
    words[at + 9] = args.strideHeight;
    words[at + 10] = args.strideWidth;
    words[at + 11] = args.top;
    words[at + 12] = args.left;
    words[at + 13] = args.x;
    words[at + 14] = args.out;
    words[at + 15] = args.strip;
    words[at + 16] = args.filters;
    words[at + 17] = args.w;
    words[at + 18] = args.path;
    words[at + 19] = args.pathBytes;
    words[at + 20] = args.space;
  },
  patchGradients: (args, words, _, at) => {
    words[at] = args.images;
    words[at + 1] = args.size;
    words[at + 2] = args.height;
    words[at + 3] = args.width;
    words[at + 4] = args.channels;
    words[at + 5] = args.rows;
    words[at + 6] = args.columns;
    words[at + 7] = args.kernelHeight;
    words[at + 8] = args.kernelWidth;
    words[at + 9] = args.strideHeight;
    words[at + 10] = args.strideWidth;
    words[at + 11] = args.top;
    words[at + 12] = args.left;
    words[at + 13] = args.x;
    words[at + 14] = args.out;
    words[at + 15] = args.strip;
    words[at + 16] = args.filters;
    words[at + 17] = args.w;
    words[at + 18] = args.path;
    words[at + 19] = args.pathBytes;
    words[at + 20] = args.space;
  },
};

/** Writes an entry of each table that kernels read besides their arguments. */
export const WRITE_TABLE: { readonly [Name in keyof typeof TABLES]: Write<Values<(typeof TABLES)[Name]>> } = {
  adamTensor: (args, words, _, at) => {
    words[at] = args.count;
    words[at + 1] = args.x;
    words[at + 2] = args.first;
    words[at + 3] = args.second;
    words[at + 4] = args.gradient;
    words[at + 5] = args.nextX;
    words[at + 6] = args.nextFirst;
    words[at + 7] = args.nextSecond;
  },
};
