/**
 * A run of mnist, from the files that it left.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { FILES } from "../mnist/folder.ts";
import { manifestOf } from "../mnist/manifest.ts";
import { metricsOf } from "../mnist/metrics.ts";
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
  const family = options.posterior === null ? "" : ` with ${options.posterior} posteriors`;
  return {
    experiment: "mnist",
    folder: source.name,
    quick: false,
    title: "Handwritten digits",
    question: "What does a decoder of handwritten digits learn by each objective, from what it was given?",
    started,
    ended,
    engine: engine.description,
    seconds,
    versions,
    words: [
      `${options.objective}${family}, β = ${options.beta}, ${options.latent} latents: after ${options.epochs} ` +
      `epochs the held-out loss is ${nats(last.heldOut.loss)} per digit: ${termList(last)}.`,
    ],
    figures,
    tables: [],
    facts: factsOf({ ...manifest, ended }),
  };
}
