import type { Fit } from "../../properties/laws/trained.ts";
import type { Table } from "../study/study.ts";
import { median, select, shown } from "./words.ts";

/** The values of a field that some fits have, in the order in which they come. */
function values<Name extends keyof Fit>(fits: readonly Fit[], name: Name): Fit[Name][] {
  return [...new Set(fits.map((fit) => fit[name]))];
}

/** Worst and median alignments, a table for each number of latents. */
export function tablesOf(fits: readonly Fit[]): Table[] {
  return values(fits, "latent").map((latent) => {
    const own = select(fits, { latent });
    const rows = values(own, "weights").flatMap((weights) =>
      values(own, "activation").flatMap((activation) =>
        values(own, "family").map((family) => {
          const found = select(own, { weights, activation, family });
          const both = (to: "toTruth" | "toPrincipal"): string[] => {
            const alignments = found.map((fit) => fit[to]);
            return [Math.min(...alignments), median(alignments)].map(shown);
          };
          const loss = median(found.map((fit) => fit.loss)).toFixed(3);
          return [weights, activation, family, ...both("toTruth"), ...both("toPrincipal"), loss];
        })
      )
    );
    const seeds = own.reduce((highest, { seed }) => Math.max(highest, seed), 0) + 1;
    return {
      title: `Alignment with ${latent} latents`,
      caption:
        `Mean |cosine| of matched columns over ${seeds} seeds, to the columns of W and to its principal axes; the loss is the ` +
        "median over seeds, in nats per example.",
      head: ["W", "ν", "family", "to W, worst", "median", "to axes, worst", "median", "loss"],
      rows,
    };
  });
}
