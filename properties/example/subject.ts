/**
 * Somebody else's GRAE* as a subject of the laws: `deno task verify --subject properties/example/subject.ts`.
 *
 * @module
 */

import { regulariser } from "./regulariser.ts";

/** It offers GRAE* as a function of the Jacobian, in double precision, and nothing else. */
export default { name: "my GRAE*", epsilon: 2 ** -53, volume: { graeStar: regulariser } };
