/**
 * What a study of samples found, in sentences and a table.
 *
 * @module
 */

import type { SamplesResults } from "../../properties/laws/trained.ts";
import type { Findings, Table } from "../study/study.ts";
import { distancesChart, gridFigure, UNIT } from "./figures.ts";
import type { SamplesOptions } from "./options.ts";
import type { MeasuredYardstick, PartResult } from "./parts.ts";
import { type ObjectiveSummary, type Source, SOURCES, spreadText, summaries } from "./summary.ts";

/** The yardstick beside the options. */
type Measured = MeasuredYardstick & { readonly options: SamplesOptions };

/** What the results of all parts come to. */
export async function findings(
  options: SamplesOptions,
  parts: readonly PartResult[],
): Promise<Findings<SamplesResults>> {
  const yardstick = parts.find((part) => part.kind === "yardstick");
  if (!yardstick) {
    throw new TypeError("samples: the results of all parts are needed, but the yardstick's is not there");
  }
  const measured: Measured = { ...yardstick, options };
  const models = parts.filter((part) => part.kind === "model");
  const { accuracy, floor, untrained } = yardstick;
  const rows = summaries(models);
  return {
    results: {
      ...{ accuracy, floor, untrained },
      models: models.map(({ objective, beta, seed, prior, aggregate }) => ({
        ...{ objective, beta, seed, prior, aggregate },
      })),
    },
    words: words(rows, measured),
    figures: [
      await distancesChart(rows, yardstick, options),
      ...rows.flatMap((row) => gridFigure(row, models)),
    ],
    tables: [distanceTable(rows, measured)],
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** What the objectives' mean distances span. */
function range(rows: readonly ObjectiveSummary[], source: Source): string {
  const means = rows.map(({ distance }) => distance[source].mean);
  return `${Math.min(...means).toFixed(1)} to ${Math.max(...means).toFixed(1)}`;
}

function words(rows: readonly ObjectiveSummary[], measured: Measured): string[] {
  const { options, accuracy, floor, untrained, images } = measured;
  const others = rows.filter(({ objective }) => objective !== "beta-vae");
  const ratios = (source: Source): string =>
    others.map(({ name, ratio }) => `${name} ${spreadText(ratio[source])}`).join(", ");
  const models = rows.flatMap((row) => row.models);
  const nearer = models.filter(({ prior, aggregate }) => aggregate < prior).length;
  const [hessian, jacobian] = (["taylor-hessian", "taylor-jacobian"] as const)
    .map((objective) => rows.find((row) => row.objective === objective)!);
  const apart = Math.max(
    ...hessian!.models.map(({ prior }, i) => Math.abs(prior / jacobian!.models[i]!.prior - 1)),
  );
  return [
    `Over ${options.seeds} seeds at β = ${options.beta}, samples from N(0, I) have a Fréchet distance to real digits ` +
    `of ${
      range(rows, "prior")
    } on average, by objective; as multiples of the β-VAE's with the same seed, mean ` +
    `(least–most): ${ratios("prior")}.`,
    `Samples from the aggregate posterior have ${range(rows, "aggregate")}; as multiples of the β-VAE's: ` +
    `${ratios("aggregate")}.`,
    `The aggregate posterior's samples are nearer to real digits than those from N(0, I) in ${nearer} of ` +
    `${models.length} models` +
    (nearer > models.length / 2 ? ": N(0, I) reaches where no digit is encoded." : "."),
    `The two Taylor losses' distances from N(0, I) ` +
    (apart === 0 ? "are equal" : `differ by at most ${(100 * apart).toPrecision(2)}%`) +
    (options.activation === "relu"
      ? ": a ReLU decoder is linear off its kinks, so that both are the same loss."
      : "."),
    `Two halves of the real digits, ${images} each, are ${
      floor.toFixed(2)
    } apart, and an untrained decoder's ` +
    `samples ${untrained.toFixed(1)} from one half. The classifier in whose features this is gets ` +
    `${percent(accuracy)} of the held-out digits right.`,
  ];
}

function distanceTable(rows: readonly ObjectiveSummary[], measured: Measured): Table {
  const { options, accuracy, floor, untrained, images } = measured;
  const width = options.classifierHidden.at(-1);
  const nothing = "–";
  return {
    title: "Fréchet distances to real digits",
    caption: `d² in ${UNIT}. The features are the classifier's last hidden layer, ${width} wide; it gets ` +
      `${
        percent(accuracy)
      } of the held-out digits right. Each d² is between ${images} decoder means, cut off at 0 ` +
      "and 1, and one half of the training digits: the fewer the images, the larger d², so that only equal numbers " +
      `compare. Mean ± standard deviation over ${options.seeds} seeds, least–most in brackets; multiples of the ` +
      "β-VAE's are with the same seed.",
    head: [
      "samples of",
      "z ~ N(0, I)",
      "z from the aggregate posterior",
      "first, × β-VAE's",
      "second, × β-VAE's",
    ],
    rows: [
      ...rows.map(({ name, distance, ratio }) => [
        name,
        ...SOURCES.map((source) => {
          const { mean, deviation, least, most } = distance[source];
          const sd = deviation === null ? "" : ` ± ${deviation.toFixed(2)}`;
          return `${mean.toFixed(2)}${sd} (${least.toFixed(2)}–${most.toFixed(2)})`;
        }),
        ...SOURCES.map((source) => spreadText(ratio[source])),
      ]),
      ["an untrained decoder", untrained.toFixed(2), nothing, nothing, nothing],
      ["the other half of the real digits", floor.toFixed(2), nothing, nothing, nothing],
    ],
  };
}
