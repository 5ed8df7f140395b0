/**
 * The folder of a run of a study.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { createRunFolder, lockRunFolder, readRunFile, readRunText, writeFile } from "../command/disk.ts";
import { isObject, isText, jsonOf } from "../command/json_fields.ts";
import { removeUnfinished } from "../../lib/training/mod.ts";
import { checksumProblem, HOLE, sealed } from "../../lib/training/checksum.ts";
import { resumeCommand } from "../command/shell.ts";
import { formatOf, type StudyManifest, studyManifestOf, studyManifestText } from "./manifest.ts";
import type { Findings, Study } from "./study.ts";

const MANIFEST = "manifest.json";
const PARTS = "parts";

/** What makes the parts of a run: those that it mixes must be made by the same. */
export interface Maker {
  /** The run's options, but the folder. */
  readonly options: object;
  /** The name of the engine. */
  readonly engine: string;
  /** Of what computes. */
  readonly versions: Readonly<Record<string, string>>;
  /** The SHA-256 of the data; null where the study makes its own. */
  readonly data: string | null;
}

/** What a part came to: its result, or why it failed. */
export type Outcome<Result> = { readonly result: Result } | { readonly failed: string };

/** The folder of a run of a study. */
export class StudyFolder {
  /**
   * @param path the folder
   * @param study the study's name
   */
  constructor(readonly path: string, readonly study: string) {}

  /** The path of its manifest. */
  get manifest(): string {
    return `${this.path}/${MANIFEST}`;
  }

  /** Makes it for a new run, and locks it. @throws (rejects) DataError if it is in use, or cannot be made */
  async create(): Promise<AsyncDisposable> {
    const resume = resumeCommand(this.study, this.path, null);
    const held = await createRunFolder(this.path, MANIFEST, resume, (name) => name === PARTS);
    try {
      await using _parts = await createRunFolder(`${this.path}/${PARTS}`, MANIFEST, resume, () => false);
      return held;
    } catch (error) {
      await held[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Locks the folder of a run that goes on. @throws (rejects) DataError if there is no run, or it is in use */
  async lock(): Promise<AsyncDisposable> {
    const held = await lockRunFolder(this.path, MANIFEST);
    await removeUnfinished(`${this.path}/${PARTS}`).catch((error) => {
      // Then no part has been done.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    return held;
  }

  /** Writes a file, whole or not at all. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    await writeFile(`${this.path}/${name}`, content);
  }

  async writeManifest<Options>(manifest: StudyManifest<Options>): Promise<void> {
    await this.write(MANIFEST, studyManifestText(this.study, manifest));
  }

  /** @throws (rejects) DataError if there is no run of this study, or one that cannot be read */
  async readManifest(): Promise<StudyManifest<unknown>> {
    return studyManifestOf(this.study, await readRunText(this.path, MANIFEST), this.manifest);
  }

  /**
   * Keeps what a part came to, with what made it and a checksum of all of it.
   *
   * @throws (rejects) RangeError if it holds a number that is not finite, which JSON has not
   */
  async writePart(name: string, made: Maker, outcome: Outcome<unknown>): Promise<void> {
    const finite = (_: string, value: unknown): unknown => {
      if (typeof value !== "number" || Number.isFinite(value)) return value;
      throw new RangeError(`${this.study}: part ${name} must give finite numbers, but gave ${value}`);
    };
    // The first mention of a checksum in a file is its own.
    const head = { format: formatOf(this.study, "part"), sha256: HOLE };
    const text = JSON.stringify({ ...head, ...made, name, ...outcome }, finite);
    await this.write(`${PARTS}/${name}.json`, await sealed(new TextEncoder().encode(text + "\n")));
  }

  /**
   * What a part came to; null if it has not been done.
   *
   * @param made what must have made it
   * @throws (rejects) DataError if its file is damaged, or of another part or run
   */
  async readPart<Result>(name: string, made: Maker): Promise<Outcome<Result> | null> {
    const place = `${PARTS}/${name}.json`;
    let bytes: Uint8Array;
    try {
      bytes = await readRunFile(this.path, place);
    } catch (error) {
      if (error instanceof DataError && error.cause instanceof Deno.errors.NotFound) return null;
      throw error;
    }
    const file = `${this.path}/${place}`;
    const fail = (why: string, options?: ErrorOptions): never => {
      throw new DataError(file, `${why}; delete it, and the part is made again`, options);
    };
    let json: unknown;
    try {
      json = jsonOf(new TextDecoder().decode(bytes), file);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return fail("must be JSON, but is not", { cause: error });
    }
    const format = formatOf(this.study, "part");
    if (!isObject(json) || json["format"] !== format) {
      return fail(`must be a part of a run of ${this.study} ("format": "${format}"), but is not`);
    }
    const problem = await checksumProblem(bytes);
    if (problem !== null) return fail(`${problem}: it is damaged`);
    for (const [field, must] of Object.entries({ ...made, name })) {
      const [is, wanted] = [json[field], must].map((value) => JSON.stringify(value) ?? "nothing");
      if (is !== wanted) fail(`it must be of this part and run, of ${field} ${wanted}, but is of ${is}`);
    }
    if (isText(json["failed"])) return { failed: json["failed"] };
    if (json["result"] === undefined) return fail("its result must be there, but it is missing");
    return { result: json["result"] as Result };
  }

  /** How many parts have been done. */
  async countParts(): Promise<number> {
    const files = await Array.fromAsync(Deno.readDir(`${this.path}/${PARTS}`));
    return files.filter(({ name }) => name.endsWith(".json")).length;
  }

  /** Writes what the study came to, and gives the paths of the files. */
  async writeFindings<Options, Result, Results>(
    { title, question }: Study<Options, Result, Results>,
    { results, words, figures, tables }: Findings<Results>,
  ): Promise<string[]> {
    const json = (what: "results" | "findings", fields: object): string =>
      JSON.stringify({ format: formatOf(this.study, what), ...fields }, null, 1) + "\n";
    const shown = figures.map(({ content: _, ...figure }) => figure);
    const files: [string, string | Uint8Array][] = [
      ...figures.map(({ file, content }): [string, string | Uint8Array] => [file, content]),
      ["results.json", json("results", { results })],
      ["findings.json", json("findings", { title, question, words, figures: shown, tables })],
    ];
    for (const [name, content] of files) await this.write(name, content);
    return files.map(([name]) => `${this.path}/${name}`);
  }
}
