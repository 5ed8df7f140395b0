import { assert, assertEquals, assertThrows } from "@std/assert";
import { normalTensor, read, replayable, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { guardTests } from "../engine/guarded_tests.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { ACTIVATION_NAMES } from "./activation.ts";
import {
  activationLayer,
  averagePool,
  bindDifferentiableNetwork,
  conv,
  convTranspose,
  dense,
  type DifferentiableLayer,
  dropout,
  groupNorm,
  type ImageShape,
  initialParameters,
  layerNorm,
  type Pushed,
  reshape,
  residual,
  sequential,
  upsample,
} from "./mod.ts";

guardTests();
const ENGINES = await promisedEngines("cpu", "wasm", "native", "webgpu");

/** A layer of one example in double precision, written from its definition: parameters, x ↦ y. */
type Twin = (parameters: readonly (readonly number[])[], x: readonly number[]) => number[];

/** A layer, its definition, and other definitions that must be told from it. */
interface Case {
  readonly layer: DifferentiableLayer;
  readonly right: Twin;
  readonly faults: Readonly<Record<string, Twin>>;
}

/** y from a function of row, column and channel. */
const pixels = (
  [height, width, channels]: ImageShape,
  f: (row: number, column: number, channel: number) => number,
): number[] =>
  Array.from({ length: height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return f(Math.floor(pixel / width), pixel % width, i % channels);
  });
/** The number of an image at a place. */
const at = (
  x: readonly number[],
  [, width, channels]: ImageShape,
  row: number,
  column: number,
  c: number,
): number => x[(row * width + column) * channels + c]!;

function nearest(input: ImageShape, [fh, fw]: readonly [number, number]): Case {
  const output = [input[0] * fh, input[1] * fw, input[2]] as const;
  const read = (row: (i: number) => number, column: (j: number) => number): Twin => (_, x) =>
    pixels(output, (i, j, c) => at(x, input, row(i), column(j), c));
  const floor = (factor: number) => (i: number): number => Math.floor(i / factor);
  const layer = upsample({ input, factor: [fh, fw], method: "nearest" });
  return {
    layer,
    right: read(floor(fh), floor(fw)),
    faults: {
      "tiled, not repeated": read((i) => i % input[0], (j) => j % input[1]),
      "rows half a pixel off": read((i) => Math.min(Math.round(i / fh), input[0] - 1), floor(fw)),
      "columns not repeated": read(floor(fh), (j) => Math.min(j, input[1] - 1)),
      "channels before columns": (_, x) =>
        pixels(output, (i, j, c) => x[(floor(fh)(i) * input[2] + c) * input[1] + floor(fw)(j)]!),
    },
  };
}

/** Between pixels, from where each row and column of the output reads; the edges are repeated. */
function bilinear(input: ImageShape, [fh, fw]: readonly [number, number]): Case {
  const output = [input[0] * fh, input[1] * fw, input[2]] as const;
  const read =
    (place: (i: number, factor: number, size: number) => number, beyond: "edge" | "zero" = "edge"): Twin =>
    (_, x) =>
      pixels(output, (i, j, c) => {
        const row = place(i, fh, input[0]), column = place(j, fw, input[1]);
        let sum = 0;
        for (const r of [Math.floor(row), Math.floor(row) + 1]) {
          for (const k of [Math.floor(column), Math.floor(column) + 1]) {
            const weight = (1 - Math.abs(row - r)) * (1 - Math.abs(column - k));
            const inside = r >= 0 && r < input[0] && k >= 0 && k < input[1];
            const [clampedRow, clampedColumn] = [
              Math.min(Math.max(r, 0), input[0] - 1),
              Math.min(Math.max(k, 0), input[1] - 1),
            ];
            if (inside || beyond === "edge") sum += weight * at(x, input, clampedRow, clampedColumn, c);
          }
        }
        return sum;
      });
  return {
    layer: upsample({ input, factor: [fh, fw], method: "bilinear" }),
    right: read((i, factor) => (i + 0.5) / factor - 0.5),
    faults: {
      "corners aligned": read((i, factor, size) => size === 1 ? 0 : i * (size - 1) / (size * factor - 1)),
      "from the corner of a pixel": read((i, factor) => i / factor),
      "zero beyond the image": read((i, factor) => (i + 0.5) / factor - 0.5, "zero"),
      "nearest": read((i, factor) => Math.floor(i / factor)),
    },
  };
}

/** Means of windows by two loops; TensorFlow's paddings by hand. */
function pool(
  input: ImageShape,
  size: readonly [number, number],
  stride: readonly [number, number],
  padding: "same" | "valid" | number,
): Case {
  const along = (axis: 0 | 1): { count: number; before: number } => {
    const [n, k, s] = [input[axis], size[axis], stride[axis]];
    if (typeof padding === "number") {
      return { count: Math.floor((n + 2 * padding - k) / s) + 1, before: padding };
    }
    if (padding === "valid") return { count: Math.ceil((n - k + 1) / s), before: 0 };
    return { count: Math.ceil(n / s), before: Math.floor(Math.max(0, n % s === 0 ? k - s : k - n % s) / 2) };
  };
  const rows = along(0), columns = along(1), output = [rows.count, columns.count, input[2]] as const;
  const mean = (fault: string | null): Twin => (_, x) =>
    pixels(output, (i, j, c) => {
      let sum = 0, count = 0;
      for (let a = 0; a < size[0]; a++) {
        for (let b = 0; b < size[1] - Number(fault === "last column left out"); b++) {
          const row = i * stride[0] + a - rows.before + Number(fault === "one row down");
          const column = j * (fault === "stride of rows for columns" ? stride[0] : stride[1]) + b -
            columns.before;
          const inside = row >= 0 && row < input[0] && column >= 0 && column < input[1];
          if (inside) sum += at(x, input, row, column, c);
          if (inside || fault === "zeros counted") count++;
        }
      }
      return fault === "sum" ? sum : sum / count;
    });
  const faults = [
    "zeros counted",
    "sum",
    "stride of rows for columns",
    "one row down",
    "last column left out",
  ];
  return {
    layer: averagePool({ input, size, stride, padding }),
    right: mean(null),
    faults: Object.fromEntries(faults.map((fault) => [fault, mean(fault)])),
  };
}

/** γ (x − mean)/√(var + ε) + b over groups of channels. */
function norm(
  layer: DifferentiableLayer,
  input: ImageShape,
  groups: number,
  perNumber: boolean,
  epsilon: number,
): Case {
  const channels = input[2], size = input[0] * input[1] * channels;
  const twin = (fault: string | null): Twin => ([weight, bias], x) => {
    const groupOf = (i: number): number =>
      fault === "groups interleaved"
        ? i % groups
        : fault === "group over rows"
        ? Math.floor(i * groups / size)
        : fault === "one group"
        ? 0
        : Math.floor(i % channels * groups / channels);
    const y = new Array<number>(size);
    for (let g = 0; g < groups; g++) {
      const members = x.map((_, i) => i).filter((i) => groupOf(i) === g);
      const mean = members.reduce((sum, i) => sum + x[i]!, 0) / members.length;
      const centre = fault === "not centred" ? 0 : mean;
      const sum = members.reduce((sum, i) => sum + (x[i]! - mean) ** 2, 0);
      const variance = sum / (members.length - Number(fault === "variance by n − 1"));
      const scale = fault === "ε outside of the root"
        ? Math.sqrt(variance) + epsilon
        : fault === "no root"
        ? variance + epsilon
        : Math.sqrt(variance + (fault === "no ε" ? 0 : epsilon));
      for (const i of members) {
        const at = perNumber ? i : fault === "γ per group" ? g : i % channels;
        y[i] = weight![at]! * (x[i]! - centre) / scale +
          (fault === "b scaled" ? bias![at]! / scale : bias![at]!);
      }
    }
    return y;
  };
  const grouped = groups > 1 ? ["groups interleaved", "group over rows", "one group", "γ per group"] : [];
  const faults = [
    "not centred",
    "variance by n − 1",
    "ε outside of the root",
    "no root",
    "no ε",
    "b scaled",
    ...grouped,
  ];
  return {
    layer,
    right: twin(null),
    faults: Object.fromEntries(faults.map((fault) => [fault, twin(fault)])),
  };
}

/** tanh(x W + b) W′ + b′, which is added to x. */
function block(): Case {
  const size = 6;
  const affine = (x: readonly number[], weight: readonly number[], bias: readonly number[]): number[] =>
    bias.map((b, j) => x.reduce((sum, v, i) => sum + v * weight[i * bias.length + j]!, b));
  const inner: Twin = ([w0, b0, w1, b1], x) => affine(affine(x, w0!, b0!).map(Math.tanh), w1!, b1!);
  return {
    layer: residual([dense(size, 4, "tanh"), dense(4, size, "identity")]),
    right: (p, x) => inner(p, x).map((v, i) => v + x[i]!),
    faults: {
      "no input": inner,
      "input twice": (p, x) => inner(p, x).map((v, i) => v + 2 * x[i]!),
      "input through the block twice": (p, x) => inner(p, inner(p, x)).map((v, i) => v + x[i]!),
    },
  };
}

const CASES: Readonly<Record<string, Case>> = {
  "nearest": nearest([3, 2, 2], [2, 3]),
  "nearest, one channel": nearest([1, 4, 1], [3, 2]),
  "bilinear": bilinear([3, 4, 2], [2, 3]),
  "bilinear, one column": bilinear([4, 1, 3], [2, 2]),
  "pool": pool([6, 5, 2], [2, 2], [2, 2], "valid"),
  "pool, overlapping": pool([5, 6, 1], [3, 2], [2, 1], "same"),
  "pool, padded": pool([4, 5, 2], [3, 3], [1, 2], 1),
  "pool, stride over the window": pool([7, 5, 1], [2, 1], [3, 2], "valid"),
  "layerNorm": norm(layerNorm({ size: 7, epsilon: 0.1 }), [1, 1, 7], 1, true, 0.1),
  "groupNorm": norm(groupNorm({ input: [2, 3, 4], groups: 2, epsilon: 0.1 }), [2, 3, 4], 2, false, 0.1),
  "groupNorm, a channel each": norm(
    groupNorm({ input: [3, 2, 3], groups: 3, epsilon: 0.1 }),
    [3, 2, 3],
    3,
    false,
    0.1,
  ),
  "residual": block(),
};

/** First and second derivatives of f at 0, by central differences of order 4. */
function derivatives(f: (t: number) => number[]): { first: number[]; second: number[] } {
  const h = 2e-3, [far, near, mid, next, beyond] = [-2, -1, 0, 1, 2].map((i) => f(i * h));
  return {
    first: mid!.map((_, i) => (far![i]! - 8 * near![i]! + 8 * next![i]! - beyond![i]!) / (12 * h)),
    second: mid!.map((v, i) =>
      (-far![i]! + 16 * near![i]! - 30 * v + 16 * next![i]! - beyond![i]!) / (12 * h * h)
    ),
  };
}

/** Of all kinds of layers. */
const FAULTS = 32;
const BATCH = 2, TANGENTS = 3;
/** Normal numbers of an example, or of its tangent. */
const slice = (
  all: Float32Array,
  i: number,
  size: number,
): number[] => [...all.slice(i * size, (i + 1) * size)];

Deno.test("values, first and second derivatives, and their gradients are those of each layer's definition; its faults are seen", async () => {
  /** By kind of layer, the part of a name before a comma: each must be seen in one case. */
  const faults = new Map<string, boolean>();
  for (const [name, { layer, right, faults: wrong }] of Object.entries(CASES)) {
    const { inputs, outputs } = layer;
    await startEngine("cpu");
    const draw = (seed: number, shape: readonly number[]) => read(normalTensor(key(seed), [...shape]));
    const shapes = {
      value: [BATCH, inputs],
      first: [BATCH, TANGENTS, inputs],
      second: [BATCH, TANGENTS, inputs],
    };
    const given = {
      value: await draw(1, shapes.value),
      first: await draw(2, shapes.first),
      second: await draw(3, shapes.second),
    };
    const parameters = await Promise.all(layer.parameters.map(({ shape }, i) => draw(10 + i, shape)));
    const plain = parameters.map((p) => [...p]);
    const weights = {
      value: await draw(4, [BATCH, outputs]),
      first: await draw(5, [BATCH, TANGENTS, outputs]),
      second: await draw(6, [BATCH, TANGENTS, outputs]),
    };
    /** Values, and derivatives along x + t ẋ + ½ t² ẍ. */
    const expected = (twin: Twin, p = plain): Record<keyof Pushed, number[]> => {
      const made = { value: [] as number[], first: [] as number[], second: [] as number[] };
      for (let b = 0; b < BATCH; b++) {
        const x = slice(given.value, b, inputs);
        made.value.push(...twin(p, x));
        for (let k = b * TANGENTS; k < (b + 1) * TANGENTS; k++) {
          const one = slice(given.first, k, inputs), two = slice(given.second, k, inputs);
          const { first, second } = derivatives((t) =>
            twin(p, x.map((v, i) => v + t * one[i]! + t * t / 2 * two[i]!))
          );
          made.first.push(...first);
          made.second.push(...second);
        }
      }
      return made;
    };
    const exact = expected(right);
    const weighed = (parts: Record<keyof Pushed, number[]>): number =>
      (["value", "first", "second"] as const).reduce(
        (sum, part) => sum + parts[part].reduce((s, v, i) => s + v * weights[part][i]!, 0),
        0,
      );
    const inParameters = plain.map((numbers, j) =>
      numbers.map((_, i) => {
        const moved = (by: number) =>
          weighed(expected(right, plain.map((p, k) => k === j ? p.map((v, l) => l === i ? v + by : v) : p)));
        return derivatives((by) => [moved(by)]).first[0]!;
      })
    );
    for (const engine of ENGINES) {
      await startEngine(engine);
      const tensors = parameters.map((p, i) => tf.tensor(p, [...layer.parameters[i]!.shape]));
      const x: Pushed = {
        value: tf.tensor(given.value, shapes.value),
        first: tf.tensor(given.first, shapes.first as [number, number, number]),
        second: tf.tensor(given.second, shapes.second as [number, number, number]),
      };
      const sum = (p: readonly tf.Tensor[]) => {
        const pushed = layer.push(p, x, true);
        const value = (["value", "first", "second"] as const)
          .map((part) => tf.sum(tf.mul(tf.tensor(weights[part], pushed[part]!.shape), pushed[part]!)))
          .reduce((a, b) => tf.add(a, b));
        return { value, info: { ...pushed, second: pushed.second!, plain: layer.apply(p, x.value) } };
      };
      const { info, gradients } = tensors.length > 0
        ? valueAndGradients(sum, tensors)
        : { info: sum([]).info, gradients: [] };
      // Numbers of about 10, sums of up to 24: 24 · 10 · 2⁻²⁴ < 1e-4; derivatives by differences add 1e-6.
      const close = (
        actual: ArrayLike<number>,
        exact: readonly number[],
        tolerance: number,
        what: string,
      ): void => {
        assertEquals(actual.length, exact.length, `${engine} ${name} ${what}`);
        const scale = Math.max(1, ...exact.map(Math.abs));
        exact.forEach((v, i) =>
          assert(
            Math.abs(actual[i]! - v) <= tolerance * scale,
            `${engine} ${name} ${what} ${i}: ${actual[i]} for ${v}`,
          )
        );
      };
      const read4 = {
        value: await read(info.value),
        first: await read(info.first),
        second: await read(info.second),
      };
      for (const part of ["value", "first", "second"] as const) close(read4[part], exact[part], 1e-4, part);
      assertEquals(await read(info.plain), read4.value, `${engine} ${name}: apply`);
      for (const [i, gradient] of gradients.entries()) {
        close(await read(gradient), inParameters[i]!, 1e-3, `gradient ${i}`);
      }
      // The same without second derivatives, and without those of x.
      const once = layer.push(tensors, { ...x, second: null }, false);
      assertEquals(await read(once.first), read4.first, `${engine} ${name}: first alone`);
      const alone = layer.push(tensors, { ...x, second: null }, true).second;
      const straight = layer.push(tensors, { ...x, second: tf.zeros(shapes.second) }, true).second!;
      close(
        alone ? await read(alone) : new Float32Array(straight.size),
        [...await read(straight)],
        1e-6,
        "second alone",
      );
      if (engine !== ENGINES[0]) continue;
      for (const [fault, twin] of Object.entries(wrong)) {
        const made = twin(plain, slice(given.value, 0, inputs));
        const fails = made.some((v, i) => !(Math.abs(v - read4.value[i]!) < 2e-3));
        const kind = `${name.split(",")[0]}: ${fault}`;
        faults.set(kind, fails || (faults.get(kind) ?? false));
      }
    }
  }
  assertEquals([...faults].filter(([, isSeen]) => !isSeen).map(([fault]) => fault), []);
  assertEquals(faults.size, FAULTS);
});

Deno.test("no layer makes second derivatives where none are asked for", async () => {
  await startEngine("wasm");
  const others = ACTIVATION_NAMES.flatMap((activation) => [
    dense(3, 4, activation),
    activationLayer({ input: 3, activation }),
    conv({ input: [2, 3, 1], filters: 2, kernel: 2, activation }),
  ]);
  for (const layer of [...Object.values(CASES).map(({ layer }) => layer), ...others]) {
    const x = { value: tf.zeros([1, layer.inputs]), first: tf.zeros([1, 2, layer.inputs]), second: null };
    assertEquals(layer.push(layer.initial(key(1)), x, false).second, null);
  }
});

Deno.test("a residual block has the axes that its ends have", () => {
  const input = [2, 3, 4] as const;
  const [image, norm] = [conv({ input, filters: 4, kernel: 3 }), groupNorm({ input, groups: 2 })];
  const axes = [[image, norm], [dense(24, 24, "relu"), image], [norm, dense(24, 24, "relu")]].map(
    (layers) => {
      const { input, output } = residual(layers);
      return [input, output];
    },
  );
  assertEquals(axes, [[input, input], [undefined, input], [input, undefined]]);
  assertEquals(Object.keys(residual([dense(2, 2, "relu")])).filter((name) => name.endsWith("put")), []);
});

/** A decoder with every layer: 3 latents to 8 × 6 pixels of 2 channels. */
const decoder = () =>
  sequential([
    dense(3, 24, "tanh"),
    layerNorm({ size: 24 }),
    reshape({ output: [2, 3, 4] }),
    residual([
      conv({ input: [2, 3, 4], filters: 4, kernel: 3, activation: "gelu" }),
      groupNorm({ input: [2, 3, 4], groups: 2 }),
    ]),
    upsample({ input: [2, 3, 4], factor: 2, method: "bilinear" }),
    convTranspose({ input: [4, 6, 4], filters: 3, kernel: 4, stride: [2, 1], activation: "softplus" }),
    averagePool({ input: [8, 6, 3], size: 3, stride: 1, padding: "same" }),
    conv({ input: [8, 6, 3], filters: 2, kernel: 1 }),
  ]);

Deno.test("a decoder of all layers has the Jacobian of its differences, JᵀJ, and a step that is replayed bit for bit", async () => {
  const network = decoder();
  assertEquals([network.inputs, network.outputs], [3, 96]);
  for (const engine of ENGINES) {
    await startEngine(engine);
    const parameters = initialParameters(network, key(1)), g = bindDifferentiableNetwork(network, parameters);
    const x = normalTensor(key(2), [2, 3]);
    const j = await read(g.pushforward(x).tangents), numbers = await read(x), h = 2 ** -8;
    for (let i = 0; i < 3; i++) {
      const moved = await Promise.all(
        [h, -h].map((by) =>
          read(g.apply(tf.tensor(numbers.map((v, k) => v + (k % 3 === i ? by : 0)), [2, 3])))
        ),
      );
      const scale = Math.max(...j.map(Math.abs));
      for (let b = 0; b < 2; b++) {
        for (let o = 0; o < 96; o++) {
          const difference = (moved[0]![b * 96 + o]! - moved[1]![b * 96 + o]!) / (2 * h);
          // Rounding 10 · 2⁻²⁴ / h < 2e-4; the bend h² g‴/6 < 1e-4 of the largest slope.
          assert(
            Math.abs(difference - j[(b * 3 + i) * 96 + o]!) < 0.002 * Math.max(1, scale),
            `${engine} ${b} ${i} ${o}: ${difference} for ${j[(b * 3 + i) * 96 + o]}`,
          );
        }
      }
    }
    const gram = await read(g.gram(x));
    gram.forEach((v, at) => {
      const [b, i, k] = [Math.floor(at / 9), Math.floor(at / 3) % 3, at % 3];
      let sum = 0;
      for (let o = 0; o < 96; o++) sum += j[(b * 3 + i) * 96 + o]! * j[(b * 3 + k) * 96 + o]!;
      assert(Math.abs(v - sum) <= 1e-4 * Math.max(1, ...gram), `${engine} gram ${at}: ${v} for ${sum}`);
    });
    if (engine === "webgpu" || engine === "cpu") continue;
    const step = replayable((p) => {
      const { value, gradients } = valueAndGradients((p) => {
        const { value, tangents } = bindDifferentiableNetwork(network, p).pushforward(
          tf.tensor([1, 2, 3, 4, 5, 6], [2, 3]),
        );
        return { value: tf.add(tf.sum(tf.square(value)), tf.sum(tf.square(tangents))), info: {} };
      }, p);
      return [value, ...gradients];
    });
    const first = await Promise.all(step(parameters, key(3)).map(read));
    for (let i = 0; i < 4; i++) {
      assertEquals(await Promise.all(step(parameters, key(3)).map(read)), first, engine);
    }
  }
});

Deno.test("reshape states the axes of an image, and a layer that takes others is refused", () => {
  const size = reshape({ input: [2, 3, 4], output: [4, 3, 2] });
  assertEquals([size.input, size.output, size.inputs, size.outputs], [[2, 3, 4], [4, 3, 2], 24, 24]);
  assertEquals(reshape({ output: [2, 3, 4] }).input, undefined);
  assertThrows(
    () =>
      sequential([
        dense(1, 24, "relu"),
        reshape({ output: [2, 3, 4] }),
        groupNorm({ input: [3, 2, 4], groups: 1 }),
      ]),
    RangeError,
    "layer 2 takes images of 3 × 2 × 4, but layer 1 gives images of 2 × 3 × 4",
  );
  assertThrows(() => reshape({}), RangeError, "reshape: input or output is required, but neither came");
  assertThrows(
    () => reshape({ input: [2, 3, 4], output: [5, 5, 1] }),
    RangeError,
    "output must have as many numbers as input, 24, but 5 × 5 × 1 has 25",
  );
  assertThrows(
    () => reshape({ output: [2, 3, 0] }),
    RangeError,
    "reshape: output must be 3 whole numbers from 1",
  );
});

Deno.test("normalisations start as the identity of what is normalised, and what does not fit is refused", async () => {
  await startEngine("cpu");
  const [weight, bias] = groupNorm({ input: [2, 2, 4], groups: 2 }).initial(key(1));
  assertEquals([[...await read(weight!)], [...await read(bias!)]], [[1, 1, 1, 1], [0, 0, 0, 0]]);
  const refused = (make: () => unknown, said: string): void => {
    assertThrows(make, RangeError, said);
  };
  const input = [4, 4, 6] as const;
  refused(() => groupNorm({ input, groups: 4 }), "groups must divide the channels, 6, but they are 4");
  refused(
    () => groupNorm({ input, groups: 0 }),
    "groupNorm: groups must be a whole number from 1, but it is 0",
  );
  refused(
    () => groupNorm({ input, groups: 2, epsilon: 0 }),
    "groupNorm: epsilon must be above 0, but it is 0",
  );
  refused(() => layerNorm({ size: 1.5 }), "layerNorm: size must be a whole number from 1, but it is 1.5");
  refused(() => layerNorm({ size: 3, epsilon: NaN }), "layerNorm: epsilon must be above 0, but it is NaN");
  refused(
    () => upsample({ input, factor: 0.5, method: "nearest" }),
    "upsample: factor must be 2 whole numbers from 1",
  );
  refused(
    () => upsample({ input, factor: 2, method: "bicubic" as "nearest" }),
    'upsample: method must be "nearest" or "bilinear", but it is "bicubic"',
  );
  refused(() => averagePool({ input, size: 5 }), "averagePool: each window must have a pixel");
  refused(() => averagePool({ input, size: 1, padding: 1 }), "averagePool: each window must have a pixel");
  refused(() => averagePool({ input, size: 0 }), "averagePool: size must be 2 whole numbers from 1");
  refused(() => averagePool({ input, size: 2, padding: -1 }), "averagePool: padding must be");
  refused(
    () => residual([dense(3, 4, "relu")]),
    "residual: the block must give what it takes, 3, but it gives 4",
  );
  refused(
    () => residual([reshape({ input: [2, 3, 1], output: [3, 2, 1] })]),
    "the block must give what it takes, 2 × 3 × 1, but it gives 3 × 2 × 1",
  );
  refused(() => residual([]), "at least one layer is required");
  refused(() => dropout(0.5), "dropout: a deterministic objective requires one decoder");
});

Deno.test("equal numbers are normalised to 0, where only ε divides derivatives", async () => {
  for (const engine of ENGINES) {
    await startEngine(engine);
    const layer = layerNorm({ size: 4 }), parameters = layer.initial(key(1));
    const tangents = normalTensor(key(2), [1, 2, 4]), given = await read(tangents);
    const x: Pushed = { value: tf.tensor([1, 1, 1, 1], [1, 4]), first: tangents, second: null };
    const { value, first, second } = layer.push(parameters, x, true);
    for (const t of [value, second!]) assert((await read(t)).every((v) => v === 0), engine);
    (await read(first)).forEach((v, i) => {
      const from = i < 4 ? 0 : 4, mean = given.slice(from, from + 4).reduce((a, b) => a + b) / 4;
      const exact = (given[i]! - mean) / Math.sqrt(1e-5);
      assert(Math.abs(v - exact) <= 1e-5 * 1000, `${engine} ${i}: ${v} for ${exact}`);
    });
  }
});
