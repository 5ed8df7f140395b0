/**
 * The options of a run that goes on, from its manifest.
 *
 * @module
 */

import { savedOptions } from "../command/saved_options.ts";
import { OPTIONS } from "./option_table.ts";
import { type TrainOptions, trainOptions } from "./train_options.ts";

/** What younger options were in runs that were made without them. */
const BEFORE: Partial<TrainOptions> = {
  learningRateSchedule: "constant",
  betaWarmup: 0,
  clipGradient: null,
  weightDecay: 0,
};

/** Saved options, those that are younger than the run added. */
export const withYounger = (json: unknown): unknown =>
  typeof json === "object" && json !== null && !Array.isArray(json) ? { ...BEFORE, ...json } : json;

/**
 * The options in a manifest, held to all that a command line is.
 *
 * @param json what the manifest has as options
 * @param file the manifest's name, for the message
 * @throws DataError if they are not the options of a run: one is missing, unknown, or no value of its kind, or their
 * combination has no meaning
 */
export function optionsOf(json: unknown, file: string): TrainOptions {
  return savedOptions(withYounger(json), file, OPTIONS, trainOptions);
}
