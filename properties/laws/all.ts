/**
 * Every law, section by section.
 *
 * @module
 */

import { covarianceLaws } from "./covariance.ts";
import { curvatureLaws } from "./curvature.ts";
import { graeLaws } from "./grae.ts";
import { implementationLaws } from "./implementation.ts";
import type { Law } from "../contract/law.ts";
import { taylorLaws } from "./taylor.ts";
import { trainedModelLaws } from "./trained_models.ts";
import { uniquenessLaws } from "./uniqueness.ts";

/** Every law, in the order of the catalogue. */
export const laws: readonly Law[] = [
  ...uniquenessLaws,
  ...taylorLaws,
  ...curvatureLaws,
  ...covarianceLaws,
  ...graeLaws,
  ...implementationLaws,
  ...trainedModelLaws,
];
