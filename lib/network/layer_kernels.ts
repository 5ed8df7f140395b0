/**
 * The kernels of piecewise linear layers: all that follow each other in one, forwards and in reverse.
 *
 * @module
 */

import { copyNumbers, defineKernel, makeAll, multiply, tf } from "../engine/mod.ts";
import {
  activated,
  cut,
  glued,
  type JetSettings,
  multiplyJet,
  type Place,
  rowsOf,
  sloped,
  valuesOf,
  whole,
} from "./jet.ts";
import { finishRows, slopeRows, sumSlopedRows } from "./layer_rows.ts";
import { unitVectors } from "./unit_rows.ts";
import { addUnitGradients, pushUnitTangents } from "./unit_tangents.ts";

/** Whether du = dy, a matrix that is there already. */
export const isStraight = ({ tangents, slopes }: JetSettings): boolean =>
  slopes.length === 1 && slopes[0] === 1 && tangents === 0;

/** What is left in reverse of a jet behind the first layer: with unit vectors for tangents, the values. */
export const behindFirst = (settings: JetSettings): JetSettings =>
  settings.units ? valuesOf(settings) : settings;

/** Whether what enters the first layer is x, and not values with tangents. */
const entersAlone = ({ tangents, units }: JetSettings): boolean => tangents === 0 || units;

/** What is there of the jet that enters a layer: its values before the third, if all unit vectors are its tangents. */
const enters = (i: number, settings: JetSettings): JetSettings => i < 2 ? behindFirst(settings) : settings;

/** What enters a layer, with the tangents of all unit vectors, which nobody has made; by ordinary operations. */
function completed(i: number, jet: tf.Tensor, first: tf.Tensor, settings: JetSettings): tf.Tensor {
  const { batch, slopes, units } = settings;
  if (!units || i > 1) return jet;
  const tangents = unitVectors(batch, first.shape[0]!);
  if (i === 0) return glued(jet, tangents);
  const [inputs, width] = first.shape as [number, number];
  const pushed = tf.reshape(tf.matMul(tf.reshape(tangents, [-1, inputs]), first), [batch, inputs, width]);
  return glued(jet, sloped(pushed, jet, slopes[0]!));
}

/** The sizes of what enters the first layer and of what leaves each. */
const widthsOf = (weights: readonly (readonly number[])[]): number[] => [
  weights[0]![0]!,
  ...weights.map((weight) => weight[1]!),
];

/**
 * All layers: x, ẋ if it is given, each W, each b ↦ y, ẏ if there are tangents, and the jets that enter the layers; without
 * ẋ that of the first is x.
 */
export const forwards = defineKernel<JetSettings>({
  name: "GraeLayers",
  shapes: (inputs, settings) => {
    const { batch, tangents, slopes } = settings;
    const widths = widthsOf(inputs.slice(-2 * slopes.length, -slopes.length));
    const jets = widths.slice(0, -1).map((width, i) => [rowsOf(enters(i, settings)), width]);
    const last = widths.at(-1)!;
    const y = tangents > 0 ? [[batch, last], [batch, tangents, last]] : [[batch, last]];
    return [...y, ...jets.slice(entersAlone(settings) ? 1 : 0)];
  },
  onHeap: (heap, inputs, outputs, settings, shapes) => {
    const { batch, tangents, slopes, units } = settings;
    const count = slopes.length;
    const widths = widthsOf(shapes.slice(-2 * count, -count));
    const parameters = inputs.slice(-2 * count);
    const alone = entersAlone(settings);
    const made = outputs.slice(tangents > 0 ? 2 : 1);
    const jets = alone ? [inputs[0], ...made] : made;
    if (!alone) {
      const [x, first] = whole(jets[0]!, settings, widths[0]!);
      copyNumbers(heap, inputs[0], x, batch * widths[0]!);
      copyNumbers(heap, inputs[1], first, batch * tangents * widths[0]!);
    }
    slopes.forEach((slope, i) => {
      const [from, to] = [widths[i]!, widths[i + 1]!];
      const x = whole(jets[i]!, settings, from);
      const y = i + 1 < count ? whole(jets[i + 1]!, settings, to) : [outputs[0], outputs[1]] as const;
      const here = enters(i, settings);
      multiplyJet(heap, [x, parameters[i]!, y], here, [from, to]);
      finishRows(heap, y[0], parameters[count + i]!, [batch, to], slope);
      if (slope !== 1 && here.tangents > 0) slopeRows(heap, y[1], y[0], y[1], [batch, tangents, to], slope);
      if (i === 1 && units) {
        const layers = { y: x[0], first: parameters[0]!, second: parameters[1]! };
        pushUnitTangents(heap, layers, y, [batch, tangents, from, to], [slopes[0]!, slope]);
      }
    });
  },
  compose: (inputs, settings) => {
    const { slopes } = settings;
    const count = slopes.length;
    const parameters = inputs.slice(-2 * count);
    const alone = entersAlone(settings);
    const jets = [alone ? inputs[0]! : glued(inputs[0]!, inputs[1]!)];
    slopes.forEach((slope, i) => {
      const entering = i === 0 ? jets[0]! : completed(i, jets[i]!, parameters[0]!, settings);
      const u = cut(tf.matMul(entering, parameters[i]!), i === 0 ? behindFirst(settings) : settings);
      const value = activated(tf.add(u.value, parameters[count + i]!), slope);
      jets.push(glued(value, sloped(u.tangents, value, slope)));
    });
    const y = cut(jets.pop()!, settings);
    return [y.value, ...(y.tangents ? [y.tangents] : []), ...jets.slice(alone ? 1 : 0)];
  },
});

/**
 * The reverse pass: dy, dẏ if there are tangents, y, the jets that enter the layers, each W ↦ du of the first layer unless
 * it is dy, the gradients in each W, in each b.
 */
export const backwards = defineKernel<JetSettings>({
  name: "GraeLayersReverse",
  shapes: (inputs, settings) => {
    const weights = inputs.slice(-settings.slopes.length).map((weight) => [...weight]);
    const du = isStraight(settings) ? [] : [[rowsOf(behindFirst(settings)), weights[0]![1]!]];
    return [...du, ...weights, ...weights.map(([, outputs]) => [outputs!])];
  },
  onHeap: (heap, inputs, outputs, settings, shapes) => {
    const { batch, slopes, units } = settings;
    const count = slopes.length;
    const widths = widthsOf(shapes.slice(-count));
    const [y, ...rest] = inputs.slice(settings.tangents > 0 ? 2 : 1);
    const [jets, weights] = [rest.slice(0, count), rest.slice(count)];
    const [inWeights, inBiases] = [outputs.slice(-2 * count, -count), outputs.slice(-count)];
    // du of one layer is made from that of the next, so two places do for all but the first layer.
    const largest = Math.max(0, ...widths.slice(2));
    const scratch = makeAll(heap, [0, 1].slice(0, count - 1).map(() => [rowsOf(settings), largest]));
    try {
      const placeOf = (i: number): Place =>
        whole(i === 0 ? outputs[0] : heap.offset(scratch[i % scratch.length]!), settings, widths[i + 1]!);
      /** Whether du may lie where dy is: nobody needs that any more, or takes values and tangents as one matrix. */
      const mayStay = (i: number, dy: Place): boolean =>
        i > 0 && (units ? i === 1 : settings.tangents === 0) &&
        dy.slice(0, units ? 2 : 1).every(heap.spent);
      /** dy φ′ of layer i: in its place, or where dy is if that is the same or may be written over. */
      const through = (i: number, dy: Place, { tangents }: JetSettings): Place => {
        const [slope, width] = [slopes[i]!, widths[i + 1]!];
        const values = i + 1 < count ? jets[i + 1]! : y!;
        const du = slope === 1 && tangents === 0 || mayStay(i, dy) ? dy : placeOf(i);
        sumSlopedRows(heap, { dy: dy[0], y: values, du: du[0], sums: inBiases[i]! }, [batch, width], slope);
        if (slope !== 1) {
          if (tangents > 0) slopeRows(heap, dy[1], values, du[1], [batch, tangents, width], slope);
        } else if (du[0] !== dy[0]) {
          copyNumbers(heap, dy[0], du[0], batch * width);
          copyNumbers(heap, dy[1], du[1], batch * tangents * width);
        }
        return du;
      };
      let dy: Place = [inputs[0], inputs[1]];
      let inSecond = 0;
      for (let i = count - 1; i >= 0; i--) {
        const [from, to] = [widths[i]!, widths[i + 1]!];
        const du = through(i, dy, i === 0 ? behindFirst(settings) : settings);
        if (i === 1) inSecond = du[1];
        // What unit vectors give the first two weights comes at the end, at once.
        const here = enters(i, settings);
        const sizes = { m: from, n: to, k: rowsOf(here), transposeA: true };
        multiply(heap, { ...sizes, a: jets[i]!, b: du[0], c: inWeights[i]! });
        if (i > 0) {
          dy = placeOf(i - 1);
          multiplyJet(heap, [du, weights[i]!, dy], here, [to, from], true);
        }
      }
      if (units) {
        const [first, second] = weights as [number, number];
        const at = {
          y: jets[1]!,
          du: inSecond,
          first,
          second,
          inFirst: inWeights[0]!,
          inSecond: inWeights[1]!,
        };
        addUnitGradients(heap, at, [batch, widths[0]!, widths[1]!, widths[2]!], slopes[0]!);
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
    let du = glued(inputs[0]!, tangents > 0 ? inputs[1]! : null);
    for (let i = count - 1; i >= 0; i--) {
      const values = i + 1 < count ? cut(jets[i + 1]!, enters(i + 1, settings)).value : y!;
      const dy = cut(du, settings);
      const value = slopes[i] === 1 ? dy.value : tf.mul(dy.value, tf.step(values, slopes[i]));
      du = glued(value, sloped(dy.tangents, values, slopes[i]!));
      inWeights.unshift(tf.matMul(completed(i, jets[i]!, weights[0]!, settings), du, true, false));
      inBiases.unshift(tf.sum(value, 0));
      if (i > 0) du = tf.matMul(du, weights[i]!, false, true);
    }
    const left = settings.units ? cut(du, settings).value : du;
    return [...(isStraight(settings) ? [] : [left]), ...inWeights, ...inBiases];
  },
});

/** du Wᵀ of the first layer: du and W ↦ dx if `part` is 0, dẋ if it is 1. */
export const backToX = defineKernel<JetSettings & { readonly part: number }>({
  name: "GraeLayersInput",
  shapes: ([, w], { batch, tangents, part }) => [part === 0 ? [batch, w![0]!] : [batch, tangents, w![0]!]],
  onHeap: (heap, [du, w], [dx], settings, [, [inputs, hidden]]) => {
    const m = settings.part === 0 ? settings.batch : settings.batch * settings.tangents;
    const a = whole(du, settings, hidden)[settings.part]!;
    multiply(heap, { m, n: inputs, k: hidden, transposeB: true, a, b: w, c: dx });
  },
  compose: ([du, w], settings) => {
    const dx = cut(tf.matMul(du!, w!, false, true), settings);
    return [settings.part === 0 ? dx.value : dx.tangents!];
  },
});
