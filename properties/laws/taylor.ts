/**
 * The laws of the Taylor approximation. Source: slides "How does variational family regularize the local geometry",
 * "Taylor approximation around μ".
 *
 * @module
 */

import type { Law } from "../contract/law.ts";
import { T3 } from "./taylor/hessian.ts";
import { T4 } from "./taylor/kinks.ts";
import { T1 } from "./taylor/linear.ts";
import { T5, T6 } from "./taylor/moments.ts";
import { T2 } from "./taylor/order.ts";

/** T1 to T6. */
export const taylorLaws: readonly Law[] = [T1, T2, T3, T4, T5, T6];
