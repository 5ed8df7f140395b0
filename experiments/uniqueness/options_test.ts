import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertOptions } from "./assert_options.ts";
import { DEFAULTS, QUICK, stepsFor, type UniquenessOptions } from "./options.ts";

Deno.test("a quick study has as many models of every kind as a whole one, and at least 20 with two latents", () => {
  const counts = (
    { seeds, seedsBeyondPlane, landings, turned }: UniquenessOptions,
  ): number[] => [seeds, seedsBeyondPlane, landings, turned];
  assertEquals(counts(QUICK), counts(DEFAULTS));
  for (const { seeds, landings, turned, seedsBeyondPlane } of [QUICK, DEFAULTS]) {
    assert(Math.min(seeds, landings, turned) >= 20 && seedsBeyondPlane >= 5);
  }
});

Deno.test("steps grow with the square of the latents, from twice those for each of two", () => {
  assertEquals([2, 3, 4, 5].map((d) => stepsFor(d, { stepsPerLatent: 100 })), [200, 450, 800, 1250]);
  assertEquals(stepsFor(3, { stepsPerLatent: 1 }), 5);
});

Deno.test("options of no use are refused, with what is required and what was given", () => {
  for (const options of [DEFAULTS, QUICK, { ...QUICK, turned: 1, angles: 2, turnedSteps: 1 }]) {
    assertOptions(options);
  }
  const refused: [Partial<UniquenessOptions>, string][] = [
    [{ latents: [1] }, "latents must be different whole numbers from 2, but they are 1"],
    [{ latents: [2, 2] }, "latents must be different whole numbers from 2, but they are 2, 2"],
    [{ latents: [] }, "latents must be different whole numbers from 2, but there are none"],
    [{ activations: [] }, "activations must be different, at least one, but there are none"],
    [
      { activations: ["tanh", "tanh"] },
      "activations must be different, at least one, but they are tanh, tanh",
    ],
    [{ batch: 64, examples: 32 }, "a batch needs as many examples, but of 64 there are 32"],
    [{ seeds: 1 }, "seeds must be a whole number from 2, but it is 1"],
    [{ landings: 2.5 }, "landings must be a whole number from 2, but it is 2.5"],
    [{ turned: 0 }, "turned must be a whole number from 1, but it is 0"],
    [{ angles: 1 }, "angles must be a whole number from 2, but it is 1"],
    [{ noise: 0 }, "noise must be a number above 0, but it is 0"],
    [{ beta: Infinity }, "beta must be a number above 0, but it is Infinity"],
    [{ learningRate: NaN }, "learningRate must be a number above 0, but it is NaN"],
    [{ momentum: 1 }, "momentum must be from 0 to below 1, but it is 1"],
  ];
  for (const [wrong, message] of refused) {
    assertThrows(() => assertOptions({ ...DEFAULTS, ...wrong }), RangeError, `uniqueness: ${message}`);
  }
});
