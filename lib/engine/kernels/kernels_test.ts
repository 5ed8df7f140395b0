import {
  EXTREMES,
  filled,
  type KernelCase,
  PATCHES,
  patchPlaces,
  products,
  room,
  runKernel,
  wholes,
  WIDTHS,
  withExtremes,
} from "../../../fixtures/kernels.ts";
import { BINARY, CONSTANTS, type KernelName } from "./interface.ts";

const { PRODUCT_ROWS, PRODUCT_COLUMNS, FEW_ROWS } = CONSTANTS;
const float = Math.fround;

/** Five rows in chunks of so many: whole ones, and a shorter last one. */
const ROWS = 5, ROWS_OF_CHUNKS = [2, 6];

/** For each row by itself: sums over the columns, and numbers where they are. Exact as float32 has each operation. */
const OF_ROWS: readonly ((columns: number, size: number) => KernelCase<KernelName>)[] = [
  // Sums of whole numbers, in which each kind of extreme number comes once, by itself in its row.
  ...(["dots", "squaredDistances", "sums"] as const).map((kernel) => (columns: number, size: number) => {
    const rows = ROWS + EXTREMES.length,
      [a, b, out] = [wholes(1, rows * columns), wholes(2, rows * columns), room(rows)];
    EXTREMES.forEach((v, i) => {
      for (let j = 0; j < columns; j++) [a[(ROWS + i) * columns + j], b[(ROWS + i) * columns + j]] = [0, 1];
      if (kernel === "squaredDistances") b.fill(0, (ROWS + i) * columns, (ROWS + i + 1) * columns);
      if (columns > 0) a[(ROWS + i) * columns + (7 * i + columns) % columns] = v;
    });
    const divisor = 4;
    const term = (x: number, y: number): number =>
      kernel === "dots" ? float(x * y) : kernel === "sums" ? x : float(float(x - y) ** 2);
    const sums = filled(rows, 1, (i) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += term(a[i * columns + j]!, b[i * columns + j]!);
      return kernel === "sums" ? float(sum / divisor) : sum;
    });
    return {
      kernel,
      chunks: Math.ceil(rows / size),
      args: (at) => ({ rows, columns, size, divisor, a: at(a), b: at(b), out: at(out) }),
      expected: [[out, sums]],
    } as KernelCase<typeof kernel>;
  }),
  ...(["scaleRows", "differences"] as const).map((kernel) => (columns: number, size: number) => {
    const [a, b, c] = [withExtremes(1, ROWS * columns), withExtremes(2, ROWS * columns), wholes(3, ROWS)];
    const factor = float(0.3), out = room(ROWS * columns);
    const values = filled(ROWS, columns, (i, j) => {
      const x = a[i * columns + j]!;
      return float(float(factor * c[i]!) * (kernel === "scaleRows" ? x : float(x - b[i * columns + j]!)));
    });
    return {
      kernel,
      chunks: Math.ceil(ROWS / size),
      args: (at) => ({ rows: ROWS, columns, size, factor, a: at(a), b: at(b), c: at(c), out: at(out) }),
      expected: [[out, values]],
    } as KernelCase<typeof kernel>;
  }),
  (columns, size) => {
    const [from, to] = [withExtremes(1, ROWS * (columns + 3)), room(ROWS * (columns + 2))];
    const values = filled(ROWS, columns + 2, (i, j) => j < columns ? from[i * (columns + 3) + j]! : NaN);
    return {
      kernel: "copyRows",
      chunks: Math.ceil(ROWS / size),
      args: (at) => ({
        rows: ROWS,
        width: columns,
        size,
        from: at(from),
        step: columns + 3,
        to: at(to),
        toStep: columns + 2,
      }),
      expected: [[to, values]],
    } as KernelCase<"copyRows">;
  },
];

Deno.test("kernels that go row by row are exact for all widths around vectors, in any chunks, to the ends of float32", () => {
  for (const made of OF_ROWS) {
    for (const columns of WIDTHS) {
      for (const size of ROWS_OF_CHUNKS) runKernel(`${columns} columns by ${size}`, made(columns, size));
    }
  }
});

/** How two operands lie: both advance, or one of them is a number, a row or a column. */
const LAYOUTS = [[[1, 1, 1], [1, 1, 1]], [[1, 1, 1], [0, 0, 0]], [[0, 0, 0], [1, 1, 1]], [[1, 1, 1], [
  0,
  0,
  1,
]], [
  [1, 1, 0],
  [0, 1, 1],
], [[1, 0, 0], [0, 0, 1]]] as const;

Deno.test("operations on two numbers are exact for all lengths of rows, and copies, in any chunks, to the ends of float32", () => {
  const OPERATIONS: Record<keyof typeof BINARY, (a: number, b: number) => number> = {
    Add: (a, b) => a + b,
    Sub: (a, b) => a - b,
    Multiply: (a, b) => a * b,
    RealDiv: (a, b) => a / b,
    Neg: (a) => -a,
  };
  for (const inner of WIDTHS.slice(1)) {
    const [outer, middle] = [2, 3], count = outer * middle * inner;
    const [first, second] = [withExtremes(1, count), withExtremes(2, count)];
    for (const size of new Set([7, 16, count])) {
      for (const [ofA, ofB] of LAYOUTS) {
        const sizes = [outer, middle, inner];
        const stridesOf = (advance: readonly number[]): number[] =>
          sizes.map((_, i) =>
            advance[i]! * sizes.reduce((step, n, j) => j > i && advance[j] ? step * n : step, 1)
          );
        const [sa, sb] = [stridesOf(ofA), stridesOf(ofB)];
        const [a, b, out] = [first, second, room(count)];
        const placeOf = (strides: number[], i: number): number =>
          Math.floor(i / inner / middle) * strides[0]! + Math.floor(i / inner) % middle * strides[1]! +
          i % inner * strides[2]!;
        for (const [name, f] of Object.entries(OPERATIONS)) {
          const values = out.map((_, i) => f(a[placeOf(sa, i)]!, b[placeOf(sb, i)]!));
          runKernel(`${name} of ${inner} by ${size}, ${ofA} and ${ofB}`, {
            kernel: "binary",
            chunks: Math.ceil(count / size),
            args: (at) => ({
              ...{
                operation: BINARY[name as "Add"],
                count,
                size,
                middle,
                inner,
                a: at(a),
                b: at(b),
                out: at(out),
              },
              ...{
                outerA: sa[0]!,
                middleA: sa[1]!,
                innerA: sa[2]!,
                outerB: sb[0]!,
                middleB: sb[1]!,
                innerB: sb[2]!,
              },
            }),
            expected: [[out, values]],
          });
        }
      }
      const [from, to] = [first, room(count)];
      runKernel(`${count} by ${size}`, {
        kernel: "copy",
        chunks: Math.ceil(count / size),
        args: (at) => ({ count, size, from: at(from), to: at(to) }),
        expected: [[to, from]],
      });
    }
  }
});

/** Rows, columns and depths around those of a vector, of two, of six and four rows; at most FEW_ROWS where they are few. */
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17];

Deno.test("products of few rows are exact for all numbers of rows and widths", () => {
  for (const [i, m] of SIZES.entries()) {
    if (m > FEW_ROWS) continue;
    for (const width of WIDTHS.slice(1)) {
      const batch = 2, other = SIZES[(5 * i + width) % (SIZES.length - 1)]!;
      for (const kernel of ["mix", "innerProducts"] as const) {
        const transposeB = kernel === "innerProducts", [n, k] = transposeB ? [other, width] : [width, other];
        const [a, b, c] = [wholes(1, batch * m * k), wholes(2, batch * k * n), room(batch * m * n)];
        runKernel(`${m} × ${k} × ${n}`, {
          kernel,
          chunks: batch,
          args: (at) => ({ m, n, k, a: at(a), b: at(b), c: at(c) }),
          expected: [[c, products([a, b], [batch, m, n, k], { transposeB })]],
        });
      }
    }
  }
});

/** Rows of tiles and chunks, columns of vectors and chunks, depths that are packed at a time. */
const PRODUCTS = [
  ...SIZES.flatMap((m, i) =>
    [1, 3, 4, 7, 8, 9, 16, 17].map((n, j) => [m, n, SIZES[(4 * i + 7 * j) % SIZES.length]!] as const)
  ),
  ...[[PRODUCT_ROWS - 1, PRODUCT_COLUMNS, 3], [PRODUCT_ROWS, 2, 5], [PRODUCT_ROWS + 1, 9, 4], [
    2 * PRODUCT_ROWS + 7,
    8,
    1,
  ]] as const,
  ...[[7, 9, 1023], [6, 8, 1024], [7, 11, 1025], [13, 17, 2047], [7, 11, 2048], [1, 8, 2049]] as const,
];

Deno.test("products by tiles are exact for all sizes around these, on either side transposed, added or not, apart in memory", () => {
  for (const [i, [m, n, k]] of PRODUCTS.entries()) {
    const chunks = Math.ceil(m / PRODUCT_ROWS) * Math.ceil(n / PRODUCT_COLUMNS);
    for (
      const [transposeA, transposeB] of [[false, false], [false, true], [true, false], [true, true]] as const
    ) {
      // Two matrices, or one on a side; two more columns of B than are multiplied.
      const [accumulate, sameA, sameB, batch] = [i % 2 === 1, i % 3 === 1, i % 3 === 2, 2];
      const leadingB = (transposeB ? k : n) + (sameB ? 2 : 0),
        sizeB = sameB ? leadingB * (transposeB ? n : k) : batch * k * n;
      const [a, b, before] = [
        wholes(1, (sameA ? 1 : batch) * m * k),
        wholes(2, sizeB),
        wholes(3, batch * m * n),
      ];
      const c = accumulate ? before : room(batch * m * n);
      const values = products([a, b], [batch, m, n, k], { transposeA, transposeB, sameA, sameB, leadingB });
      runKernel(`${m} × ${k} × ${n}, ${transposeA}, ${transposeB}, ${i % 6}`, {
        kernel: "product",
        chunks: batch * chunks,
        args: (at) => ({
          ...{
            m,
            n,
            k,
            transposeA,
            transposeB,
            symmetric: false,
            accumulate,
            leadingB,
            a: at(a),
            b: at(b),
            c: at(c),
          },
          ...{ stepA: sameA ? 0 : 4 * m * k, stepB: sameB ? 0 : 4 * k * n },
        }),
        expected: [[c, accumulate ? values.map((v, at) => v + before[at]!) : values]],
      });
    }
  }
});

Deno.test("symmetric products are exact below the diagonal, mirrored to the last row, and whole by strips of a library", () => {
  for (const n of [...SIZES, 31, 32, 33, 47, 48, 49, PRODUCT_ROWS + 7]) {
    for (const transposed of [false, true]) {
      const k = 3, a = wholes(1, n * k), kind = { transposeA: transposed, transposeB: !transposed };
      const whole = products([a, a], [1, n, n, k], kind);
      const below = whole.map((v, i) => i % n <= Math.floor(i / n) ? v : NaN);
      const half = new Float32Array(n * n), leadingB = transposed ? n : k;
      runKernel(`${n}, ${transposed}`, {
        kernel: "product",
        chunks: Math.ceil(n / PRODUCT_ROWS) * Math.ceil(n / PRODUCT_COLUMNS),
        args: (at) => ({
          ...{ m: n, n, k, ...kind, symmetric: true, accumulate: false, leadingB, stepA: 0, stepB: 0 },
          ...{ a: at(a), b: at(a), c: at(half) },
        }),
        expected: [[half, whole, below.map((v) => Number.isNaN(v) ? Infinity : 0)]],
      });
      for (const size of [4, 8, 32]) {
        const chunks = Math.ceil(n / size), c = room(n * n);
        const args = { n, size, k, transposed, path: 1, pathBytes: 0 };
        runKernel(`${n} by ${size}`, {
          kernel: "mirror",
          chunks,
          args: (at) => ({ ...args, c: at(below) }),
          expected: [[below, whole]],
        });
        runKernel(`${n} by ${size}, ${transposed}`, {
          kernel: "symmetric",
          chunks,
          args: (at) => ({ ...args, a: at(a), b: at(a), c: at(c) }),
          expected: [[c, whole]],
        });
      }
    }
  }
});

Deno.test("patches and their sums are exact for runs around vectors, groups of any size, images cut at every edge", () => {
  const images = 3;
  for (const given of PATCHES) {
    const { image: [height, width, channels], grid: [rows, columns], kernel, stride, before } = given;
    const from = patchPlaces(given), size = height * width * channels;
    for (const chunk of [1, 2, 3]) {
      const sizes = {
        ...{
          images,
          size: chunk,
          height,
          width,
          channels,
          rows,
          columns,
          kernelHeight: kernel[0],
          kernelWidth: kernel[1],
        },
        ...{ strideHeight: stride[0], strideWidth: stride[1], top: before[0], left: before[1] },
      };
      const x = withExtremes(1, images * size), made = room(images * from.length);
      const patches = filled(images, from.length, (i, j) => from[j]! < 0 ? 0 : x[i * size + from[j]!]!);
      const y = wholes(2, images * from.length),
        sums = room(images * size),
        overlap = new Float32Array(images * size);
      y.forEach((v, i) => {
        const place = from[i % from.length]!;
        if (place >= 0) overlap[Math.floor(i / from.length) * size + place]! += v;
      });
      for (
        const [kernel, source, out, values] of [["patches", x, made, patches], [
          "overlap",
          y,
          sums,
          overlap,
        ]] as const
      ) {
        runKernel(`${JSON.stringify(given)} by ${chunk}`, {
          kernel,
          chunks: Math.ceil(images / chunk),
          args: (at) => ({ ...sizes, x: at(source), out: at(out) }),
          expected: [[out, values]],
        });
      }
    }
  }
});
