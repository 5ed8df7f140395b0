/**
 * What can be set on the live page.
 *
 * @module
 */

import type { Html } from "../../lib/figure/mod.ts";
import { FAMILIES, type LiveFamily } from "./model.ts";

/** What is set when the page opens. */
const START = { degrees: 30, variances: [0.1, 0.7], beta: 1, family: "mean-field" } as const;

const slider = (id: string, label: string, range: string, value: number): Html =>
  `<div class="control"><label for="${id}">${label}</label>` +
  `<output id="${id}-shown" for="${id}">${value}</output>` +
  `<input type="range" id="${id}" ${range} value="${value}"></div>`;

const choice = (family: LiveFamily): Html =>
  `<span class="choice"><input type="radio" name="family" id="${family}" value="${family}"` +
  `${family === START.family ? " checked" : ""}><label for="${family}">${family}</label></span>`;

/** The controls, with their labels. */
export function controls(): Html {
  const variances = 'min="0.02" max="0.98" step="0.01"';
  return `<div class="angle">
${slider("degrees", "rotation θ, degrees", 'min="0" max="180" step="1"', START.degrees)}
</div>
<div class="settings">
${slider("first", "variance v₁ at θ = 0", variances, START.variances[0])}
${slider("second", "variance v₂ at θ = 0", variances, START.variances[1])}
<div class="control"><label for="beta">β, from 0.01 to 100</label>
<input type="number" id="beta" min="0.01" max="100" step="any" value="${START.beta}" required inputmode="decimal"></div>
<fieldset><legend>family shown beside Σ*</legend>
${FAMILIES.map(choice).join("\n")}
</fieldset>
</div>`;
}
