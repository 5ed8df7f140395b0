/**
 * Pictures of where fits land, and of the loss around them.
 *
 * @module
 */

import { chart, type ChartSeries, contour, toSvg } from "../../lib/figure/mod.ts";
import { median } from "../study/median.ts";
import type { Figure } from "../study/study.ts";
import { nameOfTurn } from "./names.ts";
import type { UniquenessOptions } from "./options.ts";
import type { LandingResult, TurnResult } from "./parts.ts";
import { lossAtRadius, planeOfLoss, REACH } from "./plane.ts";
import { smallestNorm } from "./true_model.ts";

const LEVELS = [0.05, 0.2, 0.5, 1, 2, 5, 20];

/** The empirical distributions of the angles beside the uniform one. */
export async function anglesFigure(landings: readonly LandingResult[]): Promise<Figure> {
  const series = landings.map(({ landing: { family, optimiser, angles } }): ChartSeries => ({
    name: `${family}, ${optimiser === "adam" ? "Adam" : "gradient descent"}`,
    points: angles.toSorted((a, b) => a - b).map((angle, i) => ({ x: angle, y: (i + 1) / angles.length })),
  }));
  return {
    file: "angles.svg",
    title: "Where fits land",
    theory:
      "Uniform for the full family under an optimiser that turns with the latents; steps at 0 and π/2, which are one place, for " +
      "the mean-field family.",
    seen:
      landings.map(({ landing: { family, optimiser, uniformP } }) =>
        `${family} by ${optimiser}: p = ${uniformP.toPrecision(2)}`
      ).join("; ") + " (Kuiper's test of uniformity).",
    content: await toSvg(chart({
      title: "Angle between A and W, modulo signed permutation",
      x: { title: "angle", unit: "rad" },
      y: { title: "share of fits at or below", zero: true },
      series: [
        ...series,
        { name: "uniform", dashed: true, points: [{ x: 0, y: 0 }, { x: Math.PI / 2, y: 1 }] },
      ],
    })),
  };
}

/** The loss of turned models, a line and a band for each turn, beside the closed form. */
export async function turnFigure({ activation, latent, angles, curves }: TurnResult): Promise<Figure> {
  const at = (k: number, rows: readonly (readonly number[])[]): number[] => rows.map((row) => row[k]!);
  const measured = curves.map((curve): ChartSeries => ({
    name: nameOfTurn(curve),
    points: angles.map((angle, k) => {
      const values = at(k, curve.excess);
      return { x: angle, y: median(values), low: Math.min(...values), high: Math.max(...values) };
    }),
  }));
  const theory = curves.flatMap((curve): ChartSeries[] =>
    curve.theory
      ? [{
        name: `${nameOfTurn(curve)}: theory`,
        dashed: true,
        points: angles.map((angle, k) => ({ x: angle, y: median(at(k, curve.theory!)) })),
      }]
      : []
  );
  const apart = curves.flatMap(({ excess, theory }) =>
    theory ? excess.flatMap((row, m) => row.map((value, k) => Math.abs(value - theory[m]![k]!))) : []
  );
  const highest = curves.map((curve) =>
    `${nameOfTurn(curve)} ${
      Math.max(...angles.map((_, k) => median(curve.excess.map((row) => row[k]! - row[0]!)))).toFixed(3)
    }`
  );
  const shape = curves.every(({ family }) => family === "block")
    ? "Level within a block; across blocks "
    : "Level for the full and isotropic families; for mean-field ";
  const rise = activation === "identity"
    ? "½ log[1 + (P₁ − P₂)² sin²2θ/(4P₁P₂)] times β, of period π/2."
    : "of period π/2.";
  const models = curves[0]!.excess.length;
  return {
    file: latent === 2 ? `turned-${activation}.svg` : `turned-${latent}-${activation}.svg`,
    title: `The objective over the angle, ${latent} latents, ν = ${activation}`,
    theory:
      `${shape}${rise} Lines are medians, and bands are from the least to the most of ${models} models; 0 is the same ` +
      `model unturned, by a ${latent === 2 ? "mean-field q" : "q of blocks"}.`,
    seen: `Rise from angle 0 in nats: ${highest.join("; ")}.` +
      (apart.length > 0
        ? ` At most ${Math.max(...apart).toFixed(3)} nats from the same model's theory.`
        : ""),
    content: await toSvg(chart({
      title: `Turned mean-field models, ${latent} latents, ν = ${activation}`,
      x: { title: "angle", unit: "rad" },
      y: { title: "loss above the unturned", unit: "nats" },
      series: [...measured, ...theory],
    })),
  };
}

/** The loss over the plane of the turned and scaled W, with the fits that landed in it. */
export async function planeFigure(landing: LandingResult, options: UniquenessOptions): Promise<Figure> {
  const { family } = landing.landing;
  const { noise, beta } = options;
  const inside = landing.plane.filter(([a, b]) => Math.abs(a) <= REACH && Math.abs(b) <= REACH);
  const radii = landing.plane.map(([a, b]) => Math.hypot(a, b));
  const middle = median(radii);
  const shape: Readonly<Record<typeof family, string>> = {
    "mean-field": "Four minima, at W's signed permutations (±1, 0) and (0, ±1)",
    full: "A circle of minima through (±1, 0): no rotation is better than another",
  };
  const lengths = [1, smallestNorm(2)].map((norm) => {
    const square = norm ** 2 + noise ** 2 * (1 - beta);
    return `${square > 0 ? `${Math.sqrt(square).toFixed(3)} long` : "which collapses"} in place of ${norm}`;
  });
  const moved = beta === 1
    ? ""
    : `, where β is 1; here columns have s′² = s² + σ²(1 − β), ${
      lengths.join(", and ")
    }, and the best decoders lie beside the ` +
      "plane";
  return {
    file: `plane-${family}.svg`,
    title: `The loss over the plane of A, ${family} family`,
    theory: `${shape[family]}${moved}.`,
    seen: `${inside.length} of ${landing.plane.length} fits by gradient descent lie in the picture, ` +
      `${Math.min(...radii).toFixed(2)} to ${
        Math.max(...radii).toFixed(2)
      } from the origin, half of them within ` +
      `${middle.toFixed(2)}. Their length converges last, as the prior alone holds it: W scaled by ${
        middle.toFixed(2)
      } is ` +
      `${
        lossAtRadius(middle, options).toFixed(3)
      } nats above the least, and longer trainings end closer to 1.`,
    content: await toSvg(contour({
      title: `A = W [[a, −b], [b, a]], ${family} posterior`,
      x: { title: "a", range: [-REACH, REACH] },
      y: { title: "b", range: [-REACH, REACH] },
      values: planeOfLoss(family, options),
      quantity: "above the least",
      unit: "nats",
      levels: LEVELS,
      ...(inside.length > 0 ? { points: { name: "fits", points: inside.map(([x, y]) => ({ x, y })) } } : {}),
    })),
  };
}
