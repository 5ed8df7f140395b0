/**
 * The folder of a run. Files are written whole or not at all, and damaged ones are refused.
 *
 * - `manifest.json`: what is run, with a checksum; where it is, there is a run that can go on.
 * - `parts/NAME.json`: the result of a part, or why it failed, with what made it and a checksum; `parts/NAME.safetensors`: tensors
 *   from which the result can be computed again.
 * - other files that parts keep, such as a checkpoint.
 * - once the run has concluded: figures, tables as CSV, `results.json` with their checksums and its own, `report.html`.
 *
 * @module
 */

import { stringify } from "@std/csv";
import * as v from "valibot";
import { readBounded } from "../../lib/data/bounded_file.ts";
import { DataError } from "../../lib/data/mod.ts";
import { isUnfinished, removeUnfinished, writeAtomically } from "../../lib/training/mod.ts";
import { HOLE, unsealed } from "../../lib/training/checksum.ts";
import {
  manifestSchema,
  resultsSchema,
  type RunManifest,
  type RunResults,
  schemaProblem,
} from "../../properties/contract/run.ts";
import { LOCK, lock, tryLock } from "../../lib/data/lock.ts";
import { isOsError, osReason } from "../../lib/data/os_error.ts";
import { decodePart, digestOf, type Maker, type Outcome, partFile, PARTS, sealedJson } from "./part_file.ts";
import { resumeCommand } from "./permissions.ts";
import { type Conclusion, type PartFiles, type Table, tablesOf } from "./study.ts";

const MANIFEST = "manifest.json";
/** Held while the manifest of a shared run is changed, and, after a part's name, while a process does that part. */
const HELD = ".lock";
/** How long a process waits for a lock that others hold for a moment, in milliseconds. */
const PATIENCE = 10_000;
/** The most bytes that a file of a run may have, but a checkpoint: 256 MiB. */
const MOST = 2 ** 28;

/** Names system errors; other errors go on as they are. */
function refuse(path: string, doing: string, error: unknown): never {
  if (!isOsError(error)) throw error;
  throw new DataError(path, `${doing}: ${osReason(error)}`, { cause: error });
}

/** The folder of a run. */
export class RunFolder implements PartFiles {
  /**
   * @param folder the folder
   * @param study the study's name
   */
  constructor(readonly folder: string, readonly study: string) {}

  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /**
   * Makes the folder of a new run, and locks it until the run ends.
   *
   * @throws (rejects) DataError if another process has it, it holds something, or it cannot be made
   */
  async create(): Promise<AsyncDisposable> {
    const made = await this.#lock("the output folder cannot be made");
    try {
      await this.#assertEmpty();
      await removeUnfinished(this.folder);
      return made;
    } catch (error) {
      await made[Symbol.asyncDispose]();
      return refuse(this.folder, "the output folder cannot be read", error);
    }
  }

  async #assertEmpty(): Promise<void> {
    const { folder } = this;
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
    const found = names.find((name) => ![LOCK, `${MANIFEST}${HELD}`].includes(name) && !isUnfinished(name));
    if (found === undefined) return;
    const holds = names.includes(MANIFEST) ? "a run" : found;
    const go = holds === "a run" ? `, or go on with that run: ${resumeCommand(this.study, folder)}` : "";
    throw new DataError(
      folder,
      `the output folder must be new or empty, but it holds ${holds}; choose another --out${go}`,
    );
  }

  /**
   * Locks the folder of a run that goes on, and clears away what dead processes left unfinished.
   *
   * @throws (rejects) DataError if there is no run, or another process has it
   */
  async open(): Promise<AsyncDisposable> {
    // A folder without a run is left as it is.
    await this.#bytes(MANIFEST);
    const held = await this.#lock("the run cannot be written");
    await this.#sweep();
    return held;
  }

  /** As {@link open}; null if other processes have the folder. */
  async openAlone(): Promise<AsyncDisposable | null> {
    const held = await tryLock(this.path(LOCK), this.folder);
    if (held !== null) await this.#sweep();
    return held;
  }

  /** Clears away what dead processes left. */
  async #sweep(): Promise<void> {
    for (const folder of [this.folder, this.path(PARTS)]) {
      await removeUnfinished(folder).catch((error) => {
        // Then no part has been done.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
    const left = (await this.#partFiles()).filter((name) => name.endsWith(HELD));
    await this.remove(`${MANIFEST}${HELD}`, ...left.map((name) => `${PARTS}/${name}`));
  }

  /**
   * Makes the folder if it is not there, and locks it together with other processes that share it, until the lock is disposed
   * of.
   *
   * @throws (rejects) DataError if a process has it alone, or it cannot be made
   */
  async share(): Promise<AsyncDisposable> {
    return await this.#locking("the run cannot be written", () => this.#patiently(LOCK, "shared"));
  }

  /** Locks a part of a shared run; null if another process has it. */
  async lockPart(name: string): Promise<AsyncDisposable | null> {
    await Deno.mkdir(this.path(PARTS), { recursive: true }).catch((error) =>
      refuse(this.path(PARTS), "cannot be made", error)
    );
    return await tryLock(this.path(`${PARTS}/${name}${HELD}`), this.folder);
  }

  /**
   * Changes the manifest of a shared run, one process at a time.
   *
   * @param change gets the manifest, or null in a folder without a run
   * @throws (rejects) DataError if there is no run but something else
   */
  async updateManifest(
    change: (found: RunManifest | null) => RunManifest | Promise<RunManifest>,
  ): Promise<RunManifest> {
    await using _held = await this.#patiently(`${MANIFEST}${HELD}`, "exclusive");
    const isThere = await this.read(MANIFEST) !== null;
    if (!isThere) await this.#assertEmpty();
    const manifest = await change(isThere ? await this.readManifest() : null);
    await this.writeManifest(manifest);
    return manifest;
  }

  /** Locks a file as soon as no other process has it, or throws. */
  async #patiently(name: string, kind: "exclusive" | "shared"): Promise<AsyncDisposable> {
    for (const until = performance.now() + PATIENCE; performance.now() < until;) {
      const held = await tryLock(this.path(name), this.folder, kind);
      if (held !== null) return held;
      await new Promise((resolve) => setTimeout(resolve, 10 + 30 * Math.random()));
    }
    // Says who has it.
    return await lock(this.path(name), this.folder);
  }

  #lock(doing: string): Promise<AsyncDisposable> {
    return this.#locking(doing, () => lock(this.path(LOCK), this.folder));
  }

  async #locking(doing: string, locked: () => Promise<AsyncDisposable>): Promise<AsyncDisposable> {
    try {
      await Deno.mkdir(this.folder, { recursive: true });
      return await locked();
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory) {
        throw new DataError(this.folder, `${doing}: it, or a part of its path, is a file`, { cause: error });
      }
      return refuse(this.folder, doing, error);
    }
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    try {
      await writeAtomically(this.path(name), bytes);
    } catch (error) {
      refuse(this.path(name), "cannot be written", error);
    }
  }

  /** Removes files, if they are there. */
  async remove(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await Deno.remove(this.path(name)).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) refuse(this.path(name), "cannot be removed", error);
      });
    }
  }

  async read(name: string, most = MOST): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return await readBounded(this.path(name), this.path(name), most);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      return refuse(this.path(name), "cannot be read", error);
    }
  }

  async #bytes(name: string): Promise<Uint8Array> {
    const bytes = await this.read(name);
    if (bytes === null) throw new DataError(this.folder, `a run must hold ${name}, but this holds none`);
    return bytes;
  }

  async writeManifest(manifest: RunManifest): Promise<void> {
    const { format, ...rest } = manifest;
    await this.write(MANIFEST, await sealedJson({ format, sha256: HOLE, ...rest }, 2));
  }

  /** @throws (rejects) DataError if there is no run of this study, or its manifest is damaged */
  async readManifest(): Promise<RunManifest> {
    const fail = (why: string): never => {
      throw new DataError(
        this.path(MANIFEST),
        `the manifest of a run: ${why}; put back a copy of it, or begin the run anew`,
      );
    };
    const { sha256: _, ...manifest } = await unsealed(
      await this.#bytes(MANIFEST),
      (json) => schemaProblem(manifestSchema, json),
      fail,
    ) as v.InferOutput<typeof manifestSchema>;
    if (manifest.study !== this.study) {
      throw new DataError(
        this.folder,
        `is a run of ${manifest.study}; to go on: ${resumeCommand(manifest.study, this.folder)}`,
      );
    }
    return manifest;
  }

  /** Writes files in their order. */
  async writeFiles(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const [file, bytes] of files) {
      const above = file.slice(0, Math.max(0, file.lastIndexOf("/")));
      if (above !== "") {
        await Deno.mkdir(this.path(above), { recursive: true }).catch((error) =>
          refuse(this.path(above), "cannot be made", error)
        );
      }
      await this.write(file, bytes);
    }
  }

  /**
   * The outcome of a part; null if it has not been done, or only with other values of the extendable options.
   *
   * @param made the origin that it must have
   * @param schema what its result must be
   * @throws (rejects) DataError if its file is damaged, or of another part or run
   */
  async readPart<Result>(
    name: string,
    made: Maker,
    schema: v.GenericSchema<unknown, Result>,
  ): Promise<Outcome<Result> | null> {
    const file = partFile(name);
    const bytes = await this.read(file);
    if (bytes === null) return null;
    const fail = (why: string): never => {
      throw new DataError(this.path(file), `${why}; delete it, and the part is made again by --resume`);
    };
    return await decodePart(bytes, name, made, schema, (kept) => this.read(kept), fail);
  }

  async #partFiles(): Promise<string[]> {
    try {
      return (await Array.fromAsync(Deno.readDir(this.path(PARTS)))).map(({ name }) => name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      return refuse(this.path(PARTS), "cannot be read", error);
    }
  }

  /** The names of the parts that have an outcome, which is not read. */
  async partNames(): Promise<ReadonlySet<string>> {
    const ending = ".json";
    const files = (await this.#partFiles()).filter((name) => name.endsWith(ending));
    return new Set(files.map((name) => name.slice(0, -ending.length)));
  }

  /**
   * Writes the conclusion of a run: figures, tables, and last `results.json`, which states their checksums and its own.
   *
   * @param about what the page says beside them
   * @returns the paths of the files, what the page shows, and the checksum that `results.json` states
   */
  async writeConclusion(
    conclusion: Conclusion<unknown>,
    about: Pick<RunResults["page"], "title" | "question" | "failed">,
  ): Promise<Pick<RunResults, "page" | "sha256"> & { readonly files: readonly string[] }> {
    const { results, numbers, answer, caveat, figures } = conclusion;
    const kept = async (
      file: string,
      content: string | Uint8Array,
    ): Promise<{ file: string; sha256: string }> => {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
      await this.write(file, bytes);
      return { file, sha256: await digestOf(bytes) };
    };
    const page: RunResults["page"] = { ...about, answer, caveat, figures: [], tables: [] };
    for (const { file, content, data: _, ...shown } of figures) {
      page.figures.push({ ...await kept(file, content), ...shown });
    }
    for (const { file, title, caption, ...cells } of tablesOf(conclusion)) {
      page.tables.push({ ...await kept(file, csvOf(cells)), title, caption });
    }
    const whole = { format: "grae results 3", sha256: HOLE, study: this.study, results, numbers, page };
    const problem = schemaProblem(resultsSchema, JSON.parse(JSON.stringify(whole)));
    if (problem !== null) throw new TypeError(`${this.study}: its conclusion: ${problem}`);
    const bytes = await sealedJson(whole, 1);
    await this.write("results.json", bytes);
    const { sha256 } = JSON.parse(new TextDecoder().decode(bytes)) as RunResults;
    const files = [...page.figures, ...page.tables].map(({ file }) => this.path(file));
    return { files: [...files, this.path("results.json")], page, sha256 };
  }
}

/** A table as CSV, with all digits of its numbers. */
export const csvOf = ({ head, rows }: Pick<Table, "head" | "rows">): string =>
  stringify([head, ...rows].map((row) => row.map((cell) => cell === null ? "" : String(cell))) as string[][]);
