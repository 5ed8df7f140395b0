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
const main = find("main", HTMLElement);
const refusal = find("#refusal", HTMLElement);
const milliseconds = find("#milliseconds", HTMLElement);
const posteriors = find("#posteriors", SVGElement);
const curve = find("#curve", SVGElement);
const sliders = ["degrees", "first", "second"].map(input) as [
  HTMLInputElement,
  HTMLInputElement,
  HTMLInputElement,
];
const shown = sliders.map(({ id }) => find(`#${id}-shown`, HTMLOutputElement));
const beta = input("beta");
const families = FAMILIES.map((name) => ({ name, button: input(name) }));

function settings(): Settings {
  const [degrees, first, second] = sliders.map(({ value }) => Number(value)) as [number, number, number];
  const family = families.find(({ button }) => button.checked)!.name;
  return { degrees, variances: [first, second], beta: Number(beta.value), family };
}

let running = false;
let wanted = false;

/** Solves for what is set now, and again while it is being changed: settings that were passed over are never solved. */
async function update(): Promise<void> {
  shown.forEach((output, i) => output.value = sliders[i]!.value);
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
      const at = settings();
      const begun = performance.now();
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
