/**
 * Encoder–decoder pairs and evaluations of objectives on them.
 *
 * @module
 */

import fc from "fast-check";
import type { FamilySpec, LikelihoodSpec, ModelSpec, ObjectiveCase } from "../../contract/subject.ts";
import { normalSource } from "../reference/random.ts";
import { rawSizeOf } from "../reference/raw_factor.ts";
import { tabulate } from "../reference/algebra.ts";
import { dataFor, likelihood as anyLikelihood } from "./likelihood.ts";
import { network, type NetworkOptions } from "./network.ts";
import { batchSize, dataSize, listOf, logUniform, recordGiven, seed, sizeUpTo, upTo } from "./number.ts";

/** What to draw; whatever is absent is drawn. */
export interface ModelOptions {
  readonly likelihood?: LikelihoodSpec;
  readonly family?: FamilySpec["kind"];
  readonly decoder?: NetworkOptions;
  /** The smallest d; 1 when absent. */
  readonly minLatent?: number;
  /** Whether n = 12, d = 8, 9 examples and a hidden layer of 40 units, all at once. */
  readonly largest?: boolean;
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

/** A small model: d from 1 to 8, n from 1 to 12, weights in [−1.5, 1.5]. */
function model(options: ModelOptions = {}): fc.Arbitrary<ModelSpec> {
  const { minLatent = 1, largest = false } = options;
  const sizes = largest
    ? fc.constant<[number, number]>([8, 12])
    : fc.tuple(sizeUpTo(minLatent, 4, 8), dataSize);
  const width = largest ? { width: 40 } : {};
  return sizes.chain(([latent, data]) =>
    recordGiven(family(latent, options.family), (family) => ({
      encoder: network(data, latent + rawSizeOf(family, latent), { last: "identity", size: 1, hidden: 1 }),
      decoder: network(latent, data, { ...options.decoder, ...width }),
      latent,
      likelihood: options.likelihood ?? anyLikelihood,
      family,
    }))
  );
}

/** An evaluation: batch 1 to 9, β log-uniform from 1e-2 to 1e2, noise from a drawn seed, any columns and blocks. */
export function objectiveCase(options: ModelOptions = {}): fc.Arbitrary<Required<ObjectiveCase>> {
  const batches = options.largest ? fc.constant(9) : batchSize;
  return recordGiven(fc.tuple(model(options), batches), ([model, batch]) => ({
    model,
    x: dataFor(model.likelihood, batch, model.encoder[0]!.weight.length),
    beta: logUniform(-2, 2),
    noise: fc.tuple(seed, upTo(3)).map(([from, samples]) => {
      const normal = normalSource(from);
      return Array.from({ length: samples }, () => tabulate(batch, model.latent, normal));
    }),
    columns: listOf(batch, fc.nat(model.latent - 1)),
    block: fc.constantFrom(...divisors(model.latent)),
  }));
}
