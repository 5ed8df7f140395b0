/**
 * The capabilities of a subject by name, so that a law can say what it needs, use exactly that, and say what is missing.
 *
 * @module
 */

import { guarded } from "./call.ts";
import type { Run } from "./replay.ts";
import type { Declared, Pledge, Subject } from "./subject.ts";

/** The groups of capabilities. */
export type CapabilityGroups = {
  readonly [G in "volume" | "symmetry" | "objectives" | "scores" | "trained"]: Required<
    NonNullable<Subject[G]>
  >;
};
/** The capabilities that belong to no group. */
export type SingleCapabilities = Required<
  Omit<
    Subject,
    keyof CapabilityGroups | keyof Declared | "name" | "epsilon" | "offers" | "promises" | "differenceStep"
  >
>;

/** The dotted name of a capability: `jacobian`, `volume.grae`, `objectives.grae-star`. */
export type Capability =
  | keyof SingleCapabilities
  | { [G in keyof CapabilityGroups]: `${G}.${keyof CapabilityGroups[G] & string}` }[keyof CapabilityGroups];

/** A subject seen through the capabilities `N` alone, all present: `subject.jacobian`, `subject.volume.grae`. */
export type Able<N extends Capability> =
  & Pick<SingleCapabilities, N & keyof SingleCapabilities>
  & {
    readonly [G in keyof CapabilityGroups as N extends `${G}.${string}` ? G : never]: {
      readonly [M in keyof CapabilityGroups[G] as `${G}.${M & string}` extends N ? M : never]:
        CapabilityGroups[G][M];
    };
  };

/** Every capability. The type of the table keeps any from being left out. */
const table: Readonly<Record<Capability, true>> = {
  apply: true,
  jacobian: true,
  jacobianColumns: true,
  gram: true,
  secondDirectional: true,
  logDensity: true,
  logDensityGradient: true,
  curvature: true,
  continuousBernoulli: true,
  scaledGaussian: true,
  sampleLikelihood: true,
  cholesky: true,
  logDeterminant: true,
  logDeterminantGradient: true,
  inverse: true,
  solve: true,
  kl: true,
  covariance: true,
  sample: true,
  optimalCovariance: true,
  optimalCovarianceOfHessian: true,
  train: true,
  trainScheduled: true,
  ofKind: true,
  vaeLoss: true,
  regulariser: true,
  "volume.grae": true,
  "volume.graeBlock": true,
  "volume.graeStar": true,
  "volume.graeStarStochastic": true,
  "symmetry.transformGaussian": true,
  "symmetry.transformDecoder": true,
  "symmetry.mixedComponents": true,
  "symmetry.preservesMeanField": true,
  "symmetry.fourthCumulant": true,
  "symmetry.crossCumulants": true,
  "symmetry.characteristicFunction": true,
  "symmetry.factorisationGap": true,
  "symmetry.meanFieldGap": true,
  "symmetry.planeMeanFieldGap": true,
  "symmetry.swirl": true,
  "symmetry.unswirl": true,
  "objectives.beta-vae": true,
  "objectives.taylor-hessian": true,
  "objectives.taylor-jacobian": true,
  "objectives.profiled": true,
  "objectives.grae": true,
  "objectives.grae-block": true,
  "objectives.grae-star": true,
  "objectives.grae-star-stochastic": true,
  "scores.mutualInformationGap": true,
  "scores.separatedAttributePredictability": true,
  "scores.lasso": true,
  "scores.disentanglement": true,
  "scores.completeness": true,
  "scores.factorVaeScore": true,
  "scores.betaVaeScore": true,
  "scores.activeUnits": true,
  "scores.importanceWeighted": true,
  "scores.logWeights": true,
  "scores.rateDistortion": true,
  "scores.latentInformation": true,
  "scores.axisAlignment": true,
  "trained.metric": true,
  "trained.compare": true,
  "trained.samples": true,
  "trained.uniqueness": true,
  "trained.runs": true,
  "trained.studies": true,
};

/** Every capability by name. */
export const capabilities: readonly Capability[] = Object.keys(table) as Capability[];

/** The groups into which some of them are put. */
export const groups: readonly string[] = [
  ...new Set(capabilities.filter((name) => name.includes(".")).map((name) => name.split(".")[0]!)),
];

/** The demands of a clause on a subject. */
export interface Needs {
  /** The capabilities it uses. */
  readonly needs: readonly Capability[];
  /** The promise that it holds a subject to. */
  readonly promised?: Pledge;
}

/** The demands that the subject does not meet, in words. */
export function missing(subject: Subject, { needs, promised }: Needs): string[] {
  const lacking: string[] = needs.filter((name) => lookup(subject, name) === undefined);
  if (promised && !subject.promises?.includes(promised)) lacking.push(`the promise of ${promised}`);
  return lacking;
}

/** The capabilities that a subject has. */
export function offered(subject: Subject): Capability[] {
  return capabilities.filter((name) => lookup(subject, name) !== undefined);
}

/**
 * The capabilities `needs` of a subject, guarded as {@link guarded} says. A law that uses another one has a mistake, and throws.
 *
 * @param run has the time of a call, and names the capabilities that are known to write into their arguments
 * @throws TypeError if the subject lacks one
 */
export function able<N extends Capability>(
  subject: Subject,
  needs: readonly N[],
  run: Pick<Run, "changing" | "time"> = {},
): Able<N> {
  const found: Record<string, unknown> = {}, inGroups: Record<string, Record<string, unknown>> = {};
  for (const name of needs) {
    const capability = lookup(subject, name);
    if (capability === undefined) throw new TypeError(`${subject.name} does not offer ${name}`);
    const [first, member] = name.split(".", 2) as [string, string?];
    const owner = member === undefined ? found : inGroups[first] ??= {};
    owner[member ?? first] = guarded(subject, name, capability, run);
  }
  for (const [group, members] of Object.entries(inGroups)) found[group] = listed(members, `${group}.`);
  return listed(found, "") as unknown as Able<N>;
}

/** The object, in which asking for anything else throws; `prefix` is what the names in it begin with. */
function listed(found: Record<string, unknown>, prefix: string): Record<string, unknown> {
  return new Proxy(found, {
    get(target, name): unknown {
      if (typeof name === "string" && !(name in target)) {
        throw new TypeError(`a law uses ${prefix}${name} without listing it in its needs`);
      }
      return Reflect.get(target, name);
    },
  });
}

/** The capability, bound to what it belongs to, so that a subject may be an object with state. */
function lookup(subject: Subject, name: Capability): ((...given: readonly unknown[]) => unknown) | undefined {
  const [group, member] = name.split(".", 2) as [keyof Subject, string | undefined];
  const owner: unknown = member === undefined ? subject : subject[group];
  if (typeof owner !== "object" || owner === null) return undefined;
  const capability: unknown = Reflect.get(owner, member ?? group);
  return typeof capability === "function" ? (...given) => Reflect.apply(capability, owner, given) : undefined;
}
