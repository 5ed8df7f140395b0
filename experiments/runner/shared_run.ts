/**
 * A run of which several processes do a share each, in one folder and at any time: jobs of a scheduler. The last one concludes.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import type { EngineName } from "../../lib/engine/mod.ts";
import type { RunManifest } from "../../properties/contract/run.ts";
import { RunFolder } from "./folder.ts";
import { assertSameVersions, bitsMayDiffer, newManifest, sittingOf } from "./manifest.ts";
import { inTurn, makerOf, prepare } from "./parts.ts";
import { engineOf, type RunEnd, type Watch, weigh, work } from "./run.ts";
import type { AnyStudy, RunOptions } from "./study.ts";

/** A share of a run: the I-th part of every N parts, I from 1 to N. */
export type Share = readonly [index: number, count: number];

/**
 * The parts of a run, in their order. Nothing is written.
 *
 * @throws (rejects) DataError for the data; UsageError for options of no use
 */
export async function listParts(
  study: AnyStudy,
  options: RunOptions,
  engine: EngineName,
  watch: Watch = {},
): Promise<{ readonly name: string; readonly weight: number }[]> {
  await engineOf(engine, watch);
  const { parts } = await prepare(study, options);
  return parts.map(({ name, weight }) => ({ name, weight }));
}

/**
 * Does a share of a run in a folder that other processes may work in at once, and concludes if it is the last of them and no
 * part is left. Parts that are done, and those that another process is doing, are left out.
 *
 * @param options resolved
 * @throws (rejects) DataError for the data, or if the folder holds something else than this run; UsageError for options of no
 *   use; what a part throws
 */
export async function startShare(
  study: AnyStudy,
  options: RunOptions,
  { engine: name, out, share: [index, count] }: {
    readonly engine: EngineName;
    readonly out: string;
    readonly share: Share;
  },
  watch: Watch = {},
): Promise<RunEnd> {
  const began = performance.now();
  const { engine, advice } = await engineOf(name, watch);
  const prepared = await prepare(study, options);
  const { parts, notes = [] } = prepared;
  const own = parts.filter((_, i) => i % count === index - 1);
  const folder = new RunFolder(out, study.name);
  const kept = async () => {
    const names = await folder.partNames();
    return parts.filter(({ name }) => names.has(name));
  };
  const asked = newManifest(study, options, engine, prepared);
  const failed: RunEnd["failed"][number][] = [];
  const run = { study, folder, prepared, options, watch, retryFailed: false, was: null };
  let isAborted = false;
  {
    await using _shared = await folder.share();
    let at = -1;
    const manifest = await folder.updateManifest(async (found) => {
      if (found !== null) assertSame(out, found, asked);
      const was = found ?? asked;
      if (isConcluded(was)) return was;
      const sitting = sittingOf(engine, weigh(await kept()));
      const warning = bitsMayDiffer(was.sittings.at(-1), sitting);
      if (warning !== null) watch.onWarning?.(warning);
      at = was.sittings.length;
      return { ...was, status: "running", sittings: [...was.sittings, sitting] };
    });
    const made = makerOf(study, manifest, prepared);
    const isDone = async (name: string): Promise<boolean> => {
      const outcome = await folder.readPart(name, made, study.result);
      if (outcome !== null && "failed" in outcome) failed.push({ name, reason: outcome.failed });
      return outcome !== null;
    };
    const left: typeof own = [];
    for (const part of own) if (!(await isDone(part.name))) left.push(part);
    let done = weigh(own) - weigh(left);
    try {
      watch.onStart?.({
        manifest,
        done,
        work: weigh(own),
        lines: [
          `share ${index} of ${count}: ${own.length} of the parts`,
          ...(advice === undefined ? [] : [advice]),
          ...notes,
        ],
      });
      const signal = watch.signal ?? new AbortController().signal;
      for (const part of left) {
        signal.throwIfAborted();
        await using held = await folder.lockPart(part.name);
        if (held === null) watch.onNote?.(`${part.name} is being done by another process`);
        else if (!(await isDone(part.name))) {
          await inTurn({
            ...{ study, options, folder, manifest, made, signal, parts: [part] },
            progress: ({ weight }, share, now) => watch.onProgress?.(done + share * weight, now),
            kept: ({ name }, outcome) => {
              if ("failed" in outcome) failed.push({ name, reason: outcome.failed });
              return Promise.resolve();
            },
            note: (line) => watch.onNote?.(line),
            log: watch.log,
            warn: (line) => watch.onWarning?.(line),
          });
        }
        done += part.weight;
      }
    } catch (error) {
      isAborted = watch.signal?.aborted === true && error === watch.signal.reason;
      if (!isAborted) throw error;
    } finally {
      const to = Math.round(weigh(await kept()));
      await folder.updateManifest((found) => {
        const { seconds, peakMemory, sittings } = found!;
        if (isConcluded(found!)) return found!;
        return {
          ...found!,
          seconds: Math.round(10 * seconds + (performance.now() - began) / 100) / 10,
          peakMemory: Math.max(peakMemory, Deno.memoryUsage().rss),
          sittings: sittings.map((sitting, i) => i === at ? { ...sitting, to } : sitting),
        };
      });
    }
  }
  // The last process to leave finds itself alone, and all that the others did.
  await using alone = await folder.openAlone();
  const done = (await kept()).length;
  const end: RunEnd = {
    ...{ status: isAborted ? "interrupted" : "shared", folder: out, files: [folder.path("manifest.json")] },
    ...{ parts: parts.length, done, failed, conclusion: null },
  };
  const manifest = await folder.readManifest();
  if (isConcluded(manifest)) return { ...end, status: failed.length === 0 ? "complete" : "failed" };
  if (alone === null) return end;
  if (isAborted || done < parts.length) {
    await folder.writeManifest({ ...manifest, status: "interrupted", ended: new Date().toISOString() });
    return end;
  }
  const { onStart: _, onWarning: __, ...shown } = watch;
  return await work({ ...run, watch: shown, was: manifest, manifest }, undefined);
}

const isConcluded = ({ results }: RunManifest): boolean => results !== null;

/** Requires that a run in a folder is the one that is asked for. */
function assertSame(folder: string, found: RunManifest, asked: RunManifest): void {
  assertSameVersions(folder, found.versions);
  const facts = (
    { options: { data: _, ...options }, engine, data, parts }: RunManifest,
  ): [string, unknown][] => [
    ...Object.entries(options).map(([name, value]): [string, unknown] => [`option ${name}`, value]),
    ["engine", engine.name],
    ["SHA-256 of the data", data?.sha256 ?? null],
    ["number of parts", parts],
  ];
  const other = new Map(facts(asked).map(([name, value]) => [name, JSON.stringify(value)]));
  for (const [name, value] of facts(found)) {
    const [is, must] = [JSON.stringify(value), other.get(name)];
    if (is !== must) {
      throw new DataError(
        folder,
        `to do a share, its run must be the one asked for, but its ${name} is ${is}, and ${must} is asked for; choose another --out`,
      );
    }
  }
}
