/**
 * The files of evidence by name.
 *
 * @module
 */

import type { GateEvidence } from "./gate_evidence.ts";
import { evidenceJson } from "./json.ts";
import { evidenceJunit } from "./junit.ts";
import { evidenceMarkdown } from "./markdown.ts";
import { evidencePage } from "./page.ts";

/** The names of the files. */
export const FILES = ["evidence.json", "evidence.md", "junit.xml", "index.html"] as const;

/** Every file that the gate writes, by name. */
export function evidenceFiles(evidence: GateEvidence): ReadonlyMap<typeof FILES[number], string> {
  return new Map([
    ["evidence.json", evidenceJson(evidence)],
    ["evidence.md", evidenceMarkdown(evidence)],
    ["junit.xml", evidenceJunit(evidence)],
    ["index.html", evidencePage(evidence)],
  ]);
}
