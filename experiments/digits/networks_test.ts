import { assertEquals, assertThrows } from "@std/assert";
import { normalTensor, startEngine } from "../../lib/engine/mod.ts";
import { suiteKey as key } from "../../fixtures/suite_seed.ts";
import { describeModel, family, gaussian } from "../../lib/model/mod.ts";
import {
  activationLayer,
  averagePool,
  bindNetwork,
  conv,
  dense,
  groupNorm,
  initialParameters,
  layerNorm,
  parameterShapes,
  reshape,
  residual,
  type Sequential,
  sequential,
  upsample,
} from "../../lib/network/mod.ts";
import { UsageError } from "../runner/options.ts";
import type { Architecture, LayerOptions, OwnArchitecture } from "./architecture.ts";
import { networksOf, type NetworksOptions } from "./networks.ts";

const OPTIONS: NetworksOptions = { hidden: null, activation: "relu", latent: 10, encoded: 20 };
const GREY = { height: 28, width: 28 };
const colour = (side: number) => ({ height: side, width: side, channels: 3 as const });
const countOf = (network: Sequential): number =>
  parameterShapes(network).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
const sizesOf = ({ layers }: Sequential): number[] => layers.map(({ outputs }) => outputs);

Deno.test("dense networks are those of describeModel, from the same start", async () => {
  await startEngine("wasm");
  for (const hidden of [[9, 5], [4], []]) {
    const made = networksOf({ ...OPTIONS, hidden, activation: "elu" }, GREY);
    const must = describeModel({
      ...{ data: 784, latent: 10, hidden, activation: "elu" },
      ...{ likelihood: gaussian(), family: family("mean-field", 10) },
    });
    for (const part of ["encoder", "decoder"] as const) {
      assertEquals(parameterShapes(made[part]), parameterShapes(must[part]));
      const [found, expected] = [made[part], must[part]].map((network) =>
        initialParameters(network, key(1)).map((tensor) => tensor.dataSync())
      );
      assertEquals(found, expected);
    }
  }
});

Deno.test("conv64 has the layers of the literature of disentanglement, mirrored in its decoder", () => {
  const { encoder, decoder } = networksOf(OPTIONS, colour(64));
  assertEquals(sizesOf(networksOf({ ...OPTIONS, architecture: "conv64" }, colour(64)).encoder), [
    ...[32 * 32 * 32, 16 * 16 * 32, 8 * 8 * 64, 4 * 4 * 64, 256, 20],
  ]);
  const made = networksOf({ ...OPTIONS, architecture: "conv64" }, colour(64));
  assertEquals(sizesOf(made.decoder), [
    ...[256, 4 * 4 * 64, 8 * 8 * 64, 16 * 16 * 32, 32 * 32 * 32, 64 * 64 * 3],
  ]);
  // Kernels of 4 × 4 between 3, 32, 32, 64, 64 channels, 1,024 to 256 numbers and on, each with its biases.
  const kernels = 16 * (3 * 32 + 32 * 32 + 32 * 64 + 64 * 64);
  assertEquals(countOf(made.encoder), kernels + 32 + 32 + 64 + 64 + 1024 * 256 + 256 + 256 * 20 + 20);
  assertEquals(
    countOf(made.decoder),
    10 * 256 + 256 + 256 * 1024 + 1024 + kernels + 64 + 32 + 32 + 3,
  );
  assertEquals([sizesOf(encoder), sizesOf(decoder)], [[20], [12288]]);
});

Deno.test("conv32 has one layer less, and grey images have one channel", () => {
  const { encoder, decoder } = networksOf({ ...OPTIONS, architecture: "conv32" }, { height: 32, width: 32 });
  assertEquals(sizesOf(encoder), [16 * 16 * 32, 8 * 8 * 32, 4 * 4 * 64, 256, 20]);
  assertEquals(sizesOf(decoder), [256, 4 * 4 * 64, 8 * 8 * 32, 16 * 16 * 32, 32 * 32]);
  assertEquals(parameterShapes(encoder)[0]!.shape, [4, 4, 1, 32]);
  assertEquals(parameterShapes(decoder).at(-2)!.shape, [4, 4, 1, 32]);
});

Deno.test("one's own layers have their activations, the last of the decoder none where it does not say one", () => {
  const own: OwnArchitecture = {
    encoder: [{ layer: "conv", filters: 4, kernel: 3, stride: [2, 1], padding: 1, activation: "tanh" }],
    decoder: [
      { layer: "dense", outputs: [7, 14, 2] },
      { layer: "convTranspose", filters: "image", kernel: [4, 2], stride: [4, 2] },
    ],
  };
  const { encoder, decoder } = networksOf({ ...OPTIONS, architecture: own }, GREY);
  assertEquals(sizesOf(encoder), [14 * 28 * 4, 20]);
  const activations = ({ layers }: Sequential) =>
    layers.map((layer) => (layer as { activation?: string }).activation);
  assertEquals([activations(encoder), activations(decoder)], [["tanh", "identity"], ["relu", "identity"]]);
  const sigmoid = {
    ...own,
    decoder: [own.decoder[0]!, { ...own.decoder[1]!, activation: "sigmoid" as const }],
  };
  assertEquals(activations(networksOf({ ...OPTIONS, architecture: sigmoid }, GREY).decoder), [
    "relu",
    "sigmoid",
  ]);
});

/** A file with every layer, for digits. */
const ALL: OwnArchitecture = {
  encoder: [
    { layer: "conv", filters: 4, kernel: 3 },
    { layer: "groupNorm", groups: 2, epsilon: 1e-3 },
    { layer: "activation" },
    { layer: "averagePool", size: 2 },
    {
      layer: "residual",
      layers: [
        { layer: "conv", filters: 8, kernel: 3, activation: "elu" },
        { layer: "conv", filters: 4, kernel: 3, activation: "identity" },
      ],
    },
    { layer: "averagePool", size: [3, 2], stride: 2, padding: "same" },
    { layer: "dense", outputs: 12, activation: "identity" },
    { layer: "layerNorm" },
    { layer: "activation", activation: "gelu" },
  ],
  decoder: [
    { layer: "dense", outputs: 98 },
    { layer: "residual", layers: [{ layer: "dense", outputs: 98, activation: "tanh" }] },
    { layer: "reshape", output: [7, 7, 2] },
    { layer: "upsample", factor: [2, 2], method: "bilinear" },
    { layer: "conv", filters: 3, kernel: 3 },
    { layer: "upsample", factor: 2, method: "nearest" },
    { layer: "conv", filters: "image", kernel: 3 },
    { layer: "reshape", output: "image" },
  ],
};

Deno.test("one's own file may have every layer of the library, and a residual block layers of its own", async () => {
  const made = networksOf({ ...OPTIONS, architecture: ALL, activation: "softplus" }, GREY);
  assertEquals(sizesOf(made.encoder), [3136, 3136, 3136, 784, 784, 196, 12, 12, 12, 20]);
  assertEquals(sizesOf(made.decoder), [98, 98, 98, 392, 588, 2352, 784, 784]);
  await startEngine("wasm");
  // The same, made by hand.
  const [s28, s14, s7] = [[28, 28, 4], [14, 14, 4], [7, 7, 2]] as const;
  const encoder = sequential([
    conv({ input: [28, 28, 1], filters: 4, kernel: 3, activation: "softplus" }),
    groupNorm({ input: s28, groups: 2, epsilon: 1e-3 }),
    activationLayer({ input: s28, activation: "softplus" }),
    averagePool({ input: s28, size: 2 }),
    residual([
      conv({ input: s14, filters: 8, kernel: 3, activation: "elu" }),
      conv({ input: [14, 14, 8], filters: 4, kernel: 3, activation: "identity" }),
    ]),
    averagePool({ input: s14, size: [3, 2], stride: 2, padding: "same" }),
    dense(196, 12, "identity"),
    layerNorm({ size: 12 }),
    activationLayer({ input: 12, activation: "gelu" }),
    dense(12, 20, "identity"),
  ]);
  const decoder = sequential([
    dense(10, 98, "softplus"),
    residual([dense(98, 98, "tanh")]),
    reshape({ output: s7 }),
    upsample({ input: s7, factor: 2, method: "bilinear" }),
    conv({ input: [14, 14, 2], filters: 3, kernel: 3, activation: "softplus" }),
    upsample({ input: [14, 14, 3], factor: 2, method: "nearest" }),
    conv({ input: [28, 28, 3], filters: 1, kernel: 3, activation: "identity" }),
  ]);
  for (const [found, must] of [[made.encoder, encoder], [made.decoder, decoder]] as const) {
    assertEquals(
      parameterShapes(found).map(({ shape }) => shape),
      parameterShapes(must).map(({ shape }) => shape),
    );
    const parameters = initialParameters(found, key(1));
    const x = normalTensor(key(2), [3, found.inputs]);
    assertEquals(
      bindNetwork(found, parameters).apply(x).dataSync(),
      bindNetwork(must, parameters).apply(x).dataSync(),
    );
  }
});

Deno.test("a layer that needs an image, or does not fit one, is refused by its name and place", () => {
  const image: LayerOptions = { layer: "dense", outputs: [7, 7, 2] };
  const last = { layer: "dense", outputs: "image" } as const;
  const conv3 = { layer: "conv", filters: 3, kernel: 3 } as const;
  const refused: readonly [OwnArchitecture["decoder"], string][] = [
    [
      [{ layer: "upsample", factor: 2, method: "nearest" }],
      "decoder.0 (upsample) must be given an image, but",
    ],
    [
      [{ layer: "averagePool", size: 2 }],
      "decoder.0 (averagePool) must be given an image, but is given 10 num",
    ],
    [[{ layer: "groupNorm", groups: 1 }], "decoder.0 (groupNorm) must be given an image, but"],
    [
      [image, { layer: "groupNorm", groups: 3 }],
      "decoder.1 (groupNorm) is given an image of 7 × 7 × 2: groupNorm",
    ],
    [
      [image, { layer: "averagePool", size: 8 }],
      "decoder.1 (averagePool) is given an image of 7 × 7 × 2: av",
    ],
    [
      [image, { layer: "reshape", output: [7, 7, 3] }],
      "decoder.1 (reshape) is given an image of 7 × 7 × 2: resh",
    ],
    [
      [{ layer: "reshape", output: [2, 2, 2] }],
      "decoder.0 (reshape) must be given 8 numbers, but is given 10",
    ],
    [
      [{ layer: "residual", layers: [last] }],
      "decoder.0 (residual) is given 10 numbers: residual: the block must",
    ],
    [
      [image, { layer: "residual", layers: [conv3] }],
      "decoder.1 (residual) is given an image of 7 × 7 × 2: resid",
    ],
    [
      [{ layer: "dropout", rate: 0.5 }],
      "decoder.0 (dropout) is given 10 numbers: dropout: a deterministic objective",
    ],
    [
      [{ layer: "residual", layers: [conv3] }],
      "decoder.0.layers.0 (conv) must be given an image, but is given 10",
    ],
  ];
  for (const [decoder, message] of refused) {
    const error = assertThrows(
      () => networksOf({ ...OPTIONS, architecture: { encoder: [], decoder } }, GREY),
      UsageError,
      `--architecture: its ${message}`,
    );
    assertEquals(error.message.split("\n").length, 1);
  }
});

Deno.test("an architecture that does not fit the images is refused in one line that names its place", () => {
  const dense = { layer: "dense", outputs: 9 } as const;
  const last = { layer: "convTranspose", filters: "image", kernel: 4, stride: 2 } as const;
  const refused: readonly [Architecture, string][] = [
    [
      "conv64",
      "--architecture conv64 must have images of 64 × 64, but these are 28 × 28: take dense, or a file",
    ],
    ["conv32", "--architecture conv32 must have images of 32 × 32, but these are 28 × 28"],
    [
      { encoder: [], decoder: [dense, last] },
      "its decoder.1 (convTranspose) must be given an image, but is given 9",
    ],
    [
      {
        encoder: [dense, { layer: "conv", filters: 2, kernel: 2 }],
        decoder: [{ ...dense, outputs: "image" }],
      },
      "its encoder.1 (conv) must be given an image, but is given 9 numbers",
    ],
    [
      { encoder: [{ layer: "conv", filters: 2, kernel: 29, padding: "valid" }], decoder: [dense] },
      "its encoder.0 (conv) is given an image of 28 × 28 × 1: conv: a kernel of 29 × 29 must fit",
    ],
    [
      { encoder: [], decoder: [dense] },
      "its decoder must give the images, which are 28 × 28 × 1, but gives 9 numbers",
    ],
    [
      { encoder: [], decoder: [{ layer: "dense", outputs: [7, 7, 3] }, last] },
      "its decoder must give the images, which are 28 × 28 × 1, but gives 14 × 14 × 1",
    ],
  ];
  for (const [architecture, message] of refused) {
    const error = assertThrows(() => networksOf({ ...OPTIONS, architecture }, GREY), UsageError, message);
    assertEquals(error.message.split("\n").length, 1);
  }
});
