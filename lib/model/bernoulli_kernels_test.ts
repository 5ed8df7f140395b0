import { EXTREMES, filled, room, runKernel, wholes, WIDTHS } from "../../fixtures/kernels.ts";

/** Half of the last place of float32, relative to a number. */
const EPSILON = 2 ** -24;
/** The smallest number of float32. */
const SMALLEST = 2 ** -149;

/** Logits of both signs: where exp(−|g|) and log(1 + exp(−|g|)) end or leave the normal numbers, and where one is cut off. */
const LOGITS = [
  ...EXTREMES,
  1,
  8,
  16.6,
  17.4,
  87.3,
  87.4,
  88,
  88.8,
  89,
  103.2,
  103.9,
  104,
  104.9,
  105,
  105.1,
  106,
  1e4,
]
  .flatMap((g) => [g, -g]);
/** Pixels. */
const PIXELS = [0, 1, 0.5, 2 ** -24, 1 - 2 ** -24, 1e-30];

/** exp(−|g|), log(1 + exp(−|g|)) and σ(−|g|) in double precision. */
const decayOf = (g: number): number => Math.exp(-Math.abs(g));
const smallOf = (g: number): number => decayOf(g) / (1 + decayOf(g));
/** How far a pixel is from where a logit points. */
const distance = (x: number, g: number): number => g > 0 ? 1 - x : x;

Deno.test("−log p of Bernoulli and its slope are those of float64 for all widths and chunks, to the ends of float32", () => {
  const pairs = LOGITS.flatMap((g) => PIXELS.map((x) => [x, g] as const));
  for (const columns of WIDTHS) {
    // All pairs where a row has one of them or few, so that none hides another; else as many as there are rows.
    const rows = columns === 0 ? 5 : Math.max(5, columns > 5 ? 5 : Math.ceil(pairs.length / columns));
    const at = (i: number): readonly [number, number] => pairs[i * (columns > 5 ? 7 : 1) % pairs.length]!;
    const x = filled(rows, columns, (i, j) => at(i * columns + j)[0]);
    const g = filled(rows, columns, (i, j) => at(i * columns + j)[1]);
    const c = wholes(1, rows);
    const energies = new Float64Array(rows), margins = new Float64Array(rows);
    const slopes = new Float64Array(rows * columns), within = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let at = i * columns; at < (i + 1) * columns; at++) {
        const [pixel, logit] = [x[at]!, g[at]!], wrong = distance(pixel, logit), small = smallOf(logit);
        energies[i]! += Math.log1p(decayOf(logit)) +
          (wrong === 0 && Math.abs(logit) < Infinity ? 0 : Math.abs(logit) * wrong);
        slopes[at] = c[i]! * (logit > 0 ? wrong - small : small - wrong);
        // exp(−|g|) takes 3 roundings, the sum 1 + e and the division one each; then a difference and a product.
        within[at] = Math.abs(c[i]!) * (7 * EPSILON * (wrong + small) + SMALLEST);
      }
      // log(1 + exp(−|g|)) takes 8, the rest 3, and each sum one more; all that is added is above 0.
      margins[i] = (11 + columns) * EPSILON * Math.abs(energies[i]!) + columns * SMALLEST;
    }
    for (const size of [1, 3, rows, rows + 1]) {
      const chunks = Math.ceil(rows / size), [sums, out] = [room(rows), room(rows * columns)];
      runKernel(`${columns} columns by ${size}`, {
        kernel: "bernoulliEnergies",
        chunks,
        args: (at) => ({ rows, columns, size, x: at(x), g: at(g), out: at(sums) }),
        expected: [[sums, energies, margins]],
      });
      runKernel(`${columns} columns by ${size}`, {
        kernel: "bernoulliSlopes",
        chunks,
        args: (at) => ({ rows, columns, size, x: at(x), g: at(g), c: at(c), out: at(out) }),
        expected: [[out, slopes, within]],
      });
    }
  }
});
