/**
 * The first view in tables.
 *
 * @module
 */

import type { ActivationName } from "../digits/names.ts";
import { spreadOf } from "../study/spread.ts";
import type { Table } from "../study/study.ts";
import { COMPARED } from "../digits/compared.ts";
import { type Corresponding, corresponding } from "./corresponding.ts";
import { endedOf, overSeeds, signed } from "./format.ts";
import type { CompareOptions } from "./options.ts";
import type { Snapshot } from "./part_result.ts";
import { endsAt, gapOf, type TrackedTraining } from "./tracked_training.ts";

/** Gaps, what they are made of, and corresponding terms, at the end of the training, by β. */
export function alongTables(
  { betas, epochs, seeds }: CompareOptions,
  trainings: readonly TrackedTraining[],
  activation: ActivationName,
): Table[] {
  const ended = betas.toSorted((a, b) => a - b).map((beta) => ({
    beta,
    ends: endsAt(trainings, beta, epochs),
  }))
    .filter(({ ends }) => ends.length > 0);
  const others = COMPARED.slice(1);
  const after = `after a β-VAE's training with ${activation}, means ${overSeeds(seeds)}`;
  const headOf = (beta: number, ends: readonly Snapshot[]): string => beta + endedOf(ends.length, seeds);
  const terms = (names: readonly (keyof Corresponding)[], text: (mean: number) => string): string[][] =>
    ended.map(({ beta, ends }) => [
      headOf(beta, ends),
      ...names.map((name) => text(spreadOf(ends.map((end) => corresponding(end)[name])).mean)),
    ]);
  return [
    {
      title: `How tight each approximation is, ${activation}`,
      caption:
        `The β-VAE loss less (n/2) log 2π, and each objective less that, in nats per digit and in percent, ` +
        `${after}.`,
      head: ["β", "β-VAE", ...others.map(({ name }) => name)],
      rows: ended.map(({ beta, ends }) => {
        const reference = spreadOf(ends.map(({ values }) => values["beta-vae"].loss)).mean;
        return [
          headOf(beta, ends),
          reference.toFixed(2),
          ...others.map(({ objective }) => {
            const gap = spreadOf(ends.map((end) => gapOf(end, objective))).mean;
            return `${signed(gap, 3)} (${signed(100 * gap / reference, 2)} %)`;
          }),
        ];
      }),
    },
    {
      title: `What sets GRAE apart, ${activation}`,
      caption:
        "GRAE less the β-VAE loss is the sum of three: what the Gauss–Newton expansion misses; Σ optimal in its " +
        `family instead of learned (S2); the full family instead of mean-field (G3). Nats per digit, ${after}.`,
      head: ["β", "expansion", "Σ optimal", "Σ full"],
      rows: terms(["truncation", "optimum", "family"], (mean) => signed(mean, 3)),
    },
    {
      title: `Term by term, ${activation}`,
      caption:
        `Nats per digit, ${after}. Noise: E_q ½‖x − g(z)‖² − ½‖x − g(h)‖². The columns on a side of an arrow ` +
        "stand for each other.",
      head: [
        "β",
        "½‖x − g(h)‖²",
        "(β/2)‖h‖²",
        "noise ↔",
        "−½ tr(H_f Σ)",
        "½ tr(GΣ)",
        "β KL − (β/2)‖h‖²",
        "noise + that ↔",
        "volume of GRAE",
        "of GRAE*",
      ],
      rows: terms(
        [
          ...["reconstruction", "prior", "noise", "hessian", "jacobian"] as const,
          ...["divergence", "spread", "volume", "volumeStar"] as const,
        ],
        (mean) => mean.toFixed(3).replace("-", "−"),
      ),
    },
  ];
}
