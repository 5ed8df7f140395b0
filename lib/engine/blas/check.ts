/**
 * A library is tried before it is used: its products of whole numbers, in four transpositions and three sizes, must have the
 * bits of ours, computed by one thread and by all at once.
 *
 * The numbers are so small that each sum is a whole number below 2²⁴: float32 rounds nothing, in whatever order a library
 * adds, and a difference is a fault.
 *
 * @module
 */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Blas } from "./blas.ts";
import { EngineError } from "../engine_error.ts";
import type { EngineHeap } from "../backend/heap.ts";
import { multiply } from "../kernels/product.ts";

/** m, n, k: with edges of every kind, and larger than the blocks in which libraries compute. */
const SIZES = [[131, 17, 65], [515, 97, 129], [269, 530, 521]] as const;
type Sizes = typeof SIZES[number];
/** How often each of them is made by all threads at once, in each transposition: by 2,000 calls in all, in 60 jobs. */
const ROUNDS = [8, 6, 1] as const;
const TRANSPOSITIONS = [[0, 0], [1, 0], [0, 1], [1, 1]] as const;
/** Bits of the numbers in A, which are more than a bfloat16 or a TF32 holds, and in B. */
const [BITS_OF_A, BITS_OF_B] = [13, 3];

/** Where matrices of one size are on the heap: A and B as they are and transposed, C, the right C, and numbers for its rows. */
interface Matrices {
  readonly a: readonly [plain: number, transposed: number];
  readonly b: readonly [plain: number, transposed: number];
  readonly c: number;
  readonly right: number;
  readonly rows: number;
}

/**
 * Tries a library by the jobs in which threads share products, and leaves it in use.
 *
 * @throws EngineError that says which product is wrong, and by how much; then no library is in use
 */
export function checkBlas(heap: EngineHeap, blas: Blas): void {
  const threads = blas.shared ? heap.team.threads : 1;
  if (threads > 1) heap.team.gather();
  try {
    SIZES.forEach((sizes, i) =>
      withMatrices(heap, sizes, (matrices) => {
        heap.useBlas(blas);
        for (const transposition of TRANSPOSITIONS) {
          tryProduct(heap, sizes, matrices, transposition, 1);
          for (let round = 0; threads > 1 && round < ROUNDS[i]!; round++) {
            tryProduct(heap, sizes, matrices, transposition, threads);
          }
        }
      })
    );
  } catch (error) {
    heap.useBlas(null);
    throw error;
  }
}

/** Makes matrices for a while, and the right product by our own kernel. */
function withMatrices(heap: EngineHeap, [m, n, k]: Sizes, use: (matrices: Matrices) => void): void {
  const held: TensorInfo[] = [];
  const allocate = (size: number): number => {
    const tensor = heap.allocate([size]);
    held.push(tensor);
    return heap.offset(tensor);
  };
  const pair = (rows: number, columns: number, bits: number): [number, number] => {
    const at = [allocate(rows * columns), allocate(rows * columns)] as [number, number];
    const [plain, transposed] = at.map((offset) => heap.view(offset, rows * columns));
    fill(plain!, transposed!, rows, columns, bits);
    return at;
  };
  try {
    const a = pair(m, k, BITS_OF_A), b = pair(k, n, BITS_OF_B);
    const [c, right, rows] = [allocate(m * n), allocate(m * n), allocate(m)];
    heap.useBlas(null);
    multiply(heap, { m, n, k, a: a[0], b: b[0], c: right });
    use({ a, b, c, right, rows });
  } finally {
    held.forEach(heap.release);
  }
}

/** Whole numbers from −2^(bits − 1) to below 2^(bits − 1), and the same matrix transposed. */
function fill(
  plain: Float32Array,
  transposed: Float32Array,
  rows: number,
  columns: number,
  bits: number,
): void {
  const shift = 32 - bits, least = 2 ** (bits - 1);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      plain[at] = transposed[j * rows + i] = (Math.imul(at + 1, 0x9e3779b1) >>> shift) - least;
    }
  }
}

/** Lets the library make a product: whole by this thread, or in pieces by several. */
function tryProduct(
  { team, blas, view }: EngineHeap,
  [m, n, k]: Sizes,
  { a, b, c, right, rows }: Matrices,
  [ta, tb]: typeof TRANSPOSITIONS[number],
  threads: number,
): void {
  const { pathAt, pathBytes } = blas!;
  const [rowPieces, columnPieces] = threads > 1
    ? [Math.ceil(m / 16), Math.min(2, Math.ceil(n / 48))] as const
    : [1, 1] as const;
  const found = view(c, m * n);
  // Numbers that were there before must not count.
  found.fill(NaN);
  team.run("blas", rowPieces * columnPieces, {
    transposeA: ta === 1,
    transposeB: tb === 1,
    m,
    n,
    k,
    a: a[ta],
    b: b[tb],
    c,
    leadingA: ta ? m : k,
    leadingB: tb ? k : n,
    leadingC: n,
    rowPieces,
    columnPieces,
    path: pathAt,
    pathBytes,
    accumulate: false,
  }, m * n * k);
  team.run("squaredDistances", 1, { rows: m, columns: n, size: m, a: c, b: right, out: rows }, m * n);
  if (view(rows, m).every((squared) => squared === 0)) return;
  const expected = view(right, m * n);
  const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  const what = `product ${ta ? "Aᵀ" : "A"} ${tb ? "Bᵀ" : "B"} of ${m} × ${k} × ${n}`;
  throw new EngineError(
    `its ${what} is off by ${worst}${threads > 1 ? `, with ${threads} threads at once` : ""}`,
  );
}
