/**
 * Networks whose pre-activations at one input are given in advance, and so as far from every kink as one likes.
 *
 * @module
 */

import fc from "fast-check";
import { activations } from "../../oracle/smooth.ts";
import { dot } from "../reference/algebra.ts";
import type { ActivationName, LayerSpec, NetworkSpec, Vector } from "../../contract/subject.ts";
import { listOf, matrix, signed, upTo } from "./number.ts";

/** A layer whose pre-activations at its input shall be `targets`. */
interface Plan {
  readonly weight: readonly Vector[];
  readonly targets: Vector;
  readonly activation: ActivationName;
}

/** A pre-activation between ¼ and 2 in size, of either sign. */
const awayFromKink = signed(0.25, 2);

/** What to draw. */
export interface MarginOptions {
  readonly activations: readonly ActivationName[];
  /** Hidden layers at most; 2 when absent. */
  readonly hidden?: number;
  /** Pre-activations; {@link awayFromKink} when absent. */
  readonly preactivation?: fc.Arbitrary<number>;
}

/** A network from z to `outputs` numbers; the biases are what the pre-activations require. */
export function marginNetwork(
  z: Vector,
  outputs: number,
  { activations: names, hidden = 2, preactivation = awayFromKink }: MarginOptions,
): fc.Arbitrary<NetworkSpec> {
  return fc.array(upTo(4), { maxLength: hidden }).chain((widths) => {
    const sizes = [z.length, ...widths, outputs];
    const plans = sizes.slice(1).map((width, layer) =>
      fc.record({
        weight: matrix(sizes[layer]!, width, 1.5),
        targets: listOf(width, preactivation),
        activation: fc.constantFrom(...names),
      })
    );
    return fc.tuple(...plans).map((layers: readonly Plan[]) => build(z, layers));
  });
}

function build(z: Vector, plans: readonly Plan[]): NetworkSpec {
  let input = z;
  return plans.map(({ weight, targets, activation }): LayerSpec => {
    const bias = targets.map((target, k) => target - dot(input, weight.map((row) => row[k]!)));
    input = targets.map((target) => activations[activation](target, 0));
    return { weight, bias, activation };
  });
}
