/**
 * What rows of a log say of a loss: whether it is a β-VAE's, and with which β.
 *
 * A claim needs three things: its reading explains the rows, no other reading explains them as well, and every coefficient that it speaks
 * of is told apart from the others. Otherwise the verdict is "unidentified".
 *
 * @module
 */

import { departure } from "./departure.ts";
import { entanglement } from "./entangled.ts";
import {
  advantage,
  type Coefficient,
  type ExplainedRow,
  type Finding,
  type Interval,
  intervalOf,
  type KeptRow,
  shareOf,
  TOLD_APART,
  UNEXPLAINED,
  valueOf,
} from "./finding.ts";
import type { Bent } from "./bent.ts";
import {
  type Candidate,
  candidatesOf,
  type Columns,
  klPieces,
  nameOf,
  namesOf,
  ROUNDING,
} from "./readings.ts";
import { fit, spreadOf, type Triangle } from "./triangle.ts";

/** A term has no part in a loss if it has at most this part of its standard deviation. */
const NO_PART = 1e-5;
/** Coefficients of the KL's pieces count as equal within this part of each other. */
const EQUAL = 0.005;
/** A coefficient is known if its interval is less than this part of the KL's to each side. */
const KNOWN = 0.5;

/** What a reading claims; where the KL has no part in it, how it is read is no claim. */
const claimOf = ({ reading: { reconstruction, mistakes, summed } }: Candidate, hasKl: boolean): string =>
  [reconstruction.id, ...(hasKl ? [...mistakes, summed] : [])].join("; ");

/**
 * What rows say of a loss.
 *
 * @param columns what the triangle's columns are
 * @param triangle all rows
 * @param kept some of them, drawn evenly
 */
export function findingOf(columns: Columns, triangle: Triangle, kept: readonly KeptRow[]): Finding {
  const { layout } = columns, { rows } = triangle;
  const pieces = klPieces(columns), need = pieces.length + 3;
  const size = columns.batches ? spreadOf(triangle, [[layout.columns, 1]]) : null;
  const blank = {
    likelihood: null,
    beta: null,
    mistakes: [],
    unknown: null,
    toLog: null,
    coefficients: [],
    reconstruction: null,
    kl: null,
    unexplained: 1,
    bent: null,
    rows,
    pixels: layout.pixels,
    latents: layout.latents,
    batch: size !== null && size.deviation <= 1e-9 * size.size ? size.mean : null,
    points: [],
  } satisfies Omit<Finding, "kind">;
  const unidentified = (unknown: string, toLog: string, more: Partial<Finding> = {}): Finding => (
    { ...blank, ...more, kind: "unidentified", unknown, toLog }
  );
  if (rows < need) {
    const [have, what] = [
      rows === 1 ? "there is one" : `there are ${rows}`,
      columns.batches ? "batches" : "rows",
    ];
    return unidentified(
      `${have}, and ${need - 1} coefficients need ${need}`,
      `at least ${need} ${what}, better a hundred`,
    );
  }
  const loss = spreadOf(triangle, [[columns.loss, 1]]);
  if (loss.deviation <= ROUNDING * loss.size) {
    return unidentified(
      "the loss is the same in all rows",
      "the loss of each example (reduction none), or of batches with their examples",
    );
  }
  const candidates = candidatesOf(columns, triangle);
  const best = candidates[0]!, { reading, fit: found } = best;
  const { reconstruction, places } = reading;
  const isKlSummed = reading.summed === "both" || reading.summed === "kl";
  // Each piece of the KL by itself.
  const recon = reading.combinations.slice(0, places.kl), rest = reading.combinations.slice(places.kl + 1);
  const own = klPieces(columns, isKlSummed);
  const apart = fit(triangle, [...recon, ...own, ...rest], columns.loss);
  const names = namesOf(own);
  const coefficients: Coefficient[] = [
    { piece: nameOf(reconstruction.id), ...intervalOf(apart, 0, rows) },
    ...own.map((_, i) => ({ piece: names[i]!, ...intervalOf(apart, recon.length + i, rows) })),
    { piece: "1", value: apart.constant, halfWidth: NaN },
  ];
  const points = pointsOf(columns, kept, best);
  const common = { ...blank, coefficients, unexplained: shareOf(found), points };
  if (apart.entangled.length > 0) {
    const entangled = apart.entangled.filter((i) => i < recon.length + own.length);
    const { unknown, toLog } = entanglement(columns, triangle, entangled, recon, own);
    return unidentified(unknown, toLog, { ...common, coefficients: [] });
  }
  const [r, kl] = [intervalOf(found, places.reconstruction, rows), intervalOf(found, places.kl, rows)];
  const isPlain = reading.spread === null || reading.spread.variance === reading.spread.logarithm &&
      reading.spread.variance === layout.spreads[0]!.as;
  const gaussian = reconstruction.likelihood === "gaussian" ? 2 : 1;
  // Of a spread that is taken for something else, the pieces as they are meant say nothing.
  const asTaken: Coefficient[] = [
    coefficients[0]!,
    { piece: "KL so taken", ...kl },
    { piece: "1", value: found.constant, halfWidth: NaN },
  ].map((one, i) => i === 0 ? { ...one, ...r } : one);
  const known = {
    ...common,
    coefficients: isPlain ? coefficients : asTaken,
    likelihood: reconstruction.likelihood,
    reconstruction: r,
    kl,
  };
  const not = (mistakes: readonly string[], more: Partial<Finding> = {}): Finding => (
    { ...known, ...more, kind: "not-beta-vae", mistakes }
  );
  const alike = (one: string, other: string): Finding =>
    unidentified(
      `two readings explain these rows alike: ${one}, and ${other}`,
      "rows that differ more, such as those of the first steps of a training, in all digits",
      known,
    );
  const unsure = (piece: string, { value, halfWidth }: Interval): Finding =>
    unidentified(
      `the coefficient of ${piece} is known as ${value.toPrecision(2)} ± ${halfWidth.toPrecision(2)} only`,
      MORE_ROWS,
      known,
    );
  // Bent readings first: they may explain where no linear one does.
  const departs = departure(columns, kept, candidates, [...recon, ...own, ...rest]);
  if (departs !== null) {
    const { bent, base, isTold } = departs, { kind, threshold, weights } = bent;
    if (!isTold) return alike(wordsOf(best), BENT[kind]);
    const skip = base.reading.places.kl;
    const more = {
      reconstruction: intervalOf(bent.fit, 0, kept.length),
      kl: weights.length === 1 ? intervalOf(bent.fit, skip, kept.length) : null,
      likelihood: base.reading.reconstruction.likelihood,
      bent: { kind, threshold, weights },
      unexplained: shareOf(bent.fit),
      points: kept.map(({ at, values }, i) => ({
        at,
        loss: values[columns.loss]!,
        explained: bent.explained[i]!,
      })),
    };
    return not([
      ...base.reading.reconstruction.mistake === null ? [] : [base.reading.reconstruction.mistake],
      BENT[kind],
    ], {
      ...more,
      ...(kind === "curved" ? { points, unexplained: shareOf(found), reconstruction: null } : {}),
    });
  }
  const klSpread = spreadOf(triangle, reading.combinations[places.kl]!).deviation;
  const hasKl = Math.abs(kl.value) > kl.halfWidth;
  const apartOnly = { unexplained: shareOf(apart), reconstruction: coefficients[0]!, kl: null };
  const pieceKnown = own.map((_, i) => coefficients[1 + i]!);
  if (shareOf(found) > UNEXPLAINED) {
    if (own.length > 1 && shareOf(apart) <= UNEXPLAINED) {
      const mistakes = weightMistakes(pieceKnown);
      if (mistakes.length > 0) return not(mistakes, apartOnly);
    }
    return not(["it is not made of these pieces"], { reconstruction: null, kl: null });
  }
  if (own.length > 1 && advantage(apart, found, rows) > TOLD_APART) {
    const mistakes = weightMistakes(pieceKnown);
    if (mistakes.length > 0) return not(mistakes, apartOnly);
  }
  const rival = candidates.slice(1).find((other) =>
    claimOf(other, hasKl) !== claimOf(best, hasKl) && advantage(found, other.fit, rows) <= TOLD_APART
  );
  if (rival !== undefined) return alike(wordsOf(best), wordsOf(rival));
  if (r.value <= r.halfWidth && -r.value <= r.halfWidth) {
    return r.halfWidth * spreadOf(triangle, recon[0]!).deviation <= NO_PART * loss.deviation
      ? not(["the reconstruction has no part in it"], { reconstruction: null })
      : unidentified(
        `the reconstruction's coefficient is 0 within ± ${r.halfWidth.toPrecision(2)}`,
        MORE_ROWS,
        known,
      );
  }
  if (r.halfWidth > KNOWN * Math.abs(r.value)) return unsure("the reconstruction", r);
  const beta = betaOf(r, kl, gaussian);
  if (!hasKl) {
    return kl.halfWidth * klSpread <= NO_PART * loss.deviation
      ? not([...reconMistakes(best), "the KL is never applied"], { beta, kl: null })
      : unidentified(
        `the KL's coefficient is 0 within ± ${
          kl.halfWidth.toPrecision(2)
        }, so that it is not applied, or β is below ${beta.halfWidth.toPrecision(2)}`,
        MORE_ROWS,
        known,
      );
  }
  const vague = isPlain
    ? pieceKnown.find(({ halfWidth }) => halfWidth > KNOWN * Math.abs(kl.value))
    : kl.halfWidth > KNOWN * Math.abs(kl.value)
    ? { piece: "the KL", ...kl }
    : undefined;
  if (vague !== undefined) return unsure(vague.piece, vague);
  if (r.value < 0) {
    return not(
      kl.value < 0
        ? ["the sign of all is wrong: this is an ELBO, not a loss"]
        : ["the reconstruction has the wrong sign"],
      {
        beta,
      },
    );
  }
  if (kl.value < 0) return not([...reading.mistakes, "the KL has the wrong sign"], { beta });
  if (reading.mistakes.length > 0) return not(reading.mistakes, { beta });
  return { ...known, kind: "beta-vae", beta };
}

const MORE_ROWS = "more rows, in all digits, on which μ and σ differ more";

/** The phrases of readings that are not linear. */
const BENT: Readonly<Record<Bent["kind"], string>> = {
  "floor": "free bits: a latent's KL counts from a floor on",
  "total floor": "free bits: the KL counts from a floor on",
  "capacity": "the KL is held at a capacity",
  "annealed": "β changes with the step",
  "windows": "β changes with the step",
  "latents": "latents count differently",
  "curved": "it is curved in the reconstruction or the KL",
};

const reconMistakes = ({ reading: { reconstruction } }: Candidate): readonly string[] =>
  reconstruction.mistake === null ? [] : [reconstruction.mistake];

const wordsOf = ({ reading: { reconstruction, mistakes, summed } }: Candidate): string =>
  mistakes.length > 0
    ? mistakes.join(" and ")
    : `${nameOf(reconstruction.id)} and the KL as they are${
      summed === "both" ? ", summed over the batch" : ""
    }`;

/** KL's coefficient over that of the reconstruction, where intervals add up. */
function betaOf(r: Interval, kl: Interval, factor: number): Interval {
  const value = kl.value / (factor * r.value);
  const relative = r.halfWidth / Math.abs(r.value);
  return { value, halfWidth: kl.halfWidth / Math.abs(factor * r.value) + Math.abs(value) * relative };
}

/** Which pieces of the KL do not count as the others do; the one of the middle is the measure. */
function weightMistakes(pieces: readonly Coefficient[]): string[] {
  const order = pieces.toSorted((a, b) => a.value - b.value), measure = order[1]!;
  const isZero = ({ value, halfWidth }: Coefficient): boolean => Math.abs(value) <= halfWidth;
  const others = pieces.filter((one) => !isZero(one)), zeros = pieces.filter(isZero);
  if (zeros.length > 0 && others.length > 0) return zeros.map(({ piece }) => `the term ${piece} is missing`);
  return pieces.flatMap((one) => {
    if (one === measure) return [];
    const off = Math.abs(one.value - measure.value) - one.halfWidth - measure.halfWidth;
    if (off <= EQUAL * Math.abs(measure.value)) return [];
    const opposite =
      Math.abs(one.value + measure.value) <= one.halfWidth + measure.halfWidth + EQUAL * Math.abs(one.value);
    return [
      opposite
        ? `the term ${one.piece} has the wrong sign`
        : `the term ${one.piece} counts differently from the rest of the KL`,
    ];
  });
}

/** Kept rows beside a linear reading. */
function pointsOf(columns: Columns, kept: readonly KeptRow[], { reading, fit }: Candidate): ExplainedRow[] {
  return kept.map(({ at, values }) => ({
    at,
    loss: values[columns.loss]!,
    explained: reading.combinations.reduce(
      (sum, combination, i) => sum + fit.coefficients[i]! * valueOf(combination, values),
      fit.constant,
    ),
  }));
}
