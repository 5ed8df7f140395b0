/**
 * What rows of a log say of a loss: whether it is a β-VAE's, and with which β.
 *
 * A claim needs three things: its reading explains the rows, no other reading explains them as well, and every coefficient that it speaks
 * of is told apart from the others. Otherwise the verdict is "unidentified".
 *
 * @module
 */

import { type Departure, departure, ENOUGH } from "./departure.ts";
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
  isExact,
  klPieces,
  nameOf,
  namesOf,
  ROUNDING,
} from "./readings.ts";
import { entanglement } from "./words.ts";
import { type Combination, type Fit, fit, spreadOf, type Triangle } from "./triangle.ts";

/** A term has no part in a loss if it has at most this part of its standard deviation. */
const NO_PART = 1e-5;
/** Coefficients of the KL's pieces count as equal within this part of each other. */
const EQUAL = 0.005;
/** A coefficient is known if its interval is less than this part of the KL's to each side. */
const KNOWN = 0.5;
/** That pieces are missing, or one has the wrong sign, is said if their intervals are less than this part of the greatest to each side. */
const SHARP = 0.1;

/** What a reading claims; where the KL has no part in it, how it is read is no claim. */
const claimOf = ({ reading: { reconstruction, mistakes, summed } }: Candidate, hasKl: boolean): string =>
  [reconstruction.id, ...(hasKl ? [...mistakes, summed] : [])].join("; ");

/** A log under judgement. */
interface Case {
  readonly columns: Columns;
  readonly triangle: Triangle;
  readonly kept: readonly KeptRow[];
  /** All readings, the best first. */
  readonly candidates: readonly Candidate[];
  readonly best: Candidate;
  /** The reconstruction, the pieces of the KL, and constants that grow with a batch. */
  readonly parts: Readonly<Record<"recon" | "own" | "rest", readonly Combination[]>>;
  /** The fit of all parts, each by itself. */
  readonly apart: Fit;
  /** Coefficients of the KL's pieces in it. */
  readonly pieces: readonly Coefficient[];
  /** The coefficients of the best reading. */
  readonly r: Interval;
  readonly kl: Interval;
  /** Whether the spread is taken for what the log says it is. */
  readonly isPlain: boolean;
  /** What is known so far. */
  readonly known: Omit<Finding, "kind">;
}

const unidentified = (known: Omit<Finding, "kind">, unknown: string, toLog: string): Finding => (
  { ...known, kind: "unidentified", beta: null, mistakes: [], unknown, toLog }
);
const not = ({ known }: Case, mistakes: readonly string[], more: Partial<Finding> = {}): Finding => (
  { ...known, ...more, kind: "not-beta-vae", mistakes }
);
const alike = ({ known }: Case, one: string, other: string): Finding =>
  unidentified(
    known,
    `two readings explain these rows alike: ${one}, and ${other}`,
    "rows that differ more, such as those of the first steps of a training, in all digits",
  );
const unsure = ({ known }: Case, piece: string, { value, halfWidth }: Interval): Finding =>
  unidentified(
    known,
    `the coefficient of ${piece} is known as ${value.toPrecision(2)} ± ${halfWidth.toPrecision(2)} only`,
    MORE_ROWS,
  );

/**
 * What rows say of a loss.
 *
 * @param columns what the triangle's columns are
 * @param triangle all rows
 * @param kept some of them, drawn evenly
 */
export function findingOf(columns: Columns, triangle: Triangle, kept: readonly KeptRow[]): Finding {
  const { layout } = columns, { rows } = triangle;
  const size = columns.batches ? spreadOf(triangle, [[layout.columns, 1]]) : null;
  const blank: Omit<Finding, "kind"> = {
    ...NOTHING_KNOWN,
    rows,
    pixels: layout.pixels,
    latents: layout.latents,
    batch: size !== null && size.deviation <= 1e-9 * size.size ? size.mean : null,
  };
  const tooFew = (coefficients: number): Finding =>
    unidentified(
      blank,
      `there ${rows === 1 ? "is one" : `are ${rows}`}, and ${coefficients} coefficients need ${
        coefficients + 1
      }`,
      `at least ${coefficients + 1} ${columns.batches ? "batches" : "rows"}, better a hundred`,
    );
  if (columns.areMeans) {
    return unidentified(
      blank,
      "they are means over a batch, and the mean of μ² does not follow from the mean of μ",
      "each example with the loss of its batch and the batch's number, or kl and sse",
    );
  }
  const least = klPieces(columns).length + 2;
  if (rows <= least) return tooFew(least);
  const loss = spreadOf(triangle, [[columns.loss, 1]]);
  if (loss.deviation <= ROUNDING * loss.size) {
    return unidentified(
      blank,
      "the loss is the same in all rows",
      "the loss of each example (reduction none), or of batches with their examples",
    );
  }
  // Clipped logits have numbers whatever was decoded, so that there is one.
  const candidates = candidatesOf(columns, triangle), best = candidates[0]!;
  const { reading, fit: found } = best;
  const { combinations, places, reconstruction, spread, summed } = reading;
  const parts = {
    recon: combinations.slice(0, places.kl),
    own: klPieces(columns, summed === "both" || summed === "kl"),
    rest: combinations.slice(places.kl + 1),
  };
  const apart = fit(triangle, [...parts.recon, ...parts.own, ...parts.rest], columns.loss);
  if (apart.freedom < 1) return tooFew(rows - apart.freedom);
  if (apart.entangled.length > 0) {
    const { unknown, toLog } = entanglement(columns, triangle, apart.entangled, parts.recon, parts.own);
    return unidentified({ ...blank, unexplained: shareOf(found) }, unknown, toLog);
  }
  const [r, kl] = [places.reconstruction, places.kl].map((place) => intervalOf(found, place, rows)) as [
    Interval,
    Interval,
  ];
  const pieces = namesOf(parts.own).map((piece, i): Coefficient => (
    { piece, ...intervalOf(apart, parts.recon.length + i, rows) }
  ));
  const isPlain = spread === null ||
    [spread.variance, spread.logarithm].every((as) => as === layout.spreads[0]!.as);
  const name = nameOf(reconstruction.id);
  return judged({
    ...{ columns, triangle, kept, candidates, best, parts, apart, pieces, r, kl, isPlain },
    known: {
      ...blank,
      // Of a spread that is taken for something else, the pieces as they are meant say nothing.
      coefficients: isPlain
        ? [{ piece: name, ...intervalOf(apart, 0, rows) }, ...pieces, constant(apart.constant)]
        : [{ piece: name, ...r }, { piece: "KL so taken", ...kl }, constant(found.constant)],
      likelihood: reconstruction.likelihood,
      reconstruction: r,
      kl,
      unexplained: shareOf(found),
      points: pointsOf(columns, kept, best),
    },
  });
}

/** The finding where there are no rows. */
export const NOTHING_KNOWN: Omit<Finding, "kind"> = {
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
  rows: 0,
  pixels: null,
  latents: null,
  batch: null,
  points: [],
};

const constant = (value: number): Coefficient => ({ piece: "1", value, halfWidth: NaN });

/** The verdict, where all pieces can be told apart. */
function judged(log: Case): Finding {
  const { columns, triangle, kept, candidates, best, parts: { recon, own, rest }, kl } = log;
  // Readings that are not linear first: they may explain where no linear one does.
  const departs = departure(columns, kept, candidates, [...recon, ...own, ...rest]);
  if (departs !== null) {
    return departs.isTold ? bentFinding(log, departs) : alike(log, wordsOf(best), BENT[departs.bent.kind]);
  }
  const isExplained = shareOf(best.fit) <= UNEXPLAINED;
  const byPieces = pieceFinding(log, isExplained);
  if (byPieces !== null) return byPieces;
  if (!isExplained) return not(log, ["it is not made of these pieces"], { reconstruction: null, kl: null });
  if (kept.length < ENOUGH && !isExact(best.fit, triangle.rows)) {
    return unidentified(
      log.known,
      `${kept.length} rows are too few to tell noise from another term, and ${
        (100 * shareOf(best.fit)).toPrecision(2)
      }% of the spread of the loss is unexplained`,
      `at least ${ENOUGH} rows, or these in all digits`,
    );
  }
  const hasKl = Math.abs(kl.value) > kl.halfWidth;
  const rival = candidates.slice(1).find((other) =>
    claimOf(other, hasKl) !== claimOf(best, hasKl) &&
    advantage(best.fit, other.fit, triangle.rows) <= TOLD_APART
  );
  if (rival !== undefined) return alike(log, wordsOf(best), wordsOf(rival));
  return coefficientFinding(log, hasKl);
}

/** Of a loss that is not linear in its pieces. */
function bentFinding({ columns, kept, ...log }: Case, { bent, base }: Departure): Finding {
  const { kind, threshold, weights } = bent, { reconstruction, places } = base.reading;
  const mistakes = [...reconstruction.mistake === null ? [] : [reconstruction.mistake], BENT[kind]];
  const more = { likelihood: reconstruction.likelihood, bent: { kind, threshold, weights }, kl: null };
  // Squares explain nothing; they show that what is left has a shape.
  if (kind === "curved") return not({ columns, kept, ...log }, mistakes, { ...more, reconstruction: null });
  return not({ columns, kept, ...log }, mistakes, {
    ...more,
    reconstruction: intervalOf(bent.fit, 0, kept.length),
    kl: weights.length === 1 ? intervalOf(bent.fit, places.kl, kept.length) : null,
    unexplained: shareOf(bent.fit),
    points: kept.map(({ at, values }, i) => (
      { at, loss: values[columns.loss]!, explained: bent.explained[i]! }
    )),
  });
}

/** Of a loss in which the pieces of the KL count differently; null where they do not. */
function pieceFinding(log: Case, isExplained: boolean): Finding | null {
  const { pieces, apart, best, triangle, known } = log;
  const isBetter = isExplained
    ? advantage(apart, best.fit, triangle.rows) > TOLD_APART
    : shareOf(apart) <= UNEXPLAINED;
  const mistakes = pieces.length > 1 && isBetter ? weightMistakes(pieces) : [];
  if (mistakes.length === 0) return null;
  const [reconstruction] = known.coefficients as [Coefficient];
  return not(log, mistakes, { unexplained: shareOf(apart), reconstruction, kl: null });
}

/** The finding for a loss that its reading explains, from its two coefficients. */
function coefficientFinding(log: Case, hasKl: boolean): Finding {
  const { r, kl, best: { reading }, triangle, columns, isPlain, pieces, known, parts: { recon } } = log;
  const { deviation } = spreadOf(triangle, [[columns.loss, 1]]);
  const hasNoPart = ({ halfWidth }: Interval, part: Combination): boolean =>
    halfWidth * spreadOf(triangle, part).deviation <= NO_PART * deviation;
  if (Math.abs(r.value) <= r.halfWidth) {
    if (hasNoPart(r, recon[0]!)) {
      return not(log, ["the reconstruction has no part in it"], { reconstruction: null });
    }
    const within = r.halfWidth.toPrecision(2);
    return unidentified(known, `the reconstruction's coefficient is 0 within ± ${within}`, MORE_ROWS);
  }
  if (r.halfWidth > KNOWN * Math.abs(r.value)) return unsure(log, "the reconstruction", r);
  const beta = betaOf(r, kl, reading.reconstruction.likelihood === "gaussian" ? 2 : 1);
  if (!hasKl) {
    if (hasNoPart(kl, reading.combinations[reading.places.kl]!)) {
      const { mistake } = reading.reconstruction;
      return not(log, [...mistake === null ? [] : [mistake], "the KL is never applied"], { beta, kl: null });
    }
    const [within, below] = [kl, beta].map(({ halfWidth }) => halfWidth.toPrecision(2));
    return unidentified(
      known,
      `the KL's coefficient is 0 within ± ${within}, so that it is not applied, or β is below ${below}`,
      MORE_ROWS,
    );
  }
  const parts = isPlain ? pieces : [{ piece: "the KL", ...kl }];
  const vague = parts.find(({ halfWidth }) => halfWidth > KNOWN * Math.abs(kl.value));
  if (vague !== undefined) return unsure(log, vague.piece, vague);
  const signs = r.value < 0 && kl.value < 0
    ? ["the sign of all is wrong: this is an ELBO, not a loss"]
    : r.value < 0
    ? ["the reconstruction has the wrong sign"]
    : kl.value < 0
    ? ["the KL has the wrong sign"]
    : [];
  const mistakes = [...reading.mistakes, ...signs];
  return mistakes.length > 0 ? not(log, mistakes, { beta }) : { ...known, kind: "beta-vae", beta };
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
  const measure = pieces.toSorted((a, b) => a.value - b.value)[1]!;
  const most = Math.max(...pieces.map(({ value }) => Math.abs(value)));
  const isSharp = ({ halfWidth }: Interval): boolean => halfWidth <= SHARP * most;
  const zeros = pieces.every(isSharp)
    ? pieces.filter(({ value, halfWidth }) => Math.abs(value) <= halfWidth)
    : [];
  if (zeros.length > 0 && zeros.length < pieces.length) {
    return zeros.map(({ piece }) => `the term ${piece} is missing`);
  }
  return pieces.flatMap((one) => {
    if (one === measure) return [];
    const together = one.halfWidth + measure.halfWidth, equal = EQUAL * Math.abs(measure.value);
    if (Math.abs(one.value - measure.value) - together <= equal) return [];
    const isOpposite = isSharp(one) && Math.abs(one.value + measure.value) <= together + equal;
    return [
      isOpposite
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
