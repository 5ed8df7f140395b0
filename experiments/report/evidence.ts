/**
 * The gate's evidence, as a report shows it.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { type Field, isObject, isText, jsonOf, requireFields } from "../command/json_fields.ts";
import { isTime } from "./facts.ts";
import { isGatePage } from "./laws_page.ts";
import { readText, type Source } from "./source.ts";

/** A law and its verdict. */
export interface LawVerdict {
  readonly id: string;
  readonly title: string;
  /** As the gate gives it: `holds`, …, `failed`. */
  readonly verdict: string;
}

/** What the gate left. */
export interface LawsEvidence {
  /** Whether the gate is open. */
  readonly ok: boolean;
  /** False where only some laws or engines were asked for. */
  readonly complete: boolean;
  /** When it was made, as an ISO 8601 time, and by what. */
  readonly ended: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Why it is shut, one line each. */
  readonly problems: readonly string[];
  readonly laws: readonly LawVerdict[];
  /** Its page. */
  readonly html: string;
}

const SCHEMA = "grae-evidence/3";

const isBoolean = (value: unknown): boolean => typeof value === "boolean";

const FIELDS: readonly Field[] = [
  ["ok", "true or false", isBoolean],
  ["complete", "true or false", isBoolean],
  ["ended", "a time", isTime],
  ["versions", "texts by name", (value) => isObject(value) && Object.values(value).every(isText)],
  ["problems", "a list of texts", (value) => Array.isArray(value) && value.every(isText)],
  ["laws", "a list", Array.isArray],
];

const lawFields = (i: number): Field[] =>
  ["id", "title", "verdict"].map((name) => [`laws.${i}.${name}`, "a text", isText]);

/** Whether a run had not ended when the gate had: its evidence cannot know of it. */
export function isNewer(run: { readonly ended: string }, evidence: LawsEvidence | null): boolean {
  return evidence !== null && Date.parse(run.ended) > Date.parse(evidence.ended);
}

/** Reads the gate's folder. @throws (rejects) DataError if a file is missing or not the gate's */
export async function gatherEvidence(source: Source): Promise<LawsEvidence> {
  const file = `${source.name}/evidence.json`;
  const json = jsonOf(await readText(source, "evidence.json"), file);
  if (!isObject(json) || json["schema"] !== SCHEMA) {
    throw new DataError(file, `must be the gate's ("schema": "${SCHEMA}"), but is not`);
  }
  requireFields(json, file, FIELDS);
  const { ok, complete, ended, versions, problems, laws } = json as unknown as LawsEvidence;
  requireFields(json, file, laws.flatMap((_, i) => lawFields(i)));
  const html = await readText(source, "index.html");
  if (!isGatePage(html)) {
    throw new DataError(`${source.name}/index.html`, "must be the page that the gate writes, but is not");
  }
  return {
    ok,
    complete,
    ended,
    versions,
    problems,
    laws: laws.map(({ id, title, verdict }) => ({ id, title, verdict })),
    html,
  };
}
