import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { integers, normalTensor, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { guardTests } from "../engine/guarded_tests.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import {
  conv,
  type Convolution,
  type ConvolutionOptions,
  convTranspose,
  dense,
  type DifferentiableLayer,
  type Pushed,
  sequential,
} from "./mod.ts";

guardTests();
const ENGINES = await promisedEngines("cpu", "wasm", "native", "webgpu");

/** Odd sizes, images that are not square, strides over the kernel, 1 × 1, one channel, each padding. */
const OPTIONS: readonly ConvolutionOptions[] = [
  { input: [5, 4, 2], filters: 3, kernel: 3 },
  { input: [6, 8, 3], filters: 5, kernel: 4, stride: 2 },
  { input: [5, 7, 1], filters: 2, kernel: [3, 2], stride: [2, 1], padding: "valid" },
  { input: [4, 3, 3], filters: 4, kernel: 1 },
  { input: [3, 5, 2], filters: 1, kernel: [1, 2], stride: 3, padding: "valid" },
  { input: [4, 4, 2], filters: 2, kernel: 4, stride: 2, padding: 1 },
  { input: [3, 3, 2], filters: 3, kernel: [3, 4], stride: 1, padding: 2 },
  { input: [5, 5, 1], filters: 1, kernel: 3, stride: 2, padding: 1 },
];

/** What can go wrong in a convolution. */
const FAULTS = [
  "padding one more",
  "padding at the end only",
  "flipped kernel",
  "kernel transposed",
  "stride in one direction",
  "strides swapped",
  "channels for columns",
  "channels of the output for rows",
  "bias per channel of the input",
  "no bias",
  "last row of the kernel left out",
  "last column of the kernel left out",
  "last channel left out",
  "edges repeated",
  "edges wrapped",
] as const;
type Fault = typeof FAULTS[number] | null;

/** The rows of an output along one axis of a convolution, and the zeros before; TensorFlow's formulas, by hand. */
function sizeAlong(size: number, kernel: number, stride: number, padding: ConvolutionOptions["padding"]) {
  if (typeof padding === "number") {
    return { count: Math.floor((size + 2 * padding - kernel) / stride) + 1, before: padding };
  }
  if (padding === "valid") return { count: Math.ceil((size - kernel + 1) / stride), before: 0 };
  const total = Math.max(0, size % stride === 0 ? kernel - stride : kernel - size % stride);
  return { count: Math.ceil(size / stride), before: Math.floor(total / 2) };
}

/**
 * A convolution, or the transposed one, of one image in double precision by its definition: each number of x is multiplied with
 * each weight that meets it.
 */
function direct(
  { input: [h, w, c], filters, kernel, stride = 1, padding = "same" }: ConvolutionOptions,
  transposed: boolean,
  [weight, bias]: readonly ArrayLike<number>[],
  x: ArrayLike<number>,
  fault: Fault = null,
): number[] {
  const two = (size: number | readonly number[]): readonly number[] =>
    typeof size === "number" ? [size, size] : size;
  const [kh, kw] = two(kernel) as [number, number];
  let [sh, sw] = two(stride) as [number, number];
  /** The larger image, which is cut into patches: x, or y of a transposed convolution. */
  const big = transposed
    ? [[h, kh, sh], [w, kw, sw]].map(([n, k, s]) =>
      padding === "same"
        ? n! * s!
        : (n! - 1) * s! + (padding === "valid" ? Math.max(k!, s!) : k! - 2 * padding)
    )
    : [h, w];
  const rows = sizeAlong(big[0]!, kh, sh, padding), columns = sizeAlong(big[1]!, kw, sw, padding);
  const small = [rows.count, columns.count] as const;
  if (transposed) assertEquals(small, [h, w]);
  const [out, bigChannels] = transposed ? [big, filters] : [small, c];
  const smallChannels = transposed ? c : filters;
  const y = Array.from(
    { length: out[0]! * out[1]! * filters },
    (_, i) =>
      fault === "no bias" ? 0 : bias![
        fault === "bias per channel of the input" ? Math.floor(i / filters) % c % filters : i % filters
      ]!,
  );
  let [top, left] = [rows.before, columns.before];
  if (fault === "padding one more") [top, left] = [top + 1, left + 1];
  if (fault === "padding at the end only") [top, left] = [0, 0];
  if (fault === "stride in one direction") sw = 1;
  if (fault === "strides swapped") [sh, sw] = [sw, sh];
  for (let i = 0; i < small[0]; i++) {
    for (let j = 0; j < small[1]; j++) {
      for (let a = 0; a < kh - Number(fault === "last row of the kernel left out"); a++) {
        for (let b = 0; b < kw - Number(fault === "last column of the kernel left out"); b++) {
          let [row, column] = [i * sh + a - top, j * sw + b - left];
          if (fault === "edges repeated") {
            [row, column] = [[row, big[0]!], [column, big[1]!]].map(([at, n]) =>
              Math.min(Math.max(at!, 0), n! - 1)
            ) as [number, number];
          }
          if (fault === "edges wrapped") {
            [row, column] = [[row, big[0]!], [column, big[1]!]].map(([at, n]) => (at! + n!) % n!) as [
              number,
              number,
            ];
          }
          if (row < 0 || row >= big[0]! || column < 0 || column >= big[1]!) continue;
          for (let p = 0; p < bigChannels - Number(fault === "last channel left out"); p++) {
            for (let q = 0; q < smallChannels; q++) {
              const [k, l] = fault === "flipped kernel" ? [kh - 1 - a, kw - 1 - b] : [a, b];
              const at = fault === "kernel transposed" && kh === kw ? l * kw + k : k * kw + l;
              const v = weight![(at * bigChannels + p) * smallChannels + q]!;
              const inBig = fault === "channels for columns"
                ? (row * bigChannels + p) * big[1]! + column
                : (row * big[1]! + column) * bigChannels + p;
              const inSmall = fault === "channels of the output for rows"
                ? (q * small[0] + i) * small[1] + j
                : (i * small[1] + j) * smallChannels + q;
              if (transposed) y[inBig]! += v * x[inSmall]!;
              else y[inSmall]! += v * x[inBig]!;
            }
          }
        }
      }
    }
  }
  return y;
}

const KINDS = [["conv", conv, false], ["convTranspose", convTranspose, true]] as const;
/** Parameters of a layer with a bias that is not 0. */
function parametersOf(layer: Convolution, seed: number): tf.Tensor[] {
  const [weight, bias] = layer.parameters;
  return [normalTensor(key(seed), [...weight!.shape]), normalTensor(key(seed + 1), [...bias!.shape])];
}

Deno.test("a convolution and a transposed one are their definition, on every engine; 15 faults each are seen", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    for (const [name, make, transposed] of KINDS) {
      const seen = new Set<Fault>();
      for (const options of OPTIONS) {
        const layer = make(options), parameters = parametersOf(layer, 1);
        const x = normalTensor(key(3), [2, layer.inputs]);
        const numbers = await read(x), values = await Promise.all(parameters.map(read));
        const y = await read(layer.apply(parameters, x));
        const size = y.length / 2;
        assertEquals(size, layer.outputs);
        const expected = (fault: Fault): number[] =>
          [0, 1].flatMap((i) =>
            direct(
              options,
              transposed,
              values,
              numbers.slice(i * layer.inputs, (i + 1) * layer.inputs),
              fault,
            )
          );
        const right = expected(null);
        assertEquals(right.length, y.length, `${name} ${JSON.stringify(options)}`);
        // At most 96 terms of about 1: 97 · 2⁻²⁴ · Σ|terms| < 1e-3.
        y.forEach((v, i) =>
          assertAlmostEquals(v, right[i]!, 1e-3, `${engine} ${name} ${JSON.stringify(options)}`)
        );
        for (const fault of FAULTS) {
          const wrong = expected(fault);
          if (wrong.some((v, i) => !(Math.abs(v - y[i]!) < 0.01))) seen.add(fault);
        }
      }
      assertEquals(FAULTS.filter((fault) => !seen.has(fault)), [], `${engine} ${name}`);
    }
  }
});

/** Whole numbers from −8 to 8 over 8, whose sums of products float32 holds exactly, so that no sign depends on rounding. */
const eighths = (seed: number, shape: readonly number[]): tf.Tensor => {
  const drawn = integers(key(seed), shape.reduce((a, b) => a * b), 17);
  return tf.tensor(Float32Array.from(drawn, (v) => (v - 8) / 8), [...shape]);
};

/** W of the dense layer that does what a convolution does: its rows are what unit vectors become. */
function matrixOf(
  options: ConvolutionOptions,
  transposed: boolean,
  inputs: number,
  weight: ArrayLike<number>,
): number[][] {
  const unit = (i: number): number[] => Array.from({ length: inputs }, (_, j) => Number(i === j));
  const noBias = new Float64Array(options.filters);
  return Array.from({ length: inputs }, (_, i) => direct(options, transposed, [weight, noBias], unit(i)));
}

Deno.test("values, derivatives, and their gradients in weights and biases are those of the dense layer that does the same", async () => {
  const activations = [
    "identity",
    "relu",
    "leaky-relu",
    "tanh",
    "gelu",
    "softplus",
    "sigmoid",
    "elu",
  ] as const;
  const cases: ConvolutionOptions[] = [
    { input: [4, 3, 2], filters: 3, kernel: 3, stride: [2, 1] },
    { input: [3, 4, 2], filters: 2, kernel: 4, stride: 2, padding: 1 },
  ];
  for (const [i, options] of cases.entries()) {
    for (const [name, make, transposed] of KINDS) {
      const { inputs, outputs, parameters } = make(options);
      const count = parameters[0]!.shape.reduce((a, b) => a * b);
      /** What each weight alone does. */
      const byWeight = Array.from(
        { length: count },
        (_, k) =>
          matrixOf(options, transposed, inputs, Array.from({ length: count }, (_, l) => Number(k === l)))
            .flat(),
      );
      for (const engine of ENGINES) {
        await startEngine(engine);
        for (const activation of activations) {
          const layer = make({ ...options, activation });
          const [weight, bias] = layer.parameters.map(({ shape }, j) => eighths(10 * i + j, shape));
          const weights = await read(weight!), matrix = matrixOf(options, transposed, inputs, weights);
          const perPixel = tf.tile(bias!, [outputs / options.filters]);
          const x: Pushed = {
            value: eighths(3, [2, inputs]),
            first: eighths(4, [2, 3, inputs]),
            second: eighths(5, [2, 3, inputs]),
          };
          /** Values, derivatives, and the gradients of their weighed sum in the parameters. */
          const everything = async (made: DifferentiableLayer, parameters: readonly tf.Tensor[]) => {
            const { info, gradients } = valueAndGradients((p) => {
              const { value, first, second } = made.push(p, x, true);
              const parts = {
                value,
                first,
                second: second!,
                alone: made.push(p, { ...x, second: null }, true).second ?? first,
              };
              const sum = Object.values(parts).map((part, j) =>
                tf.sum(tf.mul(eighths(20 + j, part.shape), part))
              );
              return {
                value: sum.reduce((a, b) => tf.add(a, b)),
                info: { ...parts, plain: made.apply(p, x.value) },
              };
            }, parameters);
            return {
              parts: await Promise.all(Object.values(info).map(read)),
              gradients: await Promise.all(gradients.map(read)),
            };
          };
          const found = await everything(layer, [weight!, bias!]);
          const expected = await everything(dense(inputs, outputs, activation), [
            tf.tensor(matrix.flat(), [inputs, outputs]),
            perPixel,
          ]);
          const close = (actual: ArrayLike<number>, right: ArrayLike<number>, what: string): void => {
            assertEquals(actual.length, right.length);
            const scale = Math.max(1, ...Array.from(right, Math.abs));
            // Sums of up to 300 terms of this scale, in another order: 300 · 2⁻²⁴.
            Array.from(
              actual,
              (v, j) =>
                assertAlmostEquals(
                  v,
                  right[j]!,
                  2e-5 * scale,
                  `${engine} ${name} ${activation} ${what} ${j}`,
                ),
            );
          };
          found.parts.forEach((part, j) => close(part, expected.parts[j]!, `part ${j}`));
          // The gradient in a weight is that in the matrix, along what the weight moves there.
          const [inMatrix, inPixels] = expected.gradients;
          const inWeight = byWeight.map((moved) => moved.reduce((sum, v, l) => sum + v * inMatrix![l]!, 0));
          const inBias = Array.from(
            { length: options.filters },
            (_, f) => inPixels!.reduce((sum, v, l) => sum + (l % options.filters === f ? v : 0), 0),
          );
          close(found.gradients[0]!, inWeight, "gradient in weight");
          close(found.gradients[1]!, inBias, "gradient in bias");
        }
      }
    }
  }
});

Deno.test("outputs have the sizes that TensorFlow and PyTorch state; weights start with the stated variance", async () => {
  const output = (options: Partial<ConvolutionOptions>, make: typeof conv = conv): string =>
    make({ input: [28, 27, 1], filters: 8, kernel: 4, ...options }).output.join();
  assertEquals(output({ stride: 2 }), "14,14,8");
  assertEquals(output({ stride: 2, padding: "valid" }), "13,12,8");
  assertEquals(output({ stride: 2, padding: 1 }), "14,13,8");
  assertEquals(output({ stride: 2 }, convTranspose), "56,54,8");
  assertEquals(output({ stride: 2, padding: "valid" }, convTranspose), "58,56,8");
  assertEquals(output({ stride: 2, padding: 1 }, convTranspose), "56,54,8");
  assertEquals(output({ kernel: 1, stride: 3, padding: "valid" }, convTranspose), "84,81,8");
  await startEngine("cpu");
  for (const [make, shape] of [[conv, "4,4,64,100"], [convTranspose, "4,4,100,64"]] as const) {
    const layer = make({ input: [4, 4, 64], filters: 100, kernel: 4, stride: 2 });
    const [weight, bias] = layer.initial(key(1));
    assertEquals([weight!.shape.join(), bias!.shape.join()], [shape, "100"]);
    const values = await read(weight!), variance = values.reduce((s, v) => s + v * v, 0) / values.length;
    // 102,400 draws: six standard errors of the variance are 2.7% of it.
    assertAlmostEquals(variance, 2 / (16 * 164), 0.027 * 2 / (16 * 164));
    assert((await read(bias!)).every((v) => v === 0));
  }
});

Deno.test("what does not fit is refused, by its name", () => {
  const refused = (change: Record<string, unknown>, said: string, make: typeof conv = conv): void => {
    assertThrows(
      () => make({ input: [5, 5, 2], filters: 3, kernel: 3, ...change } as ConvolutionOptions),
      RangeError,
      said,
    );
  };
  refused({ input: [5, 5] }, "conv: input must be 3 whole numbers from 1, but it is 5,5");
  refused({ input: [5, 0, 2] }, "conv: input must be 3 whole numbers from 1, but it is 5,0,2");
  refused({ filters: 0 }, "conv: filters must be a whole number from 1, but it is 0", conv);
  refused(
    { kernel: [3, 1.5] },
    "convTranspose: kernel must be 2 whole numbers from 1, but it is 3,1.5",
    convTranspose,
  );
  refused({ stride: 0 }, "conv: stride must be 2 whole numbers from 1, but it is 0,0");
  refused(
    { padding: "full" },
    'conv: padding must be "same", "valid" or a whole number from 0, but it is full',
  );
  refused({ padding: -1 }, "but it is -1");
  refused({ activation: "swish" }, "conv: activation must be one of identity, relu, leaky-relu");
  refused(
    { kernel: 6, padding: "valid" },
    "conv: a kernel of 6 × 6 must fit into the padded image, but that is of 5 × 5",
  );
  refused(
    { kernel: 1, padding: 3 },
    "the output must have a row and a column, but it is of -1 × -1",
    convTranspose,
  );
  assertThrows(
    () =>
      sequential([
        conv({ input: [4, 6, 2], filters: 3, kernel: 3 }),
        conv({ input: [6, 4, 3], filters: 1, kernel: 3 }),
      ]),
    RangeError,
    "layer 1 takes images of 6 × 4 × 3, but layer 0 gives images of 4 × 6 × 3",
  );
});
