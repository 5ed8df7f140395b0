import { median } from "../study/median.ts";
import type { Table } from "../study/study.ts";
import { valuesOf } from "./names.ts";
import type { MeasuredFit } from "./parts.ts";
import { select, shown } from "./words.ts";

/** Worst and median alignments, a table for each number of latents. */
export function tablesOf(fits: readonly MeasuredFit[]): Table[] {
  return valuesOf(fits, "latent").map((latent) => {
    const own = select(fits, { latent });
    const hasBlocks = own.some(({ toBlocks }) => toBlocks !== null);
    const rows = valuesOf(own, "weights").flatMap((weights) =>
      valuesOf(own, "activation").flatMap((activation) =>
        valuesOf(own, "family").flatMap((family) => {
          const found = select(own, { weights, activation, family });
          if (found.length === 0) return [];
          const both = (values: readonly number[]): string[] =>
            [Math.min(...values), median(values)].map(shown);
          return [[
            weights,
            activation,
            family,
            ...both(found.map((fit) => fit.toTruth)),
            ...both(found.map((fit) => fit.toPrincipal)),
            ...(hasBlocks ? both(found.flatMap(({ toBlocks }) => toBlocks ?? [])) : []),
            median(found.map((fit) => fit.loss)).toFixed(3),
          ]];
        })
      )
    );
    const spans = hasBlocks
      ? "; to blocks: mean cos² of the angles between what blocks of 2 columns span and pairs of principal axes"
      : "";
    return {
      title: `Alignment with ${latent} latents`,
      caption:
        `Mean |cosine| of matched columns over ${
          valuesOf(own, "seed").length
        } seeds, to the columns of W and to its ` +
        `principal axes${spans}; the loss is the median over seeds, in nats per example.`,
      head: [
        ...["W", "ν", "family", "to W, worst", "median", "to axes, worst", "median"],
        ...(hasBlocks ? ["to blocks, worst", "median"] : []),
        "loss",
      ],
      rows,
    };
  });
}
