import { WRITE_TABLE } from "../engine/kernels/arguments.ts";
import {
  type Expected,
  type Numbers,
  room,
  runKernel,
  wholes,
  withExtremes,
} from "../../fixtures/kernels.ts";
import { TABLES } from "../engine/kernels/interface.ts";

const float = Math.fround;
const ENTRY = Object.keys(TABLES.adamTensor).length;

/** Numbers of a tensor around vectors, and none; numbers of a chunk. */
const SIZES = [16, 0, 1, 5, 3, 4, 17, 8, 15, 7, 9, 64, 65], CHUNKS = [4, 7, 8, 16, 64, 100];

/** Sizes from below which moments are taken for 0, and gradients before they are squared: Adam's own, and far larger ones. */
const CUTS = [[2 ** -106, 2 ** -57], [2 ** -20, 2 ** -4]] as const;

interface Tensor {
  readonly count: number;
  readonly before: Readonly<Record<"x" | "first" | "second" | "gradient", Float32Array>>;
  readonly after: Readonly<Record<"nextX" | "nextFirst" | "nextSecond", Float32Array>>;
}

/** Tensors of all sizes: gradients of 1e-12 to 1e6, at the ends of float32, and at a cut and one number below it, of both signs. */
function tensors([smallest, root]: readonly [number, number]): Tensor[] {
  const below = 1 - 2 ** -24;
  // A first moment of half of a gradient, and a second one of a quarter of its square.
  const atCuts = [
    2 * smallest,
    2 * smallest * below,
    root,
    root * below,
    2 * Math.sqrt(smallest),
    2 * Math.sqrt(smallest) * below,
  ];
  const special = [...atCuts.flatMap((v) => [v, -v]), 1e-12, 1e-8, -1e-4, 1, -1e3, 1e6];
  return SIZES.map((count, i) => {
    const gradient = i % 2 === 0 ? withExtremes(i, count) : wholes(i, count);
    // Each special number has had every place within a vector, and behind the last one.
    gradient.forEach((v, at) =>
      (at + i) % 3 > 0 && Number.isInteger(v) && (gradient[at] = special[(i * 7 + at) % special.length]!)
    );
    const first = wholes(i + 100, count).map((v, at) => at % 2 ? v * 1e-3 : 0);
    const second = wholes(i + 200, count).map((v, at) => at % 3 === 1 ? v * v * 1e-6 : 0);
    const before = { x: wholes(i + 300, count), first, second, gradient };
    return { count, before, after: { nextX: room(count), nextFirst: room(count), nextSecond: room(count) } };
  });
}

/** The kernel's table of the tensors. */
function tableOf(all: readonly Tensor[], at: (numbers: Numbers) => number): Int32Array {
  const table = new Int32Array(ENTRY * all.length), floats = new Float32Array(0);
  const places = <Name extends string>(arrays: Readonly<Record<Name, Float32Array>>): Record<Name, number> =>
    Object.fromEntries(Object.entries(arrays).map(([name, v]) => [name, at(v as Float32Array)])) as Record<
      Name,
      number
    >;
  all.forEach(({ count, before, after }, i) =>
    WRITE_TABLE.adamTensor({ count, ...places(before), ...places(after) }, table, floats, ENTRY * i)
  );
  return table;
}

const chunksOf = (size: number): number => SIZES.reduce((sum, count) => sum + Math.ceil(count / size), 0);

Deno.test("Adam's kernel is its formula as float32 has it, in vectors and behind them, at the cuts and to the ends of float32", () => {
  for (const cuts of CUTS) {
    for (
      const [scale, decay] of [[1, 0], [0.3, 0], [1, 0.01], [0.3, 0.01]].map((pair) => pair.map(float)) as [
        number,
        number,
      ][]
    ) {
      for (const size of CHUNKS) {
        const [smallest, smallestRoot] = cuts,
          [stepSize, correction, epsilon] = [0.1, 1.7, 1e-8].map(float) as [number, number, number];
        const [keepFirst, takeFirst, keepSecond, takeSecond] = [0.5, 0.5, 0.75, 0.25];
        const all = tensors(cuts);
        const cut = (v: number, least: number): number => Math.abs(v) < least ? 0 : v;
        const expected = all.flatMap(({ before: { x, first, second, gradient }, after }): Expected[] => {
          const g = gradient.map((v) => scale * v);
          const m = g.map((v, i) =>
            cut(float(float(keepFirst * first[i]!) + float(takeFirst * v)), smallest)
          );
          const v = g.map((v, i) => {
            const s = cut(v, smallestRoot);
            return cut(float(float(keepSecond * second[i]!) + float(takeSecond * float(s * s))), smallest);
          });
          const next = x.map((from, i) => {
            const move = float(
              float(stepSize * m[i]!) / float(float(Math.sqrt(float(correction * v[i]!))) + epsilon),
            );
            return from - float(move + float(decay * from));
          });
          return [[after.nextX, next], [after.nextFirst, m], [after.nextSecond, v]];
        });
        runKernel(`cuts ${cuts}, scale ${scale}, decay ${decay}, by ${size}`, {
          kernel: "adam",
          chunks: chunksOf(size),
          args: (at) => ({
            ...{
              table: at(tableOf(all, at)),
              size,
              stepSize,
              correction,
              keepFirst,
              takeFirst,
              keepSecond,
              takeSecond,
            },
            ...{ epsilon, smallest, smallestRoot, scale, decay },
          }),
          expected,
        });
      }
    }
  }
});

Deno.test("sums of squares are those of float64, chunk by chunk, to the ends of float32", () => {
  for (const size of CHUNKS) {
    const all = tensors(CUTS[0]), sums: number[] = [];
    for (const { count, before: { gradient } } of all) {
      for (let start = 0; start < count; start += size) {
        sums.push(gradient.subarray(start, start + size).reduce((sum, v) => sum + v * v, 0));
      }
    }
    const out = new Float64Array(sums.length).fill(NaN);
    runKernel(`chunks of ${size}`, {
      kernel: "sumsOfSquares",
      chunks: chunksOf(size),
      args: (at) => ({ table: at(tableOf(all, at)), size, out: at(out) }),
      // Another order of at most `size` sums in double precision.
      expected: [[out, sums, sums.map((sum) => size * 2 ** -52 * sum)]],
    });
  }
});
