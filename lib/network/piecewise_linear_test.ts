import { assert, assertEquals } from "@std/assert";
import { type EngineName, normalTensor, read, startEngine, tf, valueAndGradients } from "../engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { wasmHeap } from "../engine/backend/wasm.ts";
import { promisedEngines } from "../engine/promised_engines.ts";
import { applyLayers, type PiecewiseLinearLayer, pushLayers, pushUnits } from "./piecewise_linear.ts";
import { unitVectors } from "./unit_rows.ts";
import { guardTests } from "../engine/guarded_tests.ts";

guardTests();

const ENGINES = await promisedEngines("wasm", "native", "webgpu");

/** Values and gradients of a function of tensors of these shapes, weighed so that every number counts differently. */
async function everything(
  engine: EngineName,
  shapes: readonly (readonly number[])[],
  f: (xs: readonly tf.Tensor[]) => tf.Tensor,
): Promise<Float32Array[]> {
  await startEngine(engine);
  const scope = tf.openScope();
  try {
    const xs = shapes.map((shape, i) => normalTensor(key(i), shape));
    const { info, gradients } = valueAndGradients((given) => {
      const value = f(given);
      return { value: tf.sum(tf.mul(value, normalTensor(key(99), value.shape))), info: { value } };
    }, xs);
    const all: Float32Array[] = [];
    for (const tensor of [info.value, ...gradients]) all.push(await read(tensor));
    return all;
  } finally {
    scope.close();
  }
}

/** The same, and nothing that the engine allocates for it stays on its heap. */
async function leavingNothing(...given: Parameters<typeof everything>): Promise<Float32Array[]> {
  const [engine] = given;
  await startEngine(engine);
  if (engine !== "wasm" && engine !== "native") return await everything(...given);
  const heap = wasmHeap(), before = heap.held, all = await everything(...given);
  assertEquals(heap.held, before, `${engine}: bytes on the heap`);
  return all;
}

/** On every engine f is what the same, or another, is by operations. */
async function agree(
  shapes: readonly (readonly number[])[],
  f: (xs: readonly tf.Tensor[]) => tf.Tensor,
  sums: number,
  byOperations = f,
): Promise<void> {
  const expected = await everything("cpu", shapes, byOperations);
  for (const engine of ENGINES) {
    const actual = await leavingNothing(engine, shapes, f);
    actual.forEach((values, part) => {
      const worst = values.reduce((most, v, i) => Math.max(most, Math.abs(v - expected[part]![i]!)), 0);
      // Two float32 sums of that many products of N(0, 1) numbers.
      assert(worst <= 16 * 2 ** -24 * sums, `${engine}, part ${part} of ${shapes.join(" × ")}: ${worst}`);
    });
  }
}

/** From one number to what threads share; edges of every kind, and a last vector that lacks one number. */
const SIZES = [[1, 1, 1], [5, 7, 3], [130, 70, 67], [64, 33, 128], [31, 15, 63], [33, 64, 65]] as const;

/** Slopes of one layer, and of more: flat, bent and straight, also within a network. */
const SLOPES = [[1], [0], [0.2], [0, 1], [0.2, 0], [1, 0], [0, 0.2, 1], [0.2, 1, 0]] as const;

/** The layers of widths `inputs`, `outputs` and the rest: shapes of their parameters, and the layers of such tensors. */
function layersOf(slopes: readonly number[], inputs: number, outputs: number, rest = [5, 4]): {
  readonly shapes: number[][];
  readonly from: (parameters: readonly tf.Tensor[]) => PiecewiseLinearLayer[];
} {
  const widths = [inputs, outputs, ...rest];
  return {
    shapes: slopes.flatMap((_, i) => [[widths[i]!, widths[i + 1]!], [widths[i + 1]!]]),
    from: (parameters) =>
      slopes.map((slope, i) => ({ weight: parameters[2 * i]!, bias: parameters[2 * i + 1]!, slope })),
  };
}

/** Float32 products of N(0, 1) numbers, layer upon layer. */
const growth = (sizes: readonly number[], slopes: readonly number[]): number =>
  4 ** (slopes.length - 1) * Math.max(...sizes) ** (0.5 + slopes.length / 2);

Deno.test("values through layers in one kernel: value and gradients are those of the operations, on every engine", async () => {
  for (const slopes of SLOPES) {
    for (const sizes of SIZES) {
      const [batch, inputs, outputs] = sizes;
      const { shapes, from } = layersOf(slopes, inputs, outputs);
      await agree(
        [[batch, inputs], ...shapes],
        ([x, ...parameters]) => applyLayers(from(parameters), x!),
        growth(sizes, slopes),
      );
    }
  }
});

Deno.test("values and tangents in one product a layer: value and gradients are those of the operations", async () => {
  for (const slopes of SLOPES) {
    for (const sizes of SIZES) {
      const [batch, inputs, outputs] = sizes;
      const { shapes, from } = layersOf(slopes, inputs, outputs);
      await agree(
        [[batch, inputs], [batch, 3, inputs], ...shapes],
        ([x, t, ...parameters]) => {
          const { value, tangents } = pushLayers(from(parameters), x!, t!);
          return tf.concat([tf.reshape(value, [-1]), tf.reshape(tangents, [-1])]);
        },
        growth(sizes, slopes),
      );
    }
  }
});

Deno.test("all unit vectors pushed through layers give what they give one by one, with the same gradients", async () => {
  // Some are so wide that a thread takes no more than four tangents at a time; the last takes several blocks of the first
  // weight's gradient.
  const sizes = [
    [1, 1, 1, 5],
    [31, 3, 7, 5],
    [33, 3, 7, 7],
    [33, 6, 3, 1025],
    [130, 17, 67, 7],
    [64, 8, 33, 128],
    [40, 70, 130, 130],
  ];
  for (const slopes of [[0], [0, 0.2], [0.2, 1], [1, 0], [0, 0.2, 1]]) {
    for (const [batch, inputs, first, second] of sizes as [number, number, number, number][]) {
      const { shapes, from } = layersOf(slopes, inputs, first, [second, 4]);
      const joined = ({ value, tangents }: ReturnType<typeof pushLayers>): tf.Tensor =>
        tf.concat([tf.reshape(value, [-1]), tf.reshape(tangents, [-1])]);
      await agree(
        [[batch, inputs], ...shapes],
        ([x, ...parameters]) => joined(pushUnits(from(parameters), x!)),
        growth([batch, inputs, first, second], slopes),
        ([x, ...parameters]) => joined(pushLayers(from(parameters), x!, unitVectors(batch, inputs))),
      );
    }
  }
});

Deno.test("a reverse pass that takes values or tangents alone gives what it gives with nothing from the others", async () => {
  const { shapes, from } = layersOf([0, 0.2], 7, 3);
  for (const part of ["value", "tangents"] as const) {
    await agree(
      [[5, 7], [5, 3, 7], ...shapes],
      ([x, t, ...parameters]) => pushLayers(from(parameters), x!, t!)[part],
      64,
    );
  }
});

Deno.test("no tangents go through layers as no tangents", async () => {
  const { shapes, from } = layersOf([0, 0.2], 7, 3);
  const parameters = shapes.map((shape, i) => normalTensor(key(i), shape));
  const x = normalTensor(key(7), [5, 7]);
  for (const engine of ["cpu", "wasm"] as const) {
    await startEngine(engine);
    const { value, tangents } = pushLayers(from(parameters), x, tf.zeros([5, 0, 7]));
    assertEquals([tangents.shape, value.shape], [[5, 0, 5], [5, 5]]);
    assertEquals([...await read(value)], [...await read(applyLayers(from(parameters), x))]);
  }
});

Deno.test("layers leave no tensor, whether a gradient is taken or not", async () => {
  const { shapes, from } = layersOf([0, 1], 7, 3);
  for (const engine of ["cpu", ...ENGINES] as const) {
    await startEngine(engine);
    const parameters = shapes.map((shape, i) => normalTensor(key(i), shape));
    const [x, t] = [normalTensor(key(7), [5, 7]), normalTensor(key(8), [5, 3, 7])];
    const many = normalTensor(key(9), [40, 7]);
    const before = tf.memory().numTensors;
    const values = (given: readonly tf.Tensor[]): tf.Tensor[] => [applyLayers(from(given), x)];
    const jets = (given: readonly tf.Tensor[]): tf.Tensor[] => Object.values(pushLayers(from(given), x, t));
    const units = (given: readonly tf.Tensor[]): tf.Tensor[] => Object.values(pushUnits(from(given), many));
    for (const f of [values, jets, units]) {
      const { value, gradients } = valueAndGradients(
        (given) => ({ value: tf.sum(tf.square(f(given).at(-1)!)), info: {} }),
        parameters,
      );
      tf.dispose([value, ...gradients, ...f(parameters)]);
      assertEquals(tf.memory().numTensors, before, engine);
    }
  }
});

Deno.test("tangents through layers are the differences of its values, on every engine", async () => {
  // x W + b is far from 0, so a small step crosses no kink.
  const x = [1, 2, -3, 1], tangents = [[1, 0], [0, 1], [2, -1], [0, 4]], step = 2 ** -6;
  for (const engine of ["cpu", ...ENGINES] as const) {
    await startEngine(engine);
    for (const slope of [0, 0.2, 1]) {
      const layer = { weight: tf.tensor([1, -1, 0.5, 2], [2, 2]), bias: tf.tensor([1, -4]), slope };
      const at = async (given: number[]): Promise<{ value: Float32Array; tangents: Float32Array }> => {
        const parts = pushLayers([layer], tf.tensor(given, [2, 2]), tf.tensor(tangents.flat(), [2, 2, 2]));
        return { value: await read(parts.value), tangents: await read(parts.tangents) };
      };
      const here = await at(x);
      for (const [row, tangent] of tangents.entries()) {
        const example = Math.floor(row / 2);
        const moved = await at(
          x.map((v, i) => v + (Math.floor(i / 2) === example ? step * tangent[i % 2]! : 0)),
        );
        for (const j of [0, 1]) {
          const difference = (moved.value[2 * example + j]! - here.value[2 * example + j]!) / step;
          assert(Math.abs(here.tangents[2 * row + j]! - difference) < 1e-4, `${engine} ${slope} ${row} ${j}`);
        }
      }
    }
  }
});

Deno.test("NaN and infinities go through a layer as through its parts", async () => {
  for (const slope of [0, 0.2]) {
    for (const engine of ["cpu", ...ENGINES] as const) {
      await startEngine(engine);
      const x = tf.tensor([NaN, 1, -Infinity, 2, Infinity, 3], [6, 1]);
      const y = await read(applyLayers([{ weight: tf.tensor([1], [1, 1]), bias: tf.tensor([0]), slope }], x));
      const expected = [NaN, 1, slope && -Infinity, 2, Infinity, 3];
      expected.forEach((v, i) => assert(Object.is(y[i], v), `${engine} ${slope}: ${y}`));
    }
  }
});
