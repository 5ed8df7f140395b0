import { foldIn, tf } from "../../lib/engine/mod.ts";
import { type Matrix, planeRotation } from "../../lib/symmetry/mod.ts";
import type { TrueActivation } from "../../properties/laws/trained.ts";
import type { PartWatch } from "../study/study.ts";
import { type Case, decoders, FAMILIES, fit, fleetOf, makeCase, TURNS } from "./case.ts";
import { bindFleet, type FleetParameters, listed, named } from "./fleet.ts";
import { linearLoss } from "./linear_loss.ts";
import { measure } from "./measure.ts";
import { gradientDescent } from "./optimiser.ts";
import type { UniquenessOptions } from "./options.ts";
import type { Turn, TurnedCurve, TurnResult } from "./parts.ts";
import { trainFleet } from "./train_fleet.ts";
import { repeatRows, turnFleet } from "./turn_fleet.ts";

/** The turns of a part. */
interface Turns {
  readonly curves: readonly Turn[];
  /** The one whose losses at angle 0 all losses are counted from: of a family that loses nothing there. */
  readonly base: number;
}

/** What is turned with two latents, and with four: the latents in a block, and those of two blocks. */
export function turnsOf(latent: 2 | 4): Turns {
  return latent === 2
    ? { curves: FAMILIES.map((family) => ({ family, plane: [0, 1] })), base: FAMILIES.indexOf("mean-field") }
    : { curves: [{ family: "block", plane: [0, 1] }, { family: "block", plane: [0, 2] }], base: 0 };
}

/**
 * Trains mean-field models, puts their latents in the order of their columns' lengths, the longest first, turns them, holds
 * the decoders, lets q follow in a family, and measures the loss.
 */
export async function turnPart(
  options: UniquenessOptions,
  activation: TrueActivation,
  latent: 2 | 4,
  watch: PartWatch,
): Promise<TurnResult> {
  const { curves, base } = turnsOf(latent);
  const angles = Array.from({ length: options.angles }, (_, i) => Math.PI / 2 * i / (options.angles - 1));
  const of = makeCase(options, activation, latent, options.turned, ["distinct"]);
  const all: Case = {
    ...of,
    members: of.members.flatMap((member) => angles.map(() => member)),
    data: tf.tidy(() => repeatRows(of.data, angles.length)),
  };
  const stage = (index: number): PartWatch => ({
    signal: watch.signal,
    progress: (share, now) => watch.progress((index + share) / (curves.length + 1), now),
  });
  let trained: FleetParameters | null = null;
  try {
    trained = await fit(of, fleetOf(of, options, "mean-field"), options, "gradient-descent", stage(0));
    const estimates = await decoders(trained);
    const losses: number[][] = [];
    const theories: number[][] = [];
    for (const [i, turn] of curves.entries()) {
      const rotations = estimates.map((estimate) => {
        const order = byLength(estimate);
        return angles.map((angle) => reordered(planeRotation(latent, ...turn.plane, angle), order));
      });
      losses.push(await follow(trained, all, rotations, turn, options, stage(i + 1)));
      theories.push(predicted(estimates, of, rotations, turn, options));
    }
    /** The losses of each member at each angle less its loss unturned in the base family. */
    const above = (all: readonly (readonly number[])[], i: number): number[][] =>
      of.members.map((_, m) => {
        const at = m * angles.length;
        return angles.map((_, k) => all[i]![at + k]! - all[base]![at]!);
      });
    return {
      kind: "turn",
      activation,
      latent,
      angles,
      curves: curves.map((turn, i): TurnedCurve => ({
        ...turn,
        excess: above(losses, i),
        theory: activation === "identity" ? above(theories, i) : null,
      })),
    };
  } finally {
    tf.dispose([of.data, all.data, ...(trained ? listed(trained) : [])]);
  }
}

/** The columns of a matrix, the longest first. */
function byLength(a: Matrix): number[] {
  const square = (j: number): number => a.reduce((sum, row) => sum + row[j]! ** 2, 0);
  return a[0]!.map((_, j) => j).sort((i, j) => square(j) - square(i));
}

/** R after the latents have been put in an order: latent order[j] is the j-th. */
const reordered = (r: Matrix, order: readonly number[]): number[][] =>
  r.map((row) => row.map((_, latent) => row[order.indexOf(latent)]!));

/** The loss of every member at every angle once q has followed. */
async function follow(
  trained: FleetParameters,
  all: Case,
  rotations: readonly (readonly Matrix[])[],
  { family }: Turn,
  options: UniquenessOptions,
  watch: PartWatch,
): Promise<number[]> {
  const description = fleetOf(all, options, family);
  const start = named(tf.tidy(() => listed(turnFleet(trained, rotations, description))));
  const whole = ([encoderWeight, encoderBias, spread]: readonly tf.Tensor[]): FleetParameters =>
    named([start.decoderWeight, start.decoderBias, encoderWeight!, encoderBias!, spread!]);
  let end: readonly tf.Tensor[] = [];
  try {
    end = await trainFleet([start.encoderWeight, start.encoderBias, start.spread], {
      bind: (parameters) => bindFleet(description, whole(parameters)),
      data: all.data,
      batch: options.batch,
      steps: options.turnedSteps,
      beta: options.beta,
      optimiser: gradientDescent(options.momentum),
      rate: options.learningRate,
      keys: all.members.map(({ key }, i) => foldIn(foldIn(key, TURNS), i % options.angles)),
      watch,
    });
    return await measure(description, whole(end), all.data, options.beta, options.turnedSteps);
  } finally {
    tf.dispose([start.decoderWeight, start.decoderBias, ...end]);
  }
}

/** The closed form of every member at every angle, as if ν were the identity. */
function predicted(
  estimates: readonly Matrix[],
  of: Case,
  rotations: readonly (readonly Matrix[])[],
  { family }: Turn,
  options: UniquenessOptions,
): number[] {
  const { noise, beta } = options;
  const { spread } = fleetOf(of, options, family);
  if (spread === "factor") throw new TypeError("predicted: a family is required, but a factor was given");
  return estimates.flatMap((a, m) => {
    const truth = of.members[m]!.truth.weights;
    return rotations[m]!.map((r) => {
      const estimate = a.map((row) => r.map((turn) => turn.reduce((sum, v, j) => sum + v * row[j]!, 0)));
      return linearLoss({ estimate, truth, noise, beta, family: spread });
    });
  });
}
