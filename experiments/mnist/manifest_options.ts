/**
 * The options of a run that goes on, from its manifest.
 *
 * @module
 */

import { savedOptions } from "../command/saved_options.ts";
import { OPTIONS } from "./option_table.ts";
import { type TrainOptions, trainOptions } from "./train_options.ts";

/**
 * The options in a manifest, held to all that a command line is.
 *
 * @param json what the manifest has as options
 * @param file the manifest's name, for the message
 * @throws DataError if they are not the options of a run: one is missing, unknown, or no value of its kind, or their
 * combination has no meaning
 */
export function optionsOf(json: unknown, file: string): TrainOptions {
  return savedOptions(json, file, OPTIONS, trainOptions);
}
