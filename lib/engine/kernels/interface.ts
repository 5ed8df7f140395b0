/**
 * The binary interface between TypeScript and the WebAssembly module of our kernels, described once. `deno task simd` writes
 * both sides of it: `arguments.ts`, and `arguments.as` with `kernels.as`.
 *
 * @module
 */

/** Numbers that both sides have. */
export const CONSTANTS = {
  /** Bytes of a job: a header of five words, its arguments, and a word that is not 0 once a thread has failed. */
  JOB_BYTES: 128,
  /** Bytes of the header: the ticket (8), the number of chunks, how many are done, the kernel. */
  HEADER_BYTES: 20,
  /** The byte of a job that holds the word of failure. */
  FAILED_BYTE: 124,
  /** Bytes of a thread's scratch memory: two matrices of 64 × 64 in double precision, or a packed panel of a product. */
  SCRATCH_BYTES: 65536,
  /** Where in its scratch memory a kernel writes the arguments of another that it calls: after the part that this one needs. */
  INNER_BYTE: 49152,
  /** Rows of a chunk of a product; a multiple of six. */
  PRODUCT_ROWS: 240,
  /** Columns of a chunk of a product. */
  PRODUCT_COLUMNS: 8,
  /** The most rows of matrices that are multiplied where they lie, without packing. */
  FEW_ROWS: 16,
} as const;

/** Elementary functions by their number, with the names of tfjs. */
export const ELEMENTARY = { Expm1: 0, Log1p: 1, Sigmoid: 2, Tanh: 3, Softplus: 4 } as const;
/** Operations on two numbers, and −a, by their number, with the names of tfjs. */
export const BINARY = { Add: 0, Sub: 1, Multiply: 2, RealDiv: 3, Neg: 4 } as const;

/** What an argument is: a whole number, a truth value, a number in single or double precision, a byte offset into the heap. */
export type Kind = "i32" | "bool" | "f32" | "f64" | "at";
/** Named arguments, in the order in which they lie in memory. */
export type Layout = Readonly<Record<string, Kind>>;

/** The sizes of a product of matrices: `[m, k]` by `[k, n]`. */
const sizes = { m: "i32", n: "i32", k: "i32" } as const;
/** Three matrices. */
const matrices = { a: "at", b: "at", c: "at" } as const;
/** The path of a native library on the heap, with its length; 0 where there is none. */
const library = { path: "at", pathBytes: "i32" } as const;
/** A matrix of which `size` rows make a chunk, or columns where the kernel says so. */
const matrix = { rows: "i32", columns: "i32", size: "i32" } as const;

/** Images and their patches; see `PatchSizes`. */
const patches = {
  images: "i32",
  size: "i32",
  height: "i32",
  width: "i32",
  channels: "i32",
  rows: "i32",
  columns: "i32",
  kernelHeight: "i32",
  kernelWidth: "i32",
  strideHeight: "i32",
  strideWidth: "i32",
  top: "i32",
  left: "i32",
  x: "at",
  out: "at",
} as const;

/** Products of patches: the same, with the other factor, and how many rows of patches a thread makes at a time in `space`. */
const patchProducts = { ...patches, strip: "i32", filters: "i32", w: "at", ...library, space: "at" } as const;

/** The arguments of each kernel. The order of kernels gives their numbers. Each kernel is documented where it is defined. */
export const KERNELS = {
  product: {
    ...sizes,
    transposeA: "bool",
    transposeB: "bool",
    symmetric: "bool",
    ...matrices,
    stepA: "i32",
    stepB: "i32",
    leadingB: "i32",
    accumulate: "bool",
  },
  mirror: { n: "i32", size: "i32", c: "at" },
  symmetric: { transposed: "bool", n: "i32", k: "i32", size: "i32", ...matrices, ...library },
  blas: {
    transposeA: "bool",
    transposeB: "bool",
    ...sizes,
    ...matrices,
    leadingA: "i32",
    leadingB: "i32",
    leadingC: "i32",
    rowPieces: "i32",
    columnPieces: "i32",
    ...library,
    accumulate: "bool",
  },
  mix: { ...sizes, ...matrices },
  innerProducts: { ...sizes, ...matrices },
  dots: { ...matrix, a: "at", b: "at", out: "at" },
  scaleRows: { ...matrix, factor: "f32", a: "at", c: "at", out: "at" },
  squaredDistances: { ...matrix, a: "at", b: "at", out: "at" },
  differences: { ...matrix, factor: "f32", a: "at", b: "at", c: "at", out: "at" },
  copy: { count: "i32", size: "i32", from: "at", to: "at" },
  binary: {
    operation: "i32",
    count: "i32",
    size: "i32",
    middle: "i32",
    inner: "i32",
    a: "at",
    outerA: "i32",
    middleA: "i32",
    innerA: "i32",
    b: "at",
    outerB: "i32",
    middleB: "i32",
    innerB: "i32",
    out: "at",
  },
  sums: { ...matrix, divisor: "f32", a: "at", out: "at" },
  copyRows: { rows: "i32", width: "i32", size: "i32", from: "at", step: "i32", to: "at", toStep: "i32" },
  elementary: { operation: "i32", count: "i32", size: "i32", x: "at", out: "at" },
  factor: {
    latent: "i32",
    block: "i32",
    gram: "at",
    pivots: "at",
    inverse: "at",
    root: "at",
    beta: "f64",
  },
  congruences: {
    batch: "i32",
    tangents: "i32",
    width: "i32",
    size: "i32",
    diagonal: "bool",
    ...library,
    t: "at",
    m: "at",
    mapped: "at",
    products: "at",
    squares: "at",
  },
  bernoulliEnergies: { ...matrix, x: "at", g: "at", out: "at" },
  bernoulliSlopes: { ...matrix, x: "at", g: "at", c: "at", out: "at" },
  addBiasAndActivate: { ...matrix, slope: "f32", y: "at", bias: "at" },
  slopes: { ...matrix, slope: "f32", t: "at", y: "at", out: "at", per: "i32", same: "bool" },
  slopesAndSums: { ...matrix, height: "i32", slope: "f32", dy: "at", y: "at", du: "at", sums: "at" },
  transposedSlopes: { ...matrix, slope: "f32", y: "at", out: "at" },
  pushUnits: {
    batch: "i32",
    tangents: "i32",
    hidden: "i32",
    columns: "i32",
    size: "i32",
    ...library,
    firstSlope: "f32",
    secondSlope: "f32",
    y: "at",
    w: "at",
    v: "at",
    z: "at",
    out: "at",
    space: "at",
  },
  unitGradients: {
    batch: "i32",
    tangents: "i32",
    hidden: "i32",
    columns: "i32",
    size: "i32",
    group: "i32",
    ...library,
    slopes: "at",
    du: "at",
    w: "at",
    v: "at",
    dw: "at",
    dv: "at",
    space: "at",
  },
  sumsOfSquares: { table: "at", size: "i32", out: "at" },
  adam: {
    table: "at",
    size: "i32",
    stepSize: "f32",
    correction: "f32",
    keepFirst: "f32",
    takeFirst: "f32",
    keepSecond: "f32",
    takeSecond: "f32",
    epsilon: "f32",
    smallest: "f32",
    smallestRoot: "f32",
    scale: "f32",
    decay: "f32",
  },
  patches,
  overlap: patches,
  patchProducts,
  overlapProducts: patchProducts,
  patchGradients: patchProducts,
} as const satisfies Readonly<Record<string, Layout>>;

/** The name of a kernel. */
export type KernelName = keyof typeof KERNELS;

/** The kernels that each AssemblyScript source defines; paths from this folder, without `.as`. */
export const SOURCES: Readonly<Record<string, readonly KernelName[]>> = {
  "./product": ["product", "mirror", "symmetric", "blas"],
  "./few_rows": ["mix", "innerProducts"],
  "./rows": ["dots", "scaleRows", "squaredDistances", "differences", "copy"],
  "./elementwise": ["binary", "sums", "copyRows"],
  "./elementary": ["elementary"],
  "./patches": ["patches", "overlap"],
  "../../linalg/factor_on_heap": ["factor"],
  "../../linalg/congruence": ["congruences"],
  "../../model/bernoulli": ["bernoulliEnergies", "bernoulliSlopes"],
  "../../network/layer_rows": ["addBiasAndActivate", "slopes", "slopesAndSums"],
  "../../network/patch_products": ["patchProducts", "overlapProducts", "patchGradients"],
  "../../network/unit_tangents": ["transposedSlopes", "pushUnits", "unitGradients"],
  "../../training/adam": ["sumsOfSquares", "adam"],
};

/** Layouts of tables that kernels read besides their arguments. */
export const TABLES = {
  /** A tensor that Adam updates: how many numbers it has, and where they are, before and after. */
  adamTensor: {
    count: "i32",
    x: "at",
    first: "at",
    second: "at",
    gradient: "at",
    nextX: "at",
    nextFirst: "at",
    nextSecond: "at",
  },
} as const satisfies Readonly<Record<string, Layout>>;

/** Numbers for a layout; a truth value for a `bool`. */
export type Values<Of extends Layout> = {
  readonly [Name in keyof Of]: Of[Name] extends "bool" ? boolean : number;
};

/** The arguments of a kernel by their names. */
export type Arguments<Name extends KernelName> = Values<(typeof KERNELS)[Name]>;

/** The word of each argument, counted from the first, for code that reads them by itself. */
export function wordsOf<Of extends Layout>(layout: Of): Readonly<Record<keyof Of, number>> {
  let next = 0;
  const words = Object.entries(layout).map(([name, kind]) => {
    const word = next;
    next += kind === "f64" ? 2 : 1;
    return [name, word];
  });
  return Object.fromEntries(words) as Record<keyof Of, number>;
}
