/**
 * Encoder–decoder pairs and evaluations of objectives on them.
 *
 * @module
 */

import fc from "fast-check";
import type { FamilySpec, LikelihoodSpec, ModelSpec, ObjectiveCase } from "../subject.ts";
import { normalSource } from "../reference/random.ts";
import { rawSizeOf } from "../reference/raw_factor.ts";
import { tabulate } from "../reference/algebra.ts";
import { dataFor, likelihood as anyLikelihood } from "./likelihood.ts";
import { network, type NetworkOptions } from "./network.ts";
import { logUniform, seed } from "./number.ts";

/** What to draw; whatever is absent is drawn. */
export interface ModelOptions {
  readonly likelihood?: LikelihoodSpec;
  readonly family?: FamilySpec["kind"];
  readonly decoder?: NetworkOptions;
  /** The smallest d; 1 when absent. */
  readonly minLatent?: number;
}

/** The divisors of d: the block sizes that fill it. */
export function divisors(d: number): number[] {
  return Array.from({ length: d }, (_, i) => i + 1).filter((size) => d % size === 0);
}

/** Every family on d latents, or those of one kind. */
export function family(d: number, kind?: FamilySpec["kind"]): fc.Arbitrary<FamilySpec> {
  const block = fc.constantFrom(...divisors(d)).map((size): FamilySpec => ({ kind: "block", size }));
  if (kind === "block") return block;
  if (kind) return fc.constant({ kind });
  return fc.oneof(
    fc.constantFrom<FamilySpec>({ kind: "isotropic" }, { kind: "mean-field" }, { kind: "full" }),
    block,
  );
}

/** A small model: d from 1 to 4, n from 1 to 4, weights in [−1.5, 1.5]. */
export function model(options: ModelOptions = {}): fc.Arbitrary<ModelSpec> {
  const { minLatent = 1 } = options;
  return fc.tuple(fc.integer({ min: minLatent, max: 4 }), fc.integer({ min: 1, max: 4 })).chain((
    [latent, data],
  ) =>
    family(latent, options.family).chain((chosen) =>
      fc.record({
        encoder: network(data, latent + rawSizeOf(chosen, latent), { last: "identity", size: 1, hidden: 1 }),
        decoder: network(latent, data, options.decoder),
        latent: fc.constant(latent),
        likelihood: options.likelihood ? fc.constant(options.likelihood) : anyLikelihood,
        family: fc.constant(chosen),
      })
    )
  );
}

/** An evaluation: batch 1 to 3, β log-uniform from 1e-2 to 1e2, noise from a drawn seed, any columns and blocks. */
export function objectiveCase(options: ModelOptions = {}): fc.Arbitrary<Required<ObjectiveCase>> {
  return fc.tuple(model(options), fc.integer({ min: 1, max: 3 })).chain(([spec, batch]) =>
    fc.record({
      model: fc.constant(spec),
      x: dataFor(spec.likelihood, batch, spec.encoder[0]!.weight.length),
      beta: logUniform(-2, 2),
      noise: fc.tuple(seed, fc.integer({ min: 1, max: 3 })).map(([from, samples]) => {
        const normal = normalSource(from);
        return Array.from({ length: samples }, () => tabulate(batch, spec.latent, normal));
      }),
      columns: fc.array(fc.nat(spec.latent - 1), { minLength: batch, maxLength: batch }),
      block: fc.constantFrom(...divisors(spec.latent)),
    })
  );
}
