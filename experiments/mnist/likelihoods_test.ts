import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { startEngine } from "../../lib/engine/mod.ts";
import { decodeSafetensors } from "../../lib/training/safetensors.ts";
import type { LikelihoodName } from "../digits/names.ts";
import { standardOf, UsageError } from "../runner/options.ts";
import { mnistStudy } from "./study.ts";
import { prepare } from "./training.ts";

await startEngine("wasm");

/** A run of 2 epochs of 20 steps with β = 0.2: how it ended. */
async function run(likelihood: LikelihoodName, { dataset = "mnist" as "mnist" | "faces", beta = 0.2 } = {}) {
  const { parts, conclude, notes } = await prepare({
    ...standardOf(mnistStudy.options),
    ...{ likelihood, dataset, beta, size: dataset === "faces" ? 16 : null },
    ...{
      hidden: [12],
      latent: 2,
      limit: 300,
      batch: 30,
      epochs: 3,
      learningRate: 0.02,
      quick: false,
      seed: 0,
    },
  });
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const files = {
    read: (name: string) => Promise.resolve(kept.get(name) ?? null),
    write: (name: string, content: string | Uint8Array<ArrayBuffer>) => {
      kept.set(name, typeof content === "string" ? new TextEncoder().encode(content) : content.slice());
      return Promise.resolve();
    },
    path: (name: string) => `run/${name}`,
  };
  const { signal } = new AbortController();
  const result = await parts[0]!.run({
    ...{ signal, files, engine: "wasm" },
    ...{ progress: () => {}, note: () => {}, keep: () => {} },
  });
  const { tensors } = decodeSafetensors(kept.get("checkpoint.safetensors")!, "checkpoint");
  const { numbers, caveat, figures } = await conclude([result], { files, signal });
  const metric = figures.find(({ file }) => file === "metric.svg")!.content as string;
  return {
    notes: notes!,
    numbers,
    caveat,
    metric,
    result,
    logSigma: tensors.get("likelihood.logSigma")?.values,
  };
}

/** The held-out loss after each epoch. */
const losses = ({ result }: Awaited<ReturnType<typeof run>>): (number | null)[] =>
  result.epochs.map(({ heldOut }) => heldOut.loss.value);
const falls = (values: readonly (number | null)[]): boolean =>
  values.every((value, i) => i === 0 || value! < values[i - 1]!);

Deno.test("a learned σ is trained, kept and reported, with βσ², which alone the networks see", async () => {
  for (
    const [likelihood, dataset, count] of [
      ["gaussian-learned", "mnist", 1],
      ["gaussian-per-pixel", "faces", 768],
    ] as const
  ) {
    const made = await run(likelihood, { dataset });
    assert(falls(losses(made)), `${likelihood}: ${losses(made)}`);
    const sigmas = [...made.logSigma!].map(Math.exp);
    assertEquals(sigmas.length, count);
    // All fall from 1, in 40 steps of log σ of 0.02 at the most.
    const bounds = [Math.min(...sigmas), Math.max(...sigmas)];
    assert(bounds[0]! > Math.exp(-0.81) && bounds[1]! < 0.75, bounds.join());
    assertAlmostEquals(made.numbers["sigma.least"]!, Math.min(...sigmas), 1e-6);
    assertAlmostEquals(made.numbers["sigma.most"]!, Math.max(...sigmas), 1e-6);
    assertStringIncludes(
      made.caveat,
      `The networks see βσ² alone, here ${(0.2 * Math.min(...sigmas) ** 2).toPrecision(3)}`,
    );
    assertStringIncludes(made.metric, "1/σ²");
    // As for σ = 1: both have the constant.
    assertEquals(made.result.gaussianConstant, (count === 1 ? 784 : 768) / 2 * Math.log(2 * Math.PI));
  }
});

Deno.test("the continuous Bernoulli has no constant, no σ, and its own curvature", async () => {
  const made = await run("continuous-bernoulli");
  assert(falls(losses(made)), `${losses(made)}`);
  assertEquals([made.result.gaussianConstant, made.logSigma, "sigma.least" in made.numbers], [
    0,
    undefined,
    false,
  ]);
  assert(!made.caveat.includes("σ"));
  assertStringIncludes(made.metric, "A″");
  // Grey pixels are what it is for.
  assert(!made.notes.some((note) => note.includes("grey")), made.notes.join());
});

Deno.test("one σ a number is refused where a number never varies, and one a channel where there is one channel", async () => {
  const { message } = await assertRejects(() => run("gaussian-per-pixel"), UsageError);
  const [, constant] = /but (\d+) of the 784 of an image are the same in all training images/.exec(message)!;
  assert(Number(constant) > 100, message);
  assertStringIncludes(message, "take gaussian-learned");
  await assertRejects(() => run("gaussian-per-channel"), UsageError, "take gaussian-learned");
});
