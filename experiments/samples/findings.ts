/**
 * What a study of samples found: sentences, tables, pictures.
 *
 * @module
 */

import { decodeBase64 } from "@std/encoding/base64";
import { chart, toSvg } from "../../lib/figure/mod.ts";
import type { SamplesResults } from "../../properties/laws/trained.ts";
import type { Figure, Findings, Table } from "../study/study.ts";
import type { SamplesOptions } from "./options.ts";
import type { MeasuredModel, MeasuredYardstick, PartResult } from "./parts.ts";
import { type ObjectiveSummary, SOURCES, spreadText, summaries } from "./summary.ts";

/** What real digits and untrained decoders come to, beside the options. */
type Measured = MeasuredYardstick & { readonly options: SamplesOptions };

const UNIT = "squared feature units";

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
    figures: [await distancesChart(rows, measured), ...rows.flatMap((row) => gridFigure(row, models))],
    tables: [distanceTable(rows, measured)],
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** The range that the means of some summaries span, in words. */
function range(values: readonly number[], digits = 2): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

function words(rows: readonly ObjectiveSummary[], measured: Measured): string[] {
  const { options, accuracy, floor, untrained, images } = measured;
  const others = rows.filter(({ objective }) => objective !== "beta-vae");
  const ratios = (source: typeof SOURCES[number]): string =>
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
      range(rows.map(({ distance }) => distance.prior.mean), 1)
    } on average, by objective; as multiples of the ` +
    `β-VAE's with the same seed, mean (least–most): ${ratios("prior")}.`,
    `Samples from the aggregate posterior have ${
      range(rows.map(({ distance }) => distance.aggregate.mean), 1)
    }; as ` +
    `multiples of the β-VAE's: ${ratios("aggregate")}.`,
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
    } apart, and an untrained decoder's samples ` +
    `${untrained.toFixed(1)} from one half. The classifier in whose features this is gets ` +
    `${percent(accuracy)} of the held-out digits right.`,
  ];
}

function distanceTable(rows: readonly ObjectiveSummary[], measured: Measured): Table {
  const { options, accuracy, floor, untrained, images } = measured;
  const nothing = "–";
  return {
    title: "Fréchet distances to real digits",
    caption:
      `d² in ${UNIT}: features are the classifier's last hidden layer, ${
        options.classifierHidden.at(-1)
      } wide; it ` +
      `gets ${
        percent(accuracy)
      } of the held-out digits right. Each is between ${images} decoder means, cut off at 0 and ` +
      "1, and one half of the training digits: the fewer the images, the larger d², so that only equal numbers compare. " +
      `Mean ± standard deviation over ${options.seeds} seeds, least–most in brackets; multiples of the β-VAE's are with ` +
      "the same seed.",
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

/** Every model's two distances above its objective's name, and what real digits are apart as a line. */
async function distancesChart(
  rows: readonly ObjectiveSummary[],
  { floor, images, options }: Measured,
): Promise<Figure> {
  const { seed, seeds } = options;
  // Beside each other by source, and within that by seed.
  const place = (row: number, source: number, at: number): number =>
    row + 1 + (source === 0 ? -0.2 : 0.2) + (seeds > 1 ? 0.24 * ((at - seed) / (seeds - 1) - 0.5) : 0);
  const points = (source: number): { x: number; y: number }[] =>
    rows.flatMap(({ models }, row) =>
      models.map((model) => ({ x: place(row, source, model.seed), y: model[SOURCES[source]!] }))
    );
  const spec = chart({
    x: { title: "objective", names: rows.map(({ name }) => name) },
    y: { title: "d² to real digits", unit: UNIT, zero: true },
    series: [
      { name: "z ~ N(0, I)", points: points(0), mark: "point" },
      { name: "z from the aggregate posterior", points: points(1), mark: "point" },
      {
        name: "two halves of real digits",
        points: [{ x: 0.5, y: floor }, { x: rows.length + 0.5, y: floor }],
        dashed: true,
      },
    ],
    width: 640,
    height: 340,
  });
  const each = (source: typeof SOURCES[number]): string =>
    rows.map(({ name, distance }) => `${name} ${spreadText(distance[source], 1)}`).join(", ");
  return {
    file: "distances.svg",
    title: `Fréchet distance of ${images} samples to ${images} real digits, a point for every model`,
    theory:
      "All objectives approximate the same β-VAE, so their samples should be about as good. Samples from the " +
      "aggregate posterior are of latents that the decoder was trained at; N(0, I) also reaches the holes between, " +
      "which no objective fills at a small β. Nothing is nearer than real digits are to each other.",
    seen:
      `Mean (least–most) from N(0, I): ${each("prior")}; from the aggregate posterior: ${
        each("aggregate")
      }; two ` +
      `halves of real digits: ${floor.toFixed(2)}.`,
    content: await toSvg(spec),
  };
}

/** The samples of an objective's first seed. */
function gridFigure({ objective, name }: ObjectiveSummary, models: readonly MeasuredModel[]): Figure[] {
  const first = models.find((model) => model.objective === objective && model.grids !== null);
  if (!first?.grids) return [];
  return [{
    file: `${objective}.png`,
    title: `${name}: samples from N(0, I), left, and from the aggregate posterior, right`,
    theory:
      "Right: z = h(x) + Lε for a random digit x, near to which the decoder was trained. Left: z ~ N(0, I), which " +
      "the KL term only draws the encodings to, with weight β; some of it is between digits.",
    seen:
      `Seed ${first.seed}, decoder means cut off at 0 and 1; Fréchet distances ${
        first.prior.toFixed(1)
      } and ` +
      `${first.aggregate.toFixed(1)}.`,
    content: decodeBase64(first.grids),
  }];
}
