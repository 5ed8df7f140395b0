/**
 * What a run of a study must report, from its options, its images and the tensors that its parts kept.
 *
 * @module
 */

import type { DigitsOptions, DigitsState } from "../../contract/digits_run.ts";
import type { LabelledImages, Tensors } from "../../contract/study_run.ts";
import type { ComparedObjective } from "../../contract/trained.ts";
import type { ActivationName, ObjectiveName, Vector } from "../../contract/specs.ts";
import { DigitsOracle } from "../../oracle/digits_run.ts";
import { type Wiring, wiring } from "../../oracle/digits_wiring.ts";
import { oracle } from "../../oracle/mod.ts";
import { type Must, Near } from "./must.ts";
import { batchOf } from "./tolerance.ts";

/** A part that there must be. */
export interface PartMust {
  readonly name: string;
  /** Whether it is the first of its kind: of the first seed, and of the first β. */
  readonly isFirst: boolean;
  /** The tensors that it keeps by name, with how many numbers each has. */
  readonly kept: Readonly<Record<string, number>>;
  /**
   * What the optimiser remembers of first steps, of the tensors that it keeps of them; of a training that begins with trained
   * parameters, from these.
   */
  firstStep(tensors: Tensors): Must;
  /** What it must report with these tensors. */
  result(tensors: Tensors): Must;
}

/** What a run must report. */
export interface StudyMust {
  readonly parts: readonly PartMust[];
  /** What it concludes from what its parts report, in their order. */
  concluded(results: readonly unknown[]): {
    readonly results: Must;
    readonly numbers: Readonly<Record<string, Must>>;
    /** Tables, but those that figures are drawn from. */
    readonly tables: Readonly<Record<string, Must>>;
  };
}

/** Images of a run. @throws RangeError for none */
export function imagesOf(images: LabelledImages | null): LabelledImages {
  if (images === null) throw new RangeError("a run on images must have images, but has none");
  return images;
}

/** The options of a training as those of `mnist` have them. */
export interface Training {
  readonly objective: ObjectiveName;
  readonly posterior?: DigitsOptions["posterior"];
  readonly beta: number;
  readonly latent: number;
  readonly block?: number;
  readonly hidden: Vector;
  readonly activation: ActivationName;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly binarise: DigitsOptions["binarise"];
  readonly limit: number | null;
  readonly seed: number;
}

/** A training of a study: what it began with, what its first step was, and where it ended. */
export class Fit {
  readonly digits: DigitsOracle;
  readonly #layout: ReturnType<DigitsOracle["layout"]>;

  constructor(
    training: Training,
    images: LabelledImages,
    readonly epsilon: number,
    wires: Partial<Wiring> = {},
  ) {
    const own = training.objective.startsWith("grae") ? null : "mean-field";
    const options: DigitsOptions = {
      ...{ posterior: own, likelihood: "gaussian", learningRateSchedule: "constant", betaWarmup: 0 },
      ...{ clipGradient: null, weightDecay: 0 },
      ...training,
      block: training.block ?? null,
    };
    this.digits = new DigitsOracle(options, images, oracle.objectives, { ...wiring, ...wires });
    this.#layout = this.digits.layout();
  }

  /** The names of what is kept, with numbers of numbers. */
  get kept(): Record<string, number> {
    return Object.fromEntries(this.#layout.flatMap(({ name, count }) => [
      [name, count],
      ...(name.endsWith("bias") ? [[`${MEMORY}${name}`, count]] : []),
    ]));
  }

  /** The state of which the tensors are; an optimiser's memory is not among them. */
  end(tensors: Tensors): DigitsState {
    return {
      step: 0,
      parameters: this.#layout.flatMap(({ name }) => tensors[name] ?? []),
      first: [],
      second: [],
    };
  }

  /** A tenth of the gradient of each bias in the first step. */
  firstStep(): Must {
    const batch = batchOf(this.digits.examples(this.digits.initial()), this.epsilon);
    let start = 0;
    return Object.fromEntries(this.#layout.flatMap(({ name, count }) => {
      const from = start;
      start += count;
      if (!name.endsWith("bias")) return [];
      const slopes = Array.from({ length: count }, (_, i) => {
        const value = 0.1 * batch.gradient[from + i]!;
        const off = 0.1 * batch.tolerance[from + i]! + 4 * this.epsilon * Math.abs(value);
        return new Near(value, off, "rounding of the gradient; a unit on a kink");
      });
      return [[`${MEMORY}${name}`, slopes] as const];
    }));
  }
}

/** What names of the optimiser's memory begin with. */
const MEMORY = "first_step.adam.first.";

/** Seeds one after the other. */
export const seedsOf = ({ seed, seeds }: { readonly seed: number; readonly seeds: number }): Vector =>
  Array.from({ length: seeds }, (_, i) => seed + i);

/** The objectives' names for readers. */
export const TITLES: Readonly<Record<ComparedObjective, string>> = {
  "beta-vae": "β-VAE",
  "taylor-hessian": "Taylor (Hessian)",
  "taylor-jacobian": "Taylor (Jacobian)",
  "grae": "GRAE",
  "grae-star": "GRAE*",
  "grae-star-stochastic": "GRAE*, stochastic",
};

/** The mean of numbers. */
export const meanOf = (values: Vector): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The middle one in order, or the mean of the two there. */
export function medianOf(values: Vector): number {
  const sorted = values.toSorted((a, b) => a - b), half = Math.floor(values.length / 2);
  return values.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
