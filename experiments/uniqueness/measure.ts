import { key as keyOf, normalTensor, read, tf } from "../../lib/engine/mod.ts";
import { betaVaeLossAt } from "../../lib/objective/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import { cubature } from "./cubature.ts";
import { bindFleet, type FleetDescription, type FleetParameters } from "./fleet.ts";

/** The most examples of each member that a loss is measured on. */
const MOST = 1024;
/** Rows of a fleet's batch that are gone through at once, so that memory does not grow with the fleet. */
const ROWS = 8192;
/** Samples to an example where no cubature is at hand. */
const SAMPLES = 8;
const KEY = keyOf(0);

/**
 * The β-VAE loss of every member on its first examples, in nats per example: with two latents by {@link cubature}, else by
 * samples. An example has the same noise whichever member's it is and however many there are.
 *
 * @param data `[member, example, data]`
 * @param steps after how many steps of training, for the error
 * @throws (rejects) NonFiniteLossError
 */
export async function measure(
  description: FleetDescription,
  parameters: FleetParameters,
  data: tf.Tensor,
  beta: number,
  steps: number,
): Promise<number[]> {
  const { members, latent } = description;
  const [, examples, width] = data.shape as [number, number, number];
  const count = Math.min(MOST, examples);
  const batch = Math.min(count, Math.ceil(ROWS / members));
  const sums = new Array<number>(members).fill(0);
  const noise = latent === 2 ? cubature(KEY, count) : normalTensor(KEY, [SAMPLES, count, latent]);
  for (let start = 0; start < count; start += batch) {
    const size = Math.min(batch, count - start);
    const total = tf.tidy(() => {
      const chunk = tf.slice(data, [0, start, 0], [members, size, width]);
      const ofChunk = tf.tile(tf.slice(noise, [0, start, 0], [-1, size, latent]), [1, members, 1]);
      const model = bindFleet(description, parameters);
      const x = tf.reshape(chunk, [members * size, width]);
      const { terms } = betaVaeLossAt(model, x, ofChunk, beta);
      const perExample = Object.values(terms).reduce((sum, term) => tf.add(sum, term));
      return tf.sum(tf.reshape(perExample, [members, size]), 1);
    });
    (await read(total)).forEach((value, i) => sums[i]! += value / count);
    total.dispose();
  }
  noise.dispose();
  const wrong = sums.findIndex((loss) => !Number.isFinite(loss));
  if (wrong < 0) return sums;
  throw new NonFiniteLossError(steps, sums[wrong]!, `that is model ${wrong} of ${members}`, { after: true });
}
