/**
 * What the parts leave, and the numbers, figures and tables that it comes to.
 *
 * @module
 */

import * as v from "valibot";
import { beside, chart, type ChartSeries, contour, toSvg } from "../../lib/figure/mod.ts";
import { fit, landings } from "../../properties/contract/results.ts";
import { count, finite } from "../../properties/contract/run.ts";
import { median, spreadOf } from "../runner/spread.ts";
import type { Figure, Table } from "../runner/study.ts";
import { planeOfLoss, REACH } from "./toy.ts";

/** The kinds of W, in the order of the report. */
export const WEIGHTS = fit.entries.weights.options;
/** Latents to a block. */
export const BLOCK = 2;

const list = <T>(item: v.GenericSchema<unknown, T>) => v.pipe(v.array(item), v.readonly());
const measured = v.strictObject({
  ...fit.entries,
  /** Mean cos² between the spans of blocks of 2 and of pairs of axes, 1 for the same; null but at 4 latents. */
  toBlocks: v.nullable(finite),
});
/** Fits of all three kinds of W, one fleet. */
const fits = v.strictObject({ kind: v.literal("fits"), fits: list(measured) });
/** Where one large fleet landed: its angles, and its decoders in the plane of the turned and scaled W, as (a, b). */
const landing = v.strictObject({
  kind: v.literal("landing"),
  landing: landings,
  plane: list(v.tuple([finite, finite])),
});
const curve = v.strictObject({
  family: fit.entries.family,
  /** The two latents that are turned, from 0, which is that of the longest column. */
  plane: v.pipe(v.tuple([count, count]), v.readonly()),
  /** Loss less that of the same model unturned, by a mean-field q or one of blocks, in nats: `[member][angle]` */
  excess: list(list(finite)),
  /** What theory says of it: `[member][angle]`; null where ν is not the identity. */
  theory: v.nullable(list(list(finite))),
});
/** Trained mean-field models whose latents were turned by angles in radians. */
const turn = v.strictObject({
  kind: v.literal("turn"),
  activation: fit.entries.activation,
  latent: count,
  angles: list(finite),
  curves: list(curve),
});

/** What a part leaves. */
export const partSchema = v.variant("kind", [fits, landing, turn]);
/** What a part leaves. */
export type UniquenessPart = v.InferOutput<typeof partSchema>;
export type FitsResult = v.InferOutput<typeof fits>;
export type MeasuredFit = v.InferOutput<typeof measured>;
export type LandingResult = v.InferOutput<typeof landing>;
export type TurnResult = v.InferOutput<typeof turn>;
export type TurnedCurve = v.InferOutput<typeof curve>;
/** In which plane latents are turned, and in which family q follows. */
export type Turn = Pick<TurnedCurve, "family" | "plane">;

/** From here on a fit counts as W itself up to signed permutation: columns within 8 degrees on average. */
export const RECOVERED = 0.99;
/** The fits that theory has at W itself. */
const UNIQUE = { weights: "distinct", family: "mean-field" } as const;
/** Angles closer than this to a signed permutation are counted, in radians: 5°. */
const NEAR = Math.PI / 36;

const degrees = (radians: number): number => radians * 180 / Math.PI;
/** The values of a field that some things have, in the order in which they come. */
const valuesOf = <T, Name extends keyof T>(of: readonly T[], name: Name): T[Name][] => [
  ...new Set(of.map((one) => one[name])),
];
/** The fits that have some fields. */
const select = (fits: readonly MeasuredFit[], wanted: Partial<MeasuredFit>): MeasuredFit[] =>
  fits.filter((fit) =>
    Object.entries(wanted).every(([name, value]) => fit[name as keyof MeasuredFit] === value)
  );

/** The name of a turn: its family, and of blocks, whether their latents stay among themselves. */
function nameOfTurn({ family, plane: [i, k] }: Turn): string {
  if (family !== "block") return family;
  return Math.floor(i / BLOCK) === Math.floor(k / BLOCK) ? "within a block" : "across blocks";
}

/** Numbers by dotted name. */
type Numbers = Readonly<Record<string, number>>;

/**
 * The key numbers: `latents.2.identity.worst`, `landing.full.adam.p`, `turned.2.identity.mean-field.least`. Those of the other
 * families and kinds of W are of the first number of latents and the first ν.
 */
export function numbersOf(
  fits: readonly MeasuredFit[],
  landings: readonly LandingResult[],
  turns: readonly TurnResult[],
): Numbers {
  const numbers: Record<string, number> = {};
  const put = (prefix: string, of: Numbers): void => {
    for (const [name, value] of Object.entries(of)) numbers[`${prefix}.${name}`] = value;
  };
  const { latent, activation } = select(fits, UNIQUE)[0] ?? { latent: 2, activation: "identity" } as const;
  const first = { ...UNIQUE, latent, activation };
  const groups: (readonly [string, Partial<MeasuredFit>, ("toPrincipal" | "toBlocks")?])[] = [
    ...valuesOf(fits, "latent").flatMap((latent) => [
      [`latents.${latent}.all`, { ...UNIQUE, latent }] as const,
      ...valuesOf(fits, "activation").map((activation) =>
        [`latents.${latent}.${activation}`, { ...UNIQUE, latent, activation }] as const
      ),
    ]),
    ["generic.axes", { ...first, weights: "generic" }, "toPrincipal"],
    ["generic.columns", { ...first, weights: "generic" }],
    ["equal", { ...first, weights: "equal" }],
    ["isotropic", { ...first, family: "isotropic" }],
    ["full", { ...first, family: "full" }],
    ["blocks.spans", { weights: "distinct", family: "block" }, "toBlocks"],
    ["blocks.columns", { weights: "distinct", family: "block" }],
  ];
  for (const [prefix, wanted, to = "toTruth"] of groups) {
    const values = select(fits, wanted).flatMap((fit) => fit[to] ?? []);
    if (values.length === 0) continue;
    const { least: worst, median } = spreadOf(values);
    const recovered = values.filter((value) => value >= RECOVERED).length;
    put(prefix, { count: values.length, recovered, worst, median });
  }
  for (const { landing: { family, optimiser, angles, uniformP: p } } of landings) {
    const near = angles.filter((angle) => Math.min(angle, Math.PI / 2 - angle) < NEAR).length;
    put(`landing.${family}.${optimiser}`, { count: angles.length, near, p });
  }
  for (const { activation, latent, angles, curves } of turns) {
    const off = angles.map((angle) => Math.abs(angle - Math.PI / 4));
    const middle = off.lastIndexOf(Math.min(...off));
    const rises = (rows: TurnedCurve["excess"]): number[] => rows.map((row) => row[middle]! - row[0]!);
    put(`turned.${latent}.${activation}`, { degrees: degrees(angles[middle]!) });
    for (const curve of curves) {
      const prefix = `turned.${latent}.${activation}.${nameOfTurn(curve).replaceAll(" ", "-")}`;
      const { least, most } = spreadOf(rises(curve.excess));
      put(prefix, { least, most });
      if (curve.theory === null) continue;
      const theory = rises(curve.theory);
      put(prefix, {
        apart: Math.max(...rises(curve.excess).map((value, m) => Math.abs(value - theory[m]!))),
      });
    }
  }
  return numbers;
}

/** "19 of 20 full fits (worst |cosine| 0.989)", rounded down, so that only an exact one is 1; nothing if there are none. */
function share(numbers: Numbers, prefix: string, what: string): string[] {
  const [count, recovered, worst] = ["count", "recovered", "worst"].map((name) =>
    numbers[`${prefix}.${name}`]
  );
  if (count === undefined) return [];
  return [
    `${recovered} of ${count}${what} (worst |cosine| ${(Math.floor(1000 * worst!) / 1000).toFixed(3)})`,
  ];
}

/**
 * How many fits of the first kind are W: by a mean-field posterior, and by others.
 *
 * @throws RangeError if there is no mean-field fit
 */
export function answerOf(fits: readonly MeasuredFit[], numbers: Numbers): string {
  const [first] = select(fits, UNIQUE);
  if (first === undefined) {
    throw new RangeError(
      "uniqueness: at least one part with mean-field fits is required, but there is none; try them again",
    );
  }
  const { latent, activation } = first;
  const found = [
    ...share(numbers, `latents.${latent}.${activation}`, " mean-field fits"),
    ...["isotropic", "full"].flatMap((family) => share(numbers, family, ` ${family} fits`)),
  ];
  return `With ${latent} latents, columns of distinct norms and ν = ${activation}, W is found up to order and sign by ` +
    `${found.join(", ")}.`;
}

/** All figures. */
export async function figuresOf(
  fits: readonly MeasuredFit[],
  landings: readonly LandingResult[],
  turns: readonly TurnResult[],
  numbers: Numbers,
  options: { readonly noise: number; readonly beta: number },
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const latent of valuesOf(fits, "latent")) figures.push(await alignmentFigure(fits, latent, numbers));
  if (landings.length > 0) figures.push(await anglesFigure(landings));
  for (const turn of turns) figures.push(await turnFigure(turn, numbers));
  for (const landing of landings) {
    if (landing.landing.optimiser === "gradient-descent") figures.push(await planeFigure(landing, options));
  }
  return figures;
}

/** Share of a family's place that the seeds of one kind of W take, and of the distance between kinds. */
const [SPREAD, APART] = [0.16, 0.25];

/** Every fit with so many latents: a panel for each ν, a place for each family, a colour for each kind of W. */
async function alignmentFigure(
  fits: readonly MeasuredFit[],
  latent: number,
  numbers: Numbers,
): Promise<Figure> {
  const own = select(fits, { latent });
  const [families, kinds] = [valuesOf(own, "family"), valuesOf(own, "weights")];
  const last = Math.max(1, ...own.map(({ seed }) => seed));
  const panels = valuesOf(own, "activation").map((activation) =>
    chart({
      title: `ν = ${activation}`,
      x: { title: "family of q", names: families },
      y: { title: "mean |cosine| to W's columns" },
      series: kinds.map((weights, kind): ChartSeries => {
        const aside = APART * (kind - (kinds.length - 1) / 2);
        const points = select(own, { activation, weights }).map(({ family, seed, toTruth }) => ({
          x: families.indexOf(family) + 1 + aside + SPREAD * (seed / last - 0.5),
          y: toTruth,
        }));
        return { name: `W ${weights}`, mark: "point", points };
      }).filter(({ points }) => points.length > 0),
    })
  );
  const counted = valuesOf(own, "activation").flatMap((activation) => {
    return share(numbers, `latents.${latent}.${activation}`, ` with ν = ${activation}`);
  });
  return {
    file: `alignment-${latent}.svg`,
    title: `Alignment with ${latent} latents`,
    caption:
      "By theory 1 for a mean-field q, columns of W that are orthogonal and of distinct norms, and a linear decoder; " +
      `no linear encoder inverts a bent one. Mean-field fits at ${RECOVERED} or more: ${
        counted.join("; ") || "none"
      }.`,
    content: await toSvg(beside(panels, 1)),
  };
}

/** The empirical distributions of the angles beside the uniform one. */
async function anglesFigure(landings: readonly LandingResult[]): Promise<Figure> {
  const name = ({ family, optimiser }: LandingResult["landing"]): string =>
    `${family}, ${optimiser === "adam" ? "Adam" : "gradient descent"}`;
  const series = landings.map(({ landing }): ChartSeries => ({
    name: name(landing),
    points: landing.angles.toSorted((a, b) => a - b).map((angle, i) => ({
      x: degrees(angle),
      y: (i + 1) / landing.angles.length,
    })),
  }));
  return {
    file: "angles.svg",
    title: "Angles between A and W",
    caption:
      "By theory uniform for a full q under an optimiser that turns with the latents, and steps at 0 and 90°, which are " +
      "one place, for a mean-field q; Kuiper's test of uniformity: " +
      `${
        landings.map(({ landing }) => `${name(landing)} p = ${landing.uniformP.toPrecision(2)}`).join("; ")
      }.`,
    content: await toSvg(chart({
      title: "Angle between A and W",
      x: { title: "angle", unit: "degrees" },
      y: { title: "share of fits at or below", zero: true },
      series: [...series, { name: "uniform", dashed: true, points: [{ x: 0, y: 0 }, { x: 90, y: 1 }] }],
    })),
  };
}

/** The loss of turned models, a line and a band for each turn, beside the closed form. */
async function turnFigure(
  { activation, latent, angles, curves }: TurnResult,
  numbers: Numbers,
): Promise<Figure> {
  const column = (k: number, rows: readonly (readonly number[])[]): number[] => rows.map((row) => row[k]!);
  const measured = curves.map((curve): ChartSeries => ({
    name: nameOfTurn(curve),
    points: angles.map((angle, k) => {
      const { median: y, least: low, most: high } = spreadOf(column(k, curve.excess));
      return { x: degrees(angle), y, low, high };
    }),
  }));
  const theory = curves.flatMap(({ theory, ...turn }): ChartSeries[] =>
    theory === null ? [] : [{
      name: `${nameOfTurn(turn)}: theory`,
      dashed: true,
      points: angles.map((angle, k) => ({ x: degrees(angle), y: median(column(k, theory)) })),
    }]
  );
  const prefix = `turned.${latent}.${activation}`;
  const seen = curves.map((curve) => {
    const name = nameOfTurn(curve);
    const [least, most, apart] = ["least", "most", "apart"].map((which) =>
      numbers[`${prefix}.${name.replaceAll(" ", "-")}.${which}`]?.toFixed(2)
    );
    return `${name} ${least} to ${most}${
      apart === undefined ? "" : `, at most ${apart} off the same model's theory`
    }`;
  });
  return {
    file: latent === 2 ? `turned-${activation}.svg` : `turned-${latent}-${activation}.svg`,
    title: `Turned models, ${latent} latents, ν = ${activation}`,
    caption:
      "By theory level for a full or isotropic q and within a block, and for a mean-field q of a linear decoder " +
      "½ log[1 + (P₁ − P₂)² sin²2θ/(4P₁P₂)] times β; 0 is the same model unturned by a mean-field q or one of blocks, " +
      `lines are medians and bands all models. Rise at ${
        numbers[`${prefix}.degrees`]?.toFixed(0)
      }° in nats: ${seen.join("; ")}.`,
    content: await toSvg(chart({
      title: `Turned models, ${latent} latents, ν = ${activation}`,
      x: { title: "angle", unit: "degrees" },
      y: { title: "loss above the unturned", unit: "nats" },
      series: [...measured, ...theory],
    })),
  };
}

const LEVELS = [0.05, 0.2, 0.5, 1, 2, 5, 20];

/** The loss over the plane of the turned and scaled W, with the fits that landed in it. */
async function planeFigure(
  { landing: { family }, plane }: LandingResult,
  options: { readonly noise: number; readonly beta: number },
): Promise<Figure> {
  const inside = plane.filter(([a, b]) => Math.abs(a) <= REACH && Math.abs(b) <= REACH);
  const { least, median, most } = spreadOf(plane.map(([a, b]) => Math.hypot(a, b)));
  const theory = {
    "mean-field": "four minima, at W's signed permutations (±1, 0) and (0, ±1)",
    full: "a circle of minima through (±1, 0)",
  }[family];
  return {
    file: `plane-${family}.svg`,
    title: `Loss over W turned and scaled, ${family} q`,
    caption: `By theory ${theory} at β = 1, where A is W times the rows (a, −b), (b, a). ` +
      `${inside.length} of ${plane.length} fits by gradient descent lie in the picture, ${
        least.toFixed(2)
      } to ` +
      `${most.toFixed(2)} from the origin, in the median ${median.toFixed(2)}.`,
    content: await toSvg(contour({
      title: `Loss, ${family} posterior`,
      x: { title: "a, along W", range: [-REACH, REACH] },
      y: { title: "b, along W turned by 90°", range: [-REACH, REACH] },
      values: planeOfLoss(family, options),
      quantity: "above the least",
      unit: "nats",
      levels: LEVELS,
      ...(inside.length === 0
        ? {}
        : { points: { name: "fits", points: inside.map(([x, y]) => ({ x, y })) } }),
    })),
  };
}

/** A table of alignments for each number of latents. */
export function tablesOf(fits: readonly MeasuredFit[]): Table[] {
  const fields = [["toTruth", "to W"], ["toPrincipal", "to axes"], ["toBlocks", "blocks to axes"]] as const;
  return valuesOf(fits, "latent").map((latent) => {
    const own = select(fits, { latent });
    const shownFields = fields.filter(([field]) => own.some((fit) => fit[field] !== null));
    const groups = [
      ...Map.groupBy(own, ({ weights, activation, family }) => `${weights} ${activation} ${family}`),
    ];
    const order = WEIGHTS.flatMap((weights) => groups.filter(([, [fit]]) => fit!.weights === weights));
    const constant = (2 * latent + 2) / 2 * Math.log(2 * Math.PI);
    return {
      file: `alignment-${latent}.csv`,
      title: `Alignment with ${latent} latents`,
      caption:
        `Mean |cosine| of matched columns over ${
          valuesOf(own, "seed").length
        } seeds, to the columns of W and to its ` +
        "principal axes; blocks to axes: mean cos² of the angles between what blocks of 2 columns span and pairs of axes. The " +
        "loss is the median over seeds in nats per example, less (n/2) log 2π.",
      head: [
        "W",
        "ν",
        "family",
        ...shownFields.flatMap(([, name]) => [`${name} (worst)`, `${name} (median)`]),
        "loss",
      ],
      rows: order.map(([, found]) => [
        found[0]!.weights,
        found[0]!.activation,
        found[0]!.family,
        ...shownFields.flatMap(([field]) => {
          const { least, median } = spreadOf(found.flatMap((fit) => fit[field] ?? []));
          return [least, median];
        }),
        median(found.map(({ loss }) => loss)) - constant,
      ]),
    };
  });
}
