/**
 * The second view in sentences.
 *
 * @module
 */

import type { Cell } from "./cells.ts";
import { nameOf } from "./compared.ts";
import { percentOf, signed } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import { PIECEWISE_LINEAR } from "./piecewise_linear.ts";
import type { ActivationName } from "../digits/names.ts";
import { spreadOf } from "./spread.ts";

/** How far the mean deviation is from none. */
const size = ({ deviations }: Cell): number => Math.abs(spreadOf(deviations).mean);

/** What the yardsticks say, the most important first. */
export function trainedWords({ seeds, activation, betas }: CompareOptions, cells: readonly Cell[]): string[] {
  const others = cells.filter(({ objective, deviations }) =>
    objective !== "beta-vae" && deviations.length > 0
  );
  const words: string[] = [];
  const furthest = others.toSorted((a, b) => size(b) - size(a))[0];
  if (furthest) {
    const range = `${Math.min(...betas)} ≤ β ≤ ${Math.max(...betas)}`;
    words.push(
      `Trained by themselves and judged as β-VAEs on held-out digits, the objectives track the β-VAE within ` +
        `${size(furthest).toFixed(2)} % for ${range}, in the mean over ${seeds} seeds. They part most at ` +
        `β = ${furthest.beta}, where ${nameOf(furthest.objective)} is at ${
          percentOf(spreadOf(furthest.deviations))
        }.`,
    );
    words.push(`Objective by objective the mean deviation is ${ranges(others)}.`);
  } else {
    words.push("No pair of a β-VAE and another model ended its training: there is nothing to compare.");
  }
  return [...words, ...aheadWords(others), ...curvatureWords(activation, cells), ...failureWords(cells)];
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
    "tighter approximation: at the minimum of the training loss none with the same family could be below.",
  ];
}

/** Whether it mattered which curvature a Taylor loss has. */
function curvatureWords(activation: ActivationName, cells: readonly Cell[]): string[] {
  const differences = cells.filter(({ objective }) => objective === "taylor-hessian").flatMap((hessian) => {
    const jacobian = cells.find(({ objective, beta }) =>
      objective === "taylor-jacobian" && beta === hessian.beta
    );
    const comparable = jacobian && jacobian.yardsticks.length === hessian.yardsticks.length;
    return comparable ? hessian.yardsticks.map((value, i) => Math.abs(value - jacobian.yardsticks[i]!)) : [];
  });
  if (differences.length === 0) return [];
  const most = Math.max(...differences);
  const linear = PIECEWISE_LINEAR.includes(activation);
  const why = linear
    ? `: with ${activation} H_f = JᵀH_pJ off the kinks (T4), so that the two train the same model, and βI − H_f is ` +
      "always positive definite (S5)"
    : "";
  const far = most === 0 ? "are the same bit for bit" : `differ by at most ${most.toPrecision(2)} nats`;
  return [`The yardsticks of Taylor (Hessian) and Taylor (Jacobian) ${far}${why}.`];
}

/** Which trainings failed, and how. */
function failureWords(cells: readonly Cell[]): string[] {
  const failed = cells.filter(({ failures }) => failures.length > 0);
  if (failed.length === 0) return ["No training turned non-finite."];
  const named = failed.map(({ objective, beta, failures, yardsticks }) =>
    `${nameOf(objective)} at β = ${beta} (${failures.length} of ${failures.length + yardsticks.length} seeds)`
  );
  const hessian = failed.some(({ objective }) => objective === "taylor-hessian")
    ? " Taylor (Hessian) is unbounded below where βI − H_f is not positive definite (S5)."
    : "";
  return [
    `Trainings that turned non-finite, and are missing from all means: ${named.join(", ")}. ` +
    `The first says: ${failed[0]!.failures[0]}.${hessian}`,
  ];
}
