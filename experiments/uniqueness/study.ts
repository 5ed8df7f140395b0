/**
 * Does the choice of Q make the learned model unique? The toy model x = ν(Wz) + ε, with the true W known.
 *
 * @module
 */

import type {
  Landings,
  TrainedFamily,
  TrueActivation,
  UniquenessResults,
} from "../../properties/laws/trained.ts";
import { conduct, type Figure, type Findings, type Part, type Study } from "../study/study.ts";
import { alignmentFigure, axesFigure } from "./alignment_figures.ts";
import { anglesFigure, planeFigure, turnFigure } from "./figures.ts";
import { assertOptions } from "./assert_options.ts";
import { BLOCKED, FAMILIES, WEIGHTS } from "./case.ts";
import { fitsPart } from "./fits_part.ts";
import { landingPart } from "./landing_part.ts";
import { valuesOf } from "./names.ts";
import { stepsFor, type UniquenessOptions } from "./options.ts";
import type { FitsResult, LandingResult, TurnResult, UniquenessPart } from "./parts.ts";
import { tablesOf } from "./tables.ts";
import { turnPart, turnsOf } from "./turn_part.ts";
import { wordsOf } from "./words.ts";

/** What large fleets are trained: the optimiser that turns with the latents before the one that does not. */
const LANDINGS: readonly (readonly [Landings["family"], Landings["optimiser"]])[] = [
  ["full", "gradient-descent"],
  ["full", "adam"],
  ["mean-field", "gradient-descent"],
  ["mean-field", "adam"],
];

/** The families that are fitted: blocks of 2 beside those that they lie between, else the isotropic one. */
function familiesAt(latent: number): readonly TrainedFamily[] {
  return latent === BLOCKED ? ["mean-field", "block", "full"] : FAMILIES;
}

function partsOf(options: UniquenessOptions): Part<UniquenessPart>[] {
  assertOptions(options);
  const { seeds, seedsBeyondPlane, batch, landings, turned, angles, turnedSteps } = options;
  const steps = (latent: number): number => stepsFor(latent, options);
  const rows = (members: number, count: number): number => count * (400 + members * batch);
  const fits = options.latents.flatMap((latent) =>
    options.activations.flatMap((activation) =>
      familiesAt(latent).map((family): Part<UniquenessPart> => ({
        name: `fits-${latent}-${activation}-${family}`,
        weight: rows(WEIGHTS.length * (latent === 2 ? seeds : seedsBeyondPlane), steps(latent)),
        run: (watch) => fitsPart(options, activation, latent, family, watch),
      }))
    )
  );
  const landed = LANDINGS.map(([family, optimiser]): Part<UniquenessPart> => ({
    name: `landing-${family}-${optimiser}`,
    weight: rows(landings, steps(2)),
    run: (watch) => landingPart(options, family, optimiser, watch),
  }));
  const turn = (activation: TrueActivation, latent: 2 | 4): Part<UniquenessPart> => ({
    name: latent === 2 ? `turned-${activation}` : `turned-${latent}-${activation}`,
    weight: rows(turned, steps(latent)) + turnsOf(latent).curves.length * rows(turned * angles, turnedSteps),
    run: (watch) => turnPart(options, activation, latent, watch),
  });
  const turns = options.activations.map((activation) => turn(activation, 2));
  // What blocks cost across is of interest beside the closed form, which is that of a linear decoder.
  const isBlocked = options.latents.includes(BLOCKED) && options.activations.includes("identity");
  return [...fits, ...landed, ...turns, ...(isBlocked ? [turn("identity", BLOCKED)] : [])];
}

async function conclude(
  options: UniquenessOptions,
  parts: readonly UniquenessPart[],
): Promise<Findings<UniquenessResults>> {
  const fits = parts.filter((part): part is FitsResult => part.kind === "fits").flatMap((part) => part.fits);
  const landed = parts.filter((part): part is LandingResult => part.kind === "landing");
  const turns = parts.filter((part): part is TurnResult => part.kind === "turn");
  const landings = landed.map(({ landing }) => landing);
  const figures: Figure[] = [];
  for (const latent of valuesOf(fits, "latent")) figures.push(await alignmentFigure(fits, latent));
  figures.push(await axesFigure(fits), await anglesFigure(landed));
  for (const turn of turns) figures.push(await turnFigure(turn));
  for (const landing of landed) {
    if (landing.landing.optimiser === "gradient-descent") figures.push(await planeFigure(landing, options));
  }
  return {
    // What blocks span is for the page: no law has it.
    results: { fits: fits.map(({ toBlocks: _, ...fit }) => fit), landings },
    words: wordsOf(fits, landings, turns),
    figures,
    tables: tablesOf(fits),
  };
}

/** The study of uniqueness. */
export const uniquenessStudy: Study<UniquenessOptions, UniquenessPart, UniquenessResults> = {
  name: "uniqueness",
  title: "Uniqueness",
  question:
    "Does the choice of the variational family make the learned model unique? Data x = ν(Wz) + ε with a known W; " +
    'slides "Latent variable models and Uniqueness" to "Generative model of data".',
  prepare: (options) => Promise.try(() => ({ data: null, parts: partsOf(options) })),
  conclude,
};

/**
 * The study as a function of its options. The engine must be running.
 *
 * @throws (rejects) RangeError for options; NonFiniteLossError or NotPositiveDefiniteError if a training runs away; the signal's reason if it is aborted
 */
export function uniqueness(
  options: UniquenessOptions,
  signal?: AbortSignal,
): Promise<Findings<UniquenessResults>> {
  return conduct(uniquenessStudy, options, signal);
}
