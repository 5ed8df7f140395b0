/**
 * The experiments that a report knows, in the order in which it shows them.
 *
 * @module
 */

/** An experiment, by the name of its task. */
export interface Experiment {
  readonly name: string;
  /** What its page is called in the navigation. */
  readonly short: string;
}

/** All of them. */
export const EXPERIMENTS: readonly Experiment[] = [
  { name: "uniqueness", short: "Uniqueness" },
  { name: "metric", short: "Metric" },
  { name: "compare", short: "Compare" },
  { name: "samples", short: "Samples" },
  { name: "mnist", short: "MNIST" },
];

/** The names of all of them: `a, b or c`. */
export const EXPERIMENT_LIST: string = EXPERIMENTS.map(({ name }) => name).join(", ")
  .replace(/, (\w+)$/, " or $1");
