/**
 * The script of a page that trains, for a test: leaves what came of it, or of an error its text, in the page's body.
 *
 * @module
 */

import { trainBriefly } from "./training.ts";

const engine = new URLSearchParams(location.search).get("engine") === "auto" ? "auto" : "wasm";
document.body.textContent = await trainBriefly(engine).then(JSON.stringify, String);
document.body.ariaBusy = "false";
