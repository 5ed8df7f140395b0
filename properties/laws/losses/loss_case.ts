/**
 * Cases of a VAE's loss: data in [0, 1], ends included; logits up to ±30, where σ rounds to 1 in float32; log σ² from −20 to 5.
 *
 * @module
 */

import fc from "fast-check";
import type { Ledger } from "../../contract/ledger.ts";
import { completeLossConvention } from "../../contract/loss.ts";
import type { LossCase, Matrix } from "../../contract/subject.ts";
import { batchSize, beta, between, dataSize, latentSize, listOf, matrix, real } from "../arbitrary/number.ts";

/** What is drawn: the decoder's output is made of it by the convention. */
export interface DrawnLoss {
  readonly x: Matrix;
  /** Logits `[batch][data]`. */
  readonly logits: Matrix;
  readonly mean: Matrix;
  readonly logVariance: Matrix;
  readonly beta: number;
}

/** Cases of the given number of examples. */
export function lossCaseOf(batch: fc.Arbitrary<number>): fc.Arbitrary<DrawnLoss> {
  return fc.tuple(batch, dataSize, latentSize).chain(([examples, data, latent]) => {
    const rows = (columns: number, entry: fc.Arbitrary<number>): fc.Arbitrary<Matrix> =>
      listOf(examples, listOf(columns, entry));
    return fc.record({
      x: rows(data, fc.oneof(between(0, 1), fc.constantFrom(0, 1))),
      logits: rows(data, fc.oneof(real(3), real(30))),
      mean: matrix(examples, latent, 3),
      logVariance: rows(latent, fc.oneof(real(3), between(-20, 5))),
      beta,
    });
  });
}

/** A case. */
export const lossCase: fc.Arbitrary<DrawnLoss> = lossCaseOf(batchSize);

/** The largest logit of which a probability is handed over: 1 − p keeps 7 bits of float32 there. */
const LARGEST = 12;

/** The case at the convention of the subject: `bce` takes probabilities, and a β that is declared is that of the case. */
export function atConvention({ logits, ...drawn }: DrawnLoss, expect: Ledger): LossCase {
  const { lossConvention } = expect.declared;
  const { reconstruction } = completeLossConvention(lossConvention);
  const decoded = reconstruction !== "bce"
    ? logits
    : logits.map((row) =>
      row.map((logit) => 1 / (1 + Math.exp(-Math.max(-LARGEST, Math.min(LARGEST, logit)))))
    );
  return { ...drawn, decoded, beta: lossConvention?.beta ?? drawn.beta };
}
