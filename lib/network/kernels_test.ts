import { CONSTANTS, type KernelName } from "../engine/kernels/interface.ts";
import {
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
} from "../../fixtures/kernels.ts";

const float = Math.fround;
const { PRODUCT_ROWS } = CONSTANTS;

/** Slopes below 0: flat, bent, straight. Products of them with whole numbers are exact. */
const SLOPES = [0, 0.25, 1];

/** φ′ at y, in which no sign is of 0, of −0 or of NaN: they have the slope below 0. */
const slopeAt = (y: number, slope: number): number => y > 0 ? 1 : slope;

/** t φ′ as float32 has it. */
const bent = (t: number, y: number, slope: number): number => y > 0 ? t : float(t * slope);

/** Kernels on the rows of one layer; a chunk is so many rows, or columns. */
const OF_LAYERS: readonly ((columns: number, size: number, slope: number) => KernelCase<KernelName>)[] = [
  (columns, size, slope) => {
    const rows = 5, y = withExtremes(1, rows * columns), bias = wholes(2, columns);
    const values = filled(rows, columns, (i, j) => {
      const v = float(y[i * columns + j]! + bias[j]!);
      return Math.max(v, slope === 0 ? 0 : v * slope);
    });
    return {
      kernel: "addBiasAndActivate",
      chunks: Math.ceil(rows / size),
      args: (at) => ({ rows, columns, size, slope, y: at(y), bias: at(bias) }),
      expected: [[y, values]],
    } as KernelCase<"addBiasAndActivate">;
  },
  ...[[1, false, false], [3, false, true], [3, true, false]].map(
    ([per, same, inPlace]) => (columns: number, size: number, slope: number) => {
      const rows = 5, count = rows * Number(per) * columns;
      const t = withExtremes(1, same ? Number(per) * columns : count), y = withExtremes(2, rows * columns);
      const values = filled(rows * Number(per), columns, (i, j) => {
        const from = same ? i % Number(per) : i;
        return bent(t[from * columns + j]!, y[Math.floor(i / Number(per)) * columns + j]!, slope);
      });
      const out = inPlace ? t : room(count);
      return {
        kernel: "slopes",
        chunks: Math.ceil(rows / size),
        args: (at) => ({ rows, columns, size, slope, per, same, t: at(t), y: at(y), out: at(out) }),
        expected: [[out, values]],
      } as KernelCase<"slopes">;
    },
  ),
  ...[1, 3, 7].map((height) => (columns: number, size: number, slope: number) => {
    const rows = 7, blocks = Math.ceil(rows / height), strips = 16 * Math.ceil(size / 2);
    const [dy, y, du] = [wholes(1, rows * columns), withExtremes(2, rows * columns), room(rows * columns)];
    const values = filled(rows, columns, (i, j) => bent(dy[i * columns + j]!, y[i * columns + j]!, slope));
    const sums = room(blocks * columns);
    const added = filled(blocks, columns, (block, j) => {
      let sum = 0;
      for (let i = block * height; i < Math.min(rows, (block + 1) * height); i++) {
        sum += values[i * columns + j]!;
      }
      return sum;
    });
    return {
      kernel: "slopesAndSums",
      chunks: blocks * Math.ceil(columns / strips),
      args: (at) => ({
        rows,
        columns,
        size: strips,
        height,
        slope,
        dy: at(dy),
        y: at(y),
        du: at(du),
        sums: at(sums),
      }),
      expected: [[du, slope === 1 ? du : values], [sums, added]],
    } as KernelCase<"slopesAndSums">;
  }),
  ...[1, 3, 4, 5, 8, 11].map((rows) => (columns: number, size: number, slope: number) => {
    const y = withExtremes(1, rows * columns), out = room(rows * columns), strip = 4 * size;
    return {
      kernel: "transposedSlopes",
      chunks: Math.ceil(columns / strip),
      args: (at) => ({ rows, columns, size: strip, slope, y: at(y), out: at(out) }),
      expected: [[out, filled(columns, rows, (j, i) => slopeAt(y[i * columns + j]!, slope))]],
    } as KernelCase<"transposedSlopes">;
  }),
];

Deno.test("kernels on rows of a layer are exact for all widths around vectors, in any chunks, to the ends of float32", () => {
  for (const made of OF_LAYERS) {
    for (const columns of WIDTHS) {
      for (const size of [2, 6]) {
        for (const slope of SLOPES) {
          runKernel(`${columns} columns by ${size}, ${slope}`, made(columns, size, slope));
        }
      }
    }
  }
});

/**
 * Tangents, columns, units and a kind of slope and library: around vectors, four tangents at a time and groups of them; and so many
 * tangents of two examples, or of one, as our own product has rows of a chunk, or more.
 */
const UNITS = [
  ...[1, 3, 4, 5, 8, 15, 17].flatMap((tangents, i) =>
    [1, 3, 4, 5, 8, 17, 33].map((columns, j) =>
      [tangents, columns, [1, 2, 5, 9][(i + j) % 4]!, (i + 2 * j) % 3] as const
    )
  ),
  ...[0, 1].map((more) => [PRODUCT_ROWS / 2 + more, 8 + more, 2, 0] as const),
];

Deno.test("unit tangents and their gradients are exact for all sizes around vectors, fours and groups, with a library and without", () => {
  for (const [tangents, columns, hidden, kind] of UNITS) {
    const batch = 5, size = 2, path = kind % 2, pathBytes = 0, slope = SLOPES[kind]!;
    const y = withExtremes(1, batch * hidden), z = withExtremes(2, batch * columns);
    const w = wholes(3, tangents * hidden),
      v = wholes(4, hidden * columns),
      out = room(batch * tangents * columns);
    const what = `${tangents} tangents, ${hidden} units, ${columns} columns, ${slope}`;
    const through = filled(
      batch * tangents,
      hidden,
      (i, r) => w[i % tangents * hidden + r]! * slopeAt(y[Math.floor(i / tangents) * hidden + r]!, slope),
    );
    const pushed = products([through, v], [1, batch * tangents, columns, hidden]);
    for (const secondSlope of SLOPES) {
      const space = room(size * tangents * hidden);
      runKernel(what, {
        kernel: "pushUnits",
        chunks: Math.ceil(batch / size),
        args: (at) => ({
          ...{ batch, tangents, hidden, columns, size, path, pathBytes, firstSlope: slope, secondSlope },
          ...{ y: at(y), w: at(w), v: at(v), z: at(z), out: at(out), space: at(space) },
        }),
        expected: [[
          out,
          filled(
            batch * tangents,
            columns,
            (i, j) => bent(pushed[i * columns + j]!, z[Math.floor(i / tangents) * columns + j]!, secondSlope),
          ),
        ]],
        scratch: [space],
      });
    }
    const slopes = filled(hidden, batch, (r, b) => slopeAt(y[b * hidden + r]!, slope));
    const du = wholes(5, batch * tangents * columns),
      dw = wholes(6, tangents * hidden),
      dv = wholes(7, hidden * columns);
    // N_rjq = Σ_b φ′_br du_bjq, `[hidden, tangents · columns]`.
    const n = products([slopes, du], [1, hidden, tangents * columns, batch]);
    const inFirst = filled(tangents, hidden, (j, r) => {
      let sum = dw[j * hidden + r]!;
      for (let q = 0; q < columns; q++) sum += n[(r * tangents + j) * columns + q]! * v[r * columns + q]!;
      return sum;
    });
    const inSecond = filled(hidden, columns, (r, q) => {
      let sum = dv[r * columns + q]!;
      for (let j = 0; j < tangents; j++) sum += n[(r * tangents + j) * columns + q]! * w[j * hidden + r]!;
      return sum;
    });
    for (const group of [4, 8, tangents]) {
      const space = room(size * group * columns);
      runKernel(`${what}, by ${group}`, {
        kernel: "unitGradients",
        chunks: Math.ceil(hidden / size),
        args: (at) => ({
          ...{
            batch,
            tangents,
            hidden,
            columns,
            size,
            group,
            path,
            pathBytes,
            slopes: at(slopes),
            du: at(du),
          },
          ...{ w: at(w), v: at(v), dw: at(dw), dv: at(dv), space: at(space) },
        }),
        expected: [[dw, inFirst], [dv, inSecond]],
        scratch: [space],
      });
    }
  }
});

Deno.test("products of patches, their adjoints and gradients are exact in strips of a row and of several, and in chunks", () => {
  const images = 3;
  for (const [i, given] of PATCHES.entries()) {
    const { image: [height, width, channels], grid: [rows, columns], kernel, stride, before } = given;
    const places = patchPlaces(given),
      size = height * width * channels,
      patch = kernel[0] * kernel[1] * channels;
    const filters = [1, 8, 9, 3][i % 4]!, all = images * rows * columns;
    const x = wholes(1, images * size), u = wholes(2, all * filters), w = wholes(3, patch * filters);
    const from = (v: Float32Array): Float32Array =>
      filled(images, places.length, (one, at) => places[at]! < 0 ? 0 : v[one * size + places[at]!]!);
    const sums = new Float32Array(images * size);
    products([u, w], [1, all, patch, filters], { transposeB: true }).forEach((v, at) => {
      const place = places[at % places.length]!;
      if (place >= 0) sums[Math.floor(at / places.length) * size + place]! += v;
    });
    for (const [chunk, strip] of [[1, 1], [2, 3], [3, 2], [3, 3 * rows], [2, rows]] as const) {
      const chunks = Math.ceil(images / chunk), parts = room(chunks * patch * filters), patches = from(x);
      const gradients = filled(chunks, patch * filters, (one, at) => {
        const p = Math.floor(at / filters), f = at % filters, each = rows * columns * chunk;
        let sum = 0;
        for (let r = one * each; r < Math.min(all, (one + 1) * each); r++) {
          sum += patches[r * patch + p]! * u[r * filters + f]!;
        }
        return sum;
      });
      const jobs = [
        ["patchProducts", x, w, room(all * filters), products([patches, w], [1, all, filters, patch])],
        ["overlapProducts", u, w, room(images * size), sums],
        ["patchGradients", x, u, parts, gradients],
      ] as const;
      for (const [name, source, other, out, values] of jobs) {
        const space = room(strip * columns * patch);
        runKernel(`${JSON.stringify(given)}, ${chunk} images, strips of ${strip}`, {
          kernel: name,
          chunks,
          args: (at) => ({
            ...{ images, size: chunk, height, width, channels, rows, columns, strip, filters },
            ...{
              kernelHeight: kernel[0],
              kernelWidth: kernel[1],
              strideHeight: stride[0],
              strideWidth: stride[1],
            },
            ...{ top: before[0], left: before[1], path: i % 2, pathBytes: 0 },
            ...{ x: at(source), w: at(other), out: at(out), space: at(space) },
          }),
          expected: [[out, values]],
          scratch: [space],
        });
      }
    }
  }
});
