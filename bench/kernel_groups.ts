/**
 * Kernels by what they are for.
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

/** Products, and those with what is done to them in the same pass. */
const PRODUCTS = /MatMul|Product|GraeLayers/;
const OPTIMISER = /Adam/;
/** Copies, and other shapes for the same numbers. */
const MEMORY =
  /^(Identity|Reshape|Cast|Pad(V2)?|Tile|Slice|StridedSlice|Transpose|Concat|Pack|Unpack|Fill|ZerosLike|OnesLike|ExpandDims|SplitV|BroadcastTo|GatherV2|OneHot)$/;

/** The group of a kernel. */
export function groupOf(kernel: string): Group {
  if (PRODUCTS.test(kernel)) return "matrix products";
  if (OPTIMISER.test(kernel)) return "optimiser";
  return MEMORY.test(kernel) ? "memory" : "element-wise and reductions";
}
