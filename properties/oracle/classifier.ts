/**
 * A classifier with its loss, in float64.
 *
 * @module
 */

import type { NetworkSpec, Vector } from "../contract/specs.ts";
import { activations } from "./smooth.ts";

/** Outputs of all layers of a network at an input, the input first; and pre-activations. */
function layersOf(
  network: NetworkSpec,
  x: Vector,
): { readonly outputs: Vector[]; readonly before: Vector[] } {
  const outputs: Vector[] = [x], before: Vector[] = [];
  for (const { weight, bias, activation } of network) {
    const u = Float64Array.from(bias);
    outputs.at(-1)!.forEach((value, j) => {
      if (value === 0) return;
      const row = weight[j]!;
      for (let k = 0; k < row.length; k++) u[k]! += value * row[k]!;
    });
    before.push([...u]);
    outputs.push(Array.from(u, (value) => activations[activation](value, 0)));
  }
  return { outputs, before };
}

/** The features of an image, which are the outputs of the last layer but one, and its logits. */
export function classified(
  network: NetworkSpec,
  x: Vector,
): { readonly features: Vector; readonly logits: Vector } {
  const { outputs } = layersOf(network, x);
  return { features: outputs.at(-2)!, logits: outputs.at(-1)! };
}

/** The gradient of log Σ exp(l) − l_label in all biases, layer by layer, at an image. */
export function biasGradients(network: NetworkSpec, x: Vector, label: number): Vector[] {
  const { outputs, before } = layersOf(network, x), logits = outputs.at(-1)!;
  const most = Math.max(...logits), each = logits.map((one) => Math.exp(one - most));
  const all = each.reduce((sum, one) => sum + one, 0);
  let slope: Vector = each.map((one, c) => one / all - (c === label ? 1 : 0));
  const found: Vector[] = [];
  for (let layer = network.length - 1; layer >= 0; layer--) {
    const { activation, weight } = network[layer]!;
    slope = slope.map((one, k) => one * activations[activation](before[layer]![k]!, 1));
    found.unshift(slope);
    const above = slope;
    slope = weight.map((row) => row.reduce((sum, one, k) => sum + one * above[k]!, 0));
  }
  return found;
}
