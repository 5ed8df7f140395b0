/**
 * The conclusion from the results of the parts: numbers, figures and a table.
 *
 * @module
 */

import * as v from "valibot";
import { type ChartOptions, type ChartSeries, contour, toSvg } from "../../figure/mod.ts";
import { family as familyNamed } from "../../lib/model/mod.ts";
import { uniquenessResults } from "../../properties/contract/results.ts";
import type { Fit, Orientations, UniquenessResults } from "../../properties/contract/trained.ts";
import { charted } from "../runner/charted.ts";
import { median, spreadOf } from "../runner/spread.ts";
import type { Conclusion, Figure, Table } from "../runner/study.ts";
import { linearLoss } from "./linear_loss.ts";
import { BLOCK, smallestNorm } from "./parts.ts";
import type { Turn, UniquenessOptions, UniquenessPart } from "./study.ts";

type Oriented = Extract<UniquenessPart, { kind: "orientations" }>;
type Turned = Extract<UniquenessPart, { kind: "turn" }>;
type Numbers = Record<string, number>;
type Model = Pick<UniquenessOptions, "noise" | "beta">;

/** From here on a fit counts as W itself up to signed permutation: columns within 8 degrees on average. */
const RECOVERED = 0.99;
/** The fits that theory has at W itself. */
const UNIQUE = { weights: "distinct", family: "mean-field" } as const;

const degrees = (radians: number): number => radians * 180 / Math.PI;
const valuesOf = <Name extends keyof Fit>(fits: readonly Fit[], name: Name): Fit[Name][] => [
  ...new Set(fits.map((fit) => fit[name])),
];
/** The fits that have some fields. */
const select = (fits: readonly Fit[], wanted: Partial<Fit>): Fit[] =>
  fits.filter((fit) => Object.entries(wanted).every(([name, value]) => fit[name as keyof Fit] === value));

/** The name of a turn: its family, and of blocks, whether their latents stay among themselves. */
function nameOfTurn({ family, plane: [, other] }: Turn): string {
  if (family !== "block") return family;
  return other < BLOCK ? "within a block" : "across blocks";
}

/** The index of the angle nearest to 45°. */
const middleOf = ({ angles }: Turned): number => Math.floor(angles.length / 2);
/** How much each model's loss rises to it, in nats. */
const risesOf = (turned: Turned, rows: readonly (readonly number[])[]): number[] =>
  rows.map((row) => row[middleOf(turned)]! - row[0]!);

/** Key numbers by dotted name; those of other families and kinds of W are of the latents and ν of the first fit. */
function numbersOf(
  { latent, activation }: Fit,
  fits: readonly Fit[],
  orientations: readonly Oriented[],
  turns: readonly Turned[],
): Numbers {
  const numbers: Numbers = {};
  const put = (prefix: string, values: Readonly<Numbers>): void =>
    Object.entries(values).forEach(([name, value]) => numbers[`${prefix}.${name}`] = value);
  const count = (prefix: string, wanted: Partial<Fit>, to: "toTruth" | "toPrincipal" = "toTruth"): void => {
    const values = select(fits, { ...UNIQUE, ...wanted }).map((fit) => fit[to]);
    if (values.length === 0) return;
    const { least: worst, median } = spreadOf(values);
    const recovered = values.filter((value) => value >= RECOVERED).length;
    put(prefix, { count: values.length, recovered, worst, median });
  };
  for (const latent of valuesOf(fits, "latent")) {
    count(`latents.${latent}.all`, { latent });
    for (const activation of valuesOf(fits, "activation")) {
      count(`latents.${latent}.${activation}`, { latent, activation });
    }
  }
  count("generic.axes", { latent, activation, weights: "generic" }, "toPrincipal");
  count("generic.columns", { latent, activation, weights: "generic" });
  count("equal", { latent, activation, weights: "equal" });
  count("isotropic", { latent, activation, family: "isotropic" });
  count("full", { latent, activation, family: "full" });
  for (const { family, optimiser, angles, uniformP: p } of orientations) {
    put(`orientations.${family}.${optimiser}`, { count: angles.length, p });
  }
  for (const turned of turns) {
    const prefix = `turned.${turned.latent}.${turned.activation}`;
    put(prefix, { degrees: degrees(turned.angles[middleOf(turned)]!) });
    for (const curve of turned.curves) {
      const { least, most } = spreadOf(risesOf(turned, curve.excess));
      put(`${prefix}.${nameOfTurn(curve).replaceAll(" ", "-")}`, { least, most });
      if (curve.theory === null) continue;
      const theory = risesOf(turned, curve.theory);
      const apart = risesOf(turned, curve.excess).map((rise, m) => Math.abs(rise - theory[m]!));
      put(`${prefix}.${nameOfTurn(curve).replaceAll(" ", "-")}`, { apart: Math.max(...apart) });
    }
  }
  return numbers;
}

/** "19 of 20 full fits (worst |cosine| 0.989)", rounded down, so that only an exact one is 1; nothing if there are none. */
function share(numbers: Numbers, prefix: string, what: string): string[] {
  const worst = numbers[`${prefix}.worst`];
  if (worst === undefined) return [];
  return [
    `${numbers[`${prefix}.recovered`]} of ${numbers[`${prefix}.count`]} ${what} ` +
    `(worst |cosine| ${(Math.floor(1000 * worst) / 1000).toFixed(3)})`,
  ];
}

/**
 * Concludes.
 *
 * @throws (rejects) RangeError if there is no mean-field fit
 */
export async function conclude(
  options: Model,
  parts: readonly UniquenessPart[],
): Promise<Conclusion<UniquenessResults>> {
  const fits = parts.flatMap((part) => part.kind === "fits" ? part.fits : []);
  const orientations = parts.filter((part) => part.kind === "orientations");
  const turns = parts.filter((part) => part.kind === "turn");
  const [first] = select(fits, UNIQUE);
  if (first === undefined) {
    throw new RangeError(
      "uniqueness: at least one part with mean-field fits is required, but there is none; try them again",
    );
  }
  const { latent, activation } = first;
  const own = select(fits, { latent });
  const numbers = numbersOf(first, fits, orientations, turns);
  const found = [
    ...share(numbers, `latents.${latent}.${activation}`, "mean-field fits"),
    ...["isotropic", "full"].flatMap((family) => share(numbers, family, `${family} fits`)),
  ];
  return {
    answer:
      `With ${latent} latents, columns of distinct norms and ν = ${activation}, W is found up to order and sign by ` +
      `${found.join(", ")}.`,
    caveat:
      "The true model is known and has one layer; trainings end after a fixed number of steps, and with more latents, or " +
      "under Adam, they need not have converged.",
    // Parts that were kept before have more.
    results: v.parse(uniquenessResults, { fits, orientations }),
    numbers,
    figures: await Promise.all([
      alignmentFigure(own, numbers),
      ...(turns.length > 0 ? [turnFigure(turns)] : []),
      ...orientations.filter(({ optimiser }) => optimiser === "gradient-descent").map((orientation) =>
        planeFigure(orientation, options)
      ),
    ]),
    tables: [tableOf(fits)],
  };
}

/** On the axis of families, on which neighbours are 1 apart: the width of one kind of W's seeds, and the distance of kinds. */
const [SPREAD, APART] = [0.16, 0.25];

/** All fits with the first number of latents: a panel for each ν, a column for each family, a colour for each kind of W. */
async function alignmentFigure(fits: readonly Fit[], numbers: Numbers): Promise<Figure> {
  const [families, kinds, activations] = [
    valuesOf(fits, "family"),
    valuesOf(fits, "weights"),
    valuesOf(fits, "activation"),
  ];
  const [latent, last] = [fits[0]!.latent, Math.max(1, ...fits.map(({ seed }) => seed))];
  const panels = activations.map((activation): ChartOptions => ({
    title: `ν = ${activation}`,
    x: { title: "family of q", names: families },
    y: { title: "mean |cosine| to W's columns" },
    series: kinds.map((weights, kind): ChartSeries => ({
      name: `W ${weights}`,
      mark: "point",
      points: select(fits, { activation, weights }).map(({ family, seed, toTruth: y }) => {
        const aside = APART * (kind - (kinds.length - 1) / 2) + SPREAD * (seed / last - 0.5);
        return { x: families.indexOf(family) + 1 + aside, y };
      }),
    })).filter(({ points }) => points.length > 0),
  }));
  const shares = activations.flatMap((activation) =>
    share(numbers, `latents.${latent}.${activation}`, `with ν = ${activation}`)
  );
  return await charted({
    file: "alignment.svg",
    title: `Alignment with ${latent} latents`,
    caption:
      "By theory 1 for a mean-field q, columns of W that are orthogonal and of distinct norms, and a linear decoder; " +
      `no linear encoder inverts a bent one. Mean-field fits at ${RECOVERED} or more: ${shares.join("; ")}.`,
  }, panels);
}

/** The loss of turned models, a line and a band for each turn, beside the closed form. */
async function turnFigure(turns: readonly Turned[]): Promise<Figure> {
  const titleOf = ({ latent, activation }: Turned): string => `${latent} latents, ν = ${activation}`;
  const panels = turns.map((turned): ChartOptions => {
    const line = (rows: readonly (readonly number[])[]) =>
      turned.angles.map((angle, k) => {
        const { median: y, least: low, most: high } = spreadOf(rows.map((row) => row[k]!));
        return { x: degrees(angle), y, low, high };
      });
    return {
      title: titleOf(turned),
      x: { title: "angle", unit: "degrees" },
      y: { title: "loss above the unturned", unit: "nats" },
      series: turned.curves.flatMap(({ excess, theory, ...turn }): ChartSeries[] => [
        { name: nameOfTurn(turn), points: line(excess) },
        ...(theory === null ? [] : [{
          name: `${nameOfTurn(turn)}: theory`,
          dashed: true,
          points: line(theory).map(({ x, y }) => ({ x, y })),
        }]),
      ]),
    };
  });
  const seen = turns.map((turned) => {
    const rises = turned.curves.map((curve) => {
      const { least, most } = spreadOf(risesOf(turned, curve.excess));
      return `${nameOfTurn(curve)} ${least.toFixed(2)} to ${most.toFixed(2)}`;
    });
    const angle = degrees(turned.angles[middleOf(turned)]!).toFixed(0);
    return `${titleOf(turned)}, at ${angle}°: ${rises.join(", ")}`;
  });
  return await charted({
    file: "turned.svg",
    title: "Turned models",
    caption:
      "By theory level for a full or isotropic q and within a block, and for a mean-field q of a linear decoder " +
      "½ log[1 + (P₁ − P₂)² sin²2θ/(4P₁P₂)] times β; 0 is the same model unturned by a mean-field q or one of blocks, " +
      `lines are medians and bands all models. Rise in nats: ${seen.join("; ")}.`,
  }, panels);
}

/** How far {@link planeOfLoss} reaches along a and b, and its cells along each. */
export const [REACH, CELLS] = [1.5, 120];

/**
 * The loss of the decoders A = W [[a, −b], [b, a]] with q optimised out, less the least where b = 0, at the centres of cells, W
 * with two orthogonal columns of distinct norms: `[b][a]` in nats.
 */
export function planeOfLoss(name: Orientations["family"], { noise, beta }: Model): number[][] {
  // No orientation of W matters to the loss, and further data dimensions add a constant.
  const [s, t] = [1, smallestNorm(2)];
  const model = { noise, beta, family: familyNamed(name, 2) };
  const at = (a: number, b: number): number =>
    linearLoss([[s * a, -s * b], [t * b, t * a]], [[s, 0], [0, t]], model);
  const least = Math.min(...Array.from({ length: 400 }, (_, i) => at((i + 1) / 200, 0)));
  const centres = Array.from({ length: CELLS }, (_, i) => REACH * (2 * (i + 0.5) / CELLS - 1));
  return centres.map((b) => centres.map((a) => at(a, b) - least));
}

/** The loss over the plane of the turned and scaled W, with the fits in it. */
async function planeFigure({ family, uniformP, plane }: Oriented, model: Model): Promise<Figure> {
  const points = plane.map(([x, y]) => ({ x, y })).filter(({ x, y }) =>
    Math.max(Math.abs(x), Math.abs(y)) <= REACH
  );
  const { least, median, most } = spreadOf(plane.map(([a, b]) => Math.hypot(a, b)));
  const theory = {
    "mean-field": "four minima, at W's signed permutations (±1, 0) and (0, ±1),",
    full: "a circle of minima through (±1, 0), and fits at uniform angles,",
  };
  return {
    file: `plane-${family}.svg`,
    title: `Loss over W turned and scaled, ${family} q`,
    caption: `By theory ${theory[family]} at β = 1, where A is W times the rows (a, −b), (b, a). ` +
      `${points.length} of ${plane.length} fits by gradient descent lie in the picture. Distances of fits from the ` +
      `origin: ${least.toFixed(2)} to ${most.toFixed(2)}, median ${median.toFixed(2)}. ` +
      `Kuiper's test of uniform angles: p = ${uniformP.toPrecision(2)}.`,
    content: await toSvg(contour({
      title: `Loss, ${family} posterior`,
      x: { title: "a, along W", range: [-REACH, REACH] },
      y: { title: "b, along W turned by 90°", range: [-REACH, REACH] },
      values: planeOfLoss(family, model),
      quantity: "above the least",
      unit: "nats",
      levels: [0.05, 0.2, 0.5, 1, 2, 5, 20],
      ...(points.length > 0 ? { points: { name: "fits", points } } : {}),
    })),
    data: {
      file: `plane-${family}-points.csv`,
      title: `Fits in the plane of W turned and scaled, ${family} q`,
      caption: "The fits by gradient descent, those beside the picture too; the loss there is a closed form.",
      head: ["a", "b"],
      rows: plane,
    },
  };
}

/** A row for each case and family. */
function tableOf(fits: readonly Fit[]): Table {
  const groups = Map.groupBy(
    fits,
    ({ latent, activation, family, weights }) => [latent, activation, family, weights].join(),
  );
  return {
    file: "alignment.csv",
    title: "Alignment",
    caption:
      "Mean |cosine| of matched columns to the columns of W and to its principal axes, the worst and the median of the " +
      "seeds. The loss is the median over seeds in nats per example, less (n/2) log 2π.",
    head: ["latents", "ν", "family", "W", "to W, worst", "median", "to axes, worst", "median", "loss"],
    rows: [...groups.values()].map((found) => {
      const { latent, activation, family, weights } = found[0]!;
      const [toTruth, toPrincipal] = [found.map((fit) => fit.toTruth), found.map((fit) => fit.toPrincipal)];
      return [
        ...[latent, activation, family, weights],
        ...[toTruth, toPrincipal].flatMap((values) => [Math.min(...values), median(values)]),
        median(found.map(({ loss }) => loss)) - (2 * latent + 2) / 2 * Math.log(2 * Math.PI),
      ];
    }),
  };
}
