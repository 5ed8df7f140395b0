import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fit } from "./made_up.ts";
import { alignmentFigure, axesFigure } from "./alignment_figures.ts";
import { planeFigure, turnFigure } from "./figures.ts";
import { DEFAULTS } from "./options.ts";
import type { LandingResult } from "./parts.ts";

const landing: LandingResult = {
  kind: "landing",
  landing: { family: "full", optimiser: "gradient-descent", angles: [0.1, 0.2], uniformP: 0.5 },
  plane: [[1.1, 0], [0, -1.2]],
};

Deno.test("the alignment figure has a panel for each ν that was trained, and counts its fits apart", async () => {
  const figure = await alignmentFigure([
    fit({ activation: "tanh", latent: 3 }),
    fit({ activation: "leaky-relu", latent: 3, toTruth: 0.97 }),
    fit({ activation: "leaky-relu", latent: 3, family: "full", weights: "equal", toTruth: 0.7 }),
  ], 3);
  assertEquals(figure.file, "alignment-3.svg");
  assertStringIncludes(figure.seen, "tanh: 1 of 1");
  assertStringIncludes(figure.seen, "leaky-relu: 0 of 1 (worst 0.970)");
  assertStringIncludes(figure.theory, "where ν is the identity");
  assertStringIncludes(figure.theory, "no linear encoder inverts a bent decoder");
  for (const text of ["ν = tanh", "ν = leaky-relu"]) {
    assertStringIncludes(String(figure.content), `>${text}<`);
  }
});

Deno.test("the figure of generic W says which ν and how many fits its numbers are of", async () => {
  const figure = await axesFigure([fit({ weights: "generic", activation: "tanh", toTruth: 0.8 })]);
  assertStringIncludes(figure.seen, "tanh");
  assertStringIncludes(figure.seen, "0.800");
});

Deno.test("turned models are compared with their own theory, not the middle of one with the mean of the other", async () => {
  const figure = await turnFigure({
    kind: "turn",
    activation: "identity",
    latent: 2,
    angles: [0, 0.5],
    // Each is .2 off its theory, by turns above and below: medians agree.
    curves: [{ family: "full", plane: [0, 1], excess: [[0, 0.1], [0, 0.3]], theory: [[0, 0.3], [0, 0.1]] }],
  });
  assertStringIncludes(figure.seen, "At most 0.200 nats from the same model's theory");
  assertStringIncludes(figure.theory, "0 is the same model unturned");
  assertStringIncludes(figure.theory, "bands are from the least to the most of 2 models");
});

Deno.test("the plane's minima are said to be W's at β = 1 alone", async () => {
  const at = async (beta: number): Promise<string> =>
    (await planeFigure(landing, { ...DEFAULTS, beta })).theory;
  assert(!(await at(1)).includes("β"), await at(1));
  // s′² = 1 + .0025 (1 − 4).
  assertStringIncludes(await at(4), "s′² = s² + σ²(1 − β), 0.996 long in place of 1");
  assertStringIncludes(await at(400), "which collapses");
});

Deno.test("the plane's figure says how far out fits lie, and what that costs", async () => {
  const { seen } = await planeFigure(landing, DEFAULTS);
  assertStringIncludes(seen, "1.10 to 1.20 from the origin");
  assertStringIncludes(seen, "length converges last");
});
