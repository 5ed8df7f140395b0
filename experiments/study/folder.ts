/**
 * The folder of a run of a study.
 *
 * @module
 */

import { DataError } from "../../lib/data/mod.ts";
import { createRunFolder, isUnfinished, readRunFile, readRunText, writeFile } from "../command/disk.ts";
import { fieldsOf } from "../command/json_fields.ts";
import { resumeCommand } from "../command/shell.ts";
import { formatOf, type StudyManifest, studyManifestOf, studyManifestText } from "./manifest.ts";
import type { Findings, Study } from "./study.ts";

const MANIFEST = "manifest.json";
const PARTS = "parts";

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

  /** Makes it for a new run. @throws (rejects) DataError if it is in use, or cannot be made */
  async create(): Promise<void> {
    const resume = resumeCommand(this.study, this.path, null);
    await createRunFolder(
      this.path,
      MANIFEST,
      resume,
      (name) => name === PARTS || isUnfinished(name, MANIFEST),
    );
    await createRunFolder(`${this.path}/${PARTS}`, MANIFEST, resume, () => false);
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
   * Keeps the result of a part.
   *
   * @throws (rejects) RangeError if it holds a number that is not finite, which JSON has not
   */
  async writePart(name: string, result: unknown): Promise<void> {
    const finite = (_: string, value: unknown): unknown => {
      if (typeof value !== "number" || Number.isFinite(value)) return value;
      throw new RangeError(`${this.study}: part ${name} must give finite numbers, but gave ${value}`);
    };
    const text = JSON.stringify({ format: formatOf(this.study, "part"), result }, finite);
    await this.write(`${PARTS}/${name}.json`, text + "\n");
  }

  /**
   * The result of a part; null if it has not been done.
   *
   * @throws (rejects) DataError if its file is damaged
   */
  async readPart<Result>(name: string): Promise<{ readonly result: Result } | null> {
    const file = `${PARTS}/${name}.json`;
    let text: string;
    try {
      text = new TextDecoder().decode(await readRunFile(this.path, file));
    } catch (error) {
      if (error instanceof DataError && error.cause instanceof Deno.errors.NotFound) return null;
      throw error;
    }
    const { study } = this;
    const there = [["result", "there", (value: unknown) => value !== undefined]] as const;
    const path = `${this.path}/${file}`;
    return fieldsOf(text, path, `a part of a run of ${study}`, formatOf(study, "part"), there) as {
      result: Result;
    };
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
