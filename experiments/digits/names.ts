/**
 * The names of the choices: those of the library, repeated because the library's own lists come with tensors,
 * which `--help` need not wait for; a test compares them.
 *
 * @module
 */

/** The names of the objectives. */
export const OBJECTIVE_NAMES = [
  "beta-vae",
  "taylor-hessian",
  "taylor-jacobian",
  "profiled",
  "grae",
  "grae-block",
  "grae-star",
  "grae-star-stochastic",
] as const;
/** The name of an objective. */
export type ObjectiveName = typeof OBJECTIVE_NAMES[number];

/** What readers call the objectives. */
export const OBJECTIVE_TITLES: Readonly<Record<ObjectiveName, string>> = {
  "beta-vae": "β-VAE",
  "taylor-hessian": "Taylor (Hessian)",
  "taylor-jacobian": "Taylor (Jacobian)",
  "profiled": "β-VAE, optimal Σ",
  "grae": "GRAE",
  "grae-block": "GRAE, by blocks",
  "grae-star": "GRAE*",
  "grae-star-stochastic": "GRAE*, stochastic",
};

/** The names of the posterior families. */
export const POSTERIOR_NAMES = ["isotropic", "mean-field", "block", "full"] as const;
/** The name of a posterior family. */
export type PosteriorName = typeof POSTERIOR_NAMES[number];

/** The families of the objectives without a learned posterior: their optimal Σ is in the loss. */
export const OPTIMISED_OUT: Readonly<Partial<Record<ObjectiveName, PosteriorName>>> = {
  "grae": "full",
  "grae-block": "block",
  "grae-star": "mean-field",
  "grae-star-stochastic": "mean-field",
};

/** The names of the likelihoods: a Gaussian with σ = 1, or with a learned σ for all, for each channel or each number; Bernoulli ones. */
export const LIKELIHOOD_NAMES = [
  "gaussian",
  "gaussian-learned",
  "gaussian-per-channel",
  "gaussian-per-pixel",
  "bernoulli",
  "continuous-bernoulli",
] as const;
/** The name of a likelihood. */
export type LikelihoodName = typeof LIKELIHOOD_NAMES[number];

/** The names of the activation functions. */
export const ACTIVATION_NAMES = [
  "identity",
  "relu",
  "leaky-relu",
  "tanh",
  "sigmoid",
  "softplus",
  "elu",
  "gelu",
] as const;
/** The name of an activation function. */
export type ActivationName = typeof ACTIVATION_NAMES[number];

/** The names of the ways to make images binary. */
export const BINARISE_NAMES = ["none", "fixed", "sampled"] as const;
