import { tf } from "../../lib/engine/mod.ts";
import { align } from "../../lib/symmetry/mod.ts";
import type { TrainedFamily, TrueActivation } from "../../properties/laws/trained.ts";
import type { PartWatch } from "../study/study.ts";
import { blockAlignment } from "./block_alignment.ts";
import { BLOCK, BLOCKED, decoders, fit, fleetOf, makeCase, WEIGHTS } from "./case.ts";
import { type FleetParameters, listed } from "./fleet.ts";
import { measure } from "./measure.ts";
import { stepsFor, type UniquenessOptions } from "./options.ts";
import type { FitsResult } from "./parts.ts";

/** Trains a fleet of every kind of W, and says how its decoders lie to them. */
export async function fitsPart(
  options: UniquenessOptions,
  activation: TrueActivation,
  latent: number,
  family: TrainedFamily,
  watch: PartWatch,
): Promise<FitsResult> {
  const seeds = latent === 2 ? options.seeds : options.seedsBeyondPlane;
  const of = makeCase(options, activation, latent, seeds, WEIGHTS);
  let parameters: FleetParameters | null = null;
  try {
    const description = fleetOf(of, options, family);
    parameters = await fit(of, description, options, "gradient-descent", watch);
    const losses = await measure(description, parameters, of.data, options.beta, stepsFor(latent, options));
    const estimates = await decoders(parameters);
    return {
      kind: "fits",
      fits: of.members.map(({ weights, seed, truth }, i) => ({
        weights,
        activation,
        latent,
        family,
        seed,
        loss: losses[i]!,
        toTruth: align(estimates[i]!, truth.weights).mean,
        toPrincipal: align(estimates[i]!, truth.axes).mean,
        toBlocks: latent === BLOCKED ? blockAlignment(estimates[i]!, truth.axes, BLOCK) : null,
      })),
    };
  } finally {
    tf.dispose([of.data, ...(parameters ? listed(parameters) : [])]);
  }
}
