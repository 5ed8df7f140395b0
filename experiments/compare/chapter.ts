/**
 * Part of what a comparison comes to.
 *
 * @module
 */

import type { Findings } from "../study/study.ts";

/** Sentences, figures and tables about one of the views. */
export type Chapter = Omit<Findings<unknown>, "results">;
