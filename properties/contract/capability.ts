/**
 * The capabilities of a subject by name, so that a law can say what it needs, use exactly that, and say what is missing.
 *
 * @module
 */

import { guarded } from "./call.ts";
import type { ObjectiveName, Pledge, Subject } from "./subject.ts";
import type { TrainedModels } from "./trained.ts";

/** Every capability under its dotted name. */
export type Capabilities =
  & {
    readonly [
      K in Exclude<
        keyof Subject,
        | "name"
        | "epsilon"
        | "offers"
        | "promises"
        | "differenceStep"
        | "volume"
        | "symmetry"
        | "objectives"
        | "trained"
      >
    ]-?: NonNullable<
      Subject[K]
    >;
  }
  & {
    readonly [K in keyof NonNullable<Subject["volume"]> as `volume.${K}`]-?: NonNullable<
      NonNullable<Subject["volume"]>[K]
    >;
  }
  & {
    readonly [K in keyof NonNullable<Subject["symmetry"]> as `symmetry.${K}`]-?: NonNullable<
      NonNullable<Subject["symmetry"]>[K]
    >;
  }
  & {
    readonly [K in keyof TrainedModels as `trained.${K}`]-?: NonNullable<TrainedModels[K]>;
  }
  & {
    readonly [K in ObjectiveName as `objectives.${K}`]-?: NonNullable<NonNullable<Subject["objectives"]>[K]>;
  };

/** The dotted name of a capability: `jacobian`, `volume.grae`, `objectives.grae-star`. */
export type Capability = keyof Capabilities;

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
  "symmetry.shortfall": true,
  "symmetry.planeShortfall": true,
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
  "trained.metric": true,
  "trained.compare": true,
  "trained.samples": true,
  "trained.uniqueness": true,
};

/** Every capability by name. */
export const capabilities: readonly Capability[] = Object.keys(table) as Capability[];

/** The groups into which some of them are put. */
export const groups: readonly string[] = [
  ...new Set(capabilities.filter((name) => name.includes(".")).map((name) => name.split(".")[0]!)),
];

/** A subject seen through the capabilities `N`, all present. */
export type Able<N extends Capability> = Pick<Capabilities, N>;

/** What a clause asks of a subject. */
export interface Needs {
  /** The capabilities it uses. */
  readonly needs: readonly Capability[];
  /** The promise that it holds a subject to. */
  readonly promised?: Pledge;
}

/** What of it the subject does not have, in words. */
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
 * The capabilities `needs` of a subject, guarded as {@link guarded} says. Asking the result for another one is a mistake of
 * the law, and throws.
 *
 * @param changing capabilities that are known to write into their arguments
 * @throws TypeError if one is missing
 */
export function able<N extends Capability>(
  subject: Subject,
  needs: readonly N[],
  changing: readonly Capability[] = [],
): Able<N> {
  const found: Record<string, unknown> = {};
  for (const name of needs) {
    const capability = lookup(subject, name);
    if (capability === undefined) throw new TypeError(`${subject.name} does not offer ${name}`);
    found[name] = guarded(subject, name, capability, changing);
  }
  return new Proxy(found, {
    get(target, name): unknown {
      if (typeof name === "string" && !(name in target)) {
        throw new TypeError(`a law uses ${name} without listing it in its needs`);
      }
      return Reflect.get(target, name);
    },
  }) as Able<N>;
}

/** The capability, bound to what it belongs to, so that a subject may be an object with state. */
function lookup(subject: Subject, name: Capability): ((...given: readonly unknown[]) => unknown) | undefined {
  const [group, member] = name.split(".", 2) as [keyof Subject, string | undefined];
  const owner: unknown = member === undefined ? subject : subject[group];
  if (typeof owner !== "object" || owner === null) return undefined;
  const capability: unknown = Reflect.get(owner, member ?? group);
  return typeof capability === "function" ? (...given) => Reflect.apply(capability, owner, given) : undefined;
}
