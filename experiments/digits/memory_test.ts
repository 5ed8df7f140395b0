import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { loadDigits, take } from "../../lib/data/mod.ts";
import { startEngine, tf } from "../../lib/engine/mod.ts";
import { wasmHeap } from "../../lib/engine/backend/wasm.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { initialModelParameters } from "../../lib/model/mod.ts";
import { initialAdamState, tensorsOf } from "../../lib/training/mod.ts";
import { dense, sequential } from "../../lib/network/mod.ts";
import type { OwnArchitecture } from "./architecture.ts";
import { meanMetric, stretchOf } from "./evaluate.ts";
import { UsageError } from "../runner/options.ts";
import { assertFits, scoringMemory } from "./memory.ts";
import { type DigitsModel, type Setup, setUp } from "./setup.ts";

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
    [{ hidden: [1e6] }, /24\.7 GiB .* lower --hidden \(1000000\)/],
    [{ hidden: [1e12] }, / lower --hidden/],
    [{ latent: 2000, posterior: "full" }, / lower .*--latent \(2000\)$/],
    [{ latent: 3000, objective: "grae" }, / lower .*--latent \(3000\) or --batch \(128\)$/],
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

Deno.test("a training that fills the memory to the last byte fits, and one more image does not, by what each objective holds", async () => {
  await startEngine("wasm");
  // One hidden layer: d tangents through it but for β-VAEs, which have two numbers a latent, and for one column of GRAE*.
  for (
    const [objective, hidden, latent, raw, tangents, gram, batch] of [
      ["beta-vae", 215, 2, 4, 0, 0, 535_656],
      ["grae-star", 44, 8, 8, 8, 0, 532_470],
      ["grae-star-stochastic", 40, 8, 8, 1, 0, 632_951],
      ["grae", 338, 4, 4, 4, 16, 296_351],
    ] as const
  ) {
    const parameters = 784 * hidden + hidden + hidden * raw + raw + latent * hidden + hidden + hidden * 784 +
      784;
    const ofImage = 784 + hidden + raw + hidden + 784 + tangents * hidden + gram;
    assertEquals(4 * (4 * parameters + batch * ofImage), 2 ** 32, objective);
    const model = { ...MODEL, objective, latent, hidden: [hidden] };
    assertFits({ ...model, batch }, MANY);
    assertThrows(() => assertFits({ ...model, batch: batch + 1 }, MANY), UsageError, "4.00 GiB");
  }
});

Deno.test("engines whose memory has no limit of its own refuse nothing before they try", async () => {
  await startEngine("cpu");
  assertFits({ ...MODEL, hidden: [20_000, 20_000] }, DIGITS);
});

Deno.test("scoring holds at least what it is said to, of few latents and of many, which go by stretches", async () => {
  await startEngine("wasm");
  const heap = wasmHeap();
  const heldOut = take(DIGITS.heldOut, 500);
  for (const [latent, hidden] of [[4, 200], [8, 64], [40, 32], [100, 16], [100, 200]] as const) {
    const setup = setUp({ ...MODEL, objective: "grae", latent, hidden: [hidden] }, { height: 28, width: 28 });
    const before = heap.held;
    const state = initialAdamState(initialModelParameters(setup.description, key(1)));
    let most = 0;
    const look = heap.allocate;
    // Every tensor of a kernel of ours is made here.
    (heap as { allocate: typeof look }).allocate = (shape) => {
      const made = look(shape);
      most = Math.max(most, heap.held - before);
      return made;
    };
    try {
      await meanMetric(setup, state.parameters, heldOut);
    } finally {
      (heap as { allocate: typeof look }).allocate = look;
    }
    const least = scoringMemory(setup.description, heldOut.count);
    assert(least <= most, `${latent} latents, ${hidden} hidden: ${most} bytes for ${least}`);
    tf.dispose(tensorsOf(state));
  }
});

Deno.test("wide layers, as those of convolutions, are scored by fewer images at a time", async () => {
  await startEngine("wasm");
  const heap = wasmHeap();
  // 16,464 numbers behind the first layer: 500 images with 8 tangents each would have 263 MB of them.
  const architecture: OwnArchitecture = {
    encoder: [],
    decoder: [
      { layer: "dense", outputs: [14, 14, 84] },
      { layer: "convTranspose", filters: "image", kernel: 2, stride: 2 },
    ],
  };
  const { description } = setUp({ ...MODEL, objective: "grae", hidden: null, architecture }, {
    height: 28,
    width: 28,
  });
  const setup = { description } as Setup;
  const parameters = initialModelParameters(description, key(1));
  const before = heap.held, look = heap.allocate;
  let most = 0;
  (heap as { allocate: typeof look }).allocate = (shape) => {
    const made = look(shape);
    most = Math.max(most, heap.held - before);
    return made;
  };
  try {
    await meanMetric(setup, parameters, take(DIGITS.heldOut, 500));
  } finally {
    (heap as { allocate: typeof look }).allocate = look;
  }
  tf.dispose(parameters);
  // Four times the tangents of a stretch: before and behind the activation, and values and tangents put together for one product.
  assert(most < 4 * 2 ** 26, `${most} bytes`);
});

Deno.test("a stretch has 2²⁴ numbers of tangents behind the widest hidden layer, and one more halves it", () => {
  const decoder = (width: number) => sequential([dense(8, width, "relu"), dense(width, 12_288, "identity")]);
  const found = [2 ** 24 / 4000, 2 ** 24 / 4000 + 1, 32_768].map((width) =>
    stretchOf(500, { latent: 8, decoder: decoder(Math.floor(width)) })
  );
  // Of 500 images with 8 tangents each; 32,768 are the most of conv64.
  assertEquals(found, [500, 250, 63]);
});

Deno.test("the least memory of scoring is 4 (3 P + images (pixels + d (width + d))) bytes", () => {
  const { description } = setUp({ ...MODEL, objective: "grae", latent: 100, hidden: [16] }, {
    height: 28,
    width: 28,
  });
  const parameters = 784 * 16 + 16 + 16 * 100 + 100 + 100 * 16 + 16 + 16 * 784 + 784;
  const bytes = (images: number): number => 4 * (3 * parameters + images * (784 + 100 * (16 + 100)));
  // 40 images are a stretch of their own; 500 are 10 of 50 with 100 latents, 4,000 tangents being 40 images.
  assertEquals([40, 500, 1e6].map((images) => scoringMemory(description, images)), [
    bytes(40),
    bytes(50),
    bytes(50),
  ]);
});
