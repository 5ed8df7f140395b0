import { tf } from "../../lib/engine/mod.ts";
import { LEAKY_SLOPE } from "../../lib/network/mod.ts";
import type { TrueActivation } from "../../properties/laws/trained.ts";

/** ν on the numbers that data are made of, and on the tensors of a decoder. */
export interface Activate {
  readonly ofNumber: (u: number) => number;
  readonly ofTensor: (u: tf.Tensor) => tf.Tensor;
}

/** ν by name. */
export const ACTIVATE: Readonly<Record<TrueActivation, Activate>> = {
  identity: { ofNumber: (u) => u, ofTensor: (u) => u },
  "leaky-relu": {
    ofNumber: (u) => (u < 0 ? LEAKY_SLOPE * u : u),
    ofTensor: (u) => tf.leakyRelu(u, LEAKY_SLOPE),
  },
  tanh: { ofNumber: Math.tanh, ofTensor: tf.tanh },
};
