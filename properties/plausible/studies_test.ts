import { assertEquals } from "@std/assert";
import { examine } from "../contract/evidence.ts";
import { R5, R6, R7, R8 } from "../laws/runs/mod.ts";
import { plausibleStudies, type StudyMistake } from "./studies.ts";

const run = { seed: 0, cases: 1, engine: "made up" };

Deno.test("made-up runs of all studies hold, with other options too", async () => {
  const others: readonly (StudyMistake | undefined)[] = [
    undefined,
    { study: "compare", options: { betas: [0.2, 1], seeds: 2 } },
    { study: "uniqueness", options: { latents: [2, 4], activations: ["identity", "leaky-relu"] } },
    { study: "metric", options: { activation: "relu", limit: null, seeds: 1 } },
    { study: "metric", options: { binarise: "sampled", seeds: 1 } },
    { study: "compare", options: { activation: "relu", judged: null, betas: [2], epochs: 1, seeds: 1 } },
    { study: "samples", options: { binarise: "fixed", hidden: [4, 3], classifierHidden: [3], seeds: 1 } },
    { study: "uniqueness", options: { latents: [3], activations: ["tanh"], examples: 9, batch: 9 } },
  ];
  for (const other of others) {
    for (const law of [R5, R6, R7, R8]) {
      if (other && !law.title.endsWith(other.study)) continue;
      const { verdict, failure } = await examine(law, plausibleStudies(other), run);
      assertEquals([verdict, failure?.message], ["holds", undefined], `${law.id}, ${JSON.stringify(other)}`);
    }
  }
});
