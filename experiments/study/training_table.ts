/**
 * Options whose defaults a study keeps as values, for itself and for a quick run.
 *
 * @module
 */

import { option, optional } from "../command/option.ts";
import { type Kind, nameOf, positive, wholeFrom, wholes } from "../command/option_kind.ts";
import { ACTIVATION_NAMES, type ActivationName } from "../digits/names.ts";

/** The value of an option in the defaults and in a quick run. */
type Sizes<V> = readonly [standard: V, quick: V];

/** The pairs of values of each option, by its name. */
export const sizesOf =
  <Options>(standard: Options, quick: Options) => <K extends keyof Options>(name: K): Sizes<Options[K]> => [
    standard[name],
    quick[name],
  ];

/** The text of a quick run's value, where it differs. */
const shorter = <V>([standard, quick]: Sizes<V>): string | undefined =>
  String(quick) === String(standard) ? undefined : String(quick);

/** An option with these defaults. */
export const sized = <V>(group: string, sizes: Sizes<V>, value: Kind<V>, about: string) =>
  option(group, String(sizes[0]), value, about, shorter(sizes));

/** An option without a default; in a quick run it may have one. */
export const limited = (group: string, quick: number | null, about: string) =>
  optional(group, wholeFrom(1), about, quick === null ? undefined : String(quick));

/** How networks are trained on digits. */
export interface TrainingDefaults {
  readonly seeds: number;
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly limit: number | null;
}

/**
 * The options by which a study trains networks on digits.
 *
 * @param seeds what is made so many times, as in "models of each panel"
 */
export const trainingTable = (standard: TrainingDefaults, quick: TrainingDefaults, seeds: string) => {
  const of = sizesOf(standard, quick);
  const model = "The models", training = "Training";
  return {
    "hidden": sized(
      model,
      of("hidden"),
      wholes,
      "the widths of the encoder's hidden layers; the decoder's are the reverse",
    ),
    "activation": sized(model, of("activation"), nameOf(ACTIVATION_NAMES), "the activation of hidden layers"),
    "seeds": sized(training, of("seeds"), wholeFrom(1), `how many ${seeds} are trained`),
    "epochs": sized(training, of("epochs"), wholeFrom(1), "how often each training digit is seen"),
    "batch": sized(training, of("batch"), wholeFrom(1), "how many digits to a step"),
    "learning-rate": sized(training, of("learningRate"), positive, "the learning rate of Adam"),
    "limit": limited(training, quick.limit, "train on the first N training digits only"),
  } as const;
};
