/**
 * The uniqueness job itself, with the permissions that it is given.
 *
 * @module
 */

import { runStudyJob } from "../study/job.ts";
import { COMMAND } from "./command.ts";
import { uniquenessStudy } from "./study.ts";

if (import.meta.main) await runStudyJob(COMMAND, uniquenessStudy);
