import { assertMatch } from "@std/assert";
import { OBJECTIVE_NAMES } from "../experiments/digits/names.ts";
import { stepAsText } from "./program.ts";

Deno.test("a step of every objective prints, with its gradients among the outputs", async () => {
  for (const objective of OBJECTIVE_NAMES) {
    const text = await stepAsText({ objective, latent: 2, hidden: [5], batch: 3, engine: "wasm" });
    assertMatch(text, new RegExp(`^${objective} on tfjs wasm`));
    assertMatch(text, / float32\[784,5\] .* output, from \d+/, objective);
    assertMatch(text, /\nsteps: \d+ calls do \d+ jobs; /, objective);
  }
});
