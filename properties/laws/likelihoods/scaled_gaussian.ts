/**
 * L2: Gaussians whose deviations are learned.
 *
 * @module
 */

import fc from "fast-check";
import { clause } from "../../contract/clause.ts";
import { law, tex } from "../../contract/law.ts";
import { between, listOf, matrix, real, recordGiven, upTo } from "../arbitrary/number.ts";
import { sum } from "../reference/algebra.ts";

/** Data of 1 to 4 pixels of 1 to 3 channels, and log σ for all, a channel, or each. */
const cases = recordGiven(
  fc.record({
    batch: upTo(3),
    pixels: upTo(4),
    channels: upTo(3),
    per: fc.constantFrom("all", "channel", "each"),
  }),
  ({ batch, pixels, channels, per }) => {
    const data = pixels * channels;
    return {
      x: matrix(batch, data, 2),
      g: matrix(batch, data, 2),
      logSigma: listOf(
        per === "all" ? 1 : per === "channel" ? channels : data,
        fc.oneof(real(1), between(-8, 3)),
      ),
    };
  },
);

const values = clause({
  says:
    "log-density, curvature and the gradients in g and log σ are in closed form, constants kept, log σ repeating along the data",
  needs: ["scaledGaussian"],
  given: cases,
  examine: async ({ scaledGaussian }, { x, g, logSigma }, expect) => {
    const found = await scaledGaussian(x, g, logSigma), count = logSigma.length;
    const gradients = logSigma.map(() => 0), sizes = logSigma.map(() => 1);
    g.forEach((row, b) => {
      const parts = row.map((mean, j) => {
        const log = logSigma[j % count]!, variance = Math.exp(2 * log), r = x[b]![j]! - mean;
        // x, g and log σ are rounded: by so much the squared residual moves, in units of ε.
        const moved =
          (r * r * (2 + 2 * Math.abs(log)) + 2 * Math.abs(r) * (Math.abs(x[b]![j]!) + Math.abs(mean))) /
          variance;
        return { log, variance, r, moved };
      });
      parts.forEach(({ variance, r, moved }, j) => {
        gradients[j % count]! += r * r / variance - 1;
        sizes[j % count]! += 1 + moved;
      });
      expect.close(
        `log-density [${b}]`,
        found.logDensity[b]!,
        -sum(parts.map(({ log, variance, r }) => r * r / (2 * variance) + log + Math.log(2 * Math.PI) / 2)),
        expect.rounding("rounding of residuals, of σ and of the sum", {
          c: 4 * (row.length + 4),
          scale: sum(parts.map(({ log, moved }) => 1 + Math.abs(log) + moved)),
        }),
      );
      parts.forEach(({ log, variance, r }, j) => {
        const relative = 8 * (1 + Math.abs(log));
        const size = Math.abs(x[b]![j]!) + Math.abs(g[b]![j]!);
        expect.close(
          `gradient [${b}][${j}]`,
          found.gradient[b]![j]!,
          r / variance,
          expect.rounding("rounding of a residual over σ²", { c: relative, scale: size / variance }),
        );
        expect.close(
          `curvature [${b}][${j}]`,
          found.curvature[b]![j]!,
          1 / variance,
          expect.rounding("rounding of 1/σ²", { c: relative, scale: 1 / variance }),
        );
        expect.close(
          `mean [${b}][${j}]`,
          found.mean[b]![j]!,
          g[b]![j]!,
          expect.rounding("rounding of g", { c: 2, scale: 2 }),
        );
      });
    });
    expect.is("gradients in log σ", found.logSigmaGradient.length, count);
    found.logSigmaGradient.forEach((entry, k) =>
      expect.close(
        `gradient in log σ [${k}]`,
        entry,
        gradients[k]!,
        expect.rounding("rounding of residuals, of σ and of the sum", {
          c: 4 * (x[0]!.length + 8),
          scale: sizes[k]!,
        }),
      )
    );
  },
});

const best = clause({
  says: "at σ² the mean squared residual of its data, the gradient in log σ is 0",
  needs: ["scaledGaussian"],
  given: cases,
  examine: async ({ scaledGaussian }, { x, g, logSigma }, expect) => {
    const count = logSigma.length;
    // Residuals from 0.1: the best σ is not 0.
    const shifted = x.map((row, b) =>
      row.map((value, j) => value >= g[b]![j]! ? g[b]![j]! + 0.1 + value - g[b]![j]! : value - 0.1)
    );
    const own = (k: number): number[] =>
      shifted.flatMap((row, b) =>
        row.flatMap((value, j) => j % count === k ? [(value - g[b]![j]!) ** 2] : [])
      );
    const logs = logSigma.map((_, k) => Math.log(sum(own(k)) / own(k).length) / 2);
    const { logSigmaGradient } = await scaledGaussian(shifted, g, logs);
    const slack = expect.rounding("rounding of residuals over σ², of σ, and of the sum", {
      c: 64 * (x[0]!.length + 8),
      scale: 200 * x.length * x[0]!.length,
    });
    logSigmaGradient.forEach((entry, k) => expect.close(`gradient in log σ [${k}]`, entry, 0, slack));
  },
});

export const L2 = law({
  id: "L2",
  title: "Learned deviations",
  statement:
    "a Gaussian with log σ for all data, a channel or each counts every log σ, has the curvature 1/σ², and is best at σ² the mean squared residual",
  tex: tex`-\log p=\sum_j\frac{(x_j-g_j)^2}{2\sigma_j^2}+\log\sigma_j+\tfrac12\log2\pi`,
  source: "Rybkin, Daniilidis, Levine, Simple and Effective VAE Training with Calibrated Decoders, 2021",
  kind: "identity",
  clauses: [values, best],
});
