import { tf } from "../../lib/engine/mod.ts";
import type { Matrix } from "../../lib/symmetry/mod.ts";
import type { FleetDescription, FleetParameters } from "./fleet.ts";
import { startSpread } from "./start_fleet.ts";

/** Deviation of q from which Σ follows: below that of any trained model here, where its gradients are gentle. */
const NARROW = 0.05;

/** A tensor's rows repeated, each `times` times in a row. */
export function repeatRows(t: tf.Tensor, times: number): tf.Tensor {
  const [members, ...rest] = t.shape as [number, ...number[]];
  const repeated = tf.tile(tf.reshape(t, [members, 1, ...rest]), [1, times, ...rest.map(() => 1)]);
  return tf.reshape(repeated, [members * times, ...rest]);
}

/**
 * Every member with its latents turned by each of its rotations, z ↦ Rz: decoder ARᵀ, encoder RC, and a narrow Σ that is to
 * follow.
 *
 * @param rotations R, `[member][turn][latent][latent]`, as many of each member
 * @param description of the fleet of all turned models, the turns of a member beside each other
 */
export function turnFleet(
  parameters: FleetParameters,
  rotations: readonly (readonly Matrix[])[],
  description: FleetDescription,
): FleetParameters {
  const { members, latent } = description;
  const turns = rotations[0]!.length;
  const r = tf.tensor(rotations.flat(3), [members, latent, latent]);
  return {
    decoderWeight: tf.matMul(r, repeatRows(parameters.decoderWeight, turns)),
    decoderBias: repeatRows(parameters.decoderBias, turns),
    encoderWeight: tf.matMul(repeatRows(parameters.encoderWeight, turns), r, false, true),
    encoderBias: tf.matMul(repeatRows(parameters.encoderBias, turns), r, false, true),
    spread: startSpread(description, NARROW),
  };
}
