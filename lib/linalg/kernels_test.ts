import { CONSTANTS } from "../engine/kernels/interface.ts";
import { filled, products, room, runKernel, wholes } from "../../fixtures/kernels.ts";

const { FEW_ROWS } = CONSTANTS;

Deno.test("congruences are exact for numbers of tangents around few rows, widths around vectors, and a shorter last chunk", () => {
  const batch = 3;
  for (const tangents of [1, 2, 4, 5, FEW_ROWS - 1, FEW_ROWS, FEW_ROWS + 1]) {
    for (const width of [1, 3, 4, 5, 8, 15, 16, 17, 33]) {
      const rows = batch * tangents, half = wholes(1, width * width), t = wholes(2, rows * width);
      const m = filled(width, width, (i, j) => half[i * width + j]! + half[j * width + i]!);
      const mapped = products([t, m], [1, rows, width, width]);
      const all = products([mapped, t], [batch, tangents, tangents, width], { transposeB: true });
      const own = filled(rows, 1, (i) => all[i * tangents + i % tangents]!);
      const squares = filled(
        rows,
        1,
        (i) => t.subarray(i * width, (i + 1) * width).reduce((sum, v) => sum + v * v, 0),
      );
      for (const size of [1, 2, 3, 4]) {
        for (const diagonal of [false, true]) {
          const outs = [room(rows * width), room(diagonal ? rows : rows * tangents), room(rows)] as const;
          runKernel(`${tangents} tangents, ${width} columns by ${size}, ${diagonal}`, {
            kernel: "congruences",
            chunks: Math.ceil(batch / size),
            args: (at) => ({
              ...{ batch, tangents, width, size, diagonal, path: 1, pathBytes: 0, t: at(t), m: at(m) },
              ...{ mapped: at(outs[0]), products: at(outs[1]), squares: at(outs[2]) },
            }),
            expected: [[outs[0], mapped], [outs[1], diagonal ? own : all], [outs[2], squares]],
          });
        }
      }
    }
  }
});

/**
 * A⁻¹ of a positive definite A, its pivots, and R with RᵀR = A⁻¹, by Gauss and Jordan in double precision: a row from which the rows
 * above have been taken is √pivot times that of R.
 */
function inverseOf(a: Float64Array, n: number): { inverse: number[]; pivots: number[]; root: number[] } {
  const rows = Array.from(
    { length: n },
    (_, i) => Array.from({ length: 2 * n }, (_, j) => j < n ? a[i * n + j]! : +(j === n + i)),
  );
  const pivots: number[] = [], root: number[] = [];
  for (const [i, row] of rows.entries()) {
    const pivot = row[i]!;
    pivots.push(pivot);
    root.push(...row.slice(n).map((v) => v / Math.sqrt(pivot)));
    for (let j = 0; j < 2 * n; j++) row[j]! /= pivot;
    for (const other of rows) {
      const factor = other[i]!;
      if (other !== row) { for (let j = i; j < 2 * n; j++) other[j]! -= factor * row[j]!; }
    }
  }
  return { inverse: rows.flatMap((row) => row.slice(n)), pivots, root };
}

/** Blocks around vectors of two numbers, up to what the scratch memory has room for. */
const BLOCKS = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 63, Math.sqrt(CONSTANTS.SCRATCH_BYTES / 16)];

Deno.test("pivots, inverses and their roots are those of float64 for all sizes of blocks, up to the largest", () => {
  for (const block of BLOCKS) {
    for (const blocks of block > 9 ? [1] : [1, 3]) {
      for (const scale of block > 9 ? [1] : [1e-30, 1, 1e6]) {
        const batch = 2, latent = block * blocks, square = latent * latent, beta = 0.75;
        const b = wholes(1, batch * square);
        const all = products([b, b], [batch, latent, latent, latent], { transposeB: true }).map((v) =>
          scale * v / latent
        );
        // What is not of a block is never read.
        const gram = all.map((v, i) =>
          Math.floor(i % latent / block) === Math.floor(Math.floor(i / latent) % latent / block) ? v : NaN
        );
        const [pivots, inverse, root] = [
          new Float64Array(batch * latent),
          room(batch * square),
          room(batch * square),
        ];
        const [wanted, near] = [new Float64Array(batch * latent), new Float64Array(batch * latent)];
        const [inverses, roots] = [new Float64Array(batch * square), new Float64Array(batch * square)];
        const sizes = new Float64Array(batch * square), ofRoots = new Float64Array(batch * square);
        for (let one = 0; one < batch; one++) {
          for (let start = 0; start < latent; start += block) {
            const place = (i: number, j: number): number => one * square + (start + i) * latent + start + j;
            const a = new Float64Array(block * block);
            for (let i = 0; i < block; i++) {
              for (let j = 0; j < block; j++) a[i * block + j] = gram[place(i, j)]! / beta + Number(i === j);
            }
            const whole = inverseOf(a, block);
            const largest = Math.max(...a.map(Math.abs)), most = Math.max(...whole.inverse.map(Math.abs));
            // κ of a sum of so many numbers in double precision, and the last rounding to float32.
            const rounding = block * largest * most * 2 ** -50;
            for (let i = 0; i < block; i++) {
              const at = one * latent + start + i, excess = whole.pivots[i]! - 1;
              wanted[at] = excess;
              near[at] = rounding * whole.pivots[i]!;
              for (let j = 0; j < block; j++) {
                const to = place(i, j);
                inverses[to] = whole.inverse[i * block + j]!;
                sizes[to] = rounding * most + 2 ** -24 * Math.abs(inverses[to]!);
                roots[to] = whole.root[i * block + j]!;
                ofRoots[to] = j > i ? -1 : rounding * Math.sqrt(most) + 2 ** -23 * Math.abs(roots[to]!);
              }
            }
          }
        }
        runKernel(`${blocks} blocks of ${block}, ${scale}`, {
          kernel: "factor",
          chunks: batch,
          args: (at) => ({
            ...{
              latent,
              block,
              beta,
              gram: at(gram),
              pivots: at(pivots),
              inverse: at(inverse),
              root: at(root),
            },
          }),
          expected: [[pivots, wanted, near], [inverse, inverses, sizes], [root, roots, ofRoots]],
        });
      }
    }
  }
});

Deno.test("a factorisation ends at the first pivot that is not above 0, and not before; NaN goes through", () => {
  const next = 1 - 2 ** -24;
  for (
    const [excess, ends] of [[-next, false], [-1, true], [-2, true], [-Infinity, true], [NaN, false], [
      Infinity,
      false,
    ], [0, false]] as const
  ) {
    const gram = Float32Array.of(excess, 0, 0, 3), pivots = new Float64Array(2).fill(7);
    const [inverse, root] = [room(4), room(4)], first = ends ? 0 : 1 / (1 + excess);
    runKernel(`${excess}`, {
      kernel: "factor",
      chunks: 1,
      args: (at) => ({
        ...{
          latent: 2,
          block: 1,
          beta: 1,
          gram: at(gram),
          pivots: at(pivots),
          inverse: at(inverse),
          root: at(root),
        },
      }),
      expected: [
        [pivots, [excess, ends ? 7 : 3]],
        [inverse, [first, 0, 0, ends ? 0 : 0.25]],
        [root, [Math.sqrt(first), 0, 0, ends ? 0 : 0.5], [1e-7 * Math.sqrt(first), 0, 0, 0]],
      ],
    });
  }
});
