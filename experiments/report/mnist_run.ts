/**
 * A run of mnist, from the files that it left.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { FILES } from "../mnist/folder.ts";
import { type Manifest, manifestOf } from "../mnist/manifest.ts";
import { type EpochMetrics, metricsOf } from "../mnist/metrics.ts";
import { requireFields } from "../command/json_fields.ts";
import { END_FIELDS, factsOf } from "./facts.ts";
import { nats, readings, termList } from "./mnist_theory.ts";
import { picture } from "./picture.ts";
import type { Run, RunFigure } from "./run.ts";
import { readText, type Source } from "./source.ts";

/** The pictures, in the order in which they are shown, with headings and widths in CSS pixels. */
const PICTURES = [
  ["samples", "Samples"],
  ["reconstructions", "Reconstructions"],
  ["traversals", "Traversals"],
  ["metric", "Decoder metric", 460],
  ["curves", "Curves"],
] as const;

/** What was trained and what it came to, in a sentence or two. */
function summary({ options, gaussianConstant }: Manifest, last: EpochMetrics): string {
  const { objective, posterior, beta, latent, epochs } = options;
  const family = posterior === null ? "" : ` with ${posterior} posteriors`;
  // GRAE leaves the constant out, and Bernoulli has none.
  const constant = objective.startsWith("grae") || gaussianConstant === 0
    ? ""
    : ` ${nats({ value: gaussianConstant, standardError: null })} of it are the constant of the likelihood.`;
  return `${objective}${family}, β = ${beta}, ${latent} latents: after ${epochs} epoch${
    epochs === 1 ? "" : "s"
  } ` +
    `the held-out loss is ${nats(last.heldOut.loss)} per digit: ${termList(last)}.${constant}`;
}

/**
 * A complete run of mnist.
 *
 * @throws (rejects) DataError if a file is missing or not what it must be
 */
export async function mnistRun(source: Source): Promise<Run> {
  const place = `${source.name}/${FILES.manifest}`;
  const manifest = manifestOf(await readText(source, FILES.manifest), place);
  requireFields(manifest, place, END_FIELDS);
  const { options, started, ended, engine, seconds, versions } = manifest as typeof manifest & {
    readonly ended: string;
  };
  const text = await readText(source, FILES.metrics);
  const metrics = metricsOf(text, `${source.name}/${FILES.metrics}`, options.epochs);
  const last = metrics[metrics.length - 1];
  if (last === undefined) throw new DataError(place, "a run must have an epoch at least, but has none");
  const read = readings(options, last);
  const figures: RunFigure[] = [];
  for (const [name, title, width] of PICTURES) {
    figures.push({ title, ...read[name], picture: await picture(source, FILES[name], title, width) });
  }
  return {
    experiment: "mnist",
    folder: source.name,
    // On a part of the digits a run is one to look at, not to quote.
    quick: options.limit !== null,
    title: "Handwritten digits",
    question: "What does a decoder of handwritten digits learn by each objective, from what it was given?",
    started,
    ended,
    engine: engine.description,
    seconds,
    versions,
    words: [summary(manifest, last)],
    figures,
    tables: [],
    facts: factsOf({ ...manifest, ended }),
  };
}
