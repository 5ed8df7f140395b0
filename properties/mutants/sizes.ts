/**
 * Faults that begin at a size: a remainder of a vectorised loop, a tile, a buffer that is too small.
 *
 * @module
 */

import type { Matrix, NetworkSpec } from "../contract/subject.ts";
import { oracle } from "../oracle/mod.ts";
import { mapped, withModel, withObjectives, withOutputs } from "./altered.ts";
import { type Mutant, planted } from "./mutant.ts";
import { withJacobian } from "./network.ts";

const { objectives, volume } = oracle;

/** From these sizes on. */
const [DATA, LATENT, BATCH, WIDTH] = [7, 5, 5, 33];

/** A network whose layers have no more than `WIDTH` − 1 units that count: the others lead nowhere. */
function narrowed(network: NetworkSpec): NetworkSpec {
  return network.map((layer) => ({
    ...layer,
    weight: layer.weight.map((row, unit) => (unit >= WIDTH - 1 ? row.map(() => 0) : row)),
  }));
}

/** The matrices of a batch, the last of a large one that of the first. */
function lastAsFirst(batch: readonly Matrix[]): readonly Matrix[] {
  return batch.length < BATCH ? batch : [...batch.slice(0, -1), batch[0]!];
}

/** Mistakes from a size on. */
export const sizeMutants: readonly Mutant[] = planted({
  "A1": {
    [`sizes-data-jacobian: the last row of J is 0 from ${DATA} rows on`]: withJacobian(
      (j) => (j.length < DATA ? j : [...j.slice(0, -1), j.at(-1)!.map(() => 0)]),
    ),
    [`sizes-latent-second: second derivatives along the last axis are 0 from ${LATENT} latents on`]: {
      secondDirectional: (spec, z, directions) =>
        oracle.secondDirectional(
          spec,
          z,
          directions.map((l) => (l.length < LATENT ? l : [...l.slice(0, -1), l.at(-1)!.map(() => 0)])),
        ),
    },
    [`sizes-width-jacobian: units from the ${WIDTH}rd on are left out of J`]: {
      jacobian: (spec, z) => oracle.jacobian(narrowed(spec), z),
    },
  },
  "A2": {
    [`sizes-data-losses: losses leave out the last observed dimension from ${DATA} on`]: withObjectives(
      (name, given) => {
        const data = given.x[0]!.length;
        if (data < DATA) return objectives[name](given);
        const x = given.x.map((row) => [...row.slice(0, -1), 0]);
        const decoder = withOutputs(given.model.decoder, (row) => [...row.slice(0, -1), 0]);
        return objectives[name](withModel({ ...given, x }, { decoder }));
      },
    ),
    [`sizes-width-losses: units from the ${WIDTH}rd on are left out of losses`]: withObjectives(
      (name, given) => objectives[name](withModel(given, { decoder: narrowed(given.model.decoder) })),
    ),
  },
  "G3": {
    [`sizes-data-volume: log|I + JᵀJ/β| leaves out the last row of J from ${DATA} rows on`]: {
      "volume.grae": (j, beta) => volume.grae(j.length < DATA ? j : j.slice(0, -1), beta),
    },
  },
  "S1 S3 S4": {
    [`sizes-latent-covariance: the last variance is that of the prior from ${LATENT} latents on`]: {
      optimalCovariance: (family, gram, beta) =>
        oracle.optimalCovariance(family, gram, beta).map((sigma) =>
          sigma.length < LATENT
            ? sigma
            : mapped(sigma, (entry, i, k) => Math.max(i, k) < sigma.length - 1 ? entry : Number(i === k))
        ),
    },
  },
  "G1 G3": {
    [`sizes-latent-volume: GRAE* leaves out the last column from ${LATENT} latents on`]: {
      "volume.graeStar": (j, beta) =>
        volume.graeStar(j[0]!.length < LATENT ? j : j.map((row) => row.slice(0, -1)), beta),
    },
  },
  "A2 A3": {
    [`sizes-batch-losses: a batch loses its last example from ${BATCH} examples on`]: withObjectives(
      (name, given) =>
        objectives[name](given.x.length < BATCH ? given : { ...given, x: given.x.slice(0, -1) }),
    ),
  },
  "A5": {
    [`sizes-batch-inverse: the last inverse of a batch is the first from ${BATCH} on`]: {
      inverse: (a) => oracle.inverse(lastAsFirst(a) as Matrix[]),
    },
  },
  "A7": {
    [`sizes-batch-gradient: the last gradient of log|A| is the first from ${BATCH} on`]: {
      logDeterminantGradient: (a, cotangent) =>
        oracle.logDeterminantGradient(lastAsFirst(a) as Matrix[], cotangent),
    },
  },
});
