/**
 * How much memory a training needs at least, by its shapes alone.
 *
 * @module
 */

import { type ModelDescription, modelParameterShapes } from "../model/mod.ts";

/** What a training is of, beside its model. */
export interface TrainingSizes {
  /** Examples of a batch. */
  readonly batch: number;
  /** How many tangents of each example are pushed through the decoder: d for a whole Jacobian, 0 for none. */
  readonly tangents: number;
  /** Whether JᵀJ is made for each example, or blocks of it. */
  readonly gram: boolean;
}

/** Bytes of a float32 number. */
const FLOAT = 4;

/**
 * Bytes that a training step holds at one time at the least: four numbers for each parameter (it, both of Adam's moments and
 * its gradient); what each layer gives for each example, and the tangents behind each hidden layer of the decoder, which the
 * reverse pass takes; and L of each example's Σ = L Lᵀ, and JᵀJ.
 *
 * 4 · (4 P + batch · (n + Σ outputs of layers + tangents · Σ hidden widths of the decoder + d² for L + d² for JᵀJ))
 *
 * Replayed steps hold 1.01 to 1.1 times as much where parameters are most of it, and 1.7 to 2.8 times where examples are:
 * also what is made in the reverse pass, and scratch memory.
 */
export function leastMemory(description: ModelDescription, { batch, tangents, gram }: TrainingSizes): number {
  const { encoder, decoder, latent } = description;
  const outputs = [...encoder.layers, ...decoder.layers].reduce((sum, layer) => sum + layer.outputs, 0);
  const hidden = decoder.layers.slice(0, -1).reduce((sum, layer) => sum + layer.outputs, 0);
  return FLOAT * (
    4 * parametersOf(description) +
    batch * (encoder.inputs + outputs + tangents * hidden + factorOf(description) + (gram ? latent ** 2 : 0))
  );
}

/**
 * Bytes that are held where so many examples are scored at once, with their whole Jacobians: three numbers for each parameter,
 * and for each example its tangents behind the widest hidden layer, JᵀJ, and L.
 */
export function leastScoringMemory(description: ModelDescription, examples: number): number {
  const { decoder, latent } = description;
  const widest = Math.max(0, ...decoder.layers.slice(0, -1).map((layer) => layer.outputs));
  return FLOAT *
    (3 * parametersOf(description) +
      examples * (decoder.outputs + latent * (widest + latent) + factorOf(description)));
}

/** P, how many parameters there are. */
const parametersOf = (description: ModelDescription): number =>
  modelParameterShapes(description).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

/** Numbers of an example's L. */
const factorOf = ({ family, latent }: ModelDescription): number =>
  family && family.name !== "isotropic" && family.name !== "mean-field" ? latent ** 2 : 0;
