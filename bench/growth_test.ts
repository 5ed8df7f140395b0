import { assertEquals } from "@std/assert";
import { shapesOf } from "./growth.ts";
import { SHAPE } from "./shape.ts";

Deno.test("along an axis one size grows, the others stay; the learning rate falls where more adds up", () => {
  assertEquals(shapesOf("latent", false).map(({ latent }) => latent), [2, 4, 8, 16, 32, 64]);
  assertEquals(shapesOf("batch", true), [
    { ...SHAPE, batch: 32 },
    { ...SHAPE, batch: 1024, learningRate: 1e-3 / 8 },
  ]);
  assertEquals(shapesOf("data", false).map(({ data, learningRate }) => data * learningRate), [
    0.784,
    3072 * (1e-3 / (3072 / 784)),
    12288 * (1e-3 / (12288 / 784)),
  ]);
  assertEquals(shapesOf("width", true).map(({ learningRate }) => learningRate), [1e-3, 1e-3 / (2048 / 500)]);
});
