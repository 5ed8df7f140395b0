/**
 * What runs in the live page: reads what is set, solves, and shows what follows.
 *
 * @module
 */

/// <reference lib="dom" />

import { startEngine } from "../../../lib/engine/mod.ts";
import { drawCurve, drawPosteriors } from "./drawing.ts";
import { decimals, FAMILIES, numbersOf, type Settings, solve } from "./model.ts";

/** The only element that a selector finds. */
function find<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const element = document.querySelector(selector);
  if (!(element instanceof kind)) throw new TypeError(`live page: there is no ${kind.name} ${selector}`);
  return element;
}

const input = (id: string): HTMLInputElement => find(`#${id}`, HTMLInputElement);
const main = find("main", HTMLElement), refusal = find("#refusal", HTMLElement);
const milliseconds = find("#milliseconds", HTMLElement);
const posteriors = find("#posteriors", SVGElement), curve = find("#curve", SVGElement);
const [degrees, first, second, beta] = [input("degrees"), input("first"), input("second"), input("beta")];

const settings = (): Settings => ({
  degrees: degrees.valueAsNumber,
  variances: [first.valueAsNumber, second.valueAsNumber],
  beta: beta.valueAsNumber,
  family: FAMILIES.find((name) => input(name).checked)!,
});

let running = false, wanted: boolean;

/** Solves for what is set now, and again while it is being changed: settings that were passed over are never solved. */
async function update(): Promise<void> {
  for (const { id, value } of [degrees, first, second]) find(`#${id}-shown`, HTMLOutputElement).value = value;
  wanted = true;
  if (running) return;
  running = true;
  main.ariaBusy = "true";
  try {
    while (wanted) {
      wanted = false;
      const allowed = beta.checkValidity();
      refusal.textContent = allowed ? "" : `β must be a number from ${beta.min} to ${beta.max}.`;
      if (!allowed) continue;
      const at = settings(), begun = performance.now();
      const solution = await solve(at);
      milliseconds.textContent = (performance.now() - begun).toFixed(1);
      for (const [name, value] of Object.entries(numbersOf(solution))) {
        const place = find(`[data-name="${name}"]`, HTMLElement);
        place.dataset["value"] = String(value);
        place.textContent = decimals(value);
      }
      drawPosteriors(posteriors, at, solution);
      drawCurve(curve, at, solution);
    }
  } finally {
    running = false;
    main.ariaBusy = "false";
  }
}

await startEngine("cpu");
addEventListener("input", () => void update());
await update();
