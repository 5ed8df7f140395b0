/**
 * The capabilities of a subject by name, so that a law can say what it needs, use exactly that, and say what is missing.
 *
 * @module
 */

import type { ObjectiveName, Subject } from "./subject.ts";
import type { TrainedModels } from "./trained.ts";

/** Every capability under its dotted name. */
export type Capabilities =
  & {
    readonly [
      K in Exclude<keyof Subject, "name" | "epsilon" | "volume" | "symmetry" | "objectives" | "trained">
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

/** A subject seen through the capabilities `N`, all present. */
export type Able<N extends Capability> = Pick<Capabilities, N>;

/** The capabilities among `needs` that the subject does not have. */
export function missing(subject: Subject, needs: readonly Capability[]): Capability[] {
  return needs.filter((name) => lookup(subject, name) === undefined);
}

/**
 * The capabilities `needs` of a subject. Asking the result for another one is a mistake of the law, and throws.
 *
 * @throws TypeError if one is missing
 */
export function able<N extends Capability>(subject: Subject, needs: readonly N[]): Able<N> {
  const found: Record<string, unknown> = {};
  for (const name of needs) {
    const capability = lookup(subject, name);
    if (capability === undefined) throw new TypeError(`${subject.name} does not offer ${name}`);
    found[name] = capability;
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
function lookup(subject: Subject, name: Capability): unknown {
  const [group, member] = name.split(".", 2) as [keyof Subject, string | undefined];
  const owner: unknown = member === undefined ? subject : subject[group];
  if (typeof owner !== "object" || owner === null) return undefined;
  const capability: unknown = Reflect.get(owner, member ?? group);
  return typeof capability === "function" ? capability.bind(owner) : undefined;
}
