import { foldIn, type Key, normal, tf } from "../../lib/engine/mod.ts";
import { rawSize } from "../../lib/model/mod.ts";
import type { FleetDescription, FleetParameters } from "./fleet.ts";

/** Standard deviation of the weights of A and C to begin with, and of q. */
const WEIGHT = 0.2;
const SPREAD = 0.3;

/**
 * Parameters to start from: A and C of independent normal numbers, which no rotation of the latents tells apart, no biases,
 * Σ = 0.09 I.
 *
 * @param keys one per member, which draws the same whatever fleet and family it is in
 */
export function startFleet(description: FleetDescription, keys: readonly Key[]): FleetParameters {
  const { members, data, latent } = description;
  const draw = (part: number): Float32Array => {
    const all = keys.map((key) => normal(foldIn(key, part), data * latent));
    return Float32Array.from(all.flatMap((values) => [...values]), (v) => WEIGHT * v);
  };
  return {
    decoderWeight: tf.tensor(draw(0), [members, latent, data]),
    decoderBias: tf.zeros([members, 1, data]),
    encoderWeight: tf.tensor(draw(1), [members, data, latent]),
    encoderBias: tf.zeros([members, 1, latent]),
    spread: startSpread(description),
  };
}

/** What describes Σ = s² I in every member, s = {@link SPREAD} if left out. */
export function startSpread({ members, latent, spread }: FleetDescription, deviation = SPREAD): tf.Tensor {
  if (spread === "factor") {
    const factor = tf.tidy(() =>
      tf.tile(tf.reshape(tf.mul(deviation, tf.eye(latent)), [1, latent, latent]), [members, 1, 1])
    );
    return factor;
  }
  const size = rawSize(spread, latent);
  const diagonal = spread.name === "isotropic" ? 1 : latent;
  const raw = Float32Array.from(
    { length: members * size },
    (_, i) => (i % size < diagonal ? Math.log(deviation) : 0),
  );
  return tf.tensor(raw, [members, size]);
}
