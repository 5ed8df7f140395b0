/**
 * What a log has of one example, and the pieces of a β-VAE's loss that follow from it.
 *
 * @module
 */

import { LARGEST } from "./triangle.ts";

/** How the reconstruction of an example is known. */
export interface LoggedReconstruction {
  /** Σ (x − x̂)² over its pixels, as the loss had it. */
  readonly sse?: number;
  /** −Σ [x log x̂ + (1 − x) log(1 − x̂)] over its pixels, in nats, as the loss had it. */
  readonly bce?: number;
  /** The pixels `[data]`. */
  readonly x?: ArrayLike<number>;
  /** What was decoded: a Gaussian's mean, or a Bernoulli's probability `[data]`. */
  readonly decoded?: ArrayLike<number>;
  /** What was decoded, where it is a Bernoulli's logits `[data]`. */
  readonly logits?: ArrayLike<number>;
}

/** What the encoder's second output is. */
export type SpreadName = "log σ²" | "log σ" | "σ" | "σ²";

/** A row of a log: one example, or the means over a batch. */
export interface LogRow extends LoggedReconstruction {
  /** The loss of the example; of its whole batch, where `batch` is given. */
  readonly loss: number;
  /** The posterior's mean `[latent]`. */
  readonly mean?: ArrayLike<number>;
  /** The posterior's spread `[latent]`, and what is meant by it. */
  readonly spread?: { readonly is: SpreadName; readonly values: ArrayLike<number> };
  /** KL(q ‖ N(0, I)) in nats, before β, where μ and σ are not logged. */
  readonly kl?: number;
  /** Of how many examples the row is the mean; 1 if left out. Of means of μ and σ nothing follows, of means of `kl` all. */
  readonly examples?: number;
  /** The batch that the example belongs to: rows of a batch follow each other and have its loss. */
  readonly batch?: number | string;
  /** The step of the training. */
  readonly step?: number;
}

/** A likelihood. */
export type LikelihoodName = "gaussian" | "bernoulli";

/** What a code may have taken for the reconstruction. */
export interface ReconstructionReading {
  readonly id: "sse" | "sse of sigmoid" | "bce" | "bce of logits" | "bce of clipped";
  readonly likelihood: LikelihoodName;
  /** In words; null where it is as the log says. */
  readonly mistake: string | null;
  /** Columns: the reconstruction itself, and for a clipped one how much of it is −log of the bound. */
  readonly columns: readonly number[];
}

/** What a code may have taken the spread for. */
export interface SpreadReading {
  readonly as: SpreadName;
  /** The columns of ½Σσ² and −½Σlog σ². */
  readonly variance: number;
  readonly logarithm: number;
}

/** Which column of numbers holds which piece. */
export interface Layout {
  /** Pixels and latents; null where the log does not say. */
  readonly pixels: number | null;
  readonly latents: number | null;
  readonly reconstructions: readonly ReconstructionReading[];
  /** The column of ½Σμ². */
  readonly mean: number | null;
  /** Readings of the spread, as it is meant first. */
  readonly spreads: readonly SpreadReading[];
  /** The column of a KL that was logged. */
  readonly kl: number | null;
  /** How many columns there are. */
  readonly columns: number;
}

/** An example in numbers. */
export interface Pieces {
  /** By column of the layout; NaN where a reading has no finite value. */
  readonly values: Float64Array;
  /** KL of each latent `[latent]`; empty where μ and σ are not logged. */
  readonly kl: Float64Array;
}

const SPREADS: readonly SpreadName[] = ["log σ²", "log σ", "σ", "σ²"];

/** What log σ² is where a number is taken for this; NaN where it cannot be. */
const LOG_VARIANCE: Readonly<Record<SpreadName, (value: number) => number>> = {
  "log σ²": (value) => value,
  "log σ": (value) => 2 * value,
  "σ": (value) => Math.log(value * value),
  "σ²": (value) => Math.log(value),
};
/** What σ² is where a number is taken for this. */
const VARIANCE: Readonly<Record<SpreadName, (value: number) => number>> = {
  "log σ²": Math.exp,
  "log σ": (value) => Math.exp(2 * value),
  "σ": (value) => value * value,
  "σ²": (value) => value,
};

const softplus = (value: number): number => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Torch's bound on a logarithm in a cross-entropy, where a probability is 0. */
const LEAST_LOG = -100;
const logOf = (value: number): number => Math.max(Math.log(value), LEAST_LOG);

/** A term of each reconstruction, for one pixel and the decoded value there. */
export const TERMS: Readonly<Record<ReconstructionReading["id"], (x: number, decoded: number) => number>> = {
  "sse": (x, decoded) => (x - decoded) ** 2,
  "sse of sigmoid": (x, decoded) => (x - sigmoid(decoded)) ** 2,
  "bce": (x, decoded) =>
    decoded < 0 || decoded > 1 ? NaN : -(x * logOf(decoded) + (1 - x) * logOf(1 - decoded)),
  "bce of logits": (x, decoded) => softplus(decoded) - x * decoded,
  // Beyond the bounds a term is −log of the bound times the second column.
  "bce of clipped": (x, decoded) =>
    decoded <= 0 || decoded >= 1 ? 0 : -(x * Math.log(decoded) + (1 - x) * Math.log1p(-decoded)),
};
const beyondBound = (x: number, decoded: number): number => decoded <= 0 ? x : decoded >= 1 ? 1 - x : 0;

/**
 * Which pieces the rows of a log have, from the first of them.
 *
 * @param row the first row
 * @param given what is known beside it: the number of pixels and of latents
 * @throws RangeError if it lacks a piece, or lists differ in length from each other or from what is given
 */
export function layoutOf(
  row: LogRow,
  given: { readonly pixels?: number | undefined; readonly latents?: number | undefined } = {},
): Layout {
  const refuse = (why: string): never => {
    throw new RangeError(why);
  };
  const { x, decoded, logits, mean, spread } = row;
  const output = decoded ?? logits;
  if ((x === undefined) !== (output === undefined)) {
    refuse(`x and x̂ (or its logits) go together, but the log has ${x === undefined ? "no x" : "x alone"}`);
  }
  if (x && output && x.length !== output.length) {
    refuse(`x and x̂ must have the same pixels, but have ${x.length} and ${output.length}`);
  }
  if ((mean === undefined) !== (spread === undefined)) {
    const lack = mean === undefined
      ? "no μ: log it as mu_0, mu_1, …"
      : "no σ: log it as logvar_0, logvar_1, … (or std_, var_)";
    refuse(`μ and σ go together, but the log has ${lack}`);
  }
  if (mean && spread && mean.length !== spread.values.length) {
    refuse(`μ and σ must have the same latents, but have ${mean.length} and ${spread.values.length}`);
  }
  if (!mean && row.kl === undefined) {
    refuse("a log needs μ and σ of each example (mu_0, …, logvar_0, …), or kl, but has neither");
  }
  const counts = (what: string, found: number | null, told: number | undefined): number | null => {
    if (found !== null && told !== undefined && found !== told) {
      refuse(`there must be ${told} ${what}, as was said, but the log has ${found}`);
    }
    return found ?? told ?? null;
  };
  let columns = 0;
  const reconstructions: ReconstructionReading[] = [];
  const add = (
    id: ReconstructionReading["id"],
    likelihood: LikelihoodName,
    mistake: string | null = null,
    width = 1,
  ): void => {
    reconstructions.push({
      id,
      likelihood,
      mistake,
      columns: Array.from({ length: width }, () => columns++),
    });
  };
  if (row.sse !== undefined) add("sse", "gaussian");
  if (row.bce !== undefined) add("bce", "bernoulli");
  if (x && row.sse === undefined && row.bce === undefined) {
    add("sse", "gaussian");
    if (logits) add("bce of logits", "bernoulli");
    if (logits) add("sse of sigmoid", "gaussian");
    else {
      add("bce", "bernoulli");
      add("bce of logits", "bernoulli", "probabilities are taken for logits");
    }
    add("bce of clipped", "bernoulli", "logits are taken for probabilities", 2);
  }
  if (reconstructions.length === 0) refuse("a log needs sse, bce, or x and x̂, but has none of them");
  const spreads = spread
    ? [spread.is, ...SPREADS.filter((as) => as !== spread.is)].map((as) => (
      { as, variance: columns++, logarithm: columns++ }
    ))
    : [];
  return {
    pixels: counts("pixels", x?.length ?? null, given.pixels),
    latents: counts("latents", mean?.length ?? null, given.latents),
    reconstructions,
    mean: mean ? columns++ : null,
    spreads,
    kl: mean ? null : columns++,
    columns,
  };
}

/** Requires numbers whose squares can be added up. @throws RangeError */
function assertUsable(row: LogRow): void {
  const refuse = (why: string): never => {
    throw new RangeError(why);
  };
  if (!(Math.abs(row.loss) <= LARGEST)) refuse(`the loss must be finite, but it is ${row.loss}`);
  for (const name of ["sse", "bce", "kl"] as const) {
    const value = row[name];
    if (value !== undefined && !(Math.abs(value) <= LARGEST)) {
      refuse(`${name} must be at most ${LARGEST}, but it is ${value}`);
    }
  }
  const { x, decoded, logits, mean, spread } = row;
  for (const [name, list] of [["x", x], ["x̂", decoded], ["x̂'s logit", logits]] as const) {
    for (let i = 0; i < (list?.length ?? 0); i++) {
      if (!Number.isFinite(list![i])) {
        refuse(`${name} of pixel ${i + 1} must be finite, but it is ${list![i]}`);
      }
    }
  }
  if (!mean || !spread) return;
  for (let i = 0; i < mean.length; i++) {
    if (!(mean[i]! ** 2 <= LARGEST)) refuse(`μ of latent ${i + 1} must be finite, but it is ${mean[i]}`);
    const { is, values: { [i]: value } } = spread;
    const [own, log] = [VARIANCE[is](value!), LOG_VARIANCE[is](value!)];
    if (own <= LARGEST && Math.abs(log) <= LARGEST) continue;
    const follows = own <= LARGEST ? "log σ²" : "σ²";
    refuse(`${is} of latent ${i + 1} must be a number from which ${follows} follows, but it is ${value}`);
  }
}

/** The pieces of an example. @throws RangeError if a number is not finite, or σ² is not above 0 */
export function piecesOf(row: LogRow, layout: Layout): Pieces {
  assertUsable(row);
  const values = new Float64Array(layout.columns);
  const { x, mean, spread } = row, output = row.decoded ?? row.logits;
  for (const { id, columns: [column, bound] } of layout.reconstructions) {
    if (id === "sse" && row.sse !== undefined) values[column!] = row.sse;
    else if (id === "bce" && row.bce !== undefined) values[column!] = row.bce;
    else {
      const term = TERMS[id];
      for (let i = 0; i < x!.length; i++) {
        values[column!]! += term(x![i]!, output![i]!);
        if (bound !== undefined) values[bound]! += beyondBound(x![i]!, output![i]!);
      }
    }
  }
  if (layout.kl !== null) values[layout.kl] = row.kl!;
  const kl = new Float64Array(mean?.length ?? 0);
  if (!mean || !spread) return { values, kl };
  for (const { as, variance, logarithm } of layout.spreads) {
    for (let i = 0; i < mean.length; i++) {
      const value = spread.values[i]!, own = VARIANCE[as](value), log = LOG_VARIANCE[as](value);
      values[variance]! += own / 2;
      values[logarithm]! -= log / 2;
      if (as === spread.is) kl[i] = (mean[i]! ** 2 + own - log - 1) / 2;
    }
  }
  for (let i = 0; i < mean.length; i++) values[layout.mean!]! += mean[i]! ** 2 / 2;
  return { values, kl };
}
