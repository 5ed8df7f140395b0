/**
 * The compare job itself, with the permissions that it is given.
 *
 * @module
 */

import { runStudyJob } from "../study/job.ts";
import { COMMAND } from "./command.ts";
import { compareStudy } from "./study.ts";

if (import.meta.main) await runStudyJob(COMMAND, compareStudy);
