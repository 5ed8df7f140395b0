/**
 * `deno task samples`: reads the command line, and starts the job with the permissions that these options need and no
 * others, path by path. Run the job itself to grant them by hand.
 *
 * @module
 */

import { launchStudy } from "../study/launch.ts";
import { COMMAND } from "./command.ts";

if (import.meta.main) await launchStudy(COMMAND, new URL("./job.ts", import.meta.url));
