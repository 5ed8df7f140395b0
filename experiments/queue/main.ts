/**
 * The task `worker`, with all studies.
 *
 * @module
 */

import { exitStatus } from "../runner/command.ts";
import { workerStatus } from "./command.ts";

/** The studies, loaded when a part of one is there. */
const STUDIES = {
  mnist: async () => (await import("../mnist/study.ts")).mnistStudy,
  uniqueness: async () => (await import("../uniqueness/study.ts")).uniquenessStudy,
  metric: async () => (await import("../metric/study.ts")).metricStudy,
  compare: async () => (await import("../compare/study.ts")).compareStudy,
  samples: async () => (await import("../samples/study.ts")).samplesStudy,
  images: async () => (await import("../images/study.ts")).imagesStudy,
  sweep: async () => (await import("../sweep/study.ts")).sweepStudy,
};

if (import.meta.main) Deno.exit(await exitStatus("worker", () => workerStatus(STUDIES, Deno.args)));
