import { assertEquals } from "@std/assert";
import { modelParameterShapes } from "../lib/model/mod.ts";
import { conv64Layers } from "./conv64.ts";
import { descriptionOf } from "./description.ts";
import { floorOf, leastOf } from "./floor.ts";
import { decodeProblem } from "./problem.ts";
import { CONV64 } from "./shape.ts";
import { hasPosterior, WORKLOADS } from "./workload.ts";

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

Deno.test("conv64 by its sizes has the parameters of the library's model", () => {
  const small = { ...CONV64, batch: 1 };
  for (const objective of WORKLOADS) {
    const expected = modelParameterShapes(descriptionOf(small, objective)).map(({ shape }) => [...shape]);
    const sizes = [...expected, [1, small.data], [1, small.latent], [1]];
    const bytes = new Uint8Array(4 * sizes.reduce((sum, shape) => sum + count(shape), 0));
    const { parameters } = decodeProblem(bytes, small, objective);
    assertEquals(parameters.map(({ shape }) => [...shape]), expected, objective);
  }
});

/** What a 4 × 4 convolution of stride 2 multiplies for one example: each pixel of each patch that is within the image. */
function walked(side: number, fewer: number, more: number): number {
  let pixels = 0;
  for (let i = -1; i < side - 2; i += 2) {
    for (let j = -1; j < side - 2; j += 2) {
      for (let a = i; a < i + 4; a++) {
        for (let b = j; b < j + 4; b++) if (a >= 0 && a < side && b >= 0 && b < side) pixels++;
      }
    }
  }
  return pixels * fewer * more;
}

Deno.test("the floor of conv64 counts its convolutions pixel by pixel, in all three passes", () => {
  const convolutions = [walked(64, 3, 32), walked(32, 32, 32), walked(16, 32, 64), walked(8, 64, 64)];
  for (const encoded of [10, 20]) {
    const { encoder, decoder } = conv64Layers(CONV64, encoded);
    const dense = [1024 * 256, 256 * encoded];
    assertEquals(encoder.map(({ multiplyAdds }) => multiplyAdds), [...convolutions, ...dense]);
    assertEquals(decoder.map(({ multiplyAdds }) => multiplyAdds), [
      10 * 256,
      256 * 1024,
      ...convolutions.toReversed(),
    ]);
  }
  const sum = convolutions.reduce((a, b) => a + b), images = sum + 1024 * 256;
  for (const objective of WORKLOADS) {
    const { batch, data, latent } = CONV64, encoded = hasPosterior(objective) ? 20 : 10;
    // The gradient in x is not made.
    const plain = batch * (3 * (images + 256 * encoded) - convolutions[0]! + 3 * (images + 10 * 256));
    const tangents = objective === "beta-vae" ? 0 : objective === "grae-star-stochastic" ? 1 : latent;
    const second = tangents === latent
      ? 2 * (batch + 1) * latent * 256 * 1024
      : 3 * batch * tangents * 256 * 1024;
    const gram = objective === "grae" ? batch * (latent * (latent + 1) / 2 + latent ** 2) * data : 0;
    const expected = plain + second + 3 * batch * tangents * sum + gram;
    assertEquals(leastOf(floorOf(CONV64, objective)), expected, objective);
  }
});
