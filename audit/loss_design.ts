/**
 * Examples at which a loss is asked, so that the coefficients of its pieces are told apart.
 *
 * @module
 */

import type { Eventually, LossCase, LossTerms, Vector } from "../properties/contract/subject.ts";
import { numbersFrom } from "./auditor.ts";
import type { LogRow } from "./log_row.ts";

/** The loss of a VAE: a number, or one an example, or these as `loss` beside other parts. */
export type AuditedLoss = (given: LossCase) => Eventually<number | Vector | LossTerms>;

/** The examples that a loss takes. */
export interface DesignOptions {
  /** Entries of an example, n. */
  readonly n: number;
  /** Latents, d. */
  readonly d: number;
  /** True if what the decoder gives are logits; means or probabilities, in (0, 1), when absent. */
  readonly logits?: boolean;
}

/** A row of a design: one example. */
export interface Example {
  readonly x: Vector;
  readonly decoded: Vector;
  readonly mean: Vector;
  readonly logVariance: Vector;
}

/** The part of the largest loss that rounding to float32 may leave, summed over some hundred terms. */
export const PRECISION = 1e-5;

/** Examples as the arguments of a loss. */
export const stacked = (examples: readonly Example[], beta: number): LossCase => ({
  x: examples.map(({ x }) => x),
  decoded: examples.map(({ decoded }) => decoded),
  mean: examples.map(({ mean }) => mean),
  logVariance: examples.map(({ logVariance }) => logVariance),
  beta,
});

/** How the examples of a design are drawn. */
interface Design {
  readonly options: DesignOptions;
  /** From where to where log σ² lies. */
  readonly spread: readonly [number, number];
  /** Factors of the residuals and of the posteriors' distance from the prior, from 0 to 1. */
  readonly sizes: { readonly fit: number; readonly divergence: number };
}

/** Examples whose pieces move apart: a size each for residuals, means and variances, with rows in which one of them is all but 0. */
function designed(
  { options: { n, d, logits }, spread: [low, high], sizes }: Design,
  count: number,
): Example[] {
  const draw = numbersFrom(20200 + n + 1000 * d);
  const times = (size: number, f: () => number): number[] => Array.from({ length: size }, f);
  const size = (): number => (draw() < 0.15 ? 0.01 : 0.05 + 0.95 * draw());
  return Array.from({ length: count }, () => {
    const [fit, means, variances] = [
      size() * sizes.fit,
      2 * size() * sizes.divergence,
      size() * sizes.divergence,
    ];
    const x = times(n, () => (draw() < 0.25 ? Math.round(draw()) : draw()));
    const probability = x.map((value) => {
      const near = 0.1 + 0.8 * value;
      return near + fit * (0.03 + 0.94 * draw() - near);
    });
    const middle = low > 0 ? low + (high - low) * draw() : variances * (low + (high - low) * draw());
    return {
      x,
      decoded: logits ? probability.map((p) => 1.3 * Math.log(p / (1 - p))) : probability,
      mean: times(d, () => means * 1.7 * (2 * draw() - 1)),
      logVariance: times(d, () => Math.max(low, Math.min(high, middle + variances * 1.5 * (2 * draw() - 1)))),
    };
  });
}

/** A loss as numbers. */
export class Asked {
  /** The loss, and the β that it is given. */
  constructor(readonly loss: AuditedLoss, readonly beta: number) {}

  /** One number, or one an example. */
  async at(examples: readonly Example[], beta = this.beta): Promise<number | Vector> {
    const answer = await this.loss(stacked(examples, beta));
    const found = typeof answer === "object" && "loss" in answer ? answer.loss : answer;
    if (typeof found === "number" || Array.isArray(found)) return found as number | Vector;
    throw new TypeError(
      `auditLoss: the loss must be a number, numbers [batch], or { loss }, but it is ${
        JSON.stringify(found)
      }`,
    );
  }

  /** Of one example. */
  async one(example: Example, beta = this.beta): Promise<number> {
    const found = await this.at([example], beta);
    return typeof found === "number" ? found : found[0] ?? NaN;
  }
}

/** An example as a row of a log. */
export const rowOf = (
  { x, decoded, mean, logVariance }: Example,
  loss: number,
  logits: boolean,
  step: number,
): LogRow => ({
  loss,
  x,
  ...(logits ? { logits: decoded } : { decoded }),
  mean,
  spread: { is: "log σ²", values: logVariance },
  step,
});

/** log σ² as it is drawn first; then above 0, where code that takes it for σ² or for σ has numbers. */
const SPREADS = [[-4, 2], [0.1, 3]] as const;

/** The loss at a design that suits it, and the first example at which it was not finite. */
export async function rowsOf(asked: Asked, options: DesignOptions): Promise<{
  readonly rows: readonly LogRow[];
  readonly design: readonly Example[];
  readonly infinite: Example | null;
}> {
  const { d, logits = false } = options;
  const count = Math.max(160, 6 * d + 40);
  let infinite: Example | null = null;
  for (const spread of SPREADS) {
    const sizes = await sizesOf(asked, { options, spread, sizes: { fit: 1, divergence: 1 } });
    const design = designed({ options, spread, sizes }, count);
    const rows: LogRow[] = [];
    for (const [step, example] of design.entries()) {
      const loss = await asked.one(example);
      if (Number.isFinite(loss)) rows.push(rowOf(example, loss, logits, step + 1));
      else {
        infinite ??= example;
        break;
      }
    }
    if (rows.length === count) return { rows, design, infinite };
  }
  return { rows: [], design: [], infinite };
}

/** Sizes at which the reconstruction and the KL move the loss about as much. */
async function sizesOf(asked: Asked, design: Design): Promise<Design["sizes"]> {
  const near = designed({ ...design, sizes: { ...design.sizes, fit: 0.01 } }, 12);
  const ratios: number[] = [];
  for (const [i, example] of designed(design, 12).entries()) {
    const zeros = example.mean.map(() => 0);
    const prior = { mean: zeros, logVariance: design.spread[0] > 0 ? example.logVariance : zeros };
    const here = await asked.one(example);
    const fit = Math.abs(here - await asked.one({ ...example, decoded: near[i]!.decoded }));
    const divergence = Math.abs(here - await asked.one({ ...example, ...prior }));
    if (fit > 0 && divergence > 0 && Number.isFinite(fit + divergence)) ratios.push(fit / divergence);
  }
  const ratio = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 1;
  return {
    fit: Math.min(1, Math.max(0.03, ratio ** -0.5)),
    // Below, no latent would reach a floor of free bits.
    divergence: Math.min(1, Math.max(0.5, ratio ** 0.5)),
  };
}
