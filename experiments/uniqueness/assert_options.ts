import type { UniquenessOptions } from "./options.ts";

const WHOLE = {
  seeds: 2,
  seedsBeyondPlane: 2,
  landings: 2,
  turned: 1,
  examples: 1,
  batch: 1,
  stepsPerLatent: 1,
  angles: 2,
  turnedSteps: 1,
} as const;
const POSITIVE = ["noise", "beta", "learningRate", "adamRate"] as const;

/**
 * Requires options that a study can be made of.
 *
 * @throws RangeError for an option out of its range, latents or ν that are none or come twice, and batches larger than
 * the data
 */
export function assertOptions(options: UniquenessOptions): void {
  const refuse = (what: string): never => {
    throw new RangeError(`uniqueness: ${what}`);
  };
  const { latents, activations, batch, examples, momentum } = options;
  const isMixed = (values: readonly unknown[]): boolean =>
    values.length === 0 || new Set(values).size < values.length;
  const given = (values: readonly unknown[]): string =>
    values.length === 0 ? "there are none" : `they are ${values.join(", ")}`;
  if (isMixed(latents) || !latents.every((latent) => Number.isSafeInteger(latent) && latent >= 2)) {
    refuse(`latents must be different whole numbers from 2, but ${given(latents)}`);
  }
  if (isMixed(activations)) {
    refuse(`activations must be different, at least one, but ${given(activations)}`);
  }
  for (const [name, least] of Object.entries(WHOLE) as [keyof typeof WHOLE, number][]) {
    const value = options[name];
    if (!(Number.isSafeInteger(value) && value >= least)) {
      refuse(`${name} must be a whole number from ${least}, but it is ${value}`);
    }
  }
  for (const name of POSITIVE) {
    const value = options[name];
    if (!(value > 0 && value < Infinity)) refuse(`${name} must be a number above 0, but it is ${value}`);
  }
  if (!(momentum >= 0 && momentum < 1)) refuse(`momentum must be from 0 to below 1, but it is ${momentum}`);
  if (batch > examples) refuse(`a batch needs as many examples, but of ${batch} there are ${examples}`);
}
