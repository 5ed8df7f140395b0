/**
 * How fast anything inside a network can move with its input: what the step of a difference must be measured by. The whole
 * network may be much flatter than its first layers.
 *
 * @module
 */

import { frobenius } from "../reference/network_bound.ts";
import type { NetworkSpec } from "../../contract/subject.ts";

/** The largest product of slopes and weights over the first layers, Π 1.2 ‖W‖_F, and at least 1. */
export function steepness(network: NetworkSpec): number {
  let product = 1, largest = 1;
  for (const { weight } of network) {
    product *= 1.2 * frobenius(weight);
    largest = Math.max(largest, product);
  }
  return largest;
}
