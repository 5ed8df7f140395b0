/**
 * The worker of the gate: a module to start, not to import.
 *
 * @module
 */

import { candidates } from "../properties/gate/candidates.ts";
import { serveOrders } from "../properties/gate/worker.ts";

serveOrders(candidates(async (seed) => (await import("./short_training.ts")).shortTraining(seed)));
