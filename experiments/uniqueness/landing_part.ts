import { tf } from "../../lib/engine/mod.ts";
import type { Landings } from "../../properties/laws/trained.ts";
import type { PartWatch } from "../study/study.ts";
import { decoders, fit, fleetOf, makeCase } from "./case.ts";
import { type FleetParameters, listed } from "./fleet.ts";
import { kuiperTest } from "./kuiper.ts";
import type { UniquenessOptions } from "./options.ts";
import type { LandingResult } from "./parts.ts";
import { planeFit } from "./plane_fit.ts";

/**
 * Trains a large fleet with two latents and a linear decoder on columns of distinct norms, and tests the angles at which it
 * lands. The full family is that of a square factor, so that the optimiser alone decides whether training turns with the
 * latents.
 */
export async function landingPart(
  options: UniquenessOptions,
  family: Landings["family"],
  optimiser: Landings["optimiser"],
  watch: PartWatch,
): Promise<LandingResult> {
  const of = makeCase(options, "identity", 2, options.landings, ["distinct"]);
  let parameters: FleetParameters | null = null;
  try {
    const description = fleetOf(of, options, family === "full" ? "factor" : family);
    parameters = await fit(of, description, options, optimiser, watch);
    const estimates = await decoders(parameters);
    const places = estimates.map((estimate, i) => planeFit(estimate, of.members[i]!.truth.weights));
    const angles = places.map(({ angle }) => angle);
    const { p } = kuiperTest(angles.map((angle) => angle / (Math.PI / 2)));
    return {
      kind: "landing",
      landing: { family, optimiser, angles, uniformP: p },
      plane: places.map(({ along, across }) => [along, across]),
    };
  } finally {
    tf.dispose([of.data, ...(parameters ? listed(parameters) : [])]);
  }
}
