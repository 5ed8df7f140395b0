import { assert, assertEquals } from "@std/assert";
import { oracle } from "./mod.ts";
import { randomCase } from "../../fixtures/laws/random_model.ts";

const given = randomCase(3, "tanh", { kind: "gaussian", variance: 1 }, { kind: "full" });
const run = { objective: "grae", given, steps: 1, learningRate: 1e-3, seed: 1 } as const;

Deno.test("Adam's first step is the learning rate against the sign of the gradient", () => {
  const before = oracle.train({ ...run, steps: 0 }).weights;
  const { gradient } = oracle.objectives.grae(given);
  const slopes = [...gradient.encoder, ...gradient.decoder].flatMap((
    { weight, bias },
  ) => [...weight.flat(), ...bias]);
  oracle.train(run).weights.forEach((weight, i) => {
    const slope = slopes[i]!;
    assert(Math.abs(weight - before[i]! + 1e-3 * slope / (Math.abs(slope) + 1e-8)) < 1e-15, `weight ${i}`);
  });
});

Deno.test("a hundred steps lower a loss, and a sampled one depends on the seed", () => {
  const { weights } = oracle.train({ ...run, steps: 100 });
  assertEquals(weights.length, oracle.train(run).weights.length);
  const sampled = { ...run, objective: "beta-vae", steps: 100 } as const;
  const one = oracle.train(sampled).weights, other = oracle.train({ ...sampled, seed: 2 }).weights;
  assert(one.some((weight, i) => weight !== other[i]));
  assert(lossAt(weights) < lossAt(oracle.train({ ...run, steps: 0 }).weights) - 0.01);
});

/** GRAE with the given weights, in the order of a training run. */
function lossAt(weights: readonly number[]): number {
  let next = 0;
  const fill = (network: typeof given.model.encoder): typeof given.model.encoder =>
    network.map((layer) => ({
      ...layer,
      weight: layer.weight.map((row) => row.map(() => weights[next++]!)),
      bias: layer.bias.map(() => weights[next++]!),
    }));
  const { model } = given;
  return oracle.objectives.grae({
    ...given,
    model: { ...model, encoder: fill(model.encoder), decoder: fill(model.decoder) },
  }).loss;
}
