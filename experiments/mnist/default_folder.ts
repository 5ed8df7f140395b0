/**
 * The default name of a run's folder.
 *
 * @module
 */

import { type Flag, OPTIONS } from "./option_table.ts";
import type { TrainOptions } from "./train_options.ts";

/**
 * runs/mnist-…: the objective and its family, β, d and the seed, and whatever else differs from its default, so
 * that the same options have the same folder. Of `data` it says only that they are others.
 */
export function defaultFolder(options: Omit<TrainOptions, "out">): string {
  const { objective, posterior, block, beta, latent, seed } = options;
  const family = posterior === null ? block ?? "" : `-${posterior}${block ?? ""}`;
  const parts = [`${objective}${family}`, `beta${beta}`, `d${latent}`, `seed${seed}`];
  const addUnlessDefault = (flag: Flag, value: unknown, prefix: string = flag): void => {
    if (String(value) !== OPTIONS[flag].fallback) parts.push(`${prefix}${value}`);
  };
  addUnlessDefault("likelihood", options.likelihood, "");
  if (String(options.hidden) !== OPTIONS.hidden.fallback) parts.push(`hidden${options.hidden.join("x")}`);
  addUnlessDefault("activation", options.activation, "");
  addUnlessDefault("epochs", options.epochs);
  addUnlessDefault("batch", options.batch);
  addUnlessDefault("learning-rate", options.learningRate);
  addUnlessDefault("beta-warmup", options.betaWarmup);
  addUnlessDefault("learning-rate-schedule", options.learningRateSchedule, "learning-rate-schedule-");
  if (options.clipGradient !== null) parts.push(`clip-gradient${options.clipGradient}`);
  addUnlessDefault("weight-decay", options.weightDecay);
  addUnlessDefault("engine", options.engine, "");
  if (options.data !== null) parts.push("data");
  if (options.limit !== null) parts.push(`limit${options.limit}`);
  return `runs/mnist-${parts.join("-")}`;
}
