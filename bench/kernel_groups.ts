/**
 * Kernels by purpose, and the jobs that they give to the threads of the wasm heap.
 *
 * @module
 */

/** The groups, in the order of the table. */
export const GROUPS = [
  "matrix products",
  "element-wise and reductions",
  "optimiser",
  "memory",
] as const;
/** One of them. */
export type Group = typeof GROUPS[number];

/** Products, with the work around their jobs. */
const PRODUCTS =
  /MatMul|Product|GraeCongruences|GraeLayers|^job (blas|product|mix|innerProducts|pushUnits|unitGradients|congruences|symmetric|patchProducts|overlapProducts|patchGradients)$/;
const OPTIMISER = /Adam|^job adam$/;
/** Copies, and other shapes for the same numbers. */
const MEMORY =
  /^(Identity|Reshape|Cast|Pad(V2)?|Tile|Slice|StridedSlice|Transpose|Concat|Pack|Unpack|Fill|ZerosLike|OnesLike|ExpandDims|SplitV|BroadcastTo|GatherV2|OneHot|Grae(Split|Join)Columns|job (copy|copyRows|mirror))$/;

/** The group of a kernel or a job. */
export function groupOf(kernel: string): Group {
  if (PRODUCTS.test(kernel)) return "matrix products";
  if (OPTIMISER.test(kernel)) return "optimiser";
  return MEMORY.test(kernel) ? "memory" : "element-wise and reductions";
}
