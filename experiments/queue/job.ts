/**
 * What goes through a queue: a job for each part, and a reply with the files that the part comes to.
 *
 * The keys on the server begin with `grae:`. Files have keys of their own, by run, part and checksum, so that a part that two
 * workers have done, since one was taken for dead, never has files of both.
 *
 * @module
 */

import * as v from "valibot";
import { sha256 } from "../../properties/contract/run.ts";
import { digestOf, isFileOf, type Maker, makerSchema } from "../runner/part_file.ts";

/** The name of the queue, and what its keys begin with. */
export const QUEUE = { name: "parts", prefix: "grae" } as const;
/** Seconds after which what nobody fetched is removed: two weeks. */
export const KEPT = 14 * 24 * 3600;
/** How often a part is tried that fails for a reason that its study does not foresee. */
export const ATTEMPTS = 3;

/** A part to do. */
export const jobSchema = v.strictObject({
  format: v.literal("grae job 1"),
  /** The run, by its checksum. */
  run: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  part: v.string(),
  /** What the part must be made by. */
  made: makerSchema,
  /** All options of the run, resolved. */
  options: v.record(v.string(), v.unknown()),
});
/** A part to do. */
export type Job = v.InferOutput<typeof jobSchema>;

/** What a part came to. */
export const replySchema = v.strictObject({
  format: v.literal("grae reply 1"),
  /** The files, in the order in which they are to be written. */
  files: v.array(v.strictObject({ file: v.string(), sha256 })),
  /** Lines that the part shows. */
  notes: v.array(v.string()),
  /** The engine's description, and the system with its cores. */
  engine: v.string(),
  host: v.string(),
});
/** What a part came to. */
export type Reply = v.InferOutput<typeof replySchema>;

/** How far a part is. */
export interface Share {
  readonly share: number;
  readonly now: string;
}

/** The name of a run on the server: the same whenever it goes on. */
export async function runName(made: Maker, started: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([made, started]));
  return (await digestOf(bytes)).slice(0, 32);
}

/** The name of a part's job. */
export const jobName = (run: string, part: string): string => `${run}-${part}`;

/** The key of a file. */
export const fileKey = (run: string, part: string, digest: string): string =>
  `${QUEUE.prefix}:files:${run}:${part}:${digest}`;

/** Why a reply does not hold the files of a part; null if it may. Files of the run itself are not a part's to write. */
export const problemOfFiles = (part: string, files: Reply["files"]): string | null => {
  const wrong = files.find(({ file }) => !isFileOf(part, file));
  return wrong === undefined ? null : `it must have files of the part alone, but has ${wrong.file}`;
};
