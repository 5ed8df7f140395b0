/**
 * The second view in sentences.
 *
 * @module
 */

import { spreadOf } from "../study/spread.ts";
import type { Cell } from "./cells.ts";
import { nameOf } from "../digits/compared.ts";
import { endedOf, overSeeds, percentOf, signed } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import { KINKED, PIECEWISE_LINEAR } from "./piecewise_linear.ts";

/** How far the mean deviation is from none. */
const size = ({ deviations }: Cell): number => Math.abs(spreadOf(deviations).mean);

/** What the yardsticks say, the most important first. */
export function trainedWords(options: CompareOptions, cells: readonly Cell[]): string[] {
  const { seeds } = options;
  const others = cells.filter(({ objective, deviations }) =>
    objective !== "beta-vae" && deviations.length > 0
  );
  const words: string[] = [];
  const furthest = others.toSorted((a, b) => size(b) - size(a))[0];
  if (furthest) {
    const betas = others.map(({ beta }) => beta);
    const error = Math.max(
      ...cells.flatMap(({ models }) =>
        models.map(({ standardError, yardstick }) => 100 * standardError / Math.abs(yardstick))
      ),
    );
    words.push(
      `Trained by themselves and judged as β-VAEs on held-out digits, the objectives track the β-VAE within ` +
        `${size(furthest).toFixed(2)} % for ${Math.min(...betas)} ≤ β ≤ ${Math.max(...betas)}, in the mean ` +
        `${overSeeds(seeds)}; a yardstick's own draws err by at most ${
          error.toPrecision(2)
        } % (standard error). ` +
        `They part most at β = ${furthest.beta}, where ${nameOf(furthest.objective)} is at ` +
        `${percentOf(spreadOf(furthest.deviations))}${endedOf(furthest.deviations.length, seeds)}.`,
    );
    words.push(`Objective by objective the mean deviation is ${ranges(others)}.`);
  } else {
    words.push("No pair of a β-VAE and another model ended its training: there is nothing to compare.");
  }
  return [...words, ...aheadWords(others), ...familyWords(cells), ...curvatureWords(options, cells)];
}

/** From where to where each objective's means go over β. */
function ranges(cells: readonly Cell[]): string {
  return [...new Set(cells.map(({ objective }) => objective))].map((objective) => {
    const means = cells.filter((cell) => cell.objective === objective).map((cell) =>
      spreadOf(cell.deviations).mean
    );
    return `${signed(Math.min(...means), 2)} % to ${signed(Math.max(...means), 2)} % for ${
      nameOf(objective)
    }`;
  }).join(", ");
}

/** What it means to be below the β-VAE. */
function aheadWords(others: readonly Cell[]): string[] {
  const below = others.filter(({ deviations }) => spreadOf(deviations).mean < 0);
  if (below.length === 0) return [];
  const names = [...new Set(below.map(({ objective }) => nameOf(objective)))].join(", ");
  const betas = [...new Set(below.map(({ beta }) => beta))].toSorted((a, b) => a - b).join(", ");
  return [
    `Below 0 (${names}; β = ${betas}) an objective led to a lower held-out β-VAE loss than the β-VAE itself in as many ` +
    "steps. That is a matter of training and of Σ (optimal instead of learned, for GRAE of the full family), not of a " +
    "tighter approximation: at the minimum on the training digits, with Σ as free, none of the same family could be " +
    "below.",
  ];
}

/** What GRAE's yardstick owes to its larger family. */
function familyWords(cells: readonly Cell[]): string[] {
  const prices = cells.filter(({ objective, models }) => objective === "grae" && models.length > 0)
    .map(({ models }) => spreadOf(models.map(({ meanField, yardstick }) => meanField - yardstick)).mean);
  if (prices.length === 0) return [];
  return [
    "GRAE's models are judged with a full Σ, all others with a mean-field Σ; with the optimal mean-field Σ their mean " +
    `yardstick changes by ${signed(Math.min(...prices), 3)} to ${
      signed(Math.max(...prices), 3)
    } nats over β.`,
  ];
}

/** Whether it mattered which curvature a Taylor loss has, with the same seed. */
function curvatureWords({ activation }: CompareOptions, cells: readonly Cell[]): string[] {
  const differences = cells.filter(({ objective }) => objective === "taylor-hessian").flatMap((hessian) => {
    const jacobian = cells.find(({ objective, beta }) =>
      objective === "taylor-jacobian" && beta === hessian.beta
    );
    return hessian.models.flatMap(({ seed, yardstick }) =>
      jacobian?.models.filter((model) => model.seed === seed)
        .map((model) => Math.abs(yardstick - model.yardstick)) ?? []
    );
  });
  if (differences.length === 0) return [];
  const most = Math.max(...differences);
  const what = "The yardsticks of Taylor (Hessian) and Taylor (Jacobian)";
  const far = most === 0 ? "are the same bit for bit" : `differ by at most ${most.toPrecision(2)} nats`;
  if (!PIECEWISE_LINEAR.includes(activation)) return [`${what} ${far}.`];
  const where = KINKED.includes(activation) ? " off the kinks" : "";
  const so = most === 0
    ? "so that the two train the same model"
    : "so that the two losses are equal there, and what differs is rounding, which training amplifies";
  return [
    `${what} ${far}: with ${activation} H_f = JᵀH_pJ${where} (T4), ${so}; βI − H_f is always positive definite (S5).`,
  ];
}
