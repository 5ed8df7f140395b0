/**
 * Which function of a decoder's Jacobian a penalty is: asked at decoders whose Jacobians are known, and compared with every formula.
 *
 * @module
 */

import { AssertionError } from "@std/assert";
import type { Eventually, Matrix, PenaltyCase, Vector } from "../properties/contract/subject.ts";
import { type PenaltyFormula, penaltyFormulas } from "./penalty_formula.ts";
import { caseOf, type Probe, probes } from "./penalty_probe.ts";

/** A penalty: a number, or one an example. */
export type Penalty = (given: PenaltyCase) => Eventually<number | Vector>;

/** How to ask a penalty. */
export interface PenaltyOptions {
  /** n and d of the decoders; several sizes when absent, which tells a mean over outputs from a factor. */
  readonly size?: { readonly n: number; readonly d: number };
  /** The id of the formula that it should be, as in "jacobian-norm". */
  readonly expected?: string;
  /** The factor that it should have. */
  readonly weight?: number;
  /** The largest error, as a part of the value, that differences or rounding may make; 1e-3 when absent. */
  readonly tolerance?: number;
  /** Draws of a penalty that is random, at each point; 2000 when absent. */
  readonly draws?: number;
}

/** A point at which a penalty is not a formula: J, β, and both numbers. */
export interface PenaltyCounterexample {
  /** `[data][latent]` */
  readonly jacobian: Matrix;
  /** β there. */
  readonly beta: number;
  /** What the penalty is. */
  readonly found: number;
  /** What the formula is: the expected one with its own factor, another with the one that fits it best. */
  readonly formula: number;
  /** The formula. */
  readonly id: string;
}

/** What a penalty is. */
export interface PenaltyAudit {
  /** True iff it is a known formula, and the expected one with the expected factor where these are given. */
  readonly ok: boolean;
  /** The id of its formula; null where it is none of those known. */
  readonly id: string | null;
  /** The factor of the formula. */
  readonly weight: number;
  /** How it reduces a batch; null where a batch is not made of its examples. */
  readonly batch: "sum" | "mean" | "none" | null;
  /** True if it gives different numbers for the same arguments. */
  readonly random: boolean;
  /** The largest error of the formula, as a part of the value, or in standard errors where it is random. */
  readonly error: number;
  /** Where it differs from the expected formula, or from the nearest other one. */
  readonly counterexample: PenaltyCounterexample;
  /** In one or two sentences. */
  readonly words: string;
}

/** The value at a probe: a mean of draws, and its standard error where the penalty is random. */
interface Found {
  readonly probe: Probe;
  readonly value: number;
  readonly error: number;
}

/** The means of a penalty's draws at points: one number, or one an example. */
async function drawn(penalty: Penalty, probe: Probe, z: Matrix, draws: number): Promise<readonly Found[]> {
  const means: number[] = [], squares: number[] = [];
  for (let t = 1; t <= draws; t++) {
    const answer = await penalty(caseOf(probe, z));
    (typeof answer === "number" ? [answer] : answer).forEach((value, b) => {
      const off = value - (means[b] ?? 0);
      means[b] = (means[b] ?? 0) + off / t;
      squares[b] = (squares[b] ?? 0) + off * (value - means[b]);
    });
  }
  return means.map((value, b) => ({
    probe,
    value,
    error: draws < 2 ? 0 : Math.sqrt(squares[b]! / (draws - 1) / draws),
  }));
}

/** The same of the probe's own point. */
async function asked(penalty: Penalty, probe: Probe, draws: number): Promise<Found> {
  return (await drawn(penalty, probe, [probe.z], draws))[0] ?? { probe, value: NaN, error: 0 };
}

/** A formula with the factor that fits it best, and how far it is off. */
interface Match {
  readonly formula: PenaltyFormula;
  readonly weight: number;
  readonly error: number;
  /** The place where it is furthest off. */
  readonly at: Found;
  readonly expected: number;
}

/** The formula of penalties that penalise nothing. */
const CONSTANT = "nothing";
/** An error so large, in units of the allowed one, that the formula is surely another. */
const CLEAR = 50;
/** How often each point is asked again, to see whether a penalty is random: signs alone leave a few as they are. */
const REPEATS = 3;
/** Standard errors that a mean of draws may be off by: missed once in 10⁷ at 20 points. */
const ERRORS = 6;

/** How well a formula fits, with a factor or with the best one: errors as parts of the tolerance, so that 1 is accepted. */
function match(formula: PenaltyFormula, found: readonly Found[], tolerance: number, factor?: number): Match {
  const values = found.map(({ probe }) => formula.value(probe));
  const allowed = found.map(({ value, error }) => tolerance * Math.abs(value) + ERRORS * error + 1e-12);
  // Where a formula is not finite the penalty may be anything else that is not.
  const known = found.flatMap((
    { value },
    i,
  ) => (Number.isFinite(values[i]) && Number.isFinite(value) ? [i] : []));
  const [up, down] = known.reduce(([up, down], i) => {
    const share = 1 / allowed[i]! ** 2;
    return [up + share * values[i]! * found[i]!.value, down + share * values[i]! ** 2];
  }, [0, 0]);
  const weight = factor ?? (down > 0 ? up / down : 0);
  // Every formula with the factor 0 is the constant 0.
  const isVoid = weight === 0 && formula.id !== CONSTANT || known.length < 3;
  const errors = found.map(({ value }, i) => {
    const isFinite = Number.isFinite(values[i]);
    if (isVoid || isFinite !== Number.isFinite(value)) return Infinity;
    return isFinite ? Math.abs(value - weight * values[i]!) / allowed[i]! : 0;
  });
  const error = Math.max(...errors);
  // The first Jacobian that shows it clearly is the plainest.
  const clear = errors.findIndex((off, i) => off > Math.min(CLEAR, error / 2) && Number.isFinite(values[i]));
  const worst = clear >= 0 ? clear : errors.indexOf(error);
  return { formula, weight, error, at: found[worst]!, expected: weight * values[worst]! };
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/**
 * Says which function of the Jacobian a penalty is, by its values at decoders whose Jacobians are known: linear ones, and A tanh(z + c) + b.
 *
 * ```ts
 * import { auditPenalty } from "@grae/grae/audit";
 *
 * // One backward pass from the summed outputs: two published "gradient penalties" are this.
 * const audit = await auditPenalty(({ decoder, z }) => {
 *   const sum = (point: readonly number[]) => decoder([point])[0]!.reduce((total, entry) => total + entry, 0);
 *   const norms = z.map((point) =>
 *     point.reduce((norm, _, i) => {
 *       const [up, down] = [1e-4, -1e-4].map((h) => sum(point.map((entry, k) => (k === i ? entry + h : entry))));
 *       return norm + ((up! - down!) / 2e-4) ** 2;
 *     }, 0)
 *   );
 *   return norms.reduce((total, norm) => total + norm, 0) / norms.length;
 * }, { expected: "jacobian-norm" });
 * console.assert(!audit.ok && audit.id === "summed-outputs");
 * ```
 *
 * @throws RangeError for an expected formula that is not known, or a size that is none
 */
export async function auditPenalty(penalty: Penalty, options: PenaltyOptions = {}): Promise<PenaltyAudit> {
  const { tolerance = 1e-3, draws = 2000, size, expected } = options;
  const wanted = expected === undefined ? undefined : penaltyFormulas.find(({ id }) => id === expected);
  if (expected !== undefined && wanted === undefined) {
    const known = penaltyFormulas.map(({ id }) => id).join(", ");
    throw new RangeError(`auditPenalty: expected must be one of ${known}, but is ${expected}`);
  }
  if (size && !(Number.isInteger(size.n) && Number.isInteger(size.d) && size.n > 0 && size.d > 0)) {
    throw new RangeError(`auditPenalty: size must be whole numbers from 1, but is ${size.n} × ${size.d}`);
  }
  const all = probes(size);
  const once = await Promise.all(all.map((probe) => asked(penalty, probe, 1)));
  let random = false;
  for (let t = 0; t < REPEATS && !random; t++) {
    for (const [i, probe] of all.entries()) {
      random ||= !Object.is((await asked(penalty, probe, 1)).value, once[i]!.value);
    }
  }
  const found: Found[] = [];
  if (random) { for (const probe of all) found.push(await asked(penalty, probe, draws)); }
  else found.push(...once);
  // A mean of draws has no other error than that of drawing, and differences inside it.
  const matches = penaltyFormulas.map((formula) => match(formula, found, tolerance));
  const fitting = matches.filter(({ error }) => error <= 1);
  const isPlain = ({ weight }: Match): boolean => Math.abs(weight - 1) <= tolerance;
  const best = fitting.find(({ formula }) => formula.id === expected) ?? fitting.find(isPlain) ?? fitting[0];
  const batch = await reduction(
    penalty,
    all.find(({ network }) => network.length > 1)!,
    random ? draws : 1,
    tolerance,
  );
  const nearest = matches.filter((other) => other !== best && !fitting.includes(other))
    .reduce((near, other) => (other.error < near.error ? other : near));
  const other = wanted && best?.formula !== wanted
    ? match(wanted, found, tolerance, options.weight ?? 1)
    : nearest;
  const rightWeight = options.weight === undefined || best === undefined ||
    Math.abs(best.weight - options.weight) <=
      2 * tolerance * Math.abs(options.weight) + weightError(best, found);
  const ok = best !== undefined && batch !== null && rightWeight &&
    (wanted === undefined ? best.formula.id !== CONSTANT : best.formula === wanted);
  return {
    ok,
    id: best?.formula.id ?? null,
    weight: best?.weight ?? NaN,
    batch,
    random,
    error: best === undefined ? NaN : best.error * (random ? ERRORS : tolerance),
    counterexample: {
      jacobian: other.at.probe.jacobian,
      beta: other.at.probe.beta,
      found: other.at.value,
      formula: other.expected,
      id: other.formula.id,
    },
    words: inWords({ best, other, batch, random, options, rightWeight, fitting }),
  };
}

/** How far the factor of a random penalty may be off. */
function weightError({ formula }: Match, found: readonly Found[]): number {
  return ERRORS * Math.min(...found.map(({ probe, error }) => error / Math.abs(formula.value(probe))));
}

/** How a batch of examples is made of them. */
async function reduction(
  penalty: Penalty,
  probe: Probe,
  draws: number,
  tolerance: number,
): Promise<PenaltyAudit["batch"]> {
  const { z } = probe;
  // Different sizes, so that no two examples have the same Jacobian.
  const points = [z, z.map((entry, i) => entry / 2 - 0.2 - 0.1 * i), z.map((entry) => -2 * entry)];
  const alone: Found[] = [];
  for (const point of points) alone.push(...await drawn(penalty, probe, [point], draws));
  const together = await drawn(penalty, probe, points, draws);
  const errors = ERRORS * alone.reduce((sum, { error }) => sum + error, 0);
  const close = (found: Found | undefined, expected: number): boolean =>
    found !== undefined &&
    Math.abs(found.value - expected) <=
      3 * tolerance * Math.abs(expected) + errors + ERRORS * found.error + 1e-12;
  if (together.length > 1) {
    return together.length === points.length && together.every((found, b) => close(found, alone[b]!.value))
      ? "none"
      : null;
  }
  const sum = alone.reduce((total, { value }) => total + value, 0);
  if (close(together[0], sum / points.length)) return "mean";
  return close(together[0], sum) ? "sum" : null;
}

interface Reading {
  readonly best: Match | undefined;
  readonly other: Match;
  readonly batch: PenaltyAudit["batch"];
  readonly random: boolean;
  readonly options: PenaltyOptions;
  readonly rightWeight: boolean;
  readonly fitting: readonly Match[];
}

function inWords({ best, other, batch, random, options, rightWeight, fitting }: Reading): string {
  const { formula, at, expected } = other;
  const isBest = options.expected === undefined || best?.formula.id === options.expected;
  const factorOf = isBest
    ? "with the factor that fits best "
    : options.weight === undefined
    ? ""
    : `${options.weight} times `;
  const where = `at J = ${
    JSON.stringify(at.probe.jacobian.map((row) => row.map((e) => Number(short(e)))))
  }, β = ${short(at.probe.beta)} it is ${short(at.value)}, and ${factorOf}${formula.formula} is ${
    short(expected)
  }`;
  const reduced = batch === "sum"
    ? `, summed over the batch`
    : batch === "mean"
    ? `, averaged over the batch`
    : batch === "none"
    ? ", one an example"
    : "";
  const mixed = batch === null ? " A batch is neither the sum nor the mean of its examples." : "";
  if (best === undefined) {
    return `This penalty${
      random ? ", which is random," : ""
    } is none of the ${penaltyFormulas.length} formulas known here. ` +
      `The nearest is ${formula.name}, but ${where}.${mixed}`;
  }
  if (best.formula.id === CONSTANT) {
    return `This penalty is ${short(best.weight)} everywhere: it penalises nothing.`;
  }
  const factor = Math.abs(best.weight - 1) <= 1e-3 ? "" : `${short(best.weight)} times `;
  const what = `${factor}${best.formula.formula} (${best.formula.name})${reduced}`;
  const ties = fitting.length > 1 && options.size
    ? ` At one size it may also be ${
      fitting.filter((one) => one !== best).map((one) => `${short(one.weight)} times ${one.formula.formula}`)
        .join(", ")
    }.`
    : "";
  const head = random ? `This penalty is a random estimate of ${what}.` : `This penalty is ${what}.`;
  if (!rightWeight) return `${head} Its factor should be ${short(options.weight!)}.${mixed}`;
  return `${head} It is not ${formula.name}: ${where}.${ties}${mixed}`;
}

/**
 * Requires a penalty to be a formula, for a test: `Deno.test("…", () => assertPenalty(mine, "jacobian-norm"))`.
 *
 * @throws AssertionError with the words of {@linkcode auditPenalty} where it is another one, or has another factor
 */
export async function assertPenalty(
  penalty: Penalty,
  expected: string,
  options: Omit<PenaltyOptions, "expected"> = {},
): Promise<void> {
  const { ok, words } = await auditPenalty(penalty, { ...options, expected });
  if (!ok) throw new AssertionError(words);
}
