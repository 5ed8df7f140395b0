/**
 * The laws on trained models: measured, with thresholds. Source: slides "Gaussian p(z), q(z|x)", "MNIST" and those before
 * and after.
 *
 * @module
 */

import type { Law } from "../contract/law.ts";
import { E2 } from "./trained_models/blocks.ts";
import { E3 } from "./trained_models/objectives.ts";
import { E5 } from "./trained_models/recovery.ts";
import { E4 } from "./trained_models/samples.ts";
import { E1 } from "./trained_models/variances.ts";

/** E1 to E5. */
export const trainedModelLaws: readonly Law[] = [E1, E2, E3, E4, E5];

/** Whether a law is about trained models alone: nothing else can be held to it. */
export function isOfTrainedModels({ needs }: Pick<Law, "needs">): boolean {
  return needs.every((need) => need.startsWith("trained."));
}
