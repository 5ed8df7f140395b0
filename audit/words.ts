/**
 * A verdict in plain words. Every word follows from a number of the finding.
 *
 * @module
 */

import type { LikelihoodName } from "./log_row.ts";
import { type ExplainedRow, type Finding, type Interval, UNEXPLAINED } from "./finding.ts";
import { type Columns, namesOf, ROUNDING } from "./readings.ts";
import { type Combination, spreadOf, type Triangle } from "./triangle.ts";

/** What a loss is meant to be. */
export interface Expectation {
  /** β as it was meant. */
  readonly expectedBeta?: number;
  /** How far the effective β may be from it, as a part of it; 0.02 if left out. */
  readonly tolerance?: number;
  /** The likelihood as it was meant. */
  readonly expectedLikelihood?: LikelihoodName;
}

/** A finding in words, held to what was meant. */
export interface AuditVerdict extends Finding {
  /** One or two sentences. */
  readonly words: string;
  /** Why the effective β is what it is: "the reconstruction is a mean over 784 pixels". */
  readonly because: readonly string[];
  /** How to have the β that was meant: "multiply the KL by 784"; null where nothing is to be done, or not known. */
  readonly correction: string | null;
  /** The loss in one formula, with the coefficients that were found; null where they are not known. */
  readonly formula: string | null;
  /** The loss as it was meant, with β where that was said. */
  readonly meant: string;
  /** Whether it is a β-VAE's loss, of the β and the likelihood that were meant. */
  readonly asExpected: boolean;
  /** Why not; null if it is. */
  readonly notAsExpected: string | null;
  /** The rows that are explained least, the worst first. */
  readonly worst: readonly ExplainedRow[];
}

const TOLERANCE = 0.02;
/**
 * A coefficient has a factor if it is within this part of it, or within its interval, where that is narrower than the second number; for
 * two factors, of which there are more, than the third.
 */
const [SAME, NARROW, NARROWER] = [1e-3, 0.5, 0.2];

/** A number with four significant digits, and no exponent where it need not be. */
export function shown(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value), text = Number(value.toPrecision(4));
  return (size >= 1e-4 && size < 1e6 ? String(text) : text.toExponential().replace("e+", "e"))
    .replaceAll("-", "−");
}

/** "4.000 ± 0.0002". */
export function shownInterval({ value, halfWidth }: Interval): string {
  if (!Number.isFinite(halfWidth)) return shown(value);
  const digits = Math.min(7, Math.max(4, Math.ceil(Math.log10(Math.abs(value) / halfWidth)) + 1));
  const number = Number.isFinite(digits) ? Number(value.toPrecision(digits)) : value;
  const size = Math.abs(number);
  const text = size === 0 || size >= 1e-4 && size < 1e6
    ? String(number)
    : number.toExponential().replace("e+", "e");
  return `${text.replaceAll("-", "−")} ± ${shown(Number(halfWidth.toPrecision(2)))}`;
}

/** What stands before a term that is a sum, with what that says. */
type Factor = readonly [factor: number, says: string];

/** Which factors a coefficient has: one, else two; several that fit are joined by "or". */
function explained(
  { value, halfWidth }: Interval,
  unit: number,
  factors: readonly Factor[],
): string[] | null {
  const near = (factor: number, narrow = NARROW): boolean =>
    Math.abs(value - unit * factor) <=
      Math.max(SAME * Math.abs(unit * factor), halfWidth <= narrow * Math.abs(value) ? halfWidth : 0);
  if (near(1)) return [];
  const single = factors.filter(([factor]) => near(factor)).map(([, says]) => says);
  if (single.length > 0) return [single.join(", or ")];
  const pairs = factors.flatMap(([one, says], i) =>
    factors.slice(i + 1).filter(([other]) => near(one * other, NARROWER)).map(([, also]) => [says, also])
  );
  return pairs.length === 0 ? null : pairs.length === 1 ? pairs[0]! : [pairs.map(list).join(", or ")];
}

function factorsOf({ pixels, latents, batch }: Finding, what: "reconstruction" | "KL"): Factor[] {
  return [
    ...(pixels === null ? [] : [
      [
        1 / pixels,
        `the ${what} is ${what === "KL" ? "divided by" : "a mean over"} ${pixels} pixels`,
      ] as const,
    ]),
    ...(what === "KL" && latents !== null && latents > 1
      ? [[1 / latents, `the KL is a mean over ${latents} latents`] as const]
      : []),
    ...(batch === null || batch === 1 ? [] : [
      [batch, `the ${what} is summed over a batch of ${batch}`] as const,
      [1 / batch, `the ${what} is divided once more by a batch of ${batch}`] as const,
    ]),
    ...(what === "KL" ? [[2, "the KL lacks its ½"], [0.5, "the KL is halved"]] as const : []),
  ];
}

/** Why the coefficients are what they are. */
function becauseOf(finding: Finding, { expectedBeta }: Expectation): string[] {
  const { reconstruction, kl, likelihood } = finding;
  if (reconstruction === null) {
    return kl === null || expectedBeta === undefined ? [] : klReasons(finding, kl, expectedBeta);
  }
  const isGaussian = likelihood === "gaussian";
  const factors = factorsOf(finding, "reconstruction");
  const size = { ...reconstruction, value: Math.abs(reconstruction.value) };
  const own = explained(size, isGaussian ? 0.5 : 1, [
    ...(isGaussian ? [[2, "the squared error is not halved"] as const] : []),
    ...factors,
  ]);
  return [
    ...own ??
      [`the reconstruction's coefficient is ${shownInterval(reconstruction)}, not ${isGaussian ? "½" : "1"}`],
    ...(kl === null || expectedBeta === undefined ? [] : klReasons(finding, kl, expectedBeta)),
  ];
}

/** Why the KL's coefficient is not the β that was meant. */
function klReasons(finding: Finding, kl: Interval, expectedBeta: number): string[] {
  const size = { ...kl, value: Math.abs(kl.value) };
  return explained(size, expectedBeta, factorsOf(finding, "KL")) ??
    [`the KL's coefficient is ${shownInterval(kl)}, not ${shown(expectedBeta)}`];
}

const LIKELIHOOD: Readonly<Record<LikelihoodName, string>> = {
  gaussian: "unit-variance Gaussian",
  bernoulli: "Bernoulli",
};

/** Why the loss is not what was meant; null if it is. */
function heldTo(finding: Finding, expected: Expectation): string | null {
  const { kind, beta, likelihood, mistakes, unknown } = finding;
  const { expectedBeta, expectedLikelihood, tolerance = TOLERANCE } = expected;
  if (kind === "unidentified") return unknown;
  if (kind === "not-beta-vae") return mistakes.join("; ");
  if (expectedLikelihood !== undefined && likelihood !== expectedLikelihood) {
    const other = `the likelihood is ${LIKELIHOOD[likelihood!]}, not ${LIKELIHOOD[expectedLikelihood]}`;
    const beta = heldTo(finding, { ...expected, expectedLikelihood: likelihood! });
    return beta === null ? other : `${other}; ${beta}`;
  }
  if (expectedBeta === undefined) return null;
  const { value, halfWidth } = beta!;
  if (Math.abs(value - expectedBeta) > tolerance * expectedBeta) {
    return `the effective β is ${shown(value)}, not ${shown(expectedBeta)}`;
  }
  return halfWidth <= tolerance * expectedBeta
    ? null
    : `the effective β is known to ± ${
      shown(halfWidth)
    } only: log more rows, in all digits, or give a greater tolerance`;
}

/** What to multiply the KL by. */
function correctionOf(finding: Finding, target: number, isMeant: boolean): string | null {
  const { kind, beta, mistakes, reconstruction, likelihood } = finding;
  const goal = `for β = ${shown(target)}`;
  if (mistakes.length === 1 && mistakes[0] === "the KL is never applied") {
    const factor = (likelihood === "gaussian" ? 2 : 1) * reconstruction!.value;
    return factor > 0 ? `${goal} add ${shown(factor * target)} times the KL` : null;
  }
  if (beta === null || beta.value === 0) return null;
  const factor = target / beta.value;
  if (
    mistakes.length === 1 && mistakes[0] === "the KL has the wrong sign" || kind === "beta-vae" && isMeant
  ) {
    return Math.abs(factor - 1) <= SAME ? null : `${goal} multiply the KL by ${shown(factor)}`;
  }
  return null;
}

/** What a reading that is not linear says, with its numbers. */
function bentWords({ bent }: Finding): string {
  if (bent === null) return "";
  const { kind, threshold, weights } = bent;
  const at = threshold === null ? "" : shown(threshold);
  switch (kind) {
    case "floor":
      return ` (a floor of ${at} nats for each latent)`;
    case "total floor":
      return ` (a floor of ${at} nats)`;
    case "capacity":
      return ` (${shown(weights[0]!)} |KL − ${at}|)`;
    case "annealed":
      return ` (the KL's coefficient goes from ${shown(weights[0]!)} to ${shown(weights[1]!)}${
        threshold === null ? "" : `, and stays from step ${at} on`
      })`;
    case "windows":
      return ` (the KL's coefficient is ${
        weights.map(shown).join(", ")
      } in eighths of the rows by their step)`;
    case "latents":
      return ` (the KL's coefficients are ${weights.slice(0, 12).map(shown).join(", ")}${
        weights.length > 12 ? ", …" : ""
      })`;
    case "curved":
      return "";
  }
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

/** The loss in one formula. */
function formulaOf({ coefficients, unexplained, bent }: Finding): string | null {
  if (bent !== null || unexplained > UNEXPLAINED) return null;
  const terms = coefficients.filter(({ value, halfWidth, piece }) =>
    piece !== "1" && Math.abs(value) > halfWidth
  );
  if (coefficients.length === 0) return null;
  const constant = coefficients.find(({ piece }) => piece === "1")!;
  return terms.map(({ value, piece }, i) =>
    `${i === 0 ? value < 0 ? "−" : "" : value < 0 ? " − " : " + "}${shown(Math.abs(value))} · ${
      piece.startsWith("−") ? `(${piece})` : piece
    }`
  ).join("") + ` ${constant.value < 0 ? "−" : "+"} ${shown(Math.abs(constant.value))}`;
}

/** The loss of a β-VAE. */
function meantOf({ likelihood }: Finding, { expectedBeta, expectedLikelihood }: Expectation): string {
  const isBernoulli = (expectedLikelihood ?? likelihood) === "bernoulli";
  const beta = expectedBeta === undefined ? "β" : shown(expectedBeta);
  return `${isBernoulli ? "Σ BCE(x, x̂)" : "½ Σ (x − x̂)²"} + ${beta} · ½ Σ (μ² + σ² − log σ² − 1)`;
}

/** A finding in words. */
export function inWords(finding: Finding, expectation: Expectation): AuditVerdict {
  const { kind, beta, likelihood, mistakes, unknown, toLog, unexplained, points } = finding;
  const { expectedBeta } = expectation;
  const because = kind === "unidentified" ? [] : becauseOf(finding, expectation);
  const notAsExpected = heldTo(finding, expectation);
  const isOff = kind === "beta-vae" && expectedBeta !== undefined &&
    Math.abs(beta!.value - expectedBeta) > (expectation.tolerance ?? TOLERANCE) * expectedBeta;
  const correction = correctionOf(
    finding,
    expectedBeta ?? 1,
    expectedBeta === undefined ? because.length > 0 : isOff,
  );
  const worst = points.toSorted((a, b) => Math.abs(b.loss - b.explained) - Math.abs(a.loss - a.explained))
    .slice(0, 5);
  const share = unexplained >= 1e-4
    ? ` ${shown(100 * unexplained)}% of the spread of the loss is unexplained`
    : "";
  let words: string;
  if (kind === "beta-vae") {
    // What both terms have does not change β.
    const isReason = expectedBeta === undefined || isOff;
    const why = because.length > 0 ? `, ${isReason ? "because" : "where"} ${list(because)}` : "";
    words = `This is a β-VAE loss, ${LIKELIHOOD[likelihood!]}, effective β = ${shownInterval(beta!)}${why}.${
      share && `${share}.`
    }`;
  } else if (kind === "not-beta-vae") {
    const where = share && unexplained > 0.005
      ? `${share}, most in row${worst.length > 1 ? "s" : ""} ${
        list(worst.slice(0, 3).map(({ at }) => String(at)))
      }.`
      : "";
    const whole = mistakes.map((one, i) => i === mistakes.length - 1 ? one + bentWords(finding) : one);
    const also = because.length > 0 ? ` ${sentence(list(because))}` : "";
    // Nothing in the rows tells a mean over a batch from an example.
    const unless = mistakes.includes("it is not made of these pieces")
      ? " If these are means over a batch, or of another pass through the model, that does not follow: log each example of one pass."
      : "";
    words = `This is not a β-VAE loss: ${list(whole)}.${also}${where}${unless}`;
  } else {
    words = `This cannot be identified from these rows: ${unknown}. Log ${toLog}.`;
  }
  if (correction !== null) words += ` ${sentence(correction)}`;
  return {
    ...finding,
    words,
    because,
    correction,
    formula: formulaOf(finding),
    meant: meantOf(finding, expectation),
    asExpected: notAsExpected === null,
    notAsExpected,
    worst,
  };
}

/** Why pieces cannot be told apart, and what to log. */
export function entanglement(
  columns: Columns,
  triangle: Triangle,
  entangled: readonly number[],
  recon: readonly Combination[],
  own: readonly Combination[],
): { unknown: string; toLog: string } {
  const all = [...recon, ...own];
  const names = [...recon.map(() => "the reconstruction"), ...namesOf(own)];
  const pieces = entangled.filter((i) => i < all.length);
  const still = pieces.filter((i) => {
    const { deviation, size } = spreadOf(triangle, all[i]!);
    return deviation <= ROUNDING * size;
  });
  const list = (indices: readonly number[]): string =>
    [...new Set(indices.map((i) => names[i]!))].join(" and ");
  if (still.length > 0) {
    return {
      unknown: `${list(still)} ${
        still.length > 1 ? "are" : "is"
      } the same in all rows, and so cannot be told from a constant`,
      toLog: columns.batches
        ? "examples that differ, or the first steps of a training"
        : "rows on which these differ: other examples, or the first steps of a training",
    };
  }
  return {
    unknown: `${list(pieces)} go together in all rows, and so cannot be told apart`,
    toLog: "rows of different steps of the training, on which they differ",
  };
}
