import { foldIn, tf } from "../../lib/engine/mod.ts";
import { planeRotation } from "../../lib/symmetry/mod.ts";
import type { TrainedFamily, TrueActivation } from "../../properties/laws/trained.ts";
import type { PartWatch } from "../study/study.ts";
import { type Case, decoders, FAMILIES, fit, fleetOf, makeCase } from "./case.ts";
import { bindFleet, type FleetDescription, type FleetParameters, listed } from "./fleet.ts";
import { linearLoss } from "./linear_loss.ts";
import { measure } from "./measure.ts";
import { gradientDescent } from "./optimiser.ts";
import type { UniquenessOptions } from "./options.ts";
import type { TurnedCurve, TurnResult } from "./parts.ts";
import { startSpread } from "./start_fleet.ts";
import { trainFleet } from "./train_fleet.ts";

/** Deviation of q from which Σ follows: below that of any trained model here, where its gradients are gentle. */
const NARROW = 0.05;

/** A tensor's rows repeated, each `times` times in a row. */
function repeatRows(t: tf.Tensor, times: number): tf.Tensor {
  const [members, ...rest] = t.shape as [number, ...number[]];
  const repeated = tf.tile(tf.reshape(t, [members, 1, ...rest]), [1, times, ...rest.map(() => 1)]);
  return tf.reshape(repeated, [members * times, ...rest]);
}

/** Every member at every angle: decoder RA and encoder RC, Σ narrow. */
function turned(
  parameters: FleetParameters,
  angles: readonly number[],
  description: FleetDescription,
): FleetParameters {
  const [members] = parameters.decoderWeight.shape as [number];
  const count = angles.length;
  const rotations = angles.flatMap((angle) => planeRotation(2, 0, 1, angle).flat());
  const r = tf.tile(tf.tensor(rotations, [count, 2, 2]), [members, 1, 1]);
  return {
    decoderWeight: tf.matMul(r, repeatRows(parameters.decoderWeight, count)),
    decoderBias: repeatRows(parameters.decoderBias, count),
    encoderWeight: tf.matMul(repeatRows(parameters.encoderWeight, count), r, false, true),
    encoderBias: tf.matMul(repeatRows(parameters.encoderBias, count), r, false, true),
    spread: startSpread(description, NARROW),
  };
}

/**
 * Trains mean-field models, turns their latents, holds the decoders, lets q follow in each family, and measures the loss.
 */
export async function turnPart(
  options: UniquenessOptions,
  activation: TrueActivation,
  watch: PartWatch,
): Promise<TurnResult> {
  const angles = Array.from(
    { length: options.angles },
    (_, i) => Math.PI / 2 * i / (options.angles - 1),
  );
  const of = makeCase(options, activation, 2, options.turned, ["distinct"]);
  const all: Case = {
    ...of,
    members: of.members.flatMap((member) => angles.map(() => member)),
    data: tf.tidy(() => repeatRows(of.data, angles.length)),
  };
  try {
    const stages = FAMILIES.length + 1;
    const stage = (index: number): PartWatch => ({
      signal: watch.signal,
      progress: (share, now) => watch.progress((index + share) / stages, now),
    });
    const trained = await fit(of, fleetOf(of, options, "mean-field"), options, "gradient-descent", stage(0));
    const estimates = await decoders(trained);
    const losses: number[][] = [];
    for (const [i, family] of FAMILIES.entries()) {
      losses.push(await follow(trained, all, angles, family, options, stage(i + 1)));
    }
    tf.dispose(listed(trained));
    const base = losses[FAMILIES.indexOf("mean-field")]!;
    const curves = FAMILIES.map((family, i): TurnedCurve => ({
      family,
      excess: of.members.map((_, m) =>
        angles.map((_, k) => {
          const at = m * angles.length;
          return losses[i]![at + k]! - base[at]!;
        })
      ),
      theory: activation === "identity" ? predicted(estimates, of, angles, family, options) : null,
    }));
    return { kind: "turn", activation, angles, curves };
  } finally {
    tf.dispose([of.data, all.data]);
  }
}

/** The loss of every member at every angle once q has followed. */
async function follow(
  trained: FleetParameters,
  all: Case,
  angles: readonly number[],
  family: TrainedFamily,
  options: UniquenessOptions,
  watch: PartWatch,
): Promise<number[]> {
  const description = fleetOf(all, options, family);
  const start = tf.tidy(() => listed(turned(trained, angles, description)));
  const [decoderWeight, decoderBias, encoderWeight, encoderBias, spread] = start as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const whole = ([weight, bias, sigma]: readonly tf.Tensor[]): FleetParameters => ({
    decoderWeight,
    decoderBias,
    encoderWeight: weight!,
    encoderBias: bias!,
    spread: sigma!,
  });
  const end = await trainFleet([encoderWeight, encoderBias, spread], {
    bind: (parameters) => bindFleet(description, whole(parameters)),
    data: all.data,
    batch: options.batch,
    steps: options.turnedSteps,
    beta: options.beta,
    optimiser: gradientDescent(options.momentum),
    rate: options.learningRate,
    keys: all.members.map(({ key }, i) => foldIn(key, angles.length + i % angles.length)),
    watch,
  });
  const losses = await measure(description, whole(end), all.data, options.beta);
  tf.dispose([decoderWeight, decoderBias, ...end]);
  return losses;
}

/** The closed form at every angle less that of the mean-field family at 0, averaged over members. */
function predicted(
  estimates: readonly (readonly (readonly number[])[])[],
  of: Case,
  angles: readonly number[],
  name: TrainedFamily,
  options: UniquenessOptions,
): number[] {
  const { noise, beta } = options;
  const loss = (m: number, angle: number, family: TrainedFamily): number => {
    const r = planeRotation(2, 0, 1, angle);
    const estimate = estimates[m]!.map((row) => r.map((turn) => turn[0]! * row[0]! + turn[1]! * row[1]!));
    const { spread } = fleetOf(of, options, family);
    if (spread === "factor") throw new TypeError("predicted: a family is required, but a factor was given");
    return linearLoss({ estimate, truth: of.members[m]!.truth.weights, noise, beta, family: spread });
  };
  return angles.map((angle) =>
    estimates.reduce((sum, _, m) => sum + loss(m, angle, name) - loss(m, 0, "mean-field"), 0) /
    estimates.length
  );
}
