/**
 * The worker of the gate: a module to start, not to import.
 *
 * @module
 */

import { entries } from "../properties/gate/entries.ts";
import { serveOrders } from "../properties/gate/worker.ts";

serveOrders(entries(async (seed) => (await import("./short_training.ts")).shortTraining(seed)));
