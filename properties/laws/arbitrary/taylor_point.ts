/**
 * One data point with a decoder and a posterior: what a Taylor approximation is made at.
 *
 * @module
 */

import fc from "fast-check";
import { decoderOf, expectedReconstruction } from "../../oracle/expectation.ts";
import { factor } from "../../oracle/posterior.ts";
import type { Rule } from "../../oracle/quadrature.ts";
import { real as float64 } from "../../oracle/arithmetic.ts";
import { fixedPosterior } from "../reference/linear_model.ts";
import { rawSizeOf } from "../reference/raw_factor.ts";
import type {
  FamilySpec,
  LikelihoodSpec,
  Matrix,
  NetworkSpec,
  ObjectiveCase,
  Vector,
} from "../../contract/subject.ts";
import { dataFor, likelihood as anyLikelihood } from "./likelihood.ts";
import { beta, dataSize, latentSize, listOf, real, recordGiven, vector } from "./number.ts";
import { family } from "./model.ts";
import { network, type NetworkOptions } from "./network.ts";

/** A decoder, a likelihood, a data point and the Gaussian posterior N(mean, L Lᵀ) with the raw factor of L. */
export interface TaylorPoint {
  readonly decoder: NetworkSpec;
  readonly likelihood: LikelihoodSpec;
  /** `[data]` */
  readonly x: Vector;
  /** `[latent]` */
  readonly mean: Vector;
  readonly family: FamilySpec;
  /** The raw factor, as `ModelSpec` lays it out. */
  readonly raw: Vector;
  readonly beta: number;
}

/** What to draw; whatever is absent is drawn. */
export interface PointOptions {
  readonly decoder?: NetworkOptions;
  readonly likelihood?: fc.Arbitrary<LikelihoodSpec>;
  readonly family?: FamilySpec["kind"];
  /** The largest d; 8 when absent. */
  readonly maxLatent?: number;
}

/** L `[latent][latent]` of a point. */
export function factorOf({ family, mean, raw }: TaylorPoint): Matrix {
  return factor(float64, family, mean.length, raw);
}

/** The raw numbers of a factor: log L_ii in [−2, 1], and the rest in [−1, 1]. */
export function rawFactor(chosen: FamilySpec, latent: number): fc.Arbitrary<Vector> {
  const size = rawSizeOf(chosen, latent);
  const logs = chosen.kind === "isotropic" ? 1 : latent;
  return fc.tuple(
    listOf(logs, real(1.5).map((log) => log - 0.5)),
    vector(size - logs),
  ).map((parts) => parts.flat());
}

/** A point: d from 1 to 8, n from 1 to 12, any activation, likelihood and family, β from 1e-4 to 1e4. */
export function taylorPoint(options: PointOptions = {}): fc.Arbitrary<TaylorPoint> {
  const { maxLatent, likelihood = anyLikelihood, decoder, family } = options;
  const latents = maxLatent === undefined ? latentSize : fc.integer({ min: 1, max: maxLatent });
  return fc.tuple(latents, dataSize)
    .chain(([latent, data]) => pointWith(network(latent, data, decoder), latent, data, likelihood, family));
}

/** A point with a decoder of known sizes. */
export function pointWith(
  decoder: fc.Arbitrary<NetworkSpec>,
  latent: number,
  data: number,
  likelihood: fc.Arbitrary<LikelihoodSpec>,
  kind?: FamilySpec["kind"],
): fc.Arbitrary<TaylorPoint> {
  return recordGiven(fc.tuple(family(latent, kind), likelihood), ([family, likelihood]) => ({
    decoder,
    likelihood,
    x: dataFor(likelihood, 1, data).map(([x]) => x!),
    mean: vector(latent, 2),
    family,
    raw: rawFactor(family, latent),
    beta,
  }));
}

/** E −log p(x|z) for z = mean + L u, with a rule for each component of u. */
export function exactReconstruction(point: TaylorPoint, rules: readonly Rule[]): number {
  const { decoder, likelihood, x, mean } = point;
  return expectedReconstruction(decoderOf(decoder), likelihood, x, { mean, factor: factorOf(point), rules });
}

/** The evaluation of an objective at the point, by an encoder that gives its posterior whatever it sees. */
export function asCase(point: TaylorPoint): ObjectiveCase {
  return fixedPosterior({ ...point, x: [point.x] });
}

/** The same posterior, its factor times `scale`. */
export function scaledFactor(point: TaylorPoint, scale: number): TaylorPoint {
  const logs = point.family.kind === "isotropic" ? 1 : point.mean.length;
  const raw = point.raw.map((entry, i) => (i < logs ? entry + Math.log(scale) : entry * scale));
  return { ...point, raw };
}
