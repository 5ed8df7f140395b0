/**
 * The study's figures.
 *
 * @module
 */

import { chart, type ChartSeries, type ChartSpec, contour, toSvg } from "../../lib/figure/mod.ts";
import { SERIES_COLOURS } from "../../lib/figure/theme.ts";
import type { Fit } from "../../properties/laws/trained.ts";
import type { Figure } from "../study/study.ts";
import { FAMILIES, WEIGHTS } from "./case.ts";
import type { UniquenessOptions } from "./options.ts";
import type { LandingResult, TurnResult } from "./parts.ts";
import { planeOfLoss, REACH } from "./plane.ts";
import { median, RECOVERED, select } from "./words.ts";

const LEVELS = [0.05, 0.2, 0.5, 1, 2, 5, 20];

/** Every fit with two latents: a panel for each W and ν, a column of points for each family. */
export async function alignmentFigure(fits: readonly Fit[]): Promise<Figure> {
  const plane = select(fits, { latent: 2 });
  const meanField = select(plane, { weights: "distinct", family: "mean-field" }).map(({ toTruth }) =>
    toTruth
  );
  const header = { title: null, labelFontSize: 13 };
  const spec = {
    data: {
      values: plane.map(({ weights, activation, family, toTruth }) => ({
        weights: `W ${weights}`,
        activation: `ν = ${activation}`,
        family,
        toTruth,
      })),
    },
    facet: {
      column: { field: "weights", sort: WEIGHTS.map((weights) => `W ${weights}`), header },
      row: { field: "activation", header },
    },
    spec: {
      width: 150,
      height: 130,
      mark: { type: "point", filled: true, size: 26, opacity: 0.6 },
      encoding: {
        x: { field: "family", type: "nominal", title: null, sort: FAMILIES, axis: { labelAngle: -30 } },
        y: {
          field: "toTruth",
          type: "quantitative",
          title: "alignment to W",
          scale: { domain: [Math.floor(10 * Math.min(...plane.map((fit) => fit.toTruth))) / 10, 1] },
        },
        color: {
          field: "family",
          type: "nominal",
          scale: { domain: FAMILIES, range: SERIES_COLOURS.slice(0, FAMILIES.length) },
          legend: null,
        },
      },
    },
  };
  return {
    file: "alignment.svg",
    title: "Alignment of A to W with two latents",
    theory:
      "1 for the mean-field family where the columns of W are orthogonal and of distinct norms; anything for the others, and " +
      "for every family where norms are equal; below 1 for generic W.",
    seen:
      `Mean-field, distinct norms: ${
        meanField.filter((v) => v >= RECOVERED).length
      } of ${meanField.length} fits at ` +
      `${RECOVERED} or more, the worst at ${Math.min(...meanField).toFixed(3)}.`,
    content: await toSvg(spec as unknown as ChartSpec),
  };
}

/** To the columns of a generic W, against to its principal axes. */
export async function axesFigure(fits: readonly Fit[]): Promise<Figure> {
  const generic = select(fits, { weights: "generic", activation: "identity" });
  const families = [...new Set(generic.map(({ family }) => family))];
  const own = select(generic, { latent: 2, family: "mean-field" });
  return {
    file: "axes.svg",
    title: "Generic W: the principal axes, not the columns",
    theory:
      "Mean-field fits lie at 1 on the vertical axis, wherever the columns of W are; the others anywhere.",
    seen:
      `Mean-field, two latents: to the axes ${
        median(own.map((f) => f.toPrincipal)).toFixed(3)
      }, to the columns ` +
      `${median(own.map((f) => f.toTruth)).toFixed(3)} (medians over seeds).`,
    content: await toSvg(chart({
      title: "Generic W, ν = identity",
      x: { title: "alignment to the columns of W" },
      y: { title: "alignment to the principal axes" },
      series: families.map((family) => ({
        name: family,
        mark: "point",
        points: generic.filter((fit) => fit.family === family).map((fit) => ({
          x: fit.toTruth,
          y: fit.toPrincipal,
        })),
      })),
      height: 320,
      width: 400,
    })),
  };
}

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

/** The loss of turned models, a line and a band per family, beside the closed form. */
export async function turnFigure({ activation, angles, curves }: TurnResult): Promise<Figure> {
  const at = (k: number, excess: readonly (readonly number[])[]): number[] => excess.map((row) => row[k]!);
  const measured = curves.map(({ family, excess }): ChartSeries => ({
    name: family,
    points: angles.map((angle, k) => {
      const values = at(k, excess);
      return { x: angle, y: median(values), low: Math.min(...values), high: Math.max(...values) };
    }),
  }));
  const theory = curves.flatMap(({ family, theory }): ChartSeries[] =>
    theory
      ? [{
        name: `${family}, theory`,
        dashed: true,
        points: angles.map((angle, k) => ({ x: angle, y: theory[k]! })),
      }]
      : []
  );
  const worst = Math.max(
    ...curves.flatMap(({ excess, theory }) =>
      theory ? angles.map((_, k) => Math.abs(median(at(k, excess)) - theory[k]!)) : []
    ),
  );
  const highest = curves.map(({ family, excess }) =>
    `${family} ${Math.max(...angles.map((_, k) => median(at(k, excess)) - median(at(0, excess)))).toFixed(3)}`
  );
  return {
    file: `turned-${activation}.svg`,
    title: `The objective over the angle, ν = ${activation}`,
    theory: theory.length > 0
      ? "Mean-field: ½ log[1 + (P₁ − P₂)² sin²2θ/(4P₁P₂)] times β, of period π/2; full and isotropic: level."
      : "Of period π/2 for the mean-field family; level for the full and isotropic families.",
    seen: `Rise from angle 0 in nats: ${highest.join(", ")}.` +
      (theory.length > 0 ? ` At most ${worst.toFixed(3)} nats from theory.` : ""),
    content: await toSvg(chart({
      title: `Turned mean-field models, ν = ${activation}`,
      x: { title: "angle", unit: "rad" },
      y: { title: "loss above the unturned", unit: "nats" },
      series: [...measured, ...theory],
    })),
  };
}

/** The loss over the plane of the turned and scaled W, with the fits that landed in it. */
export async function planeFigure(
  landing: LandingResult,
  options: UniquenessOptions,
): Promise<Figure> {
  const { family } = landing.landing;
  const inside = landing.plane.filter(([a, b]) => Math.abs(a) <= REACH && Math.abs(b) <= REACH);
  const radii = landing.plane.map(([a, b]) => Math.hypot(a, b));
  const shape: Readonly<Record<typeof family, string>> = {
    "mean-field": "Four minima, at W's signed permutations (±1, 0) and (0, ±1).",
    full: "A circle of minima: no rotation is better than another.",
  };
  return {
    file: `plane-${family}.svg`,
    title: `The loss over the plane of A, ${family} family`,
    theory: shape[family],
    seen: `${inside.length} of ${landing.plane.length} fits by gradient descent lie in the picture, ` +
      `${Math.min(...radii).toFixed(2)} to ${Math.max(...radii).toFixed(2)} from the origin.`,
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
