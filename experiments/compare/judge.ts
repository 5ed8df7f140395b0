/**
 * The yardstick of trained models.
 *
 * @module
 */

import { type Key, read, tf } from "../../lib/engine/mod.ts";
import type { Dataset } from "../../lib/data/mod.ts";
import { bindModel } from "../../lib/model/mod.ts";
import { evaluate } from "../digits/evaluate.ts";
import type { Fitted } from "../digits/fit.ts";
import { imagesOf } from "../digits/images.ts";
import { gaussianConstant } from "./gaussian_constant.ts";
import type { Judged } from "./part_result.ts";

/** Digits that are decoded at once. */
const BATCH = 500;

/**
 * Scores a model on held-out digits, whatever it was trained by.
 *
 * @param beta β of the scores
 * @param key of the noise; the same key gives the same scores
 */
export async function judge(fitted: Fitted, heldOut: Dataset, beta: number, key: Key): Promise<Judged> {
  const { setup, parameters } = fitted;
  const { yardsticks } = await evaluate(setup, parameters, heldOut, beta, key);
  const { value, standardError } = yardsticks["beta-vae"];
  return {
    yardstick: value - gaussianConstant(heldOut.height * heldOut.width),
    standardError: standardError ?? 0,
    grae: yardsticks.grae.value,
    reconstruction: await reconstructionAtMean(fitted, heldOut),
  };
}

/** ½‖x − g(h)‖², the mean over digits. */
async function reconstructionAtMean({ setup, parameters }: Fitted, digits: Dataset): Promise<number> {
  let sum = 0;
  for (let start = 0; start < digits.count; start += BATCH) {
    const energy = tf.tidy(() => {
      const x = imagesOf(digits, start, start + BATCH);
      const { encode, decoder, likelihood } = bindModel(setup.description, parameters);
      return tf.sum(likelihood.energy(x, decoder.apply(encode(x).mean)));
    });
    sum += (await read(energy))[0]!;
    energy.dispose();
  }
  return sum / digits.count;
}
