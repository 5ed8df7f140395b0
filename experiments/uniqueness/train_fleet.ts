import { foldIn, type Key, normal, read, replayable, tf, valueAndGradients } from "../../lib/engine/mod.ts";
import type { Model } from "../../lib/model/mod.ts";
import { betaVaeLossAt } from "../../lib/objective/mod.ts";
import { NonFiniteLossError } from "../../lib/training/mod.ts";
import type { PartWatch } from "../study/study.ts";
import type { Optimiser } from "./optimiser.ts";

/** What {@link trainFleet} takes. */
export interface FleetTraining<Memory> {
  /** The fleet with what is trained put in its place. */
  readonly bind: (parameters: readonly tf.Tensor[]) => Model;
  /** Examples of every member: `[member, example, data]` */
  readonly data: tf.Tensor;
  /** Examples of a member to a step; they are taken in order, and again from the first. */
  readonly batch: number;
  readonly steps: number;
  readonly beta: number;
  readonly optimiser: Optimiser<Memory>;
  /** The largest learning rate: it rises to it in the first tenth of the steps, and falls to 0 in the second half. */
  readonly rate: number;
  /** Member i draws the ε of step t from `foldIn(keys[i], t)`, whatever fleet it is in. */
  readonly keys: readonly Key[];
  readonly watch: PartWatch;
}

/** Longest time without a turn for signals, in milliseconds. */
const TURN = 50;
/** Share of the steps in which the rate rises: a fleet starts far from any posterior, where gradients are steep. */
const RISE = 0.1;

/** ε of one step: `[1, member · batch, latent]`. */
function drawNoise(keys: readonly Key[], step: number, batch: number, latent: number): tf.Tensor {
  const noise = new Float32Array(keys.length * batch * latent);
  keys.forEach((key, i) => noise.set(normal(foldIn(key, step), batch * latent), i * batch * latent));
  return tf.tensor(noise, [1, keys.length * batch, latent]);
}

/**
 * Trains a fleet by the β-VAE loss with one sample, as if each member were alone: the loss is the mean over members, so the
 * number of members times it has each member's own gradient.
 *
 * @param start parameters, which it takes over
 * @returns the parameters in the end; the caller's
 * @throws (rejects) the signal's reason; NonFiniteLossError if the members are not finite in the end
 */
export async function trainFleet<Memory>(
  start: readonly tf.Tensor[],
  options: FleetTraining<Memory>,
): Promise<readonly tf.Tensor[]> {
  const { bind, data, batch, steps, beta, optimiser, rate, keys, watch } = options;
  const [members, examples, width] = data.shape as [number, number, number];
  if (keys.length !== members || batch > examples) {
    throw new RangeError(
      `trainFleet: a key per member and at least ${batch} examples are required, but there are ${keys.length} keys for ` +
        `${members} members and ${examples} examples`,
    );
  }
  const batches = Math.floor(examples / batch);
  let at = optimiser.begin(start);
  let turn = performance.now();
  const { latent } = bind(start).description;
  // Draws nothing: each member's noise is of its own key.
  using gradientsOf = replayable((inputs) => {
    const [x, noise] = inputs.slice(-2) as [tf.Tensor, tf.Tensor];
    return valueAndGradients(
      (parameters) => ({
        value: tf.mul(members, betaVaeLossAt(bind(parameters), x, noise, beta).loss),
        info: {},
      }),
      inputs.slice(0, -2),
    ).gradients;
  });
  const advance = (step: number): typeof at => {
    const scope = tf.openScope();
    let survivors: readonly tf.Tensor[] = [];
    try {
      const chunk = tf.slice(data, [0, (step % batches) * batch, 0], [members, batch, width]);
      const x = tf.reshape(chunk, [members * batch, width]);
      const noise = drawNoise(keys, step, batch, latent);
      const gradients = gradientsOf([...at.parameters, x, noise], keys[0]!);
      const share = Math.min(1, (step + 1) / (RISE * steps), 2 * (1 - step / steps));
      const next = optimiser.step(at, gradients, rate * share);
      survivors = optimiser.tensors(next);
      return next;
    } finally {
      scope.close(survivors);
      tf.dispose([...optimiser.tensors(at)]);
    }
  };
  for (let step = 0; step < steps; step++) {
    at = advance(step);
    if (performance.now() - turn > TURN) {
      watch.progress(step / steps);
      await new Promise((resolve) => setTimeout(resolve, 0));
      turn = performance.now();
      if (watch.signal.aborted) {
        tf.dispose([...optimiser.tensors(at)]);
        throw watch.signal.reason;
      }
    }
  }
  tf.dispose(optimiser.tensors(at).filter((tensor) => !at.parameters.includes(tensor)));
  await assertFinite(at.parameters, steps);
  return at.parameters;
}

/** Requires that training has not run away. */
async function assertFinite(parameters: readonly tf.Tensor[], steps: number): Promise<void> {
  for (const parameter of parameters) {
    if ((await read(parameter)).every(Number.isFinite)) continue;
    tf.dispose([...parameters]);
    throw new NonFiniteLossError(steps, NaN, "some parameters are not finite", { after: true });
  }
}
