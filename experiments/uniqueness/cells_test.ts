import { assertCells, different, summary } from "../../fixtures/cells.ts";
import { conclusionText, keptTexts } from "../../fixtures/texts.ts";
import type { Fit } from "../../properties/contract/trained.ts";
import { conclude } from "./results.ts";
import { type UniquenessPart, uniquenessStudy } from "./study.ts";

const next = different();
const FAMILIES = ["isotropic", "mean-field", "full"] as const,
  KINDS = ["distinct", "equal", "generic"] as const;
const ANGLES = [0, 0.5, 1, 1.5], SEEDS = [0, 1, 2, 3];
/** Fits of which no two numbers are equal. */
const fitsOf = (latent: number, activation: Fit["activation"], family: Fit["family"]): Fit[] =>
  KINDS.flatMap((weights) =>
    SEEDS.map((seed): Fit => ({
      ...{ weights, activation, latent, family, seed },
      ...{ loss: 10 * next(), toTruth: next(), toPrincipal: next() },
    }))
  );
const rows = (): number[][] => SEEDS.map(() => ANGLES.map(() => next()));
const CURVES = [
  { family: "isotropic" as const, plane: [0, 1] as [number, number], excess: rows(), theory: rows() },
  { family: "mean-field" as const, plane: [0, 1] as [number, number], excess: rows(), theory: null },
];
const PLANE = SEEDS.map((): [number, number] => [next(), -next()]);
const PARTS: UniquenessPart[] = [
  ...[2, 3].flatMap((latent) =>
    (["tanh", "identity"] as const).flatMap((activation) =>
      FAMILIES.map((family) => ({ kind: "fits" as const, fits: fitsOf(latent, activation, family) }))
    )
  ),
  {
    ...{ kind: "orientations", family: "full", optimiser: "gradient-descent" },
    ...{ angles: [0.1, 0.2, 0.3, 0.4], uniformP: 0.5, plane: PLANE },
  },
  { kind: "turn", activation: "identity", latent: 2, angles: ANGLES, curves: CURVES },
];
const FOUND = await conclude({ noise: 0.05, beta: 1 }, PARTS);
const FITS = PARTS.flatMap((part) => part.kind === "fits" ? part.fits : []);
/** The mean of the two in the middle of four. */
const median = (values: readonly number[]): number => {
  const [, low, high] = values.toSorted((a, b) => a - b);
  return (low! + high!) / 2;
};

Deno.test("the rows of alignments are the worst and the median of the fits of one kind, and their median loss", () => {
  assertCells(
    FOUND,
    "alignment.csv",
    ["latents", "ν", "family", "W", "to W, worst", "median", "to axes, worst", "median", "loss"],
    [2, 3].flatMap((latent) =>
      ["tanh", "identity"].flatMap((activation) =>
        FAMILIES.flatMap((family) =>
          KINDS.map((weights) => {
            const fits = FITS.filter((fit) =>
              fit.latent === latent && fit.activation === activation && fit.family === family &&
              fit.weights === weights
            );
            const [truth, axes] = [fits.map((fit) => fit.toTruth), fits.map((fit) => fit.toPrincipal)];
            // Data have 2d + 2 dimensions.
            const constant = (latent + 1) * Math.log(2 * Math.PI);
            return [
              ...[latent, activation, family, weights],
              ...[Math.min(...truth), median(truth), Math.min(...axes), median(axes)],
              median(fits.map(({ loss }) => loss)) - constant,
            ];
          })
        )
      )
    ),
  );
});

Deno.test("the points of alignments are those with the first number of latents, each at its family and beside its kind of W", () => {
  assertCells(
    FOUND,
    "alignment-points.csv",
    ["panel", "series", "family of q", "place", "mean |cosine| to W's columns"],
    ["tanh", "identity"].flatMap((activation) =>
      KINDS.flatMap((weights, kind) =>
        FAMILIES.flatMap((family, i) =>
          FITS.filter((fit) =>
            fit.latent === 2 && fit.activation === activation && fit.family === family &&
            fit.weights === weights
          ).map(({ seed, toTruth }) => [
            ...[`ν = ${activation}`, `W ${weights}`, family],
            // Kinds a quarter apart, seeds over .16.
            ...[i + 1 + 0.25 * (kind - 1) + 0.16 * (seed / 3 - 0.5), toTruth],
          ])
        )
      )
    ),
  );
});

Deno.test("the lines of turned models are medians over models with bands of all, theory's beside its own without", () => {
  const line = (name: string, all: readonly (readonly number[])[], hasBand: boolean) =>
    ANGLES.map((angle, k) => {
      const column = all.map((row) => row[k]!), [, least, most] = summary(column);
      return [name, angle * 180 / Math.PI, median(column), ...hasBand ? [least, most] : [null, null]];
    });
  assertCells(
    FOUND,
    "turned-points.csv",
    ["series", "angle (degrees)", "loss above the unturned (nats)", "lowest", "highest"],
    [
      ...line("isotropic", CURVES[0]!.excess, true),
      ...line("isotropic: theory", CURVES[0]!.theory!, false),
      ...line("mean-field", CURVES[1]!.excess, true),
    ],
  );
});

Deno.test("the points of the plane are the fits' (a, b)", () => {
  assertCells(FOUND, "plane-full-points.csv", ["a", "b"], PLANE);
});

keptTexts(
  "every text of the page, its figures and its tables is the one that is kept",
  "uniqueness",
  () => [conclusionText(uniquenessStudy, FOUND)],
);
