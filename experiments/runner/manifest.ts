/**
 * The manifest of a run: how it begins, and what processes that work on it one after the other must have in common.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import type { RunManifest, Sitting } from "../../properties/contract/run.ts";
import { versions } from "../../tools/versions.ts";
import type { By } from "./parts.ts";
import type { AnyStudy, Prepared, RunOptions } from "./study.ts";

/** The manifest of a run that begins. */
export const newManifest = (
  study: AnyStudy,
  options: RunOptions,
  engine: RunManifest["engine"],
  { data, parts }: Prepared<unknown, unknown>,
): RunManifest => ({
  format: "grae run 2",
  study: study.name,
  status: "running",
  options,
  engine,
  versions: versions(),
  data: data && { source: data.source, sha256: data.sha256 },
  parts: parts.length,
  started: new Date().toISOString(),
  ended: null,
  seconds: 0,
  peakMemory: 0,
  sittings: [],
  results: null,
});

/** Requires that a run goes on by the versions of grae and tfjs that began it. */
export function assertSameVersions(dir: string, begun: Readonly<Record<string, string>>): void {
  const now = versions();
  const name = ["grae", "tfjs"].find((name) => begun[name] !== now[name]);
  if (name === undefined) return;
  throw new DataError(
    dir,
    `the run was begun with ${name} ${begun[name]}, and this is ${
      now[name]
    }: two versions do not compute one run`,
  );
}

/** A sitting of this process, which begins when so much work is done. */
export const sittingOf = ({ description }: RunManifest["engine"], done: number): Sitting => ({
  engine: description,
  host: `${Deno.build.target}, ${navigator.hardwareConcurrency} cores`,
  from: Math.round(done),
  to: null,
});

/** The workers of a sitting when one of them has done one more part. */
export function withOneMore(
  workers: NonNullable<Sitting["workers"]>,
  by: By,
): NonNullable<Sitting["workers"]> {
  const before = workers.find(({ engine, host }) => engine === by.engine && host === by.host);
  return [...workers.filter((one) => one !== before), { ...by, parts: (before?.parts ?? 0) + 1 }];
}

/**
 * A line that warns where one computes by other means than another; null where it does not.
 *
 * @param words what stands before each of them
 */
export function bitsMayDiffer(
  one: By | undefined,
  other: By,
  [is, and]: readonly [string, string] = ["the last one was", "this is"],
): string | null {
  // The number of threads changes no bit.
  const engine = (by: By): string => by.engine.replace(/, \d+ threads?$/, "");
  if (one === undefined || (engine(one) === engine(other) && one.host === other.host)) return null;
  return "bits may differ from those of a run in one sitting: " +
    `${is} by ${one.engine} on ${one.host}, ${and} by ${other.engine} on ${other.host}`;
}
