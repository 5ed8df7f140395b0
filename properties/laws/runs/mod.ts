/**
 * Laws on runs: what a run reports is what an independent computation gets from its options, its images and its states.
 *
 * @module
 */

import { pictureAudits } from "./pictures.ts";
import { metricAudits, scoreAudits } from "./scores.ts";
import { stepAudits } from "./step.ts";
import type { RunAudit } from "./every_run.ts";

export { R1 } from "./step.ts";
export { R2, R3 } from "./scores.ts";
export { R4 } from "./pictures.ts";
export { heldStudy, LAW_OF, R5, R6, R7, R8, studyAudits, studyMust } from "./studies.ts";
export { held, type RunAudit } from "./every_run.ts";

/** What the laws look at in one run, by the id of the law. */
export const runAudits: Readonly<Record<string, readonly RunAudit[]>> = {
  R1: stepAudits,
  R2: scoreAudits,
  R3: metricAudits,
  R4: pictureAudits,
};
