/**
 * Curves of a run, and the page that shows all of it.
 *
 * @module
 */

import {
  chart,
  type ChartPoint,
  type ChartSeries,
  embedPng,
  embedSvg,
  page,
  type PageSection,
  table,
  toSvg,
} from "../../lib/figure/mod.ts";
import type { Scores } from "./scores.ts";
import type { Score } from "../digits/per_image.ts";
import { metricTheory } from "../report/mnist_theory.ts";
import type { RunFolder } from "./folder.ts";
import type { Manifest } from "./manifest.ts";
import type { EpochMetrics } from "./metrics.ts";
import { REACH } from "./pictures.ts";

/** Held-out and training scores over epochs, all less the Gaussian constant that GRAE leaves out, so that they compare. */
export async function curvesSvg(
  metrics: readonly EpochMetrics[],
  { options, gaussianConstant }: Pick<Manifest, "options" | "gaussianConstant">,
): Promise<string> {
  const hasConstant = !options.objective.startsWith("grae");
  const line = (
    score: (scores: Scores) => Score,
    constant: number,
    on: "train" | "heldOut" = "heldOut",
  ): ChartPoint[] => metrics.map((at) => ({ x: at.epoch, y: score(at[on]).value - constant }));
  const own = hasConstant ? gaussianConstant : 0;
  const less = gaussianConstant > 0 ? ", less (n/2) log 2π" : "";
  const all: readonly ChartSeries[] = [
    { name: `${options.objective}, training`, points: line((s) => s.loss, own, "train"), dashed: true },
    { name: `${options.objective}, held out`, points: line((s) => s.loss, own) },
    { name: "β-VAE yardstick", points: line((s) => s.yardsticks["beta-vae"], gaussianConstant) },
    { name: "GRAE yardstick", points: line((s) => s.yardsticks.grae, 0) },
    { name: "GRAE* yardstick", points: line((s) => s.yardsticks["grae-star"], 0) },
  ];
  // At an extreme β a yardstick may overflow float32.
  const finite = all.map((one) => ({ ...one, points: one.points.filter(({ y }) => Number.isFinite(y)) }));
  const cut = finite.filter(({ points }) => points.length < metrics.length).map(({ name }) => name);
  const series = finite.filter(({ points }) => points.length > 0);
  if (series.length === 0) return NOTHING_FINITE;
  const note = cut.length > 0 ? ` (left out where not finite: ${cut.join("; ")})` : "";
  return await toSvg(chart({
    title: `Loss per image, β = ${options.beta}${note}`,
    x: { title: "epoch" },
    y: { title: `loss${less}`, unit: "nats" },
    series,
  }));
}

/** The curves of a run without a finite score. */
const NOTHING_FINITE = '<svg xmlns="http://www.w3.org/2000/svg" width="520" height="40">' +
  '<text x="10" y="25" font-family="sans-serif">No score is finite</text></svg>';

const score = ({ value, standardError }: Score): string =>
  value.toFixed(3) + (standardError === null ? "" : ` ± ${standardError.toFixed(3)}`);

/** The last scores as rows of a table. */
function scoreRows({ train, heldOut }: EpochMetrics): [string, string][] {
  const row = (name: string, pick: (scores: Scores) => string): [string, string] => [
    name,
    `${pick(heldOut)} held out; ${pick(train)} training`,
  ];
  return [
    row("loss", (s) => score(s.loss)),
    ...Object.keys(heldOut.terms).map((name) => row(`term: ${name}`, (s) => s.terms[name]!.toFixed(3))),
    row("yardstick: β-VAE, Monte Carlo", (s) => score(s.yardsticks["beta-vae"])),
    row("yardstick: GRAE", (s) => score(s.yardsticks.grae)),
    row("yardstick: GRAE*", (s) => score(s.yardsticks["grae-star"])),
  ];
}

function optionRows(
  { options, engine, versions, data, started, ended, seconds, resumptions, peakMemory }: Manifest,
): [string, string][] {
  return [
    ...Object.entries(options).filter(([, value]) => value !== null).map((
      [name, value],
    ): [string, string] => [
      name,
      Array.isArray(value) ? value.join(", ") : String(value),
    ]),
    ["engine used", `${engine.name}: ${engine.description}`],
    ["data set", `${data.source} (${data.train} to train on, ${data.heldOut} held out)`],
    ["SHA-256 of the data", data.sha256],
    ["versions", Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")],
    ["started, ended", `${started}, ${ended}`],
    ["time at work", `${seconds} s${resumptions > 0 ? `, resumed ${resumptions} times` : ""}`],
    ["largest memory seen", `${Math.round(peakMemory / 1e6)} MB`],
  ];
}

/** The page: everything in a run's folder, in one file. */
export async function reportHtml(
  folder: RunFolder,
  manifest: Manifest,
  metrics: readonly EpochMetrics[],
): Promise<string> {
  const { options } = manifest;
  const picture = async (
    name: "samples" | "reconstructions" | "traversals" | "metric",
    title: string,
    caption: string,
    width?: number,
  ): Promise<PageSection> => ({
    title,
    caption,
    body: embedPng(await Deno.readFile(folder.file(name)), title, width),
  });
  const last = metrics.at(-1);
  return page({
    title: `${options.objective} on handwritten digits, β = ${options.beta}`,
    lead:
      `A decoder with ${options.latent} latents, trained for ${options.epochs} epochs by minimising the ` +
      `${options.objective} loss with a ${options.likelihood} likelihood` +
      (options.posterior === null ? "." : ` and the ${options.posterior} family of posteriors.`),
    sections: [
      await picture("samples", "Samples", "Decoder means at latents drawn from the prior N(0, I)."),
      await picture(
        "reconstructions",
        "Reconstructions",
        "Held-out digits, each above the decoder's mean at its encoding.",
      ),
      await picture(
        "traversals",
        "Traversals",
        `One row per latent, swept from −${REACH} to ${REACH} around the encoding of a held-out digit.`,
      ),
      await picture(
        "metric",
        "Decoder metric",
        `Mean absolute entries over held-out digits. Theory: ${metricTheory(options)}`,
        460,
      ),
      {
        title: "Curves",
        caption:
          "The run's own loss and the yardsticks that are the same for every objective, in nats per image.",
        body: embedSvg(await Deno.readTextFile(folder.file("curves")), "Loss over epochs"),
      },
      ...(last
        ? [{
          title: "Scores after the last epoch",
          caption: "Nats per image; ± is the standard error of sampling.",
          body: table(scoreRows(last)),
        }]
        : []),
      { title: "What was run", body: table(optionRows(manifest)) },
    ],
  });
}
