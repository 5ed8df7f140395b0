/**
 * The files of a part: `parts/NAME.json` with its outcome, what made it, and a checksum over both; before it
 * `parts/NAME.safetensors`, where it keeps tensors. They are the same bytes wherever the part was done.
 *
 * @module
 */

import * as v from "valibot";
import { HOLE, sealed, unsealed } from "../../lib/training/checksum.ts";
import { schemaProblem, sha256 } from "../../properties/contract/run.ts";
import { encodeKept, type NamedTensor } from "./kept.ts";

/** The folder of the parts in that of a run. */
export const PARTS = "parts";
/** The file of a part's outcome. */
export const partFile = (name: string): string => `${PARTS}/${name}.json`;
/** The file of the tensors that a part keeps. */
const tensorsFile = (name: string): string => `${PARTS}/${name}.safetensors`;

const record = v.record(v.string(), v.unknown());
/** The fields of {@link Maker}. */
const MAKER = {
  study: v.string(),
  /** The run's options that cannot change. */
  options: record,
  /** Those that may be given another value when the run goes on. */
  extended: record,
  /** The name of the engine. */
  engine: v.string(),
  /** Of grae and tfjs. */
  versions: v.record(v.string(), v.string()),
  /** The SHA-256 of the data; null where the study makes its own. */
  data: v.nullable(v.string()),
};
/** What {@link Maker} must be. */
export const makerSchema = v.strictObject(MAKER);
/** The origin of a part: all parts of a run must have the same. */
export type Maker = Readonly<v.InferOutput<typeof makerSchema>>;

/** The outcome of a part: its result, or why it failed. */
export type Outcome<Result> = { readonly result: Result } | { readonly failed: string };

/** What the file of a part holds. */
const partSchema = v.strictObject({
  format: v.literal("grae part 3"),
  sha256,
  ...MAKER,
  name: v.string(),
  /** The SHA-256 of the file of the tensors that it keeps; none where it keeps none. */
  kept: v.optional(sha256),
  result: v.optional(v.unknown()),
  failed: v.optional(v.string()),
});

/**
 * Whether a part may have a file of this name: the two of its outcome, or one that it writes into the run's folder, but none of
 * the run itself or of another part.
 */
export const isFileOf = (name: string, file: string): boolean =>
  [partFile(name), tensorsFile(name)].includes(file) ||
  (/^\w[\w.-]*$/.test(file) && !["manifest.json", "results.json", "report.html"].includes(file));

/** The SHA-256 of bytes, in hexadecimal digits. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** JSON with its checksum in place of the first {@link HOLE}, where `sealed` looks for it. */
export const sealedJson = (json: object, indent: number): Promise<Uint8Array> =>
  sealed(new TextEncoder().encode(
    JSON.stringify(json, null, indent).replace('"sha256": "', '"sha256":"') + "\n",
  ));

/**
 * The files of a part, by name, in the order in which they are to be written.
 *
 * @param tensors none where it keeps none
 */
export async function encodePart(
  name: string,
  made: Maker,
  outcome: Outcome<unknown>,
  tensors: readonly NamedTensor[],
): Promise<Map<string, Uint8Array>> {
  const bytes = tensors.length === 0 ? null : await encodeKept({ study: made.study, part: name }, tensors);
  const kept = bytes && { kept: await digestOf(bytes.slice()) };
  const part = { format: "grae part 3", sha256: HOLE, ...made, name, ...kept, ...outcome };
  return new Map([
    ...(bytes === null ? [] : [[tensorsFile(name), bytes] as const]),
    [partFile(name), await sealedJson(part, 0)],
  ]);
}

/**
 * The outcome in the file of a part; null if it was made with other values of the extendable options.
 *
 * @param made the origin that it must have
 * @param schema what its result must be
 * @param read another file of the run; null if there is none
 * @param fail throws, with what is wrong
 */
export async function decodePart<Result>(
  bytes: Uint8Array,
  name: string,
  made: Maker,
  schema: v.GenericSchema<unknown, Result>,
  read: (file: string) => Promise<Uint8Array<ArrayBuffer> | null>,
  fail: (why: string) => never,
): Promise<Outcome<Result> | null> {
  const part = await unsealed(bytes, (json) => schemaProblem(partSchema, json), fail) as v.InferOutput<
    typeof partSchema
  >;
  for (const [field, must] of Object.entries({ ...made, name })) {
    if (field === "extended") continue;
    const [is, wanted] = [part[field as keyof typeof part], must].map((value) => JSON.stringify(value));
    if (is !== wanted) fail(`it must be of this part and run, of ${field} ${wanted}, but is of ${is}`);
  }
  if (JSON.stringify(part.extended) !== JSON.stringify(made.extended)) return null;
  if (part.kept !== undefined) {
    const file = tensorsFile(name);
    const found = await digestOf(
      await read(file) ?? fail(`its tensors must be in ${file}, but there is no such file`),
    );
    if (found !== part.kept) fail(`the SHA-256 of ${file} must be ${part.kept}, but is ${found}`);
  }
  if (part.failed !== undefined) return { failed: part.failed };
  const problem = schemaProblem(schema, part.result);
  if (problem !== null) fail(`its result: ${problem}`);
  return { result: part.result as Result };
}
