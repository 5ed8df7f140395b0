/**
 * What was run, in names and values.
 *
 * @module
 */

import { format } from "@std/fmt/duration";
import { type Field, isText } from "../command/json_fields.ts";
import type { StudyManifest } from "../study/manifest.ts";

/** What the manifest of a run that has ended says, of whatever experiment. */
export type Ended = Omit<StudyManifest<object>, "ended" | "parts"> & { readonly ended: string };

/** Whether a value is an ISO 8601 time. */
export const isTime = (value: unknown): boolean => isText(value) && !Number.isNaN(Date.parse(value));

/** What must be in the manifest of a run that has ended. */
export const END_FIELDS: readonly Field[] = [
  ["started", "a time", isTime],
  ["ended", "a time", isTime],
];

const duration: (ms: number, options: { ignoreZero: boolean }) => string = format;

/** `4m 5s` */
export function spell(seconds: number): string {
  return duration(1000 * Math.round(seconds), { ignoreZero: true }) || "0s";
}

/** `2026-03-01 10:00` of an ISO 8601 time, in UTC. */
export function minute(time: string): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

/** `grae 0.1.0, deno 2.9.6` */
export function versionList(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The options that were given or have a default, and what they met with. */
export function factsOf(run: Ended): [name: string, value: string][] {
  const { options, engine, versions, data, started, ended, seconds, resumptions, peakMemory } = run;
  const again = resumptions === 0 ? "" : `, resumed ${resumptions === 1 ? "once" : `${resumptions} times`}`;
  return [
    ...Object.entries(options).filter(([, value]) => value !== null && value !== false)
      .map(([name, value]): [string, string] => [name, value === true ? "yes" : valueText(value)]),
    ["engine used", `${engine.name}: ${engine.description}`],
    ...(data === null ? [] : [
      ["data set", data.source],
      ["SHA-256 of the data", data.sha256],
    ] as [string, string][]),
    ["versions", versionList(versions)],
    ["started, ended", `${minute(started)}, ${minute(ended)} UTC`],
    ["time at work", spell(seconds) + again],
    ["largest memory seen", `${Math.round(peakMemory / 1e6)} MB`],
  ];
}
