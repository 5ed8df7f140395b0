/**
 * Finding out where a loss turned non-finite.
 *
 * @module
 */

import { type Key, read, tf } from "../engine/mod.ts";
import { bindModel, type ModelDescription, modelParameterShapes } from "../model/mod.ts";
import { layerOutputs, parameterShapes } from "../network/mod.ts";
import type { DecidedLoss } from "./step.ts";

/** Thrown when a loss is NaN or infinite. */
export class NonFiniteLossError extends Error {
  /** The class name, so that it survives minification. */
  override readonly name = "NonFiniteLossError";

  /**
   * The error for one step.
   *
   * @param step the step that failed, counted from 1
   * @param loss its value
   * @param where what {@link firstNonFinite} found
   * @param options `after`: whether it is the loss after that step's update; `cause`
   */
  constructor(
    readonly step: number,
    loss: number,
    where: string,
    options: ErrorOptions & { after?: boolean } = {},
  ) {
    super(
      `training: the loss must be finite, but ${
        options.after ? "after" : "at"
      } step ${step} it is ${loss}: ${where}; ` +
        "lower the learning rate, or look at β and the data",
      options,
    );
  }
}

const isFinite = async (t: tf.Tensor): Promise<boolean> => (await read(t)).every(Number.isFinite);

/**
 * The first thing that is not finite, in the order of computation: x, a parameter, a layer's output, a term.
 *
 * @returns a clause for a message
 */
export async function firstNonFinite(
  description: ModelDescription,
  parameters: readonly tf.Tensor[],
  loss: DecidedLoss,
  x: tf.Tensor,
  key: Key,
): Promise<string> {
  const scope = tf.openScope();
  try {
    if (!await isFinite(x)) return "the input x is not finite";
    for (const [i, { name }] of modelParameterShapes(description).entries()) {
      if (!await isFinite(parameters[i]!)) return `the parameter ${name} is not finite`;
    }
    const model = bindModel(description, parameters);
    const { encoder, decoder } = description;
    const split = parameterShapes(encoder).length;
    const outputs = {
      encoder: layerOutputs(encoder, parameters.slice(0, split), x),
      decoder: layerOutputs(
        decoder,
        parameters.slice(split, split + parameterShapes(decoder).length),
        model.encode(x).mean,
      ),
    };
    const layers = Object.entries(outputs).flatMap(([network, all]) =>
      all.map((output, i) => [`${network}.${i}`, output] as const)
    );
    const found: string[] = [];
    for (const [name, output] of layers) {
      if (await isFinite(output)) continue;
      found.push(`the first layer whose output is not finite is ${name}`);
      break;
    }
    try {
      for (const [name, term] of Object.entries(loss(model, x, key).terms)) {
        if (await isFinite(term)) continue;
        found.push(`the first term that is not finite is "${name}"`);
        break;
      }
    } catch (error) {
      found.push((error as Error).message);
    }
    return found.join(", ") ||
      "every layer and every term is finite, but their sum overflows";
  } finally {
    scope.close();
  }
}
