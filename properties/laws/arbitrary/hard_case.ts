/**
 * Evaluations of objectives that hurt: β from 1e-4 to 1e4, saturated Bernoulli logits, pre-activations exactly on a kink.
 *
 * @module
 */

import fc from "fast-check";
import { normalSource } from "../reference/random.ts";
import { tabulate } from "../reference/algebra.ts";
import type { ActivationName, LayerSpec, NetworkSpec, ObjectiveCase } from "../../contract/subject.ts";
import { activationNames } from "../../contract/mod.ts";
import { likelihood } from "./likelihood.ts";
import { divisors, type ModelOptions, objectiveCase } from "./model.ts";
import { kinkedNetwork, smoothActivations } from "./network.ts";
import { beta, listOf, real, recordGiven, seed, upTo } from "./number.ts";

/** A case with everything that any objective needs. */
export type FullCase = Required<ObjectiveCase>;

/** Every β. */
function withBeta(given: fc.Arbitrary<FullCase>): fc.Arbitrary<FullCase> {
  return fc.tuple(given, beta).map(([rest, value]) => ({ ...rest, beta: value }));
}

/** Logits moved by up to ±40, so that some are saturated. */
const saturated: fc.Arbitrary<FullCase> = objectiveCase({
  likelihood: { kind: "bernoulli" },
  decoder: { last: "identity" },
}).chain((given) => {
  const { decoder } = given.model;
  const outputs = decoder.at(-1)!.bias.length;
  return listOf(outputs, real(40))
    .map((shift) => ({ ...given, model: { ...given.model, decoder: shifted(decoder, shift) } }));
});

function shifted(network: NetworkSpec, shift: readonly number[]): NetworkSpec {
  const last = network.at(-1)!;
  return [...network.slice(0, -1), { ...last, bias: last.bias.map((entry, k) => entry + shift[k]!) }];
}

/** Whole numbers throughout, so that ReLU and its like are often exactly at their kink, in every precision. */
const kinked: fc.Arbitrary<FullCase> = recordGiven(
  fc.tuple(upTo(4), upTo(4), likelihood),
  ([latent, data, likelihood]) => ({
    encoder: kinkedNetwork(data, 2 * latent, { last: "identity", hidden: 1 }),
    decoder: kinkedNetwork(latent, data),
    x: fc.array(listOf(data, fc.constantFrom(0, 1)), { minLength: 1, maxLength: 2 }),
    block: fc.constantFrom(...divisors(latent)),
    columns: listOf(2, fc.nat(latent - 1)),
    from: seed,
    rest: { latent, likelihood, family: { kind: "mean-field" } },
  }),
).map(({ encoder, decoder, x, block, columns, from, rest }) => ({
  model: { encoder, decoder, ...rest },
  x,
  beta: 1,
  noise: [tabulate(x.length, rest.latent, normalSource(from))],
  columns: columns.slice(0, x.length),
  block,
}));

/** Decoders of one activation throughout, so that a fault in one of them is not left to chance. */
const uniform: fc.Arbitrary<FullCase> = fc.constantFrom(...activationNames)
  .chain((activation) => objectiveCase({ decoder: { activations: [activation] } }));

/** Any of these, and every activation, family and likelihood. */
export const hardCase: fc.Arbitrary<FullCase> = withBeta(
  fc.oneof({ weight: 2, arbitrary: objectiveCase() }, { weight: 2, arbitrary: uniform }, saturated, kinked),
);

/** Without kinks, so that a loss has derivatives of every order. */
export const smoothCase: fc.Arbitrary<FullCase> = smoothCaseOf({});

function smoothCaseOf(options: ModelOptions): fc.Arbitrary<FullCase> {
  const decoder = { activations: smoothActivations, hidden: 1 };
  return withBeta(objectiveCase({ ...options, decoder })).map((given) => ({
    ...given,
    model: { ...given.model, encoder: given.model.encoder.map(smoothed) },
  }));
}

/** Cases of the largest sizes, for clauses that look at few: fixed, and no better than others of their sizes. */
const examples = <T>(arbitrary: fc.Arbitrary<T>): readonly T[] =>
  fc.sample(arbitrary, { seed: 0, numRuns: 2 });
/** See {@link hardCase}. */
export const largestCases: readonly FullCase[] = examples(withBeta(objectiveCase({ largest: true })));
/** See {@link smoothCase}. */
export const largestSmoothCases: readonly FullCase[] = examples(smoothCaseOf({ largest: true }));

function smoothed(layer: LayerSpec): LayerSpec {
  const kin: Partial<Record<ActivationName, ActivationName>> = {
    relu: "softplus",
    "leaky-relu": "gelu",
    elu: "tanh",
  };
  return { ...layer, activation: kin[layer.activation] ?? layer.activation };
}
