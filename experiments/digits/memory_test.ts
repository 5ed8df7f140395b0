import { assertMatch, assertThrows } from "@std/assert";
import { loadDigits } from "../../lib/data/mod.ts";
import { startEngine } from "../../lib/engine/mod.ts";
import { UsageError } from "../runner/options.ts";
import { assertFits } from "./memory.ts";
import type { DigitsModel } from "./setup.ts";

type Sized = DigitsModel & { readonly batch: number };

const MODEL: Sized = {
  objective: "beta-vae",
  beta: 1,
  latent: 8,
  hidden: [500, 500],
  activation: "relu",
  batch: 128,
};
const DIGITS = await loadDigits();
const MANY = { ...DIGITS, train: { ...DIGITS.train, count: 1_000_000 } };

Deno.test("a training that cannot fit is refused with what to lower, and fits once that is lower", async () => {
  await startEngine("wasm");
  assertFits(MODEL, DIGITS);
  // No step has more images than there are.
  assertFits({ ...MODEL, batch: 1_000_000 }, DIGITS);
  const tooLarge: [Partial<Sized>, advised: RegExp][] = [
    [{ hidden: [20_000, 20_000] }, /12\.4 GiB .* lower --hidden \(20000,20000\) or --latent \(8\)$/],
    [{ hidden: [1e6] }, /32\.7 GiB .* lower --hidden \(1000000\)/],
    [{ hidden: [1e12] }, / lower --hidden/],
    [{ latent: 2000, posterior: "full" }, / lower .*--latent \(2000\)$/],
    [{ latent: 3000, objective: "grae" }, / lower .*--latent \(3000\)$/],
    [{ batch: 1_000_000 }, / lower --hidden \(500,500\) or --latent \(8\) or --batch \(1000000\)$/],
  ];
  for (const [model, advised] of tooLarge) {
    const { message } = assertThrows(
      () => assertFits({ ...MODEL, ...model }, MANY),
      UsageError,
    );
    assertMatch(
      message,
      /^a training of these sizes requires at least [^\n]* but the engines wasm and native have 4\.00 GiB: /,
    );
    assertMatch(message, advised);
    if (message.includes("--batch")) assertFits({ ...MODEL, ...model, batch: 1 }, MANY);
    else assertFits({ ...MODEL, ...model, hidden: [100], latent: 10 }, MANY);
  }
});

Deno.test("engines whose memory has no limit of its own refuse nothing before they try", async () => {
  await startEngine("cpu");
  assertFits({ ...MODEL, hidden: [20_000, 20_000] }, DIGITS);
});
