/**
 * The workload that is timed: a training step of an objective.
 *
 * @module
 */

/** The workloads, in the order of the tables. */
export const WORKLOADS = [
  "beta-vae",
  "taylor-jacobian",
  "grae",
  "grae-star",
  "grae-star-stochastic",
  "taylor-hessian",
] as const;
/** One of them. */
export type Workload = typeof WORKLOADS[number];

/** A workload, or exact GRAE with J formed, which the library does not offer since it is slower. */
export type Objective = Workload | "grae-formed";

/** What tables call them. */
export const TITLES: Readonly<Record<Objective, string>> = {
  "beta-vae": "β-VAE",
  "taylor-jacobian": "Taylor (Jacobian)",
  "grae": "GRAE, exact",
  "grae-star": "GRAE*",
  "grae-star-stochastic": "GRAE*, stochastic",
  "taylor-hessian": "Taylor (Hessian)",
  "grae-formed": "GRAE, J formed",
};

/** Whether an objective has a learned posterior, mean-field: its encoder gives log-deviations beside the mean. */
export function hasPosterior(objective: Objective): boolean {
  return objective === "beta-vae" || objective === "taylor-jacobian" || objective === "taylor-hessian";
}
