/**
 * Dense layers with piecewise linear activations, y = φ(x W + b) with φ(u) = u above 0 and `slope` u below: all layers that
 * follow each other at once, for values, and for values with their tangents, ẏ = (ẋ W) ∘ φ′.
 *
 * Values and tangents are the rows of one matrix here, a *jet* `[batch + batch · tangent, width]`: first the values, then the
 * tangents example by example. So a layer is one product forwards, and two in reverse. φ′ is read off the values' signs, and
 * a constant to a reverse pass.
 *
 * @module
 */

import {
  copyNumbers,
  defineKernel,
  detach,
  finishRows,
  type Heap,
  multiply,
  slopeRows,
  sumSlopedRows,
  tf,
  withGradient,
} from "../engine/mod.ts";

/** A layer with its parameters. */
export interface PiecewiseLinearLayer {
  /** W: `[inputs, outputs]` */
  readonly weight: tf.Tensor;
  /** b: `[outputs]` */
  readonly bias: tf.Tensor;
  /** φ(u) = u above 0, and `slope` u below: from 0 to 1. */
  readonly slope: number;
}

/** Values and their tangents. */
export interface Jet {
  /** `[batch, width]` */
  readonly value: tf.Tensor;
  /** `[batch, tangent, width]` */
  readonly tangents: tf.Tensor;
}

/** Values through layers: x `[batch, inputs]` ↦ `[batch, outputs]`. */
export function applyLayers(layers: readonly PiecewiseLinearLayer[], x: tf.Tensor): tf.Tensor {
  return run(layers, [x])[0]!;
}

/** Values and tangents through layers: x `[batch, inputs]` and ẋ `[batch, tangent, inputs]`, one tangent at least. */
export function pushLayers(
  layers: readonly PiecewiseLinearLayer[],
  value: tf.Tensor,
  tangents: tf.Tensor,
): Jet {
  const [y, pushed] = run(layers, [value, tangents]);
  return { value: y!, tangents: pushed! };
}

/** What the kernels are told. */
interface Settings {
  readonly batch: number;
  /** Tangents of each example; 0 where there are only values. */
  readonly tangents: number;
  /** Of each layer. */
  readonly slopes: readonly number[];
}

/** Layers of x, or of x and ẋ. */
function run(layers: readonly PiecewiseLinearLayer[], x: readonly tf.Tensor[]): tf.Tensor[] {
  const settings: Settings = {
    batch: x[0]!.shape[0]!,
    tangents: x[1]?.shape[1] ?? 0,
    slopes: layers.map(({ slope }) => slope),
  };
  const weights = layers.map(({ weight }) => weight);
  const inputs = [...x, ...weights, ...layers.map(({ bias }) => bias)];
  return withGradient(
    inputs,
    (save) => {
      const made = forwards(inputs, settings);
      const y = made.splice(0, x.length);
      save([y[0]!, ...(settings.tangents > 0 ? [] : x), ...made, ...weights]);
      return y;
    },
    (dy, saved) => {
      const gradients = backwards([...dy, ...saved], settings);
      const du = isStraight(settings) ? detach(dy[0]!) : gradients.shift()!;
      const inX = (_: tf.Tensor, part: number) => (): tf.Tensor =>
        backToX([du, saved.at(-layers.length)!], { ...settings, part })[0]!;
      return [...x.map(inX), ...gradients.map((gradient) => () => gradient)];
    },
  );
}

/** Whether du = dy, a matrix that is there already. */
const isStraight = ({ tangents, slopes }: Settings): boolean =>
  slopes.length === 1 && slopes[0] === 1 && tangents === 0;

/** The sizes of what enters the first layer and of what leaves each. */
const widthsOf = (weights: readonly (readonly number[])[]): number[] => [
  weights[0]![0]!,
  ...weights.map((weight) => weight[1]!),
];

const rowsOf = ({ batch, tangents }: Settings): number => batch * (1 + tangents);

/**
 * All layers: x, ẋ if there are tangents, each W, each b ↦ y, ẏ if there are tangents, and the jets that enter the layers;
 * without tangents that of the first is x.
 */
const forwards = defineKernel<Settings>({
  name: "GraeLayers",
  shapes: (inputs, settings) => {
    const { batch, tangents, slopes } = settings;
    const widths = widthsOf(inputs.slice(-2 * slopes.length, -slopes.length));
    const jets = widths.slice(0, -1).map((width) => [rowsOf(settings), width]);
    const last = widths.at(-1)!;
    return tangents > 0
      ? [[batch, last], [batch, tangents, last], ...jets]
      : [[batch, last], ...jets.slice(1)];
  },
  onHeap: (heap, inputs, outputs, settings, shapes) => {
    const { batch, tangents, slopes } = settings;
    const count = slopes.length;
    const widths = widthsOf(shapes.slice(-2 * count, -count));
    const parameters = inputs.slice(-2 * count);
    const jets = tangents > 0 ? outputs.slice(2) : [inputs[0], ...outputs.slice(1)];
    if (tangents > 0) {
      const [x, first] = whole(jets[0]!, settings, widths[0]!);
      copyNumbers(heap, inputs[0], x, batch * widths[0]!);
      copyNumbers(heap, inputs[1], first, batch * tangents * widths[0]!);
    }
    slopes.forEach((slope, i) => {
      const [from, to] = [widths[i]!, widths[i + 1]!];
      const x = whole(jets[i]!, settings, from);
      const y = i + 1 < count ? whole(jets[i + 1]!, settings, to) : [outputs[0], outputs[1]] as const;
      product(heap, [x, parameters[i]!, y], settings, [from, to]);
      finishRows(heap, y[0], parameters[count + i]!, [batch, to], slope);
      if (slope !== 1 && tangents > 0) slopeRows(heap, y[1], y[0], y[1], [batch, tangents, to], slope);
    });
  },
  compose: (inputs, settings) => {
    const { tangents, slopes } = settings;
    const count = slopes.length;
    const parameters = inputs.slice(-2 * count);
    const jets = [tangents > 0 ? glued({ value: inputs[0]!, tangents: inputs[1]! }) : inputs[0]!];
    slopes.forEach((slope, i) => {
      const u = cut(tf.matMul(jets[i]!, parameters[i]!), settings);
      const value = activated(tf.add(u.value, parameters[count + i]!), slope);
      jets.push(tangents > 0 ? glued({ value, tangents: sloped(u.tangents, value, slope) }) : value);
    });
    const y = cut(jets.pop()!, settings);
    return tangents > 0 ? [y.value, y.tangents, ...jets] : [y.value, ...jets.slice(1)];
  },
});

/**
 * The reverse pass: dy, dẏ if there are tangents, y, the jets that enter the layers, each W ↦ du of the first layer unless
 * it is dy, the gradients in each W, in each b.
 */
const backwards = defineKernel<Settings>({
  name: "GraeLayersReverse",
  shapes: (inputs, settings) => {
    const weights = inputs.slice(-settings.slopes.length).map((weight) => [...weight]);
    const du = isStraight(settings) ? [] : [[rowsOf(settings), weights[0]![1]!]];
    return [...du, ...weights, ...weights.map(([, outputs]) => [outputs!])];
  },
  onHeap: (heap, inputs, outputs, settings, shapes) => {
    const { batch, tangents, slopes } = settings;
    const count = slopes.length;
    const rows = rowsOf(settings);
    const widths = widthsOf(shapes.slice(-count));
    const [y, ...rest] = inputs.slice(tangents > 0 ? 2 : 1);
    const [jets, weights] = [rest.slice(0, count), rest.slice(count)];
    const [inWeights, inBiases] = [outputs.slice(-2 * count, -count), outputs.slice(-count)];
    // du of one layer is made from that of the next, so two places do for all but the first layer.
    const largest = Math.max(0, ...widths.slice(2));
    const scratch = [0, 1].slice(0, count - 1).map(() => heap.allocate([rows, largest]));
    try {
      const placeOf = (i: number): Place =>
        whole(i === 0 ? outputs[0] : heap.offset(scratch[i % scratch.length]!), settings, widths[i + 1]!);
      let du: Place = [inputs[0], inputs[1]];
      for (let i = count - 1; i >= 0; i--) {
        const [slope, from, to] = [slopes[i]!, widths[i]!, widths[i + 1]!];
        const dy = du;
        const values = i + 1 < count ? jets[i + 1]! : y!;
        // Straight values may stay where they are; tangents must lie behind them.
        if (slope !== 1 || tangents > 0) du = placeOf(i);
        sumSlopedRows(heap, { dy: dy[0], y: values, du: du[0], sums: inBiases[i]! }, [batch, to], slope);
        if (slope === 1 && du !== dy && du[0] !== dy[0]) copyNumbers(heap, dy[0], du[0], batch * to);
        if (tangents > 0 && slope !== 1) slopeRows(heap, dy[1], values, du[1], [batch, tangents, to], slope);
        if (tangents > 0 && slope === 1 && du[0] !== dy[0]) {
          copyNumbers(heap, dy[1], du[1], batch * tangents * to);
        }
        const sizes = { m: from, n: to, k: rows, transposeA: true };
        multiply(heap, { ...sizes, a: jets[i]!, b: du[0], c: inWeights[i]! });
        if (i > 0) {
          const before = placeOf(i - 1);
          product(heap, [du, weights[i]!, before], settings, [to, from], true);
          du = before;
        }
      }
    } finally {
      scratch.forEach(heap.release);
    }
  },
  compose: (inputs, settings) => {
    const { tangents, slopes } = settings;
    const count = slopes.length;
    const [y, ...rest] = inputs.slice(tangents > 0 ? 2 : 1);
    const [jets, weights] = [rest.slice(0, count), rest.slice(count)];
    const [inWeights, inBiases]: [tf.Tensor[], tf.Tensor[]] = [[], []];
    let du = tangents > 0 ? glued({ value: inputs[0]!, tangents: inputs[1]! }) : inputs[0]!;
    for (let i = count - 1; i >= 0; i--) {
      const values = i + 1 < count ? cut(jets[i + 1]!, settings).value : y!;
      const dy = cut(du, settings);
      const value = slopes[i] === 1 ? dy.value : tf.mul(dy.value, tf.step(values, slopes[i]));
      du = tangents > 0 ? glued({ value, tangents: sloped(dy.tangents, values, slopes[i]!) }) : value;
      inWeights.unshift(tf.matMul(jets[i]!, du, true, false));
      inBiases.unshift(tf.sum(value, 0));
      if (i > 0) du = tf.matMul(du, weights[i]!, false, true);
    }
    return [...(isStraight(settings) ? [] : [du]), ...inWeights, ...inBiases];
  },
});

/** du Wᵀ of the first layer: du and W ↦ dx if `part` is 0, dẋ if it is 1. */
const backToX = defineKernel<Settings & { readonly part: number }>({
  name: "GraeLayersInput",
  shapes: ([, w], { batch, tangents, part }) => [part === 0 ? [batch, w![0]!] : [batch, tangents, w![0]!]],
  onHeap: (heap, [du, w], [dx], settings, [, [inputs, hidden]]) => {
    const m = settings.part === 0 ? settings.batch : settings.batch * settings.tangents;
    const a = whole(du, settings, hidden)[settings.part]!;
    multiply(heap, { m, n: inputs, k: hidden, transposeB: true, a, b: w, c: dx });
  },
  compose: ([du, w], settings) => {
    const dx = cut(tf.matMul(du!, w!, false, true), settings);
    return [settings.part === 0 ? dx.value : dx.tangents];
  },
});

/** Where the values and the tangents of a jet are on the heap. */
type Place = readonly [value: number, tangents: number];

/** The place of a jet whose rows follow each other. */
const whole = (at: number, { batch }: Settings, width: number): Place => [at, at + 4 * batch * width];

/** y = x W, or x Wᵀ, for the values and tangents of a jet: one product where they follow each other. */
function product(
  heap: Heap,
  [x, w, y]: readonly [x: Place, w: number, y: Place],
  { batch, tangents }: Settings,
  [inputs, outputs]: readonly [number, number],
  transposeB = false,
): void {
  const sizes = { n: outputs, k: inputs, b: w, transposeB };
  if (x[1] === x[0] + 4 * batch * inputs && y[1] === y[0] + 4 * batch * outputs) {
    multiply(heap, { ...sizes, m: batch * (1 + tangents), a: x[0], c: y[0] });
  } else {
    multiply(heap, { ...sizes, m: batch, a: x[0], c: y[0] });
    if (tangents > 0) multiply(heap, { ...sizes, m: batch * tangents, a: x[1], c: y[1] });
  }
}

/** A jet of its parts, by ordinary operations. */
const glued = ({ value, tangents }: Jet): tf.Tensor =>
  tf.concat([value, tf.reshape(tangents, [-1, value.shape[1]!])]);

/** The parts of a jet, by ordinary operations; without tangents it is its values. */
function cut(jet: tf.Tensor, { batch, tangents }: Settings): Jet {
  const width = jet.shape[1]!;
  const value = tangents > 0 ? tf.slice(jet, [0, 0], [batch, width]) : jet;
  const rest = tf.slice(jet, [batch, 0], [batch * tangents, width]);
  return { value, tangents: tf.reshape(rest, [batch, tangents, width]) };
}

/** φ(u) by ordinary operations. */
function activated(u: tf.Tensor, slope: number): tf.Tensor {
  return slope === 1 ? u : slope === 0 ? tf.relu(u) : tf.leakyRelu(u, slope);
}

/** t φ′ by ordinary operations, with φ′ from the sign of y `[batch, width]`. */
function sloped(tangents: tf.Tensor, y: tf.Tensor, slope: number): tf.Tensor {
  const [batch, width] = y.shape as [number, number];
  return slope === 1 ? tangents : tf.mul(tangents, tf.reshape(tf.step(y, slope), [batch, 1, width]));
}
